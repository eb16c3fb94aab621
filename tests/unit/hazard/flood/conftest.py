"""Small depth rasters."""

import numpy as np
import pytest


@pytest.fixture
def raster(tmp_path):
    """Write a GeoTIFF of depths about 113 E 22 N, 0.1 deg cells, 4 x 4 unless given."""
    import rasterio
    from rasterio.transform import from_origin

    def write(name, values, *, west=113.0, north=22.4, step=0.1, crs="EPSG:4326", nodata=None,
              unit=None, tags=None, dtype="float32"):
        values = np.asarray(values, dtype)
        values = np.full((4, 4), values) if values.ndim == 0 else values
        path = tmp_path / name
        with rasterio.open(path, "w", driver="GTiff", width=values.shape[1],
                           height=values.shape[0], count=1, dtype=dtype, crs=crs, nodata=nodata,
                           transform=from_origin(west, north, step, step)) as file:
            file.write(values, 1)
            if unit:
                file.units = (unit,)
            if tags:
                file.update_tags(**tags)
        return path

    return write
