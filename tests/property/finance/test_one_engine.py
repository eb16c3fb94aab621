"""The terms of a location as ``forecast`` applies them are what this engine gives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.finance.program import term_rows
from riskcloud.finance.terms import location_losses, location_terms
from riskcloud.kernels import levels
from riskcloud.types.terms import LevelTerms


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_location_terms_of_both_engines(seed, site_alone):
    rng = np.random.default_rng(seed)
    n = 12
    value = rng.uniform(0, 100, (n, 4))
    columns = {}
    names = ("all",) if site_alone else ("building", "other", "contents", "bi", "all")
    for name in names:
        for term, top in (("ded", 0.5), ("limit", 1.0)):
            kind = rng.choice((0, 1, 2), n).astype(float)
            amount = np.where(kind == 0.0, rng.uniform(0, 60, n), rng.uniform(0, top, n))
            columns |= {f"{term}_{name}": amount * (rng.random(n) < 0.7),
                        f"{term}_{name}_type": kind}
    ratio = rng.uniform(0, 1, (n, 3))
    _, gross, _ = location_losses(0, ratio, value, location_terms(columns, value))
    masks = {"building": 1, "other": 2, "contents": 4, "bi": 8, "all": 15}
    zero, none = np.zeros(n), np.zeros(n, dtype=np.int64)
    rows = np.stack([term_rows(LevelTerms(
        columns[f"ded_{name}"], columns[f"ded_{name}_type"].astype(int), none, zero, zero,
        columns[f"limit_{name}"], columns[f"limit_{name}_type"].astype(int), none))
        for name in names])
    for member in range(3):
        ours, small = np.empty((n, 4)), np.zeros((1, 4))
        levels.at_locations(
            np.arange(n + 1), np.arange(n), np.ones(n, np.int64), ratio[:, member, None] * value,
            value, np.ones((len(names), n), np.int64), np.array([masks[name] for name in names]),
            rows, np.zeros((len(names), n), np.int64), np.empty(0), False, ours, small, small,
            small)
        assert ours == pytest.approx(gross[:, member], rel=1e-12, abs=1e-12)
