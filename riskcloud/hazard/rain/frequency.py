"""Rain of a place by return period: the rainstorm peril, from records and city formulas."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from riskcloud.catalog import Card, list_cards, load_card
from riskcloud.errors import InputError
from riskcloud.geo.points import haversine_m
from riskcloud.hazard.rain.city_formula import CityFormula, load_formulas
from riskcloud.hazard.rain.extremes import ExtremeRain, check_periods, extreme_rain
from riskcloud.hazard.rain.record import read_daily_rain
from riskcloud.hazard.rain.sample import RainSample, sample_of
from riskcloud.types import Floats, Ints, PlaceHazard, PlaceLayer
from riskcloud.units import KM

REACH_M: Final = 25.0 * KM
"""A record speaks for places up to so far from it (ours): with hills between, extreme rain differs
within less (GEO Report 115 of Hong Kong, abstract), so the distance is said."""
DAY: Final = "rain_24h"
_MEASURE = re.compile(r"rain_(\d{1,4})(h|min)")
FIXED_DAY = ("rain of a fixed day; the largest 24 hours at any time are about 1.13 times as much "
             "(Hershfield 1961), not applied")
_NOTHING = "no rain record within {km:g} km and no city formula for {duration} of rain: no data"


@dataclass(frozen=True, slots=True)
class PlacedSample:
    """What a fit sees of a record, and where it was observed: degrees WGS84."""

    sample: RainSample
    lon: float
    lat: float
    source: str
    is_given: bool = True


@dataclass(frozen=True, slots=True)
class RainLayers:
    """Records and city formulas that design rain may rest on; the first that fits is taken.

    reach_m : how far from a record it speaks for a place [m].
    """

    records: tuple[PlacedSample, ...] = ()
    formulas: tuple[CityFormula, ...] = ()
    reach_m: float = REACH_M


def default_layers(*records: PlacedSample) -> RainLayers:
    """Return the records and formulas that ship, after records of the user's own."""
    shipped = tuple(shipped_record(name) for name in list_cards("rain_record"))
    return RainLayers((*records, *shipped), load_formulas())


def given_record(path: Path, *, lon: float, lat: float, skip_bad: bool = False) -> PlacedSample:
    """Return a user's daily record at its place, degrees WGS84. Raises InputError."""
    if not (-360.0 <= lon <= 360.0 and -90.0 <= lat <= 90.0):
        raise InputError(f"{path}: place of the record {lon:g}, {lat:g}: expected lon, lat")
    return PlacedSample(sample_of(read_daily_rain(path, skip_bad=skip_bad)), lon, lat, str(path))


@cache
def shipped_record(name: str) -> PlacedSample:
    """Return a record of models/rain_record. Raises NotFoundError, ModelError."""
    card = load_card("rain_record", name)
    years, peaks = card.rows("years.csv"), card.rows("peaks.csv")
    whole = [row for row in years if row["complete"] == "1"]
    sample = RainSample(
        card.name, _whole(whole, "year"), _real(whole, "largest_mm"),
        _whole([row for row in years if row["complete"] != "1"], "year"),
        _real(peaks, "rain_mm"), np.array([row["day"] for row in peaks], "datetime64[D]"),
        str(card["first_day"]), str(card["last_day"]))
    return PlacedSample(sample, float(card["lon"]), float(card["lat"]), _cited(card), False)


def _whole(rows: list[dict[str, str]], key: str) -> Ints:
    return np.array([int(row[key]) for row in rows], np.int64)


def _real(rows: list[dict[str, str]], key: str) -> Floats:
    return np.array([float(row[key]) for row in rows], np.float64)


def _cited(card: Card) -> str:
    return f"{card['title']}: {card['source']}"


def design_rain(lon: Floats, lat: Floats, *, periods: tuple[float, ...],
                layers: RainLayers | None = None, measure: str = DAY,
                seed: int = 1) -> PlaceHazard:
    """Rain at sites by return period.

    Parameters
    ----------
    lon, lat : (n_sites,) degrees WGS84, any 360-degree window.
    periods : return periods [years], > 1, ascending; of durations, 1 too.
    layers : records and formulas; without them those that ship.
    measure : ``rain_24h`` (of a fixed day, from records; from a formula only where it was made for
        so long), or a duration such as ``rain_1h`` or ``rain_30min`` (from formulas alone).

    Returns
    -------
    PlaceHazard of peril ``rainstorm`` in mm. A site near no record and in no city of a formula is
    NaN, its ``layer_of`` -1. City formulas have no band: ``low`` and ``high`` are NaN there.

    Raises
    ------
    InputError : return periods out of order, an unknown measure, lon and lat of unequal length.
    """
    check_periods(periods := tuple(float(period) for period in periods),
                  with_a_year=measure != DAY)
    duration_min = _duration_min(measure)
    lon, lat = np.atleast_1d(lon).astype(np.float64), np.atleast_1d(lat).astype(np.float64)
    if lon.shape != lat.shape or lon.ndim != 1:
        raise InputError("design_rain: lon and lat differ in length")
    layers = default_layers() if layers is None else layers
    answer = _Answer(len(lon), len(periods))
    if measure == DAY:
        _from_records(answer, lon, lat, periods, layers, seed)
    for formula in layers.formulas:
        depth = formula.depth_mm(duration_min, periods)
        if np.isfinite(depth).any():
            away = _distances_m(lon, lat, formula.lon, formula.lat)
            unknown = np.full_like(depth, np.nan)
            answer.put(np.asarray((away <= formula.radius_m).any(axis=1)),
                       (depth, unknown, unknown), _formula_layer(formula), ())
    if (answer.layer_of < 0).any():
        answer.notes.append(_NOTHING.format(km=layers.reach_m / KM,
                                            duration=_duration_words(measure)))
    return PlaceHazard("rainstorm", measure, "mm", periods, answer.level, answer.low, answer.high,
                       tuple(answer.layers), answer.layer_of,
                       notes=tuple(dict.fromkeys(answer.notes)))


