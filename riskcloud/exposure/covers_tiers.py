"""Tiers of an index cover: rows to intervals from mild to severe, without gap, overlap or fall."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from riskcloud.exposure.codes import code_key
from riskcloud.exposure.covers_table import Table
from riskcloud.exposure.covers_words import STEP_WORDS, class_of
from riskcloud.types.covers import INDEXES

WHOLE: Final = "a class is a whole number; of decimals of intensity there is instrumental_intensity"


@dataclass(frozen=True, slots=True)
class TierRow:
    """A tier: its row (place in the table), ends times the index's sign, payouts at both ends.

    end NaN: the next tier's start; pays_end NaN: as ``linear`` says.
    """

    at: int
    start: float
    end: float
    pays: float
    pays_end: float
    linear: bool


def read_tier(table: Table, k: int, index: str, factor: float,
              event_limit: float) -> TierRow:
    """Return the tier of a row; what is wrong with its cells is noted."""
    about = INDEXES[index]
    ends = [_threshold(table, k, name, index, factor) for name in ("ThresholdFrom", "ThresholdTo")]
    pays = _payout(table, k, "Payout", "PayoutShare", event_limit)
    pays_end = _payout(table, k, "PayoutTo", "PayoutShareTo", event_limit)
    if not table.cell(k, "Payout") and not table.cell(k, "PayoutShare"):
        table.fault(k, "Payout", "blank: expected what the tier pays, an amount or PayoutShare")
    word = table.cell(k, "Interpolation")
    kind = STEP_WORDS.get(code_key(word)) if word else "step"
    if kind is None:
        table.fault(k, "Interpolation", "expected step or linear")
    linear = kind == "linear"
    if not linear and not np.isnan(pays_end) and word:
        table.fault(k, "Interpolation", "a step pays one amount: leave PayoutTo blank, or say "
                    "linear")
    start, end = about.sign * ends[0], about.sign * ends[1]
    if end < start:
        if about.sign > 0:
            table.fault(k, "ThresholdTo", "ends below its start: swap the two")
        else:  # of pressures both orders are common, and mean the same
            start, end, pays, pays_end = end, start, pays_end, pays
            if np.isnan(pays):
                pays, pays_end = pays_end, pays
    if start == end:
        table.fault(k, "ThresholdTo", "a tier of no width: its end must lie beyond its start")
    return TierRow(k, start, end, pays, pays_end, linear or not np.isnan(pays_end))


def _threshold(table: Table, k: int, name: str, index: str, factor: float) -> float:
    text, about = table.cell(k, name), INDEXES[index]
    named = class_of(index, text)
    if named is not None:
        return named
    value = table.number(k, name) * factor
    if not np.isnan(value) and not about.low <= value <= about.high:
        table.fault(k, name, f"not believed: {about.low:g} to {about.high:g} {about.unit} can be; "
                    "is the unit right?")
        return float("nan")
    if about.whole and not np.isnan(value) and value != round(value):
        table.fault(k, name, WHOLE)
    return value


def _payout(table: Table, k: int, amount: str, share: str, event_limit: float) -> float:
    paid = table.number(k, amount, 0.0)
    part = table.number(k, share, 0.0, 1.0, "a share is a number from 0 to 1 (30 % is 0.3)")
    if table.cell(k, amount) and table.cell(k, share):
        table.fault(k, share, f"{amount} says an amount: give one of the two")
        return float("nan")
    if not np.isnan(part):
        if not np.isfinite(event_limit):
            table.fault(k, share, "a share of EventLimit, which is blank: give the limit, or "
                        "the payout as an amount")
            return float("nan")
        return part * event_limit
    return paid


def settle_tiers(table: Table, row: int, index: str, tiers: Sequence[TierRow],
                 ) -> list[TierRow]:
    """Return the tiers from mild to severe with both ends and payouts; faults are noted.

    An end that is blank is the next tier's start, none of the last. A linear tier without a payout
    at its end rises to what the next one pays at its start.
    """
    if not tiers:
        table.fault(row, "ThresholdFrom", "no tier: every cover pays from some value on")
    # a faulty cell is NaN: it compares with nothing, so that no fault is told twice
    good = sorted((tier for tier in tiers if not np.isnan(tier.start)), key=lambda one: one.start)
    out: list[TierRow] = []
    for k, tier in enumerate(good):
        after = good[k + 1] if k + 1 < len(good) else None
        start, end = (tier.start, after.start if after and np.isnan(tier.end) else tier.end)
        if after is not None and after.start == start:
            table.fault(after.at, "ThresholdFrom", f"row {table.row[tier.at]} begins here too: "
                        "tiers of a cover begin at different values")
        elif after is not None and end > after.start:
            table.fault(after.at, "ThresholdFrom", f"begins before the tier of row "
                        f"{table.row[tier.at]} ends: which pays?")
        elif after is not None and end < after.start:
            table.fault(after.at, "ThresholdFrom", f"between the tier of row "
                        f"{table.row[tier.at]} and this one nothing would be paid: close the gap")
        pays_end = tier.pays_end
        if np.isnan(pays_end):
            pays_end = after.pays if tier.linear and after is not None else tier.pays
            if tier.linear and after is None and not np.isnan(tier.end):
                table.fault(tier.at, "PayoutTo", "blank: a last linear tier needs what it pays "
                            "at its end")
        if tier.linear and after is None and np.isnan(end):
            table.fault(tier.at, "ThresholdTo", "blank: a linear tier needs an end")
        if pays_end < tier.pays:
            table.fault(tier.at, "PayoutTo", "pays less at its severe end than at its mild one")
        if out and tier.pays < out[-1].pays_end:
            table.fault(tier.at, "Payout", f"pays less than the milder tier of row "
                        f"{table.row[out[-1].at]}: is the order right?")
        out.append(replace(tier, end=np.inf if np.isnan(end) else end, pays_end=pays_end))
    return out
