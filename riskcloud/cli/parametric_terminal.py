"""What a terminal shows of index covers: totals, covers, notes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from riskcloud.cli.ep_terminal import framed
from riskcloud.report.parametric import headline_words, page_tables
from riskcloud.report.text import load_text

_SHOWN = 12  # notes shown; summary.json has all. Ours


def print_parametric(summary: Mapping[str, Any], figures: Mapping[str, Any], out: Path | None,
                     lang: str) -> None:
    """Print the totals of each currency, the tables of covers, and the notes."""
    text, console = load_text(lang), Console()
    for line in headline_words(summary, text):
        console.print(line, soft_wrap=True, markup=False)
    for table in page_tables(summary, text):
        console.print(framed(table))
    for note in summary["notes_zh" if lang == "zh" else "notes"][:_SHOWN]:
        console.print(note, soft_wrap=True, markup=False)
    if summary["n_rejected"]:
        console.print(text("terminal.n_rejected", n=summary["n_rejected"]))
    if out is not None:
        console.print(text("parametric.files", seconds=f"{sum(figures['timings_s'].values()):.1f}",
                           out=str(out), page=str(out / "covers.html")), soft_wrap=True)
