"""Ground motion and intensity at sites, by one or several models or a ShakeMap grid, in one call.

What each model gives is settled once (``plan_shaking``), then computed for any number of sites in
parts (``shake_places``): the parts do not change the numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.catalog import load_card
from riskcloud.errors import InputError, ModelError, NotFoundError
from riskcloud.geo.points import haversine_m
from riskcloud.hazard.earthquake.grid import MODEL as SHAKEMAP
from riskcloud.hazard.earthquake.grid import shaking_from_grid
from riskcloud.hazard.earthquake.ground_motion import (
    DEFAULT_REGIONS,
    MODELS,
    has_measure,
    measures_of,
    resolve_ground,
    shaking,
)
from riskcloud.hazard.earthquake.ground_motion.regions import region_of
from riskcloud.hazard.earthquake.ground_motion.spread import shaking_by_region
from riskcloud.hazard.earthquake.ground_motion.yu_2013 import NAME as YU
from riskcloud.hazard.earthquake.intensity import (
    CONVERSIONS,
    GBT_2020,
    WORDEN,
    intensity_from_shaking,
)
from riskcloud.hazard.earthquake.macroseismic import macroseismic_intensity, macroseismic_models
from riskcloud.hazard.earthquake.magnitude import surface_magnitude
from riskcloud.hazard.earthquake.rupture import describe_source, source_distances
from riskcloud.messages import translated
from riskcloud.types import Bools, Earthquake, Floats, Shaking, ShakingGrid, SourceDistances

INTENSITY: Final = "intensity"
DEFAULT_MEASURES: Final = ("pga", "pgv", "sa_0.3", "sa_1.0", "sa_3.0", INTENSITY)
"""What is given of each model when nothing is asked for, as far as it has it."""
MMI: Final = "MMI of the ShakeMap"


@dataclass(frozen=True, slots=True)
class Places:
    """Where shaking is wanted, and the ground there.

    lon, lat (n,) degrees WGS84; vs30_m_s (n,), or None; site_class (n,) of
    GB 50011, "" where unknown, or None; vs30_measured (n,) where the Vs30 is one that was given, or
    None. Made by :func:`places_with_ground`.
    """

    lon: Floats
    lat: Floats
    vs30_m_s: Floats | None = None
    site_class: npt.NDArray[Any] | None = None
    vs30_measured: Bools | None = None

    def __len__(self) -> int:
        return len(self.lon)

    def part(self, index: Any) -> "Places":
        """Return the places of a slice or of positions."""
        ground = (None if values is None else values[index] for values in (
            self.vs30_m_s, self.site_class, self.vs30_measured))
        return Places(self.lon[index], self.lat[index], *ground)


def places_with_ground(lon: Floats, lat: Floats, *, vs30_m_s: Floats | None = None,
                       site_class: npt.NDArray[Any] | None = None,
                       ) -> tuple[Places, tuple[str, ...]]:
    """Return places whose ground is settled for all at once, and what was assumed of it.

    Where any Vs30 is known the others get that of their class (II without one), so that a part of
    the places has the numbers of the whole.

    Raises
    ------
    InputError : a Vs30 or class that cannot be.
    """
    ground = resolve_ground(len(lon), vs30_m_s, site_class)
    known = bool(ground.has_vs30.any())
    return Places(lon, lat, ground.vs30_m_s if known else None,
                  None if site_class is None else np.asarray(site_class),
                  ground.measured if known else None), ground.notes


@dataclass(frozen=True, slots=True)
class Plan:
    """What one model is to give: measures in their order, the region asked of it, and the notes.

    ``conversion`` is the way to intensity, ``scale`` what the intensity is called.
    """

    model: str
    measures: tuple[str, ...]
    region: str | None
    conversion: str
    scale: str
    notes: tuple[str, ...] = ()


def known_models() -> list[str]:
    """Return the names of all models: of ground motion, then of intensity alone."""
    return [*MODELS, *macroseismic_models()]


def plan_shaking(event: Earthquake, models: Sequence[str], places: Places, *,
                 measures: Sequence[str] = (), region: str | None = None,
                 conversion: str = GBT_2020, grid: ShakingGrid | None = None) -> list[Plan]:
    """Settle what each model gives of an earthquake at places, with what there is to say of it.

    Parameters
    ----------
    event : the earthquake.
    models : names of ``known_models``, or ``shakemap`` with a ``grid``.
    places : all of them, at least one; only the nearest, the farthest, those of the softest and
        hardest ground, and one with a measured Vs30 and one without, are computed.
    measures : pga, pgv, sa_<period>, intensity; none: ``DEFAULT_MEASURES`` as far as there are.
    region : of the models that have one of that name; None is each model's own choice.
    conversion : ground motion to intensity, one of ``intensity.CONVERSIONS``.

    Raises
    ------
    InputError : of a single model: a measure or region that it lacks, an earthquake it does not
        hold for. Of several: that none can answer; one that cannot is left out, which is noted.
    NotFoundError : an unknown model or conversion.
    """
    if conversion not in CONVERSIONS:
        raise NotFoundError(f"no conversion to intensity {conversion!r}; known: "
                            f"{', '.join(CONVERSIONS)}")
    some = places.part(_extremes(event, places))
    drafts = [_draft(model, measures, region, conversion, grid, places) for model in models]
    several, plans, refused = len(models) > 1, list[Plan](), list[str]()
    for draft in drafts:
        lacks = [one for one in measures if one not in draft.measures]
        words = f"{draft.model} has no {', '.join(lacks)}; it has {_words(draft.model, grid)}"
        if lacks and not (several and draft.measures):
            refused.append(words)
            continue
        try:
            plan = _settled(draft, event, some, grid, several=several)
        except ModelError as error:
            refused.append(str(error))
            continue
        plans.append(replace(plan, notes=(*((words,) if lacks else ()), *plan.notes)))
    if not plans:
        raise InputError("; ".join(refused))
    said = tuple(f"left out: {words}" for words in refused)
    return [replace(plans[0], notes=(*said, *plans[0].notes)), *plans[1:]]


def _extremes(event: Earthquake, places: Places) -> list[int]:
    """Return the positions of the places that ``plan_shaking`` looks at."""
    away = haversine_m(event.lon, event.lat, places.lon, places.lat)
    found = {int(np.argmin(away)), int(np.argmax(away))}
    if places.vs30_m_s is not None and np.isfinite(places.vs30_m_s).any():
        found |= {int(np.nanargmin(places.vs30_m_s)), int(np.nanargmax(places.vs30_m_s))}
    if places.vs30_measured is not None:
        found |= {int(np.argmin(places.vs30_measured)), int(np.argmax(places.vs30_measured))}
    return sorted(found)


def _draft(model: str, measures: Sequence[str], region: str | None, conversion: str,
           grid: ShakingGrid | None, places: Places) -> Plan:
    """Return the plan of a model, with those of the measures that it has."""
    if model == SHAKEMAP:
        if grid is None:
            raise InputError("no ShakeMap grid to take the shaking from")
        has = [one for one in measures or grid.median if one in grid.median]
        return Plan(model, tuple(has), None, conversion, MMI,
                    (*grid.notes, *_beyond(grid, has, places)))
    if model not in known_models():
        raise NotFoundError(f"no model {model!r}; known: {', '.join(known_models())}")
    has = [one for one in measures or DEFAULT_MEASURES if _gives(model, one, conversion)]
    card = load_card("intensity", conversion) if model in MODELS else load_card(
        "macroseismic", model)
    return Plan(model, tuple(has), region, conversion, str(card["edition"]))


def _beyond(grid: ShakingGrid, measures: Sequence[str], places: Places) -> list[str]:
    """Return how many places a ShakeMap says nothing of."""
    if not measures:
        return []
    found = shaking_from_grid(grid, places.lon, places.lat, measures[:1])[0]
    silent = int(np.isnan(found.median).sum())
    return [f"{silent} of {len(places)} site(s) lie outside the ShakeMap: blank"] * (silent > 0)


def _settled(plan: Plan, event: Earthquake, some: Places, grid: ShakingGrid | None, *,
             several: bool) -> Plan:
    """Return a plan with its notes; of several models one that lacks the region takes its own."""
    if plan.model == SHAKEMAP:
        return plan
    notes = list[str]()
    try:
        found = shake_places([plan], event, some, grid=grid)
    except ModelError:
        if plan.region is None or not several:
            raise
        notes.append(f"{plan.model} has no region {plan.region!r}: its own choice is taken")
        plan = replace(plan, region=None)
        found = shake_places([plan], event, some, grid=grid)
    ground = resolve_ground(len(some), some.vs30_m_s, some.site_class).notes
    said = [note for one in found for note in one.notes if note not in ground]
    said += _other_regions(plan, event, some)
    return replace(plan, notes=(*notes, *(f"{plan.model}: {note}" for note in dict.fromkeys(said))))


def _other_regions(plan: Plan, event: Earthquake, some: Places) -> list[str]:
    """Return what the other plausible regions of Yu et al. (2013) would give, a note a region."""
    measures = [one for one in _base(plan.measures, plan.conversion) if one in ("pga", "pgv")]
    if plan.model != YU or plan.region is not None or not measures:
        return []
    measure = measures[0]
    by_region = shaking_by_region(event, some.lon, some.lat, measures=[measure],
                                  vs30_m_s=some.vs30_m_s, site_class=some.site_class)
    chosen, *others = ((name, found[0].median) for name, found in by_region.items())
    notes = []
    for name, median in others:
        ratio = median / chosen[1]
        notes.append(f"{measure} by region {name}: {ratio.min():.2f} to {ratio.max():.2f} times "
                     "what is given")
    return notes


def region_taken(plan: Plan, event: Earthquake) -> str | None:
    """Return the region a plan is computed for: as asked, else the model's own choice.

    None for a grid, which has none.
    """
    if plan.region is not None or plan.model == SHAKEMAP:
        return plan.region
    return DEFAULT_REGIONS.get(plan.model) or region_of(event.lon, event.lat)[0]


def _gives(model: str, measure: str, conversion: str) -> bool:
    if model in MODELS:
        return all(has_measure(model, one) for one in _base([measure], conversion))
    return measure == INTENSITY


def _words(model: str, grid: ShakingGrid | None) -> str:
    if model == SHAKEMAP and grid is not None:
        return ", ".join(grid.median)
    return f"{measures_of(model)}, {INTENSITY}" if model in MODELS else INTENSITY


def _base(measures: Sequence[str], conversion: str) -> list[str]:
    """Return the ground motion to compute for measures: what intensity needs comes with it."""
    needed = ["pgv"] if conversion == WORDEN else ["pga", "pgv"]
    return list(dict.fromkeys(base for one in measures
                              for base in (needed if one == INTENSITY else [one])))


def shake_places(plans: Sequence[Plan], event: Earthquake, places: Places, *,
                 grid: ShakingGrid | None = None, distances: SourceDistances | None = None,
                 ) -> list[Shaking]:
    """Return the shaking of all plans at places, plan after plan, measure after measure.

    ``plans`` as ``plan_shaking`` settled them for this ``event`` (and ``grid``); ``distances`` of
    these places, if computed already.
    """
    if distances is None:
        distances = source_distances(event, places.lon, places.lat)
    return [one for plan in plans for one in _shaking(plan, event, places, grid, distances)]


def _shaking(plan: Plan, event: Earthquake, places: Places, grid: ShakingGrid | None,
             distances: SourceDistances) -> Iterator[Shaking]:
    if plan.model == SHAKEMAP and grid is not None:
        yield from shaking_from_grid(grid, places.lon, places.lat, plan.measures)
    elif plan.model not in MODELS:
        yield _macroseismic(plan, event, distances)
    else:
        motion = shaking(event, places.lon, places.lat, model=plan.model, distances=distances,
                         measures=_base(plan.measures, plan.conversion), region=plan.region,
                         vs30_m_s=places.vs30_m_s, site_class=places.site_class,
                         vs30_measured=places.vs30_measured)
        given = {one.measure: one for one in motion}
        if INTENSITY in plan.measures:
            given[INTENSITY] = intensity_from_shaking(motion, conversion=plan.conversion)
        yield from (given[measure] for measure in plan.measures)


def _macroseismic(plan: Plan, event: Earthquake, distances: SourceDistances) -> Shaking:
    magnitude_ms, said = surface_magnitude(event)
    region, about = (plan.region, ()) if plan.region is not None else region_of(event.lon,
                                                                                event.lat)
    found = macroseismic_intensity(distances, magnitude_ms=magnitude_ms, model=plan.model,
                                   strike_deg=event.strike_deg, region=str(region))
    return replace(found, notes=(*said, *about, *found.notes))


def source_notes(event: Earthquake) -> tuple[str, ...]:
    """Return what was assumed of the earthquake: by its file, and of its source."""
    return (*event.notes, *describe_source(event))


def note_in_words(note: str, lang: str) -> str:
    """Return a note in ``lang`` (zh or en); names of models before it stay."""
    names, colon, rest = note.partition(": ")
    if colon and set(names.split(", ")) <= {*known_models()}:
        return f"{names}: {translated(rest, lang)}"
    return translated(note, lang)
