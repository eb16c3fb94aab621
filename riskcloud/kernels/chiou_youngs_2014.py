"""Chiou and Youngs (2014): median and standard deviation of ground motion, site by site.

Source: Chiou and Youngs (2014), Earthquake Spectra 30, 1117-1153, eqs. 11-13.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from riskcloud.kernels.elementary import exp, log

Array = npt.NDArray[Any]

(EVENT, C4, NEAR, FAR, C_RB_SQ, GAMMA, HANGING, C9A, C9B, Z_TOR_SQ, PHI1, PHI2, PHI3, PHI4, TAU,
 SIGMA, MEASURED, INFERRED) = range(18)
"""Places of ``terms``: all that does not depend on the site (c1 and its mechanism, magnitude, depth
and dip terms); c4; c5 cosh(c6 max(M - cHM, 0)); c4a - c4; cRB^2; gamma with its regional factor;
c9 cos(dip); c9a; c9b; depth of the top edge squared; phi1 to phi4; tau(M); sigma(M); 0.7 for a
measured Vs30 and sigma3 for an inferred one."""

_CHUNK = 4096
_V_REF = 1130.0


@njit(cache=True, nogil=True, error_model="numpy")
def _part(r_rup: Array, r_jb: Array, r_x: Array, vs30: Array, measured: Array, terms: Array,
          median: Array, tau: Array, phi: Array, sigma: Array) -> None:
    """Write the results of some sites; the arguments are those of ``chiou_youngs_2014``."""
    at_rock = np.exp(terms[PHI3] * (_V_REF - 360.0))
    ln_ref = np.log(_V_REF)
    for j in range(r_rup.size):
        r, v = r_rup[j], vs30[j]
        ln_rock = (terms[EVENT] + terms[C4] * log(r + terms[NEAR])
                   + 0.5 * terms[FAR] * log(r * r + terms[C_RB_SQ]) + terms[GAMMA] * r)
        # the hanging wall; e -> 0 gives tanh -> 1 for any distance
        x = r_x[j]
        side = 0.0 if x < 0.0 else 1.0
        e = exp(-2.0 * abs(x) / terms[C9B])
        taper = terms[C9A] + (1.0 - terms[C9A]) * (1.0 - e) / (1.0 + e)
        near = 1.0 - (r_jb[j] * r_jb[j] + terms[Z_TOR_SQ]) ** 0.5 / (r + 1.0)
        ln_rock += side * terms[HANGING] * taper * near
        v = _V_REF if v > _V_REF else v
        soil = terms[PHI2] * (exp(terms[PHI3] * (v - 360.0)) - at_rock)
        rock = exp(ln_rock)
        ln_median = (ln_rock + terms[PHI1] * (log(v) - ln_ref)
                     + soil * log((rock + terms[PHI4]) / terms[PHI4]))
        shift = 1.0 + soil * rock / (rock + terms[PHI4])
        between = shift * terms[TAU]
        of_vs30 = terms[MEASURED] if measured[j] else terms[INFERRED]
        within_sq = terms[SIGMA] * terms[SIGMA] * (of_vs30 + shift * shift)
        median[j] = exp(ln_median)
        tau[j] = between
        phi[j] = within_sq ** 0.5
        sigma[j] = (between * between + within_sq) ** 0.5


@njit(cache=True, nogil=True, error_model="numpy", parallel=True)
def chiou_youngs_2014(r_rup: Array, r_jb: Array, r_x: Array, vs30: Array, measured: Array,
                      terms: Array, median: Array, tau: Array, phi: Array, sigma: Array) -> None:
    """Write the median and tau, phi and sigma of its logarithm, each (n,).

    r_rup, r_jb, r_x [km], vs30 [m/s], measured (n,) bool; terms (18,) as named above.
    """
    n = r_rup.size
    if n <= _CHUNK:  # waking threads takes longer
        _part(r_rup, r_jb, r_x, vs30, measured, terms, median, tau, phi, sigma)
        return
    for chunk in prange((n + _CHUNK - 1) // _CHUNK):
        a, b = chunk * _CHUNK, min(n, (chunk + 1) * _CHUNK)
        _part(r_rup[a:b], r_jb[a:b], r_x[a:b], vs30[a:b], measured[a:b], terms, median[a:b],
              tau[a:b], phi[a:b], sigma[a:b])
