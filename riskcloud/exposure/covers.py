"""Read index covers: a table in long form, a row a tier; every fault at once, each with its row.

A cover is all rows of a CoverNumber. What holds for the whole cover stands in any of its rows, or
in all alike; a row may name a tier, a place, or both (docs/parametric.md).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from riskcloud.errors import InputError, Problem
from riskcloud.exposure.cells import parse_date
from riskcloud.exposure.codes import code_key, code_table, remedy_for
from riskcloud.exposure.covers_places import PlaceRow, read_place
from riskcloud.exposure.covers_table import Table
from riskcloud.exposure.covers_tiers import TierRow, read_tier, settle_tiers
from riskcloud.exposure.covers_words import (
    COLUMNS,
    INDEX_WORDS,
    PER_WORDS,
    RULE_WORDS,
    unit_factor,
)
from riskcloud.types import Ints
from riskcloud.types.covers import EACH, INDEXES, LARGEST, REPORTED, Covers, Places, Tiers

REQUIRED: Final = ("CoverNumber", "Index", "ThresholdFrom", "Payout|PayoutShare", "Currency")
WHOLE: Final = ("AccNumber", "ClientNumber", "CoverName", "Peril", "Index", "Unit", "PlaceRule",
                "Currency", "EventLimit", "AnnualLimit", "Share", "PayoutPer", "WaitingDays",
                "MostDays", "InceptionDate", "ExpiryDate")
"""Columns of the cover as a whole."""


def read_covers(path: Path, *, skip_bad: bool = False) -> tuple[Covers, tuple[Problem, ...]]:
    """Return the covers of a file, and the faults of those set aside.

    skip_bad : set covers with a faulty row aside whole: without one of its tiers or places a cover
        would be another.

    Raises
    ------
    InputError : every fault at once; with ``skip_bad`` where columns are missing or no cover is
        left.
    """
    table = Table(path, COLUMNS, REQUIRED, "covers")
    rows: dict[str, list[int]] = {}
    for k in range(len(table.row)):
        number = table.cell(k, "CoverNumber")
        if not number:
            table.fault(k, "CoverNumber", "blank: every row says which cover it belongs to")
        rows.setdefault(number, []).append(k)
    found = [_Cover(table, number, own) for number, own in rows.items() if number]
    problems = sorted(table.problems)
    if problems and not skip_bad:
        raise InputError(f"{path}: {len(problems)} problem(s)", problems)
    bad = {one.row for one in problems}
    kept = [one for one in found if not bad & {table.row[k] for k in one.rows}]
    if not kept:
        raise InputError(f"{path}: no cover left", problems)
    return _assembled(kept, table), tuple(problems)


class _Cover:
    """One cover while it is read."""

    def __init__(self, table: Table, number: str, rows: Sequence[int]) -> None:
        self.table, self.number, self.rows = table, number, rows
        self.first = {name: self._first(name) for name in WHOLE}
        word = self._word("Index", INDEX_WORDS)
        self.index = word or "gust_3s"
        about = INDEXES[self.index]
        factor = unit_factor(table.cell(self.first["Unit"], "Unit"), about.unit)
        if factor is None:
            table.fault(self.first["Unit"], "Unit", f"not a unit of this index: write {about.unit}")
        self._check_peril(about.peril)
        self.currency = self._currency()
        self.event_limit = self._limit("EventLimit")
        self.annual_limit = self._limit("AnnualLimit")
        share = table.number(self.first["Share"], "Share", 0.0, 1.0,
                             "a share is a number from 0 to 1 (30 % is 0.3)")
        self.share = 1.0 if np.isnan(share) else share
        self._read_days()
        self._read_dates()
        tiers = [read_tier(table, k, self.index, factor or 1.0, self.event_limit) for k in rows
                 if word and table.cell(k, "ThresholdFrom")]
        self.tiers: list[TierRow] = settle_tiers(table, rows[0], self.index, tiers) if word else []
        self._read_places(about.kind if word else "")
        if self.tiers and self.event_limit < max(tier.pays_end for tier in self.tiers):
            table.notes.append(f"cover {number}: its event limit is below what its last tier pays")

    def _first(self, name: str) -> int:
        """Return the first row that fills a column of the whole cover; others must agree."""
        filled = [k for k in self.rows if self.table.cell(k, name)]
        if not filled:
            return self.rows[0]
        value = self.table.cell(filled[0], name)
        for k in filled[1:]:
            if self.table.cell(k, name) != value:
                self.table.fault(k, name, f"row {self.table.row[filled[0]]} of this cover says "
                                 f"{value!r}: a cover has one")
        return filled[0]

    def _word(self, name: str, known: dict[str, str], default: str = "") -> str:
        """Return what a word means; a fault and "" for no known one, or a blank without default."""
        text = self.table.cell(self.first[name], name)
        found = known.get(code_key(text)) if text else default
        if not found:
            self.table.fault(self.first[name], name, "expected one of "
                             + ", ".join(dict.fromkeys(known.values())))
        return found or ""

    def _check_peril(self, code: str) -> None:
        from riskcloud.exposure.oed.schema import peril_bits

        text = self.table.cell(self.first["Peril"], "Peril")
        if not text:
            return
        bits = peril_bits()
        if text.upper() not in bits:
            self.table.fault(self.first["Peril"], "Peril", "unknown peril: expected an OED code "
                             f"such as {code}")
        elif not bits[text.upper()] & bits[code] and not (
                code == "OSF" and bits[text.upper()] & bits["WW1"]):
            self.table.fault(self.first["Peril"], "Peril", f"index {self.index} belongs to "
                             f"{code}: change the index or the peril")

    def _currency(self) -> str:
        text = self.table.cell(self.first["Currency"], "Currency")
        code = code_table("currency").get(code_key(text)) if text else None
        if code is None:
            self.table.fault(self.first["Currency"], "Currency", remedy_for("currency", text)
                             if text else "blank: expected an ISO 4217 currency code")
        return code or ""

    def _limit(self, name: str) -> float:
        value = self.table.number(self.first[name], name, 0.0)
        if value == 0.0:
            self.table.fault(self.first[name], name, "a limit of 0 pays nothing; leave the cell "
                             "blank for no limit")
        return float("inf") if np.isnan(value) else value

    def _read_days(self) -> None:
        self.per_day = self._word("PayoutPer", PER_WORDS, "event") == "day"
        waiting, most = (self.table.number(self.first[name], name, 0.0)
                         for name in ("WaitingDays", "MostDays"))
        for name, value in (("WaitingDays", waiting), ("MostDays", most)):
            if not self.per_day and not np.isnan(value):
                self.table.fault(self.first[name], name, "days count where PayoutPer is day; "
                                 "without it a payout is for the event")
        self.waiting_days = 0.0 if np.isnan(waiting) else waiting
        self.most_days = float("inf") if np.isnan(most) else most

    def _read_dates(self) -> None:
        self.dates = []
        for name in ("InceptionDate", "ExpiryDate"):
            text = self.table.cell(self.first[name], name)
            day = parse_date(text) if text else None
            if text and day is None:
                self.table.fault(self.first[name], name, "expected a day such as 2017-01-31")
            self.dates.append(np.datetime64("NaT", "s") if day is None else day)
        if self.dates[1] < self.dates[0]:
            self.table.fault(self.first["ExpiryDate"], "ExpiryDate", "ends before it begins")

    def _read_places(self, kind: str) -> None:
        """Read the places, each once; a cover needs one, and a rule where it has several."""
        found: dict[Any, PlaceRow] = {}
        for k in self.rows:
            place = read_place(self.table, k, kind)
            if place is not None:
                found.setdefault(place.key, place)
            elif not self.table.cell(k, "ThresholdFrom"):
                self.table.fault(k, "ThresholdFrom", "a row of a cover names a tier, a place, or "
                                 "both")
        if not found and kind == REPORTED:  # the cover's own number names its readings
            place = PlaceRow(self.number)
            found[place.key] = place
        if not found and kind:
            self.table.fault(self.rows[0], "Longitude", "no place: expected Longitude and Latitude"
                             + ("" if kind == "point" else " with RadiusKm, AreaWKT or AreaFile"))
        self.places = list(found.values())
        self.rule = LARGEST
        if len(found) > 1:
            self.rule = self._word("PlaceRule", RULE_WORDS) or LARGEST
        blank = [np.isnan(place.weight) for place in self.places]
        if any(blank) and not all(blank):
            self.table.fault(self.places[blank.index(True)].at, "PlaceWeight",
                             "blank, but other places of this cover have a weight")
        usual = 1.0 / len(found) if self.rule == EACH and found else 1.0
        self.weight = [usual if none else place.weight
                       for none, place in zip(blank, self.places, strict=True)]
        if self.rule == EACH and not any(blank) and abs(sum(self.weight) - 1.0) > 1e-9:
            self.table.notes.append(f"cover {self.number}: weights of its places sum to "
                                    f"{sum(self.weight):g}, not to 1; they count as written")


def _assembled(covers: Sequence[_Cover], table: Table) -> Covers:
    tiers = [tier for one in covers for tier in one.tiers]
    places = [place for one in covers for place in one.places]

    def floats(name: str, items: Sequence[Any] = covers) -> Any:
        return np.array([getattr(one, name) for one in items], np.float64)

    def starts(counts: Sequence[int]) -> Ints:
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    words = {name: tuple(table.cell(one.first[name], name) for one in covers)
             for name in ("AccNumber", "ClientNumber", "CoverName")}
    dates = np.array([one.dates for one in covers], "datetime64[s]")
    return Covers(
        number=tuple(one.number for one in covers), index=tuple(one.index for one in covers),
        rule=tuple(one.rule for one in covers), currency=tuple(one.currency for one in covers),
        event_limit=floats("event_limit"), annual_limit=floats("annual_limit"),
        share=floats("share"), per_day=np.array([one.per_day for one in covers], bool),
        waiting_days=floats("waiting_days"), most_days=floats("most_days"),
        inception=dates[:, 0], expiry=dates[:, 1],
        tier_start=starts([len(one.tiers) for one in covers]),
        tiers=Tiers(floats("start", tiers), floats("end", tiers), floats("pays", tiers),
                    floats("pays_end", tiers),
                    np.array([table.row[tier.at] for tier in tiers], np.int64)),
        place_start=starts([len(one.places) for one in covers]),
        places=Places(tuple(place.name for place in places), floats("lon", places),
                      floats("lat", places), floats("radius_m", places),
                      tuple(place.area for place in places),
                      np.array([w for one in covers for w in one.weight])),
        words=words, notes=tuple(table.notes), source=str(table.path))
