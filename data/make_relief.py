"""Make models/relief/terrain_tiles_5min/relief.tif: the local relief of all land, 5 arc minutes.

Source: elevations at 5 arc minutes in pvlib 0.16.1 (pvlib/data/Altitude.h5), entry pvlib_altitude
of sources.toml: Mapzen's terrain tiles (SRTM, GMTED2010, ETOPO1 and national models), in steps of
28 m from -450 m, 255 at sea. They are means of cells, so that the range over the 3 x 3 cells around
one (the sea counting as 0 m) is smaller than the relief within it, by a share that was measured
where the ground is known in detail. Two runs give the same bytes.
"""

import tempfile
import warnings
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.errors import NotGeoreferencedWarning
from rasterio.transform import from_origin
from sources import read_member

ROOT: Final = Path(__file__).resolve().parent.parent
STEP_M: Final = 28.0
LOWEST_M: Final = -450.0
NODATA: Final = 255
PER_DEG: Final = 12
NORTHERNMOST: Final = 60
"""Latitudes kept, north and south: beyond them no tropical cyclone blows (ours)."""
HIGHEST_STEP: Final = 32
"""1,629 m: from there on the wind knows no difference (models/surface/default, hills)."""
SHARE: Final = 0.55
"""Range of 3 x 3 means of cells as a share of the relief within one: 90 m elevations of low
mountains in Tennessee, matplotlib's sample jacksboro_fault_dem
(tests/verification/geo/test_relief.py)."""


def elevation_m() -> npt.NDArray[np.float64]:
    """Return elevations (2160, 4320) from 90 N, 180 W; the sea and what lies below it are 0."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "altitude.h5"
        path.write_bytes(read_member("pvlib_altitude", "pvlib/data/Altitude.h5"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(path) as file:
                steps = file.read(1)
    return np.where(steps == NODATA, 0.0, np.maximum(LOWEST_M + STEP_M * steps, 0.0))


def local_relief_m(elevation: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the local relief by the range over 3 x 3 cells, around the Earth; the poles repeat."""
    padded = np.pad(np.pad(elevation, ((0, 0), (1, 1)), mode="wrap"), ((1, 1), (0, 0)), mode="edge")
    views: Any = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    return np.asarray(views.max(axis=(2, 3)) - views.min(axis=(2, 3))) / SHARE


def main() -> None:
    """Write the layer."""
    relief = local_relief_m(elevation_m())
    skip = (90 - NORTHERNMOST) * PER_DEG
    steps = np.minimum(np.rint(relief[skip:-skip] * SHARE / STEP_M), HIGHEST_STEP).astype(np.uint8)
    target = ROOT / "models/relief/terrain_tiles_5min/relief.tif"
    target.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(
            target, "w", driver="GTiff", width=steps.shape[1], height=steps.shape[0], count=1,
            dtype="uint8", crs="EPSG:4326", compress="deflate", zlevel=9, predictor=2,
            transform=from_origin(-180.0, NORTHERNMOST, 1 / PER_DEG, 1 / PER_DEG)) as file:
        file.write(steps, 1)
    print(f"{target.relative_to(ROOT)}: {steps.shape}, {target.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
