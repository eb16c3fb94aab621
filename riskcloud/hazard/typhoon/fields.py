"""Many wind fields at the same sites: the storms and wind models of an event's realisations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from riskcloud.geo.points import nearest_window
from riskcloud.hazard.typhoon.climate.cells import sites_in_boxes
from riskcloud.hazard.typhoon.field import FieldSettings, default_settings, field_nodes
from riskcloud.hazard.typhoon.field import sites_in_cells as in_cells
from riskcloud.hazard.typhoon.profiles import PROFILES
from riskcloud.hazard.typhoon.sectors import NONE, Factors, relative_factors
from riskcloud.kernels import vortex, windfield, windmany, windtable
from riskcloud.kernels.sectors import COLUMNS
from riskcloud.types import Bools, Floats, Ints, Sites, Track

SITES_PER_CELL: Final = 128
"""Fewer than for one field alone: tight bounds leave out more nodes, and cells are made once."""
TILE_DEG: Final = 0.25
"""Side of the tiles that sites are searched in (ours, for speed: no result depends on it)."""
SAME_WINDOW_DEG: Final = 30.0
"""Members of one storm share the window their longitudes are compared in."""
CLOSER: Final = {"willoughby_2006": 0.7, "klotzbach_2022": 0.5, "tao_2025": 0.5}
"""Nodes of profiles with a narrow eyewall, as a share of the others' spacing where that is wider
than the default (our choice: without it the sum of (v - 25.7)^3 is 1.1 % too low, with it right to
0.2 %, as the others' is)."""


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
    finest = default_settings()
    settings = settings or finest
    spacing = max(CLOSER.get(model, 1.0) * settings.spacing_r_max,
                  min(finest.spacing_r_max, settings.spacing_r_max))
    nodes = field_nodes(storm, model, replace(settings, spacing_r_max=spacing))
    return Field(PROFILES[model].code, nodes, float(np.mean(nodes[:, vortex.LON])))


def maximum_winds(fields: Sequence[Field], sites: Sites, *, factors: Factors | None = None,
                  on_progress: Callable[[int], None] = lambda done: None) -> Floats:
    """Maximum wind of each field at each site [m/s]: 1-min at 10 m over water, or local.

    Parameters
    ----------
    fields : of :func:`prepare`; inflow and the field's end are those of the default settings.
    sites : anywhere; longitudes in any window.
    factors : (n_sites, N_SECTORS) or None, as ``field.maximum_wind`` takes them.
    on_progress : called with the number of fields done.

    Returns
    -------
    (n_fields, n_sites), 0 where a storm never reaches; what ``field.maximum_wind`` gives with the
    same settings. With ``drawn_settings`` single sites differ by up to 6 m/s, where the wind
    doubles within a few kilometres; sums of damage by 0.4 % at most
    (tests/verification/hazard/test_fields.py).
    """
    settings = default_settings()
    inflow = np.radians(settings.inflow_deg)
    out = np.zeros((len(fields), len(sites)))
    largest, relative = (None, NONE) if factors is None else relative_factors(factors)
    window, cells = np.nan, None
    for i, field in enumerate(fields):
        if cells is None or not abs(field.centre_lon - window) < SAME_WINDOW_DEG:
            window = field.centre_lon
            cells = _cells_of(sites, window, relative)
        found = np.empty(len(sites))
        windfield.maximum_speed(field.code, cells.lon, cells.lat, cells.sin_lat, cells.cos_lat,
                                cells.start, field.nodes, inflow, settings.calm_m_s, cells.relative,
                                found)
        out[i, cells.order] = found
        if largest is not None:
            out[i] *= largest
        on_progress(i + 1)
    return out


def maximum_winds_by_measure(fields: Sequence[Field], sites: Sites, *,
                             factors: Sequence[Factors | None], wanted: Sequence[Bools],
                             on_progress: Callable[[int], None] = lambda done: None) -> Floats:
    """Maximum wind of each field at each site [m/s] in several measures at once: for many storms.

    Parameters
    ----------
    fields, sites, on_progress : as :func:`maximum_winds` takes them.
    factors : of each measure, as :func:`maximum_winds` takes one.
    wanted : (n_sites,) of each measure: where it is wanted.

    Returns
    -------
    (n_measures, n_fields, n_sites), 0 where not wanted or a storm never reaches. Within 0.1 m/s of
    :func:`maximum_winds` but for a few winds in ten thousand, where one of two like maxima is
    refined (tests/verification/hazard/test_fields.py); the profile is looked up in a table
    (``kernels/windtable.py``).
    """
    settings = default_settings()
    inflow = np.radians(settings.inflow_deg)
    out = np.zeros((len(factors), len(fields), len(sites)))
    scale, row_of, relative = _rows_of(factors, len(sites))
    window, cells = np.nan, None
    for i, field in enumerate(fields if len(sites) else ()):
        if cells is None or not abs(field.centre_lon - window) < SAME_WINDOW_DEG:
            window = field.centre_lon
            cells = sites_in_boxes(nearest_window(sites.lon, window), sites.lat, TILE_DEG)
            order = cells.order
            halves = 0.5 * np.radians(cells.sites[1])
            places = np.stack([*cells.sites[:2], np.sin(halves), np.cos(halves)])
            rows, here = (np.ascontiguousarray(part[:, order])  # one kernel for any number of rows
                          for part in (relative, np.stack(wanted)))
        found = np.empty(here.shape)
        table = np.empty((len(field.nodes), windtable.N_PLACES))
        kept = np.empty((len(field.nodes), windtable.N_COLUMNS))
        windtable.fill_table(field.code, field.nodes, table, kept)
        windmany.maximum_speeds(places, cells.start, field.nodes, kept, table, inflow,
                                settings.calm_m_s, rows, row_of, here, found)
        out[:, i, order] = found
        out[:, i] *= scale
        on_progress(i + 1)
    return out


def _rows_of(factors: Sequence[Factors | None], n_sites: int,
             ) -> tuple[Floats, Ints, npt.NDArray[np.float32]]:
    """Largest factor by measure (n_measures, n_sites), which rows are its own, and all rows."""
    scale = np.ones((len(factors), n_sites))
    rows: list[npt.NDArray[np.float32]] = []
    row_of = np.full(len(factors), -1)
    for m, one in enumerate(factors):
        if one is not None:
            scale[m], relative = relative_factors(one)
            row_of[m] = len(rows)
            rows.append(relative)
    return scale, row_of, np.stack(rows) if rows else np.empty((0, n_sites, COLUMNS), np.float32)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Sites in the order of their cells; start (n_cells + 1,)."""

    order: Ints
    start: Ints
    lon: Floats
    lat: Floats
    sin_lat: Floats
    cos_lat: Floats
    relative: npt.NDArray[np.float32]


def _cells_of(sites: Sites, window: float, relative: npt.NDArray[np.float32]) -> _Cells:
    lon = nearest_window(sites.lon, window)
    order, start = in_cells(lon, sites.lat, SITES_PER_CELL)
    lat = np.ascontiguousarray(sites.lat[order], np.float64)
    radians = np.radians(lat)
    return _Cells(order, start, np.ascontiguousarray(lon[order], np.float64), lat,
                  np.sin(radians), np.cos(radians), relative[order] if len(relative) else relative)
