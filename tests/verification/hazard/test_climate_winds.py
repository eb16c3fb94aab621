"""Winds of an event set against the field of each storm alone, and known return levels."""

from dataclasses import replace

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.climate.levels import annual_rate_of, n_kept, return_levels
from riskcloud.hazard.typhoon.climate.winds import (
    NODE_HOURS,
    LargestWinds,
    draw_models,
    event_nodes,
    largest_winds,
)
from riskcloud.hazard.typhoon.field import drawn_settings, field_nodes, model_weights
from riskcloud.hazard.typhoon.fields import Field, maximum_winds
from riskcloud.hazard.typhoon.profiles import PROFILES
from riskcloud.kernels import vortex
from riskcloud.types import EventSet, Filled, Sites, Track

N_SITES = 150


def sites_of(n=N_SITES, seed=3):
    rng = np.random.default_rng(seed)
    return Sites(np.arange(n), rng.uniform(105.0, 118.0, n), rng.uniform(18.0, 26.0, n))


def track_of(events, i):
    here = slice(events.start[i], events.start[i + 1])
    n = here.stop - here.start
    unknown = np.full((n, 4), np.nan)
    return Track(
        event_id=str(events.event_id[i]), name="", agency="made up",
        time_utc=np.datetime64("2000-01-01", "s")
        + (events.hour[here] * 3600).astype("timedelta64[s]"),
        lon=events.lon[here], lat=events.lat[here], max_wind_m_s=events.max_wind_m_s[here],
        central_pressure_pa=events.central_pressure_pa[here],
        environmental_pressure_pa=events.environmental_pressure_pa[here], wind_averaging_s=60.0,
        r_max_m=events.r_max_m[here], r34_m=np.repeat(events.r34_m[here][:, None], 4, axis=1),
        r50_m=unknown, r64_m=unknown,
        # a mean size says nothing of the quadrants: no stretch by azimuth
        filled=(Filled("r34_m", "mean", "made up", np.ones(n, bool)),))


@pytest.fixture(scope="module")
def few(made_up_events):
    return made_up_events(4)


def settings_of(spacing_r_max, longest_h):
    return replace(drawn_settings(), spacing_r_max=spacing_r_max, longest_h=longest_h)


def fields_of(events, weights, settings):
    """Every storm alone by its model, its nodes as the settings say."""
    names, drawn = list(weights), draw_models(events, weights)
    found = []
    for i in range(len(events)):
        nodes = field_nodes(track_of(events, i), names[drawn[i]], settings)
        found.append(Field(PROFILES[names[drawn[i]]].code, nodes, float(nodes[0, vortex.LON])))
    return found


