"""The page of index covers: what they pay, how likely, by which readings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from riskcloud import __version__
from riskcloud.analysis.parametric.run import EVENTS, OBSERVED
from riskcloud.report import parametric_heads as heads
from riskcloud.report import parametric_tables as tables
from riskcloud.report.figures import currency_title
from riskcloud.report.pages import render_page
from riskcloud.report.parametric_charts import payout_chart, tier_chart
from riskcloud.report.text import Text

MOST_COVERS = 20
"""Covers with a table of tiers of their own; ours."""

Entry = Mapping[str, Any]


def render_parametric(summary: Entry, text: Text) -> str:
    """Return the page as one HTML file that needs nothing else."""
    return render_page("parametric.html.j2", text, {
        "title": text("parametric.name", source=Path(str(summary["covers_file"])).name),
        "lines": header_lines(summary, text),
        "heads": _heads(summary, text),
        "charts": _charts(summary, text),
        "tables": page_tables(summary, text),
        "tiers": _tiers(summary, text),
        "tiers_title": text(f"parametric.tiers_{summary['way']}"),
        "definitions": [text(f"parametric_definition.{key}") for key in (
            "tier", "limits", summary["way"])],
        "quality": _quality(summary, text),
        "notes": summary["notes_zh" if text.lang == "zh" else "notes"],
        "provenance": [text("provenance.version", version=__version__)],
    })


def headline_words(summary: Entry, text: Text) -> list[str]:
    """Return what a terminal says first: what the payouts are of, and those of each currency."""
    return [*header_lines(summary, text), *(
        f"{head['currency']}: {head['first_label']} {head['first']} ({head['first_under']}); "
        f"{head['second_label']} {head['second']} ({head['second_under']})"
        for head in _heads(summary, text))]


def header_lines(summary: Entry, text: Text) -> list[str]:
    """Return what the payouts are of: a storm, an event set, an earthquake, readings."""
    event = summary["event"]
    name = str(event.get("name") or event.get("event_id") or "")
    issued = text.moment(event["issued_utc"]) if event.get("issued_utc") else ""
    lines = [text(f"parametric.line_{summary['way']}", name=name,
                  members=text.number(summary["n_members"]))]
    return lines + ([text("parametric.issued", time=issued)] if issued else [])


def _heads(summary: Entry, text: Text) -> list[dict[str, str]]:
    """Return the tiles of each currency: label, value and what stands under it, three times."""
    make = {EVENTS: heads.of_years, OBSERVED: heads.of_readings}.get(
        summary["way"], heads.of_event)
    return make(summary, text)


def _charts(summary: Entry, text: Text) -> list[dict[str, str]]:
    """Return the pictures: title, picture, caption."""
    if summary["way"] == EVENTS:
        return [{"title": text("parametric.curves", currency=currency_title(currency, text.lang)),
                 "image": payout_chart(summary, currency, text),
                 "caption": text("parametric.caption_years")}
                for currency in heads.known_currencies(summary)]
    if summary["way"] == OBSERVED or not any(row["status"] == "in_force"
                                             for row in summary["covers"]):
        return []
    return [{"title": text("parametric.chart"), "caption": text("parametric.caption"),
             "image": tier_chart(summary["covers"], summary["tiers"], text)}]


def page_tables(summary: Entry, text: Text) -> list[Any]:
    """Return the tables of covers (of readings: of events and covers), one a currency."""
    rows = summary["payouts" if summary["way"] == OBSERVED else "covers"]
    make = {EVENTS: tables.yearly_table, OBSERVED: tables.readings_table}.get(
        summary["way"], tables.covers_table)
    found = [make([row for row in rows if row["currency"] == currency], currency, text)
             for currency in dict.fromkeys(row["currency"] for row in rows)]
    if summary.get("basis_risk"):
        found.append(tables.basis_table(summary["basis_risk"], summary["basis_stage"], text))
    return found


def _tiers(summary: Entry, text: Text) -> list[Any]:
    chance = {EVENTS: "annual_rate", OBSERVED: ""}.get(summary["way"], "probability")
    return [tables.tiers_table(row, [tier for tier in summary["tiers"]
                                     if tier["cover"] == row["cover"]], chance, text)
            for row in summary["covers"][:MOST_COVERS]
            if row["status"] != "unknown" or not chance]


def _quality(summary: Entry, text: Text) -> list[tuple[str, str]]:
    return [(text("parametric.n_covers"), text.number(summary["n_covers"])),
            (text(f"parametric.n_{summary['way']}"), text.number(summary["n_members"])),
            (text("quake.quality_rejected"), text.number(summary["n_rejected"]))]
