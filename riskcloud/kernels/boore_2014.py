"""Boore et al. (2014): median and standard deviation of ground motion, site by site.

Source: Boore, Stewart, Seyhan and Atkinson (2014), Earthquake Spectra 30, 1057-1085, eqs. 1-17.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.elementary import exp, log

Array = npt.NDArray[Any]

(EVENT, GEOMETRIC, ANELASTIC, PSEUDO_SQ) = range(4)
"""The motion on rock: event term F_E, c1 + c2 (M - Mref), c3 + delta c3, h^2. First for PGA, which
drives the soil's nonlinearity, then for the measure itself: ``path`` has eight places."""
(LINEAR, V_CAP, V_REF, F3, F4, F5, PHI, LN_V2, V_SLOPE, LN_R1, R_SLOPE, TAU_SQ) = range(12)
"""Places of ``site``: c, Vc, Vref, f3, f4, f5; phi(M), ln V2, delta phi V / ln(V2 / V1), ln R1,
delta phi R / ln(R2 / R1), tau(M)^2."""

_CHUNK = 4096
_V_NONLINEAR = 760.0  # eq. 8: no further nonlinearity above 760 m/s, none of it at 360 m/s


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def _rock(path: Array, first: int, r_sq: float) -> float:
    """Return ln of the motion on the reference rock; path[first:first + 4] as named above."""
    r = (r_sq + path[first + PSEUDO_SQ]) ** 0.5
    return path[first + EVENT] + path[first + GEOMETRIC] * log(r) + path[first + ANELASTIC] * (
        r - 1.0)  # Rref is 1 km


@njit(cache=True, nogil=True, error_model="numpy")
def _part(r_jb: Array, vs30: Array, path: Array, site: Array, d_phi_r: float, d_phi_v: float,
          median: Array, phi: Array, sigma: Array) -> None:
    """Write the results of some sites; the arguments are those of ``boore_2014``."""
    at_rock = np.exp(site[F5] * (_V_NONLINEAR - 360.0))
    ln_ref = np.log(site[V_REF])
    for j in range(r_jb.size):
        r, v = r_jb[j], vs30[j]
        r_sq = r * r
        pga_rock = exp(_rock(path, 0, r_sq))
        ln_v = log(v)
        ln_capped = log(site[V_CAP] if v > site[V_CAP] else v)
        v_soft = _V_NONLINEAR if v > _V_NONLINEAR else v
        f2 = site[F4] * (exp(site[F5] * (v_soft - 360.0)) - at_rock)
        ln_median = (_rock(path, 4, r_sq) + site[LINEAR] * (ln_capped - ln_ref)
                     + f2 * log((pga_rock + site[F3]) / site[F3]))
        soft = site[V_SLOPE] * (site[LN_V2] - ln_v)
        soft = 0.0 if soft < 0.0 else soft
        soft = d_phi_v if soft > d_phi_v else soft
        far = site[R_SLOPE] * (log(0.1 if r < 0.1 else r) - site[LN_R1])
        far = 0.0 if far < 0.0 else far
        far = d_phi_r if far > d_phi_r else far
        within = site[PHI] - soft + far
        median[j] = exp(ln_median)
        phi[j] = within
        sigma[j] = (within * within + site[TAU_SQ]) ** 0.5


@njit(cache=True, nogil=True, error_model="numpy", parallel=True)
def boore_2014(r_jb: Array, vs30: Array, path: Array, site: Array, d_phi_r: float, d_phi_v: float,
               median: Array, phi: Array, sigma: Array) -> None:
    """Write the median and phi and sigma of its logarithm, each (n,).

    r_jb [km], vs30 [m/s] (n,); path (8,), site (12,) as named above; d_phi_r, d_phi_v the largest
    that distance adds to phi and soft ground takes from it.
    """
    n = r_jb.size
    if n <= _CHUNK:  # waking threads takes longer
        _part(r_jb, vs30, path, site, d_phi_r, d_phi_v, median, phi, sigma)
        return
    for chunk in prange((n + _CHUNK - 1) // _CHUNK):
        a, b = chunk * _CHUNK, min(n, (chunk + 1) * _CHUNK)
        _part(r_jb[a:b], vs30[a:b], path, site, d_phi_r, d_phi_v, median[a:b], phi[a:b],
              sigma[a:b])