def test_nodes_of_many_events_are_those_of_each_track(few):
    # wind, pressure and size are interpolated in another order of operations: rounding differs
    for model in model_weights():
        nodes, start = event_nodes(few, np.arange(len(few)), model, drawn_settings())
        alone = [field_nodes(track_of(few, i), model, settings_of(np.inf, NODE_HOURS))
                 for i in range(len(few))]
        assert np.diff(start).tolist() == [len(one) for one in alone]
        np.testing.assert_allclose(nodes, np.concatenate(alone), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("local", [False, True])
def test_winds_are_those_of_each_storm_alone(few, local):
    weights, sites = model_weights(), sites_of()
    factors = np.random.default_rng(5).uniform(0.5, 1.0, (N_SITES, 12)) if local else None
    exact = maximum_winds(fields_of(few, weights, settings_of(0.05, 0.25)), sites, factors=factors)
    found, = largest_winds(few, sites, n_kept=len(few), weights=weights, factors=[factors])
    winds = by_event(found, len(few))
    error = (winds - exact)[exact > 8.0]
    # the field of drawn storms differs from finest nodes as much (test_fields.py)
    assert error.size > 500
    assert abs(error.mean()) < 0.03
    assert np.quantile(abs(error), 0.99) < 0.3
    # a few tenths more where the best of two like maxima is not the one refined
    np.testing.assert_array_equal(winds[exact > 6.0] > 0.0, True)
    np.testing.assert_array_equal(winds[exact == 0.0] < 6.0, True)


def by_event(found, n_events):
    """Winds (n_events, n_sites) of all events kept."""
    out = np.zeros((n_events, len(found.wind_m_s)))
    site, place = np.nonzero(found.event >= 0)
    out[found.event[site, place], site] = found.wind_m_s[site, place]
    return out


def one_storm_many_times(winds, years=1000.0):
    """Events whose winds at one site are known; their fixes are of no interest."""
    n = len(winds)
    fixes = np.zeros(2 * n)
    events = EventSet(
        event_id=np.arange(n).astype(str), annual_rate=np.full(n, 1.0 / years),
        year=np.ones(n, int), season=np.arange(n) % 50 + 1951, start=np.arange(n + 1) * 2,
        hour=fixes, lon=fixes, lat=fixes, max_wind_m_s=fixes, central_pressure_pa=fixes,
        environmental_pressure_pa=fixes, r_max_m=fixes, r34_m=fixes, years=years)
    order = np.argsort(-winds, kind="stable")
    return events, LargestWinds(winds[order][None].astype(np.float32),
                                order[None].astype(np.int32), {})


def test_one_storm_repeated_at_a_known_rate():
    # rate 0.2 a year: exceeded in a year with probability 1 - exp(-0.2) = 0.181, so every 5.5 years
    events, winds = one_storm_many_times(np.full(200, 40.0))
    found = return_levels(winds, events, [3.0, 6.0, 50.0, 1000.0])
    assert np.isnan(found.level[0, 0])  # not that often
    np.testing.assert_array_equal(found.level[0, 1:], 40.0)
    np.testing.assert_array_equal(found.error[0, 1:], 0.0)
    np.testing.assert_array_equal(found.high[0, 1:], 40.0)


def test_exponential_winds_give_the_analytic_level():
    # winds above 20 m/s exceed v at rate(v) = exp(-(v - 20) / 6): v(T) = 20 - 6 ln(rate of T)
    years, scale = 20_000.0, 6.0
    rates = (np.arange(int(years)) + 0.5) / years
    events, winds = one_storm_many_times(20.0 - scale * np.log(rates), years)
    periods = np.array([2.0, 10.0, 50.0, 100.0, 1000.0])
    found = return_levels(winds, events, list(periods))
    rate = annual_rate_of(periods)
    # float32 winds and half an event of the rate
    np.testing.assert_allclose(found.level[0], 20.0 - scale * np.log(rate), atol=1e-4)
    # half the step between the levels at rate -+ sqrt(rate / years), of 20 events at least
    expected = scale * np.arctanh(1.0 / np.sqrt(rate * years))
    np.testing.assert_allclose(found.error[0], expected, rtol=0.03)
    assert (found.low[0] <= found.level[0]).all() and (found.level[0] <= found.high[0]).all()


def test_a_doubled_rate_halves_the_return_period():
    events, winds = one_storm_many_times(np.linspace(20.0, 60.0, 3000))
    twice = return_levels(winds, events, [50.0], annual_rate=2.0 * events.annual_rate)
    rarer = 1.0 / -np.expm1(-0.5 * annual_rate_of(50.0))  # the period of half that rate
    alone = return_levels(winds, events, [float(rarer)])
    np.testing.assert_allclose(twice.level, alone.level, atol=1e-6)


def test_a_period_beyond_the_set_names_both():
    events, winds = one_storm_many_times(np.full(5, 30.0))
    with pytest.raises(InputError, match="return period 2000 years is longer than the event set "
                                         "of 1000 years"):
        return_levels(winds, events, [10.0, 2000.0])
    with pytest.raises(InputError, match="expected more than 1 year"):
        return_levels(winds, events, [1.0])


def test_enough_winds_are_kept_for_the_shortest_period():
    events, _ = one_storm_many_times(np.full(9000, 30.0))
    assert n_kept([10.0, 100.0], events) > 1.7 * 1000.0 * annual_rate_of(10.0)
    assert n_kept([1.001], events) == len(events)
