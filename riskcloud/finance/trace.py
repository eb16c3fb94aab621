"""How a location's loss came about: each step of its terms, with the numbers before and after.

The same kernels run, one step at a time, on the account of the location alone.
"""

from dataclasses import dataclass, replace

import numpy as np

from riskcloud.finance.annual import nothing_used, released
from riskcloud.finance.averaging import averaged
from riskcloud.finance.erosion import erode
from riskcloud.finance.policies import EventRows, cells_of, event_rows
from riskcloud.finance.program import STAGES, Program
from riskcloud.kernels import accounts as kernel
from riskcloud.kernels import levels
from riskcloud.kernels.annual import PAID
from riskcloud.types import Bools, Floats, Ints
from riskcloud.types.terms import LEVEL_MASK, LEVELS


@dataclass(frozen=True, slots=True)
class Step:
    """One step: losses of the group it acts on and, of it, of the location asked for.

    stage: average, location, participation, one of program.STAGES (of clauses on each location
    too), layer or account_share. policy: place in the book, -1 for none. level: as OED spells it,
    '' for none. term (8,): see ``kernels.levels``; of a layer attachment, limit and share, of a
    share itself, of average share, sum insured, value and the most paid; empty for others. code: of
    the deductible. row: of the account file or the clauses, 0 where the term is in none or the
    location's. own: what of the group's loss is of the location, before and after; location_in and
    location_out are its whole loss. insured: the group's sum insured. carried: what deductibles
    took of the group's loss before, what limits cut off, and what of the deducted they would let
    back in. place: of the term among location_terms or steps of the program, of average the clause.
    so_far: what earlier events of the year had used of it (columns of ``kernels.annual``), then
    whether the aggregate that it follows was used up; empty where it remembers nothing.
    """

    stage: str
    policy: int
    level: str
    term: tuple[float, ...]
    code: int
    row: int
    group_in: float
    group_out: float
    location_in: float
    location_out: float
    own: tuple[float, float]
    insured: float = 0.0
    carried: tuple[float, float, float] = (0.0, 0.0, 0.0)
    place: int = -1
    so_far: tuple[float, ...] = ()


@dataclass(slots=True)
class _State:
    """Losses of rows (n, 4) on their way; track: with what deductibles took and limits cut off."""

    loss: Floats
    deducted: Floats
    over: Floats
    under: Floats

    def part(self, begin: int, end: int) -> "_State":
        """Return the rows of one policy; changes are seen here."""
        return _State(self.loss[begin:end], self.deducted[begin:end], self.over[begin:end],
                      self.under[begin:end])

    def carried(self, rows: Bools, cover: Bools) -> tuple[float, float, float]:
        """Return the sums of deducted, over and under over some rows and coverages."""
        return (float(self.deducted[rows][:, cover].sum()), float(self.over[rows][:, cover].sum()),
                float(self.under[rows][:, cover].sum()))


@dataclass(frozen=True, slots=True)
class _Year:
    """What terms have used of the year, and which residual deductibles act."""

    used: Floats
    acts: Bools


def trace_location(program: Program, rows: EventRows, ground_up: Floats, location: int,
                   used: Floats | None = None) -> list[Step]:
    """Return the steps of a location's loss in an event, in order, up to its gross loss.

    rows, ground_up (n_rows, 4) and used (not changed) as of ``gross_losses``. Steps of groups
    without the location are left out, and so are those of policies that do not cover it.
    """
    account = int(program.account[location])
    here = np.flatnonzero(program.account[rows.location] == account)
    own = replace(event_rows(program, rows.location[here], rows.part[here]),
                  perils=rows.perils[here])
    given = ground_up[here] * (own.perils != 0)[:, None]
    mine = own.location == location
    used = nothing_used(len(program.follows)) if used is None else used.copy()
    year = _Year(used, released(program.follows, used))
    steps, given = _average(program, own, given, mine)
    more, state = _at_location(program, own, given, location, mine, year)
    steps += more
    n, first = len(here), int(program.policy_start[account])
    n_policies = int(program.policy_start[account + 1]) - first
    every = _State(*(np.zeros((n * n_policies, 4)) for _ in range(4)))
    perils = np.zeros(n * n_policies, dtype=np.int64)
    for k in range(n_policies):
        begin, end = k * n, (k + 1) * n
        perils[begin:end] = own.perils & program.covered[first + k]
        covered = (perils[begin:end] != 0)[:, None]
        for name in _State.__slots__:
            getattr(every, name)[begin:end] = np.where(covered, getattr(state, name), 0.0)
        if not perils[begin:end][mine].any():
            every.loss[begin:end] = _quietly(program, own, every.part(begin, end), first + k,
                                             perils[begin:end], year)
            continue
        steps += _at_policy(program, own, every.part(begin, end), first + k, perils[begin:end],
                            mine, year)
    wide = np.tile(mine, n_policies)
    bounds = program.account_steps[account]
    event = np.bitwise_or.reduce(program.covered[first:first + n_policies]) & program.event
    for s in range(int(bounds[0]), int(bounds[1])):
        steps += _run(program, own, every, s, int(event), perils, wide, -1, year)
    share = float(program.account_share[account])
    if share != 1.0:
        before, mine_before = float(every.loss.sum()), float(every.loss[wide].sum())
        steps.append(Step("account_share", -1, "", (share,), 0, 0, before, before * share,
                          mine_before, mine_before * share, (mine_before, mine_before * share)))
    return steps + _eroded(program, own, every.loss.sum(axis=1) * share, wide, year)


