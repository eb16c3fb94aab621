"""Look-ups for very many sites: shaking on grids, and masses of damage ratios from tables."""

from typing import Any

import numpy.typing as npt
from numba import njit, prange

Array = npt.NDArray[Any]


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def interpolate(fields: Array, x: Array, y: Array, level: Array, out: Array) -> None:
    """Write fields (n_levels, n_fields, ny, nx) at places into out (n_fields, n).

    x, y, level (n,) are fractional positions, linear between neighbours; they are held at the
    edges.
    """
    n_levels, n_fields, ny, nx = fields.shape
    for i in prange(x.size):
        px = min(max(x[i], 0.0), nx - 1.0)
        py = min(max(y[i], 0.0), ny - 1.0)
        pl = min(max(level[i], 0.0), n_levels - 1.0)
        column, row, low = int(px), int(py), int(pl)
        column = min(column, nx - 2)
        row = min(row, ny - 2)
        high = min(low + 1, n_levels - 1)
        fx, fy, fl = px - column, py - row, pl - low
        for f in range(n_fields):
            total = 0.0
            for step in range(2):
                at = low if step == 0 else high
                part = 1.0 - fl if step == 0 else fl
                if part > 0.0:
                    lower = (fields[at, f, row, column] * (1.0 - fx)
                             + fields[at, f, row, column + 1] * fx)
                    upper = (fields[at, f, row + 1, column] * (1.0 - fx)
                             + fields[at, f, row + 1, column + 1] * fx)
                    total += part * (lower * (1.0 - fy) + upper * fy)
            out[f, i] = total


@njit(cache=True, nogil=True, parallel=True, error_model="numpy")
def masses_from_tables(set_of: Array, ln_x: Array, shift: Array, tau: Array, phi: Array,
                       tables: Array, first_x: float, per_x: float, first_s: float, per_s: float,
                       n_levels: Array, out: Array) -> None:
    """Write the masses (n, MAX_LEVELS) of each site's set, as ``kernels.quake.set_masses`` does.

    tables (n_sets, 2, n_sigma, n_x, n_levels): of the alternatives without and with the shift,
    at even steps of ln(PGA) and sigma; bilinear, held at the edges.
    """
    n_sigma, n_x = tables.shape[2], tables.shape[3]
    for i in prange(set_of.size):
        s = set_of[i]
        sigma = (tau[i] * tau[i] + phi[i] * phi[i]) ** 0.5
        ps = min(max((sigma - first_s) * per_s, 0.0), n_sigma - 1.000001)
        js = int(ps)
        fs = ps - js
        for level in range(n_levels[s]):
            out[i, level] = 0.0
        for part in range(2):
            value = ln_x[i] - (shift[i] if part == 1 else 0.0)
            px = min(max((value - first_x) * per_x, 0.0), n_x - 1.000001)
            jx = int(px)
            fx = px - jx
            a, b = (1.0 - fs) * (1.0 - fx), (1.0 - fs) * fx
            c, d = fs * (1.0 - fx), fs * fx
            for level in range(n_levels[s]):
                out[i, level] += (a * tables[s, part, js, jx, level]
                                  + b * tables[s, part, js, jx + 1, level]
                                  + c * tables[s, part, js + 1, jx, level]
                                  + d * tables[s, part, js + 1, jx + 1, level])
