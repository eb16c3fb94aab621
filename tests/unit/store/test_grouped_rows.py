"""Rows by group, from memory or from disk."""

import numpy as np
import pytest

from riskcloud.kernels.grouping import gather_groups
from riskcloud.store.grouped_rows import GroupedRows


def test_groups_in_order_as_a_stable_sort():
    rng = np.random.default_rng(3)
    group, item, value = rng.integers(0, 7, 200), np.arange(200), rng.random(200)
    own, amount, count = np.empty(200, np.int64), np.empty(200), np.zeros(9, np.int64)
    gather_groups(group, item, value, count, own, amount)
    order = np.argsort(group, kind="stable")
    assert (own == order).all() and (amount == value[order]).all()
    assert list(count) == list(np.searchsorted(group[order], np.arange(9), side="right"))


@pytest.mark.parametrize("run_rows", [17, 1000])
def test_rows_come_back_group_by_group(run_rows):
    rng = np.random.default_rng(5)
    group, item, value = rng.integers(5, 40, 400), rng.integers(0, 1 << 40, 400), rng.random(400)
    with GroupedRows(run_rows=run_rows) as rows:
        for begin in range(0, 400, 60):
            part = slice(begin, begin + 60)
            rows.add(group[part], item[part], value[part])
        rows.close(45)
        for k in range(45):
            own, amount = rows.rows(k)
            assert (own == item[group == k]).all() and (amount == value[group == k]).all()


def test_no_rows_at_all():
    with GroupedRows() as rows:
        rows.close(1)
        assert len(rows.rows(0)[0]) == 0
