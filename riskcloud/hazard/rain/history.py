"""What rain has done near places: days of rainstorm in the daily records of gauges near."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from riskcloud.catalog import list_cards, load_card
from riskcloud.errors import InputError
from riskcloud.geo.points import haversine_m
from riskcloud.hazard.rain.frequency import REACH_M
from riskcloud.hazard.rain.record import DailyRecord, Days, read_daily_rain
from riskcloud.hazard.site_checks import checked_sites
from riskcloud.types import Floats, PlaceHistory, PlaceLayer
from riskcloud.units import KM

RAINSTORM_MM: Final = 50.0
"""Least rain of a day that is a rainstorm: GB/T 28592-2012, to 0.1 mm."""
MOST_RADIUS_M: Final = 500.0 * KM
GAUGE: Final = "rain of a fixed day at the gauge and graded as that of 24 hours (GB/T 28592)"
BEYOND: Final = "a gauge farther than {km:g} km does not speak for a site: no rain there"
NONE_NEAR: Final = "no rain record within {km:g} km of {n} site(s): no data"


@dataclass(frozen=True, slots=True)
class RainDays:
    """Days of rainstorm at one gauge, and where it stands [degrees WGS84].

    day (n,) datetime64[D], ascending; rain_mm (n,), 50 and more; ``first_year``, ``last_year`` of
    the record, ``n_days`` observed in it.
    """

    name: str
    lon: float
    lat: float
    day: Days
    rain_mm: Floats
    first_year: int
    last_year: int
    n_days: int
    source: str
    is_given: bool = True


def rain_days(record: DailyRecord, *, lon: float, lat: float, source: str = "") -> RainDays:
    """Return the days of rainstorm of a daily record at its place, degrees WGS84.

    Raises
    ------
    InputError : a place that cannot be; a record without a day observed.
    """
    if not (-360.0 <= lon <= 360.0 and -90.0 <= lat <= 90.0):
        raise InputError(f"{record.name}: place of the record {lon:g}, {lat:g}: expected lon, lat")
    seen = np.isfinite(record.rain_mm)
    if not seen.any():
        raise InputError(f"{record.name}: no day below the header")
    years = record.day[seen].astype("datetime64[Y]").astype(np.int64) + 1970
    rain = np.round(record.rain_mm, 1)
    wet = seen & (np.where(seen, rain, 0.0) >= RAINSTORM_MM)
    return RainDays(record.name, lon, lat, record.day[wet], rain[wet], int(years.min()),
                    int(years.max()), int(seen.sum()), source or record.name)


def given_days(path: Path, *, lon: float, lat: float, skip_bad: bool = False) -> RainDays:
    """Return the days of rainstorm of a user's daily record. Raises InputError."""
    return rain_days(read_daily_rain(path, skip_bad=skip_bad), lon=lon, lat=lat, source=str(path))


@cache
def shipped_days(name: str) -> RainDays:
    """Return those of a record of models/rain_record. Raises NotFoundError."""
    card = load_card("rain_record", name)
    rows, years = card.rows("days.csv"), card.rows("years.csv")
    return RainDays(
        str(card.get("place") or card.name), float(card["lon"]), float(card["lat"]),
        np.array([row["day"] for row in rows], "datetime64[D]"),
        np.array([float(row["rain_mm"]) for row in rows]), int(years[0]["year"]),
        int(years[-1]["year"]), sum(int(row["n_days"]) for row in years),
        f"{card['title']}: {card['source']}", is_given=False)


def rain_records(records: Sequence[RainDays] | None, lon: Floats, lat: Floats, *,
                 radius_m: float = REACH_M) -> PlaceHistory:
    """Days of rainstorm at gauges near sites, one row a site, gauge and day, in the order of time.

    Parameters
    ----------
    records : of gauges; None: those that ship. A user's own stand beside them if given together
        (``(*own, *shipped)``).
    lon, lat : (n_sites,) degrees WGS84, lon in any window of 360 degrees.
    radius_m : how near a gauge is [m], up to 500 km.

    Returns
    -------
    PlaceHistory of peril ``rainstorm`` in mm: ``distance_m`` of the gauge, ``strength`` its rain of
    the day, ``intensity`` the same where the gauge speaks for the site (25 km), NaN beyond. A site
    near no gauge has no row, and a note says so.

    Raises
    ------
    InputError : sites or a radius that cannot be.

    Source
    ------
    GB/T 28592-2012 for the least rain of a day; models/rain_record.
    """
    lon, lat = checked_sites(lon, lat)
    if not 0.0 < radius_m <= MOST_RADIUS_M:
        raise InputError(f"radius {radius_m / KM:g} km: expected more than 0 and "
                         f"{MOST_RADIUS_M / KM:g} km at most")
    gauges = tuple(shipped_days(name) for name in list_cards("rain_record")) if records is None \
        else tuple(records)
    away = haversine_m(lon[:, None], lat[:, None], np.array([one.lon for one in gauges]),
                       np.array([one.lat for one in gauges]))
    site, gauge = np.nonzero(away <= radius_m)
    counts = np.array([len(gauges[k].day) for k in gauge], np.int64)
    row = np.repeat(np.arange(len(site)), counts)
    day = np.concatenate([np.zeros(0, "datetime64[D]"), *(gauges[k].day for k in gauge)])
    rain = np.concatenate([np.zeros(0), *(gauges[k].rain_mm for k in gauge)])
    distance = away[site, gauge][row]
    order = np.lexsort((day, site[row]))
    row, day, rain, distance = row[order], day[order], rain[order], distance[order]
    none = int((away > radius_m).all(axis=1).sum()) if gauges else len(lon)
    near = sorted(set(gauge.tolist()))
    return PlaceHistory(
        peril="rainstorm", radius_m=radius_m,
        first_year=min((gauges[k].first_year for k in near), default=0),
        last_year=max((gauges[k].last_year for k in near), default=0),
        site=site[row].astype(np.int64),
        event=tuple(str(one) for one in day), name=tuple(gauges[k].name for k in gauge[row]),
        time=day.astype("datetime64[s]"), distance_m=distance, strength=rain,
        strength_measure="rain_day", strength_unit="mm",
        intensity=np.where(distance <= REACH_M, rain, np.nan), measure="rain_24h", unit="mm",
        layer=_layer([gauges[k] for k in near]), notes=tuple(words for words, holds in (
            (GAUGE, len(near) > 0), (NONE_NEAR.format(km=radius_m / KM, n=none), none > 0),
            (BEYOND.format(km=REACH_M / KM), (distance > REACH_M).any())) if holds))


def _layer(gauges: Sequence[RainDays]) -> PlaceLayer:
    """Return what the rows rest on, the user's own first."""
    own = all(one.is_given for one in gauges) and len(gauges) > 0
    spans = [f"{one.first_year}-{one.last_year}, {one.n_days} days" for one in gauges]
    return PlaceLayer("given" if own else "record",
                      "; ".join(dict.fromkeys(one.source for one in gauges))
                      or "models/rain_record",
                      f"{len(gauges)} rain gauge(s)", "; ".join(spans))
