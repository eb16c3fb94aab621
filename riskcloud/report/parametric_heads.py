"""The tiles of the page of index covers: of one event, of years, of readings."""

from collections.abc import Mapping
from typing import Any

from riskcloud.report.ep import headline_period
from riskcloud.report.ep_tables import of_book
from riskcloud.report.figures import currency_title
from riskcloud.report.text import Text

Entry = Mapping[str, Any]


def _tiles(currency: str, text: Text, *tiles: tuple[str, str, str]) -> dict[str, str]:
    """Return label, value and the line under it of three tiles, and their currency."""
    names = (f"{place}{part}" for place in ("first", "second", "third")
             for part in ("_label", "", "_under"))
    return {"currency": currency_title(currency, text.lang),
            **dict(zip(names, (word for tile in tiles for word in tile), strict=True))}


def of_event(summary: Entry, text: Text) -> list[dict[str, str]]:
    """Return expected payout, its chance and the largest drawn."""
    return [_tiles(
        row["currency"], text,
        (text("parametric.mean"), text.money(row["payout_mean"], row["currency"]),
         text("parametric.band", band=text.money_range(
             row["payout_q05"], row["payout_q95"], row["currency"]))),
        (text("parametric.any"), text.percent(row["p_payout"]),
         text("parametric.of_covers", known=row["n_known"], n=row["n_covers"])),
        (text("parametric.most"), text.money(row["payout_most"], row["currency"]),
         text("parametric.most_note"))) for row in summary["totals"] if row["n_known"]]


def of_years(summary: Entry, text: Text) -> list[dict[str, str]]:
    """Return average annual payout, and those of a return period: largest event, whole year."""
    period, found = headline_period(summary), []
    for currency in known_currencies(summary):
        annual = of_book(summary["annual"], currency, "gross")[0]
        at = {row["basis"]: row for row in of_book(summary["exceedance"], currency, "gross")
              if row["return_period_yr"] == period}
        found.append(_tiles(
            currency, text,
            (text("parametric.aal"), text.money(annual["aal"], currency), text(
                "parametric.error", error=text.money(annual["standard_error"], currency),
                sd=text.money(annual["sd"], currency))),
            *((text(f"parametric.{basis.lower()}", years=f"{period:,g}"),
               text.money(at[basis]["loss"], currency),
               text("ep.tvar_note", tvar=text.money(at[basis]["tvar"], currency)))
              for basis in ("OEP", "AEP"))))
    return found


def known_currencies(summary: Entry) -> list[str]:
    """Return the currencies of an event set that have a cover whose index is known."""
    told = {row["currency"] for row in summary["covers"] if row["status"] != "unknown"}
    return [currency for currency in summary["currencies"] if currency in told]


def of_readings(summary: Entry, text: Text) -> list[dict[str, str]]:
    """Return what was paid, how often, and the largest payout."""
    return [_tiles(
        row["currency"], text,
        (text("parametric.paid"), text.money(row["paid"], row["currency"]),
         text("parametric.paid_note")),
        (text("parametric.n_paid"), text.number(row["n_paid"]),
         text("parametric.of_covers", known=row["n_known"], n=row["n_covers"])),
        (text("parametric.largest"), text.money(row["largest"], row["currency"]),
         text("parametric.largest_note"))) for row in summary["totals"] if row["n_known"]]
