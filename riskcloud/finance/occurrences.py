"""Hours clauses: an event that lasts longer than a policy's hours is several occurrences for it.

Definition (ours; wordings let the reinsured choose where a period begins, from memory): losses of
one event in an account are one occurrence as long as they fall within its hours of the first of
them; the first loss behind these begins the next. Each occurrence bears the terms of an event of
its own, in order of time. Losses of different events are never one occurrence.

Source: OED 4.0, description of HoursClause: "limits the time in which claims can be added up and
assigned to one event"; docs/science/terms.md, A year.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from riskcloud.finance.policies import EventRows, cells_of, gross_losses, rows_of_losses
from riskcloud.finance.program import Program
from riskcloud.kernels.hours import split_by_hours
from riskcloud.types import Floats, Ints
from riskcloud.types.terms import AccountBook

Listed = tuple[Ints, Ints, Ints, Floats]
"""Losses one by one: location, part, coverage and loss of each (n_losses,)."""
AN_HOUR = 3600.0
_NAT = np.datetime64("NaT", "s").astype(np.int64)


def hours_of(accounts: AccountBook) -> Floats | None:
    """Return the hours of each account (n_accounts,), the shortest of its policies; 0 for none."""
    if accounts.hours is None:
        return None
    found = np.full(accounts.n_accounts, np.inf)
    given = accounts.hours > 0.0
    np.minimum.at(found, accounts.account[given], accounts.hours[given])
    return np.where(np.isfinite(found), found, 0.0)


def occurrences(account: Ints, seconds: Ints, hours: Floats) -> Ints:
    """Return the occurrence that each loss (n,) of an event belongs to in its account, from 0.

    seconds : since any moment, NaT for the earliest; hours (n_accounts,): 0 where there is no
    clause.
    """
    known = seconds != _NAT
    seconds = np.where(known, seconds, seconds[known].min() if known.any() else 0)
    order = np.lexsort((seconds, account))
    own = account[order]
    start = np.append(np.flatnonzero(np.append(True, own[1:] != own[:-1])[:len(own)]), len(own))
    found = np.zeros(len(account), dtype=np.int64)
    split_by_hours(start, seconds[order], (hours[own[start[:-1]]] * AN_HOUR).astype(np.int64),
                   found)
    out = np.empty_like(found)
    out[order] = found
    return out


def paid_by_occurrence(program: Program, rows: EventRows, numbers: Ints,
                       losses: Listed, used: Floats) -> Floats:
    """Return what policies pay of an event for each outcome of its rows (n_out,), all occurrences
    together.

    numbers (n_losses,): of ``occurrences``; losses: location, part, coverage, loss of each; used:
    see ``gross_losses``. The rows' perils are those in force.
    """
    cell = cells_of(program, rows)
    order = np.argsort(cell)
    paid = np.zeros(len(cell))
    for part, ground_up in split(program, rows, numbers, losses):
        found = gross_losses(program, part, ground_up, used)
        paid[order[np.searchsorted(cell[order], cells_of(program, part))]] += found.paid
    return paid


def split(program: Program, rows: EventRows, numbers: Ints,
          losses: Listed) -> Iterator[tuple[EventRows, Floats]]:
    """Yield the rows of each occurrence in order, and the sums of its losses."""
    location, part, coverage, loss = losses
    n_parts = len(program.parts)
    whole = rows.location * n_parts + rows.part
    order = np.argsort(whole)
    for number in range(int(numbers.max(initial=-1)) + 1):
        here = numbers == number
        own, ground_up = rows_of_losses(program, location[here], part[here], coverage[here],
                                        loss[here])
        at = order[np.searchsorted(whole[order], own.location * n_parts + own.part)]
        yield replace(own, perils=rows.perils[at]), ground_up
