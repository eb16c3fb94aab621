"""The page of loss statistics: what a year costs, and how much more a bad one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from riskcloud import __version__
from riskcloud.report import ep_tables as tables
from riskcloud.report.ep_charts import ep_chart
from riskcloud.report.figures import currency_title
from riskcloud.report.pages import render_page
from riskcloud.report.tables import Table
from riskcloud.report.text import Text

MAX_CURRENCIES = 4
"""Currencies with tables of their own; all others stand in the files. Our choice."""
HEADLINE_YR = 100.0
"""Return period of the headline where it was asked for; ours."""

Entry = Mapping[str, Any]


def render_ep(summary: Entry, text: Text) -> str:
    """Return the page as one HTML file that needs nothing else."""
    return render_page("ep.html.j2", text, page_of(summary, text))


def page_of(summary: Entry, text: Text) -> dict[str, Any]:
    """Return what stands on the page."""
    period = headline_period(summary)
    shown = summary["currencies"][:MAX_CURRENCIES]
    return {
        "kind": text("ep.title"), "blocks": [],
        "title": text("ep.name", source=Path(str(summary["losses"])).name),
        "lines": [basis_line(summary, text)],
        "books": [_book(summary, currency, period, text) for currency in shown],
        "more": text("section.unlisted", count=len(summary["currencies"]) - len(shown))
        if len(summary["currencies"]) > len(shown) else "",
        "definitions": [_definition(key, text) for key in _definitions(summary)],
        "quality": [(text("ep.rows"), text.number(summary["n_rows"])),
                    (text("ep.events"), text.number(summary["n_events"])),
                    (text("ep.samples"), text.number(summary["n_samples"])),
                    (text("quake.quality_rejected"), text.number(summary["n_rejected"]))],
        "notes": summary["notes_zh" if text.lang == "zh" else "notes"],
        "provenance": [text("provenance.version", version=__version__)],
    }


def headline_period(summary: Entry) -> float:
    """Return 100 years where asked for and known, else the longest that has a value."""
    known = sorted({row["return_period_yr"] for row in summary["exceedance"]
                    if row["loss"] == row["loss"]})
    if not known:
        return float(summary["return_periods_yr"][0])
    return HEADLINE_YR if HEADLINE_YR in known else float(known[-1])


def basis_line(summary: Entry, text: Text) -> str:
    """Return how often: years simulated, or events with rates."""
    if summary["frequency"] == "years":
        return text("ep.of_years", years=text.number(summary["n_years"]),
                    events=text.number(summary["n_events"]),
                    samples=text.number(summary["n_samples"]))
    return text("ep.of_rates", events=text.number(summary["n_events"]),
                samples=text.number(summary["n_samples"]))


def _definitions(summary: Entry) -> list[str]:
    keys = ["aal", "oep", "aep", "pml", "tvar", summary["frequency"]]
    keys += ["samples"] if summary["n_samples"] > 1 else []
    return keys + (["groups", "alone"] if summary["keys"] else []) + (
        ["layers"] if summary["layer_costs"] else [])


def _definition(key: str, text: Text) -> str:
    section = "ep_share" if key in ("groups", "alone") else \
        "ep_layer" if key == "layers" else "ep_definition"
    return text(f"{section}.{key}")


def _book(summary: Entry, currency: str, period: float, text: Text) -> dict[str, Any]:
    """Return headline, chart and tables of one currency, stage by stage."""
    stages = [stage for stage in ("ground_up", "gross", "net", "unspecified")
              if tables.of_book(summary["annual"], currency, stage)]
    curves = [curve for curve in summary["curves"] if curve["currency"] == currency]
    points = [row for row in summary["exceedance"]
              if row["currency"] == currency and row["key"] == "all"]
    first = [row for row in points if row["calc"] == points[0]["calc"]]
    return {"currency": currency_title(currency, text.lang),
            "heads": [_headline(summary, currency, stage, period, text) for stage in stages],
            "chart": ep_chart(curves, first, currency, text),
            "caption": text(f"ep.caption_{summary['frequency']}"), "blocks": [],
            "stages": [_stage(summary, currency, stage, period, text) for stage in stages]}


def _headline(summary: Entry, currency: str, stage: str, period: float,
              text: Text) -> dict[str, str]:
    annual = tables.of_book(summary["annual"], currency, stage)[0]
    points = tables.of_book(summary["exceedance"], currency, stage)
    at = {row["basis"]: row for row in points
          if row["return_period_yr"] == period and row["calc"] == points[0]["calc"]}
    error = annual["standard_error"]
    return {"stage": text.label("ep_stage", stage), "aal": text.money(annual["aal"], currency),
            "error": "" if error is None or error != error else text(
                "ep.error", error=text.money(error, currency),
                sd=text.money(annual["sd"], currency)),
            "sd": text("ep.sd_alone", sd=text.money(annual["sd"], currency)),
            "years": f"{period:,g}",
            **{f"{basis.lower()}{suffix}": text.money(at[basis][name], currency)
               for basis in ("OEP", "AEP") for suffix, name in (("", "loss"), ("_tvar", "tvar"))}}


def _stage(summary: Entry, currency: str, stage: str, period: float, text: Text) -> dict[str, Any]:
    points = tables.of_book(summary["exceedance"], currency, stage)
    found = [tables.periods_table(points, calc, currency, text)
             for calc in dict.fromkeys(row["calc"] for row in points)]
    for key in summary["keys"]:
        found += key_tables(summary, key, currency, stage, period, text)
    layers = tables.of_book(summary["layer_costs"], currency, stage)
    if layers:
        found.append(tables.layers_table(layers, currency, text))
    return {"name": text.label("ep_stage", stage), "tables": found}


def key_tables(summary: Entry, key: str, currency: str, stage: str, period: float, text: Text,
               ) -> list[Table]:
    """Return the tables of a key: the groups alone, and what they do to the whole."""
    annual, of_key, shares, together = (
        tables.of_book(summary[name], currency, stage, key)
        for name in ("annual", "exceedance", "contributions", "diversification"))
    if not annual:
        return []
    words = " + ".join(text.label("ep_key", part) for part in key.split("+"))
    years = f"{period:,g}"
    return [tables.groups_table(annual, of_key, period, currency, text, name=words,
                                title=text("ep.by_key", group=words, years=years)),
            *(tables.contributions_table(
                annual, shares, basis, period, currency, text, name=words, together=together,
                title=text("ep_share.title", group=words, years=years, basis=basis))
              for basis in ("AEP", "OEP"))]
