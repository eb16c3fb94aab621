"""The files of a wind climate: the sites' table, a raster for grids, maps and the page."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from riskcloud.analysis.climate_table import climate_columns
from riskcloud.analysis.wind_climate import PRESENT, WindClimate
from riskcloud.files import defused, write_text
from riskcloud.geo.site_grid import SiteGrid
from riskcloud.report.climate import render_climate
from riskcloud.report.climate_map import render_climate_map
from riskcloud.report.climate_pictures import map_png
from riskcloud.report.climate_raster import write_raster
from riskcloud.report.outputs import defused_table, whole_table
from riskcloud.report.text import load_text

OUTPUTS: Final = ("climate.html", "manifest.json", "map.html", "map.png", "rejected.csv",
                  "summary.json", "wind_climate.csv", "wind_climate.gpkg", "wind_climate.parquet",
                  "wind_climate.tif")


def write_climate(climate: WindClimate, table: pa.Table, grid: SiteGrid | None,
                  summary: Mapping[str, Any], folder: Path, *, lang: str,
                  file_format: str = "csv", named: bool = False) -> None:
    """Write the table (wind_climate.csv, .parquet or .gpkg), maps, page, and for a grid a raster.

    Parameters
    ----------
    climate : at the rows of ``table``, whose columns come first as they came.
    named : whether the sites have ids of their own (else a site is called by its number).
    """
    write_table(climate, table, folder, file_format)
    text = load_text(lang)
    ids = ([str(one) for one in climate.sites.site_id] if named
           else [text("wind_climate.place", n=i + 1) for i in range(len(climate.sites))])
    if grid is not None:
        ids = [f"{lon:g}°, {lat:g}°" for lon, lat in zip(climate.sites.lon, climate.sites.lat,
                                                         strict=True)]
        write_raster(climate, grid, folder / "wind_climate.tif")
    write_text(folder / "map.html", render_climate_map(
        climate, grid, ids if named else None, summary, text))
    write_text(folder / "climate.html", render_climate(climate, grid, ids, summary, text))
    middle = climate.asked[len(climate.asked) // 2]
    picture = map_png(climate, grid, PRESENT, "mean_10min", middle, text)
    (folder / "map.png").write_bytes(base64.b64decode(picture))


def write_table(climate: WindClimate, table: pa.Table, folder: Path, file_format: str) -> None:
    """Write the sites' columns as they came, then those of the climate."""
    ours = pa.Table.from_pandas(climate_columns(climate), preserve_index=False)
    whole = table.drop_columns([name for name in table.column_names if name in ours.column_names])
    whole = whole.replace_schema_metadata(None)
    for name in ours.column_names:
        whole = whole.append_column(name, ours[name])
    if file_format == "parquet":
        pq.write_table(whole, folder / "wind_climate.parquet")
        return
    if file_format == "gpkg":
        _write_points(climate, whole, folder / "wind_climate.gpkg")
        return
    shown = defused_table(whole.to_pandas())
    named = [defused(str(name)) for name in shown.columns]
    with (folder / "wind_climate.csv").open("wb") as file:
        file.write((",".join(_quoted(name) for name in named) + "\n").encode("utf-8-sig"))
        pacsv.write_csv(whole_table(shown), file,
                        pacsv.WriteOptions(include_header=False, quoting_style="needed"))


def _write_points(climate: WindClimate, table: pa.Table, path: Path) -> None:
    """Write the table as points in WGS84 (EPSG:4326), a layer of the file's name."""
    import geopandas as gpd
    import pyogrio

    frame = table.to_pandas()
    # a layer of GeoPackage has these itself, and column names in one case
    taken = {"fid", "geom", "geometry"}
    names: dict[str, str] = {}
    for name in map(str, frame.columns):
        names[name] = name if name.lower() not in taken else f"{name}_"
        taken.add(names[name].lower())
    points = gpd.GeoDataFrame(frame.rename(columns=names), crs="EPSG:4326", geometry=(
        gpd.points_from_xy(climate.sites.lon, climate.sites.lat)))
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "1970-01-01T00:00:00.000Z"})  # same bytes
    try:
        points.to_file(path, layer="wind_climate", driver="GPKG", engine="pyogrio")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if any(one in name for one in ',"\n') else name


