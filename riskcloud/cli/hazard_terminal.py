"""What a terminal shows of hazard profiles: grades, what they were read from, files."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from riskcloud.messages import translated
from riskcloud.report.hazard_words import grade_words, graded_words
from riskcloud.report.text import Text, load_text

MOST_SITES = 20
"""Sites listed; the table file has all. Ours."""


def print_hazard(said: Mapping[str, Any], lang: str) -> None:
    """Print one place's grades and what they rest on, or many sites' grades."""
    text, console = load_text(lang), Console()
    if said["n_sites"] == 1:
        _print_place(said["sites"][0], text, console)
        colon = "：" if lang == "zh" else ": "
        for peril, notes in said["peril_notes"].items():
            for note in notes:
                console.print(f"{text('hazard_peril.' + peril)}{colon}{translated(note, lang)}",
                              soft_wrap=True, markup=False)
    else:
        _print_sites(said, text, console)
    for note in said["notes"]:
        console.print(translated(note, lang), soft_wrap=True, markup=False)
    if said["out"] is not None:
        console.print(text("hazard_profile.files", out=said["out"],
                           seconds=f"{sum(said['timings_s'].values()):.1f}"),
                      soft_wrap=True, markup=False)


def _print_place(site: Mapping[str, Any], text: Text, console: Console) -> None:
    table = Table(title=f"{site['site_id']} {site['lon']:g}, {site['lat']:g}".strip(),
                  title_justify="left")
    for heading in ("history_peril", "grade", "terminal_graded"):
        table.add_column(text(f"hazard_profile.{heading}"), overflow="fold")
    for peril in site["perils"]:
        table.add_row(text(f"hazard_peril.{peril['peril']}"), grade_words(peril["grade"], text),
                      graded_words(peril, text))
    console.print(table)
    console.print(text("hazard_profile.terminal_overall",
                       grade=grade_words(site["overall_grade"], text)))
    if site["overall_grade"] == "no_data":
        console.print(text("hazard_profile.nothing"), soft_wrap=True)


def _print_sites(said: Mapping[str, Any], text: Text, console: Console) -> None:
    table = Table(title=text("hazard_profile.title_sites", n=text.number(said["n_sites"])),
                  title_justify="left")
    table.add_column(text("hazard_profile.site"), overflow="fold")
    table.add_column(text("hazard_profile.overall"))
    perils = list(said["sites"][0]["grades"])
    for peril in perils:
        table.add_column(text(f"hazard_peril.{peril}"), overflow="fold")
    worst = sorted(said["sites"], key=lambda one: -(one["overall_grade"] if isinstance(
        one["overall_grade"], int) else 0))
    for site in worst[:MOST_SITES]:
        table.add_row(str(site["site_id"]), *(
            "?" if grade == "no_data" else str(grade)
            for grade in (site["overall_grade"], *(site["grades"][peril] for peril in perils))))
    console.print(table)
    console.print(text("hazard_profile.terminal_unknown"))
    left = len(worst) - MOST_SITES
    if left > 0:
        console.print(text("hazard_profile.sites_left", n=text.number(left)))
