"""Sustained winds of different averaging periods, brought to one another with a named source.

Conversions never chain ratios: they go to the 10-min mean of the same exposure and from there to
the period wanted. Source of all factors: Harper, Kepert & Ginger (2010), WMO/TD-No. 1555, in
``models/wind_averaging/harper_2010``.
"""

from functools import cache
from typing import Final

import numpy as np

from riskcloud.catalog import Card, load_card
from riskcloud.errors import UnitError
from riskcloud.types import Floats

MODEL: Final = "harper_2010"
EXPOSURES: Final = ("in_land", "off_land", "off_sea", "at_sea")


def card() -> Card:
    """Return the card that holds the factors."""
    return load_card("wind_averaging", MODEL)


@cache
def _table() -> dict[tuple[str, float, float], float]:
    return {(row["exposure"], float(row["gust_s"]), float(row["reference_s"])): float(row["factor"])
            for row in card().rows("gust_factors.csv")}


def gust_factor(gust_s: float, reference_s: float, exposure: str) -> float:
    """Ratio of the largest ``gust_s`` mean expected within a ``reference_s`` mean to that mean.

    Parameters
    ----------
    gust_s : averaging period of the gust [s]: 3, or 60, 120, 180 within 600.
    reference_s : averaging period of the mean [s]: 60, 120, 180, 600 or 3600.
    exposure : one of ``EXPOSURES``.

    Raises
    ------
    UnitError : an exposure or a pair of periods that the table does not hold.

    Source
    ------
    Harper et al. (2010), Table 1.1.
    """
    if exposure not in EXPOSURES:
        raise UnitError(f"exposure {exposure!r}: expected one of {', '.join(EXPOSURES)}")
    if gust_s == reference_s:
        return 1.0
    factor = _table().get((exposure, float(gust_s), float(reference_s)))
    if factor is None:
        pairs = sorted({f"{gust:g}/{ref:g}" for _, gust, ref in _table()})
        raise UnitError(
            f"no gust factor of {gust_s:g} s within {reference_s:g} s; known (s/s): "
            f"{', '.join(pairs)} ({MODEL})"
        )
    return factor


def _per_10min(averaging_s: float, exposure: str) -> float:
    """Ratio of a storm's maximum wind averaged over ``averaging_s`` to its 10-min value."""
    if averaging_s == 60 and exposure == "at_sea":
        # Table 1.2 recommends 0.93 for a storm's maximum wind, not 1/G(60, 600) = 0.95
        return 1.0 / float(card()["vmax_600_per_60_at_sea"])
    return gust_factor(averaging_s, 600, exposure)


def mean_10min(wind_m_s: Floats, averaging_s: float, exposure: str = "at_sea") -> Floats:
    """Maximum 10-min mean wind of a storm from its maximum over another period [m/s].

    Parameters
    ----------
    wind_m_s : (...,) maximum sustained wind at 10 m [m/s], >= 0; NaN in, NaN out.
    averaging_s : its averaging period [s]: 3, 60, 120, 180 or 600.
    exposure : one of ``EXPOSURES``; a storm's advisory maximum is ``at_sea``.

    Raises
    ------
    UnitError : an averaging period or exposure that the source does not hold.

    Source
    ------
    Harper et al. (2010): Table 1.2 for 1-min winds at sea (0.93), Table 1.1 for the rest. Table
    1.2 has no 2-min (CMA) or 3-min (New Delhi) row, so Table 1.1 is our choice for them: at sea
    1.02 and 1.00.
    """
    return np.asarray(np.asarray(wind_m_s, dtype=np.float64) / _per_10min(averaging_s, exposure))


def sustained(
    wind_m_s: Floats, averaging_s: float, to_s: float, exposure: str = "at_sea"
) -> Floats:
    """Maximum sustained wind over ``to_s`` from that over ``averaging_s`` [m/s].

    Arguments, errors and source as :func:`mean_10min`; the same period returns the wind unchanged.
    """
    if averaging_s == to_s:
        _per_10min(to_s, exposure)  # an unknown period is refused even where nothing is to do
        return np.asarray(wind_m_s, dtype=np.float64)
    return np.asarray(mean_10min(wind_m_s, averaging_s, exposure) * _per_10min(to_s, exposure))


def sustained_1min(wind_m_s: Floats, averaging_s: float, exposure: str = "at_sea") -> Floats:
    """Maximum 1-min sustained wind from a maximum over ``averaging_s`` [m/s].

    Arguments, errors and source as :func:`mean_10min`. At sea: 10-min / 0.93, 2-min / (1.02 x
    0.93), 3-min / (1.00 x 0.93).
    """
    return sustained(wind_m_s, averaging_s, 60.0, exposure)


def gust_3s(wind_m_s: Floats, averaging_s: float, exposure: str) -> Floats:
    """Peak 3-s gust within ten minutes from a sustained wind of the same exposure [m/s].

    Arguments and errors as :func:`mean_10min`. A land exposure belongs to the locally reduced
    wind, never to a marine maximum.

    Source
    ------
    Harper et al. (2010), Table 1.1: G(3, 600) times the 10-min mean.
    """
    return np.asarray(mean_10min(wind_m_s, averaging_s, exposure) * gust_factor(3, 600, exposure))
