"""What changed in an archive of storms over the years: coverage, practice, and false trends."""

from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from riskcloud.hazard.typhoon.averaging import sustained_1min
from riskcloud.hazard.typhoon.climate.catalogue import Catalogue
from riskcloud.hazard.typhoon.climate.comparison import CLASSES_PA
from riskcloud.hazard.typhoon.climate.landfall import find_landfalls
from riskcloud.types import Bools, Floats, Ints
from riskcloud.units import HPA

LATER_EDGE: Final = 0.9
"""A quantity is complete from the season from which on no season has less than this share of the
median share of all later ones (ours)."""


def by_season(catalogue: Catalogue) -> pd.DataFrame:
    """Return one row a season: storms, fixes, shares of fixes with each value, landfalls.

    ``storms_997`` are storms analysed below 997 hPa (about gale force); ``landfalls`` and
    ``landfalls_997`` storms that came ashore on any coast segment, ``landfalls_977`` below 977.5.
    """
    storm, season = catalogue.storm, catalogue.season
    first, last = int(season.min()), int(season.max())
    pressure = catalogue.wmo_pressure_pa
    rows = pd.DataFrame(index=pd.RangeIndex(first, last + 1, name="season"))

    def count(seasons: Ints) -> Ints:
        return np.bincount(seasons - first, minlength=last - first + 1)

    rows["storms"], rows["fixes"] = count(season), count(season[storm])
    for name, known in (("pressure", np.isfinite(pressure)),
                        ("wind_10min", np.isfinite(catalogue.wmo_wind_m_s)),
                        ("wind_1min", np.isfinite(catalogue.usa_wind_m_s))):
        rows[name] = count(season[storm[known]]) / np.maximum(rows["fixes"], 1)
    lowest = np.fmin.reduceat(np.where(np.isfinite(pressure), pressure, np.inf),
                              catalogue.start[:-1])
    rows["storms_997"] = count(season[lowest < CLASSES_PA["storm"]])
    rows["lowest_hpa"] = _lowest(lowest, season, first, last)
    found = find_landfalls(catalogue.start, catalogue.lon, catalogue.lat)
    for name, below in (("landfalls", np.inf), ("landfalls_997", CLASSES_PA["storm"]),
                        ("landfalls_977", CLASSES_PA["typhoon"])):
        strong = (pressure[found.fix] < below) | np.isinf(below)
        rows[name] = count(season[np.unique(found.storm[strong])])
    return rows


def _lowest(lowest_pa: Floats, season: Ints, first: int, last: int) -> Floats:
    """Return the mean lowest pressure [hPa] of each season's storms below 997 hPa."""
    strong = lowest_pa < CLASSES_PA["storm"]
    n = np.bincount(season[strong] - first, minlength=last - first + 1)
    total = np.bincount(season[strong] - first, lowest_pa[strong], minlength=last - first + 1)
    return np.where(n > 0, total / np.maximum(n, 1) / HPA, np.nan)


def complete_from(rows: pd.DataFrame, name: str) -> int | None:
    """Return the first season from which on a share is complete, None where it never is."""
    share = rows[name].to_numpy(float)
    for k in range(len(share) - 1):
        middle = float(np.median(share[k:]))
        if middle > 0.0 and share[k:].min() >= LATER_EDGE * 0.5 * middle and (
                share[k] >= LATER_EDGE * 0.75 * middle):
            return int(rows.index[k])
    return None


def trend(rows: pd.DataFrame, name: str, first: int, last: int) -> tuple[float, float, float]:
    """Return mean a year, slope a decade (Theil-Sen) and Mann-Kendall's p over seasons."""
    part = rows.loc[first:last, name].dropna()
    years = part.index.to_numpy(float)
    slope = stats.theilslopes(part.to_numpy(float), years)[0]
    p = stats.kendalltau(years, part.to_numpy(float)).pvalue
    return float(part.mean()), 10.0 * float(slope), float(p)


def by_decade(rows: pd.DataFrame) -> pd.DataFrame:
    """Return yearly means by decade; shares are means over fixes."""
    decade = rows.index.to_numpy() // 10 * 10
    fixes = rows["fixes"].groupby(decade).sum()
    result = pd.DataFrame(index=fixes.index)
    result["seasons"] = rows["fixes"].groupby(decade).size()
    for name in ("storms", "fixes", "storms_997", "landfalls", "landfalls_997", "landfalls_977",
                 "lowest_hpa"):
        result[name] = rows[name].groupby(decade).mean()
    for name in ("pressure", "wind_10min", "wind_1min"):
        result[name] = (rows[name] * rows["fixes"]).groupby(decade).sum() / fixes
    return result


def practice(catalogue: Catalogue, seasons: tuple[tuple[int, int], ...]) -> list[dict[str, Any]]:
    """Return how the agencies' analyses of the same fixes go together, by spans of seasons.

    Rows: first, last; n fixes with all of 1-min wind, 10-min wind and pressure; ``ratio`` mean of
    1-min wind / (10-min wind brought to 1 min); ``wind_970`` mean 1-min wind [m/s] of fixes
    analysed at 965 to 975 hPa equatorward of 30 degrees; ``fives`` share of pressures below
    990 hPa that are whole fives of hPa.
    """
    season = catalogue.season[catalogue.storm]
    pressure, usa = catalogue.wmo_pressure_pa / HPA, catalogue.usa_wind_m_s
    converted = sustained_1min(catalogue.wmo_wind_m_s, 600.0)
    rows = []
    for first, last in seasons:
        own: Bools = (season >= first) & (season <= last)
        both = own & np.isfinite(usa) & np.isfinite(converted) & (converted > 17.0)
        near = own & (np.abs(pressure - 970.0) <= 5.0) & np.isfinite(usa) & (
            np.abs(catalogue.lat) < 30.0)
        strong = own & (pressure < 990.0)
        rows.append({
            "first": first, "last": last, "n": int(both.sum()),
            "ratio": float(np.mean(usa[both] / converted[both])) if both.any() else np.nan,
            "wind_970": float(usa[near].mean()) if near.any() else np.nan,
            "fives": float(np.mean(np.isclose(pressure[strong] % 5.0, 0.0)))
            if strong.any() else np.nan})
    return rows
