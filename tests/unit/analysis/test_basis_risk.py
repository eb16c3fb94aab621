"""Basis risk of index covers, worked by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from riskcloud.analysis.parametric.basis_risk import basis_rows, event_set_losses
from riskcloud.analysis.parametric.yearly import YearlyPayouts
from riskcloud.errors import InputError

EVENTS = SimpleNamespace(event_id=np.array(["a", "b", "c", "d", "e"]),
                         year=np.array([1, 1, 2, 3, 20]))


class Covers(SimpleNamespace):
    def __len__(self):
        return len(self.number)


def test_five_events_of_twenty_years():
    # losses 10, 0, 30, 20, 0; cover A pays 5 for a, 15 for c, 2 for e; B nothing is known of
    covers = Covers(number=("A", "B"), currency=("CNY", "CNY"))
    found = YearlyPayouts(np.array([0, 2, 4]), np.array([[5.0, np.nan], [15.0, np.nan],
                                                         [2.0, np.nan]]), (), ("in_force",
                                                                               "unknown"))
    rows = basis_rows(covers, EVENTS, found, {"CNY": np.array([10.0, 0, 30, 20, 0])}, 20)
    assert [row["cover"] for row in rows] == ["", "A"]
    for row in rows:
        # of three losses one (d) has no payout; of three payouts one (e) no loss; the two largest
        # in 20 years are 30 and 20, one of them unpaid; 22 of 60 comes back
        assert row["p_loss_without_payout"] == pytest.approx(1 / 3)
        assert row["p_payout_without_loss"] == pytest.approx(1 / 3)
        assert (row["large_loss"], row["p_large_loss_without_payout"]) == (20.0, 0.5)
        assert row["payout_to_loss"] == pytest.approx(22 / 60)
        # events a, c, d, e: losses 10, 30, 20, 0, payouts 5, 15, 0, 2: deviations -5, 15, 5, -15
        # and -0.5, 9.5, -5.5, -3.5: 170 / sqrt(500 x 133) = 0.65924
        assert row["correlation_events"] == pytest.approx(170 / np.sqrt(500 * 133))
        assert row["correlation_years"] == pytest.approx(np.corrcoef(
            [10, 30, 20] + [0] * 17, [5, 15, 0] + [0] * 16 + [2])[0, 1])


def test_losses_are_means_over_samples_of_events_of_the_set(tmp_path):
    path = tmp_path / "losses.csv"
    path.write_text("event_id,year,member,stage,currency,loss\nc,2,0,ground_up,CNY,10\n"
                    "c,2,1,ground_up,CNY,30\na,1,0,ground_up,CNY,4\na,1,0,gross,CNY,1\n",
                    encoding="utf-8")
    losses, stage = event_set_losses(path, EVENTS)
    assert stage == "ground_up"
    assert losses["CNY"].tolist() == [2, 0, 20, 0, 0]
    path.write_text("event_id,year,loss\nz,2,10\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        event_set_losses(path, EVENTS)
    assert error.value.problems[0].remedy.startswith("not an event of the set")
