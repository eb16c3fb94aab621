"""Tables of the page of loss statistics: rows of words and figures, ready to print."""

from collections.abc import Mapping, Sequence
from typing import Any

from riskcloud.report.figures import MISSING, MoneyUnit, column_unit, in_unit
from riskcloud.report.tables import Table
from riskcloud.report.text import Text

WORST = 20
"""Groups in a table, the largest by AAL; ours."""

Entry = Mapping[str, Any]


def of_book(rows: Sequence[Entry], currency: str, stage: str, key: str = "all") -> list[Entry]:
    """Return the rows of one currency, stage and key."""
    return [row for row in rows if (row["currency"], row["stage"], row["key"])
            == (currency, stage, key)]


def periods_table(points: Sequence[Entry], calc: str, currency: str, text: Text) -> Table:
    """Return OEP and AEP losses with TVaR and band, a row a return period."""
    rows_of = [row for row in points if row["calc"] == calc]
    periods = sorted({row["return_period_yr"] for row in rows_of})
    at = {(row["basis"], row["return_period_yr"]): row for row in rows_of}
    unit = column_unit([row[name] for row in rows_of for name in ("loss", "tvar")], currency,
                       text.lang)
    banded = any(row["loss_low"] is not None and row["loss_low"] == row["loss_low"]
                 for row in rows_of)

    def cells(row: Entry) -> tuple[str, ...]:
        band = (_band(row, unit, text),) if banded else ()
        return (in_unit(row["loss"], unit, text.lang), *band,
                in_unit(row["tvar"], unit, text.lang))

    rows = tuple((text("ep.years", n=f"{years:,g}"), *cells(at["OEP", years]),
                  *cells(at["AEP", years])) for years in periods)
    names = ("loss_of", "band_of", "tvar_of") if banded else ("loss_of", "tvar_of")
    headings = (text("ep.period"), *(text(f"ep.{name}", basis=basis, unit=unit.label)
                                     for basis in ("OEP", "AEP") for name in names))
    return Table(text(f"ep.by_period_{calc}"), headings, rows, kind="floods")


def _band(row: Entry, unit: MoneyUnit, text: Text) -> str:
    low, high = row["loss_low"], row["loss_high"]
    if low is None or low != low:
        return MISSING
    first = in_unit(low, unit, text.lang)
    if high is None or high != high:
        return text("ep.from", low=first)
    return f"{first} – {in_unit(high, unit, text.lang)}"


def groups_table(annual: Sequence[Entry], points: Sequence[Entry], shares: Sequence[Entry],
                 period: float, currency: str, text: Text, *, title: str, name: str) -> Table:
    """Return the groups of a key: AAL, sd, AEP and OEP at a return period, share of the tail."""
    shown = sorted(annual, key=lambda row: (-row["aal"], row["name"]))[:WORST]
    calc = points[0]["calc"] if points else ""
    at = {(row["name"], row["basis"]): row for row in points
          if row["return_period_yr"] == period and row["calc"] == calc}
    of = {row["name"]: row for row in shares if row["return_period_yr"] == period}
    small = column_unit([row["aal"] for row in shown], currency, text.lang)
    large = column_unit([at[row["name"], "AEP"]["loss"] for row in shown], currency, text.lang)
    rows = tuple((
        row["name"] or text("common.not_given"), in_unit(row["aal"], small, text.lang),
        in_unit(row["sd"], large, text.lang),
        in_unit(at[row["name"], "OEP"]["loss"], large, text.lang),
        in_unit(at[row["name"], "AEP"]["loss"], large, text.lang),
        in_unit(of[row["name"]]["co_tvar"], large, text.lang),
        text.percent(of[row["name"]]["co_tvar_share"]),
        in_unit(of[row["name"]]["marginal_loss"], large, text.lang)) for row in shown)
    headings = (name, text("ep.aal_of", unit=small.label), text("ep.sd_of", unit=large.label),
                text("ep.loss_of", basis="OEP", unit=large.label),
                text("ep.loss_of", basis="AEP", unit=large.label),
                text("ep.co_tvar", unit=large.label), text("ep.co_tvar_share"),
                text("ep.marginal", unit=large.label))
    return Table(title, headings, rows, kind="floods",
                 note=text("ep.left_out") if len(annual) > len(shown) else "")
