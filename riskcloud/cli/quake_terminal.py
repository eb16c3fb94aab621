"""What a terminal shows of an earthquake: who is inside, by branch, and where the files are."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rich.table
from rich.console import Console

from riskcloud.analysis.quake.run import QuakeResult
from riskcloud.report.quake import quake_notes
from riskcloud.report.quake_tables import magnitude, origin_name, position, sums_table
from riskcloud.report.tables import Table
from riskcloud.report.text import Text, load_text

_NOT_SHOWN = (7, 8)
"""Columns of the page's table left out: loss after terms, and loss ratio."""


def print_quake(result: QuakeResult, figures: Mapping[str, Any], out: Path, lang: str) -> None:
    """Print origins, totals, the branches, what was assumed, and where the files are."""
    text, console, summary = load_text(lang), Console(), result.summary
    for k, one in enumerate(summary["origins"]):
        _print_origin(one, k, summary, text, console)
    found = summary["difference"]
    if found is not None:
        names = [origin_name(one["event"], k, text)
                 for k, one in enumerate(summary["origins"])]
        console.print(text("quake_terminal.differ", first=names[0], second=names[1],
                           km=text.number(found["distance_km"], 1),
                           n_first=text.number(found["locations"]["only_first"]["n"]),
                           n_second=text.number(found["locations"]["only_second"]["n"])),
                      soft_wrap=True)
    for note in quake_notes(summary, text):
        console.print(f"- {note}", markup=False, soft_wrap=True)
    if rejected := summary["portfolio"]["n_rejected"]:
        when = "at_load" if summary["portfolio"]["kind"] == "book" else "now"
        console.print(text(f"quake_said.set_aside_{when}", count=text.number(rejected),
                           file=str(out / "rejected.csv")), soft_wrap=True)
    seconds = sum(figures["timings_s"].values())
    console.print(text("quake_terminal.files", seconds=f"{seconds:.1f}", out=str(out),
                       page=str(out / "quake.html"), map=str(out / "map.html")), soft_wrap=True)


def _print_origin(one: Mapping[str, Any], k: int, summary: Mapping[str, Any], text: Text,
                  console: Console) -> None:
    event = one["event"]
    name = origin_name(event, k, text)
    console.print(text("quake.origin_line", agency=name, magnitude=magnitude(event),
                       time=text.moment(event["time_utc"]), place=position(event, text),
                       depth=text.number(event["depth_km"], 1),
                       status=text.label("quake_status", event["status"] or "none")),
                  soft_wrap=True)
    radius = f"{summary['radius_km']:g}"
    if not one["totals"]:
        console.print(text("quake_terminal.nobody", radius=radius))
    for total in one["totals"]:
        currency, loss = total["currency"], total["expected_loss"]
        console.print(text(
            "quake_terminal.total", radius=radius, policies=text.number(total["n_policies"]),
            locations=text.number(total["n_locations"]),
            people=text.number(total["insured_people"]), tiv=text.money(total["tiv"], currency),
            mean=text.money(loss["mean"], currency), low=text.money(loss["q05"], currency),
            high=text.money(loss["q95"], currency)), soft_wrap=True)
        table = sums_table(one["by_branch"], "branch", currency, text)
        if table is not None:
            console.print(_framed(table, text("quake_terminal.branches", name=name)))


def _framed(table: Table, title: str) -> rich.table.Table:
    framed = rich.table.Table(title=title, title_justify="left")
    columns = [k for k in range(len(table.headings)) if k not in _NOT_SHOWN]
    for k in columns:
        framed.add_column(table.headings[k].replace("-\n", ""),
                          justify="left" if k < table.n_words else "right", overflow="fold")
    for row in table.rows:
        framed.add_row(*(row[k] for k in columns))
    return framed
