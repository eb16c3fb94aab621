"""The page of modelled against reported damage: bands on a logarithmic scale, tables, notes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from riskcloud import __version__
from riskcloud.analysis.damage.facts import GRID_LOSS
from riskcloud.analysis.damage.verify import DamageCheck, records
from riskcloud.files import write_text
from riskcloud.messages import translated
from riskcloud.report.charts import in_page_style, new_figure, to_data_uri
from riskcloud.report.figures import MISSING, significant
from riskcloud.report.outputs import defused_table
from riskcloud.report.pages import render_page
from riskcloud.report.palette import load_palette
from riskcloud.report.tables import Table
from riskcloud.report.text import Text, load_text

FLOOR: Final = 0.5
"""Where none is drawn on a logarithmic axis: half a structure."""
MILLION: Final = 1e6

Row = Mapping[str, Any]


def write_damage(check: DamageCheck, folder: Path, *, lang: str, facts: str, seed: int) -> None:
    """Write damage.html, damage.csv, told.csv and curves.csv."""
    for name, table in (("damage", check.rows), ("told", check.told), ("curves", check.members)):
        shown = table.copy()
        for column in shown.select_dtypes("float").columns:
            shown[column] = shown[column].round(4)
        defused_table(shown.fillna("") if shown.empty else shown).to_csv(
            folder / f"{name}.csv", index=False, encoding="utf-8-sig")
    write_text(folder / "damage.html", render_damage(check, load_text(lang), facts, seed))


def render_damage(check: DamageCheck, text: Text, facts: str, seed: int) -> str:
    """Return the page as one HTML file that needs nothing else."""
    rows = records(check.rows)
    reported = [row for row in rows if row["metric"]]
    counts = [row for row in reported if row["asset"] != GRID_LOSS]
    costs = [row for row in reported if row["asset"] == GRID_LOSS]
    charts = [band_chart(part, text) for part in (counts, costs) if part]
    tables = [(text("damage_check.table_heading"), compared_table(rows, text)),
              (text("damage_check.unreported_heading"), modelled_table(rows, text)),
              (text("damage_check.members_heading"), members_table(check.members, text)),
              (text("damage_check.told_heading"), told_table(check.told, text)),
              (text("damage_check.exposure_heading"), exposure_table(check, text))]
    return render_page("damage.html.j2", text, {
        "names": text("common.list_join").join(storm_name(s["event"]) for s in check.storms),
        "source": text("common.list_join").join(check.exposure["source"]), "charts": charts,
        "chart_note": text("damage_check.chart_note", floor=text.number(FLOOR, 1)),
        "tables": [(heading, table) for heading, table in tables if table is not None],
        "notes": [translated(note, text.lang) for note in check.notes],
        "provenance": text("damage_check.provenance", facts=facts, seed=seed),
        "version": __version__})


@in_page_style
def band_chart(rows: Sequence[Row], text: Text) -> str:
    """Return bands of the model with what was reported, a row a figure, on a log axis."""
    page = load_palette().page
    money = rows[0]["asset"] == GRID_LOSS
    unit = MILLION if money else 1.0
    figure, axes = new_figure(176, 14 + 9 * len(rows))
    places = np.arange(len(rows))[::-1]
    for place, row in zip(places, rows, strict=True):
        low, middle, high, value = (max(row[key] / unit, FLOOR) for key in (
            "q10", "q50", "q90", "reported"))
        axes.plot([low, max(high, low * 1.05)], [place, place], color=page["accent"], linewidth=8,
                  solid_capstyle="butt", alpha=0.75)
        axes.plot([middle], [place], color=page["ink"], marker="|", markersize=11)
        axes.plot([value], [place], color=page["second"], linestyle="none", markersize=7,
                  marker=">" if row["relation"] == ">=" else "o")
    axes.set_xscale("log")
    axes.set_xlim(left=FLOOR * 0.8)
    axes.set_yticks(places, [f"{storm_name(row['event'])}  {what(row, text)}" for row in rows])
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.set_xlabel(text("damage_check.chart_axis_cost" if money else "damage_check.chart_axis"))
    axes.grid(axis="x")
    return to_data_uri(figure)


def storm_name(event: str) -> str:
    """Return a storm as people name it: Utor 2013."""
    name, _, year = event.rpartition("_")
    return f"{name.title()} {year}"


def what(row: Row, text: Text) -> str:
    """Return what a row counts: Towers 110 kV+."""
    return f"{text.label('damage_asset', row['asset'])} {row['voltage']}".strip()


def figure_of(row: Row, key: str, text: Text) -> str:
    """Return a count, whole or with three significant digits, or a cost in millions."""
    value = row[key]
    if value is None or not np.isfinite(value):
        return MISSING
    if row["asset"] == GRID_LOSS:
        return text("damage_check.million", value=significant(value / MILLION, text.lang))
    return _counted(value, text)


def _counted(value: float, text: Text, digits: int = 3) -> str:
    """Return what was counted as it is, what was computed with its significant digits."""
    if float(value).is_integer():
        return text.number(value)
    return significant(value, text.lang, digits)


def compared_table(rows: Sequence[Row], text: Text) -> Table | None:
    """Return the reported figures with the model's; None where none can be compared."""
    shown = [row for row in rows if row["metric"]]
    if not shown:
        return None
    heads = ("storm", "asset", "place", "verdict", "trust", "reported", "mean", "band", "exposed",
             "reported_rate", "rate")
    body = tuple((
        storm_name(row["event"]), what(row, text), row["place"],
        text.label("damage_verdict", row["verdict"]), text.label("damage_trust", row["trust"]),
        _reported(row, text), figure_of(row, "mean", text), _band(row, text),
        *_rates(row, text)) for row in shown)
    return Table("", tuple(text(f"damage_check.{head}") for head in heads), body, n_words=5,
                 note=_exposed_note(text))


