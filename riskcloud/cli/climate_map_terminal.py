"""What a terminal shows of a wind climate: levels over the sites, bands, where the files are."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from riskcloud.report.text import load_text


def print_climate(summary: Mapping[str, Any], lang: str) -> None:
    """Print the levels of each measure and period over the sites, and the seconds it took."""
    text, console = load_text(lang), Console()
    events = summary["events"]
    console.print(text("wind_climate.events", events=text.number(events["n_events"]),
                       years=text.number(events["years"]), sites=text.number(summary["n_sites"])),
                  soft_wrap=True)
    table = Table(title=text("wind_climate.over_sites"), title_justify="left")
    for name in ("climate", "measure", "period"):
        table.add_column(text(f"wind_climate.{name}"))
    for name in ("least", "median", "largest", "band", "error"):
        table.add_column(text(f"wind_climate.{name}"), justify="right")
    for row in summary["levels"]:
        if row["n_sites"] == 0:
            continue
        table.add_row(
            text.label("wind_climate", f"name_{row['climate']}").removeprefix("name_"),
            text.label("wind_climate", row["measure"]),
            text("wind_climate.years", n=f"{row['return_period_yr']:g}"),
            *(text.number(row[name], 1) for name in ("least", "median", "largest")),
            f"±{text.number(row['median_band_half_width'], 1)}",
            text.number(row["median_simulation_error"], 2))
    console.print(table)
    console.print(text("wind_climate.files", out=summary["out"],
                       seconds=f"{sum(summary['timings_s'].values()):.1f}"), soft_wrap=True)
