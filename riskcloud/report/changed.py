"""The page on what changed between two forecasts: sentences, a waterfall, lists, differences."""

from collections.abc import Mapping, Sequence
from typing import Any

from riskcloud import __version__
from riskcloud.report.changed_words import (
    STAYS_KM,
    book_sentences,
    hours_between,
    loss_sentences,
)
from riskcloud.report.figures import MISSING, column_unit, currency_title, in_unit
from riskcloud.report.pages import render_page
from riskcloud.report.tables import WORST, Table, of_currency
from riskcloud.report.text import Text
from riskcloud.report.waterfall import signed, waterfall_chart

MAX_CURRENCIES = 4
"""Currencies with a chart and tables; all others stand in changed.json. Our choice."""
LONGEST_VALUE = 120
"""Characters of a setting that are shown. Our choice."""

Entry = Mapping[str, Any]


def render_changed(changed: Mapping[str, Any], text: Text) -> str:
    """Return the page as one HTML file that needs nothing else.

    ``changed`` is what ``analysis.changed.what_changed`` gives (changed.json).
    """
    shown = changed["totals"][:MAX_CURRENCIES]
    return render_page("changed.html.j2", text, {
        "storm": changed["storm"], "issues": [_issue(changed[side], text)
                                              for side in ("current", "previous")],
        "later": _later(changed, text),
        "paragraphs": [text("changed.sentence_join").join(sentences) for sentences in (
            *(loss_sentences(total, changed, text) for total in shown),
            book_sentences(changed, text))],
        "books": [_book(total, changed, text) for total in shown],
        "unlisted": len(changed["totals"]) - len(shown), "facts": _facts(changed["facts"], text),
        "differences": _differences(changed["differences"], text),
        "folder": changed["previous"]["folder"], "version": __version__,
    })


def _issue(issue: Entry, text: Text) -> str:
    """Return who issued a forecast and when."""
    named = (text.label("agency", agency) for agency in issue["agencies"])
    agencies = text("common.list_join").join(named) or text("common.not_given")
    when = issue["issued_utc"] or issue["base_utc"]
    key = "changed.issued" if when else "changed.issued_never"
    said = text(key, agencies=agencies, time=text.moment(when))
    members = issue["ensemble_members"]
    return said + text("changed.with_ensemble", count=text.number(members)) if members else said


def _later(changed: Entry, text: Text) -> str:
    hours = hours_between(changed)
    if hours is None or not hours > 0.0:
        return ""
    return text("changed.later", hours=text.number(hours, 0 if hours == round(hours) else 1))


def _book(total: Entry, changed: Entry, text: Text) -> dict[str, Any]:
    """Return the chart and the tables of one currency."""
    currency = total["currency"]
    is_moved = total["old"]["mean"] > 0.0 or total["new"]["mean"] > 0.0
    tables = [_parts_table(total, text)] if is_moved else []
    for name, key in (("clients", "client_id"), ("branches", "branch")):
        for part in ("entered", "left", "moved"):
            rows = of_currency(changed[name][part], currency)
            if rows and (name == "clients" or part == "moved"):
                tables.append(_group_table(rows, key, text(f"changed.{name}_{part}_title"),
                                           currency, text))
    return {"currency": currency_title(currency, text.lang), "tables": tables,
            "picture": waterfall_chart(total, text) if is_moved else ""}


def _parts_table(total: Entry, text: Text) -> Table:
    """Return what each cause adds to the expected loss, before and after policy terms."""
    gross = {part["source"]: part["change"] for part in total.get("gross_parts", ())}
    values = [abs(part["change"]) for part in total["parts"]]
    unit = column_unit([value for value in values if value > 0.0], total["currency"], text.lang)
    rows = tuple((text(f"changed.row_{part['source']}"), signed(part["change"], unit, text),
                  signed(gross[part["source"]], unit, text) if gross else MISSING,
                  text(f"changed.what_{part['source']}")) for part in total["parts"])
    sums = (text("changed.row_sum"), signed(total["change"], unit, text),
            signed(total["gross_change"], unit, text) if gross else MISSING, "")
    title = text("changed.parts_title")
    headings = (title, text("changed.head_mean_change", unit=unit.label),
                text("changed.head_gross_change", unit=unit.label), text("changed.head_what"))
    ordered = tuple((row[0], row[3], row[1], row[2]) for row in (*rows, sums))
    return Table(title, (headings[0], headings[3], headings[1], headings[2]), ordered, n_words=2)


