"""What holds for every curve that ships: bounded, monotone, ordered."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.catalog import list_cards
from riskcloud.vulnerability.curve import Fragility
from riskcloud.vulnerability.design import design_gust_3s
from riskcloud.vulnerability.library import load_curve

ALL = list_cards("vulnerability")
names = st.sampled_from(ALL)
winds = st.floats(0.0, 300.0)
factors = st.floats(0.2, 5.0)


@given(name=names, low=winds, step=st.floats(0.0, 50.0), factor=factors)
@settings(max_examples=300, deadline=None)
def test_stronger_wind_never_less_damage(name, low, step, factor):
    curve = load_curve(name)
    scale = 0.01 if curve.measure == "gust_ratio" else 1.0
    ratios = curve.mean_ratio(np.array([low, low + step]) * scale, factor)
    assert 0.0 <= ratios[0] <= ratios[1] + 1e-15 <= 1.0 + 2e-15


@given(name=names, wind=winds, factor=factors, more=st.floats(1.0, 3.0))
@settings(max_examples=300, deadline=None)
def test_more_capacity_never_more_damage(name, wind, factor, more):
    curve = load_curve(name)
    x = wind * (0.01 if curve.measure == "gust_ratio" else 1.0)
    assert curve.mean_ratio(x, factor * more) <= curve.mean_ratio(x, factor) + 1e-15


@given(name=names, wind=winds, factor=factors)
@settings(max_examples=200, deadline=None)
def test_worse_states_are_never_more_likely(name, wind, factor):
    curve = load_curve(name)
    if isinstance(curve, Fragility):
        reached = curve.evaluate(wind, factor)
        assert (np.diff(reached) <= 0.0).all()
        assert curve.mean_ratio(wind, factor) <= reached[0] + 1e-15


@pytest.mark.parametrize("name", ALL)
def test_calm_and_infinite_wind_are_finite_and_nan_survives(name):
    ratios = load_curve(name).mean_ratio(np.array([0.0, np.inf, np.nan]))
    assert 0.0 <= ratios[0] < 1e-9
    assert 0.0 < ratios[1] <= 1.0
    assert np.isnan(ratios[2])


@given(wind=st.floats(10.0, 60.0), averaging=st.floats(3.0, 3600.0),
       height=st.floats(5.0, 100.0), terrain=st.sampled_from("ABCD"))
@settings(max_examples=200, deadline=None)
def test_design_gust_rises_with_the_period_and_falls_with_the_height(wind, averaging, height,
                                                                     terrain):
    gust = design_gust_3s(wind, averaging_s=averaging, height_m=height, terrain=terrain)
    longer = design_gust_3s(wind, averaging_s=min(averaging * 1.5, 3600.0), height_m=height,
                            terrain=terrain)
    higher = design_gust_3s(wind, averaging_s=averaging, height_m=height * 1.2, terrain=terrain)
    assert longer >= gust > higher > 0.0
