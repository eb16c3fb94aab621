"""Wind of a storm at sites: the default field, whose stages can be switched one by one."""

from dataclasses import dataclass, replace

import numpy as np

from riskcloud.catalog import load_card
from riskcloud.geo.points import nearest_window
from riskcloud.hazard.typhoon.averaging import sustained_1min
from riskcloud.hazard.typhoon.path import Path, follow, hours_since_start
from riskcloud.hazard.typhoon.period import hours_of, nodes_between
from riskcloud.hazard.typhoon.profiles import PROFILES, profile_name
from riskcloud.hazard.typhoon.profiles.storm import StormState
from riskcloud.hazard.typhoon.quadrants import given_quadrants_m, stretch_terms
from riskcloud.hazard.typhoon.sectors import NONE, Factors, relative_factors
from riskcloud.kernels import cells, vortex, windfield
from riskcloud.kernels.profiles import N_SHAPE
from riskcloud.types import Floats, Sites, Times, Track

NO_STRETCH = (1.0, 0.0, 0.0, 0.0)
SITES_PER_CELL = 512
"""Sites that share one decision which nodes matter; a cell's arrays stay in the first cache."""


@dataclass(frozen=True, slots=True)
class FieldSettings:
    """Stages of the default field (models/wind/default says each number's source).

    asymmetry_share 0 switches the motion asymmetry off, inflow_deg 0 the inflow. calm_m_s ends
    the field; spacing_r_max and longest_h set the nodes, not the result.
    """

    asymmetry_share: float
    asymmetry_turned_deg: float
    asymmetry_largest_share: float
    inflow_deg: float
    calm_m_s: float
    spacing_r_max: float
    longest_h: float


@dataclass(frozen=True, slots=True)
class MaximumWind:
    """The largest wind that an event brings to each site: 1-min at 10 m over water, or local.

    speed_m_s (n_sites,), 0 where the storm never reaches; from_direction_deg clockwise from
    north and time_utc, NaN and NaT there. evaluations counts site-node pairs computed.
    """

    speed_m_s: Floats
    from_direction_deg: Floats
    time_utc: Times
    evaluations: int


def default_settings() -> FieldSettings:
    """Settings of the card models/wind/default."""
    card = load_card("wind", "default")
    asymmetry, nodes = card["asymmetry"], card["nodes"]
    return FieldSettings(
        asymmetry_share=asymmetry["share"], asymmetry_turned_deg=asymmetry["turned_deg"],
        asymmetry_largest_share=asymmetry["largest_share_of_peak"],
        inflow_deg=card["inflow"]["angle_deg"], calm_m_s=card["field_end"]["calm_m_s"],
        spacing_r_max=nodes["spacing_r_max"], longest_h=nodes["longest_h"])


def drawn_settings() -> FieldSettings:
    """Settings for hundreds of drawn storms: nodes farther apart (models/wind/default)."""
    spacing = load_card("wind", "default")["nodes"]["spacing_r_max_drawn"]
    return replace(default_settings(), spacing_r_max=spacing)


def model_weights(names: tuple[str, ...] | None = None) -> dict[str, float]:
    """Weights of wind models, summing to 1: those of the card, or the chosen ones among them.

    Raises NotFoundError for an unknown name.
    """
    weights: dict[str, float] = dict(load_card("wind", "default")["weights"])
    chosen = dict.fromkeys(profile_name(name) for name in names or weights)
    total = sum(weights[name] for name in chosen)
    return {name: weights[name] / total for name in chosen}


def maximum_wind(track: Track, sites: Sites, *, model: str, factors: Factors | None = None,
                 settings: FieldSettings | None = None,
                 period: tuple[np.datetime64, np.datetime64] | None = None) -> MaximumWind:
    """Maximum wind of a track at sites by one profile, over open water or at the sites' surface.

    The maximum over time is found between the fixes, not at a step: the path is followed by
    nodes dense enough to be linear between (``path.follow``), each site's best node is found
    exactly, then the time around it is refined (``kernels/windfield.py``). There is no cut-off
    radius: the field ends where its wind is that of any day (``calm_m_s``).

    Parameters
    ----------
    track : filled (wind, pressures, Rmax at every fix); its winds may have any averaging period.
    sites : anywhere; longitudes in any window.
    model : a name of ``PROFILES`` or its short form.
    factors : (n_sites, N_SECTORS) of ``SiteExposure``: then the maximum is that of wind times the
        factor of the direction it comes from, with the direction and time of *this* maximum; 0
        where it falls below ``calm_m_s`` times the site's largest factor. None: over open water.
    period : first and last moment (UTC) of which the maximum is wanted; None: the whole track.

    Returns
    -------
    MaximumWind, its arrays (n_sites,) in the order of the sites. A site whose factors are alike
    has exactly its maximum over water times the factor.

    Raises
    ------
    NotFoundError : unknown model. InputError : a track of one fix or not filled; factors that are
        not finite or negative.

    Source
    ------
    Stage by stage: docs/science/wind-field.md; numbers: models/wind/default/card.toml.
    """
    settings = settings or default_settings()
    nodes = field_nodes(track, model, settings)
    if period is not None:
        nodes = nodes_between(nodes, nodes[:, vortex.TIME], *hours_of(period, track.time_utc))
        if not len(nodes):
            never = np.full(len(sites), np.nan)
            return MaximumWind(np.zeros(len(sites)), never, at_hours(track, never), 0)
    largest, relative = (1.0, NONE) if factors is None else relative_factors(factors)
    lon = nearest_window(sites.lon, float(np.mean(nodes[:, vortex.LON])))
    lat = np.array(sites.lat, np.float64)  # a copy: for a read-only one the kernel compiles again
    order, start = sites_in_cells(lon, lat)
    n = len(sites)
    speed, direction, hour = np.zeros(n), np.full(n, np.nan), np.full(n, np.nan)
    evaluations = np.zeros(len(start) - 1, np.int64)
    windfield.maximum_wind(
        PROFILES[profile_name(model)].code, lon, lat, order, start, nodes,
        np.radians(settings.inflow_deg), settings.calm_m_s, relative, speed, direction, hour,
        evaluations)
    return MaximumWind(speed * largest, direction, at_hours(track, hour), int(evaluations.sum()))


