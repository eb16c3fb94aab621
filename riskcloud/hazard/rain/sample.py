"""What of a daily record an extreme-value fit sees: annual maxima and independent peaks."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from riskcloud.hazard.rain.record import DailyRecord, Days
from riskcloud.types import Bools, Floats, Ints

LEAST_SHARE: Final = 0.9
"""A year with fewer of its days observed is left out (ours): its maximum is a lower bound only,
and to keep it when it happens to be large would bias the sample upwards."""
APART_DAYS: Final = 3
"""Peaks closer than this belong to one storm (ours): of each cluster the largest day counts."""

HEAVY_A_YEAR: Final = 5
LEAST_MM: Final = 0.1
"""Heavy days are so many a year on average, and rain at all: enough for one peak a year."""


@dataclass(frozen=True, slots=True)
class RainSample:
    """Annual maxima and heavy days of one place.

    year (n_years,), largest_mm (n_years,) over complete years, ascending in time; left_out
    (n_left,) years observed in part. peak_mm, peak_day (n_peaks,): the largest day of each
    cluster of heavy days in complete years, descending. first_day, last_day: the record's.
    """

    name: str
    year: Ints
    largest_mm: Floats
    left_out: Ints
    peak_mm: Floats
    peak_day: Days
    first_day: str
    last_day: str

    @property
    def n_years(self) -> int:
        """Number of complete years."""
        return len(self.year)


def sample_of(record: DailyRecord) -> RainSample:
    """Return annual maxima of calendar years and declustered peaks of a daily record.

    A year counts if at least ``LEAST_SHARE`` of its days are observed (a trace is observed, 0
    mm). Heavy days are the ``HEAVY_A_YEAR`` largest of a year on average.
    """
    seen = np.isfinite(record.rain_mm)
    day, rain = record.day[seen], record.rain_mm[seen]
    years = day.astype("datetime64[Y]").astype(np.int64) + 1970
    year, start, count = np.unique(years, return_index=True, return_counts=True)
    length = np.array([_days_of(int(one)) for one in year])
    whole = count >= LEAST_SHARE * length
    largest = np.maximum.reduceat(rain, start) if len(rain) else np.zeros(0)
    of_whole = np.isin(years, year[whole])
    heavy_day, heavy_mm = day[of_whole], rain[of_whole]
    n_heavy = min(len(heavy_mm), HEAVY_A_YEAR * int(whole.sum()))
    if n_heavy:
        heavy = heavy_mm >= max(float(np.partition(heavy_mm, -n_heavy)[-n_heavy]), LEAST_MM)
        heavy_day, heavy_mm = heavy_day[heavy], heavy_mm[heavy]
    peak = peaks_of(heavy_day, heavy_mm)
    return RainSample(
        record.name, year[whole], largest[whole], year[~whole], heavy_mm[peak], heavy_day[peak],
        str(day[0]) if len(day) else "", str(day[-1]) if len(day) else "")


def _days_of(year: int) -> int:
    return int((np.datetime64(f"{year + 1:04d}-01-01") - np.datetime64(f"{year:04d}-01-01"))
               / np.timedelta64(1, "D"))


def peaks_of(day: Days, rain_mm: Floats) -> Ints:
    """Return which of heavy days (n,) are peaks, the largest first.

    day (n,) ascending, rain_mm (n,). From the largest down: a day less than ``APART_DAYS`` from
    one that counts already belongs to it.
    """
    order = np.argsort(-rain_mm, kind="stable")
    at = day.astype("datetime64[D]").astype(np.int64)
    taken: Bools = np.zeros(len(at), bool)
    kept = []
    for k in order:
        if not taken[k]:
            kept.append(int(k))
            near = slice(*np.searchsorted(at, [at[k] - APART_DAYS + 1, at[k] + APART_DAYS]))
            taken[near] = True
    return np.array(kept, np.int64)
