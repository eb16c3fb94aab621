"""Tables of the page of index covers: rows of words and figures, ready to print."""

from collections.abc import Mapping, Sequence
from typing import Any

from riskcloud.report.figures import (
    MISSING,
    column_unit,
    currency_title,
    in_unit,
    number,
    significant,
)
from riskcloud.report.tables import Table
from riskcloud.report.text import Text
from riskcloud.types.covers import INDEXES

MOST = 40
"""Covers in a table; ours."""
MOST_READINGS = 100
"""Rows of readings in a table; ours."""
NAMED = ("grade", "signal_colour")
"""Indexes whose classes have names."""

Entry = Mapping[str, Any]


def cover_name(row: Entry, text: Text) -> str:
    """Return what a cover is called: its number, and its name where it has one."""
    return f"{row['cover']} {row['cover_name']}".strip()


def what_of(row: Entry, text: Text) -> str:
    """Return the index of a cover and where it is taken."""
    index = text.label("cover_index", row["index"])
    return text("parametric.index_at", index=index, place=row["place"]) if row["place"] else index


def value_words(value: Any, index: str, text: Text) -> str:
    """Return a value of an index with its unit; a class by its name."""
    if value is None or value != value:
        return MISSING
    if index in NAMED and value == int(value):
        return text.label(f"cover_{index}", int(value))
    unit = INDEXES[index].unit
    plain = f"{value:g}" if value == round(value, 3) else significant(value, text.lang)
    return plain if unit in ("class", "degree") else f"{plain} {unit}"


def tier_words(tier: Entry, index: str, text: Text) -> str:
    """Return the bounds of a tier in words: 35 to 45 m/s, 55 m/s or more."""
    sign = INDEXES[index].sign
    low, high = (value_words(tier[name], index, text) for name in ("from", "to"))
    if tier["from"] is None:
        return text("parametric.below" if sign > 0 else "parametric.above", value=high)
    if INDEXES[index].unit == "class" and tier["to"] == tier["from"] + 1:
        return low
    if index in NAMED and tier["from"] == INDEXES[index].high:
        return low
    if tier["to"] is None:
        return text("parametric.at_least" if sign > 0 else "parametric.at_most", value=low)
    return text("parametric.between", low=low.removesuffix(f" {INDEXES[index].unit}"), high=high)


def pays_words(tier: Entry, currency: str, text: Text) -> str:
    """Return what a tier pays: an amount, or from one to another."""
    if tier["payout_to"] != tier["payout"]:
        if tier["payout"] == 0.0:
            return text("parametric.up_to", amount=text.money(tier["payout_to"], currency))
        return text.money_range(tier["payout"], tier["payout_to"], currency)
    return text.money(tier["payout"], currency) if tier["payout"] else text("parametric.nothing")


def covers_table(rows: Sequence[Entry], currency: str, text: Text) -> Table:
    """Return the covers of one event: index, chance of a payout, its mean and band."""
    shown = rows[:MOST]
    unit = column_unit([row[f"payout_{key}"] for row in shown for key in ("mean", "q95", "most")],
                       currency, text.lang)
    cells = []
    for row in shown:
        band = MISSING if row["payout_q05"] is None else " – ".join(
            in_unit(row[f"payout_{key}"], unit, text.lang) for key in ("q05", "q95"))
        index = MISSING if row["index_mean"] is None else text(
            "parametric.index_band", mean=value_words(row["index_q50"], row["index"], text),
            low=value_words(row["index_q05"], row["index"], text),
            high=value_words(row["index_q95"], row["index"], text))
        status = "" if row["status"] == "in_force" else text.label("cover_status", row["status"])
        cells.append((cover_name(row, text), what_of(row, text), index,
                      status or text.percent(row["p_payout"]),
                      in_unit(row["payout_mean"], unit, text.lang), band,
                      in_unit(row["payout_most"], unit, text.lang)))
    headings = (text("parametric.cover"), text("parametric.index"), text("parametric.expected"),
                text("parametric.p_payout"), text("parametric.mean_of", unit=unit.label),
                text("parametric.band_of", unit=unit.label),
                text("parametric.most_of", unit=unit.label))
    return Table(text("parametric.by_cover", currency=_title(currency, text)), headings,
                 tuple(cells), n_words=3, kind="floods", note=_left(rows, text))


