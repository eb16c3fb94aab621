"""The files of loss statistics: tables by group and return period, the page."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from riskcloud.analysis.ep.result import EpResult
from riskcloud.files import write_text
from riskcloud.report.ep import render_ep
from riskcloud.report.outputs import defused_table
from riskcloud.report.text import load_text


def write_ep(result: EpResult, folder: Path, *, lang: str) -> None:
    """Write aal, ep, contributions and layers as CSV and Parquet, and ep.html."""
    write_tables(result, folder)
    write_text(folder / "ep.html", render_ep(result.summary, load_text(lang)))


def write_tables(result: EpResult, folder: Path) -> None:
    """Write aal, ep, contributions and layers as CSV and Parquet, those that have rows."""
    for name, rows in (("aal", result.annual), ("ep", result.points),
                       ("contributions", result.contributions), ("layers", result.layers)):
        if rows:
            _write_table(rows, folder / name)


def _write_table(rows: Sequence[dict[str, Any]], path: Path) -> None:
    table = pd.DataFrame(list(rows))
    table.to_parquet(path.with_suffix(".parquet"), index=False)
    defused_table(table).to_csv(path.with_suffix(".csv"), index=False, encoding="utf-8-sig")