def modelled_table(rows: Sequence[Row], text: Text) -> Table | None:
    """Return what the model expects where nothing was reported."""
    shown = [row for row in rows if not row["metric"]]
    if not shown:
        return None
    heads = ("storm", "asset", "place", "mean", "band", "exposed", "rate")
    body = tuple((storm_name(row["event"]), what(row, text), row["place"],
                  figure_of(row, "mean", text), _band(row, text), _rates(row, text)[0],
                  _rates(row, text)[2]) for row in shown)
    return Table("", tuple(text(f"damage_check.{head}") for head in heads), body, n_words=3)


def narrow(table: Table, text: Text) -> Table:
    """Return a table of the comparison for a terminal: storm and what in one, fewer columns."""
    drop = {text("damage_check.trust"), text("damage_check.reported_rate")}
    keep = [k for k, head in enumerate(table.headings) if head not in drop and k > 1]
    words = 1 + sum(k < table.n_words for k in keep)
    rows = tuple((f"{row[0]}: {row[1]}", *(row[k] for k in keep)) for row in table.rows)
    heads = (table.headings[1], *(table.headings[k] for k in keep))
    return Table(table.title, heads, rows, words, table.kind, table.note)


def members_table(members: pd.DataFrame, text: Text) -> Table | None:
    """Return each curve's own expected number."""
    if members.empty:
        return None
    heads = ("storm", "asset", "place", "curve", "weight", "mean")
    body = tuple((storm_name(row["event"]), what(row, text), row["place"], row["curve_id"],
                  text.number(row["weight"], 3), significant(row["expected"], text.lang))
                 for row in records(members))
    return Table("", tuple(text(f"damage_check.{head}") for head in heads), body, n_words=4,
                 note=text("damage_check.members_note"))


def told_table(told: pd.DataFrame, text: Text) -> Table | None:
    """Return the figures that no model answers, with the reason."""
    if told.empty:
        return None
    heads = ("storm", "metric", "place", "why", "reported")
    body = tuple((storm_name(row["event"]), row["metric"], row["place"],
                  translated(row["why_not"], text.lang), _counted(row["value"], text, 4))
                 for row in records(told))
    return Table("", tuple(text(f"damage_check.{head}") for head in heads), body, n_words=4)


def exposure_table(check: DamageCheck, text: Text) -> Table:
    """Return how many structures there are by kind and voltage."""
    body = tuple((text.label("damage_asset", row["kind"]), f"{row['voltage_kv']:g} kV",
                  text.number(row["number"])) for row in check.exposure["structures"])
    heads = (text("damage_check.asset"), "kV", text("damage_check.number"))
    return Table("", heads, body, n_words=2)


def _reported(row: Row, text: Text) -> str:
    value = figure_of(row, "reported", text)
    return text("damage_check.at_least", value=value) if row["relation"] == ">=" else value


def _band(row: Row, text: Text) -> str:
    return f"{figure_of(row, 'q10', text)} – {figure_of(row, 'q90', text)}"


def _rates(row: Row, text: Text) -> tuple[str, str, str]:
    if row["asset"] == GRID_LOSS:
        return MISSING, MISSING, MISSING
    return (text.number(row["exposed"]), significant(row["reported_per_1000"], text.lang, 2),
            significant(row["rate_per_1000"], text.lang, 2))


def _exposed_note(text: Text) -> str:
    from riskcloud.analysis.damage.counts import EXPOSED_GUST_M_S

    return text("damage_check.exposed_note", gust=f"{EXPOSED_GUST_M_S:g}")
