"""What a terminal shows of a surge: how many are wet, what it costs, the highest coasts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rich.table
from rich.console import Console

from riskcloud.analysis.surge.run import SurgeResult
from riskcloud.report.surge import coast_table, counts_line, water_table
from riskcloud.report.tables import Table
from riskcloud.report.text import load_text

_SHOWN = 14  # notes shown; summary.json has all. Ours
_COAST = 8


def print_surge(result: SurgeResult, figures: Mapping[str, Any], out: Path, lang: str) -> None:
    """Print counts, losses by currency, the coast, notes, and where the files are."""
    text, console, summary = load_text(lang), Console(), result.summary
    console.print(counts_line(summary, text), soft_wrap=True)
    for total in summary["floods"][0]["totals"]:
        console.print(text("surge.loss_line", loss=text.money(total["loss"], total["currency"]),
                           gross=text.money(total["gross"], total["currency"]),
                           wet=text.money(total["tiv_wet"], total["currency"]),
                           unknown=text.money(total["tiv_unknown"], total["currency"])),
                      soft_wrap=True)
    console.print(_framed(water_table(summary, text)))
    coast = coast_table(result, text)
    if coast is not None:
        console.print(_framed(coast))
    notes = summary["notes_zh" if lang == "zh" else "notes"]
    for note in notes[:_SHOWN]:
        console.print(note, soft_wrap=True, markup=False)
    if len(notes) > _SHOWN:
        console.print(f"... {len(notes) - _SHOWN} (summary.json)")
    if summary["portfolio"]["n_rejected"]:
        console.print(text("terminal.n_rejected", n=summary["portfolio"]["n_rejected"]))
    seconds = sum(figures["timings_s"].values())
    console.print(text("surge.files", seconds=f"{seconds:.1f}", out=str(out),
                       page=str(out / "surge.html")), soft_wrap=True)


def _framed(table: Table) -> rich.table.Table:
    framed = rich.table.Table(title=table.title, title_justify="left")
    for k, heading in enumerate(table.headings):
        framed.add_column(heading, justify="left" if k < table.n_words else "right")
    for row in table.rows[:_COAST]:
        framed.add_row(*row)
    return framed
