"""What falls on a terrain and how much of it runs off: rain and curve numbers on its cells."""

from pathlib import Path
from typing import Final

import numpy as np

from riskcloud.errors import InputError, Problem
from riskcloud.geo.overlay.layers import parse_layer
from riskcloud.geo.overlay.raster import RasterLayer
from riskcloud.geo.overlay.raster_file import open_raster
from riskcloud.geo.overlay.stated import Stated
from riskcloud.geo.overlay.units import known_unit, unit_factor
from riskcloud.hazard.flood.ground import Ground
from riskcloud.hazard.flood.regrid import Regrid
from riskcloud.types import Floats

Given = RasterLayer | Path | str | float
"""One number for all, or a raster, or the file of it."""
CURVE_NUMBER: Final = 90.0
"""Curve number where none is given: town houses, 65 % impervious, soil group C (USDA-NRCS 1986,
TR-55, table 2-2a, read second-hand); that it stands for towns of South China is ours."""
LEAST_MM, MOST_MM = 25.0, 5_000.0
"""Largest rain of an event below which a unit that nobody named is doubted (it may be inches), and
above which it is refused (3.93 m fell in 72 hours, La Reunion 2007, second-hand). Ours."""
ROUNDING_MM: Final = 0.01
"""So little below 0 is rounding, as of packed files. Ours."""
_RATES: Final = ("/", "h-1", "s-1", "d-1", "per")


class EventRain:
    """Rain on the DEM's cells [mm], a strip of rows at a time, and what is to be said of it."""

    def __init__(self, rain: Given, ground: Ground, unit: str | None) -> None:
        self.ground, self.notes, self.total_m3 = ground, list[str](), 0.0
        self.grid: Regrid | None = None
        self.most, self.n_unknown, self.n = 0.0, 0, 0
        self.to_mm, self.source, self.unit_said = 1.0, "rain", unit is not None
        if isinstance(rain, int | float):
            self.even, self.source = float(rain) * unit_factor(unit or "mm", "mm", "rain"), ""
            self.source = f"{self.even:g} mm"
            if unit == "in":
                self.notes.append(f"{float(rain):g} in of rain are {self.even:g} mm")
            if not 0.0 <= self.even < np.inf:
                raise InputError(f"rain {rain:g}: expected 0 mm or more")
            return
        layer = _opened(rain, "rain", unit)
        self.source = Path(layer.source).name
        self.to_mm = _to_mm(layer, unit, self.notes)
        self.unit_said = bool(layer.unit)
        self.grid = Regrid(layer, ground.layer)

    def rows(self, rows: slice) -> Floats:
        """Return the rain of some rows (n_rows, nx) [mm]."""
        if self.grid is None:
            return np.full((rows.stop - rows.start, self.ground.layer.width), self.even)
        rain = self.grid.rows(rows) * self.to_mm
        if (rain < -ROUNDING_MM).any():
            raise InputError(f"{self.source}: rain of {np.nanmin(rain):g} mm", [Problem(
                0, "rain", self.source, "expected 0 or more: declare its nodata value")])
        return np.maximum(rain, 0.0)

    @property
    def all_notes(self) -> tuple[str, ...]:
        """Return what is to be said of it, once all rows were read."""
        return *self.notes, *(() if self.grid is None else self.grid.notes)

    def add(self, rain_mm: Floats, rows: slice) -> None:
        """Keep count of the rain that fell on cells with an elevation."""
        tree = self.ground.depressions
        on = ~np.isnan(tree.elevation[rows])
        self.total_m3 += float((np.nansum(np.where(on, rain_mm, 0.0), axis=1)
                                * tree.cell[rows, 0]).sum()) / 1000.0
        self.n += int(on.sum())
        self.n_unknown += int((on & np.isnan(rain_mm)).sum())
        self.most = max(self.most, float(np.max(rain_mm, initial=0.0, where=on & (rain_mm > 0.0))))

    def check(self) -> None:
        """Raise InputError where the rain as a whole cannot be; note what is doubtful."""
        if self.n_unknown == self.n:
            raise InputError(f"{self.source}: no rain on the DEM", [Problem(
                0, "rain", self.source, "the two do not overlap, or it has nodata alone there")])
        if self.most > MOST_MM:
            name = f"{self.source}: " if self.grid else ""
            raise InputError(f"{name}{self.most:.0f} mm of rain", [Problem(
                0, "rain", self.source, "more than ever fell in an event: check its unit, or state "
                "it with --rain-unit")])
        if self.n_unknown:
            self.notes.append(f"rain is unknown on {100.0 * self.n_unknown / self.n:.1f} % of the "
                              "DEM: no runoff counted from there, depths below it are too low")
        if not self.unit_said and 0.0 < self.most < LEAST_MM:
            self.notes.append(f"the largest rain is {self.most:.2g} mm: is the unit right?")


