"""Lives of many storms: from genesis to end, or along given tracks, each by its own numbers.

A draw is a pure function of (seed, key of the storm, number of the draw), so that neither order,
chunks nor threads change a storm.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.sampling import uniform
from riskcloud.kernels.storm_steps import (
    METRES_A_DEGREE,
    NEAR_PEAK,
    STEP_H,
    at_place,
    deficit_ahead,
    drawn,
    in_season,
    land_shares,
    month_of,
    place,
    residual_row,
    season_of,
)

Array = npt.NDArray[Any]

LEAST_HPA = 1.0
FIRST_MEMBER, MEMBERS_A_STEP, MEMBERS_AN_ATTEMPT = 16, 4, 4096
"""Draws 0 to 15 of a storm belong to its genesis; each step has four, each attempt 4096."""
MOST_ATTEMPTS = 50
REACHED_HPA = 8.0
"""Deficit that a storm of the archive reaches: of those with a pressure 97 in 100 do (Tokyo keeps
the storms that became tropical storms)."""
DEVIATE_MEMBER = 1 << 20
"""First draw of the deviates of size and wind."""
WEST, EAST, SOUTH, NORTH = 96.0, 187.0, 1.0, 54.0
"""A storm that leaves these bounds ends."""
STEERED_HPA = 60.0
"""Deficit from which the motion no longer changes with it."""
SWIFT_M_S = 15.0
"""Speed from which the residual of the motion no longer grows with it."""
N_SURFACES = 4
MARGINAL_SEA_LON = 120.0
"""Storms past their peak end sooner west of this: the South China Sea."""
SPREAD_LIMIT = 6.0


@njit(cache=True, nogil=True, error_model="numpy")
def uniforms(seed: int, keys: Array, member: int, out: Array) -> None:
    """Write one draw in (0, 1) for each storm's key (n,)."""
    for i in range(len(keys)):
        out[i] = uniform(seed, keys[i], member)


@njit(cache=True, nogil=True, error_model="numpy")
def strength_of(deficit: float) -> float:
    """Part of the deficit [hPa] that motion depends on, 0 to 1: deep storms turn poleward."""
    return min(max(deficit, 0.0), STEERED_HPA) / STEERED_HPA


@njit(cache=True, nogil=True, error_model="numpy")
def residual_scale(scale: Array, u: float, v: float, strength: float) -> float:
    """Factor on the residual of a motion [-]: deep storms keep their way, fast ones less so.

    scale (3,): ln of the factor is scale . (1, strength, speed / SWIFT_M_S).
    """
    speed = min(np.hypot(u, v) / SWIFT_M_S, 1.0)
    return float(np.exp(scale[0] + scale[1] * strength + scale[2] * speed))


@njit(cache=True, nogil=True, error_model="numpy")
def next_motion(motion: Array, axes: Array, day: float, lon: float, lat: float, u: float,
                v: float, u1: float, v1: float, strength: float, e: float, f: float,
                ) -> tuple[float, float]:
    """East and north speed of the next step [m/s].

    motion (12, n_lat, n_lon, 15): for each component the regression on (1, u, v, u1, v1,
    strength), the last two motions and the deficit's part; then the Cholesky factor (11, 21, 22)
    of the residuals' covariance; e, f: residuals by it.
    """
    first, second, later = month_of(day)
    j, b = place(lon, axes[0], axes[1], motion.shape[2])
    i, a = place(lat, axes[2], axes[3], motion.shape[1])
    east = north = 0.0
    for month, share in ((first, 1.0 - later), (second, later)):
        for di, weight_lat in ((0, 1.0 - a), (1, a)):
            for dj, weight_lon in ((0, 1.0 - b), (1, b)):
                c = motion[month, i + di, j + dj]
                weight = share * weight_lat * weight_lon
                east += weight * (c[0] + c[1] * u + c[2] * v + c[3] * u1 + c[4] * v1
                                  + c[5] * strength + c[12] * e)
                north += weight * (c[6] + c[7] * u + c[8] * v + c[9] * u1 + c[10] * v1
                                   + c[11] * strength + c[13] * e + c[14] * f)
    return east, north


@njit(cache=True, nogil=True, error_model="numpy")
def surface_of(mainland: float, lon: float, deficit: float, peak: float) -> int:
    """Row of the ends' table: 0 over sea near the storm's peak so far, past it 1 east and 2 west
    of MARGINAL_SEA_LON, 3 when most around the last step was mainland. Islands count as sea.
    """
    if mainland > 0.5:
        return 3
    if deficit >= NEAR_PEAK * peak:
        return 0
    return 2 if lon < MARGINAL_SEA_LON else 1


