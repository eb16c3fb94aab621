"""The files of index covers: tables of covers, tiers and payouts, the page."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from riskcloud.analysis.parametric.run import EVENTS, Found
from riskcloud.files import write_text
from riskcloud.report.outputs import defused_table
from riskcloud.report.parametric import render_parametric
from riskcloud.report.text import load_text


def write_parametric(found: Found, summary: Mapping[str, Any], folder: Path, *, lang: str) -> None:
    """Write covers, tiers (CSV, Parquet), further tables, the loss table and covers.html."""
    for name, rows in (("covers", found.covers), ("tiers", found.tiers), *found.more.items()):
        _write_table(rows, folder / name)
    table = "event_losses.parquet" if summary["way"] == EVENTS else "loss_table.parquet"
    pq.write_table(found.losses, folder / table, compression="zstd")
    write_text(folder / "covers.html", render_parametric(summary, load_text(lang)))


def _write_table(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    table = pd.DataFrame(list(rows))
    for name in table.columns:
        # a column of nothing but blanks would be one of words
        if table[name].dtype == object and table[name].isna().all():
            table[name] = table[name].astype("float64")
    table.to_parquet(path.with_suffix(".parquet"), index=False)
    defused_table(table).to_csv(path.with_suffix(".csv"), index=False, encoding="utf-8-sig")
