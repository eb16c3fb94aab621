"""Open a raster file: its place on the Earth and the meaning of its numbers are checked first."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyproj

from riskcloud.errors import InputError, Problem
from riskcloud.geo.overlay.cf import axis_times, split_selector
from riskcloud.geo.overlay.crs import WGS84, choose_crs, crs_notes, parse_crs, possible_degrees
from riskcloud.geo.overlay.raster import RasterLayer, bounds_of, driver_of
from riskcloud.geo.overlay.stated import Stated
from riskcloud.geo.overlay.units import known_unit
from riskcloud.types import Times

MOST_BLOCK_BYTES = 1 << 30
"""Blocks that must be unpacked whole for one cell are refused beyond this (1 GB). Ours."""
_AXIS_UNIT = {"metre": "m", "foot": "ft", "us survey foot": "us-ft"}


def open_raster(path: Path, selector: str = "", *, stated: Stated | None = None) -> RasterLayer:
    """Return a raster layer, checked, nothing read yet.

    Parameters
    ----------
    path : GeoTIFF, NetCDF (CF), GRIB (extra ``bufr``), ASCII grid, ERDAS, JPEG 2000.
    selector : a band's number or description, all where blank; in NetCDF and GRIB a variable,
        where several dimensions need it with their values: ``t2m[number=3,level=850]``.
    stated : what the file does not say.

    Raises
    ------
    InputError : no such file or band, no reference system, swapped axes, no place on the Earth.
    """
    stated = stated or Stated()
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    try:
        driver = driver_of(path)
    except OSError as error:  # no right to read it, say
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    if driver == "GRIB":
        from riskcloud.geo.overlay.grib import open_grib

        return open_grib(path, selector, stated)
    if not driver:
        raise InputError(f"{path}: no raster that is known", [Problem(
            0, "layer", path.name, "expected GeoTIFF, NetCDF, GRIB, ASCII grid, ERDAS, JPEG 2000")])
    import warnings

    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError, RasterioIOError

    try:
        with warnings.catch_warnings(), rasterio.Env(CPL_VSIL_CURL_ALLOWED_EXTENSIONS="none"):
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            name, selector = _dataset(path, driver, selector)
            with rasterio.open(name, driver=driver) as file:
                return _described(file, path, selector, stated)
    except (RasterioIOError, RasterioError) as error:
        raise InputError(f"{path}: not a raster that can be read: {error}") from error


def _dataset(path: Path, driver: str, selector: str) -> tuple[str, str]:
    """Return the name GDAL opens, and what of the selector is left: NetCDF holds variables."""
    import rasterio

    with rasterio.open(path, driver=driver) as file:
        inner = {name.rpartition(":")[2]: name for name in file.subdatasets}
        if file.driver != "netCDF":
            if file.count == 0 and inner:
                raise InputError(f"{path}: it holds {len(inner)} rasters; give one as a file")
            return str(path), selector
        only = file.tags(1).get("NETCDF_VARNAME", "") if file.count else ""
    variable, left = split_selector(selector)
    bands = re.fullmatch(r"\d+", selector)
    inner = {name: whole for name, whole in inner.items() if not name.endswith("_bnds")}
    if not inner:
        if variable and not bands and variable != only:
            raise InputError(f"{path}: no variable {variable!r}", [
                Problem(0, "variable", variable, f"known here: {only}")])
        return str(path), selector if bands else left
    if variable in inner and not bands:
        return inner[variable], left
    raise InputError(f"{path}: it holds {len(inner)} variables", [Problem(
        0, "variable", selector, f"name one after the file: {path.name}:{next(iter(inner))}; it "
        f"has {', '.join(inner)}")])


def _described(file: Any, path: Path, selector: str, stated: Stated) -> RasterLayer:
    source, notes = str(path), []
    t = file.transform
    _check_place(file, source)
    crs, said = _crs(file, source, stated)
    notes += said
    bands, times = _choose_bands(file, source, selector)
    if any("complex" in file.dtypes[band - 1] for band in bands):
        raise InputError(f"{source}: complex numbers", [Problem(
            0, "layer", path.name, "numbers with an imaginary part are no layer: give a raster of "
            "real numbers")])
    layer = RasterLayer(
        source=source, dataset=file.name, driver=file.driver, crs=crs,
        transform=(t.a, t.b, t.c, t.d, t.e, t.f),
        width=file.width, height=file.height, block=file.block_shapes[bands[0] - 1],
        dtype=np.dtype(file.dtypes[bands[0] - 1]), bands=bands,
        names=tuple(file.descriptions[band - 1] or f"band_{band}" for band in bands),
        nodata=tuple(_nodata(file, band, stated) for band in bands),
        scale=tuple(float(file.scales[band - 1]) for band in bands),
        offset=tuple(float(file.offsets[band - 1]) for band in bands),
        unit=known_unit(file.units[bands[0] - 1] or _tagged_unit(file, bands[0])
                        or _vertical_unit(file) or stated.unit or ""),
        times=times, has_mask=_has_mask(file, bands),
        packed=file.driver == "GTiff" and file.compression is not None,
        nodata_policy="auto" if stated.nodata == "auto" else "none",
        notes=())
    _check_axes(layer, source)
    _check_numbers(layer, path)
    if any(pair != (1.0, 0.0) for pair in zip(layer.scale, layer.offset, strict=True)):
        notes.append(f"stored numbers turned to values: x {layer.scale[0]:g} + "
                     f"{layer.offset[0]:g}, as the file says")
    notes += crs_notes(crs)
    return replace(layer, notes=tuple(dict.fromkeys(notes)))


def _check_numbers(layer: RasterLayer, path: Path) -> None:
    """Raise where stored numbers cannot be turned to values, or are stored in too large blocks."""
    if not all(np.isfinite(scale) and scale != 0.0 and np.isfinite(offset)
               for scale, offset in zip(layer.scale, layer.offset, strict=True)):
        raise InputError(f"{path}: stored numbers x {layer.scale[0]:g} + {layer.offset[0]:g} are "
                         "no values", [Problem(0, "layer", path.name, "mend its scale and offset "
                                            "(gdal_edit.py -scale -offset)")])
    size = layer.block[0] * layer.block[1] * layer.dtype.itemsize
    if size > MOST_BLOCK_BYTES:
        raise InputError(f"{path}: stored in blocks of {size / 1e6:.0f} MB", [Problem(
            0, "layer", path.name, "write it again in tiles: gdal_translate -co TILED=YES -co "
            "COMPRESS=DEFLATE")])


def _check_place(file: Any, source: str) -> None:
    if file.transform.is_identity:
        by_points = bool(file.gcps[0]) or file.rpcs is not None
        remedy = ("warp it to an even grid first (gdalwarp)" if by_points or file.tags(
            ns="GEOLOCATION") else "give it a place: a world file, or gdal_translate -a_ullr")
        raise InputError(f"{source}: the raster has no place on the Earth", [
            Problem(0, "transform", "", remedy)])
    if file.transform.determinant == 0.0 or not np.isfinite(list(file.transform)).all():
        raise InputError(f"{source}: its transform has no inverse", [
            Problem(0, "transform", str(tuple(file.transform)[:6]), "mend its georeference")])


def _crs(file: Any, source: str, stated: Stated) -> tuple[pyproj.CRS, list[str]]:
    named, notes = None, []
    tags = file.tags()
    if file.crs:
        named = parse_crs(file.crs.to_wkt(), source)
    elif stated.crs is None and any(
            str(tags.get(key, "")).startswith(("degrees_north", "degree_north"))
            for key in tags if key.endswith("#units")):
        named, notes = WGS84, ["latitudes and longitudes without a datum (CF): WGS84 taken"]
    crs, said = choose_crs(named, stated.crs, source,
                           bounds_of(file.transform[:6], file.width, file.height))
    return crs, notes + said


def _check_axes(layer: RasterLayer, source: str) -> None:
    """Raise where the bounds only make sense with latitude and longitude swapped."""
    if not layer.crs.is_geographic:
        return
    west, south, east, north = layer.bounds
    if possible_degrees(layer.bounds):
        return
    box = f"x {west:g} to {east:g}, y {south:g} to {north:g}"
    if possible_degrees((south, west, north, east)):
        raise InputError(f"{source}: latitude and longitude are swapped ({box})", [Problem(
            0, "bounds", box, "write it again with the longitude as x and the latitude as y")])
    raise InputError(f"{source}: its bounds are no degrees ({box})", [Problem(
        0, "bounds", box, "state the system its coordinates are in with --layer-crs")])


def _choose_bands(file: Any, source: str, selector: str) -> tuple[tuple[int, ...], Times | None]:
    """Return the numbers of the bands asked for, and their times where they differ by time."""
    everything = tuple(range(1, file.count + 1))
    if re.fullmatch(r"\d+", selector):
        band = int(selector)
        if band not in everything:
            raise InputError(f"{source}: no band {band}", [
                Problem(0, "band", selector, f"known here: {file.count}")])
        return (band,), None
    if selector and not selector.startswith("["):
        named = [band for band in everything if file.descriptions[band - 1] == selector]
        if len(named) != 1:
            known = ", ".join(dict.fromkeys(name for name in file.descriptions if name)) or "none"
            raise InputError(f"{source}: no band {selector!r}", [Problem(
                0, "band", selector, f"bands by name: {known}; by number: 1 to {file.count}")])
        return (named[0],), None
    if file.driver == "netCDF":
        return axis_times(file, source, selector)
    return everything, None


def _nodata(file: Any, band: int, stated: Stated) -> float | None:
    if stated.nodata == "none":
        return None
    if stated.nodata != "auto":
        return float(stated.nodata)
    value = file.nodatavals[band - 1]
    return None if value is None else float(value)


def _has_mask(file: Any, bands: tuple[int, ...]) -> bool:
    from rasterio.enums import MaskFlags

    flags = file.mask_flag_enums
    return any(MaskFlags.per_dataset in flags[band - 1] or MaskFlags.alpha in flags[band - 1]
               for band in bands)


def _tagged_unit(file: Any, band: int) -> str:
    """Return the unit that a band's or the file's own tags name (unit, units), else nothing."""
    for tags in (file.tags(band), file.tags()):
        for key, value in tags.items():
            if key.lower() in ("unit", "units"):
                return str(value)
    return ""


def _vertical_unit(file: Any) -> str:
    """Return the unit of the vertical axis of a compound reference system, else nothing."""
    if not file.crs:
        return ""
    crs = pyproj.CRS.from_wkt(file.crs.to_wkt())
    if not crs.is_compound:
        return ""
    axis = crs.sub_crs_list[-1].axis_info
    name = axis[0].unit_name if axis else ""
    return _AXIS_UNIT.get(name.lower(), name)
