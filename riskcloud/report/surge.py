"""The page of a storm surge: level along the coast, water at the assets, what it costs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from riskcloud import __version__
from riskcloud.analysis.surge.run import SurgeResult
from riskcloud.catalog import load_card
from riskcloud.report import flood_tables
from riskcloud.report.figures import MISSING, currency_title
from riskcloud.report.pages import render_page
from riskcloud.report.surge_map import surge_map
from riskcloud.report.tables import Table, of_currency
from riskcloud.report.text import Text

MAX_CURRENCIES = 4
"""Currencies with tables of their own; all others stand in summary.json. Our choice."""
NOT_INCLUDED = ("waves", "funnel", "river", "defences", "tide", "bi", "velocity", "storeys")
GROUPS = ("branch", "place", "asset_class", "client")
MOST_ROWS = 15

Entry = Mapping[str, Any]


def render_surge(result: SurgeResult, text: Text) -> str:
    """Return the page as one HTML file that needs nothing else."""
    summary = result.summary
    flood = summary["floods"][0]
    currencies = [total["currency"] for total in flood["totals"]][:MAX_CURRENCIES]
    return render_page("surge.html.j2", text, {
        "title": text("surge.name", storm=summary["event"]["name"] or summary["event"]["event_id"],
                      source=Path(str(summary["portfolio"]["source"])).name),
        "lines": [_basis(result, text), _storm(summary, text)],
        "tiles": [_tiles(summary, currency, text) for currency in currencies],
        "counts": counts_line(summary, text),
        "map": surge_map(result, text), "coast": coast_table(result, text),
        "water": water_table(summary, text),
        "books": [_book(result, currency, text) for currency in currencies],
        "not_included": [text(f"surge_not_included.{key}") for key in NOT_INCLUDED],
        "quality": [(text("quake.quality_source"), Path(str(summary["portfolio"]["source"])).name),
                    (text("quake.quality_locations"),
                     text.number(summary["portfolio"]["n_locations"])),
                    (text("quake.quality_rejected"),
                     text.number(summary["portfolio"]["n_rejected"]))],
        "notes": summary["notes_zh" if text.lang == "zh" else "notes"],
        "sources": [table for table in (flood_tables.curves_table(summary, text),) if table],
        "layer": _source(result, text),
        "provenance": [text("provenance.version", version=__version__)],
    })


def _basis(result: SurgeResult, text: Text) -> str:
    request = result.request
    if request.level is not None or request.depth is not None:
        return text("surge.given", source=result.summary["layer"]["source"])
    return text("surge.screen", tide=text.number(request.tide_m, 2))


def _source(result: SurgeResult, text: Text) -> str:
    """Return what the water rests on: the raster given, or the models by their titles."""
    zh = text.lang == "zh"
    titles = [str(load_card(kind, name)["title_zh" if zh else "title"])
              for kind, name in result.water.cards if kind in ("surge", "shelf")]
    return ("；" if zh else "; ").join(titles) or str(result.summary["layer"]["source"])


def _storm(summary: Entry, text: Text) -> str:
    event = summary["event"]
    return text("surge.storm", agency=event["agency"], first=text.moment(event["first_fix_utc"]),
                last=text.moment(event["last_fix_utc"]),
                pressure=text.number(event["min_central_pressure_hpa"]))


def counts_line(summary: Entry, text: Text) -> str:
    """Return how many locations are wet, dry and without data, and the highest level."""
    water = summary["water"]
    flood = summary["floods"][0]
    level = summary["highest_level_m"]
    return text("surge.counts", wet=text.number(water["wet"]),
                all=text.number(flood["n_locations"]), unknown=text.number(flood["n_unknown"]),
                deepest=text.number(flood["deepest_m"], 2),
                level=MISSING if level is None else text.number(level, 2))


def _tiles(summary: Entry, currency: str, text: Text) -> dict[str, str]:
    total = of_currency(summary["floods"][0]["totals"], currency)[0]
    return {"loss": text.money(total["loss"], currency),
            "gross": text.money(total["gross"], currency), "ratio": text.percent(total["ratio"]),
            "tiv": text.money(total["tiv"], currency),
            "tiv_wet": text.money(total["tiv_wet"], currency),
            "tiv_unknown": text.money(total["tiv_unknown"], currency)}


def coast_table(result: SurgeResult, text: Text) -> Table | None:
    """Return the stretches of coast with the highest surge and its parts; None without any."""
    rows = tuple(
        (f"{row['lon']:.2f}°, {row['lat']:.2f}°",
         MISSING if row["time_utc"] is None else text.moment(row["time_utc"]),
         *(text.number(row[name], 2) for name in ("level_m", "surge_m", "pressure_m", "wind_m",
                                                  "current_m")))
        for row in result.summary["coast"][:MOST_ROWS])
    headings = tuple(text(f"surge.{name}") for name in (
        "place", "time", "level", "surge", "pressure", "wind", "current"))
    return Table(text("surge.coast"), headings, rows, 2, "floods",
                 text("surge.coast_note")) if rows else None


def water_table(summary: Entry, text: Text) -> Table:
    """Return how many locations have which water."""
    rows = tuple((text(f"surge_water.{name}"), text.number(n))
                 for name, n in summary["water"].items() if n)
    return Table(text("surge.water"), (text("surge.water"), text("quake_table.locations")), rows)


def worst_table(table: pd.DataFrame, currency: str, text: Text) -> Table | None:
    """Return the locations that lose most: level, ground, depth, loss."""
    shown = table[(table["currency"] == currency) & (table["loss"] > 0.0)].nlargest(
        MOST_ROWS, "loss", keep="first")
    if shown.empty:
        return None
    rows = tuple(
        (str(row["loc_id"]), text.label("asset_class", row["asset_class"]),
         *(MISSING if row[name] != row[name] else text.number(row[name], 2)
           for name in ("level_m", "ground_m", "depth_m")), text.percent(row["ratio"]),
         text.money(row["tiv"], currency), text.money(row["loss"], currency))
        for _, row in shown.iterrows())
    headings = tuple(text(key) for key in (
        "flood.location", "quake_table.asset_class", "surge.level", "surge.ground", "flood.depth",
        "flood.ratio", "flood.tiv_plain", "surge.loss"))
    return Table(text("surge.worst"), headings, rows, 2, "floods")


def _book(result: SurgeResult, currency: str, text: Text) -> dict[str, Any]:
    summary = result.summary
    found = [worst_table(result.table, currency, text),
             flood_tables.coverage_table(summary, currency, text),
             *(flood_tables.groups_table(summary[f"by_{name}"], name, currency, summary, text)
               for name in GROUPS)]
    return {"currency": currency_title(currency, text.lang),
            "tables": [table for table in found if table is not None]}
