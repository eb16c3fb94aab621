"""What index covers pay by readings: event after event, within the limits of the year."""

from dataclasses import replace
from typing import Any

import numpy as np

from riskcloud.analysis.parametric.places import in_force
from riskcloud.analysis.parametric.run import OBSERVED, Found, both_languages, loss_table
from riskcloud.analysis.parametric.summary import (
    IN_FORCE,
    NOT_IN_FORCE,
    UNKNOWN,
    described,
    tier_bounds,
)
from riskcloud.exposure.covers_observed import Readings
from riskcloud.finance.covers import (
    annual_payouts,
    event_payouts,
    index_of,
    our_share,
    tier_reached,
)
from riskcloud.types import Bools, Floats, Ints
from riskcloud.types.covers import INDEXES, Covers

UNDATED = "{n} event(s) have no date: all covers are taken to be in force, and one year holds them"
UNUSED = "{n} reading(s) belong to no place of a cover with that index"
SILENT = "cover {number}: no reading of all its places and days: not known whether it pays"

PARTLY = ("{n} payout(s) of a cover in an event not known for want of a reading, and not in what "
          "is due (status unknown in payouts.csv)")


def run_readings(covers: Covers, readings: Readings, source: str) -> Found:
    """Return what covers pay by readings."""
    held = np.asarray(in_force(covers, readings.date), bool)
    full = event_payouts(covers, readings.value, readings.days)
    full = np.where(held, full, 0.0)
    paid = np.empty(full.shape)
    for c in range(len(covers)):  # a cover's year begins on the day of its inception
        paid[:, c] = annual_payouts(_one(covers, c), policy_year(covers, c, readings),
                                    full[:, [c]])[:, 0]
    ours = our_share(covers, paid)
    payouts = _rows(covers, readings, held, full, ours)
    notes = [*covers.notes]
    undated = int(np.isnat(readings.date).sum())
    notes += [UNDATED.format(n=undated)] * (undated > 0)
    notes += [UNUSED.format(n=readings.unused)] * (readings.unused > 0)
    silent: Any = np.isnan(full).all(axis=0)
    notes += [SILENT.format(number=covers.number[c]) for c in np.flatnonzero(silent)]
    missing = int(np.isnan(full[:, ~silent]).sum())
    notes += [PARTLY.format(n=missing)] * (missing > 0)
    rows = []
    for c in range(len(covers)):
        known = ~np.isnan(ours[:, c])
        rows.append(described(covers, c) | {
            "status": UNKNOWN if silent[c] else IN_FORCE if held[:, c].any() else NOT_IN_FORCE,
            "n_events": int(known.sum()), "n_paid": int((ours[known, c] > 0.0).sum()),
            "paid": None if silent[c] else float(np.nansum(ours[:, c]))})
    tiers = [row for c in range(len(covers)) for row in tier_bounds(covers, c)]
    event, cover = np.nonzero(np.nan_to_num(ours) > 0.0)
    table = loss_table(covers, np.array(readings.event, object)[event],
                       np.zeros(len(event), np.int64), cover, ours[event, cover],
                       year=_calendar(readings)[event].astype(np.int32))
    summary = {"way": OBSERVED, "event": {"event_id": source, "name": source},
               "covers_file": covers.source, "n_covers": len(covers),
               "n_members": len(readings.event), "totals": _totals(covers, ours),
               "covers": rows, "tiers": tiers, "payouts": payouts, **both_languages(tuple(notes))}
    return Found(summary, rows, tiers, table, (), {"payouts": payouts})


def policy_year(covers: Covers, c: int, readings: Readings) -> Ints:
    """Return the year of a cover each event falls in (n_events,): from its inception's day on.

    Calendar years where a cover has no inception; 0 for all events without a date.
    """
    begin = covers.inception[c]
    day = readings.date.astype("datetime64[D]")
    year = _calendar(readings)
    if np.isnat(begin):
        return year
    start = begin.astype("datetime64[D]")
    anniversary = start.astype("datetime64[M]").astype(np.int64) % 12 * 31 + (
        start - start.astype("datetime64[M]")).astype(np.int64)
    within = day.astype("datetime64[M]").astype(np.int64) % 12 * 31 + (
        day - day.astype("datetime64[M]")).astype(np.int64)
    return np.where(np.isnat(day), 0, year - (within < anniversary))


def _calendar(readings: Readings) -> Ints:
    year = readings.date.astype("datetime64[Y]").astype(np.int64) + 1970
    return np.where(np.isnat(readings.date), 0, year)


def _one(covers: Covers, c: int) -> Any:
    """Return what ``annual_payouts`` wants of one cover."""
    return replace(covers, annual_limit=covers.annual_limit[[c]])


def _rows(covers: Covers, readings: Readings, held: Bools, full: Floats, ours: Floats,
          ) -> list[dict[str, Any]]:
    """Return a row an event and cover: its index, tier, payout and our part within the year."""
    rows = []
    for i, event in enumerate(readings.event):
        date = readings.date[i]
        for c in range(len(covers)):
            here = covers.places_of(c)
            index = float(index_of(covers, c, readings.value[i, here]))
            known = not np.isnan(full[i, c])
            rows.append({
                "event_id": event, "date": None if np.isnat(date) else str(date)[:10],
                "cover": covers.number[c], "cover_name": covers.words["CoverName"][c],
                "client": covers.words["ClientNumber"][c], "index": covers.index[c],
                "place": described(covers, c)["place"], "value": None if np.isnan(index) else index,
                "unit": INDEXES[covers.index[c]].unit,
                "status": NOT_IN_FORCE if not held[i, c] else IN_FORCE if known else UNKNOWN,
                "tier": int(tier_reached(covers, c, np.array(index))) + 1
                if not np.isnan(index) else None,
                "payout_100": float(full[i, c]) if known else None,
                "payout": float(ours[i, c]) if known else None,
                "currency": covers.currency[c]})
    return rows


def _totals(covers: Covers, ours: Floats) -> list[dict[str, Any]]:
    currency = np.array(covers.currency)
    rows = []
    for name in dict.fromkeys(covers.currency):
        part = ours[:, currency == name]
        known = ~np.isnan(part)
        rows.append({"currency": name, "paid": float(np.nansum(part)),
                     "n_paid": int((np.nan_to_num(part) > 0.0).sum()),
                     "n_known": int(known.any(axis=0).sum()), "n_covers": part.shape[1],
                     "largest": float(np.nanmax(part, initial=0.0))})
    return rows
