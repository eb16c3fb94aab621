"""A raster as the engine sees it: where its cells are, what its numbers mean, how to read them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj

from riskcloud.errors import InputError
from riskcloud.geo.overlay.crs import WGS84, from_wgs84
from riskcloud.geo.points import nearest_window
from riskcloud.types import Bools, Floats, Ints, Times

Read = Callable[[tuple[int, ...], tuple[int, int, int, int]],
                tuple[npt.NDArray[Any], Bools | None]]
"""read((band, ...), (row, column, n_rows, n_columns)) -> values (n_bands, n_rows, n_columns) and,
for files with a mask, which of them are valid."""
_MAGIC = {
    "GTiff": (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"), "netCDF": (b"CDF", b"\x89HDF"),
    "HFA": (b"EHFA_HEADER",), "PNG": (b"\x89PNG",), "JPEG": (b"\xff\xd8\xff",),
    "JP2OpenJPEG": (b"\0\0\0\x0cjP",), "AAIGrid": (b"ncols", b"nrows"),
}
_SUFFIX = {".bil": "EHdr", ".flt": "EHdr", ".hgt": "SRTMHGT"}
CACHE_MB = 64
"""Decoded blocks that GDAL keeps for all threads together [MB]. Ours."""


_SHORT = 16_384  # points of a product of matrices: fewer than what BLAS starts threads for


@dataclass(frozen=True, slots=True)
class RasterLayer:
    """A raster or stack of grids of one geometry.

    transform: x = a col + b row + c, y = d col + e row + f, of the cells' upper left corners, in
    ``crs``. bands (n_bands,) to read, with nodata, scale, offset (value = raw * scale + offset)
    each. times (n_bands,) or None. block: rows and columns stored together. packed: a
    GeoTIFF whose blocks must be unpacked, which threads share. ``array`` (n_bands, height, width)
    in place of a file. ``nodata_policy``: "auto" takes numbers that are
    no values for nodata, "none" does not.
    """

    source: str
    dataset: str
    driver: str
    crs: pyproj.CRS
    transform: tuple[float, float, float, float, float, float]
    width: int
    height: int
    block: tuple[int, int]
    dtype: np.dtype[Any]
    bands: tuple[int, ...]
    names: tuple[str, ...]
    nodata: tuple[float | None, ...]
    scale: tuple[float, ...]
    offset: tuple[float, ...]
    unit: str = ""
    times: Times | None = None
    has_mask: bool = False
    packed: bool = False
    nodata_policy: str = "auto"
    array: npt.NDArray[Any] | None = None
    notes: tuple[str, ...] = ()

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north of all cells in ``crs``; of a rotated one, its box."""
        return bounds_of(self.transform, self.width, self.height)

    @property
    def wraps(self) -> bool:
        """Whether the columns go once around the Earth, so that the last meets the first."""
        a, b, _, d, _, _ = self.transform
        return bool(self.crs.is_geographic and b == 0.0 and d == 0.0
                    and abs(abs(a) * self.width - 360.0) < 1e-3 * abs(a))

    @contextmanager
    def reader(self) -> Iterator[Read]:
        """Yield a function that reads windows; every thread needs one of its own."""
        if self.array is not None:
            array = self.array

            def read_array(bands: tuple[int, ...], window: tuple[int, int, int, int],
                           ) -> tuple[npt.NDArray[Any], Bools | None]:
                row, column, n_rows, n_columns = window
                return array[np.asarray(bands) - 1, row:row + n_rows,
                             column:column + n_columns], None

            yield read_array
            return
        if self.driver == "GRIB":
            from riskcloud.geo.overlay.grib_values import decoded

            def read_grib(bands: tuple[int, ...], window: tuple[int, int, int, int],
                          ) -> tuple[npt.NDArray[Any], Bools | None]:
                row, column, n_rows, n_columns = window
                whole = decoded(Path(self.dataset), bands, self.height, self.width)
                return whole[:, row:row + n_rows, column:column + n_columns], None

            yield read_grib
            return
        import rasterio
        from rasterio.errors import RasterioError, RasterioIOError
        from rasterio.windows import Window

        # GDAL looks for no other files but those beside it, and never for a network
        with rasterio.Env(GDAL_CACHEMAX=CACHE_MB, GDAL_DISABLE_READDIR_ON_OPEN="FALSE",
                          CPL_VSIL_CURL_ALLOWED_EXTENSIONS="none"):
            try:
                options = {"NUM_THREADS": "ALL_CPUS"} if self.packed else {}
                with rasterio.open(self.dataset, driver=self.driver, **options) as file:
                    def read_file(bands: tuple[int, ...], window: tuple[int, int, int, int],
                                  ) -> tuple[npt.NDArray[Any], Bools | None]:
                        row, column, n_rows, n_columns = window
                        part = Window(column, row, n_columns, n_rows)
                        values = file.read(list(bands), window=part)
                        if not self.has_mask:
                            return values, None
                        return values, file.read_masks(list(bands), window=part) != 0

                    yield read_file
            except (RasterioIOError, RasterioError) as error:
                raise InputError(f"{self.source}: cannot be read: {error}") from error

    def pixels(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Return fractional column and row (n,) of points (n,) in degrees WGS84.

        The cell of a point is the whole part; its middle is at + 0.5. Longitudes are moved by
        whole turns to where the raster is. Not finite where the raster's system has no such place.

        Source: the inverse of the affine transform, as a product of matrices like rasterio's
        ``rowcol``, so that points on the very edge of a cell fall on the same side.
        """
        from rasterio import Affine

        x, y = from_wgs84(np.asarray(lon, np.float64), np.asarray(lat, np.float64), self.crs)
        if self.crs.is_geographic:
            west, _, east, _ = self.bounds
            x = nearest_window(x, 0.5 * (west + east))
        matrix = np.array(~Affine(*self.transform)).reshape(3, 3)
        u, v = np.empty(len(x)), np.empty(len(x))
        points = np.ones((3, min(len(x), _SHORT)))
        with np.errstate(invalid="ignore"):
            for begin in range(0, len(x), _SHORT):
                part = slice(begin, begin + _SHORT)
                n = len(u[part])
                points[0, :n], points[1, :n] = x[part], y[part]
                u[part], v[part], _ = matrix.dot(points[:, :n])
        if self.wraps:
            u[u >= self.width] -= self.width
            u[u < 0.0] += self.width
        return u, v


def bounds_of(transform: tuple[float, float, float, float, float, float], width: int,
              height: int) -> tuple[float, float, float, float]:
    """Return west, south, east, north of the cells of a raster; of a rotated one, its box."""
    a, b, c, d, e, f = transform
    x = [c, c + a * width, c + b * height, c + a * width + b * height]
    y = [f, f + d * width, f + e * height, f + d * width + e * height]
    return min(x), min(y), max(x), max(y)


def grid_layer(values: npt.NDArray[Any], lon: Floats, lat: Floats, *, unit: str = "",
               times: Times | None = None, name: str = "grid", nodata: float | None = None,
               notes: tuple[str, ...] = ()) -> RasterLayer:
    """Return a layer from an array in memory: a live grid goes the way a file does.

    Parameters
    ----------
    values : (ny, nx) or (n_times, ny, nx); NaN is nodata.
    lon, lat : (nx,), (ny,) cell centres [degrees WGS84], evenly spaced, rising or falling.
    unit, times, nodata : of all grids; times (n_times,).

    Raises
    ------
    InputError : shapes that do not fit, or centres that are not evenly spaced.
    """
    array = np.asarray(values)
    array = array[np.newaxis] if array.ndim == 2 else array
    if array.ndim != 3 or array.shape[1:] != (len(lat), len(lon)):
        raise InputError(f"{name}: values of shape {np.shape(values)} for {len(lat)} latitudes "
                         f"and {len(lon)} longitudes")
    if times is not None and len(times) != len(array):
        raise InputError(f"{name}: {len(times)} times for {len(array)} grids")
    dx, dy = (_step(axis, name) for axis in (lon, lat))
    n = len(array)
    return RasterLayer(
        source=name, dataset="", driver="", crs=WGS84,
        transform=(dx, 0.0, float(lon[0]) - 0.5 * dx, 0.0, dy, float(lat[0]) - 0.5 * dy),
        width=len(lon), height=len(lat), block=(len(lat), len(lon)), dtype=array.dtype,
        bands=tuple(range(1, n + 1)), names=(name,) * n, nodata=(nodata,) * n,
        scale=(1.0,) * n, offset=(0.0,) * n, unit=unit, times=times, array=array, notes=notes)


def _step(axis: Floats, name: str) -> float:
    if len(axis) < 2:
        raise InputError(f"{name}: expected two grid lines or more each way, got {len(axis)}")
    steps = np.diff(np.asarray(axis, np.float64))
    step = float((axis[-1] - axis[0]) / (len(axis) - 1))
    if step == 0.0 or np.abs(steps - step).max() > 0.01 * abs(step):
        raise InputError(f"{name}: its grid lines are not evenly spaced ({steps.min():g} to "
                         f"{steps.max():g}); put it on an even grid first")
    return step


def driver_of(path: Path) -> str:
    """Return the format of a raster by its first bytes, as GDAL names it; "" for none of ours.

    No format is among them that leads on to other files or hosts (such as VRT).
    """
    with path.open("rb") as file:
        head = file.read(1024)
    for driver, starts in _MAGIC.items():
        if (head.lstrip().lower() if driver == "AAIGrid" else head).startswith(starts):
            return driver
    at = head.find(b"GRIB")  # perhaps after a bulletin's heading; the edition's byte is no text
    if at >= 0 and head[at + 7:at + 8] in (b"\1", b"\2"):
        return "GRIB"
    return _SUFFIX.get(path.suffix.lower(), "")


def floors(u: Floats, v: Floats, layer: RasterLayer) -> tuple[Ints, Ints, Bools]:
    """Return row, column (n,) of the cells that points lie in, and which lie in the raster."""
    inside = (u >= 0.0) & (v >= 0.0) & (u < layer.width) & (v < layer.height)
    if inside.all():
        return v.astype(np.int64), u.astype(np.int64), inside
    return (np.where(inside, v, 0.0).astype(np.int64), np.where(inside, u, 0.0).astype(np.int64),
            inside)
