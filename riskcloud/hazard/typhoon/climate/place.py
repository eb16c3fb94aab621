"""Typhoon wind at places by return period: from the shipped grid, with the design code's beside."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from riskcloud.errors import InputError
from riskcloud.hazard.site_checks import checked_sites
from riskcloud.hazard.typhoon.climate.code_wind import CodeWind, code_wind
from riskcloud.hazard.typhoon.climate.wind_grid import DEFAULT, WindGrid, load_grid
from riskcloud.types import Bools, Floats, PlaceHazard, PlaceLayer
from riskcloud.units import KM

PERIODS: Final = (10.0, 50.0, 100.0, 475.0)
"""Return periods [years]."""
DEG_M: Final = 111_195.0
"""Metres a degree of latitude."""
MEASURES: Final = ("gust_3s", "mean_10min")
OUTSIDE: Final = "a site outside the grid of typhoon winds: no data"
NO_CODE: Final = "a site near no station of the wind code's table: no coded value"
CALM: Final = "no value where storms bring no wind above calm that often"
BEYOND: Final = "the grid of typhoon winds spans {low:g} to {high:g} years: no value beyond"


def place_wind(lon: Floats, lat: Floats, *, periods: Sequence[float] = PERIODS,
               model: str = DEFAULT) -> tuple[PlaceHazard, PlaceHazard]:
    """Typhoon gust and 10-min mean at sites by return period, at 10 m over open country.

    Parameters
    ----------
    lon, lat : (n_sites,) degrees WGS84, lon in any window of 360 degrees.
    periods : return periods in years, > 1, ascending.
    model : of models/wind_climate.

    Returns
    -------
    Two PlaceHazard of peril ``typhoon`` in m/s: ``gust_3s``; then ``mean_10min`` with the basic
    wind of GB 50009's nearest station ``beside``, at 10, 50 and 100 years. ``low`` and ``high``
    are 5 % and 95 % by the seasons of history. Between the cells bilinear, between periods linear
    in the logarithm; NaN outside the grid (layer -1) and for periods that it does not span.
    Tropical cyclones alone, and not the site's own surface: that is ``climate map``.

    Raises
    ------
    InputError : sites or periods that cannot be. NotFoundError : no such model.

    Source
    ------
    docs/climate.md; models/wind_climate, models/code_wind.
    """
    lon, lat = checked_sites(lon, lat)
    wanted = _checked_periods(periods)
    grid = load_grid(model)
    inside = grid.inside(lon, lat)
    layer = _layer(grid)
    gust, mean = (_hazard(grid, measure, lon, lat, wanted, inside, layer) for measure in MEASURES)
    code = code_wind(lon, lat)
    return gust, _beside(mean, code, inside)


def _hazard(grid: WindGrid, measure: str, lon: Floats, lat: Floats, periods: tuple[float, ...],
            inside: Bools, layer: PlaceLayer) -> PlaceHazard:
    wind = grid.at(measure, lon, lat, periods)
    low, high = float(grid.periods[0]), float(grid.periods[-1])
    spanned = np.array([low <= period <= high for period in periods])
    silent = np.isnan(wind[inside][:, spanned, 0]).any()
    notes = [words for words, holds in (
        (OUTSIDE, (~inside).any()), (BEYOND.format(low=low, high=high), not spanned.all()),
        (CALM, silent)) if holds]
    return PlaceHazard(
        "typhoon", measure, "m/s", periods, wind[..., 0], wind[..., 1], wind[..., 2], (layer,),
        np.where(inside, 0, -1).astype(np.int64), notes=tuple(notes))


def _beside(mean: PlaceHazard, code: CodeWind, inside: Bools) -> PlaceHazard:
    """Return the 10-min mean with the code's value; also where the grid has none."""
    none = bool(np.isnan(code.distance_m[inside]).any())
    return PlaceHazard(
        mean.peril, mean.measure, mean.unit, mean.periods, mean.level, mean.low, mean.high,
        mean.layers, mean.layer_of, code.mean_10min_m_s, code.layer,
        (*mean.notes, *([NO_CODE] if none else [])))


def _layer(grid: WindGrid) -> PlaceLayer:
    card = grid.card
    return PlaceLayer("model", f"models/wind_climate/{card.name}: {card['title']}",
                      f"{grid.size_deg:g} deg, about {grid.size_deg * DEG_M / KM:.0f} km",
                      str(card["date"]), str(card["detail"]))


def _checked_periods(periods: Sequence[float]) -> tuple[float, ...]:
    wanted = tuple(float(period) for period in periods)
    if not wanted or any(not 1.0 < period < np.inf for period in wanted) or \
            list(wanted) != sorted(set(wanted)):
        raise InputError("return periods: expected years above 1, ascending, got "
                         f"{', '.join(f'{period:g}' for period in wanted) or 'none'}")
    return wanted
