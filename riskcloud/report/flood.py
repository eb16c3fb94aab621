"""The page of floods: how deep the water stands at the assets, and what it costs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from riskcloud import __version__
from riskcloud.analysis.flood.run import FloodResult
from riskcloud.messages import translated
from riskcloud.report import flood_tables as tables
from riskcloud.report.figures import currency_title
from riskcloud.report.flood_charts import depth_map, loss_chart
from riskcloud.report.pages import render_page
from riskcloud.report.tables import Table, of_currency
from riskcloud.report.text import Text

MAX_CURRENCIES = 4
"""Currencies with tables of their own; all others stand in summary.json. Our choice."""
NOT_INCLUDED = ("bi", "velocity", "storeys", "defences", "correlation", "lines", "climate")
GROUPS = ("branch", "place", "asset_class", "client")

Entry = Mapping[str, Any]


def render_flood(result: FloodResult, text: Text) -> str:
    """Return the page as one HTML file that needs nothing else."""
    summary = result.summary
    currencies = [total["currency"] for total in summary["floods"][0]["totals"]][:MAX_CURRENCIES]
    last = summary["floods"][-1]
    name = tables.flood_name(last, text)
    return render_page("flood.html.j2", text, {
        "title": text("flood.name", source=Path(str(summary["portfolio"]["source"])).name),
        "lines": [text("flood.layer", source=_sources(summary, text),
                       resolution=translated(summary["layer"]["resolution"], text.lang)
                       or text("common.not_given")),
                  summary["layer"]["detail_zh" if text.lang == "zh" else "detail"]],
        "headlines": [_headline(summary, currency, text) for currency in currencies],
        "largest": name,
        "counts": text("flood.counts", flood=name, wet=text.number(last["n_wet"]),
                       all=text.number(last["n_locations"]),
                       unknown=text.number(last["n_unknown"]),
                       deepest=text.number(last["deepest_m"], 2)),
        "map": depth_map(result, text), "map_caption": text("flood.map_caption", flood=name),
        "books": [_book(result, currency, text) for currency in currencies],
        "not_included": [text(f"flood_not_included.{key}") for key in NOT_INCLUDED],
        "quality": [(text("quake.quality_source"), Path(str(summary["portfolio"]["source"])).name),
                    (text("quake.quality_locations"),
                     text.number(summary["portfolio"]["n_locations"])),
                    (text("quake.quality_rejected"),
                     text.number(summary["portfolio"]["n_rejected"]))],
        "notes": summary["notes_zh" if text.lang == "zh" else "notes"],
        "sources": [table for table in (tables.curves_table(summary, text),) if table],
        "provenance": [text("provenance.version", version=__version__)],
    })


def _sources(summary: Entry, text: Text) -> str:
    names = str(summary["layer"]["source"]).split(", ")
    if len(names) <= 2 or summary["layer"]["kind"] == "model":
        return text("common.list_join").join(names)
    return text("flood.files_of", first=names[0], last=names[-1], n=len(names))


def _headline(summary: Entry, currency: str, text: Text) -> dict[str, str]:
    """Return the annual loss, or the loss of the one flood, and that of the largest flood."""
    flood = summary["floods"][-1]
    total = of_currency(flood["totals"], currency)[0]
    found = {"tiv": text.money(total["tiv"], currency),
             "tiv_wet": text.money(total["tiv_wet"], currency),
             "loss": _money(total["loss"], currency, text),
             "gross": text.money(total["gross"], currency),
             "ratio": text.percent(total["ratio"]), "annual": ""}
    for entry in of_currency(summary["annual"] or (), currency):
        found |= {"annual": _money(entry["loss"], currency, text),
                  "annual_gross": text.money(entry["gross"], currency),
                  "rate": text.percent(entry["rate"]),
                  "ends": text("flood.ends", rare=text.money(entry["rare"], currency),
                               frequent=text.money(entry["frequent_at_most"], currency),
                               longest=f"{summary['return_periods_yr'][-1]:g}",
                               shortest=f"{summary['return_periods_yr'][0]:g}")}
    return found


def _money(value: float | None, currency: str, text: Text) -> str:
    return text("flood.no_data") if value is None else text.money(value, currency)


def _book(result: FloodResult, currency: str, text: Text) -> dict[str, Any]:
    """Return the tables and the chart of one currency."""
    summary = result.summary
    found: list[Table | None] = [
        tables.periods_table(summary, currency, text),
        tables.coverage_table(summary, currency, text),
        tables.worst_table(result.table, result.labels, summary, currency, text),
        *(tables.groups_table(summary[f"by_{name}"], name, currency, summary, text)
          for name in GROUPS)]
    chart = loss_chart(result, currency, text) if len(summary["return_periods_yr"]) > 1 else ""
    return {"currency": currency_title(currency, text.lang), "chart": chart,
            "chart_caption": text("flood.chart_caption"),
            "tables": [table for table in found if table is not None]}
