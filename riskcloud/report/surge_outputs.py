"""The files of a storm surge: locations, the coast, the page."""

from pathlib import Path

import numpy as np
import pandas as pd

from riskcloud.analysis.surge.run import SurgeResult
from riskcloud.files import write_text
from riskcloud.report.outputs import defused_table
from riskcloud.report.surge import render_surge
from riskcloud.report.text import load_text

CSV_UP_TO = 50_000
"""Rows a CSV of locations holds, largest loss first; the Parquet file has all."""
_MONEY = ("tiv", "loss", "gross")


def write_surge(result: SurgeResult, folder: Path, *, lang: str) -> None:
    """Write locations.csv and .parquet, coast.csv (not for a raster that was given), surge.html."""
    result.table.to_parquet(folder / "locations.parquet", index=False)
    order = np.argsort(-result.table["loss"].fillna(-1.0).to_numpy(), kind="stable")
    _write_csv(result.table.iloc[order[:CSV_UP_TO]], folder / "locations.csv")
    if len(result.coast):
        _write_csv(result.coast, folder / "coast.csv")
    write_text(folder / "surge.html", render_surge(result, load_text(lang)))


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV with a byte-order mark; unknown cells are empty."""
    shown = table.copy()
    for name in shown.select_dtypes("float").columns:
        shown[name] = np.round(shown[name], 2 if name.startswith(_MONEY) else 4)
    defused_table(shown).to_csv(path, index=False, encoding="utf-8-sig",
                                date_format="%Y-%m-%dT%H:%M:%SZ")
