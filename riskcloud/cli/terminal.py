"""What a terminal shows of a forecast: progress, then the branches and clients hit worst."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from riskcloud.report.text import Text, load_text
from riskcloud.types import ForecastResult

ROWS = 10


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
    """Print the totals, the ten branches and clients hit worst, and where the files are."""
    text, console, summary = load_text(lang), Console(), result.summary
    for total in summary["total"]:
        currency = total["currency"]
        console.print(text(
            "terminal.total", mean=text.money(total["mean"], currency),
            low=text.money(total["q05"], currency), high=text.money(total["q95"], currency),
            tiv=text.money(total["tiv"], currency)))
    for key in ("branch", "client_id"):
        rows = summary["by_branch" if key == "branch" else "by_client"][:ROWS]
        console.print(_worst(text, key, rows))
    portfolio = summary["portfolio"]
    for name in ("n_not_in_force", "n_rejected"):
        if portfolio[name]:
            console.print(text(f"terminal.{name}", n=portfolio[name]))
    seconds = figures["timings_s"]
    console.print(text("terminal.files", out=str(out), seconds=f"{sum(seconds.values()):.1f}",
                       report=str(out / "report.html"), map=str(out / "map.html")), soft_wrap=True)


def _worst(text: Text, key: str, rows: list[Mapping[str, Any]]) -> Table:
    table = Table(title=text(f"terminal.worst_{key}"), title_justify="left")
    table.add_column(text(f"terminal.{key}"), overflow="fold")
    for name in ("n_locations", "tiv", "mean", "band", "max_gust"):
        table.add_column(text(f"terminal.{name}"), justify="right")
    for row in rows:
        currency = row["currency"]
        table.add_row(
            str(row[key]), text.number(row["n_locations"]), text.money(row["tiv"], currency),
            text.money(row["mean"], currency),
            f"{text.money(row['q05'], currency)} – {text.money(row['q95'], currency)}",
            f"{text.number(row['max_gust_3s_m_s'], 1)} m/s")
    return table
