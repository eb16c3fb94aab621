"""A raster of water levels that somebody else computed, at sites."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from riskcloud.errors import InputError, Problem
from riskcloud.geo.overlay.layers import parse_layer
from riskcloud.geo.overlay.raster_file import open_raster
from riskcloud.geo.overlay.sample import OUTSIDE, sample_points
from riskcloud.geo.overlay.stated import Stated
from riskcloud.geo.overlay.units import known_unit, unit_factor
from riskcloud.types import Floats, PlaceLayer

HIGHEST_M: Final = 20.0
"""A level beyond this is in another unit. Ours: no surge of a cyclone with its tide is known above
14 m (Bathurst Bay 1899, doubted)."""
DOUBTFUL_M: Final = 8.0
"""From here on a level of a file without unit is asked about. Ours: 8 is a usual level in feet."""

NO_UNIT = "the level raster names no unit: metres taken (--level-unit says otherwise)"
CONVERTED = "water levels in {unit} turned to metres"
NO_VALUE = "no water level at {n} of {m} place(s) in the raster: unknown, not dry"
DOUBT = ("the highest level is {level} m, and the file names no unit: if it is ft, say so with "
         "--level-unit ft")
DATUM = ("the level raster's datum is not checked: it must be that of the ground's elevations "
         "(--datum-shift adds what lies between)")


@dataclass(frozen=True, slots=True)
class LevelRaster:
    """What was said of a raster: ``text`` FILE[:band], its unit where it names none."""

    text: str
    unit: str | None = None
    stated: Stated = Stated()


def read_level(raster: LevelRaster, lon: Floats, lat: Floats,
               ) -> tuple[Floats, PlaceLayer, tuple[str, ...]]:
    """Return water levels at sites [m], NaN unknown, (n_sites,); the layer; notes.

    Raises
    ------
    InputError : no such raster, several bands, no unit of length, no site in it, levels that are
        no metres.
    """
    spec = parse_layer(raster.text)
    layer = open_raster(spec.path, spec.selector, stated=raster.stated)
    name = Path(layer.source).name
    if len(layer.bands) != 1:
        raise InputError(f"{name}: {len(layer.bands)} bands", [Problem(
            0, "--level", name, "name one: FILE:1")])
    own = known_unit(layer.unit) if layer.unit else ""
    unit = own or raster.unit or "m"
    found = sample_points(layer, np.asarray(lon, np.float64), np.asarray(lat, np.float64))
    if (found.status == OUTSIDE).all():
        west, south, east, north = layer.bounds
        raise InputError(f"{name}: no site lies in it", [Problem(
            0, "--level", name, f"it covers x {west:g} to {east:g}, y {south:g} to {north:g}; give "
            "the raster of their region, and check its reference system (--layer-crs)")])
    level = found.value[:, 0] * unit_factor(unit, "m", name)
    notes = [*found.notes, DATUM, *([] if own or raster.unit else [NO_UNIT])]
    notes += [CONVERTED.format(unit=unit)] * (unit != "m")
    highest = float(np.nanmax(np.abs(level), initial=0.0))
    if highest > HIGHEST_M:
        raise InputError(f"{name}: a level of {highest:g} m", [Problem(
            0, "--level", name, f"no water stands above {HIGHEST_M:g} m: say its unit with "
            "--level-unit (cm, ft), and give water levels, not elevations")])
    if highest > DOUBTFUL_M and not (own or raster.unit):
        notes.append(DOUBT.format(level=f"{highest:g}"))
    blank = int(np.isnan(level).sum())
    notes += [NO_VALUE.format(n=blank, m=len(level))] * (blank > 0)
    size = f"{abs(layer.transform[0]):.3g} {'deg' if layer.crs.is_geographic else 'm'}"
    return level, PlaceLayer("given", name, size, "", "water levels, as given"), tuple(notes)