def field_nodes(track: Track, model: str, settings: FieldSettings) -> Floats:
    """Rows for the kernel along a filled track (``kernels/windfield.py``).

    Raises NotFoundError for an unknown model, InputError for a track of one fix or not filled.
    """
    path = follow(track, spacing_r_max=settings.spacing_r_max, longest_h=settings.longest_h)
    peak = sustained_1min(path.max_wind_m_s, track.wind_averaging_s)
    nodes = _nodes(replace(path, max_wind_m_s=peak), profile_name(model), settings)
    given = given_quadrants_m(track)
    if np.isfinite(given).any():
        fix = hours_since_start(track)
        terms = stretch_terms(PROFILES[profile_name(model)].code,
                              nodes[np.searchsorted(path.hour, fix)], given,
                              float(np.radians(settings.inflow_deg)))
        for k in range(terms.shape[1]):
            nodes[:, vortex.STRETCH + k] = np.interp(path.hour, fix, terms[:, k])
    return nodes


def _nodes(path: Path, model: str, settings: FieldSettings) -> Floats:
    """Rows for the kernel: place, size, asymmetry, peak, time, shape."""
    share = np.minimum(
        settings.asymmetry_share * path.motion_m_s,
        settings.asymmetry_largest_share * path.max_wind_m_s) / np.maximum(path.motion_m_s, 1e-9)
    spin = np.where(path.lat < 0.0, -1.0, 1.0)
    turned = np.radians(settings.asymmetry_turned_deg) * spin
    east = share * (path.east_m_s * np.cos(turned) - path.north_m_s * np.sin(turned))
    north = share * (path.east_m_s * np.sin(turned) + path.north_m_s * np.cos(turned))
    storm = _storm_state(path, path.max_wind_m_s - np.hypot(east, north))
    nodes = np.empty((len(path.hour), vortex.SHAPE + N_SHAPE))
    columns = {
        vortex.LON: path.lon, vortex.LAT: path.lat,
        vortex.SIN_LAT: np.sin(np.radians(path.lat)),
        vortex.COS_LAT: np.cos(np.radians(path.lat)), vortex.R_MAX: path.r_max_m,
        vortex.MOTION_EAST: east, vortex.MOTION_NORTH: north,
        vortex.MOTION: np.hypot(east, north), vortex.SPIN: spin,
        vortex.PEAK: storm.peak_m_s, vortex.TIME: path.hour,
    }
    nodes[:, vortex.STRETCH:vortex.SHAPE] = NO_STRETCH
    for column, values in columns.items():
        nodes[:, column] = values
    nodes[:, vortex.SHAPE:] = PROFILES[model].node_shape(storm)
    vortex.find_tops(PROFILES[model].code, nodes)
    return nodes


def nodes_of(path: Path, model: str, settings: FieldSettings) -> Floats:
    """Rows for the kernel along any nodes whose winds are 1-min means: of one storm or of many.

    Raises NotFoundError for an unknown model.
    """
    return _nodes(path, profile_name(model), settings)


def _storm_state(path: Path, peak_m_s: Floats) -> StormState:
    return StormState(
        lat=path.lat, r_max_m=path.r_max_m, peak_m_s=peak_m_s,
        central_pressure_pa=path.central_pressure_pa,
        deficit_pa=np.maximum(path.environmental_pressure_pa - path.central_pressure_pa, 0.0),
        pressure_tendency_pa_s=path.pressure_tendency_pa_s, motion_m_s=path.motion_m_s,
        coriolis_per_s=path.coriolis_per_s, r34_m=path.r34_m)


def sites_in_cells(lon: Floats, lat: Floats, per_cell: int = SITES_PER_CELL,
                   ) -> tuple[np.ndarray, np.ndarray]:
    """Order of the sites by cell, and where each cell starts in it (``kernels/cells.py``)."""
    if len(lon) == 0:
        return np.empty(0, np.int32), np.zeros(1, np.int64)
    west, south = float(lon.min()), float(lat.min())
    width, height = float(lon.max()) - west, float(lat.max()) - south
    size = np.sqrt(max(width * height, 1e-6) * per_cell / len(lon))
    size = float(np.clip(size, max(width, height, 0.1) / 2000.0, 2.0))
    columns, rows = int(width / size) + 1, int(height / size) + 1
    cell = np.empty(len(lon), np.int32)
    cells.cell_of(lon, np.ascontiguousarray(lat, np.float64), west, south, size, columns, rows,
                  cell)
    order, start = cells.sort_by_cell(cell, columns * rows)
    return order, start


def at_hours(track: Track, hour: Floats) -> Times:
    """UTC times at hours since the first fix; NaT where NaN."""
    known = np.isfinite(hour)
    seconds = np.round(np.where(known, hour, 0.0) * 3600.0).astype("timedelta64[s]")
    return np.where(known, track.time_utc[0].astype("datetime64[s]") + seconds,
                    np.datetime64("NaT", "s"))
