"""Weights under a scenario: its factors hold in the mean."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskcloud.errors import InputError, NotFoundError
from riskcloud.hazard.typhoon.climate.scenarios import (
    CATEGORY_4_M_S,
    Scenario,
    change_of,
    list_scenarios,
    load_scenario,
    peak_wind_m_s,
    reweight,
    stronger,
)
from riskcloud.types import EventSet


def events_of(peaks):
    """Two fixes an event, the second the stronger; 100 years."""
    n = len(peaks)
    wind = np.column_stack([0.5 * np.asarray(peaks), peaks]).ravel()
    environment = np.full(2 * n, 100_830.0)
    return EventSet(
        event_id=np.arange(n), annual_rate=np.full(n, 0.01), year=np.arange(n) + 1,
        season=np.full(n, 2000), start=2 * np.arange(n + 1), hour=np.tile([0.0, 6.0], n),
        lon=np.full(2 * n, 114.0), lat=np.full(2 * n, 22.0), max_wind_m_s=wind,
        central_pressure_pa=environment - wind**2, environmental_pressure_pa=environment,
        r_max_m=np.full(2 * n, 4e4), r34_m=np.full(2 * n, 3e5), years=100.0)


PEAKS = np.concatenate([np.linspace(20.0, 58.0, 40), np.linspace(58.2, 80.0, 10)])


@pytest.mark.parametrize("name", list_scenarios())
def test_the_factors_of_every_scenario_hold(name):
    events, wanted = events_of(PEAKS), load_scenario(name)
    rate = reweight(events, name)
    strong = PEAKS >= CATEGORY_4_M_S
    assert rate.sum() == pytest.approx(wanted.frequency * events.annual_rate.sum(), rel=1e-12)
    assert rate[strong].sum() == pytest.approx(
        wanted.frequency_category_4_5 * events.annual_rate[strong].sum(), rel=1e-12)
    found = change_of(events, rate)
    assert found["frequency"] == pytest.approx(wanted.frequency)
    assert found["frequency_category_4_5"] == pytest.approx(wanted.frequency_category_4_5)
    np.testing.assert_array_equal(events.annual_rate, 0.01)  # the present stays


@pytest.mark.parametrize("name", list_scenarios())
def test_stronger_storms_keep_the_rates_of_the_scenario(name):
    events, wanted = events_of(PEAKS), load_scenario(name)
    raised = stronger(events, wanted)
    np.testing.assert_allclose(raised.max_wind_m_s, wanted.intensity * events.max_wind_m_s)
    deficit = events.environmental_pressure_pa - events.central_pressure_pa
    np.testing.assert_allclose(raised.environmental_pressure_pa - raised.central_pressure_pa,
                               wanted.intensity**2 * deficit)
    assert raised.annual_rate.sum() == pytest.approx(
        wanted.frequency * events.annual_rate.sum())
    before = events.annual_rate[peak_wind_m_s(events) >= CATEGORY_4_M_S].sum()
    after = raised.annual_rate[peak_wind_m_s(raised) >= CATEGORY_4_M_S].sum()
    assert after == pytest.approx(wanted.frequency_category_4_5 * before)


@given(peaks=st.lists(st.floats(18.0, 100.0), min_size=1, max_size=40),
       frequency=st.floats(0.5, 1.5), strong=st.floats(0.1, 0.5))
def test_no_weight_is_negative_and_the_total_holds(peaks, frequency, strong):
    events = events_of(peaks)
    wanted = Scenario("x", "x", "x", "x", frequency, strong, 1.0)
    rate = reweight(events, wanted)
    assert (rate >= 0.0).all()
    is_strong = np.asarray(peaks) >= CATEGORY_4_M_S
    total = strong if is_strong.all() else frequency
    assert rate.sum() == pytest.approx(total * events.annual_rate.sum())


def test_without_strong_storms_the_frequency_alone_changes():
    events = events_of([20.0, 30.0])
    np.testing.assert_allclose(reweight(events, "wnp_2c"), 0.01 * 0.8973)
    assert change_of(events, reweight(events, "wnp_2c"))["frequency_category_4_5"] is None


def test_factors_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="the factors do not fit this set"):
        reweight(events_of([20.0, 60.0, 70.0]), Scenario("x", "x", "x", "x", 0.5, 2.0, 1.0))
    with pytest.raises(InputError, match="climate scenario x: expected factors above 0"):
        Scenario("x", "x", "x", "x", 0.0, 1.0, 1.0)


def test_an_unknown_scenario_names_the_known():
    with pytest.raises(NotFoundError, match=r"no climate_scenarios model 'rcp85'; known: .*wnp_2c"):
        reweight(events_of([30.0]), "rcp85")