@njit(cache=True, nogil=True, error_model="numpy")
def ends(lysis: Array, deficit_edges: Array, lat_edges: Array, deficit: float, lat: float,
         u: float) -> bool:
    """Return True when a storm ends at this fix: u in (0, 1) against the table (n, m)."""
    level = band = 0
    while level < len(deficit_edges) and deficit >= deficit_edges[level]:
        level += 1
    while band < len(lat_edges) and lat >= lat_edges[band]:
        band += 1
    return bool(u < lysis[level, band])


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def live(seed: int, keys: Array, day: Array, birth: Array, motion: Array, motion_axes: Array,
         motion_scale: Array, pool: Array, near: Array, potential: Array, potential_axes: Array,
         local: Array, local_axes: Array, residuals: Array, edges: Array, lysis: Array,
         lysis_deficit: Array, lysis_lat: Array, parameters: Array, out: Array,
         n_fixes: Array) -> None:
    """Write the lives of storms: out (n, most, 3) lon, lat, deficit [hPa]; n_fixes (n,).

    birth (n, 5): lon, lat, deficit, east, north [m/s]; day (n,) of the year; pool (k, 2):
    standardised residuals of motion to draw from; the rest as intensity.Intensity holds it. A
    life that never reaches REACHED_HPA is drawn anew: the archive holds none such.
    """
    for s in prange(len(keys)):
        for attempt in range(MOST_ATTEMPTS):
            n, peak = one_life(
                seed, keys[s], FIRST_MEMBER + MEMBERS_AN_ATTEMPT * attempt, day[s], birth[s],
                motion, motion_axes, motion_scale, pool, near, potential, potential_axes, local,
                local_axes, residuals, edges, lysis, lysis_deficit, lysis_lat, parameters, out[s])
            n_fixes[s] = n
            if peak >= REACHED_HPA:
                break