class CurveNumbers:
    """Curve numbers on the DEM's cells, a strip of rows at a time."""

    def __init__(self, given: Given | None, ground: Ground) -> None:
        self.notes, self.even, self.source = list[str](), CURVE_NUMBER, ""
        self.grid: Regrid | None = None
        self.any_blank = False
        if given is None:
            self.notes.append(f"curve number {CURVE_NUMBER:g} (town houses, 65 % impervious, soil "
                              "group C; TR-55, table 2-2a): none was given")
        elif isinstance(given, int | float):
            self.even = float(given)
            if not 0.0 < self.even <= 100.0:
                raise InputError(f"curve number {given:g}: expected above 0, up to 100")
        else:
            layer = _opened(given, "curve number", None)
            self.source = Path(layer.source).name
            self.grid = Regrid(layer, ground.layer, smooth=False)

    def rows(self, rows: slice) -> Floats | float:
        """Return the curve numbers of some rows (n_rows, nx), or the one of all."""
        if self.grid is None:
            return self.even
        number = self.grid.rows(rows)
        if ((number <= 0.0) | (number > 100.0)).any():
            wrong = number[(number <= 0.0) | (number > 100.0)][0]
            raise InputError(f"{self.source}: curve number {wrong:g}", [Problem(
                0, "curve_number", f"{wrong:g}", "curve numbers lie above 0, up to 100: "
                "declare its nodata value")])
        self.any_blank = self.any_blank or bool(np.isnan(number).any())
        return np.where(np.isnan(number), CURVE_NUMBER, number)

    @property
    def all_notes(self) -> tuple[str, ...]:
        """Return what is to be said of them, once all rows were read."""
        blank = f"{self.source}: curve number {CURVE_NUMBER:g} where it has none"
        return (*self.notes, *(() if self.grid is None else self.grid.notes),
                *((blank,) if self.any_blank else ()))


def _opened(given: RasterLayer | Path | str, what: str, unit: str | None) -> RasterLayer:
    if isinstance(given, RasterLayer):
        layer = given
    else:
        spec = parse_layer(str(given))
        layer = open_raster(spec.path, spec.selector, stated=Stated(unit=unit))
    if len(layer.bands) != 1:
        name = Path(layer.source).name
        raise InputError(f"{name}: {len(layer.bands)} bands", [Problem(
            0, what, name, f"name one of them behind a colon, such as {name}:1")])
    return layer


def _to_mm(layer: RasterLayer, stated: str | None, notes: list[str]) -> float:
    name = Path(layer.source).name
    if not layer.unit:
        notes.append(f"{name}: it names no unit of rain, mm taken")
        return 1.0
    text = layer.unit.lower().replace(" ", "")
    if known_unit(text) not in ("mm", "in", "cm", "m", "ft") and any(k in text for k in _RATES):
        raise InputError(f"{name}: rain in {layer.unit}", [Problem(
            0, "rain", layer.unit, "a rate; expected the rain of the whole event in mm or in")])
    if stated and known_unit(stated) != known_unit(layer.unit):
        notes.append(f"{name}: its own unit of rain is kept ({layer.unit}), not the one stated")
    factor = unit_factor(layer.unit, "mm", name)
    if factor != 1.0:
        notes.append(f"{name}: rain turned from {known_unit(layer.unit)} to mm")
    return factor
