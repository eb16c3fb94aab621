"""What holds for any clauses, drawn at random on random books; and a plain twin of them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.exposure.clause_kinds import NUMBERS
from riskcloud.finance.clauses import our_share
from riskcloud.finance.policies import gross_losses, struck_rows
from riskcloud.finance.program import compile_program
from riskcloud.types.terms import LEVEL_MASK, Clauses, Reach

from .test_oed_terms import WTC, make_book, seeds

ALL = LEVEL_MASK[-1]


class Table:
    """Clauses row by row, and what each reaches."""

    def __init__(self):
        self.rows, self.reach = [], {}

    def add(self, kind, places, *, mask=ALL, n_keys=1, **values):
        self.reach.setdefault(kind, []).extend((len(self.rows), p, i) for p, i in places)
        self.rows.append((kind, mask, n_keys, values))

    def made(self, order=None):
        order = np.arange(len(self.rows)) if order is None else order
        rows, new = [self.rows[k] for k in order], np.argsort(order)
        n = len(rows)
        values = {name: np.array([row[3].get(name, np.nan) for row in rows]) for name in NUMBERS}
        reach = {}
        for kind, places in self.reach.items():
            clause, policy, location = (np.array(part, dtype=np.int64) for part in zip(
                *((new[c], p, i) for c, p, i in places), strict=True))
            reach[kind] = Reach(clause, policy, location, np.full(len(clause), WTC))
        return Clauses(tuple(row[0] for row in rows), np.arange(n) + 2,
                       np.array([row[1] for row in rows]), np.full(n, WTC), values,
                       {"Per": ("event",) * n, "Insurer": ("We",) * n},
                       np.array([row[2] for row in rows]), np.zeros(n, np.int64), reach)


def drawn(seed, book, *, levels=LEVEL_MASK):
    """Clauses of every kind: items of one or more locations, disjoint groups, nested sublimits."""
    rng = np.random.default_rng(seed + 1)
    table, loc, acc = Table(), book.locations, book.accounts
    for i in np.flatnonzero(rng.random(len(loc)) < 0.4):
        if rng.random() < 0.5:
            table.add("average", [(-1, i)], mask=int(rng.choice(LEVEL_MASK)), n_keys=2,
                      ShareInsured=rng.uniform(0.1, 1.0))
        else:
            table.add("average", [(-1, i)], n_keys=2, Value=rng.uniform(1.0, 400.0))
    table.add("average", [(-1, i) for i in range(len(loc))], ShareInsured=0.9)
    for i in np.flatnonzero(rng.random(len(loc)) < 0.3):
        kind, values = ("sublimit", {"Amount": rng.uniform(1, 100)}) if rng.random() < 0.5 else (
            "greater_of", {"Amount": rng.uniform(0, 20), "ShareOfLoss": rng.uniform(0, 0.3)})
        table.add(kind, [(-1, i)], mask=int(rng.choice(levels)), **values)
    for p in range(len(acc.account)):
        place = np.flatnonzero(loc.account == acc.account[p])
        group = rng.integers(0, 2, len(place))
        for g in range(2):
            own = [(p, i) for i in place[group == g]]
            if own:
                table.add("greater_of", own, mask=int(rng.choice(levels)),
                          Amount=rng.uniform(0, 50), ShareOfLoss=rng.uniform(0, 0.3),
                          ShareOfInsured=rng.uniform(0, 0.1))
                table.add("sublimit", own, mask=int(rng.choice(levels)),
                          Amount=rng.uniform(20, 300), PerItem=rng.uniform(1, 50),
                          NumberOfItems=float(rng.integers(1, 9)))
        table.add("sublimit", [(p, i) for i in place], ShareOfInsured=rng.uniform(0.1, 1))
        if rng.random() < 0.5:
            table.add("coinsurance", [(p, -1)], Share=rng.uniform(0.1, 1.0), Ours=1.0)
    return table


def gross(book, clauses, factor):
    program = compile_program(book.locations, book.accounts, (WTC,), clauses)
    rows = struck_rows(program)
    found = gross_losses(program, rows, program.tiv[rows.location] * factor)
    return found.by_location(len(book.locations))


@settings(max_examples=15)
@given(seeds, st.floats(0.01, 2))
def test_gross_is_at_most_ground_up_and_rows_come_in_any_order(seed, factor):
    book = make_book(seed)
    table = drawn(seed, book)
    found = gross(book, table.made(), factor)
    assert (found >= 0.0).all()
    assert found.sum() <= book.locations.tiv.sum() * factor * (1 + 1e-9) + 1e-9
    order = np.random.default_rng(seed).permutation(len(table.rows))
    assert gross(book, table.made(order), factor) == pytest.approx(found, rel=1e-9, abs=1e-9)


@settings(max_examples=12)
@given(seeds, st.floats(0.01, 1), st.sampled_from(["Amount", "ShareOfLoss", "ShareOfInsured"]))
def test_a_larger_deductible_and_a_lower_limit_never_raise_a_loss(seed, factor, column):
    book = make_book(seed, minmax=False, behind=(5,))
    table = drawn(seed, book, levels=(ALL,))
    before = gross(book, table.made(), factor).sum()
    for kind, scale in (("greater_of", 1.5), ("sublimit", 0.5)):
        clauses = table.made()
        mine = np.array([one == kind for one in clauses.kind])
        values = {**clauses.values, column: np.where(mine, clauses.values[column] * scale,
                                                     clauses.values[column])}
        after = gross(book, replace(clauses, values=values), factor).sum()
        assert after <= before * (1 + 1e-9) + 1e-9


@settings(max_examples=12)
@given(seeds)
def test_without_clauses_not_a_bit_changes(seed):
    book = make_book(seed)
    assert (gross(book, None, 0.7) == gross(book, Table().made(), 0.7)).all()


@settings(max_examples=12)
@given(seeds, st.floats(0.01, 1))
def test_splitting_a_location_changes_nothing(seed, factor):
    # terms of groups and shares, none of a location's own amount
    rng = np.random.default_rng(seed)
    book = make_book(seed, behind=())
    plain = replace(book.locations.terms, levels={})
    book = replace(book, locations=replace(book.locations, terms=plain))
    table, loc = Table(), book.locations
    table.add("average", [(-1, i) for i in range(len(loc))], Value=float(loc.tiv.sum()) * 1.3)
    for p in range(len(book.accounts.account)):
        own = [(p, i) for i in np.flatnonzero(loc.account == book.accounts.account[p])]
        table.add("greater_of", own, Amount=rng.uniform(0, 50), ShareOfLoss=rng.uniform(0, 0.3))
        table.add("sublimit", own, Amount=rng.uniform(20, 300), ShareOfInsured=0.7)
    whole = gross(book, table.made(), factor)
    n, part = len(loc), rng.uniform(0, 1)
    tiv = np.concatenate([loc.tiv * part, loc.tiv * (1 - part)])
    twice = replace(
        loc, row=np.tile(loc.row, 2), account=np.tile(loc.account, 2), tiv=tiv,
        perils=np.tile(loc.perils, 2),
        terms=replace(plain, owner=np.arange(2 * n), perils=np.tile(plain.perils, 2),
                      row=np.tile(plain.row, 2)),
        tag_of=np.concatenate([loc.tag_of, loc.tag_of + n]), tag=np.tile(loc.tag, 2))
    table.reach = {kind: [*places, *((c, p, i + n) for c, p, i in places)]
                   for kind, places in table.reach.items()}
    split = gross(replace(book, locations=twice), table.made(), factor)
    assert split[:n] + split[n:] == pytest.approx(whole, rel=1e-9, abs=1e-9)


def twin(book, clauses, factor):
    """Return gross losses (n,) of a book without other terms than its clauses, in plain loops."""
    loc, acc, value = book.locations, book.accounts, clauses.values
    loss, covers = loc.tiv * factor, [np.array([mask >> c & 1 == 1 for c in range(4)])
                                      for mask in clauses.mask]
    reach = clauses.reach
    acts = {}
    average = reach["average"]
    for c, i in sorted(zip(average.clause, average.location, strict=True),
                       key=lambda pair: clauses.n_keys[pair[0]]):
        acts |= {(i, k): c for k in np.flatnonzero(covers[c])}
    for c in set(acts.values()):
        for account in range(acc.n_accounts):
            item = [at for at, one in acts.items() if one == c and loc.account[at[0]] == account]
            insured = sum(loc.tiv[at] for at in item)
            ratio = insured / value["Value"][c] if value["Value"][c] > 0 else \
                value["ShareInsured"][c]
            most = insured if value["Value"][c] > 0 else np.inf
            paid = min(ratio, 1.0) * sum(loss[at] for at in item)
            for at in item:
                loss[at] *= min(ratio, 1.0) * (min(1.0, most / paid) if paid > 0.0 else 1.0)

    def act(work, c, places):
        where = np.ix_(places, np.flatnonzero(covers[c]))
        into, tiv = work[where].sum(), loc.tiv[where].sum()
        amounts = {name: np.nan_to_num(value[name][c]) for name in (
            "Amount", "ShareOfLoss", "ShareOfInsured")}
        if clauses.kind[c] == "greater_of":
            out = max(into - max(amounts["Amount"], amounts["ShareOfLoss"] * into,
                                 amounts["ShareOfInsured"] * tiv), 0.0)
        else:
            out = np.nanmin([into, value["Amount"][c], value["ShareOfInsured"][c] * tiv,
                             value["PerItem"][c] * value["NumberOfItems"][c]])
        work[where] *= out / into if into > 0.0 else 0.0

    for kind in ("greater_of", "sublimit"):
        for mask in LEVEL_MASK:
            for c, p, i in zip(reach[kind].clause, reach[kind].policy, reach[kind].location,
                               strict=True):
                if p < 0 and clauses.mask[c] == mask:
                    act(loss, c, [i])
    found = np.zeros(len(loc))
    ours = our_share(clauses, len(acc.account))
    for p in range(len(acc.account)):
        work = np.where((loc.account == acc.account[p])[:, None], loss, 0.0)
        for kind in ("greater_of", "sublimit"):
            groups = {}
            for c, policy, i in zip(reach[kind].clause, reach[kind].policy, reach[kind].location,
                                    strict=True):
                if policy == p:
                    groups.setdefault(int(c), []).append(int(i))
            limit = np.fmin(value["Amount"], value["PerItem"] * value["NumberOfItems"])
            for c, places in sorted(groups.items(), key=lambda item: (
                    len(item[1]), np.nan_to_num(limit[item[0]], nan=np.inf)
                    if kind == "sublimit" else np.inf, min(item[1]))):
                act(work, c, places)
        found += work.sum(axis=1) * (1.0 if ours is None else ours[p])
    return found


@settings(max_examples=15)
@given(seeds, st.floats(0.01, 2))
def test_clauses_are_their_twin(seed, factor):
    book = make_book(seed, behind=())
    loc, acc = book.locations, book.accounts
    n = len(acc.account)
    bare = replace(book, locations=replace(loc, terms=replace(loc.terms, levels={})),
                   accounts=replace(
                       acc, attachment=np.zeros(n), limit=np.zeros(n), share=np.full(n, 0.5),
                       account_share=np.ones(acc.n_accounts), restricts=np.zeros(n, bool),
                       account_terms=replace(acc.account_terms, levels={})))
    clauses = drawn(seed, book).made()
    assert gross(bare, clauses, factor) == pytest.approx(0.5 * twin(bare, clauses, factor),
                                                         rel=1e-9, abs=1e-9)
