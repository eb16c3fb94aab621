"""PGA at places by return period: modelled, with the design code's beside it; never averaged."""

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError, ModelError
from riskcloud.geo.raster import is_land
from riskcloud.hazard.earthquake.code_values import CODE_PERIOD, code_layer, code_pga
from riskcloud.hazard.earthquake.exceedance import (
    DISTANCES_KM,
    LEVELS_G,
    branch_weights,
    zone_tables,
)
from riskcloud.hazard.earthquake.ground_motion.regions import zone_of
from riskcloud.hazard.earthquake.seismicity.rates import SeismicRates, load_rates
from riskcloud.hazard.earthquake.site import class_indices, factor_of_index
from riskcloud.hazard.site_checks import checked_sites
from riskcloud.kernels import hazardcurve
from riskcloud.types import Bools, Floats, Ints, PlaceHazard, PlaceLayer

MODEL: Final = "china"
"""Card of models/seismicity."""
PERIODS: Final = (10.0, 50.0, 100.0, 475.0)
"""Return periods [years]; 50, 475 and 2475 are 63, 10 and 2 % in 50 years."""
_LONGEST = 10_000.0  # a century of earthquakes says nothing of longer ones; ours

_MIDDLE_DEG = 105.0  # the window of longitudes the grids are in lies about it

AT_SEA = "a site at sea: no earthquake hazard computed"
OUTSIDE = "a site outside the area of the earthquake model: nothing known there"
SILENT = "PGA of 0.0001 g: so much or less is expected so often"
ASSUMED = "site class II assumed where none is given"
NO_CODE = ("a site outside the part of the code's table that ships (South China, Yunnan, Taiwan): "
           "no coded value here, which is not to say that the code has none")


def place_pga(lon: Floats, lat: Floats, *, periods: Sequence[float] = PERIODS,
              site_class: str | Sequence[Any] | npt.NDArray[Any] | None = None,
              model: str = MODEL) -> PlaceHazard:
    """PGA [g] exceeded once in each return period at sites, and the design code's beside it.

    Parameters
    ----------
    lon, lat : (n_sites,) degrees WGS84, lon in any window of 360 degrees.
    periods : return periods in years, ascending, 1 to 10,000.
    site_class : of GB 50011, (n_sites,) with empty cells for unknown, or one for all; class II
        where unknown. Both answers are at it, by Table E.1 of GB 18306-2015.
    model : of models/seismicity.

    Returns
    -------
    ``level`` by the mean over the ground-motion models; ``low`` and ``high`` (5 %, 95 %) from the
    spread of the models and the errors of rates and b, added in quadrature in the logarithm.
    ``beside`` is the code's value at 475 years. NaN and layer -1 at sea and outside the model.

    Raises
    ------
    InputError : sites, periods or classes that cannot be.

    Source
    ------
    Cornell (1968), BSSA 58, 1583-1606, McGuire (1976): the sum over sources, magnitudes and the
    whole scatter of motion. Rates as Frankel (1995). docs/science/site-hazard.md.
    """
    lon, lat = checked_sites(lon, lat)
    lon = lon - 360.0 * np.round((lon - _MIDDLE_DEG) / 360.0)
    wanted = _checked_periods(periods)
    classes = _classes(site_class, len(lon))
    rates = load_rates(model)
    sea, inside = _at_sea(lon, lat, rates), inside_model(lon, lat, rates)
    good = inside & ~sea
    level, low, high = (np.full((len(lon), len(wanted)), np.nan) for _ in range(3))
    silent = np.zeros(0, bool)
    if good.any():
        rock = _levels(hazard_curves(lon[good], lat[good], model=model), wanted)
        silent = rock[:, 0] <= LEVELS_G[0] * (1.0 + 1e-9)
        for out, found in zip((level, low, high), _band(rock), strict=True):
            out[good] = np.maximum.accumulate(  # rounding at the lowest level
                np.maximum(found * _factors(found, classes[good]), LEVELS_G[0]), axis=1)
    code = code_pga(lon, lat)
    beside = np.where(good, code * factor_of_index(np.nan_to_num(code), classes), np.nan)
    notes = [words for words, holds in (
        (AT_SEA, sea.any()), (OUTSIDE, (~inside & ~sea).any()),
        (SILENT, silent.any()), (ASSUMED, np.any(classes[good] < 0)),
        (NO_CODE, np.isnan(code[good]).any())) if holds]
    layer = PlaceLayer("model", f"models/seismicity/{model}: {rates.card['title']}",
                       f"{rates.step:g} deg, about {rates.step * hazardcurve.KM_PER_DEG:.0f} km",
                       str(rates.card["date"]), str(rates.card["detail"]))
    return PlaceHazard(
        peril="earthquake", measure="pga", unit="g", periods=wanted, level=level, low=low,
        high=high, layers=(layer,), layer_of=np.where(good, 0, -1).astype(np.int64),
        beside={CODE_PERIOD: beside}, beside_layer=code_layer(), notes=tuple(notes))


