"""What the ground upwind makes of the wind at a site, ray by ray.

A ground is a grid of codes (n_rows, n_columns) uint8, one a roughness, 0 open water; tables by
height give what a uniform surface of that code would do. Along each ray the logarithm of the mean
wind is the sum over steps of their weight times the table's value at the step's middle;
turbulence is shared between the surface around the site and the same sum. Columns may not wrap:
the caller's grid holds every cell that a ray can reach.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

Array = npt.NDArray[Any]

WATER = 0


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _between(x: float, at: Array, value: Array) -> float:
    """Return the broken line through (at, value), its ends continued straight."""
    k = 0
    while k < at.size - 2 and x > at[k + 1]:
        k += 1
    return value[k] + (x - at[k]) * (value[k + 1] - value[k]) / (at[k + 1] - at[k])


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _around(near: float, wet: float, zone: float, least: float) -> float:
    """Return the turbulence of a site's surroundings; water among them has that of its zone."""
    lift = zone - near
    if lift > 0.0:
        near += min(1.0, 2.0 * wet) * lift
    return max(near, least)


@njit(cache=True, nogil=True, error_model="numpy")
def _at_height(row: float, column: float, shrink: float, first_row: int, first_column: int,
               ground: Array, along_rows: Array, along_columns: Array, weight: Array, near: Array,
               zone: Array, share: float, least: float, log_mean: Array, turbulence: Array,
               mean_out: Array, turbulence_out: Array) -> None:
    """Write mean and turbulence by sector of one site at one height of the tables."""
    n_rays, n_steps = along_rows.shape
    n_sectors = mean_out.size
    per_sector = n_rays // n_sectors
    around, wet, coast = 0.0, 0.0, 0.0
    for sector in range(n_sectors):
        mean, upwind = 0.0, 0.0
        for ray in range(sector * per_sector, (sector + 1) * per_sector):
            total = 0.0
            for step in range(n_steps):
                i = int(row + along_rows[ray, step]) - first_row
                j = int(column + along_columns[ray, step] * shrink) - first_column
                code = ground[i, j]
                wild = turbulence[code]
                total += weight[step] * log_mean[code]
                upwind += weight[step] * wild
                around += near[step] * wild
                coast += zone[step] * wild
                wet += near[step] * (code == WATER)
            mean += np.exp(total)
        mean_out[sector] = mean / per_sector
        turbulence_out[sector] = upwind / per_sector
    here = _around(around / n_rays, wet / n_rays, coast / n_rays, least)
    for sector in range(n_sectors):
        turbulence_out[sector] = share * here + (1.0 - share) * turbulence_out[sector]


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def exposure_factors(row: Array, column: Array, shrink: Array, level: Array, on_land: Array,
                     first_row: int, first_column: int, ground: Array, along_rows: Array,
                     along_columns: Array, weight: Array, near: Array, zone: Array, share: Array,
                     coastal: Array, log_mean: Array, turbulence: Array, mean_out: Array,
                     turbulence_out: Array) -> None:
    """Write the mean wind, relative to open water at 10 m, and turbulence intensity of sites.

    row, column (n,) place in cells of the Earth, so large that no ray leads below 0; the grid's
    first cell is (first_row, first_column); shrink (n,) columns of a ray's step per its column at
    the equator, 1 / cos(lat); level (n,) place among the tables' heights, whole numbers being a
    height itself; on_land (n,) bool whether the surroundings have at least the turbulence
    ``coastal`` (n_levels,); ground (n_rows, n_columns) codes; along_rows, along_columns (n_rays,
    n_steps) of the steps' middles in cells; weight (n_levels, n_steps), near (n_steps,) of the
    steps around the site and zone (n_steps,) of the coastal zone, each summing to 1; share
    (n_levels,) of turbulence that belongs to the surroundings; log_mean, turbulence (n_levels,
    n_codes); outputs (n, n_sectors). Rays come sector by sector.
    """
    n_sectors = mean_out.shape[1]
    for i in prange(row.size):
        below = int(level[i])
        part = level[i] - below
        least = coastal[below] if on_land[i] else 0.0
        _at_height(row[i], column[i], shrink[i], first_row, first_column, ground, along_rows,
                   along_columns, weight[below], near, zone, share[below], least, log_mean[below],
                   turbulence[below], mean_out[i], turbulence_out[i])
        if part > 0.0:
            mean, wild = np.empty(n_sectors), np.empty(n_sectors)
            least = coastal[below + 1] if on_land[i] else 0.0
            _at_height(row[i], column[i], shrink[i], first_row, first_column, ground, along_rows,
                       along_columns, weight[below + 1], near, zone, share[below + 1], least,
                       log_mean[below + 1], turbulence[below + 1], mean, wild)
            for k in range(n_sectors):
                mean_out[i, k] += part * (mean[k] - mean_out[i, k])
                turbulence_out[i, k] += part * (wild[k] - turbulence_out[i, k])


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def gust_factors(mean: Array, turbulence: Array, to_mean: float, intensity: Array, gust: Array,
                 sustained: Array, sustained_out: Array, gust_out: Array) -> None:
    """Scale ``mean`` (n, n_sectors) by ``to_mean``; write its 1-min and 3-s values.

    gust, sustained (k,) ratios to the mean at turbulence ``intensity`` (k,).
    """
    for i in prange(mean.shape[0]):
        for k in range(mean.shape[1]):
            mean[i, k] *= to_mean
            sustained_out[i, k] = mean[i, k] * _between(turbulence[i, k], intensity, sustained)
            gust_out[i, k] = mean[i, k] * _between(turbulence[i, k], intensity, gust)
