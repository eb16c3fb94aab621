"""Rain to runoff by the curve number of the US Soil Conservation Service, less what drains."""

from typing import Final

import numpy as np

from riskcloud.errors import InputError
from riskcloud.types import Floats

ABSTRACTION: Final = 0.2
"""Initial abstraction as a share of the retention S."""
DRY, AVERAGE, WET = MOISTURES = ("I", "II", "III")
"""Antecedent moisture classes."""
GROWING_MM: Final = (35.6, 53.3)
DORMANT_MM: Final = (12.7, 27.9)
"""Rain of the five days before below which a class is I, and above which it is III: 1.4 and 2.1
inches in the growing season, 0.5 and 1.1 in the dormant one (SCS 1972, NEH-4, table 4.2, as
quoted in Chow, Maidment & Mays 1988, table 5.5.1; later editions of NEH-4 dropped it)."""


def retention_mm(curve_number: Floats | float) -> Floats:
    """Potential maximum retention S = 25400 / CN - 254 [mm] of curve numbers (...,), 0 < CN <= 100.

    Raises
    ------
    InputError : a curve number outside that range.

    Source
    ------
    USDA-SCS (1972), National Engineering Handbook 4, ch. 10, in millimetres.
    """
    number = np.asarray(curve_number, np.float64)
    if not ((number > 0.0) & (number <= 100.0) | np.isnan(number)).all():
        raise InputError("curve number: expected above 0, up to 100")
    return np.asarray(25400.0 / number - 254.0)


def curve_number_for(curve_number: Floats | float, moisture: str) -> Floats:
    """Curve number (...,) of class II for another antecedent moisture: I dry, II, III wet.

    Raises
    ------
    InputError : a class that is none of these, a curve number outside 0 to 100.

    Source
    ------
    Chow, Maidment & Mays (1988), Applied Hydrology, eq. 5.5.11 and 5.5.12:
    CN(I) = 4.2 CN / (10 - 0.058 CN), CN(III) = 23 CN / (10 + 0.13 CN).
    """
    number = np.asarray(curve_number, np.float64)
    retention_mm(number)  # its check
    if moisture == DRY:  # rounding would put 100 above 100
        return np.minimum(4.2 * number / (10.0 - 0.058 * number), 100.0)
    if moisture == WET:
        return np.minimum(23.0 * number / (10.0 + 0.13 * number), 100.0)
    if moisture != AVERAGE:
        raise InputError(f"antecedent moisture {moisture!r}, expected {', '.join(MOISTURES)}")
    return number


def moisture_class(five_days_mm: float, *, growing: bool = True) -> str:
    """Antecedent moisture class of the rain of the five days before [mm]. Raises InputError."""
    if not five_days_mm >= 0.0:
        raise InputError(f"rain of five days {five_days_mm:g} mm: expected 0 or more")
    low, high = GROWING_MM if growing else DORMANT_MM
    return DRY if five_days_mm < low else WET if five_days_mm > high else AVERAGE


def runoff_mm(rain_mm: Floats | float, curve_number: Floats | float, *,
              moisture: str = AVERAGE, abstraction: float = ABSTRACTION) -> Floats:
    """Direct runoff Q = (P - Ia)^2 / (P - Ia + S), Ia = 0.2 S [mm]; 0 up to Ia.

    Parameters
    ----------
    rain_mm, curve_number : (...,), they broadcast; rain >= 0. NaN in, NaN out.
    moisture : class I, II or III; the curve number is that of class II.
    abstraction : Ia / S; the tables of curve numbers were made with 0.2.

    Raises
    ------
    InputError : negative rain, a curve number outside 0 to 100, an unknown class.

    Source
    ------
    USDA-SCS (1972), National Engineering Handbook 4, eq. 10.10; USDA-SCS (1986), TR-55, eq. 2-1.
    For totals of one storm; nothing is said of when the water runs off.
    """
    rain = np.asarray(rain_mm, np.float64)
    if (rain < 0.0).any():
        raise InputError("rain: expected 0 mm or more")
    kept = retention_mm(curve_number_for(curve_number, moisture))
    excess = np.maximum(rain - abstraction * kept, 0.0)
    with np.errstate(invalid="ignore"):  # no retention and no rain: 0 / 0
        return np.where(excess == 0.0, 0.0, excess**2 / (excess + kept))


def undrained_mm(runoff: Floats | float, drainage_mm_h: Floats | float,
                 duration_h: float) -> Floats:
    """Runoff (...,) that drains cannot take within the storm [mm]: runoff - capacity, at least 0.

    drainage_mm_h : capacity of the drains as rain [mm/h]; 0 for none.

    Raises
    ------
    InputError : a capacity or duration below 0.

    Source
    ------
    Ours: a balance over the whole storm with even rain and drains that are free. Rain that comes
    in bursts leaves more.
    """
    capacity = np.asarray(drainage_mm_h, np.float64) * duration_h
    if not (duration_h >= 0.0 and not (capacity < 0.0).any()):
        raise InputError("drainage: expected a capacity and a duration of 0 or more")
    return np.maximum(np.asarray(runoff, np.float64) - capacity, 0.0)
