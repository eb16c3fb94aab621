"""Rain that the pluvial screen is asked for: rasters, numbers, or design rain, by return period."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from riskcloud.errors import InputError, Problem
from riskcloud.geo.elevation import lon_lat
from riskcloud.geo.overlay.layers import LayerSpec, parse_layer
from riskcloud.geo.overlay.raster_file import open_raster
from riskcloud.geo.overlay.stated import Stated
from riskcloud.hazard.flood.depth_files import with_period
from riskcloud.hazard.flood.event_rain import Given
from riskcloud.hazard.flood.ground import Ground
from riskcloud.hazard.rain.frequency import design_rain
from riskcloud.types import PlaceHazard
from riskcloud.units import INCH

SYNTAX: Final = ("expected RASTER[@RETURN_PERIOD][:band], a number of mm such as 120, or design "
                 "rain such as design_24h@50")
_NUMBER: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(mm|in)?(?:@(\d+(?:\.\d+)?))?")
_DESIGN: Final = re.compile(r"design(?:_(\d{1,4}(?:h|min)))?@(\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Rain:
    """Rain of one event: a raster (``spec``), one number (``amount`` in ``unit``), or the design
    rain of the place (``measure`` as of ``hazard.rain.frequency.design_rain``); period_yr None for
    one without a return period.
    """

    period_yr: float | None
    spec: LayerSpec | None = None
    amount: float = 0.0
    unit: str | None = None
    measure: str = ""

    @property
    def path(self) -> Path | None:
        """Return the file it is read from, None for numbers."""
        return None if self.spec is None else self.spec.path


def parse_rains(texts: Sequence[str], unit: str | None = None) -> tuple[Rain, ...]:
    """Return what ``--rain`` asks for, in the order of the return periods.

    unit : of files and numbers that name none: mm or in.

    Raises
    ------
    InputError : text that is none of these, several without a return period, one period twice or
        below a year, rain that falls with the return period.
    """
    rains = tuple(_parsed(text, unit) for text in texts)
    periods = [one.period_yr for one in rains]
    if len(rains) > 1 and None in periods:
        raise InputError("several rains, and one without a return period", [Problem(
            0, "--rain", texts[periods.index(None)], "write it behind it, such as rain.tif@100")])
    if len({f"{years:g}" for years in periods if years is not None}) < len(
            [years for years in periods if years is not None]):
        raise InputError("a return period of rain given twice", [Problem(
            0, "--rain", ", ".join(texts), "give one rain a return period")])
    if short := [text for text, years in zip(texts, periods, strict=True)
                 if years is not None and not 1.0 <= years < 1e9]:
        raise InputError("rain of no return period", [Problem(
            0, "--rain", text, "expected a return period of 1 year or more") for text in short])
    rains = tuple(sorted(rains, key=lambda one: one.period_yr or 0.0))
    _check_rising([one for one in rains if one.spec is None and not one.measure])
    return rains


def _check_rising(even: Sequence[Rain]) -> None:
    """Raise InputError where numbers of rain fall with their return periods, which ascend."""
    mm = [one.amount * (INCH / 0.001 if one.unit == "in" else 1.0) for one in even]
    if (np.diff(mm) < 0.0).any():
        told = ", ".join(f"{one.amount:g} {one.unit or 'mm'} ({one.period_yr:g} years)"
                         for one in even)
        raise InputError("rain falls with the return period", [Problem(
            0, "--rain", told, "a rarer rain is never the smaller: are the return periods "
            "swapped?")])


def _parsed(text: str, unit: str | None) -> Rain:
    if number := _NUMBER.fullmatch(text):
        return Rain(float(number[3]) if number[3] else None, None, float(number[1]),
                    number[2] or unit)
    if design := _DESIGN.fullmatch(text):
        return Rain(float(design[2]), measure=f"rain_{design[1] or '24h'}")
    try:
        spec = with_period(parse_layer(text))
    except InputError as error:
        if Path(text.partition("@")[0]).exists():
            raise
        raise InputError(f"{text}: no such file", [Problem(0, "--rain", text, SYNTAX)]) from error
    return Rain(spec.return_period_yr, spec, unit=unit)


def rain_on(ground: Ground, rain: Rain) -> tuple[Given, str | None, tuple[str, ...]]:
    """Return what ``pluvial_depth`` takes as rain and its unit, and notes on it.

    Design rain is that of the middle of the DEM, the same everywhere.

    Raises
    ------
    InputError : a file that cannot be read; design rain that is not known there.
    """
    if rain.spec is not None:
        layer = open_raster(rain.spec.path, rain.spec.selector, stated=Stated(unit=rain.unit))
        return layer, rain.unit, ()
    if not rain.measure:
        return rain.amount, rain.unit, ()
    assert rain.period_yr is not None
    layer = ground.layer
    lon, lat = lon_lat(layer, np.array([0.5 * layer.width]), np.array([0.5 * layer.height]))
    found = design_rain(lon, lat, periods=(rain.period_yr,), measure=rain.measure)
    if not found.known[0]:
        raise InputError(f"no {rain.measure} of {rain.period_yr:g} years is known at the DEM", [
            Problem(0, "--rain", f"{lon[0]:.3f}, {lat[0]:.3f}", "give it as a number of mm or a "
                    "raster")])
    return float(found.level[0, 0]), "mm", _design_notes(found, rain)


def _design_notes(found: PlaceHazard, rain: Rain) -> tuple[str, ...]:
    layer = found.layers[found.layer_of[0]]
    return (f"design rain {rain.measure} of {rain.period_yr:g} years: {found.level[0, 0]:.1f} mm "
            f"everywhere; {layer.source}", *found.notes)
