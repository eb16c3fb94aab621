"""The files of hazard profiles: tables, points with grades, the page."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from pyarrow.csv import WriteOptions, write_csv

from riskcloud.analysis.hazard.profile import HazardProfile
from riskcloud.analysis.hazard.table import history_table, intensity_table, site_table
from riskcloud.files import write_text
from riskcloud.geo.points import nearest_window
from riskcloud.report.hazard_page import render_hazard
from riskcloud.report.outputs import defused_table, whole_table
from riskcloud.report.text import load_text

OUTPUTS: Final = ("hazard.csv", "hazard.html", "history.csv", "manifest.json", "rejected.csv",
                  "sites.gpkg", "sites.parquet")
ALL_EVENTS_UP_TO: Final = 100
MOST_EVENTS: Final = 20
"""Sites up to which history.csv has every past event; of more sites the strongest. Ours."""


def write_hazard(profile: HazardProfile, said: Mapping[str, Any], folder: Path, *, lang: str,
                 named: bool) -> None:
    """Write hazard.csv, history.csv, sites.gpkg, sites.parquet (GeoParquet) and hazard.html.

    named : whether the sites have ids of their own; else a site is called by its number.
    """
    _write_csv(intensity_table(profile), folder / "hazard.csv")
    few = len(profile.sites) <= ALL_EVENTS_UP_TO
    history = history_table(profile, None if few else MOST_EVENTS)
    if len(history):
        _write_csv(history, folder / "history.csv")
    _write_points(site_table(profile), folder)
    write_text(folder / "hazard.html", render_hazard(profile, said, load_text(lang), named=named))


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as UTF-8 with a mark that spreadsheets know; NaN is a blank cell."""
    shown = defused_table(table)
    for name in shown.select_dtypes("float").columns:
        shown[name] = shown[name].round(6)
    for name in shown.select_dtypes("datetime").columns:
        shown[name] = shown[name].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    with path.open("wb") as file:
        file.write((",".join(shown.columns) + "\n").encode("utf-8-sig"))
        write_csv(whole_table(shown), file,
                  WriteOptions(include_header=False, quoting_style="needed"))


def _write_points(table: pd.DataFrame, folder: Path) -> None:
    """Write the sites as points in WGS84 (EPSG:4326): sites.gpkg and sites.parquet."""
    import geopandas as gpd
    import pyogrio

    points = gpd.GeoDataFrame(table, crs="EPSG:4326", geometry=gpd.points_from_xy(
        nearest_window(table["lon"].to_numpy(np.float64), 0.0), table["lat"]))
    points.to_parquet(folder / "sites.parquet", index=False)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "1970-01-01T00:00:00.000Z"})  # same bytes
    try:
        points.to_file(folder / "sites.gpkg", layer="sites", driver="GPKG", engine="pyogrio")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