def _group_table(rows: Sequence[Entry], key: str, title: str, currency: str, text: Text) -> Table:
    """Return groups with their expected loss and its upper end, before and now."""
    shown = rows[:WORST]
    names = ("old_mean", "new_mean", "old_q95", "new_q95")
    unit = column_unit([row[name] for row in shown for name in names], currency, text.lang)
    cells = tuple(
        (text.label(key, row[key]), *(in_unit(row[name], unit, text.lang) for name in names[:2]),
         signed(row["change"], unit, text),
         *(in_unit(row[name], unit, text.lang) for name in names[2:])) for row in shown)
    headings = (title, *(text(f"changed.head_{name}", unit=unit.label)
                         for name in ("old_mean", "new_mean", "change", "old_q95", "new_q95")))
    left = len(rows) - len(shown)
    note = text("changed.left_out", count=text.number(left)) if left else ""
    return Table(title, headings, cells, note=note)


def _facts(facts: Entry, text: Text) -> Table:
    """Return what both forecasts say of the storm and the gusts, side by side."""
    def row(name: str, digits: int = 0) -> tuple[str, str, str]:
        old, new = (text.number(facts[name][side], digits) for side in ("old", "new"))
        return text(f"changed.row_{name}"), old, new

    def when(name: str) -> tuple[str, str, str]:
        old, new = (text.moment(facts[name][side]) for side in ("old", "new"))
        return text(f"changed.row_{name}"), old, new

    rows = (row("distance_km"), when("closest_utc"), row("wind_1min_m_s"), row("r_max_km"),
            row("peak_wind_1min_m_s"), row("max_gust_3s_m_s", 1), row("n_gale"),
            when("first_gale_utc"), when("last_gale_utc"))
    headings = (text("changed.facts_title"), text("changed.before"), text("changed.now"))
    return Table(headings[0], headings, rows, kind="facts", note=_place_note(facts, text))


def _place_note(facts: Entry, text: Text) -> str:
    """Return where the book's middle lies, and how the centre moved when it is nearest to it."""
    middle = text("changed.facts_note", lon=text.number(facts["book_lon"], 2),
                  lat=text.number(facts["book_lat"], 2))
    if facts["shift_km"] is None:
        return middle + text("changed.shift_unknown")
    key = "changed.shift" if facts["shift_km"] >= STAYS_KM else "changed.shift_none"
    return middle + text(key, time=text.moment(facts["compared_utc"]),
                         km=text.number(facts["shift_km"]),
                         towards=text(f"changed.towards_{facts['shift_towards']}"))


def _differences(found: Entry, text: Text) -> list[Table]:
    """Return model cards, settings and software that differ, a table each."""
    cards = tuple((text("changed.card", kind=text.label("card_kind", row["kind"]),
                        name=text.label("fill_method", row["name"])),
                   _card_version(row, "old", text), _card_version(row, "new", text))
                  for row in found["cards"])
    settings = tuple((_setting(row["name"], text), *(_of_setting(row["name"], row[side], text)
                                                     for side in ("old", "new")))
                     for row in found["settings"])
    software = tuple((str(row["name"]), _value(row["old"], text), _value(row["new"], text))
                     for row in found["software"])
    return [Table(text(f"changed.{name}_title"),
                  (text(f"changed.{name}_title"), text("changed.before"), text("changed.now")),
                  rows, n_words=3)
            for name, rows in (("cards", cards), ("settings", settings), ("software", software))
            if rows]


def _card_version(row: Entry, side: str, text: Text) -> str:
    if row[side] is None:
        return text("changed.not_used")
    same = side == "new" and row["changed"] and row["old"] == row["new"]
    return text("changed.same_version", version=row["new"]) if same else str(row[side])


def _setting(name: str, text: Text) -> str:
    return text.strings.get(f"changed.setting_{name}", name)


def _of_setting(name: str, value: Any, text: Text) -> str:
    if name == "issued_at" and value is not None:
        return text.moment(value)
    return text.label("agency", value) if name == "agency" and value else _value(value, text)


def _value(value: Any, text: Text) -> str:
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return text("changed.yes" if value else "changed.no")
    if isinstance(value, Mapping):
        value = [f"{name} {part}" for name, part in value.items()]
    if isinstance(value, list | tuple):
        value = text("common.list_join").join(map(str, value))
    shown = str(value)
    return shown if len(shown) <= LONGEST_VALUE else shown[:LONGEST_VALUE] + "…"
