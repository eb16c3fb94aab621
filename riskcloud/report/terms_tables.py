"""Tables of the page of a loss table behind its terms."""

from collections.abc import Mapping, Sequence
from typing import Any

from riskcloud.report.ep import headline_period
from riskcloud.report.figures import column_unit, in_unit
from riskcloud.report.tables import Table
from riskcloud.report.text import Text

BARS = 8
"""Contracts with a bar of their own, those that recover most; ours."""
_MOST = 20  # rows of a table; the files have all. Ours

Entry = Mapping[str, Any]


def contract_name(row: Entry) -> str:
    """Return how a contract is called: number, kind and name."""
    name = str(row["ReinsName"]).strip()
    return f"{row['ReinsNumber']} {row['ReinsType']}" + (f" {name}" if name else "")


def stages_table(summary: Entry, currency: str, text: Text) -> Table:
    """Return AAL, its standard error, sd, OEP and AEP by stage."""
    period = headline_period(summary)
    annual = [row for row in summary["annual"] if row["key"] == "all"
              and row["currency"] == currency]
    points = [row for row in summary["exceedance"] if row["key"] == "all"
              and row["currency"] == currency and row["return_period_yr"] == period]
    calc = points[0]["calc"] if points else ""
    at = {(row["stage"], row["basis"]): row["loss"] for row in points if row["calc"] == calc}
    small = column_unit([row["aal"] for row in annual], currency, text.lang)
    large = column_unit(list(at.values()), currency, text.lang)
    whole = max((row["aal"] for row in annual if row["stage"] == "ground_up"), default=0.0)
    rows = tuple((
        text.label("ep_stage", row["stage"]), in_unit(row["aal"], small, text.lang),
        in_unit(row["standard_error"], small, text.lang),
        text.percent(row["aal"] / whole) if whole > 0.0 else "–",
        in_unit(row["sd"], large, text.lang),
        in_unit(at.get((row["stage"], "OEP")), large, text.lang),
        in_unit(at.get((row["stage"], "AEP")), large, text.lang)) for row in annual)
    years = f"{period:,g}"
    return Table("", (
        text("terms_report.stage"), text("ep.aal_of", unit=small.label),
        text("terms_report.error_of", unit=small.label), text("terms_report.of_ground_up"),
        text("ep.sd_of", unit=large.label),
        text("terms_report.at", basis="OEP", years=years, unit=large.label),
        text("terms_report.at", basis="AEP", years=years, unit=large.label)), rows, kind="floods")


def contracts_table(contracts: Sequence[Entry], annual: Mapping[str, Entry], currency: str,
                    text: Text) -> Table:
    """Return what each contract recovers in a mean year, those that recover most first."""
    shown = sorted(contracts, key=lambda row: -row["annual_recovery"])[:_MOST]
    unit = column_unit([row["annual_recovery"] for row in shown], currency, text.lang)
    gross = annual["gross"]["aal"]
    premium = [row["annual_reinstatement_premium"] for row in shown]
    own = column_unit(premium, currency, text.lang)
    rows = tuple((
        row["ReinsNumber"], str(row["ReinsName"]).strip() or "–",
        text.label("terms_report_kind", row["ReinsType"]), str(row["InuringPriority"]),
        text.number(row["n_covered"]), in_unit(row["annual_recovery"], unit, text.lang),
        text.percent(row["annual_recovery"] / gross) if gross > 0.0 else "–",
        *((in_unit(cost, own, text.lang),) if any(premium) else ()))
        for row, cost in zip(shown, premium, strict=True))
    left = len(contracts) - len(shown)
    paying = (text("terms_report.premium", unit=own.label),) if any(premium) else ()
    return Table(text("terms_report.by_contract"), (
        text("terms_report.number"), text("terms_report.contract"), text("terms_report.kind"),
        text("terms_report.inuring"), text("terms_report.covered"),
        text("terms_report.recovered", unit=unit.label), text("terms_report.of_gross"), *paying),
        rows,
        n_words=3, kind="floods",
        note=text("terms_report.more_contracts", n=text.number(left)) if left else "")


def events_table(events: Sequence[Entry], currency: str, text: Text, *, has_net: bool) -> Table:
    """Return the largest events by gross loss; has_net: with what contracts recover."""
    unit = column_unit([row["ground_up"] for row in events], currency, text.lang)
    has_years, has_dates = "year" in events[0], "date" in events[0]
    rows = tuple((
        row["event_id"], *((str(row["year"]),) if has_years else ()),
        *((str(row["date"])[:10],) if has_dates else ()),
        in_unit(row["ground_up"], unit, text.lang), in_unit(row["gross"], unit, text.lang),
        *((in_unit(row["gross"] - row["net"], unit, text.lang),
           in_unit(row["net"], unit, text.lang)) if has_net else ())) for row in events)
    told = (text("terms_report.event"), *((text("terms_report.year"),) if has_years else ()),
            *((text("terms_report.date"),) if has_dates else ()))
    amounts = ("loss_ground_up", "loss_gross", "loss_recovered", "loss_net")[:4 if has_net else 2]
    headings = (*told, *(text(f"terms_report.{name}", unit=unit.label) for name in amounts))
    return Table(text("terms_report.largest_of"), headings, rows, n_words=len(told), kind="floods",
                 note=text("terms_report.largest_note"))


def aside_line(summary: Entry, text: Text) -> str:
    """Return how much was set aside, in words."""
    if not summary["problems"]:
        return text("terms_report.nothing_aside")
    aside = summary["set_aside"]
    if not aside.get("locations", 0):
        return text("terms_report.rows_aside", n=text.number(len(summary["problems"])))
    insured = ", ".join(text.money(value, currency)
                        for currency, value in aside.get("tiv", {}).items())
    return text("terms_report.set_aside", n=text.number(len(summary["problems"])),
                locations=text.number(aside.get("locations", 0)), insured=insured or "0")


def faults_table(summary: Entry, text: Text) -> Table | None:
    """Return the first faults of what was set aside; None without one."""
    faults = summary["problems"]
    if not faults:
        return None
    rows = tuple((item["file"], str(item["row"]), item["column"], item["value"], item["reason"])
                 for item in faults[:_MOST])
    left = len(faults) - len(rows)
    return Table(text("terms_report.faults"), tuple(
        text(f"terms_report.{name}") for name in ("file", "row", "column", "value", "reason")),
        rows, n_words=5, note=text("terms_report.more_faults", n=text.number(left)) if left else "")


def unmapped_table(summary: Entry, text: Text) -> Table | None:
    """Return values that no published table knows, with their count; None without one."""
    if not summary["unmapped"]:
        return None
    shown = sorted(summary["unmapped"], key=lambda row: -row["count"])[:_MOST]
    rows = tuple((row["file"], row["column"], row["value"] or "–", text.number(row["count"]))
                 for row in shown)
    left = len(summary["unmapped"]) - len(shown)
    return Table(text("terms_report.unmapped"), tuple(
        text(f"terms_report.{name}") for name in ("file", "column", "value", "count")), rows,
        n_words=3, kind="floods",
        note=text("terms_report.more_unmapped", n=text.number(left)) if left else "")
