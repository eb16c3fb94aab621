"""A grid's wind climate as a cloud-optimised GeoTIFF."""

from pathlib import Path

import numpy as np
import rasterio
from rasterio.io import MemoryFile
from rasterio.shutil import copy
from rasterio.transform import from_origin

from riskcloud.analysis.climate_table import label
from riskcloud.analysis.wind_climate import PRESENT, WindClimate, pressure_kpa
from riskcloud.geo.site_grid import SiteGrid
from riskcloud.types import Floats


def bands_of(climate: WindClimate) -> dict[str, Floats]:
    """Return band name -> values (n_sites,), in the order of the file; names as in the table."""
    bands = {}
    for name, measures in climate.levels.items():
        lead = "" if name == PRESENT else f"{name}_"
        for period in climate.asked:
            column = climate.column(period)
            for measure, levels in measures.items():
                for part, values in (("", levels.level), ("_low", levels.low),
                                     ("_high", levels.high)):
                    bands[f"{lead}{measure}_{label(period)}{part}_m_s"] = values[:, column]
            bands[f"{lead}w0_{label(period)}_kpa"] = pressure_kpa(
                measures["mean_10min"].level[:, column])
    return bands


def write_raster(climate: WindClimate, grid: SiteGrid, path: Path) -> None:
    """Write one float32 band a measure, period and bound, with its name and unit.

    NaN (also stated as nodata) where there is no data; EPSG:4326.
    """
    bands = bands_of(climate)
    half = grid.size_deg / 2
    profile = {"driver": "GTiff", "width": len(grid.lon), "height": len(grid.lat),
               "count": len(bands), "dtype": "float32", "crs": "EPSG:4326", "nodata": np.nan,
               "transform": from_origin(grid.lon[0] - half, grid.lat[-1] + half, grid.size_deg,
                                        grid.size_deg)}
    with MemoryFile() as memory:
        with memory.open(**profile) as file:
            for k, (name, values) in enumerate(bands.items(), 1):
                file.write(grid.shaped(values)[::-1].astype(np.float32), k)
                file.set_band_description(k, name)
                file.set_band_unit(k, "kPa" if name.endswith("_kpa") else "m/s")
        with memory.open() as file, rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
            copy(file, path, driver="COG", compress="DEFLATE", overviews="AUTO")