def _duration_min(measure: str) -> float:
    match = _MEASURE.fullmatch(measure)
    if match is None or int(match[1]) == 0:
        raise InputError(f"design rain: measure {measure!r}, expected rain_24h, rain_1h, "
                         "rain_30min or the like")
    return int(match[1]) * (60.0 if match[2] == "h" else 1.0)


def _duration_words(measure: str) -> str:
    minutes = _duration_min(measure)
    return f"{minutes / 60.0:g} h" if minutes >= 60.0 else f"{minutes:g} min"


class _Answer:
    """Levels, bands and layers of sites as they are filled."""

    def __init__(self, n_sites: int, n_periods: int) -> None:
        self.level, self.low, self.high = (np.full((n_sites, n_periods), np.nan)
                                           for _ in range(3))
        self.layer_of = np.full(n_sites, -1, np.int64)
        self.layers: list[PlaceLayer] = []
        self.notes: list[str] = []

    def put(self, at: npt.NDArray[np.bool_], rain: tuple[Floats, Floats, Floats],
            layer: PlaceLayer, notes: tuple[str, ...]) -> None:
        """Fill sites that have nothing yet; a layer that fills none is not listed."""
        at = at & (self.layer_of < 0)
        if at.any():
            self.level[at], self.low[at], self.high[at] = rain
            self.layer_of[at] = len(self.layers)
            self.layers.append(layer)
            self.notes += notes


def _from_records(answer: _Answer, lon: Floats, lat: Floats, periods: tuple[float, ...],
                  layers: RainLayers, seed: int) -> None:
    """Fill sites from the nearest record within reach; one too short is noted and passed over."""
    if not layers.records:
        return
    away = _distances_m(lon, lat, np.array([one.lon for one in layers.records]),
                        np.array([one.lat for one in layers.records]))
    within = np.where(away <= layers.reach_m, away, np.inf)
    order = np.argsort(within, axis=1, kind="stable")  # of equally near ones the user's own first
    for rank in range(order.shape[1]):
        nearest = order[:, rank]
        for k in np.unique(nearest):
            at = (nearest == k) & np.isfinite(within[:, k]) & (answer.layer_of < 0)
            if at.any():
                try:
                    fit = _fitted(layers.records[k], periods, seed)
                except InputError as error:
                    answer.notes.append(str(error))
                    continue
                answer.put(at, (fit.level_mm, fit.low_mm, fit.high_mm), _record_layer(
                    layers.records[k], float(within[at, k].max())), fit.notes)


def _fitted(record: PlacedSample, periods: tuple[float, ...], seed: int) -> ExtremeRain:
    if record.is_given:
        return extreme_rain(record.sample, periods, seed=seed)
    return _shipped_fit(record.sample.name, periods, seed)


@cache
def _shipped_fit(name: str, periods: tuple[float, ...], seed: int) -> ExtremeRain:
    return extreme_rain(shipped_record(name).sample, periods, seed=seed)


def _distances_m(lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats) -> Floats:
    return haversine_m(lon[:, None], lat[:, None], to_lon, to_lat)


def _record_layer(record: PlacedSample, away_m: float) -> PlaceLayer:
    sample = record.sample
    return PlaceLayer(
        "given" if record.is_given else "record", record.source,
        f"one rain gauge, up to {max(away_m / KM, 0.1):.1f} km away",
        f"{sample.first_day} to {sample.last_day}, {sample.n_years} complete years", FIXED_DAY)


def _formula_layer(formula: CityFormula) -> PlaceLayer:
    card, (shortest, longest) = formula.card, formula.durations_min
    return PlaceLayer(
        "code", _cited(card), str(card["area"]), str(card["edition"]),
        f"city formula for {shortest:g} to {longest:g} min and {formula.period_yr[0]:g} to "
        f"{formula.period_yr[-1]:g} years; it states no band")
