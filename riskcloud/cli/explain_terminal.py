"""What ``riskcloud explain`` shows on a terminal."""

from collections.abc import Mapping
from typing import Any

_NOT_SHOWN = 4
"""Column of the page's table that a terminal has no room for: what of the group was here before."""


def print_explained(answer: Mapping[str, Any], lang: str) -> None:
    """Print the steps part by part, recoveries by contract, and the last numbers."""
    from rich.console import Console
    from rich.markup import escape

    from riskcloud.report.explain import (
        agrees_text,
        amount,
        contracts_table,
        event_text,
        step_tables,
    )
    from riskcloud.report.text import load_text

    console, text = Console(highlight=False), load_text(lang)
    key = answer["location"]
    name = "/".join(key[part] for part in ("PortNumber", "AccNumber", "LocNumber"))
    console.print(f"[bold]{escape(text('explain.name', location=name))}[/bold]  "
                  + escape(event_text(answer, text)))
    contracts = contracts_table(answer, text)
    for table in [*step_tables(answer, text), *([contracts] if contracts else [])]:
        console.print(_shown(table))
    console.print("  ".join(f"{text(f'explain.{one}')} {amount(answer[one])}"
                            for one in ("loss_gul", "loss_il", "loss_ri")))
    for line in filter(None, [agrees_text(answer, text), *answer["notes"]]):
        console.print(f"- {escape(line)}")
    if answer["out"]:
        console.print(escape(text("explain.written", out=answer["out"])))


def _shown(table: Any) -> Any:
    from rich.markup import escape
    from rich.table import Table

    shown = Table(title=escape(table.title), title_justify="left")
    columns = [k for k in range(len(table.headings)) if k != _NOT_SHOWN]
    for k in columns:
        shown.add_column(escape(table.headings[k]), justify="left" if k < table.n_words
                         else "right", overflow="fold")
    for row in table.rows:
        shown.add_row(*(escape(row[k]) for k in columns))
    return shown
