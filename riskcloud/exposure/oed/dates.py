"""Dates of OED files: when locations, policies and contracts are in force; periods of contracts."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from riskcloud.exposure.cells import to_dates
from riskcloud.exposure.oed.table import OedTable
from riskcloud.exposure.oed.terms import ANNUAL
from riskcloud.types import Bools, Floats, Ints
from riskcloud.types.terms import Dates, TreatyPeriods

A_DAY = np.timedelta64(86399, "s")
"""An expiry is a date; it is in force up to the last second of it (ours)."""
A_YEAR = 365.0


def read_dates(table: OedTable, prefix: str) -> Dates | None:
    """Return ``prefix``InceptionDate and ExpiryDate (n,) each; None where no row has any.

    Faults: what is no date, an expiry before the inception.
    """
    names = [f"{prefix}InceptionDate", f"{prefix}ExpiryDate"]
    if not any(table.has(name) for name in names):
        return None
    found = []
    for name in names:
        value, bad = to_dates(table.text(name))
        table.fault(bad, name, "expected a date: 2026-07-01")
        found.append(value)
    inception, expiry = found[0], found[1] + A_DAY
    table.fault(expiry < inception, names[1], "before the inception: change one of the dates")
    if np.isnat(inception).all() and np.isnat(expiry).all():
        return None
    return Dates(inception, expiry)


def take(dates: Dates | None, rows: Ints) -> Dates | None:
    """Return the dates of some rows."""
    return None if dates is None else Dates(dates.inception[rows], dates.expiry[rows])


def read_periods(info: OedTable) -> TreatyPeriods:
    """Return what contracts say of time; faults go to the file's log.

    Source: OED 4.0, descriptions of the columns: AggPeriod in days; ReinstatementCharge a share
    each, joined by semicolons, or one for all; UseReinsDates Y where dates are to be considered.
    """
    dates = read_dates(info, "Reins")
    none = np.full(len(info), np.datetime64("NaT", "s"))
    flags = _words(info, "UseReinsDates")
    by_date = np.isin(flags, ["Y", "YES", "1", "TRUE"])
    info.fault(~by_date & ~np.isin(flags, ["", "N", "NO", "0", "FALSE"]), "UseReinsDates",
               "expected Y or N")
    basis = _words(info, "AttachmentBasis")
    info.fault(~np.isin(basis, ["", "LO", "RA"]), "AttachmentBasis",
               "expected LO (losses occurring) or RA (risks attaching)")
    if dates is not None:
        dated = ~(np.isnat(dates.inception) & np.isnat(dates.expiry))
        info.note(dated & ~by_date, "UseReinsDates", "dates of the contract are not looked at: "
                  "say Y for that")
    days = info.number("AggPeriod")
    info.fault(days <= 0.0, "AggPeriod", "expected the days of the period: 365 for a year")
    number = np.where(info.blank("Reinstatement"), -1.0, info.number("Reinstatement"))
    info.fault(number != np.trunc(number), "Reinstatement", "expected a whole number")
    info.note(number == 0.0, "Reinstatement", "the limit is there once a period; leave the cell "
              "blank where it is there for every event")
    info.note(number >= 0.0, "Reinstatement", ANNUAL)
    limits = (info.number("OccLimit") > 0.0) | (info.number("RiskLimit") > 0.0)
    info.fault((number > 0.0) & ~limits, "Reinstatement", "no OccLimit or RiskLimit that could be "
               "reinstated")
    charges, wrong = _charges(info)
    info.fault(wrong, "ReinstatementCharge", "expected a share for each reinstatement, joined by "
               "semicolons (0;0.5;1), or one for all of them")
    premium = info.number("ReinsPremium")
    free = np.array([sum(row) == 0.0 for row in charges], dtype=bool)
    info.note((number > 0.0) & ~free & (premium == 0.0), "ReinsPremium",
              "no premium: reinstatements cost nothing")
    return TreatyPeriods(Dates(none, none) if dates is None else dates, by_date, basis == "RA",
                         days, number.astype(np.int64), tuple(charges), premium)


def take_periods(periods: TreatyPeriods, rows: Ints) -> TreatyPeriods:
    """Return the periods of some contracts."""
    dates = take(periods.dates, rows)
    assert dates is not None
    return TreatyPeriods(dates, periods.by_date[rows], periods.attaching[rows],
                         periods.days[rows], periods.reinstatements[rows],
                         tuple(periods.charges[k] for k in rows), periods.premium[rows])


def _words(info: OedTable, name: str) -> npt.NDArray[Any]:
    text = pc.utf8_upper(pc.utf8_trim_whitespace(info.text(name)))
    return np.asarray(text.to_pylist(), dtype=object)


def _charges(info: OedTable) -> tuple[list[tuple[float, ...]], Bools]:
    """Return the charges of each contract, and where they cannot be read."""
    found, wrong = [], np.zeros(len(info), dtype=bool)
    for k, text in enumerate(info.text("ReinstatementCharge").to_pylist()):
        parts = [part.strip() for part in text.replace("；", ";").split(";") if part.strip()]
        shares: tuple[float, ...] = ()
        try:
            shares = tuple(float(part.rstrip("%")) / (100.0 if part.endswith("%") else 1.0)
                           for part in parts)
        except ValueError:
            wrong[k] = True
        wrong[k] |= any(not 0.0 <= share <= 10.0 for share in shares)
        found.append(shares)
    return found, wrong


def read_hours(table: OedTable) -> Floats | None:
    """Return HoursClause (n,), 0 where there is none; None where no row has any."""
    if not table.has("HoursClause"):
        return None
    hours = table.number("HoursClause", 0.0)
    return hours if hours.any() else None
