"""Sums by group and by account, the same wherever the locations are cut."""

import numpy as np
import pandas as pd
import pytest

from riskcloud.analysis.totals import AccountLosses, Totals

TABLE = pd.DataFrame({
    "currency": ["CNY", "CNY", "CNY", "CNY", "HKD"], "account_id": ["a", "a", "b", "b", "a"],
    "client_id": ["x", "y", "x", "", "x"], "branch": ["n"] * 5,
    "province": ["p", "p", "q", "q", ""],
    "county": [""] * 5, "asset_class": ["substation"] * 5, "tiv": [10.0, 20.0, 30.0, 40.0, 50.0]})
GUST = np.array([30.0, 40.0, 0.0, 10.0, 20.0])


class Writer:
    """Keeps what a LossTableWriter would write."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str, str], np.ndarray] = {}

    def add(self, owners, currency, stage, loss):
        for owner, money, part in zip(owners, currency, loss, strict=True):
            assert (owner, money, stage) not in self.rows
            self.rows[owner, money, stage] = part


def test_groups_keep_currencies_apart_and_leave_blanks_out():
    totals = Totals(TABLE, 2)
    total = np.arange(20.0).reshape(5, 2, 2)
    for first, last in ((0, 1), (1, 4), (4, 5)):
        totals.add(first, total[first:last], total[first:last, :, 0])
    rows = totals.rows("client_id", GUST)
    assert [(row["client_id"], row["currency"]) for row in rows] == [
        ("x", "HKD"), ("x", "CNY"), ("y", "CNY")]
    by_hand = total[[0, 2], :, 0].sum(axis=0)
    assert rows[1]["mean"] == pytest.approx(by_hand.mean())
    assert rows[1]["sd"] == pytest.approx(by_hand.std(ddof=1))
    assert rows[1]["gross_q50"] == pytest.approx(np.median(total[[0, 2], :, 1].sum(axis=0)))
    assert (rows[1]["tiv"], rows[1]["n_locations"], rows[1]["max_gust_3s_m_s"]) == (40.0, 2, 30.0)
    assert totals.rows("county", GUST) == []
    np.testing.assert_allclose(totals.expected[0, :, 0], total[:4, :, 0].sum(axis=0))


@pytest.mark.parametrize("cuts", [(0, 5), (0, 1, 5), (0, 2, 3, 4, 5), (0, 3, 5)])
def test_accounts_are_whole_wherever_they_are_cut(cuts):
    rng = np.random.default_rng(1)
    ground_up = rng.random((5, 3, 4))
    writer = Writer()
    accounts = AccountLosses(TABLE, 3, writer)
    for first, last in zip(cuts[:-1], cuts[1:], strict=True):
        accounts.add(first, ground_up[first:last], 0.5 * ground_up[first:last])
    accounts.close()
    assert sorted(writer.rows) == sorted((owner, money, stage) for owner, money in (
        ("a", "CNY"), ("b", "CNY"), ("a", "HKD")) for stage in ("ground_up", "gross"))
    np.testing.assert_array_equal(writer.rows["b", "CNY", "ground_up"], ground_up[2] + ground_up[3])
    np.testing.assert_array_equal(writer.rows["a", "HKD", "gross"], 0.5 * ground_up[4])
