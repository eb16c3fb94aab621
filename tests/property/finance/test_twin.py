"""The kernels against a plain twin: the same rules in NumPy, group by group."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.types.terms import LEVEL_MASK

from .test_oed_terms import make_book, run, seeds

LOSS, DEDUCTED, OVER, UNDER = range(4)


def act(items, tiv, level, row):
    """Let a row of terms act on items (n, 4: loss, deducted, over, under); return them."""
    before = items.sum(axis=0)
    loss, deducted, over, under = before
    base = {0: 1.0, 1: loss, 2: tiv.sum()}
    want = level.deductible[row] * base[level.deductible_type[row]]
    if level.deductible_code[row] == 2:
        taken = loss if loss < want else 0.0
    else:
        taken = min(want, loss)
    left, room, total = loss - taken, under + taken, deducted + taken
    high = level.maximum[row] if level.maximum[row] > 0.0 else np.inf
    if total > high:
        back = min(total - high, room)
        left, room, over, total = left + back, room - back, over + total - high - back, high
    elif total < level.minimum[row]:
        lacking = level.minimum[row] - total
        from_over = min(lacking, over)
        from_left = min(lacking - from_over, left)
        left, room, over = left - from_left, room + from_left, over - from_over
        total += from_over + from_left
    cap = level.limit[row] * base[level.limit_type[row]] if level.limit[row] > 0.0 else np.inf
    over, room = over + max(left - cap, 0.0), (0.0 if left > cap else min(room, cap - left))
    left = min(left, cap)
    weight = items[:, LOSS] if loss > 0.0 else items[:, UNDER]
    part = weight / weight.sum() if weight.sum() > 0.0 else np.zeros(len(items))
    new = np.zeros_like(items)
    new[:, LOSS] = left * part
    for column, value in ((DEDUCTED, total), (OVER, over)):
        was = before[column]
        new[:, column] = items[:, column] * value / was if value < was else \
            items[:, column] + (value - was) * part
    new[:, UNDER] = room * new[:, DEDUCTED] / total if total > 0.0 else 0.0
    return new


def twin(book, factor):
    """Return gross losses (n,) of a book at a factor of its sums insured."""
    loc, acc = book.locations, book.accounts
    gross = np.zeros(len(loc))
    for account in range(acc.n_accounts):
        place = np.flatnonzero(loc.account == account)
        tiv = loc.tiv[place]
        items = np.zeros((*tiv.shape, 4))
        items[..., LOSS] = factor * tiv
        for k, i in enumerate(place):
            for level in sorted(loc.terms.levels):
                cover = [c for c in range(4) if LEVEL_MASK[level] >> c & 1]
                items[k, cover] = act(items[k, cover], tiv[k, cover], loc.terms.levels[level], i)
        layers = []
        for policy in np.flatnonzero(acc.account == account):
            own = items.copy()
            tagged = np.isin(place, loc.tag_of)
            if acc.restricts[policy]:
                own[~tagged, :, LOSS] = 0.0
            for rows, member in ((acc.conditions, tagged), (acc.policy_terms,
                                                            np.ones(len(place), bool))):
                for level in sorted(rows.levels):
                    terms = rows.levels[level]
                    if not any(getattr(terms, name)[policy] > 0.0 for name in (
                            "deductible", "minimum", "maximum", "limit")):
                        continue
                    mask = np.array([bool(LEVEL_MASK[level] >> c & 1) for c in range(4)])
                    where = member[:, None] & mask
                    own[where] = act(own[where], tiv[where], terms, policy)
            limit = acc.limit[policy] if acc.limit[policy] > 0.0 else np.inf
            total = own[..., LOSS].sum()
            paid = min(max(total - acc.attachment[policy], 0.0), limit) * acc.share[policy]
            own *= [paid / total if total > 0.0 else 0.0, 0.0, 0.0, 0.0]
            layers.append(own)
        every = np.concatenate([own.reshape(-1, 4) for own in layers])
        insured = np.concatenate([tiv.ravel(), *[0.0 * tiv.ravel()] * (len(layers) - 1)])
        every = act(every, insured, acc.account_terms.levels[5], account)
        every = every.reshape(len(layers), len(place), 4, 4)[..., LOSS].sum(axis=(0, 2))
        gross[place] = every * acc.account_share[account]
    return gross


@settings(max_examples=60)
@given(seeds, st.floats(0, 2), st.booleans())
def test_kernels_are_their_twin(seed, factor, minmax):
    book = make_book(seed, minmax=minmax)
    assert run(book, factor)[1].gross == pytest.approx(twin(book, factor), rel=1e-9, abs=1e-9)
