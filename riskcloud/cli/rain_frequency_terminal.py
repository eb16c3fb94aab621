"""What a terminal shows of rain by return period."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from riskcloud.messages import translated
from riskcloud.report.text import Text, load_text


def print_rain(said: Mapping[str, Any], lang: str) -> None:
    """Print levels by estimator, or intensities by formula; then notes and files."""
    text, console = load_text(lang), Console()
    if "record" in said:
        _print_record(said, text, console)
    else:
        for formula in said["formulas"]:
            _print_formula(said, formula, text, console)
    for note in said["notes"]:
        console.print(translated(note, lang), soft_wrap=True, markup=False)
    if said["out"] is not None:
        console.print(text("rain_frequency.files", out=said["out"]), soft_wrap=True, markup=False)


def _print_record(said: Mapping[str, Any], text: Text, console: Console) -> None:
    console.print(text("rain_frequency.record", record=said["record"], first=said["first_day"],
                       last=said["last_day"], years=said["n_complete_years"]),
                  soft_wrap=True, markup=False)
    table = Table(title=text("rain_frequency.levels"), title_justify="left")
    table.add_column(text("rain_frequency.estimator"), overflow="fold")
    for period in said["return_periods_yr"]:
        table.add_column(text("rain_frequency.years", n=f"{period:g}"), justify="right")
    for one in [{"name": "mean", "levels": said["levels"]}, *said["estimators"]]:
        cells = [f"{text.number(level['rain_mm'])} ({text.number(level['low_mm'])}–"
                 f"{text.number(level['high_mm'])})" for level in one["levels"]]
        table.add_row(text(f"rain_frequency.{one['name']}"),
                      *(cells or ["–"] * len(said["return_periods_yr"])))
    console.print(table)
    largest = ", ".join(f"{one['day']} {one['rain_mm']:.1f}" for one in said["largest"])
    console.print(text("rain_frequency.largest", largest=largest), soft_wrap=True)


def _print_formula(said: Mapping[str, Any], formula: Mapping[str, Any], text: Text,
                   console: Console) -> None:
    title = formula["title_zh" if text.lang == "zh" else "title"]
    if formula["superseded_by"]:
        title += text("rain_frequency.superseded", by=formula["superseded_by"])
    table = Table(title=title, title_justify="left")
    table.add_column(text("rain_frequency.minutes"), justify="right")
    for period in said["return_periods_yr"]:
        table.add_column(text("rain_frequency.years", n=f"{period:g}"), justify="right")
    for minutes in said["durations_min"]:
        cells = [row["mm_per_h"] for row in formula["intensities"]
                 if row["duration_min"] == minutes]
        table.add_row(f"{minutes:g}", *("–" if one != one else text.number(one, 1)
                                        for one in cells))
    console.print(table)
    console.print(f"{formula['source']}. {formula['edition']}", soft_wrap=True, markup=False)
