"""Event sets compared: rates, distributions, and their tests."""

from dataclasses import replace

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.climate import event_set
from riskcloud.hazard.typhoon.climate.area import Area
from riskcloud.hazard.typhoon.climate.validation import compare_event_sets, sample_of

AREA = Area(108.0, 18.0, 120.0, 27.0)


@pytest.fixture(scope="module")
def observed():
    basis, _ = event_set.prepare(AREA)
    return basis.observed


def rows_of(rows, measure, of=None):
    return [row for row in rows if row["measure"] == measure and of in (None, row["of"])]


def test_the_observed_beside_themselves_do_not_differ(observed):
    rows = compare_event_sets(observed, {"same": observed}, AREA)
    for row in rows:
        if row["observed"] is not None:
            assert row["same"] == row["observed"]
    assert [row["same"] for row in rows_of(rows, "pressure_pa", "ks_p")] == [1.0]
    assert all(row["inside"]["same"] for row in rows_of(rows, "landfalls"))
    assert sum(row["observed"] for row in rows_of(rows, "heading")) == pytest.approx(1.0)
    (storms,) = rows_of(rows, "storms")
    assert storms["low"] < storms["observed"] < storms["high"]
    assert not rows_of(rows, "r_max_m", "ks")  # observed sizes are medians: nothing to test


def test_deeper_storms_are_told_apart(observed):
    deficit = observed.environmental_pressure_pa - observed.central_pressure_pa
    deeper = replace(observed, central_pressure_pa=(
        observed.environmental_pressure_pa - 1.3 * deficit).astype(np.float32))
    rows = compare_event_sets(observed, {"deeper": deeper}, AREA)
    assert rows_of(rows, "pressure_pa", "ks_p")[0]["deeper"] < 1e-3
    median = rows_of(rows, "pressure_pa", "25%")[0]
    assert median["deeper"] < median["observed"]
    severe = [row for row in rows_of(rows, "landfalls") if row["of"].endswith("severe")]
    assert sum(row["deeper"] for row in severe) > sum(row["observed"] for row in severe)


def test_landfalls_have_speed_and_heading_of_their_leg(observed):
    sample = sample_of(observed, AREA)
    assert 2.0 < np.median(sample.speed_m_s) < 9.0
    assert len(sample.heading_deg) == len(sample.segment) == len(sample.r_max_m)
    westward = (sample.heading_deg > 200.0) & (sample.heading_deg < 360.0)
    assert westward.mean() > 0.8  # storms come from the east


def test_a_set_may_not_take_the_name_of_the_observed(observed):
    with pytest.raises(InputError, match="expected one set or more, none named observed"):
        compare_event_sets(observed, {"observed": observed}, AREA)
    with pytest.raises(InputError, match="expected one set or more"):
        compare_event_sets(observed, {}, AREA)
