"""Columns of deductibles and limits of one kind (Loc, Cond, Pol, Acc) as terms by level."""

import numpy as np

from riskcloud.exposure.oed.table import OedTable
from riskcloud.types import Bools, Floats, Ints
from riskcloud.types.terms import LEVELS, LevelTerms

_TYPES, _DEDUCTIBLE_CODES, _LIMIT_CODES = (0, 1, 2), (0, 1, 2, 3, 4), (0, 1)
"""What is understood of OED's types and codes. Codes 5 and 6 are not: they name the deductibles of
one country's earthquake pool, and OED does not say how these act."""

ANNUAL = "an annual aggregate: where losses have no year, an event is the only one of its year"
"""Said of terms of a year."""


def read_levels(table: OedTable, prefix: str) -> dict[int, LevelTerms]:
    """Return the terms ``prefix``Ded..., MinDed, MaxDed, Limit... by level; empty levels left out.

    Faults: a type or code unknown, a share above 1, an amount below 1, a minimum above its maximum.
    """
    found = {}
    for k, level in enumerate(LEVELS):
        names = [f"{prefix}{kind}{level}" for kind in ("Ded", "MinDed", "MaxDed", "Limit")]
        if not any(table.has(name) for name in names):
            continue
        amounts = [table.number(name) for name in names]
        if not any(amount.any() for amount in amounts):
            continue
        deductible, minimum, maximum, limit = amounts
        types = [_coded(table, f"{prefix}{kind}Type{level}", _TYPES) for kind in ("Ded", "Limit")]
        _check_kind(table, names[0], deductible, types[0])
        _check_kind(table, names[3], limit, types[1])
        table.fault((minimum > maximum) & (maximum > 0.0), names[1],
                    "a minimum deductible above the maximum: change one of them")
        codes = [_coded(table, f"{prefix}DedCode{level}", _DEDUCTIBLE_CODES),
                 _coded(table, f"{prefix}LimitCode{level}", _LIMIT_CODES)]
        for code, name, amount in zip(codes, ("DedCode", "LimitCode"), (deductible, limit),
                                      strict=True):
            table.note((code == 1) & (amount > 0.0), f"{prefix}{name}{level}", ANNUAL)
        found[k] = LevelTerms(deductible, types[0], codes[0], minimum, maximum, limit, types[1],
                              codes[1])
    return found


def _coded(table: OedTable, name: str, known: tuple[int, ...]) -> Ints:
    if not table.has(name):
        return np.zeros(len(table), dtype=np.int64)
    value = table.number(name)
    odd = ~np.isin(value, known)
    pool = np.isin(value, (5, 6)) & ("DedCode" in name)
    table.fault(odd & pool, name, "the deductible of one country's earthquake pool: OED names it "
                "and does not say how it acts; give it as a regular one (code 0)")
    table.fault(odd & ~pool, name, f"no code that is applied: expected "
                f"{', '.join(map(str, known))}")
    return np.where(odd, 0, value).astype(np.int64)


def _check_kind(table: OedTable, name: str, value: Floats, kind: Ints) -> None:
    share = kind > 0
    table.fault(share & (value > 1.0), name, "its type says a share: expected 0 to 1 (5 % is "
                "0.05), or type 0 for an amount")
    table.fault(~share & ((value > 0.0) & (value < 1.0) | table.percent(name)), name,
                "a share in a column of amounts: give its type, 1 (of the loss) or 2 (of the sum "
                "insured)")


def has_any(levels: dict[int, LevelTerms], n: int) -> Bools:
    """Return where any level has a term (n,)."""
    found = np.zeros(n, dtype=bool)
    for terms in levels.values():
        for amount in (terms.deductible, terms.minimum, terms.maximum, terms.limit):
            found |= amount > 0.0
    return found
