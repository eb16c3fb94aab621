"""Location terms worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskcloud.finance.terms import location_losses, location_terms

VALUE = np.array([[1000.0, 0.0, 500.0, 100.0]])


def gross_of(ratio: float, **columns: float) -> np.ndarray:
    terms = location_terms({name: np.array([float(v)]) for name, v in columns.items()}, VALUE)
    ground_up, gross, total = location_losses(0, np.array([[ratio]]), VALUE, terms)
    np.testing.assert_allclose(ground_up[0, 0], ratio * VALUE[0])
    np.testing.assert_allclose(total[0, 0], [ground_up.sum(), gross.sum()], rtol=1e-12, atol=1e-12)
    return gross[0, 0]


@pytest.mark.parametrize(("columns", "expected"), [
    ({}, [100, 0, 50, 10]),
    ({"ded_building": 30}, [70, 0, 50, 10]),
    # 2 % of the sum insured of the building
    ({"ded_building": 0.02, "ded_building_type": 2}, [80, 0, 50, 10]),
    # 25 % of the loss
    ({"ded_contents": 0.25, "ded_contents_type": 1}, [100, 0, 37.5, 10]),
    ({"limit_building": 60}, [60, 0, 50, 10]),
    # zero in a limit means none
    ({"limit_building": 0}, [100, 0, 50, 10]),
    ({"limit_contents": 0.05, "limit_contents_type": 2}, [100, 0, 25, 10]),
    ({"limit_building": 0.4, "limit_building_type": 1}, [40, 0, 50, 10]),
    # the site: 160 - 40 = 120, shared out in proportion
    ({"ded_all": 40}, [75, 0, 37.5, 7.5]),
    ({"limit_all": 80}, [50, 0, 25, 5]),
    # 5 % of 1600 insured = 80 off, then a limit of 40: half of the half
    ({"ded_all": 0.05, "ded_all_type": 2, "limit_all": 40}, [25, 0, 12.5, 2.5]),
    # both levels: building 100 - 40 = 60, site 60 + 50 + 10 = 120 - 20 = 100
    ({"ded_building": 40, "ded_all": 20}, [50, 0, 50 * 100 / 120, 10 * 100 / 120]),
    ({"ded_all": 1e9}, [0, 0, 0, 0]),
])
def test_terms_of_a_location(columns, expected):
    np.testing.assert_allclose(gross_of(0.1, **columns), expected, rtol=1e-12)


@given(ratio=st.floats(0, 1), ded=st.floats(0, 2000), more=st.floats(0, 2000),
       limit=st.floats(0.01, 3000), ded_kind=st.sampled_from([0, 1, 2]))
def test_gross_never_exceeds_ground_up_nor_grows_with_the_deductible(ratio, ded, more, limit,
                                                                     ded_kind):
    scale = 1.0 if ded_kind == 0 else 1e-4
    low, high = (gross_of(ratio, ded_all=amount * scale, ded_all_type=ded_kind, limit_all=limit)
                 for amount in (ded, ded + more))
    assert np.all(low <= ratio * VALUE[0] + 1e-9)
    assert high.sum() <= low.sum() + 1e-9
    assert low.sum() <= limit + 1e-9


def test_a_sites_share_of_loss_is_of_what_the_coverages_leave():
    # 100 + 100 lost, 50 deducted of the building: 150 enter the site's terms; a fifth off, 120
    terms = location_terms({"ded_building": np.array([50.0]), "ded_all": np.array([0.2]),
                            "ded_all_type": np.array([1.0])}, np.array([[100.0, 0, 100.0, 0]]))
    _, gross, total = location_losses(0, np.ones((1, 1)), np.array([[100.0, 0, 100.0, 0]]), terms)
    assert gross[0, 0] == pytest.approx([40.0, 0.0, 80.0, 0.0])
    assert total[0, 0] == pytest.approx([200.0, 120.0])
