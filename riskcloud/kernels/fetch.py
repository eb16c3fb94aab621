"""What the ground upwind makes of the wind at a site, ray by ray.

A ground is a grid of codes (n_rows, n_columns) uint8, one a roughness, 0 open water; tables by
height give what a uniform surface of that code would do. Along each ray the logarithm of the mean
wind is the sum over steps of their weight times the table's value at the step's middle. So is
turbulence, but that water near a coast has more of it, and that water around a site calms what
comes over land. The region upwind acts on the wind aloft: by code and by the relief of coarser
cells of their own (steps (n_rows, n_columns) uint8) it slows the mean, each step of the ray by a
weight of its own. Columns may not wrap: the caller's grids hold every cell that a ray can reach.
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


@njit(cache=True, nogil=True, error_model="numpy")
def _at_height(row: float, column: float, shrink: float, first_row: int, first_column: int,
               ground: Array, along_rows: Array, along_columns: Array, weight: Array, near: Array,
               zone: Array, zone_share: float, share: float, least: float, log_mean: Array,
               turbulence: Array, hills: Array, hill_place: Array, hill_weight: Array,
               hill_effect: Array, mean_out: Array, turbulence_out: Array, land_out: Array,
               region_out: Array) -> None:
    """Write what a site's surroundings make of the wind by sector, at one height of the tables."""
    n_rays, n_steps = along_rows.shape
    n_sectors = mean_out.size
    per_sector = n_rays // n_sectors
    around, coast, wet_around = 0.0, 0.0, 0.0
    cells, first_hill_row, first_hill_column = hill_place[0], int(hill_place[1]), int(hill_place[2])
    for sector in range(n_sectors):
        mean, slowed, upwind, water = 0.0, 0.0, 0.0, 0.0
        for ray in range(sector * per_sector, (sector + 1) * per_sector):
            total, drag = 0.0, 0.0
            for step in range(n_steps):
                down = row + along_rows[ray, step]
                right = column + along_columns[ray, step] * shrink
                code = ground[int(down) - first_row, int(right) - first_column]
                aloft = hill_weight[step]
                if aloft > 0.0:
                    hill = hills[int(down * cells) - first_hill_row,
                                 int(right * cells) - first_hill_column]
                    drag += aloft * hill_effect[code, hill]
                wild = turbulence[code]
                total += weight[step] * log_mean[code]
                upwind += weight[step] * wild
                water += weight[step] * (code == WATER)
                coast += zone[step] * wild
                if near[step] > 0.0:
                    around += near[step] * wild
                    wet_around += near[step] * (code == WATER)
            mean += np.exp(total)
            slowed += np.exp(total + drag)
        mean_out[sector] = mean / per_sector
        turbulence_out[sector] = upwind / per_sector
        land_out[sector] = max(1.0 - water / per_sector, 0.0)
        region_out[sector] = slowed / mean
    # water near a coast is not as smooth as the open sea, whatever the direction
    lift = zone_share * max(max(coast / n_rays, least) - turbulence[WATER], 0.0)
    around = (around + wet_around * lift) / n_rays
    for sector in range(n_sectors):
        upwind = turbulence_out[sector] + (1.0 - land_out[sector]) * lift
        # water around a site calms what comes over land; land around it has no fetch to stir
        turbulence_out[sector] = upwind + share * min(around - upwind, 0.0)


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def exposure_factors(row: Array, column: Array, shrink: Array, level: Array, on_land: Array,
                     first_row: int, first_column: int, ground: Array, along_rows: Array,
                     along_columns: Array, weight: Array, near: Array, zone: Array,
                     zone_share: float, share: Array, coastal: Array, log_mean: Array,
                     turbulence: Array, hills: Array, hill_place: Array, hill_weight: Array,
                     hill_effect: Array, mean_out: Array, turbulence_out: Array,
                     land_out: Array, region_out: Array) -> None:
    """Write mean wind, relative to open water at 10 m, turbulence, land's and region's share.

    row, column (n,) place in cells of the Earth, so large that no ray leads below 0; the grid's
    first cell is (first_row, first_column); shrink (n,) columns of a ray's step per its column at
    the equator, 1 / cos(lat); level (n,) place among the tables' heights, whole numbers being a
    height itself; on_land (n,) bool whether the surroundings have at least the turbulence
    ``coastal`` (n_levels,); ground (n_rows, n_columns) codes; along_rows, along_columns (n_rays,
    n_steps) of the steps' middles in cells; weight (n_levels, n_steps), near (n_steps,) of the
    steps around the site and zone (n_steps,) of the coastal zone, each summing to 1; zone_share of
    what the zone's turbulence has beyond the sea's that water near a coast has; share (n_levels,)
    by which water around a site calms what comes over land; log_mean, turbulence (n_levels,
    n_codes). hills (n, m) steps of the relief, hill_place their cells per cell of the ground and
    their first row and column; hill_weight (n_steps,); hill_effect (n_levels, n_codes,
    n_steps of relief) on the logarithm of the mean, 0 over water. Outputs (n, n_sectors): the mean
    without the region, the weight of what is not water, and what the region leaves of the mean.
    Rays come sector by sector.
    """
    n_sectors = mean_out.shape[1]
    for i in prange(row.size):
        below = int(level[i])
        part = level[i] - below
        least = coastal[below] if on_land[i] else 0.0
        _at_height(row[i], column[i], shrink[i], first_row, first_column, ground, along_rows,
                   along_columns, weight[below], near, zone, zone_share, share[below],
                   least, log_mean[below], turbulence[below], hills, hill_place,
                   hill_weight, hill_effect[below], mean_out[i], turbulence_out[i],
                   land_out[i], region_out[i])
        if part > 0.0:
            mean, wild = np.empty(n_sectors), np.empty(n_sectors)
            land, region = np.empty(n_sectors), np.empty(n_sectors)
            least = coastal[below + 1] if on_land[i] else 0.0
            _at_height(row[i], column[i], shrink[i], first_row, first_column, ground, along_rows,
                       along_columns, weight[below + 1], near, zone, zone_share,
                       share[below + 1], least, log_mean[below + 1], turbulence[below + 1], hills,
                       hill_place, hill_weight, hill_effect[below + 1], mean, wild,
                       land, region)
            for k in range(n_sectors):
                mean_out[i, k] += part * (mean[k] - mean_out[i, k])
                turbulence_out[i, k] += part * (wild[k] - turbulence_out[i, k])
                land_out[i, k] += part * (land[k] - land_out[i, k])
                region_out[i, k] += part * (region[k] - region_out[i, k])


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
