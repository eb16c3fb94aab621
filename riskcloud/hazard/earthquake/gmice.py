"""Ground motion to modified Mercalli intensity and back: Worden et al. (2012)."""

from functools import cache
from typing import Final

import numpy as np

from riskcloud.catalog import load_card
from riskcloud.errors import ModelError
from riskcloud.types import Floats

LN_10: Final = float(np.log(10.0))
DISTANCES_KM: Final = (10.0, 300.0)
MAGNITUDES: Final = (3.0, 7.3)


@cache
def _coefficients(measure: str) -> dict[str, float]:
    rows = {row["measure"]: row for row in load_card("intensity", "worden_2012").rows(
        "coefficients.csv")}
    if measure not in rows:
        raise ModelError(f"Worden et al. (2012) has no {measure}; it has {', '.join(rows)}")
    return {key: float(value) for key, value in rows[measure].items() if key != "measure"}


def _per_unit(measure: str) -> float:
    return 1.0 if measure == "pgv" else float(load_card("intensity", "worden_2012")["gal_per_g"])


def _terms(c: dict[str, float], magnitude: float | None, r_rup_km: Floats | None) -> Floats:
    """Return what magnitude and distance add; 0 without them."""
    if magnitude is None or r_rup_km is None:
        return np.zeros(())
    lg_r = np.log10(np.clip(r_rup_km, *DISTANCES_KM))
    return np.asarray(c["c5"] + c["c6"] * lg_r + c["c7"] * np.clip(magnitude, *MAGNITUDES))


def worden_2012(measure: str, value: Floats, *, magnitude: float | None = None,
                r_rup_km: Floats | None = None) -> tuple[Floats, Floats, float]:
    """Modified Mercalli intensity of a ground motion.

    Parameters
    ----------
    measure : pga, sa_0.3, sa_1.0, sa_3.0 (``value`` in g) or pgv (cm/s).
    value : (...,) ground motion, > 0.
    magnitude, r_rup_km : moment magnitude and distance to the rupture [km] (broadcast); both or
        none, as equation 6 or 3.

    Returns
    -------
    (...,) MMI from 1 to 10; its slope d MMI / d ln(value); the relation's standard deviation.
    NaN in, NaN out.

    Raises
    ------
    ModelError : a measure that the relation lacks.

    Source
    ------
    Worden et al. (2012), Bull. Seism. Soc. Am. 102(1), 204-221, equations 3 and 6, with the line
    below MMI II of ShakeMap (models/intensity/worden_2012).
    """
    c = _coefficients(measure)
    with np.errstate(divide="ignore", invalid="ignore"):
        lg = np.log10(np.asarray(value, np.float64) * _per_unit(measure))
    low, high = lg < c["t_low"], lg >= c["t1"]
    slope = np.select([np.isnan(lg), low, high], [np.nan, c["c2_low"], c["c4"]], c["c2"])
    start = np.select([low, high], [c["c1_low"], c["c3"]], c["c1"])
    with np.errstate(invalid="ignore"):
        mmi = start + slope * lg + _terms(c, magnitude, r_rup_km)
    scatter = c["sigma_mmi"] if magnitude is None or r_rup_km is None else c["sigma_mmi_terms"]
    card = load_card("intensity", "worden_2012")
    return np.clip(mmi, card["lowest"], card["highest"]), np.asarray(slope / LN_10), scatter


def worden_2012_inverse(measure: str, mmi: Floats, *, magnitude: float | None = None,
                        r_rup_km: Floats | None = None) -> tuple[Floats, float]:
    """Ground motion that an intensity stands for.

    Parameters
    ----------
    measure, magnitude, r_rup_km : as of :func:`worden_2012`.
    mmi : (...,) modified Mercalli intensity, 1 to 10.

    Returns
    -------
    (...,) median in g (pgv: cm/s), NaN outside 1 to 10; the standard deviation of its natural
    logarithm (published for the form with magnitude and distance; used for both).

    Source
    ------
    As of :func:`worden_2012`; the way back as ShakeMap takes it (T2 of table 1).
    """
    c = _coefficients(measure)
    value = np.asarray(mmi, np.float64)
    given = np.where((value >= 1.0) & (value <= 10.0), value, np.nan)
    given = given - _terms(c, magnitude, r_rup_km)
    low, high = given < 2.0, given >= c["t2"]
    start = np.select([low, high], [c["c1_low"], c["c3"]], c["c1"])
    slope = np.select([low, high], [c["c2_low"], c["c4"]], c["c2"])
    return 10.0 ** ((given - start) / slope) / _per_unit(measure), LN_10 * c["sigma_lg_terms"]
