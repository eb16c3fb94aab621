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


def groups_table(annual: Sequence[Entry], points: Sequence[Entry], period: float, currency: str,
                 text: Text, *, title: str, name: str) -> Table:
    """Return the groups of a key: AAL, sd, OEP, AEP and TVaR at a return period, each alone."""
    shown = _largest(annual)
    calc = points[0]["calc"] if points else ""
    at = {(row["name"], row["basis"]): row for row in points
          if row["return_period_yr"] == period and row["calc"] == calc}
    small = column_unit([row["aal"] for row in shown], currency, text.lang)
    large = column_unit([at[row["name"], "AEP"]["loss"] for row in shown], currency, text.lang)
    rows = tuple((
        row["name"] or text("common.not_given"), in_unit(row["aal"], small, text.lang),
        *(in_unit(value, large, text.lang) for value in (
            row["sd"], at[row["name"], "OEP"]["loss"], at[row["name"], "AEP"]["loss"],
            at[row["name"], "AEP"]["tvar"]))) for row in shown)
    headings = (name, text("ep.aal_of", unit=small.label), text("ep.sd_of", unit=large.label),
                *(text("ep.loss_of", basis=basis, unit=large.label) for basis in ("OEP", "AEP")),
                text("ep.tvar_of", basis="AEP", unit=large.label))
    return Table(title, headings, rows, kind="floods", note=_left_out(annual, text))


def _largest(annual: Sequence[Entry]) -> list[Entry]:
    return sorted(annual, key=lambda row: (-row["aal"], row["name"]))[:WORST]


def _left_out(annual: Sequence[Entry], text: Text) -> str:
    return text("ep.left_out") if len(annual) > WORST else ""


def contributions_table(annual: Sequence[Entry], shares: Sequence[Entry], basis: str,
                        period: float, currency: str, text: Text, *, title: str, name: str,
                        together: Sequence[Entry]) -> Table:
    """Return what the groups of a key do to the whole's tail, by basis, at a return period.

    TVaR alone, in the whole (adds up), its share, what diversification saves, and what the whole
    would lose less without the group. together : rows of ``diversification``.
    """
    prefix = "oep_" if basis == "OEP" else ""
    shown = _largest(annual)
    of = {row["name"]: row for row in shares if row["return_period_yr"] == period}
    unit = column_unit([of[row["name"]][f"{prefix}standalone_tvar"] for row in shown], currency,
                       text.lang)

    def cells(row: Entry) -> tuple[str, ...]:
        money = [in_unit(row[prefix + part], unit, text.lang) for part in (
            "standalone_tvar", "co_tvar", "marginal_loss", "marginal_tvar")]
        share, less = (text.percent(row[prefix + part]) for part in (
            "co_tvar_share", "diversification"))
        return money[0], money[1], share, less, money[2], money[3]

    rows = tuple((row["name"] or text("common.not_given"), *cells(of[row["name"]]))
                 for row in shown)
    labels = [text(f"ep_share.{part}", basis=basis, unit=unit.label) for part in (
        "standalone", "co_tvar", "share", "diversification", "marginal", "marginal_tvar")]
    whole = [row for row in together
             if row["basis"] == basis and row["return_period_yr"] == period]
    said = [text("ep_share.together", alone=text.money(row["sum_standalone_tvar"], currency),
                 whole=text.money(row["tvar"], currency),
                 less=text.percent(row["diversification"])) for row in whole]
    return Table(title, (name, *labels), rows, kind="floods",
                 note=" ".join([*said, _left_out(annual, text)]).strip())


def layers_table(layers: Sequence[Entry], currency: str, text: Text) -> Table:
    """Return layers and their cost: expected loss, spread, rate on line, premium."""
    unit = column_unit([row["capped"] for row in layers], currency, text.lang)
    rows = tuple((
        layer_words(row, currency, text),
        *(in_unit(row[part], unit, text.lang) for part in ("uncapped", "capped", "sd")),
        *(text.percent(row[part]) for part in ("rate_on_line", "attaches", "exhausts")),
        in_unit(row["premium"], unit, text.lang)) for row in layers)
    headings = (text("ep_layer.layer"), *(text(f"ep_layer.{part}", unit=unit.label) for part in (
        "uncapped", "capped", "sd", "rate_on_line", "attaches", "exhausts", "premium")))
    return Table(text("ep_layer.title"), headings, rows, kind="floods")


def layer_words(row: Entry, currency: str, text: Text) -> str:
    """Return a layer as people say it: limit in excess of attachment, and what binds the year."""
    def amount(value: float) -> str:
        return text("ep_layer.unlimited") if value == float("inf") else text.money(value, currency)

    words = [text("ep_layer.xs", limit=amount(row["limit"]),
                  attachment=text.money(row["attachment"], currency))]
    if row["aggregate_attachment"] > 0.0 or row["aggregate_limit"] < float("inf"):
        words.append(text("ep_layer.year", limit=amount(row["aggregate_limit"]),
                          attachment=text.money(row["aggregate_attachment"], currency)))
    return "\n".join(words)
