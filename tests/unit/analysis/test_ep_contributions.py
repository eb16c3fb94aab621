"""What diversification saves, of groups' losses in the tail."""

import pytest

from riskcloud.analysis.ep.contributions import diversification


def row(name, alone, share):
    return {"key": "peril", "name": name, "currency": "CNY", "stage": "gross",
            "return_period_yr": 100.0, "standalone_tvar": alone, "co_tvar": share,
            "oep_standalone_tvar": alone, "oep_co_tvar": share}


def test_one_group_saves_nothing_whatever_the_rounding():
    assert [one["diversification"] for one in diversification([row("WTC", 0.3, 0.1 + 0.2)])] == [
        0.0, 0.0]


def test_two_groups_save_what_their_sum_lacks():
    found = diversification([row("WTC", 6.0, 5.0), row("QEQ", 4.0, 3.0)])
    assert found[0]["diversification"] == pytest.approx(0.2)
