"""The files of a loss table behind its terms: statistics, contracts, losses by event, the page."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from riskcloud.analysis.ep.result import EpResult
from riskcloud.files import write_text
from riskcloud.report.ep_outputs import write_tables
from riskcloud.report.outputs import defused_table
from riskcloud.report.terms import render_terms
from riskcloud.report.text import load_text

EVENT_LOSSES: Final = "event_losses.parquet"
YEAR_LOSSES: Final = "year_losses.parquet"
OUTPUTS: Final = ("aal.csv", "aal.parquet", "contracts.csv", "ep.csv", "ep.parquet", EVENT_LOSSES,
                  "manifest.json", "rejected.csv", "summary.json", "terms.html", YEAR_LOSSES)


def write_terms(result: EpResult, summary: Mapping[str, Any], folder: Path, *, lang: str) -> None:
    """Write aal and ep as CSV and Parquet, contracts.csv and terms.html."""
    write_tables(result, folder)
    if summary["contracts"]:
        rows = [{name: value for name, value in row.items() if name != "recoveries"}
                for row in summary["contracts"]]
        defused_table(pd.DataFrame(rows)).to_csv(folder / "contracts.csv", index=False,
                                                 encoding="utf-8-sig")
    write_text(folder / "terms.html", render_terms(summary, load_text(lang)))
