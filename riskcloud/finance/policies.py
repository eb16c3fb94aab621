"""Gross losses of a book: ground-up losses of one event through locations, policies, accounts."""

from dataclasses import dataclass

import numpy as np

from riskcloud.finance.annual import nothing_used, released
from riskcloud.finance.averaging import averaged
from riskcloud.finance.erosion import erode
from riskcloud.finance.program import Program
from riskcloud.finance.sums import summed
from riskcloud.kernels import accounts as kernel
from riskcloud.kernels import levels
from riskcloud.types import Floats, Ints


@dataclass(frozen=True, slots=True)
class EventRows:
    """Where an event strikes: rows of a location and a part of the event, by account and location.

    location, part, perils (n_rows,); group_start: rows of one location; account (n_hit,) and
    account_start (n_hit + 1,): rows of one account. Outcomes are rows of each policy of an account:
    out_start (n_hit + 1,), out_row and out_policy (n_out,).
    """

    location: Ints
    part: Ints
    perils: Ints
    group_start: Ints
    account: Ints
    account_start: Ints
    out_start: Ints
    out_row: Ints
    out_policy: Ints


@dataclass(frozen=True, slots=True)
class Gross:
    """Losses of one event: after_location (n_rows, 4) behind the locations' terms, paid (n_out,) by
    each policy for each row.
    """

    rows: EventRows
    after_location: Floats
    paid: Floats

    def by_location(self, n: int) -> Floats:
        """Return what all policies pay for each location (n,)."""
        return summed(self.rows.location[self.rows.out_row], self.paid, n)


def event_rows(program: Program, location: Ints, part: Ints, unit: Ints | int = 0) -> EventRows:
    """Return the rows of an event, sorted; each location and part once, covered or not.

    unit (n_rows,): ascending where rows are of several events: each has its own accounts.
    """
    account = program.account[location]
    perils = program.perils[location] & np.array(program.parts, dtype=np.int64)[part]
    n_accounts, n_locations = len(program.policy_start) - 1, len(program.account)
    hit, account_start = _runs(unit * n_accounts + account)
    hit = hit % n_accounts
    _, group_start = _runs(unit * n_locations + location)
    n_rows, n_policies = np.diff(account_start), np.diff(program.policy_start)[hit]
    out_start = np.concatenate([[0], np.cumsum(n_rows * n_policies)])
    rows_of = np.repeat(n_rows, n_policies)  # of each policy of each account hit
    within = np.arange(out_start[-1]) - np.repeat(np.cumsum(rows_of) - rows_of, rows_of)
    first = np.repeat(np.cumsum(n_policies) - n_policies, n_policies)
    policy = np.repeat(program.policy_start[hit], n_policies) + np.arange(len(rows_of)) - first
    return EventRows(location, part, perils, group_start, hit, account_start, out_start,
                     np.repeat(np.repeat(account_start[:-1], n_policies), rows_of) + within,
                     np.repeat(policy, rows_of))


def _runs(values: Ints) -> tuple[Ints, Ints]:
    """Return the values of runs of equal ones, and where they start (n_runs + 1,)."""
    if not len(values):
        return values, np.zeros(1, dtype=np.int64)
    begins = np.concatenate([[0], np.flatnonzero(values[1:] != values[:-1]) + 1])
    return values[begins], np.append(begins, len(values)).astype(np.int64)


def struck_rows(program: Program) -> EventRows:
    """Return the rows of an event that strikes every location that covers it (of one part)."""
    covered = (program.perils[program.location] & program.event) != 0
    location = program.location[covered]
    return event_rows(program, location, np.zeros(len(location), dtype=np.int64))


def rows_of_losses(program: Program, location: Ints, part: Ints, coverage: Ints,
                   loss: Floats) -> tuple[EventRows, Floats]:
    """Return the rows of losses given one by one, in any order, and their sums (n_rows, 4)."""
    key = (program.location_start[program.account[location]] + program.local[location]) \
        * len(program.parts) + part
    distinct, row = np.unique(key, return_inverse=True)
    rows = event_rows(program, program.location[distinct // len(program.parts)],
                      distinct % len(program.parts))
    return rows, summed(row * levels.N_COVERAGES + coverage, loss,
                        len(distinct) * levels.N_COVERAGES).reshape(-1, levels.N_COVERAGES)


def gross_losses(program: Program, rows: EventRows, ground_up: Floats,
                 used: Floats | None = None) -> Gross:
    """Return what policies pay of ground-up losses (n_rows, 4).

    Rows of perils that their location does not cover pay nothing. used (n_slots, 5): what earlier
    events of the year have used of terms, changed in place (``annual.nothing_used``); None: the
    event is the only one of its year.
    """
    if used is None:
        used = nothing_used(len(program.follows))
    acts = released(program.follows, used)
    covered = rows.perils != 0
    own = ground_up if covered.all() else ground_up * covered[:, None]
    if program.average is not None:
        own = averaged(program.average, rows.part, rows.location, own)
    shape = (len(own) if program.track else 1, levels.N_COVERAGES)
    loss = np.empty_like(own)
    deducted, over, under = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    given = (rows.group_start, rows.location, rows.perils, own, program.tiv,
             program.location_wanted, program.location_mask, program.location_terms,
             program.location_code, program.participation, program.track, loss, deducted, over,
             under)
    if program.location_slot.size:
        levels.at_locations_of_year(*given, program.location_slot, used, acts)
    else:
        levels.at_locations(*given)
    paid = np.zeros(len(rows.out_row))
    steps = program.steps
    kernel.at_accounts(
        rows.account, rows.account_start, rows.location, rows.perils, loss, deducted, over, under,
        program.tiv, program.perils, program.event, program.location_start, program.location,
        program.local, program.policy_start, program.covered, program.attachment, program.limit,
        program.share, program.account_share, program.policy_steps, program.account_steps,
        steps.kind, steps.mask, steps.wanted, steps.term, steps.code, steps.slot,
        steps.member_start, steps.member, steps.amounts, steps.shares, used, acts, program.track,
        rows.out_start, paid)
    if program.erosion is not None:
        erode(program.erosion, program, rows, paid, used)
    return Gross(rows, loss, paid)


def cells_of(program: Program, rows: EventRows) -> Ints:
    """Return the cell of each outcome of the rows (n_out,), see ``Program``."""
    location = rows.location[rows.out_row]
    account = program.account[location]
    place = rows.out_policy - program.policy_start[account]
    n_here = program.location_start[account + 1] - program.location_start[account]
    pair = program.pair_start[account] + place * n_here + program.local[location]
    return np.asarray(pair * len(program.parts) + rows.part[rows.out_row])


def in_cells(program: Program, found: Gross) -> Floats:
    """Return losses by cell (n_cells,), see ``Program``."""
    out = np.zeros(len(program.pair_policy) * len(program.parts))
    out[cells_of(program, found.rows)] = found.paid
    return out
