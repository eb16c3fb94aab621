"""Depth of rain water in depressions of the ground: a screen, not hydraulics.

Rain of an event -> runoff by curve number -> less what drains -> collected down the steepest way
-> depressions filled by volume, what they cannot hold spilling on. Nothing is said of time, of
flow in streets and pipes, or of rivers: where it shows water, hydraulics are to look.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError
from riskcloud.files import written_aside
from riskcloud.geo.overlay.raster import RasterLayer
from riskcloud.hazard.flood.depressions import collected_m3, filled
from riskcloud.hazard.flood.event_rain import CurveNumbers, EventRain, Given
from riskcloud.hazard.flood.ground import Ground, read_ground
from riskcloud.hazard.rain.runoff import AVERAGE, runoff_mm
from riskcloud.types import PlaceLayer

SCREEN: Final = ("a screen of rain water in hollows of the ground, not hydraulics: no flow in "
                 "streets, pipes or rivers, no time")
DRAINED: Final = "{mm:g} mm of drainage deducted, the same everywhere"
NO_DRAINS: Final = "no drainage deducted: none was given"
DEEP: Final = ("rain water stands up to {m:.1f} m deep: a quarry, a reservoir, a pass under a "
               "road, or a fault of the DEM")
DEEP_M: Final = 10.0
"""Deeper rain water is asked about. Ours."""
EDGE: Final = "runoff from beyond the edge of the DEM is not in it, and none stands at its edge"
NODATA: Final = -9999.0
_STRIP: Final = 256  # rows looked at together


@dataclass(frozen=True, slots=True)
class PluvialDepth:
    """Depth of rain water over a terrain.

    depth_m (ny, nx), 0 where none stands, NaN where it is not known: voids and sea of the DEM, and
    cells without rain. layer: where the cells are, ``array`` the depth itself, so that it is
    sampled as a file would be. The water [m3]: rain_m3 = lost_m3 (kept by the ground and drained)
    + ponded_m3 + left_m3 (out at edge, voids and sea). cell_m: side of a cell.
    """

    depth_m: npt.NDArray[np.float32]
    layer: RasterLayer
    rain_m3: float
    lost_m3: float
    ponded_m3: float
    left_m3: float
    cell_m: float
    ground_source: str
    rain_source: str
    notes: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Return what it rests on."""
        return f"{self.ground_source}; {self.rain_source}"

    def noted(self, notes: tuple[str, ...]) -> "PluvialDepth":
        """Return it with more to be said of it."""
        return replace(self, notes=tuple(dict.fromkeys((*self.notes, *notes))))

    def place_layer(self) -> PlaceLayer:
        """Return what intensities that rest on it cite."""
        return PlaceLayer("model", self.source,
                          f"{self.cell_m:.3g} m", "", SCREEN)


def pluvial_depth(dem: Ground | Path | str, rain: Given, *,
                  curve_number: Given | None = None,
                  drainage_mm: float | None = None, moisture: str = AVERAGE,
                  rain_unit: str | None = None, dem_unit: str | None = None) -> PluvialDepth:
    """Return the depth of rain water that stands in the depressions of a terrain: a screen.

    Parameters
    ----------
    dem : the terrain, or the file of it (``read_ground``); one that is read once serves any rain.
    rain : of the whole event [mm], one number or a raster in mm, in, cm or m (by its own word, or
        ``rain_unit``) in any reference system; it is resampled to the DEM's cells.
    curve_number : 0 < CN <= 100 of average moisture, one or a raster; None:
        ``event_rain.CURVE_NUMBER``.
    drainage_mm : what drains take within the event [mm]: capacity [mm/h] x hours; None: nothing.
    moisture : antecedent moisture class I, II, III (``hazard.rain.runoff``).

    Raises
    ------
    InputError : what ``read_ground`` refuses; rain that is negative, a rate, of no known unit, more
        than ever fell or nowhere on the DEM; a curve number or drainage out of range.

    Source
    ------
    Runoff: USDA-SCS (1972), see ``runoff_mm``. Depressions: Barnes, Callaghan & Wickert (2020,
    2021), see ``kernels/depressions``. That drains take the same everywhere, and that all water
    reaches its hollow before any dries up, is ours.
    """
    if drainage_mm is not None and not 0.0 <= drainage_mm < np.inf:
        raise InputError(f"drainage {drainage_mm:g} mm: expected 0 or more")
    ground = dem if isinstance(dem, Ground) else read_ground(dem, unit=dem_unit)
    fallen = EventRain(rain, ground, rain_unit)
    numbers = CurveNumbers(curve_number, ground)
    tree = ground.depressions
    water = np.zeros(len(tree.links))
    unknown = np.zeros(tree.elevation.shape, np.bool_)
    for first in range(0, ground.layer.height, _STRIP):
        rows = slice(first, min(first + _STRIP, ground.layer.height))
        rain_mm = fallen.rows(rows)
        runoff = runoff_mm(rain_mm, numbers.rows(rows), moisture=moisture)
        runoff = np.maximum(runoff - (drainage_mm or 0.0), 0.0)
        collected_m3(tree, runoff, water, first_row=first)
        unknown[rows] = np.isnan(runoff)
        fallen.add(rain_mm, rows)
    fallen.check()
    depth, left_m3 = filled(tree, water)
    standing = depth.sum(axis=1, dtype=np.float64, where=~np.isnan(depth))
    ponded = float((standing * tree.cell[:, 0]).sum())
    depth.reshape(-1)[ground.bridged] = np.nan
    depth[unknown] = np.nan
    drains = DRAINED.format(mm=drainage_mm) if drainage_mm else NO_DRAINS
    notes = (SCREEN, drains, EDGE, *ground.notes, *fallen.all_notes, *numbers.all_notes)
    deepest = float(np.nanmax(depth, initial=0.0))
    notes += (DEEP.format(m=deepest),) * (deepest > DEEP_M)
    return PluvialDepth(
        depth, _as_layer(ground.layer, depth), fallen.total_m3,
        max(fallen.total_m3 - float(water.sum()), 0.0), ponded, left_m3, ground.cell_m,
        ground.source, fallen.source, tuple(dict.fromkeys(notes)))


def _as_layer(layer: RasterLayer, depth: npt.NDArray[np.float32]) -> RasterLayer:
    return RasterLayer(
        source="pluvial screen", dataset="", driver="", crs=layer.crs, transform=layer.transform,
        width=layer.width, height=layer.height, block=(layer.height, layer.width),
        dtype=depth.dtype, bands=(1,), names=("depth",), nodata=(None,), scale=(1.0,),
        offset=(0.0,), unit="m", array=depth[np.newaxis])


def write_depth(found: PluvialDepth, path: Path) -> None:
    """Write the depth as a cloud-optimised GeoTIFF in metres, nodata -9999; whole or not at all.

    Its tags say what it is and what it rests on. Raises InputError where it cannot be written.
    """
    import rasterio

    layer = found.layer
    with written_aside(path) as aside:
        with rasterio.open(aside, "w", driver="COG", width=layer.width, height=layer.height,
                           count=1, dtype="float32", nodata=NODATA, crs=layer.crs.to_wkt(),
                           transform=rasterio.Affine(*layer.transform), compress="DEFLATE",
                           predictor="YES", overview_resampling="nearest") as file:
            file.write(np.where(np.isnan(found.depth_m), np.float32(NODATA), found.depth_m), 1)
            file.units = ("m",)
            file.descriptions = ("depth",)
            file.update_tags(TITLE=SCREEN, SOURCE=found.source, NOTES="; ".join(found.notes))
