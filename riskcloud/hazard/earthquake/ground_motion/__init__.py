"""Ground motion of an earthquake at sites, by model: ``shaking`` and the names it takes.

Medians are of the average horizontal component at the ground's surface, standard deviations of the
natural logarithm. Outside the range a model was made for it is computed and said in the notes, or
refused with ``strict``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy.typing as npt

from riskcloud.errors import ModelError
from riskcloud.hazard.earthquake.event_checks import check_event
from riskcloud.hazard.earthquake.ground_motion import (
    apply_boore,
    apply_chiou_youngs,
    apply_yu,
    boore_2014,
    chiou_youngs_2014,
    tables,
)
from riskcloud.hazard.earthquake.ground_motion.request import Request
from riskcloud.hazard.earthquake.ground_motion.request import resolve_ground as resolve_ground
from riskcloud.hazard.earthquake.rupture import distances_or_error
from riskcloud.hazard.site_checks import checked_sites
from riskcloud.types import Bools, Earthquake, Floats, Shaking, SourceDistances

MODELS: Final[Mapping[str, Callable[[Request], list[Shaking]]]] = {
    "yu_2013": apply_yu.shaking,
    "boore_2014": apply_boore.shaking,
    "chiou_youngs_2014": apply_chiou_youngs.shaking,
}
"""The models by name."""
DEFAULT_REGIONS: Final[Mapping[str, str]] = {
    boore_2014.NAME: boore_2014.DEFAULT_REGION,
    chiou_youngs_2014.NAME: chiou_youngs_2014.DEFAULT_REGION,
}
"""The region a model takes wherever the earthquake is; one that is not here goes by its place."""


def model_name(name: str) -> str:
    """Return the name of a model as ``MODELS`` has it (case and hyphens do not matter).

    Raises
    ------
    ModelError : an unknown name; the message lists those known.
    """
    key = name.strip().lower().replace("-", "_").replace(" ", "_")
    if key not in MODELS:
        raise ModelError(f"no ground-motion model {name!r}; known: {', '.join(MODELS)}")
    return key


def measures_of(model: str) -> str:
    """Return the measures a model has, in words."""
    return tables.known_measures(model_name(model))


def has_measure(model: str, measure: str) -> bool:
    """Return whether a model gives a measure."""
    try:
        tables.bracketing(model_name(model), measure)
    except ModelError:
        return False
    return True


def shaking(event: Earthquake, lon: Floats, lat: Floats, *, model: str, measures: Sequence[str],
            vs30_m_s: Floats | float | None = None,
            site_class: Sequence[Any] | npt.NDArray[Any] | None = None,
            vs30_measured: Bools | None = None,
            region: str | None = None, distances: SourceDistances | None = None,
            strict: bool = False, **options: str) -> list[Shaking]:
    """Ground motion of one earthquake at sites, one ``Shaking`` a measure, in their order.

    Parameters
    ----------
    event : the earthquake; what it lacks is filled in and said (``rupture``, ``magnitude``).
    lon, lat : (n_sites,) degrees WGS84.
    model : a name of ``MODELS``.
    measures : ``pga`` [g], ``pgv`` [cm/s], ``sa_<period in s>`` [g].
    vs30_m_s : (n_sites,) [m/s], NaN where unknown; a number serves every site.
    site_class : (n_sites,) of GB 50011, empty where unknown. Vs30 goes before class, class II where
        neither is known.
    vs30_measured : (n_sites,) False where a Vs30 that is given was inferred; None: all that are
        given were measured. One of a class, or of neither, is inferred (chiou_youngs_2014).
    region : a region of the model; None takes China's (boore_2014), Wenchuan's
        (chiou_youngs_2014), or that of the epicentre (yu_2013).
    distances : of these sites, if computed already.
    strict : refuse what lies outside the range of the model.
    options : of yu_2013: ``distance`` (``epicentral``, ``openquake_15km``) and ``site_factor``
        (``site_class``: Table E.1 of GB 18306 where a class is given; ``vs30``: also by the class
        of a Vs30; ``none``).

    Raises
    ------
    InputError : an event, sites, Vs30 or classes that cannot be.
    ModelError : an unknown model, measure, region or option; with ``strict`` also what lies outside
        the model's range.
    """
    name = model_name(model)
    check_event(event)
    lon, lat = checked_sites(lon, lat)
    for measure in measures:
        tables.bracketing(name, measure)
    request = Request(event=event, measures=tuple(measures), region=region, options=options,
                      distances=distances_or_error(event, lon, lat, distances),
                      ground=resolve_ground(len(lon), vs30_m_s, site_class, vs30_measured),
                      strict=strict)
    return MODELS[name](request)
