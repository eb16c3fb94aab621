"""Preset climada-6: the conventions of CLIMADA 6.1, so that both programs can be compared.

The conventions are listed in docs/science/climada-6.md; the results agree to 0.01 m/s
(tests/verification/hazard/test_climada6.py).
"""

import numpy as np

from riskcloud.catalog import load_card
from riskcloud.errors import InputError, ModelError
from riskcloud.geo.points import nearest_window
from riskcloud.hazard.typhoon.averaging import sustained_1min
from riskcloud.hazard.typhoon.field import MaximumWind, at_hours, sites_in_cells
from riskcloud.hazard.typhoon.path import hours_since_start
from riskcloud.hazard.typhoon.profiles import holland_1980, holland_2008, holland_2010, profile_name
from riskcloud.kernels import climada6 as kernel
from riskcloud.kernels import profiles
from riskcloud.types import Floats, Sites, Track
from riskcloud.units import HOUR, KM, KNOT

MODELS = ("holland_1980", "holland_2008", "holland_2010", "emanuel_rotunno_2011")
_CODE = {"holland_1980": profiles.HOLLAND, "holland_2008": profiles.HOLLAND,
         "holland_2010": profiles.HOLLAND_2010,
         "emanuel_rotunno_2011": profiles.EMANUEL_ROTUNNO_2011}


def maximum_wind(track: Track, sites: Sites, *, model: str) -> MaximumWind:
    """Maximum 1-min wind at sites over the positions of the track as they are given.

    Interpolate the track first (hourly is that program's habit). The first position gives no
    wind, sites beyond 300 km none; no land factor, no inflow.

    Parameters
    ----------
    track : filled; winds of any averaging period, brought to 1 min.
    sites : anywhere; longitudes in any window.
    model : a name of ``MODELS`` or its short form.

    Returns
    -------
    MaximumWind : 1-min sustained wind at 10 m [m/s].

    Raises
    ------
    ModelError : a profile that program does not have. InputError : a track of one fix.

    Source
    ------
    CLIMADA 6.1.0 as observed in its results and tests (docs/science/climada-6.md).
    """
    name = profile_name(model)
    if name not in MODELS:
        raise ModelError(f"preset climada-6 has {', '.join(MODELS)}; not {name}")
    if len(track) < 2:
        raise InputError(f"track {track.event_id}: one fix only; motion needs two or more")
    card = load_card("wind", "climada-6")
    nodes = _nodes(track, name)
    lon = nearest_window(sites.lon, float(np.mean(track.lon)))
    order, start = sites_in_cells(lon, sites.lat)
    n = len(sites)
    speed, direction, node = np.zeros(n), np.full(n, np.nan), np.full(n, -1)
    evaluations = np.zeros(len(start) - 1, np.int64)
    kernel.maximum_wind(_CODE[name], lon, np.array(sites.lat, np.float64), order,
                        start, nodes, card["reach_km"] * KM, card["km_per_deg"] * KM,
                        speed, node, direction, evaluations)
    hour = np.where(node >= 0, hours_since_start(track)[node + 1], np.nan)
    return MaximumWind(speed, direction, at_hours(track, hour), int(evaluations.sum()))


def _nodes(track: Track, name: str) -> Floats:
    """Rows for the kernel, one a position from the second on."""
    card = load_card("wind", "climada-6")
    hours = np.diff(hours_since_start(track))
    cos_lat = np.cos(np.radians(track.lat))
    per_deg = card["km_per_deg"] * KM
    east = np.diff(track.lon) * cos_lat[:-1] * per_deg / (hours * HOUR)
    north = np.diff(track.lat) * per_deg / (hours * HOUR)
    motion = np.hypot(east, north)
    held = np.minimum(motion, card["largest_motion_kn"] * KNOT) / np.maximum(motion, 1e-12)
    nodes = np.zeros((len(hours), kernel.SHAPE + profiles.N_SHAPE))
    columns = {kernel.LON: track.lon[1:], kernel.LAT: track.lat[1:],
               kernel.COS_LAT: cos_lat[1:], kernel.R_MAX: track.r_max_m[1:],
               kernel.MOTION_EAST: east * held, kernel.MOTION_NORTH: north * held,
               kernel.MOTION: motion * held, kernel.SPIN: np.where(track.lat[1:] < 0, -1.0, 1.0),
               kernel.DEDUCT: float(name in ("holland_2008", "holland_2010"))}
    for column, values in columns.items():
        nodes[:, column] = values
    nodes[:, kernel.SHAPE:] = _shape(track, name, hours, motion * held)
    return nodes


def _shape(track: Track, name: str, hours: Floats, motion: Floats) -> Floats:
    card = load_card("wind", "climada-6")
    density = card["air_density_kg_m3"]
    deficit = np.maximum(track.environmental_pressure_pa - track.central_pressure_pa, 0.0)[1:]
    half_f = card["earth_rotation_rad_s"] * np.abs(np.sin(np.radians(track.lat[1:])))
    peak = sustained_1min(track.max_wind_m_s, track.wind_averaging_s)[1:]
    b_s = holland_2008.b_surface(
        deficit_pa=deficit, lat=track.lat[1:], motion_m_s=motion,
        pressure_tendency_pa_s=np.diff(track.central_pressure_pa) / (hours * HOUR))
    b, scale = b_s, 1.0
    if name == "holland_2010":
        return _outer_rows(track.r_max_m[1:], holland_2008.peak_wind(deficit, b_s, density), b_s)
    if name == "holland_1980":
        # B from the gradient wind with the motion taken off; the whole profile is brought down
        scale = 0.9
        gradient = np.maximum(peak - motion, 0.0) / scale
        b = holland_1980.b_from_wind(gradient, deficit, density)
    out = np.zeros((len(deficit), profiles.N_SHAPE))
    if name == "emanuel_rotunno_2011":
        out[:, 0] = track.r_max_m[1:] * (peak + half_f * track.r_max_m[1:])
        out[:, 1], out[:, 3] = 1.0, 1.0
    else:
        out[:, 0], out[:, 1] = b, b * deficit / (density * np.e)
        out[:, 2], out[:, 3] = half_f, scale
    return out


def _outer_rows(r_max_m: Floats, peak_m_s: Floats, b_s: Floats) -> Floats:
    radius = np.full(len(b_s), holland_2010.OUTER_RADIUS_M)
    x = holland_2010.outer_exponent(peak_m_s=peak_m_s, r_max_m=r_max_m, b_s=b_s)
    return holland_2010.rows(r_max_m=r_max_m, peak_m_s=peak_m_s, b_s=b_s, outer_x=x,
                             outer_radius_m=radius, radius_end_m=np.inf)
