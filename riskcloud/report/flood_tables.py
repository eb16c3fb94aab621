"""Tables of the page of floods: rows of words and figures, ready to print."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from riskcloud.report.figures import MISSING, column_unit, in_unit
from riskcloud.report.tables import Table, of_currency
from riskcloud.report.text import Text

WORST = 15
"""Rows of a worst-first table; ours."""

Entry = Mapping[str, Any]


def flood_name(flood: Entry, text: Text) -> str:
    """Return the name of a flood: its return period, or that it is the one given."""
    years = flood["return_period_yr"]
    return text("flood.the_flood") if years is None else text("flood.years", n=f"{years:g}")


def periods_table(summary: Entry, currency: str, text: Text) -> Table:
    """Return what each flood means for one currency: wet, unknown, losses."""
    floods = [(flood, of_currency(flood["totals"], currency)[0]) for flood in summary["floods"]]
    loss = column_unit([total["loss"] for _, total in floods], currency, text.lang)
    value = column_unit([total["tiv_wet"] for _, total in floods], currency, text.lang)
    rows = tuple(
        (flood_name(flood, text), text.number(total["n_wet"]), text.number(total["n_unknown"]),
         in_unit(total["tiv_wet"], value, text.lang), in_unit(total["loss"], loss, text.lang),
         text.percent(total["ratio"]), in_unit(total["gross"], loss, text.lang))
        for flood, total in floods)
    headings = (text("flood.flood"), text("flood.wet"), text("flood.unknown"),
                text("flood.tiv_wet", unit=value.label), text("flood.loss", unit=loss.label),
                text("flood.ratio"), text("flood.gross", unit=loss.label))
    return Table(text("flood.by_period", currency=currency), headings, rows, kind="floods")


def coverage_table(summary: Entry, currency: str, text: Text) -> Table:
    """Return losses by coverage for one currency, one row a flood."""
    floods = [(flood, of_currency(flood["totals"], currency)[0]["by_coverage"])
              for flood in summary["floods"]]
    shown = [c for c, part in enumerate(floods[0][1]) if part["tiv"] > 0.0]
    loss = column_unit([parts[c]["loss"] for _, parts in floods for c in shown], currency,
                       text.lang)
    rows = tuple((flood_name(flood, text), *(
        MISSING if parts[c]["coverage"] == "bi" else in_unit(parts[c]["loss"], loss, text.lang)
        for c in shown)) for flood, parts in floods)
    headings = (text("flood.flood"), *(text(f"flood_coverage.{floods[0][1][c]['coverage']}")
                                       for c in shown))
    return Table(text("flood.by_coverage", unit=loss.label), headings, rows, kind="floods")


def groups_table(entries: Sequence[Entry], name: str, currency: str, summary: Entry, text: Text,
                 ) -> Table | None:
    """Return losses by group for one currency, largest first; None where none has a name."""
    groups = of_currency(entries, currency)
    named = [entry for entry in groups if _word(entry, name, text)[1]]
    if not named:
        return None
    shown = groups[:WORST]
    value = column_unit([entry["tiv"] for entry in shown], currency, text.lang)
    loss = column_unit([entry["loss"] for entry in shown], currency, text.lang)
    rows = tuple((_word(entry, name, text)[0], text.number(entry["n_locations"]),
                  text.number(entry["n_wet"]), in_unit(entry["tiv"], value, text.lang),
                  in_unit(entry["loss"], loss, text.lang),
                  in_unit(entry["gross"], loss, text.lang)) for entry in shown)
    what = "annual" if summary["annual"] is not None else "flood"
    headings = (text(f"quake_table.{name}"), text("quake_table.locations"), text("flood.wet_ever"),
                text("flood.tiv", unit=value.label), text(f"flood.loss_{what}", unit=loss.label),
                text("flood.gross", unit=loss.label))
    left = len(groups) - len(shown)
    note = text("quake_table.left_out", count=text.number(left)) if left else ""
    return Table(text(f"flood.by_{name}"), headings, rows, kind="floods", note=note)


def _word(entry: Entry, name: str, text: Text) -> tuple[str, bool]:
    if name == "place":
        words = " ".join(word for word in (entry["province"], entry["county"]) if word)
        return words or text("common.not_given"), bool(words)
    key = {"client": "client_id"}.get(name, name)
    return text.label(key, entry[key]), bool(entry[key])


def worst_table(table: pd.DataFrame, labels: Sequence[str], summary: Entry, currency: str,
                text: Text) -> Table | None:
    """Return the locations with the largest loss: depth and loss in the largest flood."""
    last = f"_{labels[-1]}" if labels[-1] else ""
    order = "annual_loss" if summary["annual"] is not None else f"loss{last}"
    rows_of = table[(table["currency"] == currency) & (table[order] > 0.0)]
    if rows_of.empty:
        return None
    shown = rows_of.nlargest(WORST, order, keep="first")
    value = column_unit(shown["tiv"], currency, text.lang)
    loss = column_unit(shown[f"loss{last}"], currency, text.lang)
    rows = tuple(
        (str(row["loc_id"]), text.label("asset_class", row["asset_class"]),
         text.number(row[f"depth_m{last}"], 2), text.percent(row[f"ratio{last}"]),
         in_unit(row["tiv"], value, text.lang), in_unit(row[f"loss{last}"], loss, text.lang),
         in_unit(row.get("annual_loss"), loss, text.lang)) for _, row in shown.iterrows())
    name = flood_name(summary["floods"][-1], text)
    headings = (text("flood.location"), text("quake_table.asset_class"), text("flood.depth"),
                text("flood.ratio"), text("flood.tiv", unit=value.label),
                text("flood.loss", unit=loss.label), text("flood.loss_annual", unit=loss.label))
    return Table(text("flood.worst", flood=name), headings, rows, 2, "floods")


def curves_table(summary: Entry, text: Text) -> Table | None:
    """Return the damage curves used, with source, how far confirmed, and what to know of them."""
    zh = text.lang == "zh"
    rows = tuple(
        (f"{entry['title_zh' if zh else 'title']} ({entry['name'].partition('/')[2]})",
         entry["source"], text.label("verified", entry["verified"]),
         entry["notes_zh" if zh else "notes"], text.number(entry["n_locations"]))
        for entry in summary["curves"])
    headings = (text("curves.title"), text("curves.source"), text("curves.verified"),
                text("quake_table.remarks"), text("quake_table.locations"))
    return Table(text("curves.title"), headings, rows, 4, "remarks") if rows else None
