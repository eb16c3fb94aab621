"""What a terminal shows of loss statistics: AAL, and losses by return period."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rich.table
from rich.console import Console

from riskcloud.report import ep_tables as tables
from riskcloud.report.ep import basis_line, headline_period, key_tables
from riskcloud.report.figures import currency_title
from riskcloud.report.tables import Table
from riskcloud.report.text import Text, load_text

_SHOWN = 12  # notes shown; summary.json has all. Ours


def print_ep(summary: Mapping[str, Any], figures: Mapping[str, Any], out: Path | None,
             lang: str) -> None:
    """Print AAL and the table by return period of each currency and stage, groups, notes."""
    text, console = load_text(lang), Console()
    print_statistics(summary, text, console)
    notes = summary["notes_zh" if lang == "zh" else "notes"]
    for note in notes[:_SHOWN]:
        console.print(note, soft_wrap=True, markup=False)
    if len(notes) > _SHOWN:
        console.print(text("ep_terminal.more_notes", n=len(notes) - _SHOWN))
    if summary["n_rejected"]:
        console.print(text("terminal.n_rejected", n=summary["n_rejected"]))
    if out is not None:
        seconds = sum(figures["timings_s"].values())
        console.print(text("ep.files", seconds=f"{seconds:.1f}", out=str(out),
                           page=str(out / "ep.html")), soft_wrap=True)


def print_statistics(summary: Mapping[str, Any], text: Text, console: Console) -> None:
    """Print AAL and the table by return period of each currency and stage, and groups."""
    console.print(basis_line(summary, text), soft_wrap=True)
    for currency in summary["currencies"]:
        for stage in summary["stages"]:
            if tables.of_book(summary["annual"], currency, stage):
                _print_book(summary, currency, stage, text, console)


def _print_book(summary: Mapping[str, Any], currency: str, stage: str, text: Text,
                console: Console) -> None:
    annual = tables.of_book(summary["annual"], currency, stage)[0]
    points = tables.of_book(summary["exceedance"], currency, stage)
    line = text("ep.annual_line", stage=text.label("ep_stage", stage),
                currency=currency_title(currency, text.lang),
                aal=text.money(annual["aal"], currency), sd=text.money(annual["sd"], currency),
                error=text.money(annual["standard_error"], currency))
    console.print(line, soft_wrap=True, markup=False)
    for calc in dict.fromkeys(row["calc"] for row in points):
        console.print(framed(tables.periods_table(points, calc, currency, text)))
    period = headline_period(summary)
    for key in summary.get("keys", ()):
        for table in key_tables(summary, key, currency, stage, period, text):
            console.print(framed(table))
    layers = tables.of_book(summary["layer_costs"], currency, stage)
    if layers:
        console.print(framed(tables.layers_table(layers, currency, text)))


def framed(table: Table) -> rich.table.Table:
    """Return a table of a page as a terminal shows it."""
    framed = rich.table.Table(title=table.title, title_justify="left", caption=table.note or None,
                              caption_justify="left")
    for k, heading in enumerate(table.headings):
        framed.add_column(heading, justify="left" if k < table.n_words else "right",
                          overflow="fold")
    for row in table.rows:
        framed.add_row(*row)
    return framed