def return_period(chance: float, years: float = 50.0) -> float:
    """Return the return period [years] of a chance of exceedance in so many years (Poisson).

    63, 10 and 2 % in 50 years are 50, 475 and 2475 years.

    Raises
    ------
    InputError : a chance that is not between 0 and 1.
    """
    if not 0.0 < chance < 1.0:
        raise InputError(f"chance of exceedance {chance:g}: expected between 0 and 1")
    return -years / math.log1p(-chance)


def hazard_curves(lon: Floats, lat: Floats, *, model: str = MODEL) -> Floats:
    """Return the yearly rate above each of ``LEVELS_G`` at class II, (n_sites, n_curves, n_levels).

    Curves: the mean; at the low and high rate; with the high and low b; each of
    ``exceedance.BRANCHES``.
    """
    rates, tables = load_rates(model), zone_tables(model)
    out = np.empty((len(lon), tables.shape[2] + 2, len(LEVELS_G)))
    hazardcurve.hazard_curves(
        np.ascontiguousarray(lon, np.float64), np.ascontiguousarray(lat, np.float64), rates.west,
        rates.south, rates.step, rates.zone, rates.rate, rates.low, rates.high, tables,
        DISTANCES_KM, float(rates.card["hazard"]["most_km"]), out)
    return out


def _levels(curves: Floats, periods: tuple[float, ...]) -> Floats:
    """Return the PGA of each curve at each period, (n_sites, n_curves, n_periods).

    Linear in both logarithms; the lowest level where that is exceeded less often: imperceptible,
    but a number.
    """
    target = -np.log(periods)
    levels = np.log(LEVELS_G)[::-1]
    with np.errstate(divide="ignore"):
        rates = np.log(np.maximum(curves, 1e-300))[..., ::-1]
    out = np.empty((*curves.shape[:2], len(periods)))
    for at in np.ndindex(*curves.shape[:2]):
        out[at] = np.exp(np.interp(target, rates[at], levels))
    return out


def _band(levels: Floats) -> tuple[Floats, Floats, Floats]:
    """Return level, low and high (n_sites, n_periods) from the curves of ``hazard_curves``."""
    log = np.log(levels)
    middle = log[:, 0]
    weights = branch_weights()[None, :, None]
    mean = (weights * log[:, 5:]).sum(axis=1)
    models = 1.645 * np.sqrt((weights * (log[:, 5:] - mean[:, None]) ** 2).sum(axis=1))
    down, up = (np.sqrt(models**2 + (log[:, rate] - middle) ** 2 + (log[:, b] - middle) ** 2)
                for rate, b in ((1, 3), (2, 4)))
    return levels[:, 0], np.exp(middle - down), np.exp(middle + up)


def _factors(pga: Floats, classes: Ints) -> Floats:
    return np.column_stack([factor_of_index(column, classes) for column in pga.T])


def _checked_periods(periods: Sequence[float]) -> tuple[float, ...]:
    wanted = tuple(float(period) for period in periods)
    if not wanted or any(not 1.0 <= period <= _LONGEST for period in wanted) or \
            list(wanted) != sorted(set(wanted)):
        raise InputError(f"return periods {', '.join(f'{p:g}' for p in wanted) or 'none'}: "
                         f"expected years from 1 to {_LONGEST:g}, ascending")
    return wanted


def _classes(site_class: str | Sequence[Any] | npt.NDArray[Any] | None, n: int) -> Ints:
    if site_class is None:
        return np.full(n, -1, dtype=np.int64)
    classes = class_indices([site_class] * n if isinstance(site_class, str) else site_class)
    if len(classes) != n:
        raise InputError(f"{len(classes)} site class(es) for {n} site(s)")
    return classes


def _at_sea(lon: Floats, lat: Floats, rates: SeismicRates) -> Bools:
    """Return which sites are farther from land than the card says: eight ways and the site."""
    km = float(rates.card["hazard"]["most_offshore_km"])
    near = is_land(lon, lat)
    for angle in np.radians(np.arange(0.0, 360.0, 45.0)):
        for share in (0.5, 1.0):
            north = share * km / hazardcurve.KM_PER_DEG * np.cos(angle)
            east = share * km / hazardcurve.KM_PER_DEG * np.sin(angle)
            near |= is_land(lon + east / np.maximum(np.cos(np.radians(lat)), 0.01),
                            np.clip(lat + north, -90.0, 90.0))
    return np.asarray(~near)


def inside_model(lon: Floats, lat: Floats, rates: SeismicRates) -> Bools:
    """Return which sites the model has an answer for: near a zone, far from the catalogue's rim."""
    most, rim = (float(rates.card["hazard"][name]) for name in ("most_outside_km", "rim_km"))
    west, east, south, north = map(float, rates.card["hazard"]["catalogue"])
    high = rim / hazardcurve.KM_PER_DEG
    wide = high / np.maximum(np.cos(np.radians(lat)), 0.01)
    out = ((lon >= west + wide) & (lon <= east - wide) & (lat >= south + high)
           & (lat <= north - high))
    for i in np.flatnonzero(out):
        try:
            out[i] = zone_of(float(lon[i]), float(lat[i]))[1] <= most
        except ModelError:
            out[i] = False
    return out
