"""The page of index covers: what they pay, how likely, by which readings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from riskcloud import __version__
from riskcloud.report import parametric_tables as tables
from riskcloud.report.figures import currency_title
from riskcloud.report.pages import render_page
from riskcloud.report.parametric_charts import tier_chart
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
        "chart": _chart(summary, text),
        "chart_title": text("parametric.chart"), "caption": text("parametric.caption"),
        "tables": page_tables(summary, text),
        "tiers": _tiers(summary, text),
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
    heads = []
    for row in summary["totals"]:
        currency = row["currency"]
        heads.append({
            "currency": currency_title(currency, text.lang),
            "first_label": text("parametric.mean"),
            "first": text.money(row["payout_mean"], currency),
            "first_under": text("parametric.band", band=text.money_range(
                row["payout_q05"], row["payout_q95"], currency)),
            "second_label": text("parametric.any"), "second": text.percent(row["p_payout"]),
            "second_under": text("parametric.of_covers", known=row["n_known"], n=row["n_covers"]),
            "third_label": text("parametric.most"),
            "third": text.money(row["payout_most"], currency),
            "third_under": text("parametric.most_note")})
    return heads


def _chart(summary: Entry, text: Text) -> str:
    if not any(row["status"] == "in_force" for row in summary["covers"]):
        return ""
    return tier_chart(summary["covers"], summary["tiers"], text)


def page_tables(summary: Entry, text: Text) -> list[Any]:
    """Return the tables of covers, one a currency."""
    return [tables.covers_table([row for row in summary["covers"] if row["currency"] == currency],
                                currency, text)
            for currency in dict.fromkeys(row["currency"] for row in summary["covers"])]


def _tiers(summary: Entry, text: Text) -> list[Any]:
    return [tables.tiers_table(row, [tier for tier in summary["tiers"]
                                     if tier["cover"] == row["cover"]], "probability", text)
            for row in summary["covers"][:MOST_COVERS] if row["status"] != "unknown"]


def _quality(summary: Entry, text: Text) -> list[tuple[str, str]]:
    return [(text("parametric.n_covers"), text.number(summary["n_covers"])),
            (text("parametric.n_members"), text.number(summary["n_members"])),
            (text("quake.quality_rejected"), text.number(summary["n_rejected"]))]
