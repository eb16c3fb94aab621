"""Boore, Stewart, Seyhan and Atkinson (2014) at sites."""

from typing import Final

import numpy as np

from riskcloud.errors import ModelError
from riskcloud.hazard.earthquake.ground_motion import tables
from riskcloud.hazard.earthquake.ground_motion.tables import Motion, Row
from riskcloud.kernels import boore_2014 as kernel
from riskcloud.types import Floats

NAME: Final = "boore_2014"
DEFAULT_REGION: Final = "china"
NORMAL_RAKES: Final = (-150.0, -30.0)
"""Rakes of normal slip. Source: Boore et al. (2014), table 1 (as reproduced in pygmm's manual)."""
_EVENT_COLUMN: Final = {"unknown": "e_0", "strike_slip": "e_1", "normal": "e_2", "reverse": "e_3"}


def boore_2014(r_jb_km: Floats, vs30_m_s: Floats, *, measure: str, mw: float, mechanism: str,
               region: str = DEFAULT_REGION) -> Motion:
    """Ground motion of a shallow crustal earthquake.

    Parameters
    ----------
    r_jb_km : (n,) distance to the surface projection of the rupture [km], >= 0.
    vs30_m_s : (n,) mean shear-wave velocity of the upper 30 m [m/s], > 0.
    measure : ``pga`` [g], ``pgv`` [cm/s] or ``sa_<period in s>`` [g], 0.01 to 10 s.
    mw : moment magnitude.
    mechanism : ``unknown``, ``strike_slip``, ``normal`` or ``reverse``.
    region : a region of the card; ``china`` has the anelastic term of China and Turkey.

    Returns
    -------
    Median, and tau, phi and sigma of its natural logarithm, each (n,). The basin term is zero: the
    depth to 1 km/s is taken at its published mean for the Vs30.

    Raises
    ------
    ModelError : a measure or a region that the model does not have.

    Source
    ------
    Boore et al. (2014), Earthquake Spectra 30, 1057-1085, eqs. 1-17.
    """
    regions = tables.card(NAME)["regions"]
    if region not in regions:
        raise ModelError(f"{NAME} has no region {region!r}; it has {', '.join(regions)}")
    delta_c3 = regions[region]
    rows = tables.coefficients(NAME)
    rock = _path_terms(rows["pga"], mw, mechanism, delta_c3)
    n = len(r_jb_km)

    def compute(published: str) -> Motion:
        row = rows[published]
        path = np.concatenate([rock, _path_terms(row, mw, mechanism, delta_c3)])
        site, tau = _site_terms(row, mw)
        median, phi, sigma = np.empty(n), np.empty(n), np.empty(n)
        kernel.boore_2014(r_jb_km, vs30_m_s, path, site, row["dphi_R"], row["dphi_V"],
                          median, phi, sigma)
        return median, np.full(n, tau), phi, sigma

    return tables.interpolated(NAME, measure, compute)


def _path_terms(row: Row, mw: float, mechanism: str, delta_c3: str) -> Floats:
    """Return what ``path`` of the kernel holds for one measure (eqs. 2 to 5)."""
    over = mw - row["M_h"]
    scaling = row["e_4"] * over + row["e_5"] * over**2 if over <= 0.0 else row["e_6"] * over
    return np.array([row[_EVENT_COLUMN[mechanism]] + scaling,
                     row["c_1"] + row["c_2"] * (mw - row["M_ref"]),
                     row["c_3"] + row[delta_c3], row["h"] ** 2])


def _site_terms(row: Row, mw: float) -> tuple[Floats, float]:
    """Return what ``site`` of the kernel holds (eqs. 6 to 8 and 13 to 17), and tau."""
    share = min(max(mw - 4.5, 0.0), 1.0)
    tau = row["tau_1"] + (row["tau_2"] - row["tau_1"]) * share
    phi = row["phi_1"] + (row["phi_2"] - row["phi_1"]) * share
    site = [row["c"], row["V_c"], row["V_ref"], row["f_3"], row["f_4"], row["f_5"], phi,
            np.log(row["V_2"]), row["dphi_V"] / np.log(row["V_2"] / row["V_1"]),
            np.log(row["R_1"]), row["dphi_R"] / np.log(row["R_2"] / row["R_1"]), tau**2]
    return np.array(site), tau
