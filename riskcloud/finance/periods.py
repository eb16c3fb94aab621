"""Contracts over a period: reinstatements, their premium, and which contracts are in force.

Reinstatements are pro rata as to amount and at 100 % as to time: each restores what was paid, up to
the limit once more, and costs its charge of the premium in the ratio of what it restores to the
limit. Source: OED 4.0, descriptions of Reinstatement, ReinstatementCharge, ReinsPremium (which say
nothing of pro rata: ours, the market's usual wording, from memory); docs/science/terms.md, A year.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from riskcloud.finance.policies import EventRows
from riskcloud.finance.program import Program
from riskcloud.types import Bools, Floats
from riskcloud.types.terms import OedBook, Treaties


@dataclass(frozen=True, slots=True)
class Reinstatements:
    """What contracts pay to have their limit again: limit (n_contracts,), 0 where nothing is
    reinstated, and price (n_contracts, most) of each whole reinstatement, the share placed in it.
    """

    limit: Floats
    price: Floats

    def premium(self, recovered: Floats) -> Floats:
        """Return the premium due (n_contracts,) once so much was recovered in a period."""
        k = np.arange(self.price.shape[1])
        whole = np.where(self.limit > 0.0, self.limit, 1.0)[:, None]
        part = np.clip(recovered[:, None] / whole - k, 0.0, 1.0)
        return np.asarray((part * self.price).sum(axis=1))


def reinstated_limit(treaties: Treaties) -> Floats:
    """Return the limit that is reinstated (n_contracts,): per event, else per risk; 0 for none."""
    amounts = treaties.amounts
    return np.where(amounts["OccLimit"] > 0.0, amounts["OccLimit"], amounts["RiskLimit"])


def period_limits(treaties: Treaties) -> Floats:
    """Return what contracts pay in a period at most (n_contracts,), before the share placed.

    AggLimit, and where a number n of reinstatements is given (1 + n) limits; inf for neither.
    """
    found = np.where(treaties.amounts["AggLimit"] > 0.0, treaties.amounts["AggLimit"], np.inf)
    if treaties.periods is None:
        return found
    number, limit = treaties.periods.reinstatements, reinstated_limit(treaties)
    given = (number >= 0) & (limit > 0.0)
    return np.where(given, np.minimum(found, (1.0 + number) * limit), found)


def reinstatements(treaties: Treaties, placed: Floats) -> Reinstatements | None:
    """Return the reinstatements of contracts; None where none costs anything.

    placed (n_contracts,): the share of limits and premium that is placed.
    """
    periods = treaties.periods
    if periods is None:
        return None
    limit = reinstated_limit(treaties)
    paying = np.array([any(share > 0.0 for share in row) for row in periods.charges], dtype=bool)
    paying &= (periods.reinstatements > 0) & (limit > 0.0) & (periods.premium > 0.0)
    if not paying.any():
        return None
    price = np.zeros((len(treaties), int(periods.reinstatements[paying].max())))
    for k in np.flatnonzero(paying):
        charges = periods.charges[k]
        for i in range(int(periods.reinstatements[k])):
            price[k, i] = charges[min(i, len(charges) - 1)]
        price[k] *= periods.premium[k] * placed[k]
    return Reinstatements(np.where(paying, limit, 0.0), price)


def in_force(treaties: Treaties, when: Any) -> Bools | None:
    """Return which contracts cover an event at a time (n_contracts,); None: all do.

    Losses occurring, by date: inside the contract's dates. Risks attaching: all; which policies
    are theirs does not depend on the event.
    """
    periods = treaties.periods
    if periods is None or np.isnat(when):
        return None
    looks = periods.by_date & ~periods.attaching
    if not looks.any():
        return None
    return np.asarray(~looks | periods.dates.in_force(when))


def attaches(treaties: Treaties, contract: Any, inception: Any) -> Bools:
    """Return whether contracts cover policies by their inception (n,) each.

    Risks attaching, by date: policies that begin in the contract's period; one without an
    inception is covered. All other contracts cover policies of any date.
    """
    periods = treaties.periods
    if periods is None:
        return np.ones(len(contract), dtype=bool)
    looks = (periods.by_date & periods.attaching)[contract]
    outside = (inception < periods.dates.inception[contract]) | (
        inception > periods.dates.expiry[contract])
    return np.asarray(~(looks & outside))


def at_time(book: OedBook, program: Program, rows: EventRows,
            when: Any) -> tuple[Program, EventRows, bool]:
    """Return a program and an event's rows with what is in force at its time (NaT: all).

    Third, whether a location or policy struck was not. A location that is not in force still counts
    in sums insured of which a term is a share.
    """
    outside, dates = False, book.accounts.dates
    if np.isnat(when):
        return program, rows, outside
    if dates is not None:
        covers = dates.in_force(when)
        outside = not covers[rows.out_policy].all()
        if outside:
            program = replace(program, covered=np.where(covers, program.covered, 0))
    if book.locations.dates is not None:
        covers = book.locations.dates.in_force(when)[rows.location]
        if not covers.all():
            outside, rows = True, replace(rows, perils=np.where(covers, rows.perils, 0))
    return program, rows, outside
