"""Layers of a user's own as hazards of a place: depth rasters, lightning, landslide."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from riskcloud.analysis.hazard.grades import NOT_BY_PERIOD
from riskcloud.errors import InputError, Problem
from riskcloud.geo.overlay.layers import LayerSpec
from riskcloud.geo.overlay.raster import RasterLayer, floors
from riskcloud.geo.overlay.raster_file import open_raster
from riskcloud.geo.overlay.sample import sample_points
from riskcloud.geo.overlay.stated import Stated
from riskcloud.hazard.flood.depth import depth_by_period
from riskcloud.hazard.flood.depth_files import DepthRasters, open_depths
from riskcloud.types import Floats, PlaceHazard, PlaceLayer
from riskcloud.units import KM

MEASURES: Final = {"lightning": ("flash_density", "1/km2/yr", 500.0),
                   "landslide": ("susceptibility", "class", 5.0)}
"""Measure, unit and largest believed value; 500 flashes is beyond any (ours)."""
DEG_M: Final = 111_195.0
NO_DATE: Final = "the file states no date"
UNCOVERED: Final = "none of the rasters given covers the place: no data"


def layer_hazard(peril: str, spec: LayerSpec, lon: Floats, lat: Floats, *,
                 stated: Stated | None = None) -> PlaceHazard:
    """Return what a raster of flash density or of landslide classes holds at sites.

    Parameters
    ----------
    peril : ``lightning`` (flashes to ground per km2 and year) or ``landslide`` (classes 0 to 5).
    stated : reference system and nodata, where the file does not say them.
    spec : the raster. Nodata and places outside it are NaN.

    Raises
    ------
    InputError : no raster, one with a return period, or values that cannot be; all rows in one.
    """
    measure, unit, most = MEASURES[peril]
    if spec.return_period_yr is not None:
        raise InputError(f"{spec.path}: --{peril} has no return period", [Problem(
            0, f"--{peril}", spec.path.name, "give the file without @")])
    layer = open_raster(spec.path, spec.selector, stated=stated)
    if len(layer.bands) != 1:
        raise InputError(f"{spec.path}: {len(layer.bands)} bands; expected one", [Problem(
            0, f"--{peril}", spec.path.name, "name a band after the file: FILE:1")])
    found = sample_points(layer, lon, lat)
    value = found.value[:, 0]
    wrong = np.isfinite(value) & ~((value >= 0.0) & (value <= most))
    if wrong.any():
        raise InputError(f"{spec.path}: values that cannot be", [Problem(
            0, f"--{peril}", f"{value[wrong][0]:g}",
            f"--{peril}: expected 0 to {most:g} {unit}; is it another quantity or its nodata?")])
    if peril == "landslide":
        value = np.round(value)
    nothing = np.full((len(lon), 1), np.nan)
    return PlaceHazard(
        peril, measure, unit, (NOT_BY_PERIOD,), value[:, None], nothing, nothing.copy(),
        (PlaceLayer("given", spec.path.name, resolution(layer, lat), file_date(layer)),),
        np.where(np.isfinite(value), 0, -1).astype(np.int64),
        notes=tuple(dict.fromkeys((*layer.notes, *found.notes, *(
            [] if np.isfinite(value).any() else [UNCOVERED])))))


def depth_hazard(peril: str, rasters: DepthRasters, lon: Floats, lat: Floats,
                 periods: Sequence[float]) -> PlaceHazard:
    """Return the depth of water at sites, of a flood or from the sea.

    Rasters of which none covers a site are no data, not an error: the profile says so.

    Raises
    ------
    InputError : see ``hazard.flood.depth.depth_by_period``.
    """
    opened, _ = open_depths(rasters)
    if not any(floors(*one.layer.pixels(lon, lat), one.layer)[2].any() for one in opened):
        return without_layer(peril, periods, len(lon), UNCOVERED)
    found = depth_by_period(rasters, lon, lat, periods=periods)
    dates = ", ".join(dict.fromkeys(file_date(one.layer) for one in opened))
    layers = tuple(replace(one, date=one.date or dates) for one in found.layers)
    return replace(found, peril=peril, layers=layers)


def resolution(layer: RasterLayer, lat: Floats) -> str:
    """Return the size of a raster's cells in words: degrees and kilometres, or metres."""
    a, _, _, _, e, _ = layer.transform
    if not layer.crs.is_geographic:
        return f"cells of {abs(a):g} m"
    km = abs(e) * DEG_M / KM
    return f"cells of {abs(a):.3g} deg, {km:.2g} km"


def file_date(layer: RasterLayer) -> str:
    """Return the date that a raster file states of itself, or that it states none."""
    if layer.driver != "GTiff":
        return NO_DATE
    import rasterio

    with rasterio.open(layer.dataset, driver=layer.driver) as file:
        stamp = str(file.tags().get("TIFFTAG_DATETIME", "")).strip()
    return stamp[:10].replace(":", "-") or NO_DATE


def without_layer(peril: str, periods: Sequence[float], n_sites: int, note: str) -> PlaceHazard:
    """Return a hazard of which nothing is known: no level, no layer, only why."""
    nothing = np.full((n_sites, len(periods)), np.nan)
    measure, unit = WITHOUT[peril]
    return PlaceHazard(peril, measure, unit, tuple(periods), nothing, nothing.copy(),
                       nothing.copy(), (), np.full(n_sites, -1, np.int64), notes=(note,))


WITHOUT: Final = {"typhoon": ("gust_3s", "m/s"), "rainstorm": ("rain_24h", "mm"),
                  "flood": ("depth", "m"), "surge": ("depth", "m"), "earthquake": ("pga", "g"),
                  "lightning": MEASURES["lightning"][:2], "landslide": MEASURES["landslide"][:2]}
"""Measure and unit that a peril would have."""
