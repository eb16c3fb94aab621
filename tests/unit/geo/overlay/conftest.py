"""Small layers made up for the tests."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine, from_origin

Write = Callable[..., Path]


@pytest.fixture
def raster(tmp_path: Path) -> Write:
    """Write a GeoTIFF: 0 1 2 3 / 10 11 12 13 / 20 21 22 23, one degree a cell from 110 E, 23 N."""
    def write(name: str = "grid.tif", *, values: Any = None, dtype: str = "float32",
              crs: str | None = "EPSG:4326", transform: Affine | None = None,
              **profile: Any) -> Path:
        array = np.asarray([[0, 1, 2, 3], [10, 11, 12, 13], [20, 21, 22, 23]] if values is None
                           else values, dtype)
        array = array[np.newaxis] if array.ndim == 2 else array
        options = {"scales": None, "offsets": None, "units": None, "descriptions": None}
        options |= {key: profile.pop(key) for key in list(options) if key in profile}
        mask = profile.pop("mask", None)
        path = tmp_path / name
        with rasterio.open(path, "w", driver="GTiff", height=array.shape[1], width=array.shape[2],
                           count=len(array), dtype=dtype, crs=crs,
                           transform=transform or from_origin(110, 23, 1, 1), **profile) as file:
            file.write(array)
            for key, value in options.items():
                if value is not None:
                    setattr(file, key, value)
            if mask is not None:
                file.write_mask(mask)
        return path
    return write