def _eroded(program: Program, own: EventRows, paid: Floats, mine: Bools,
            year: _Year) -> list[Step]:
    """Return the step of sums insured that earlier events have used, where a policy has any.

    paid (n_out,): of the account's rows by policy; its term: what was paid for the location so far.
    """
    erosion = program.erosion
    if erosion is None:
        return []
    slot = np.unique(erosion.pair_slot[cells_of(program, own)[mine] // len(program.parts)])
    slot = slot[slot >= 0]
    if not len(slot):
        return []
    left = paid.copy()
    erode(erosion, program, own, left, year.used.copy())
    before, after = float(paid[mine].sum()), float(left[mine].sum())
    policy = own.out_policy[mine][erosion.policy_slot[own.out_policy[mine]] >= 0]
    return [Step("eroded", -1, "", (float(year.used[slot, PAID].sum()),), 0,
                 int(erosion.row[policy[0]]), float(paid.sum()), float(left.sum()), before, after,
                 (before, after))]


def _average(program: Program, own: EventRows, given: Floats,
             mine: Bools) -> tuple[list[Step], Floats]:
    """Return the steps of average on the location's losses, and all rows behind it."""
    average = program.average
    if average is None:
        return [], given
    out = averaged(average, own.part, own.location, given)
    group, share = (values[own.part, own.location] for values in (average.group, average.share))
    found, now = [], given.copy()
    for item in np.unique(group[mine]):
        if item < 0:
            continue
        here = group == item
        before, into = float(now[mine].sum()), float(given[here].sum())
        now[here] = out[here]
        both = here & mine[:, None]
        found.append(Step(
            "average", -1, "", (float(share[here][0]), float(average.insured[item]),
                                float(average.value[item]), float(average.most[item])), 0, 0, into,
            float(out[here].sum()), before, float(now[mine].sum()),
            (float(given[both].sum()), float(out[both].sum())), place=int(average.clause[item])))
    return found, out


def _at_location(program: Program, own: EventRows, given: Floats, location: int,
                 mine: Bools, year: _Year) -> tuple[list[Step], _State]:
    """Return the steps of the location's own terms, and all rows behind theirs."""
    shape = given.shape if program.track else (1, 4)
    steps: list[Step] = []
    no_share = np.empty(0)
    n_levels = len(program.location_mask)
    state = _State(given.copy(), *(np.zeros(given.shape) for _ in range(3)))
    for k in range(n_levels + 1):
        share = program.participation if k == n_levels else no_share
        last = min(k + 1, n_levels)
        kept = [np.zeros(shape) for _ in range(3)]
        loss = np.empty_like(given)
        parts = (own.group_start, own.location, own.perils, given, program.tiv,
                 program.location_wanted[:last], program.location_mask[:last],
                 program.location_terms[:last], program.location_code[:last], share,
                 program.track, loss, *kept)
        if program.location_slot.size:
            levels.at_locations_of_year(*parts, program.location_slot[:last], year.used.copy(),
                                        year.acts)
        else:
            levels.at_locations(*parts)
        was = _State(*(getattr(state, name).copy() for name in _State.__slots__))
        state.loss[:] = loss
        if program.track:
            state.deducted[:], state.over[:], state.under[:] = kept
        before, after = float(was.loss[mine].sum()), float(loss[mine].sum())
        if k < n_levels and program.location_wanted[k, location] \
                and _acts(program.location_terms[k, location]):
            mask = int(program.location_mask[k])
            cover = _coverages(mask)
            group = mine & ((own.perils & program.location_wanted[k, location]) != 0)
            into, out = (float(part[group][:, cover].sum()) for part in (was.loss, loss))
            of_clause = k - n_levels + len(program.clause_rows)
            steps.append(Step(
                "location" if of_clause < 0 else "greater_of"
                if program.location_code[k, location] == levels.GREATER else "sublimit",
                -1, LEVELS[LEVEL_MASK.index(mask)],
                tuple(program.location_terms[k, location]), int(program.location_code[k, location]),
                0 if of_clause < 0 else int(program.clause_rows[of_clause, location]), into, out,
                before, after, (into, out),
                float(program.tiv[location][cover].sum()), was.carried(group, cover), k,
                _so_far(year, int(program.location_slot[k, location])
                        if program.location_slot.size else -1)))
        elif k == n_levels and len(share) and share[location] != 1.0:
            steps.append(Step("participation", -1, "", (float(share[location]),), 0, 0, before,
                              after, before, after, (before, after)))
    return steps, state


def _so_far(year: _Year, slot: int) -> tuple[float, ...]:
    """Return what a term's slot has used, and whether the aggregate it follows is used up."""
    return () if slot < 0 else (*map(float, year.used[slot]), float(year.acts[slot]))


def _coverages(mask: int) -> Bools:
    return np.array([bool(mask >> c & 1) for c in range(levels.N_COVERAGES)])


def _acts(term: Floats) -> bool:
    """Return whether any of the amounts is a term at all."""
    return bool((term[:4] > 0.0).any() or np.isfinite(term[4:]).any())


def _at_policy(program: Program, own: EventRows, state: _State, policy: int, perils: Ints,
               mine: Bools, year: _Year) -> list[Step]:
    """Let a policy's steps and its layer act; return those that the location is in."""
    event = int(program.covered[policy]) & program.event
    found: list[Step] = []
    for s in range(int(program.policy_steps[policy]), int(program.policy_steps[policy + 1])):
        found += _run(program, own, state, s, event, perils, mine, policy, year)
    attachment, limit = float(program.attachment[policy]), float(program.limit[policy])
    share = float(program.share[policy])
    before, mine_before = float(state.loss.sum()), float(state.loss[mine].sum())
    kernel.through_layer(state.loss, state.deducted, state.over, state.under, attachment, limit,
                         share, program.track)
    after = float(state.loss[mine].sum())
    found.append(Step("layer", policy, "", (attachment, limit, share), 0, 0, before,
                      float(state.loss.sum()), mine_before, after, (mine_before, after)))
    return found


def _quietly(program: Program, own: EventRows, state: _State, policy: int, perils: Ints,
             year: _Year) -> Floats:
    """Return the losses of a policy that does not cover the location, behind its layer."""
    _at_policy(program, own, state, policy, perils, np.zeros(len(perils), dtype=bool), year)
    return state.loss


def _run(program: Program, own: EventRows, state: _State, s: int, event: int, perils: Ints,
         mine: Bools, policy: int, year: _Year) -> list[Step]:
    """Let one step act; return it where the location is in its group, else nothing."""
    account = int(own.account[0])
    places = program.location[program.location_start[account]:program.location_start[account + 1]]
    row_start = np.searchsorted(program.local[own.location], np.arange(len(places) + 1))
    steps, n = program.steps, len(state.loss)
    begin, end = steps.member_start[s]
    group = np.ones(n, dtype=bool)
    if begin >= 0 and steps.kind[s] not in (levels.PAYOUT, levels.YIELD):
        group = np.isin(program.local[own.location], steps.member[begin:end])
    if steps.kind[s] == levels.TERM:
        group = group & ((perils & steps.wanted[s]) != 0)
    cover = _coverages(int(steps.mask[s]))
    before, own_before = (float(state.loss[part][:, cover].sum()) for part in (group, group & mine))
    mine_before, carried = float(state.loss[mine].sum()), state.carried(group, cover)
    so_far = _so_far(year, int(steps.slot[s]))
    kernel.run_steps(
        s, s + 1, steps.kind, steps.mask, steps.wanted, steps.term, steps.code, steps.slot,
        steps.member_start, steps.member, steps.amounts, steps.shares, year.used, year.acts,
        np.arange(n), row_start, places, program.perils, program.tiv, event, state.loss,
        state.deducted, state.over, state.under, perils, program.track)
    if not (group & mine).any():
        return []
    mask, is_term = int(steps.mask[s]), steps.kind[s] == levels.TERM
    here = places if begin < 0 or not is_term else places[steps.member[begin:end]]
    insured = kernel.insured_of(here, program.perils, program.tiv,
                                event & steps.wanted[s] if is_term else event, mask)
    return [Step(
        STAGES[steps.stage[s]], policy,
        LEVELS[LEVEL_MASK.index(mask)] if mask in LEVEL_MASK else "",
        tuple(steps.term[s]) if is_term else (), int(steps.code[s]), int(steps.row[s]), before,
        float(state.loss[group][:, cover].sum()), mine_before, float(state.loss[mine].sum()),
        (own_before, float(state.loss[group & mine][:, cover].sum())), float(insured), carried, s,
        so_far)]
