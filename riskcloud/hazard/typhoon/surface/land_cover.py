"""A raster of land cover, or of roughness itself, read a square degree at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError, Problem
from riskcloud.geo.overlay.raster import CACHE_MB
from riskcloud.geo.overlay.raster_file import open_raster
from riskcloud.hazard.typhoon.surface.profile import card, sea_z0_m
from riskcloud.hazard.typhoon.surface.schemes import (
    ROUGHNESS,
    Scheme,
    choose_scheme,
    sampled_values,
)
from riskcloud.types import Bools

_CELLS_PER_DEG = 400
_MOST_SAMPLES = 4  # looks a cell's side: a raster of 70 m and finer is looked at every 70 m. Ours
_KEPT_SQUARES = 160
"""Square degrees kept in memory, 0.6 MB each."""
_STRIPS = 10
_CALM_Z0_M = 5e-4  # a raster of roughness has 0 or 0.0002 m on water, as calm as it seldom is


@dataclass(slots=True)
class LandCover:
    """A checked raster of land cover; ``read`` gives roughness on the Earth's grid of cells."""

    path: Path
    scheme: Scheme
    dataset: str
    crs_wkt: str
    cell_deg: float
    nodata: float | None
    scale: float
    offset: float
    band: int
    _squares: dict[tuple[int, int], npt.NDArray[np.float32]] = field(default_factory=dict)

    @property
    def samples(self) -> int:
        """Return how many looks a cell takes along its side."""
        return int(np.clip(round(1.0 / _CELLS_PER_DEG / self.cell_deg), 1, _MOST_SAMPLES))

    def read(self, row: int, column: int, n_rows: int, n_columns: int,
             ) -> tuple[npt.NDArray[np.float32], Bools]:
        """Return ln z0 of a window's cells [ln m], -inf on open water, and where they are known.

        Cells count from 90 N and 180 W, columns go on around the Earth.

        Raises
        ------
        InputError : values outside the scheme, or a file that cannot be read.
        """
        side = _CELLS_PER_DEG
        out = np.full((n_rows, n_columns), np.nan, dtype=np.float32)
        with self._warped() as file:
            for down in range(max(row, 0) // side, -(-min(row + n_rows, 180 * side) // side)):
                for right in range(column // side, -(-(column + n_columns) // side)):
                    square = self._square(file, down, right % 360)
                    top, left = max(row, down * side), max(column, right * side)
                    bottom = min(row + n_rows, (down + 1) * side)
                    end = min(column + n_columns, (right + 1) * side)
                    out[top - row:bottom - row, left - column:end - column] = square[
                        top - down * side:bottom - down * side,
                        left - right * side:end - right * side]
        return out, ~np.isnan(out)

    @contextmanager
    def _warped(self) -> Iterator[Any]:
        """Open the raster as if it lay on the Earth's grid, nearest cell, nothing read yet."""
        import rasterio
        from rasterio.enums import Resampling
        from rasterio.errors import RasterioError
        from rasterio.transform import from_origin
        from rasterio.vrt import WarpedVRT

        looks = _CELLS_PER_DEG * self.samples
        try:
            with rasterio.Env(GDAL_CACHEMAX=CACHE_MB), rasterio.open(
                    self.dataset) as source, WarpedVRT(
                    source, warp_mem_limit=CACHE_MB, src_crs=self.crs_wkt, crs="EPSG:4326",
                    resampling=Resampling.nearest,
                    transform=from_origin(-180.0, 90.0, 1.0 / looks, 1.0 / looks),
                    width=360 * looks, height=180 * looks, src_nodata=self.nodata,
                    nodata=self.scheme.nothing(source.dtypes[self.band - 1])) as file:
                yield file
        except RasterioError as error:
            raise InputError(f"{self.path}: it cannot be read: {error}") from error

    def _square(self, file: Any, down: int, right: int) -> npt.NDArray[np.float32]:
        """Return ln z0 (400, 400) of one square degree, kept; NaN where nothing is known."""
        from rasterio.windows import Window

        known = self._squares.get((down, right))
        if known is not None:
            return known
        looks = _CELLS_PER_DEG * self.samples
        high = looks // _STRIPS  # a strip at a time: of a raster of 10 m a square is 150 MB
        square = np.concatenate([_by_cell(self._log_z0(file.read(self.band, window=Window(
            right * looks, down * looks + k * high, looks, high)), file.nodata), self.samples)
            for k in range(_STRIPS)])
        if len(self._squares) >= _KEPT_SQUARES:
            self._squares.pop(next(iter(self._squares)))
        self._squares[down, right] = square
        return square

    def _log_z0(self, values: npt.NDArray[Any], nothing: float) -> npt.NDArray[np.float32]:
        if self.scheme.name != ROUGHNESS:
            unknown = self.scheme.unknown(values)
            if unknown:
                raise InputError(f"{self.path}: no land cover of {self.scheme.title}", [Problem(
                    0, "class", ", ".join(f"{v:g}" for v in unknown),
                    f"these are no classes of {self.scheme.name}; give its own scheme with "
                    "--land-cover-scheme")])
            return self.scheme.log_z0(values)
        z0 = np.where(values == nothing, np.nan, values * self.scale + self.offset)
        if np.any((z0 < 0.0) | (z0 > 10.0)):
            bad = z0[(z0 < 0.0) | (z0 > 10.0)][0]
            raise InputError(f"{self.path}: no roughness length in metres", [Problem(
                0, "z0", f"{bad:g}",
                "roughness lengths are 0 to 10 m; classes need --land-cover-scheme")])
        roughest = card()["friction"]["roughest_z0_m"]
        with np.errstate(divide="ignore"):
            log_z0 = np.where(z0 < _CALM_Z0_M, -np.inf, np.log(np.minimum(z0, roughest)))
        return np.asarray(log_z0, dtype=np.float32)


def _by_cell(log_z0: npt.NDArray[np.float32], samples: int) -> npt.NDArray[np.float32]:
    """Return the mean of ln z0 by cell over its looks that are known; all water stays water."""
    n_rows, n_columns = log_z0.shape[0] // samples, log_z0.shape[1] // samples
    looks = log_z0.reshape(n_rows, samples, n_columns, samples)
    wet = np.isneginf(looks)
    value = np.where(wet, np.float32(np.log(sea_z0_m())), looks)
    known = ~np.isnan(value)
    count = known.sum(axis=(1, 3))
    total = np.where(known, value, 0.0).sum(axis=(1, 3), dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / count
    mean[(count > 0) & (wet.sum(axis=(1, 3)) == count)] = -np.inf
    return np.asarray(mean, dtype=np.float32)


def open_land_cover(path: Path, scheme: str = "") -> LandCover:
    """Return a land cover, its place on the Earth and its scheme checked.

    Parameters
    ----------
    path : a raster of one band, any form that ``geo.overlay`` opens, not GRIB.
    scheme : a folder of models/roughness, or ``z0_m`` for roughness lengths in metres; blank:
        told from the values and the size of the cells where only one scheme fits.

    Raises
    ------
    InputError : no such file or scheme; more than one band (a picture of a land cover is none); no
        value in it at all; values of another scheme, or of more than one.
    """
    from rasterio.errors import RasterioError

    layer = open_raster(path)
    if layer.driver == "GRIB" or layer.array is not None:
        raise InputError(f"{path}: a land cover in GRIB is not read", [Problem(
            0, "layer", path.name, "turn it into a GeoTIFF first (gdal_translate)")])
    if len(layer.bands) != 1:
        raise InputError(f"{path}: {len(layer.bands)} bands", [Problem(
            0, "layer", path.name, "a land cover has one band, of classes or of roughness lengths; "
            "a picture of it in colours has neither. Of several years take one out first: "
            "gdal_translate -b BAND")])
    west, south, east, north = layer.bounds
    cell = min(abs(east - west) / layer.width, abs(north - south) / layer.height)
    try:
        values = sampled_values(layer.dataset, layer.bands[0], layer.nodata[0])
    except RasterioError as error:
        raise InputError(f"{path}: it cannot be read: {error}") from error
    scale, offset = layer.scale[0], layer.offset[0]
    if (scale, offset) != (1.0, 0.0):  # whole numbers that stand for roughness lengths
        values = values * scale + offset
    chosen = choose_scheme(path, values, scheme, cell=cell, dtype=values.dtype)
    metres = 1.0 if layer.crs.is_geographic else layer.crs.axis_info[0].unit_conversion_factor
    return LandCover(
        path=path, scheme=chosen, dataset=layer.dataset, crs_wkt=layer.crs.to_wkt(),
        cell_deg=cell if layer.crs.is_geographic else cell * metres / 111_195.0,
        nodata=layer.nodata[0], scale=scale, offset=offset, band=layer.bands[0])
