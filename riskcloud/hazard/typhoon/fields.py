"""Many wind fields at the same sites: the storms and wind models of an event's realisations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from riskcloud.geo.points import nearest_window
from riskcloud.hazard.typhoon.field import FieldSettings, default_settings, field_nodes
from riskcloud.hazard.typhoon.field import sites_in_cells as in_cells
from riskcloud.hazard.typhoon.profiles import PROFILES
from riskcloud.kernels import windfield
from riskcloud.types import Floats, Sites, Track


@dataclass(frozen=True, slots=True)
class Field:
    """One storm by one wind model, ready for any sites: nodes along its path and the formula."""

    code: int
    nodes: Floats
    centre_lon: float


def prepare(storm: Track, model: str, settings: FieldSettings | None = None) -> Field:
    """Return the field of a filled track by one profile.

    Raises NotFoundError for an unknown model, InputError for a track that is not filled.
    """
    nodes = field_nodes(storm, model, settings or default_settings())
    return Field(PROFILES[model].code, nodes, float(np.mean(nodes[:, windfield.LON])))


def maximum_winds(fields: Sequence[Field], sites: Sites, *,
                  on_progress: Callable[[int], None] = lambda done: None) -> Floats:
    """Maximum 1-min wind at 10 m over water of each field at each site [m/s].

    Parameters
    ----------
    fields : of :func:`prepare`, with the default settings.
    sites : anywhere; longitudes in any window.
    on_progress : called with the number of fields done.

    Returns
    -------
    (n_fields, n_sites), 0 where a storm never reaches; as ``field.maximum_wind`` gives it.
    """
    settings, n = default_settings(), len(sites)
    out = np.zeros((len(fields), n))
    lat = np.ascontiguousarray(sites.lat, np.float64)
    window, lon, order, start = np.nan, sites.lon, np.empty(0, np.int32), np.zeros(1, np.int64)
    direction, hour = np.empty(n), np.empty(n)
    for i, field in enumerate(fields):
        if not abs(field.centre_lon - window) < 30.0:  # members of one storm share their window
            window = field.centre_lon
            lon = nearest_window(sites.lon, window)
            order, start = in_cells(lon, lat)
        evaluations = np.zeros(len(start) - 1, np.int64)
        windfield.maximum_wind(
            field.code, lon, lat, order, start, field.nodes, np.radians(settings.inflow_deg),
            settings.calm_m_s, out[i], direction, hour, evaluations)
        on_progress(i + 1)
    return out
