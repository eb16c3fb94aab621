"""The files of an earthquake's analysis: lists as CSV and Parquet, and the pages."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyarrow.csv import WriteOptions, write_csv

from riskcloud.analysis.quake.run import QuakeResult
from riskcloud.files import write_text
from riskcloud.report.outputs import defused_table, whole_table
from riskcloud.report.quake import render_quake
from riskcloud.report.quake_map import render_quake_map
from riskcloud.report.text import load_text

MONEY = ("tiv", "expected_loss", "loss_", "gross_loss", "mean", "q05", "q95")
CSV_UP_TO = 50_000
"""Rows a CSV of locations holds, highest expected loss first; the Parquet file has all listed."""


def write_quake(result: QuakeResult, folder: Path, *, lang: str) -> None:
    """Write policies.csv, locations.csv and .parquet, branches.csv, quake.html and map.html."""
    locations = result.locations.reset_index(drop=True)
    locations.to_parquet(folder / "locations.parquet", index=False)
    _write_csv(locations.head(CSV_UP_TO), folder / "locations.csv")
    _write_csv(result.policies.head(CSV_UP_TO), folder / "policies.csv")
    _write_csv(branches(result), folder / "branches.csv")
    text = load_text(lang)
    write_text(folder / "quake.html", render_quake(result, text))
    write_text(folder / "map.html", render_quake_map(result, text))


def branches(result: QuakeResult) -> pd.DataFrame:
    """Return the sums by branch, currency and origin, one a row."""
    rows: list[dict[str, Any]] = []
    for k, one in enumerate(result.summary["origins"]):
        for entry in one["by_branch"]:
            loss = entry["expected_loss"]
            rows.append({"origin": k + 1, "agency": one["event"]["agency"],
                         **{key: value for key, value in entry.items() if key != "expected_loss"},
                         **{f"expected_loss_{key}": loss[key] for key in (
                             "mean", "q05", "q95", "gross_mean", "gross_q05", "gross_q95")}})
    return pd.DataFrame(rows, columns=None if rows else ["origin", "agency", "branch", "currency"])


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV with a byte-order mark; blank cells are empty."""
    shown = table.copy()
    for name in shown.select_dtypes("float").columns:
        money = any(part in name for part in MONEY)
        shown[name] = np.round(shown[name], 2 if money else 6)
    for name in shown.select_dtypes("bool").columns:
        shown[name] = np.where(shown[name], "True", "False")
    table = whole_table(defused_table(shown))
    with path.open("wb") as file:
        # arrow writes ten times as fast as pandas; words are quoted, the header is ours
        file.write((",".join(shown.columns) + "\n").encode("utf-8-sig"))
        write_csv(table, file, WriteOptions(include_header=False))
