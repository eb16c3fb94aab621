"""What a terminal shows of a wind climate: levels over the sites, bands, where the files are."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from riskcloud.messages import translated
from riskcloud.report.climate import climate_name
from riskcloud.report.text import Text, load_text


def print_climate(summary: Mapping[str, Any], lang: str) -> None:
    """Print the levels of each measure over the sites, a column a return period."""
    text, console = load_text(lang), Console()
    events = summary["events"]
    console.print(text("wind_climate.events", events=text.number(events["n_events"]),
                       years=text.number(events["years"]), sites=text.number(summary["n_sites"])),
                  soft_wrap=True)
    if summary["n_sites_outside_area"]:
        console.print(text("wind_climate.outside", n=text.number(summary["n_sites_outside_area"])),
                      soft_wrap=True)
    for note in summary["notes"]:
        console.print(translated(note, lang), soft_wrap=True, markup=False)
    table = Table(title=text("wind_climate.terminal_title"), title_justify="left")
    table.add_column(text("wind_climate.measure"), overflow="fold")
    periods = summary["return_periods_yr"]
    for period in periods:
        table.add_column(text("wind_climate.years", n=f"{period:g}"), justify="right")
    climates = list(dict.fromkeys(row["climate"] for row in summary["levels"]))
    for climate in climates:
        for measure in dict.fromkeys(row["measure"] for row in summary["levels"]):
            lead = "" if len(climates) == 1 else f"{climate_name(climate, text)}: "
            cells = [_cell(row, text) for row in summary["levels"]
                     if row["climate"] == climate and row["measure"] == measure]
            table.add_row(lead + text(f"wind_climate.{measure}"), *cells)
    console.print(table)
    console.print(text("wind_climate.terminal_note"), soft_wrap=True)
    for layer in summary["layers"]:
        kind = text("wind_climate.given" if layer["given"] else "wind_climate.default")
        console.print(f"{text.label('layer', layer['layer'])}: {kind}: {layer['source']}",
                      soft_wrap=True, markup=False)
    console.print(text("wind_climate.files", out=summary["out"],
                       seconds=f"{sum(summary['timings_s'].values()):.1f}"), soft_wrap=True)


def _cell(row: Mapping[str, Any], text: Text) -> str:
    if row["n_sites"] == 0:
        return "–"
    least, median, largest = (text.number(row[name], 1) for name in ("least", "median", "largest"))
    return f"{median} ({least}–{largest})"
