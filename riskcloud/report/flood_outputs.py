"""The files of an analysis of floods: locations, losses by coverage, the page."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.csv import WriteOptions, write_csv

from riskcloud.analysis.flood.run import FloodResult
from riskcloud.analysis.quake.expected import damageable
from riskcloud.files import write_text
from riskcloud.report.flood import render_flood
from riskcloud.report.outputs import defused_table, whole_table
from riskcloud.report.text import load_text
from riskcloud.types import COVERAGES

CSV_UP_TO = 50_000
"""Rows a CSV of locations holds, largest loss first; the Parquet file has all."""
_MONEY = ("tiv", "loss", "gross", "annual")


def write_flood(result: FloodResult, folder: Path, *, lang: str) -> None:
    """Write locations.csv and .parquet, losses.parquet and flood.html."""
    result.table.to_parquet(folder / "locations.parquet", index=False)
    _write_losses(result, folder / "losses.parquet")
    last = f"_{result.labels[-1]}" if result.labels[-1] else ""
    key = "annual_loss" if result.annual is not None else f"loss{last}"
    order = np.argsort(-result.table[key].fillna(-1.0).to_numpy(), kind="stable")
    _write_csv(result.table.iloc[order[:CSV_UP_TO]], folder / "locations.csv")
    write_text(folder / "flood.html", render_flood(result, load_text(lang)))


def _write_losses(result: FloodResult, path: Path) -> None:
    """Write the ground-up loss by location, flood and coverage, of those that lose anything."""
    losses, assets = result.losses, result.exposure.assets
    value = damageable(assets)
    fields = [("loc_id", pa.string()), ("return_period_yr", pa.float64()),
              ("depth_m", pa.float64()), ("ratio", pa.float64()), ("currency", pa.string()),
              *((f"loss_{name}", pa.float64()) for name in COVERAGES[:-1]),
              ("loss", pa.float64()), ("gross", pa.float64())]
    with pq.ParquetWriter(path, pa.schema(fields)) as file:
        for k in range(len(result.labels)):
            hit = np.flatnonzero(np.nan_to_num(losses.ground_up[:, k]) > 0.0)
            years = result.depths.period_yr[k] if result.depths.period_yr else np.nan
            ratio = losses.ratio[hit, k]
            columns = {
                "loc_id": assets.loc_id[hit].astype(str),
                "return_period_yr": np.full(len(hit), years), "depth_m": losses.depth_m[hit, k],
                "ratio": ratio, "currency": assets.words["currency"].take(hit).spread(),
                **{f"loss_{name}": ratio * value[hit, c]
                   for c, name in enumerate(COVERAGES[:-1])},
                "loss": losses.ground_up[hit, k], "gross": losses.gross[hit, k]}
            file.write_table(pa.table(columns, schema=pa.schema(fields)))


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV with a byte-order mark; unknown cells are empty."""
    shown = table.copy()
    for name in shown.select_dtypes("float").columns:
        money = name.startswith(_MONEY)
        shown[name] = np.round(shown[name], 2 if money else 6)
    out = whole_table(defused_table(shown))
    with path.open("wb") as file:
        file.write((",".join(shown.columns) + "\n").encode("utf-8-sig"))
        write_csv(out, file, WriteOptions(include_header=False))
