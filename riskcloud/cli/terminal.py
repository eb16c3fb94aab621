"""What a terminal shows of a forecast: progress, then the branches and clients hit worst."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import rich.table
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from riskcloud.report.tables import Table, agency_names, loss_table
from riskcloud.report.text import Text, load_text
from riskcloud.types import ForecastResult

_NOT_SHOWN = (5, 6)
"""Columns of the report's table left out: loss ratio, and loss after terms."""


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Yield on_progress(done, total): a bar on stderr, nothing where that is no screen."""
    console = Console(stderr=True)
    with Progress(TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(),
                  TimeElapsedColumn(), console=console, transient=True,
                  disable=not console.is_terminal) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def print_forecast(result: ForecastResult, figures: Mapping[str, Any], out: Path,
                   lang: str) -> None:
    """Print the forecast used, the totals, who is hit worst, and where the files are."""
    text, console, summary = load_text(lang), Console(), result.summary
    console.print(_forecast_line(summary["forecast"], text), soft_wrap=True)
    for total in summary["total"]:
        currency = total["currency"]
        console.print(text(
            "terminal.total", mean=text.money(total["mean"], currency),
            low=text.money(total["q05"], currency), high=text.money(total["q95"], currency),
            tiv=text.money(total["tiv"], currency)), soft_wrap=True)
        if "contracts" in summary:
            console.print(_after_terms(total, text), soft_wrap=True)
    currencies = [total["currency"] for total in summary["total"]]
    for key, name in (("branch", "by_branch"), ("client_id", "by_client")):
        for currency in currencies:
            worst = loss_table(summary[name], key, currency, text, title=text(f"terminal.{key}"))
            if worst is not None:
                heading = text(f"terminal.worst_{key}")
                console.print(_framed(
                    worst, heading if len(currencies) == 1 else f"{heading} ({currency})"))
    portfolio = summary["portfolio"]
    for name in ("n_not_in_force", "n_rejected"):
        if portfolio[name]:
            console.print(text(f"terminal.{name}", n=portfolio[name]))
    seconds = figures["timings_s"]
    console.print(text("terminal.files", out=str(out), seconds=f"{sum(seconds.values()):.1f}",
                       report=str(out / "report.html"), map=str(out / "map.html")), soft_wrap=True)
    if (out / "changed.html").is_file():  # an earlier run's is removed when a run has none
        console.print(text("terminal.changed", changed=str(out / "changed.html")), soft_wrap=True)


def _after_terms(total: Mapping[str, Any], text: Text) -> str:
    """Return what policies pay, and what is left of it behind the treaties."""
    currency = total["currency"]
    told = text("forecast_terms.terminal", gross=text.money(total["gross_mean"], currency),
                band=text.money_range(total["gross_q05"], total["gross_q95"], currency))
    if "net_mean" not in total:
        return told
    return told + text("forecast_terms.terminal_net", net=text.money(total["net_mean"], currency),
                       net_band=text.money_range(total["net_q05"], total["net_q95"], currency))


def _forecast_line(forecast: Mapping[str, Any], text: Text) -> str:
    """Return whose forecast it is, of when, and how many tracks stand for its error."""
    agencies = agency_names(forecast, text)
    if forecast["issued_utc"] is None:
        return text("terminal.best_track", agencies=agencies)
    return text("terminal.forecast", agencies=agencies,
                issued=text.moment(forecast["issued_utc"]),
                drawn=text.number(forecast["n_tracks"]))


def _framed(table: Table, title: str) -> rich.table.Table:
    """A table of the report, for a terminal: without the columns a narrow one has no room for."""
    framed = rich.table.Table(title=title, title_justify="left")
    columns = [k for k in range(len(table.headings)) if k not in _NOT_SHOWN]
    for k in columns:
        framed.add_column(table.headings[k], justify="left" if k < table.n_words else "right",
                          overflow="fold")
    for row in table.rows:
        framed.add_row(*(row[k] for k in columns))
    return framed
