"""Index covers: never more for less, never above a limit, tiers in parts pay as the whole."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.finance.covers import annual_payouts, event_payouts, tier_payout
from riskcloud.types.covers import Covers, Places, Tiers

seeds = st.integers(0, 2**32 - 1)


def make_covers(rng: np.random.Generator, n: int = 4) -> Covers:
    """Return random covers of one place each, gusts and pressures, steps and linear tiers."""
    counts = rng.integers(1, 6, n)
    index = rng.choice(["gust_3s", "central_pressure"], n)
    parts = []
    for k, name in zip(counts, index, strict=True):
        edges = np.sort(rng.uniform(20.0, 80.0, k + 1))
        pays = np.sort(rng.uniform(0.0, 100.0, 2 * k))
        edges = -(1020.0 - edges) if name == "central_pressure" else edges
        steps = rng.random(k) < 0.5
        parts.append((edges[:-1], edges[1:], pays[::2], np.where(steps, pays[::2], pays[1::2])))
    start, end, low, high = (np.concatenate(part) for part in zip(*parts, strict=True))
    start_of = np.concatenate([[0], np.cumsum(counts)])
    nothing, open_date = np.full(n, np.nan), np.full(n, np.datetime64("NaT", "s"))
    return Covers(
        number=tuple(f"C{k}" for k in range(n)), index=tuple(index), rule=("largest",) * n,
        currency=("CNY",) * n, event_limit=rng.choice([30.0, 1e9], n),
        annual_limit=rng.choice([50.0, np.inf], n), share=np.ones(n),
        per_day=np.zeros(n, bool), waiting_days=np.zeros(n), most_days=np.full(n, np.inf),
        inception=open_date, expiry=open_date, tier_start=start_of,
        tiers=Tiers(start, end, low, high, np.arange(len(start))), place_start=np.arange(n + 1),
        places=Places(("",) * n, nothing, nothing, nothing, (None,) * n, np.ones(n)))


def make_values(covers: Covers, rng: np.random.Generator, size: int) -> np.ndarray:
    value = rng.uniform(0.0, 100.0, (size, len(covers)))
    return np.where([name == "central_pressure" for name in covers.index], 1020.0 - value, value)


@settings(max_examples=25)
@given(seeds)
def test_payouts_rise_with_the_index_and_stay_below_the_limits(seed):
    rng = np.random.default_rng(seed)
    covers = make_covers(rng)
    sign = np.where([name == "central_pressure" for name in covers.index], -1.0, 1.0)
    value = sign * np.sort(sign * make_values(covers, rng, 40), axis=0)
    paid = event_payouts(covers, value)
    assert (np.diff(paid, axis=0) >= 0.0).all()
    assert (paid >= 0.0).all() and (paid <= covers.event_limit).all()
    year = rng.integers(1, 6, len(paid))
    annual = annual_payouts(covers, year, paid)
    sums = np.stack([annual[year == one].sum(axis=0) for one in np.unique(year)])
    full = np.stack([paid[year == one].sum(axis=0) for one in np.unique(year)])
    assert (annual <= paid).all()
    assert sums == pytest.approx(np.minimum(full, covers.annual_limit), rel=1e-12)


@settings(max_examples=25)
@given(seeds)
def test_a_tier_split_in_two_and_tiers_one_by_one_pay_as_the_whole(seed):
    rng = np.random.default_rng(seed)
    covers = make_covers(rng, 1)
    tiers = covers.tiers
    value = make_values(covers, rng, 50)[:, 0]
    whole = tier_payout(covers, 0, value)
    k = int(rng.integers(len(tiers.start)))
    middle = 0.5 * (tiers.start[k] + tiers.end[k])
    level = 0.5 * (tiers.pays[k] + tiers.pays_end[k])
    if tiers.pays[k] != tiers.pays_end[k]:
        split = Tiers(np.insert(tiers.start, k + 1, middle), np.insert(tiers.end, k, middle),
                      np.insert(tiers.pays, k + 1, level), np.insert(tiers.pays_end, k, level),
                      np.insert(tiers.row, k, 0))
        halves = replace(covers, tiers=split, tier_start=np.array([0, len(split.start)]))
        assert tier_payout(halves, 0, value) == pytest.approx(whole, rel=1e-12, abs=1e-9)
    sign = -1.0 if covers.index[0] == "central_pressure" else 1.0
    severe = sign * value
    parts = np.zeros(len(value))
    for j in range(len(tiers.start)):
        here = (severe >= tiers.start[j]) & (
            (severe < tiers.end[j]) if j + 1 < len(tiers.start) else True)
        one = Tiers(*(getattr(tiers, name)[j:j + 1] for name in (
            "start", "end", "pays", "pays_end", "row")))
        parts += np.where(here, tier_payout(replace(covers, tiers=one, tier_start=np.array(
            [0, 1])), 0, value), 0.0)
    assert parts == pytest.approx(whole, rel=1e-12)


@settings(max_examples=10)
@given(seeds)
def test_samples_and_events_are_alike(seed):
    rng = np.random.default_rng(seed)
    covers = make_covers(rng)
    value = make_values(covers, rng, 12)
    cube = value.reshape(4, 3, -1)
    assert event_payouts(covers, cube).reshape(12, -1).tolist() == event_payouts(
        covers, value).tolist()
    year = np.array([1, 2, 1, 1])
    by_sample = [annual_payouts(covers, year, event_payouts(covers, cube[:, k])) for k in range(3)]
    assert np.stack(by_sample, axis=1).tolist() == annual_payouts(
        covers, year, event_payouts(covers, cube)).tolist()