@njit(cache=True, nogil=True, error_model="numpy")
def one_life(seed: int, key: int, first_member: int, day: float, birth: Array, motion: Array,
             motion_axes: Array, motion_scale: Array, pool: Array, near: Array, potential: Array,
             potential_axes: Array, local: Array, local_axes: Array, residuals: Array,
             edges: Array, lysis: Array, lysis_deficit: Array, lysis_lat: Array,
             parameters: Array, out: Array) -> tuple[int, float]:
    """Write one life into out (most, 3); return its number of fixes and its largest deficit."""
    lon, lat, deficit, u, v = birth
    u1, v1, d1, d2, d3, before, peak = u, v, 0.0, 0.0, 0.0, 0.0, deficit
    out[0, 0], out[0, 1], out[0, 2] = lon, lat, deficit
    n = 1
    while n < len(out):
        member = first_member + MEMBERS_A_STEP * n
        now = day + STEP_H / 24.0 * (n - 1)
        if n > 1:
            pick = int(uniform(seed, key, member) * len(pool))
            strength = strength_of(deficit)
            wide = residual_scale(motion_scale, u, v, strength)
            east, north = next_motion(motion, motion_axes, now, lon, lat, u, v, u1, v1, strength,
                                      wide * pool[pick, 0], wide * pool[pick, 1])
            u, v, u1, v1 = east, north, u, v
        to_lat = lat + v * STEP_H * 3600.0 / METRES_A_DEGREE
        shrink = np.cos(np.radians(0.5 * (lat + to_lat)))
        to_lon = lon + u * STEP_H * 3600.0 / METRES_A_DEGREE / shrink
        if not (WEST < to_lon < EAST and SOUTH < to_lat < NORTH):
            break
        mainland, island, high = land_shares(near, lon, lat, to_lon, to_lat)
        over_land = mainland + island + high
        ahead, spread = deficit_ahead(
            deficit, d1, d2, d3, before, peak, n - 1.0, mainland, island, high, to_lat, u, v,
            season_of(now),
            in_season(potential, potential_axes, now + STEP_H / 24.0, to_lon, to_lat),
            at_place(local[0], local_axes, to_lon, to_lat),
            at_place(local[1], local_axes, to_lon, to_lat),
            at_place(local[2], local_axes, to_lon, to_lat), parameters)
        z = drawn(residuals, residual_row(deficit, peak, over_land, edges),
                  uniform(seed, key, member + 1))
        ahead = max(ahead + spread * z, LEAST_HPA)
        d1, d2, d3, before = ahead - deficit, d1, d2, over_land
        lon, lat, deficit = to_lon, to_lat, ahead
        peak = max(peak, deficit)
        out[n, 0], out[n, 1], out[n, 2] = lon, lat, deficit
        n += 1
        if ends(lysis[surface_of(mainland, lon, deficit, peak)], lysis_deficit, lysis_lat,
                deficit, lat, uniform(seed, key, member + 2)):
            break
    return n, peak


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def follow(start: Array, day: Array, lon: Array, lat: Array, standard: Array, observed: Array,
           near: Array, potential: Array, potential_axes: Array, local: Array,
           local_axes: Array, parameters: Array, invert: bool, out: Array) -> None:
    """Deficits along given tracks, or the standardised residuals that observed ones imply.

    Fixes of storm s are start[s]:start[s + 1], six hours apart; day (n_storms,) of the first.
    With ``invert`` False, out (n_fixes,) is the deficit that starts as observed and takes
    standard[i] as the residual of the step from fix i; with True, out[i] is that residual for the
    observed deficits, limited to 6 on either side, 0 at a storm's last fix.
    """
    for s in prange(len(start) - 1):
        a, b = start[s], start[s + 1]
        if b <= a:
            continue
        deficit = max(observed[a], LEAST_HPA)
        peak = deficit
        d1 = d2 = d3 = before = 0.0
        out[a] = 0.0 if invert else deficit
        for i in range(a, b - 1):
            now = day[s] + STEP_H / 24.0 * (i - a)
            mainland, island, high = land_shares(near, lon[i], lat[i], lon[i + 1], lat[i + 1])
            metres = METRES_A_DEGREE / (STEP_H * 3600.0)
            v = (lat[i + 1] - lat[i]) * metres
            u = (lon[i + 1] - lon[i]) * metres * np.cos(np.radians(0.5 * (lat[i] + lat[i + 1])))
            ahead, spread = deficit_ahead(
                deficit, d1, d2, d3, before, peak, i - a + 0.0, mainland, island, high,
                lat[i + 1], u, v, season_of(now),
                in_season(potential, potential_axes, now + STEP_H / 24.0, lon[i + 1], lat[i + 1]),
                at_place(local[0], local_axes, lon[i + 1], lat[i + 1]),
                at_place(local[1], local_axes, lon[i + 1], lat[i + 1]),
                at_place(local[2], local_axes, lon[i + 1], lat[i + 1]), parameters)
            if invert:
                reached = max(observed[i + 1], LEAST_HPA)
                out[i] = min(max((reached - ahead) / spread, -SPREAD_LIMIT), SPREAD_LIMIT)
                out[i + 1] = 0.0
            else:
                reached = max(ahead + spread * standard[i], LEAST_HPA)
                out[i + 1] = reached
            d1, d2, d3, before = reached - deficit, d1, d2, mainland + island + high
            deficit = reached
            peak = max(peak, deficit)


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def deviates(seed: int, keys: Array, start: Array, persistence: Array, correlation: float,
             out: Array) -> None:
    """Standard normal deviates along storms, (3, n_fixes): Rmax, r34, the rest of the wind.

    First-order autoregressions, persistence (3,) a fix; the first two have this correlation.
    """
    for s in prange(len(start) - 1):
        for i in range(start[s], start[s + 1]):
            member = DEVIATE_MEMBER + 4 * (i - start[s])
            long = np.sqrt(-2.0 * np.log(uniform(seed, keys[s], member)))
            angle = 2.0 * np.pi * uniform(seed, keys[s], member + 1)
            own = long * np.cos(angle)
            size = long * np.sin(angle)
            rest = (np.sqrt(-2.0 * np.log(uniform(seed, keys[s], member + 2)))
                    * np.cos(2.0 * np.pi * uniform(seed, keys[s], member + 3)))
            r_max = correlation * size + np.sqrt(1.0 - correlation**2) * own
            for k, value in enumerate((r_max, size, rest)):
                if i == start[s]:
                    out[k, i] = value
                else:
                    kept = persistence[k]
                    out[k, i] = kept * out[k, i - 1] + np.sqrt(1.0 - kept * kept) * value
