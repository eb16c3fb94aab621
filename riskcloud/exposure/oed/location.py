"""The location file: sums insured, perils, terms and tags of each location."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskcloud.exposure.oed.dates import read_dates
from riskcloud.exposure.oed.keys import codes, first_rows
from riskcloud.exposure.oed.table import OedTable
from riskcloud.exposure.oed.terms import has_any, read_levels
from riskcloud.types import Floats, Ints
from riskcloud.types.terms import Dates, LevelTerms

TIV = ("BuildingTIV", "OtherTIV", "ContentsTIV", "BITIV")
WORDS = ("PortNumber", "AccNumber", "LocNumber", "LocGroup", "CountryCode", "ReinsTag",
         "LocCurrency")


@dataclass(frozen=True, slots=True)
class LocationRows:
    """Columns of a location file, a row each; ``location`` numbers rows of one key alike."""

    location: Ints
    tiv: Floats
    perils: Ints
    term_perils: Ints
    levels: Mapping[int, LevelTerms]
    waiting: Floats | None
    indemnity: Floats | None
    participation: Floats | None
    dates: Dates | None


def read_locations(table: OedTable, account: Ints) -> LocationRows:
    """Return the rows of a location file; faults go to its log. account (n,): of each row."""
    tiv = np.column_stack([table.number(name) for name in TIV])
    perils = table.perils("LocPerilsCovered")
    table.fault(perils == 0, "LocPerilsCovered", "no peril is covered: expected OED codes such as "
                "WTC or AA1")
    levels = read_levels(table, "Loc")
    location = codes(account * (len(table) + 1) + table.words("LocNumber").code)
    waiting, indemnity = _days(table, "BIWaitingPeriod"), _days(table, "BIPOI")
    share = None
    if table.has("LocParticipation"):
        share = table.number("LocParticipation")
        share = None if (share == 1.0).all() else share
        table.note(table.number("LocParticipation") == 0.0, "LocParticipation",
                   "0 pays nothing; leave the cell blank for the whole")
    terms = has_any(dict(levels), len(table))
    term_perils = _term_perils(table, "LocPeril", perils, terms)
    rows = LocationRows(location, tiv, perils, term_perils, levels, waiting, indemnity, share,
                        read_dates(table, "Loc"))
    _check_same(table, rows)
    return rows


def _days(table: OedTable, name: str) -> Floats | None:
    if not table.has(name):
        return None
    days = table.number(name, 0.0)
    return days if days.any() else None


def _term_perils(table: OedTable, name: str, covered: Ints, has_terms: Any) -> Ints:
    """Return the perils of terms; a blank means all that are covered, which is noted."""
    if not table.has(name):
        return covered
    perils = table.perils(name)
    blank = perils == 0
    table.note(blank & has_terms, name, "terms without perils: taken for all that are covered")
    return np.where(blank, covered, perils)


def _check_same(table: OedTable, rows: LocationRows) -> None:
    """Rows of one location may differ by CondTag, and by LocPeril with its terms."""
    if rows.location.max(initial=-1) + 1 == len(table):
        return
    first = first_rows(rows.location)[rows.location]
    differs = (rows.tiv != rows.tiv[first]).any(axis=1) | (rows.perils != rows.perils[first])
    of_perils = perils_code(rows)
    first = first_rows(of_perils)[of_perils]
    for terms in rows.levels.values():
        for name in LevelTerms.__slots__:
            column = getattr(terms, name)
            differs |= column != column[first]
    table.fault(differs, "LocNumber", "a second row of this location with other values: rows of "
                "one location may differ by CondTag, and in their terms by LocPeril")
    tag = table.words("CondTag").code
    pair = codes(of_perils * (int(tag.max(initial=0)) + 1) + tag)
    twice = first_rows(pair)[pair] != np.arange(len(table))
    table.fault(twice & ~differs, "LocNumber", "this location stands twice with the same CondTag "
                "and LocPeril: remove one row")


def perils_code(rows: LocationRows) -> Ints:
    """Return a number for each row, alike for rows of one location with terms of like perils."""
    perils = codes(rows.term_perils)
    return codes(rows.location * (int(perils.max(initial=0)) + 1) + perils)
