"""What a terminal shows of floods: how many are wet, losses by return period and a year."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rich.table
from rich.console import Console

from riskcloud.analysis.flood.run import FloodResult
from riskcloud.report.flood_tables import periods_table
from riskcloud.report.text import load_text

_SHOWN = 12  # notes shown; summary.json has all. Ours


def print_flood(result: FloodResult, figures: Mapping[str, Any], out: Path, lang: str) -> None:
    """Print losses by flood and currency, the annual loss, notes, and where the files are."""
    text, console, summary = load_text(lang), Console(), result.summary
    currencies = [total["currency"] for total in summary["floods"][0]["totals"]]
    for currency in currencies:
        table = periods_table(summary, currency, text)
        shown = rich.table.Table(title=table.title, title_justify="left")
        for k, heading in enumerate(table.headings):
            shown.add_column(heading, justify="left" if k < table.n_words else "right")
        for row in table.rows:
            shown.add_row(*row)
        console.print(shown)
    for entry in summary["annual"] or ():
        console.print(text("flood.annual_line",
                           loss=text.money(entry["loss"], entry["currency"]),
                           gross=text.money(entry["gross"], entry["currency"]),
                           rate=text.percent(entry["rate"])), soft_wrap=True)
    notes = summary["notes_zh" if lang == "zh" else "notes"]
    for note in notes[:_SHOWN]:
        console.print(note, soft_wrap=True, markup=False)
    if len(notes) > _SHOWN:
        console.print(f"... {len(notes) - _SHOWN} (summary.json)")
    if summary["portfolio"]["n_rejected"]:
        console.print(text("terminal.n_rejected", n=summary["portfolio"]["n_rejected"]))
    seconds = sum(figures["timings_s"].values())
    console.print(text("flood.files", seconds=f"{seconds:.1f}", out=str(out),
                       page=str(out / "flood.html")), soft_wrap=True)
