"""Linear boundary layer of a moving cyclone (Kepert 2001), and its maximum wind at sites.

``hazard/typhoon/boundary_layer.py`` has the equations. Azimuth counts from the direction of motion
in the sense of the cyclone; radial wind is positive outward, azimuthal wind in that sense.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.profiles import profile_speeds
from riskcloud.kernels.sectors import relative_factor
from riskcloud.kernels.vortex import M_PER_DEG, background

Array = npt.NDArray[Any]

MEAN_U, MEAN_V, COS_U, SIN_U, COS_V, SIN_V = range(6)
"""Columns of a wind: its mean around the storm and its cosine and sine of azimuth, radial (u) and
azimuthal (v), m/s."""
N_WIND = 6

(LON, LAT, SIN_LAT, COS_LAT, EAST, NORTH, SPIN, TIME, FIRST_RADIUS) = range(9)
"""Columns of a node: degrees, sine, cosine, unit vector of the motion, +1 or -1 by hemisphere,
hours, innermost radius of its table m."""

LEAST_STABLE = 0.1
"""Least absolute vorticity as a share of twice the angular speed's: the theory has no solution
where the flow is inertially unstable."""


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _modes(k: float, z: float, gradient: float, spin: float, vorticity: float, stable: float,
           viscosity: float, drag: float, force_u: complex, force_v: complex,
           ) -> tuple[complex, complex]:
    """Return one Fourier component of radial and azimuthal departure from the gradient wind.

    spin: V/r; stable: 2 V/r + f; vorticity: V/r + dV/dr + f; drag: Cd V / K; forces: what the drag
    acts on besides the departure, as winds.
    """
    inertia = (stable * vorticity) ** 0.5
    ratio = (vorticity / stable) ** 0.5
    p = (1j * (k * spin + inertia) / viscosity) ** 0.5
    q = (1j * (k * spin - inertia) / viscosity) ** 0.5
    both = (p + 2.0 * drag) * (q + drag) + (q + 2.0 * drag) * (p + drag)
    a = -drag * (1j * force_v * (q + drag) / ratio + force_u * (q + 2.0 * drag)) / both
    b = -(drag * force_u + (p + drag) * a) / (q + drag)
    a, b = a * np.exp(-p * z), b * np.exp(-q * z)
    return a + b, 1j * ratio * (b - a)


@njit(cache=True, nogil=True, error_model="numpy")
def wind(z: float, radius: float, gradient: float, slope: float, coriolis: float, motion: float,
         viscosity: float, drag_coefficient: float, out: Array) -> None:
    """Write the wind relative to the ground at height z, out (N_WIND,).

    gradient, slope: V and dV/dr of the vortex; motion: speed of the centre.
    """
    around = gradient / radius
    stable = 2.0 * around + coriolis
    vorticity = max(around + slope + coriolis, LEAST_STABLE * stable)
    drag = drag_coefficient * gradient / viscosity
    mean_u, mean_v = _modes(0.0, z, gradient, around, vorticity, stable, viscosity, drag, 0j,
                            gradient + 0j)
    first_u, first_v = _modes(1.0, z, gradient, around, vorticity, stable, viscosity, drag,
                              0.5 * motion + 0j, 1j * motion)
    out[MEAN_U], out[MEAN_V] = mean_u.real, gradient + mean_v.real
    out[COS_U], out[SIN_U] = motion + 2.0 * first_u.real, -2.0 * first_u.imag
    out[COS_V], out[SIN_V] = 2.0 * first_v.real, -motion - 2.0 * first_v.imag


@njit(cache=True, nogil=True, error_model="numpy")
def largest(winds: Array, n_azimuths: int) -> float:
    """Return the largest speed of winds (n, N_WIND) around the storm."""
    most = 0.0
    for k in range(n_azimuths):
        cosine, sine = np.cos(2.0 * np.pi * k / n_azimuths), np.sin(2.0 * np.pi * k / n_azimuths)
        for j in range(winds.shape[0]):
            u = winds[j, MEAN_U] + winds[j, COS_U] * cosine + winds[j, SIN_U] * sine
            v = winds[j, MEAN_V] + winds[j, COS_V] * cosine + winds[j, SIN_V] * sine
            most = max(most, u * u + v * v)
    return most**0.5


@njit(cache=True, nogil=True, error_model="numpy", parallel=True)
def tables(code: int, r_max: Array, shape: Array, coriolis: Array, motion: Array, peak: Array,
           relative_radius: Array, viscosity: float, drag_coefficient: float, rounds: int,
           out: Array) -> None:
    """Write surface winds by radius of each node, out (n_nodes, n_radii, N_WIND).

    relative_radius (n_radii,) in radii of maximum wind. The profile (code, shape (n_nodes,
    N_SHAPE)) times a factor is the gradient wind; the factor is found in ``rounds`` steps so that
    the strongest surface wind anywhere around the storm is ``peak``.
    """
    n_radii = relative_radius.size
    for i in prange(r_max.size):
        radius = relative_radius * r_max[i]
        speed, outer, inner = np.empty(n_radii), np.empty(n_radii), np.empty(n_radii)
        profile_speeds(code, radius, r_max[i], shape[i], speed)
        profile_speeds(code, radius * 1.001, r_max[i], shape[i], outer)
        profile_speeds(code, radius * 0.999, r_max[i], shape[i], inner)
        factor = 1.0
        for turn in range(rounds + 1):
            for j in range(n_radii):
                gradient = factor * max(speed[j], 0.0)
                slope = factor * (max(outer[j], 0.0) - max(inner[j], 0.0)) / (0.002 * radius[j])
                wind(0.0, radius[j], gradient, slope, coriolis[i],
                     motion[i] * background(radius[j]), viscosity, drag_coefficient, out[i, j])
            if turn < rounds:
                factor *= peak[i] / max(largest(out[i], 24), 1e-6)


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _at_site(lon: float, lat: float, sin_lat: float, cos_lat: float, node: Array, table: Array,
             per_log_step: float) -> tuple[float, float]:
    """Return east and north wind of a node at a site."""
    mean_cos = (0.5 * (1.0 + cos_lat * node[COS_LAT] - sin_lat * node[SIN_LAT])) ** 0.5
    x = (lon - node[LON]) * M_PER_DEG * mean_cos
    y = (lat - node[LAT]) * M_PER_DEG
    r = max((x * x + y * y) ** 0.5, 1.0)
    position = np.log(r / node[FIRST_RADIUS]) * per_log_step
    if not position < table.shape[0] - 1:
        return 0.0, 0.0
    position = max(position, 0.0)
    j = int(position)
    w = position - j
    x, y, spin = x / r, y / r, node[SPIN]
    cosine = x * node[EAST] + y * node[NORTH]
    sine = spin * (node[EAST] * y - node[NORTH] * x)
    a, b = table[j], table[j + 1]
    u = (a[MEAN_U] + w * (b[MEAN_U] - a[MEAN_U]) + (a[COS_U] + w * (b[COS_U] - a[COS_U])) * cosine
         + (a[SIN_U] + w * (b[SIN_U] - a[SIN_U])) * sine)
    v = (a[MEAN_V] + w * (b[MEAN_V] - a[MEAN_V]) + (a[COS_V] + w * (b[COS_V] - a[COS_V])) * cosine
         + (a[SIN_V] + w * (b[SIN_V] - a[SIN_V])) * sine)
    return u * x - v * spin * y, u * y + v * spin * x


@njit(cache=True, nogil=True, error_model="numpy", parallel=True)
def maximum_wind(lon: Array, lat: Array, nodes: Array, winds: Array, per_log_step: float,
                 calm_m_s: float, relative: Array, out_speed: Array, out_from_deg: Array,
                 out_hour: Array) -> None:
    """Write each site's maximum over all nodes, at the top of the parabola around the best.

    winds (n_nodes, n_radii, N_WIND) of ``tables``, per_log_step (n_radii - 1) over the log of the
    outermost radius by the innermost. relative (n_sites, COLUMNS) of ``kernels/sectors.py``, or no
    row: over open water. Below calm: 0, NaN, NaN.
    """
    n_nodes = nodes.shape[0]
    for i in prange(lon.size):
        sin_lat, cos_lat = np.sin(np.radians(lat[i])), np.cos(np.radians(lat[i]))
        best, best_node, best_from = 0.0, -1, np.nan
        before, after, last = 0.0, 0.0, 0.0
        for k in range(n_nodes):
            u, v = _at_site(lon[i], lat[i], sin_lat, cos_lat, nodes[k], winds[k], per_log_step)
            speed = (u * u + v * v) ** 0.5
            if relative.shape[0]:
                speed *= relative_factor(u, v, relative, i)
            if speed > best:
                best, best_node, before, after = speed, k, last, 0.0
                best_from = np.degrees(np.arctan2(-u, -v)) % 360.0
            elif k == best_node + 1:
                after = speed
            last = speed
        out_speed[i], out_from_deg[i], out_hour[i] = 0.0, np.nan, np.nan
        if best < calm_m_s or best_node < 0:
            continue
        shift = 0.0
        if 0 < best_node < n_nodes - 1 and before > 0.0 and after > 0.0:
            bend = before - 2.0 * best + after
            shift = 0.5 * (before - after) / bend if bend < 0.0 else 0.0
            best -= 0.25 * (before - after) * shift
        beside = best_node + (1 if shift > 0.0 else -1 if shift < 0.0 else 0)
        out_speed[i], out_from_deg[i] = best, best_from
        out_hour[i] = nodes[best_node, TIME] + abs(shift) * (
            nodes[beside, TIME] - nodes[best_node, TIME])
