"""Chiou and Youngs (2014) at sites."""

from typing import Final

import numpy as np

from riskcloud.errors import ModelError
from riskcloud.hazard.earthquake.ground_motion import tables
from riskcloud.hazard.earthquake.ground_motion.tables import Motion, Row
from riskcloud.kernels import chiou_youngs_2014 as kernel
from riskcloud.types import Bools, Floats

NAME: Final = "chiou_youngs_2014"
DEFAULT_REGION: Final = "wenchuan"
NORMAL_RAKES: Final = (-120.0, -60.0)
"""Rakes of normal slip. Source: Chiou and Youngs (2014), table 1."""
_REGIONAL_MW: Final = (6.0, 6.9)  # between which the factor of Japan and Italy holds


def mean_top_depth_km(mw: float, mechanism: str) -> float:
    """Return the mean depth of the rupture's top edge [km] for a magnitude and mechanism.

    Source: Chiou and Youngs (2014), eqs. 4 and 5.
    """
    if mechanism == "reverse":
        root = 2.704 - 1.226 * max(mw - 5.849, 0.0)
    else:
        root = 2.673 - 1.136 * max(mw - 4.970, 0.0)
    return max(root, 0.0) ** 2


def chiou_youngs_2014(r_rup_km: Floats, r_jb_km: Floats, r_x_km: Floats, vs30_m_s: Floats, *,
                      measure: str, mw: float, mechanism: str, dip_deg: float,
                      top_depth_km: float | None = None, region: str = DEFAULT_REGION,
                      vs30_measured: Bools | bool = True) -> Motion:
    """Ground motion of a shallow crustal earthquake.

    Parameters
    ----------
    r_rup_km, r_jb_km, r_x_km : (n,) distances to the rupture, to its surface projection, and across
        strike from its top edge (positive over the hanging wall) [km].
    vs30_m_s : (n,) mean shear-wave velocity of the upper 30 m [m/s], > 0.
    measure : ``pga`` [g], ``pgv`` [cm/s] or ``sa_<period in s>`` [g], 0.01 to 10 s.
    mw : moment magnitude.
    mechanism : ``unknown``, ``strike_slip``, ``normal`` or ``reverse``.
    dip_deg : dip of the rupture; 90 turns the hanging wall term off.
    top_depth_km : depth of the top edge; None takes the published mean.
    region : a region of the card; ``wenchuan`` has the anelastic factor of that earthquake.
    vs30_measured : (n,) or one for all: False for an inferred Vs30, which has a larger standard
        deviation.

    Returns
    -------
    Median, and tau, phi and sigma of its natural logarithm, each (n,). The basin term is zero
    (depth to 1 km/s at its published mean), so is the directivity term.

    Raises
    ------
    ModelError : a measure or a region that the model does not have.

    Source
    ------
    Chiou and Youngs (2014), Earthquake Spectra 30, 1117-1153, eqs. 11-13.
    """
    regions = tables.card(NAME)["regions"]
    if region not in regions:
        raise ModelError(f"{NAME} has no region {region!r}; it has {', '.join(regions)}")
    mean_top = mean_top_depth_km(mw, mechanism)
    top = mean_top if top_depth_km is None else top_depth_km
    n = len(r_rup_km)
    measured = np.array(np.broadcast_to(vs30_measured, (n,)), bool)

    def compute(published: str) -> Motion:
        row = tables.coefficients(NAME)[published]
        event = _event_term(row, mw, mechanism, dip_deg, top - mean_top)
        terms = np.array([event, *_path_terms(row, mw, dip_deg, top, region, regions[region]),
                          *_site_terms(row, mw, region)])
        median, tau, phi, sigma = (np.empty(n) for _ in range(4))
        kernel.chiou_youngs_2014(r_rup_km, r_jb_km, r_x_km, vs30_m_s, measured, terms, median, tau,
                                 phi, sigma)
        return median, tau, phi, sigma

    return tables.interpolated(NAME, measure, compute)


def _cos(degrees: float) -> float:
    return 0.0 if degrees == 90.0 else float(np.cos(np.radians(degrees)))


def _event_term(row: Row, mw: float, mechanism: str, dip_deg: float, deeper_km: float) -> float:
    """Return the lines of eq. 11 that no site enters; deeper_km is the top edge below its mean."""
    small = 1.0 / np.cosh(2.0 * max(mw - 4.5, 0.0))
    term = row["c_1"]
    if mechanism == "reverse":
        term += row["c_1a"] + row["c_1c"] * small
    elif mechanism == "normal":
        term += row["c_1b"] + row["c_1d"] * small
    term += (row["c_7"] + row["c_7b"] * small) * deeper_km
    term += (row["c_11"] + row["c_11b"] * small) * _cos(dip_deg) ** 2
    term += row["c_2"] * (mw - 6.0)
    term += ((row["c_2"] - row["c_3"]) / row["c_n"]
             * np.log1p(np.exp(row["c_n"] * (row["c_m"] - mw))))
    return float(term)


def _path_terms(row: Row, mw: float, dip_deg: float, top_km: float, region: str, factor: str,
                ) -> list[float]:
    """Return c4, the near-source saturation, and on to the top edge, as the kernel has them."""
    gamma = row["c_gamma1"] + row["c_gamma2"] / np.cosh(max(mw - row["c_gamma3"], 0.0))
    limited = region in ("japan", "italy") and not _REGIONAL_MW[0] < mw < _REGIONAL_MW[1]
    if factor and not limited:
        gamma *= row[factor]
    return [row["c_4"], row["c_5"] * np.cosh(row["c_6"] * max(mw - row["c_hm"], 0.0)),
            row["c_4a"] - row["c_4"], row["c_rb"] ** 2, gamma, row["c_9"] * _cos(dip_deg),
            row["c_9a"], row["c_9b"], top_km**2]


def _site_terms(row: Row, mw: float, region: str) -> list[float]:
    """Return phi1 to phi4, tau, sigma and the two Vs30 terms of eqs. 12 and 13."""
    share = (min(max(mw, 5.0), 6.5) - 5.0) / 1.5
    japan = region == "japan"
    sigma_2 = row["sigma_2jp" if japan else "sigma_2"]
    tau = row["tau_1"] + (row["tau_2"] - row["tau_1"]) * share
    sigma = row["sigma_1"] + (sigma_2 - row["sigma_1"]) * share
    return [row["phi_1jp" if japan else "phi_1"], row["phi_2"], row["phi_3"], row["phi_4"], tau,
            sigma, 0.7, row["sigma_3"]]
