"""Hours over land, the decay they bring, and winds of tracks that cross other land."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskcloud.catalog import list_cards, load_card
from riskcloud.errors import InputError, NotFoundError
from riskcloud.hazard.typhoon.land_decay import (
    COAST_H,
    background_wind_m_s,
    decay_factor,
    decayed_wind_m_s,
    hours_over_land,
    load_decay,
    with_land_exposure,
)
from riskcloud.hazard.typhoon.land_decay_fit import fit_decay, fixes_after_landfall
from riskcloud.types import Floats
from riskcloud.units import KNOT

MODELS = ("kaplan_demaria_1995", "south_china")


def test_open_sea_is_no_land_and_inland_is_all_land() -> None:
    hour = np.array([0.0, 6.0, 18.0])
    sea = hours_over_land([130.0, 128.0, 126.0], [18.0, 18.0, 18.0], hour)
    inland = hours_over_land([112.0, 111.0, 110.0], [25.0, 25.5, 26.0], hour)
    np.testing.assert_array_equal(sea, 0.0)
    np.testing.assert_array_equal(inland, hour)


def test_hours_begin_where_the_path_meets_the_coast() -> None:
    # due north along 112.0 E at 0.3 degrees an hour; the mask's coast there is near 21.8 N
    found = hours_over_land([112.0, 112.0], [20.3, 23.3], [0.0, 10.0], step_h=0.02)
    assert found[0] == 0.0
    assert found[1] == pytest.approx((23.3 - 21.8) / 0.3, abs=0.5)
    coarse = hours_over_land([112.0, 112.0], [20.3, 23.3], [0.0, 10.0])
    assert coarse[1] == pytest.approx(found[1], abs=0.25)


def test_fixes_between_change_nothing_and_islands_stay_counted() -> None:
    lon, hour = np.array([125.0, 119.0, 116.0]), np.array([0.0, 24.0, 36.0])
    few = hours_over_land(lon, np.full(3, 17.0), hour)
    when = np.arange(0.0, 37.0, 6.0)
    many = hours_over_land(np.interp(when, hour, lon), np.full(len(when), 17.0), when)
    assert few[1] > 4.0  # Luzon
    assert few[2] == few[1]
    np.testing.assert_allclose(many[[0, 4, 6]], few)


def test_many_storms_at_once_are_each_as_alone_and_fast() -> None:
    random = np.random.default_rng(5)
    lon = 125.0 + np.cumsum(random.normal(-1.0, 0.4, (500, 20)), axis=1)
    lat = 17.0 + np.cumsum(random.normal(0.3, 0.3, (500, 20)), axis=1)
    hour = 6.0 * np.arange(20)
    began = time.perf_counter()
    together = hours_over_land(lon, lat, hour)
    assert time.perf_counter() - began < 2.0  # 0.03 s on the machine this was written on
    for k in (0, 17, 499):
        np.testing.assert_array_equal(hours_over_land(lon[k], lat[k], hour), together[k])
    assert np.all(np.diff(together, axis=1) >= 0.0)
    assert np.all(together <= hour)
    assert together.max() > 6.0


def test_one_fix_and_repeated_times() -> None:
    np.testing.assert_array_equal(hours_over_land([112.0], [25.0], [3.0]), [0.0])
    assert hours_over_land(np.empty((0, 4)), np.empty((0, 4)), np.arange(4.0)).shape == (0, 4)
    twice = hours_over_land([112.0, 112.0, 112.1], [25.0, 25.0, 25.0], [0.0, 0.0, 1.0])
    np.testing.assert_array_equal(twice, [0.0, 0.0, 1.0])


@pytest.mark.parametrize(("lon", "lat", "hour", "step", "words"), [
    ([1.0, 2.0], [1.0], [0.0, 1.0], 0.25, "one shape"),
    ([1.0, 2.0], [1.0, 2.0], [0.0], 0.25, "one shape"),
    ([1.0, 2.0], [1.0, 2.0], [1.0, 0.0], 0.25, "do not fall"),
    ([1.0, 2.0], [1.0, 2.0], [0.0, np.nan], 0.25, "do not fall"),
    ([1.0, np.nan], [1.0, 2.0], [0.0, 1.0], 0.25, "finite"),
    ([1.0, 2.0], [1.0, 2.0], [0.0, 1.0], 0.0, "step_h"),
])
def test_what_cannot_be_is_refused(lon: list[float], lat: list[float], hour: list[float],
                                   step: float, words: str) -> None:
    with pytest.raises(InputError, match=words):
        hours_over_land(lon, lat, hour, step_h=step)


def test_cards_say_how_far_they_were_checked() -> None:
    assert list_cards("land_decay") == sorted(MODELS)
    for name in MODELS:
        card = load_card("land_decay", name)
        assert card["verified"] in ("primary", "secondary", "unconfirmed", "our fit")
        assert len(card["verified_words"]) > 40
    with pytest.raises(NotFoundError, match="kaplan_demaria_1995, south_china"):
        load_decay("none_such")


@pytest.mark.parametrize("model", MODELS)
def test_decay_factor_halves_in_the_half_life(model: str) -> None:
    decay = load_decay(model)
    half = np.log(2.0) / decay.rate_per_h
    np.testing.assert_allclose(decay_factor([0.0, half, 2 * half, -3.0], model=model),
                               [1.0, 0.5, 0.25, 1.0])
    assert background_wind_m_s(model) == decay.background_m_s


def test_a_weak_storm_does_not_rise_to_the_background() -> None:
    weak = np.array([5.0, background_wind_m_s(), np.nan])
    np.testing.assert_array_equal(decayed_wind_m_s(weak, 12.0), weak)
    just_above = background_wind_m_s() + 0.1  # the coast takes more than that
    assert decayed_wind_m_s(just_above, 2.0) == pytest.approx(background_wind_m_s())


def test_more_hours_go_on_by_the_exponential() -> None:
    wind, source, member = np.array([30.0, 30.0]), np.array([4.0, 4.0]), np.array([7.0, 10.0])
    found = with_land_exposure(wind, member, source)
    floor = background_wind_m_s()
    np.testing.assert_allclose(found, floor + (30.0 - floor) * decay_factor(member - source))


def test_the_coast_counts_once() -> None:
    decay = load_decay("kaplan_demaria_1995")
    floor = decay.background_m_s
    on_land = with_land_exposure([50.0], [10.0], [4.0], model="kaplan_demaria_1995")
    from_sea = with_land_exposure([50.0], [6.0], [0.0], model="kaplan_demaria_1995")
    assert on_land[0] == pytest.approx(floor + (50.0 - floor) * np.exp(-0.095 * 6))
    assert from_sea[0] == pytest.approx(floor + (0.9 * 50.0 - floor) * np.exp(-0.095 * 6))
    half = with_land_exposure([50.0], [COAST_H / 2], [0.0], model="kaplan_demaria_1995")
    assert half[0] == pytest.approx(floor + (0.95 * 50.0 - floor) * np.exp(-0.095 * COAST_H / 2))


@pytest.mark.parametrize("model", MODELS)
def test_less_land_gives_back_what_the_model_took(model: str) -> None:
    """A forecast that follows the model: a member's wind is the model's, whatever its land."""
    source = np.array([0.0, 0.0, 3.0, 9.0, 15.0])
    wind = decayed_wind_m_s(60.0, source, model=model)
    at_sea = with_land_exposure(wind, np.zeros(5), source, model=model)
    np.testing.assert_allclose(at_sea, 60.0)
    member = np.array([0.0, 0.0, 0.0, 3.0, 9.0])  # lands one fix later
    np.testing.assert_allclose(with_land_exposure(wind, member, source, model=model),
                               decayed_wind_m_s(60.0, member, model=model))


def test_no_more_is_given_back_than_the_wind_at_sea() -> None:
    source = np.array([0.0, 0.0, 6.0, 12.0])
    slow = np.array([70.0, 50.0, 48.0, 46.0])  # decays less than the model says
    found = with_land_exposure(slow, np.zeros((1, 4)), source)[0]
    np.testing.assert_allclose(found, [70.0, 50.0, 50.0, 50.0])  # 50: the last fix at sea, not 70


def test_a_forecast_that_died_inland_is_not_blown_up() -> None:
    source = np.array([0.0, 0.0, 12.0, 24.0, 36.0])
    for last in (10.0, 10.3):  # a tenth of a knot apart from the background or below it
        wind = np.array([50.0, 50.0, 20.0, 12.0, last])
        found = with_land_exposure(wind, np.full((1, 5), 0.0), source)[0]
        assert 40.0 < found[-1] <= 50.0


def test_an_island_the_member_missed_stays_given_back_at_sea() -> None:
    source = np.array([0.0, 0.0, 8.0, 8.0, 8.0, 14.0])
    wind = np.array([60.0, 60.0, 35.0, 36.0, 38.0, 28.0])
    found = with_land_exposure(wind, np.array([0.0, 0.0, 0.0, 0.0, 0.0, 6.0]), source)
    assert np.all(found[2:5] > wind[2:5] + 15.0)
    assert wind[5] < found[5] < found[4]


def test_shapes_and_falling_hours_are_refused() -> None:
    with pytest.raises(InputError, match="n_fixes"):
        with_land_exposure([30.0, 20.0], [0.0], [0.0, 1.0])
    with pytest.raises(InputError, match="n_fixes"):
        with_land_exposure([[30.0]], [[0.0]], [0.0])
    with pytest.raises(InputError, match="do not fall"):
        with_land_exposure([30.0, 20.0], [0.0, 0.0], [1.0, 0.0])
    assert with_land_exposure(np.empty(0), np.empty((3, 0)), np.empty(0)).shape == (3, 0)


N = 6
_winds = st.lists(st.floats(5.0, 90.0), min_size=N, max_size=N).map(np.array)
_hours = st.lists(st.one_of(st.just(0.0), st.floats(0.0, 8.0)), min_size=N, max_size=N).map(
    np.cumsum)
_models = st.sampled_from(MODELS)


@given(_winds, _hours, _models)
def test_equal_land_changes_nothing_bit_for_bit(wind: Floats, hours: Floats, model: str) -> None:
    found = with_land_exposure(wind, np.tile(hours, (3, 1)), hours, model=model)
    np.testing.assert_array_equal(found, np.tile(wind, (3, 1)))


@given(_winds, _hours, st.lists(st.floats(0.0, 60.0), min_size=2, max_size=2), _models)
def test_more_land_never_gives_more_wind(wind: Floats, source: Floats, members: list[float],
                                         model: str) -> None:
    less, more = sorted(members)
    found = with_land_exposure(wind, np.array([[less] * N, [more] * N]), source, model=model)
    assert np.all(found[1] <= found[0] + 1e-9)
    assert np.all(found >= np.minimum(wind, background_wind_m_s(model)) - 1e-9)
    assert np.all(found <= np.maximum.accumulate(wind) + 1e-9)


@given(_winds, _hours, _models)
def test_winds_part_without_a_step(wind: Floats, source: Floats, model: str) -> None:
    around = source + np.array([[-1e-6], [1e-6]])
    found = with_land_exposure(wind, np.maximum(around, 0.0), source, model=model)
    np.testing.assert_allclose(found, np.tile(wind, (2, 1)), atol=1e-4)


def test_fit_finds_the_constants_that_made_the_winds() -> None:
    truth = load_decay("kaplan_demaria_1995")
    hours, before = (a.ravel() for a in np.meshgrid(np.arange(0.0, 40.0, 3.0), [30.0, 50.0, 70.0]))
    wind = truth.wind(before, np.zeros_like(hours), hours)
    found = fit_decay(np.column_stack([hours, before, wind]))
    assert found.background_m_s == pytest.approx(truth.background_m_s, rel=1e-3)
    assert found.rate_per_h == pytest.approx(0.095, rel=1e-3)
    assert found.coast_factor == pytest.approx(0.9, rel=1e-3)
    with pytest.raises(InputError, match="10 fixes"):
        fit_decay(np.ones((3, 3)))


def test_only_the_stretch_after_the_first_landfall_counts() -> None:
    lat, hour = np.array([20.0, 21.5, 22.5, 23.5, 24.5]), 6.0 * np.arange(5)
    wind = np.array([45.0, 50.0, 40.0, 30.0, 20.0])
    found = fixes_after_landfall(np.full(5, 112.0), lat, hour, wind)
    np.testing.assert_array_equal(found[:, 1], 50.0)
    np.testing.assert_array_equal(found[:, 2], wind[2:])
    assert np.all((found[:, 0] > 0.0) & (found[:, 0] < 24.0))
    assert not len(fixes_after_landfall(np.full(5, 112.0), lat, hour, 0.3 * wind))
    assert not len(fixes_after_landfall(np.full(5, 130.0), lat, hour, wind))
    assert not len(fixes_after_landfall([112.0], [20.0], [0.0], [50.0]))
    assert found[0, 2] / KNOT == pytest.approx(77.75, abs=0.01)