def yearly_table(rows: Sequence[Entry], currency: str, text: Text) -> Table:
    """Return the covers of an event set: average annual payout, how often they pay, the largest."""
    shown = rows[:MOST]
    unit = column_unit([row[key] for row in shown for key in ("aal", "sd")], currency, text.lang)
    large = column_unit([row["largest"] for row in shown], currency, text.lang)
    cells = tuple((
        cover_name(row, text), what_of(row, text),
        text.label("cover_status", row["status"]) if row["status"] == "unknown"
        else in_unit(row["aal"], unit, text.lang),
        in_unit(row["sd"], unit, text.lang), significant(row["payouts_a_year"], text.lang, 2),
        MISSING if row["once_in_yr"] is None else text(
            "ep.years", n=significant(row["once_in_yr"], text.lang, 2)),
        in_unit(row["largest"], large, text.lang)) for row in shown)
    headings = (text("parametric.cover"), text("parametric.index"),
                text("ep.aal_of", unit=unit.label), text("ep.sd_of", unit=unit.label),
                text("parametric.rate"), text("parametric.year_once_in"),
                text("parametric.largest_of", unit=large.label))
    return Table(text("parametric.by_cover", currency=_title(currency, text)), headings, cells,
                 n_words=2, kind="floods", note=_left(rows, text))


def basis_table(rows: Sequence[Entry], stage: str, text: Text) -> Table:
    """Return how payouts follow the losses of the same events, all covers of a currency first."""
    cells = tuple((
        f"{row['cover'] or text('parametric.all_covers')} ({row['currency']})",
        *(MISSING if row[key] is None else number(row[key], text.lang, 2)
          for key in ("correlation_events", "correlation_years")),
        text.percent(row["p_loss_without_payout"]),
        text.percent(row["p_large_loss_without_payout"]),
        text.percent(row["p_payout_without_loss"])) for row in rows[:MOST])
    headings = tuple(text(f"parametric.{name}") for name in (
        "cover", "correlation_events", "correlation_years", "unpaid", "large_unpaid", "unneeded"))
    return Table(text("parametric.basis", stage=text.label("ep_stage", stage)), headings, cells,
                 kind="floods", note=text("parametric.basis_note"))


def readings_table(rows: Sequence[Entry], currency: str, text: Text) -> Table:
    """Return what was read and paid, a row an event and cover that is known."""
    told = [row for row in rows if row["status"] != "unknown"]
    shown = told[:MOST_READINGS]
    unit = column_unit([row["payout"] for row in shown], currency, text.lang)
    cells = tuple((
        row["event_id"], row["date"] or MISSING, cover_name(row, text), what_of(row, text),
        value_words(row["value"], row["index"], text),
        text.label("cover_status", row["status"]) if row["status"] != "in_force"
        else number(row["tier"], text.lang),
        in_unit(row["payout_100"], unit, text.lang), in_unit(row["payout"], unit, text.lang))
        for row in shown)
    headings = (text("parametric.event"), text("parametric.date"), text("parametric.cover"),
                text("parametric.index"), text("parametric.reading"), text("parametric.tier"),
                text("parametric.full_of", unit=unit.label),
                text("parametric.paid_of", unit=unit.label))
    more = len(told) - len(shown)
    return Table(text("parametric.by_reading", currency=_title(currency, text)), headings, cells,
                 n_words=4, kind="floods",
                 note=text("parametric.left_out_readings", n=more) if more else "")


def tiers_table(row: Entry, tiers: Sequence[Entry], chance: str, text: Text) -> Table:
    """Return the tiers of one cover: bounds, payout, chance (which column of a tier; "" none)."""
    cells = tuple((number(tier["tier"], text.lang), tier_words(tier, row["index"], text),
                   pays_words(tier, row["currency"], text), *_chances(tier, chance, text))
                  for tier in tiers)
    more = {"probability": ("probability",), "annual_rate": ("rate", "once_in")}.get(chance, ())
    heads = (text("parametric.tier"), text("parametric.bounds"), _pays_head(row, text),
             *(text(f"parametric.{name}") for name in more))
    title = text("parametric.cover_title", cover=cover_name(row, text), what=what_of(row, text))
    return Table(title, heads, cells, n_words=3,
                 kind="floods")


def _pays_head(row: Entry, text: Text) -> str:
    """Return the heading of what tiers pay: of an event, or a day and for how many."""
    if row["payout_per"] != "day":
        return text("parametric.pays")
    most = row["most_days"]
    return text(f"parametric_days.{'pays' if most is None else 'pays_most'}",
                waiting=f"{row['waiting_days']:g}", most="" if most is None else f"{most:g}")


def _chances(tier: Entry, chance: str, text: Text) -> tuple[str, ...]:
    if chance == "probability":
        return (text.percent(tier[chance]),)
    if not chance:
        return ()
    value = tier[chance]
    if tier["tier"] == 0:
        return MISSING, MISSING
    years = MISSING if not value else text("ep.years", n=significant(1.0 / value, text.lang, 2))
    return significant(value, text.lang, 2), years


def _title(currency: str, text: Text) -> str:
    return currency_title(currency, text.lang)


def _left(rows: Sequence[Entry], text: Text) -> str:
    return text("parametric.left_out", n=len(rows) - MOST) if len(rows) > MOST else ""
