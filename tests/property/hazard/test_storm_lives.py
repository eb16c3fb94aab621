"""Simulated storms: sound whatever the seed, the same whatever the threads and parts."""

from dataclasses import fields

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.climate import simulated
from riskcloud.hazard.typhoon.climate.area import REACH_M, Area
from riskcloud.hazard.typhoon.climate.catalogue import read_catalogue
from riskcloud.hazard.typhoon.climate.dress import dress
from riskcloud.hazard.typhoon.climate.genesis import draw_births
from riskcloud.hazard.typhoon.climate.intensity import LOCAL_AXES, POTENTIAL_AXES
from riskcloud.hazard.typhoon.climate.land import land_near
from riskcloud.hazard.typhoon.climate.motion import fit_motion
from riskcloud.hazard.typhoon.climate.parents import LEAST_DEFICIT_PA
from riskcloud.hazard.typhoon.climate.steps import make_steps
from riskcloud.hazard.typhoon.regressions import GALE_M_S, STRONGEST_M_S
from riskcloud.kernels import storm_steps
from riskcloud.kernels.storm_life import deviates, follow
from riskcloud.kernels.storm_motion import N_FACTS, N_MOMENTS, motion_moments

AREA = Area(108.0, 18.0, 120.0, 27.0)


@pytest.fixture(scope="module")
def climate():
    return simulated.fit_climate(read_catalogue()[0].seasons(1951, 2013))


def parts_of(climate, years, seed):
    return list(simulated.simulate_lives(climate, AREA, years=years, seed=seed))


def same(a, b):
    for f in fields(a):
        if f.name != "facts":
            np.testing.assert_array_equal(getattr(a, f.name), getattr(b, f.name))


@settings(max_examples=10)
@given(seed=st.integers(0, 2**40))
def test_storms_are_sound(climate, seed):
    (events,) = parts_of(climate, 5, seed)
    for name in ("lon", "lat", "max_wind_m_s", "central_pressure_pa", "r_max_m"):
        assert np.isfinite(getattr(events, name)).all()
    assert (events.central_pressure_pa < events.environmental_pressure_pa).all()
    assert (events.central_pressure_pa > 85_000.0).all()
    assert (events.max_wind_m_s > 0.0).all() and (events.max_wind_m_s <= STRONGEST_M_S).all()
    assert (events.r_max_m > 0.0).all()
    gale = events.max_wind_m_s >= GALE_M_S
    np.testing.assert_array_equal(np.isfinite(events.r34_m), gale)
    assert (events.r34_m[gale] > events.r_max_m[gale]).all()
    assert events.annual_rate.sum() * 5.0 == pytest.approx(len(events))
    assert set(events.year) <= set(range(1, 6))
    deep = events.environmental_pressure_pa - events.central_pressure_pa >= LEAST_DEFICIT_PA
    near = (AREA.distance_m(events.lon, events.lat) < REACH_M) & deep
    assert np.logical_or.reduceat(near, events.start[:-1]).all()
    steps = np.diff(events.hour)
    within = np.ones(len(steps), bool)
    within[events.start[1:-1] - 1] = False
    assert (steps[within] == 6.0).all()
    moved = np.hypot(np.diff(events.lon), np.diff(events.lat))[within]
    assert moved.max() < 8.0  # 150 km/h and more would be a leap
    again, = parts_of(climate, 5, seed)
    same(events, again)


def test_threads_and_parts_change_nothing(climate, monkeypatch):
    whole = parts_of(climate, 40, 7)
    monkeypatch.setattr(simulated, "YEARS_A_PART", 13)
    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        parts = parts_of(climate, 40, 7)
    finally:
        numba.set_num_threads(threads)
    assert len(whole) == 1 and len(parts) == 4
    for name in ("event_id", "lon", "lat", "max_wind_m_s", "r34_m", "season"):
        np.testing.assert_array_equal(getattr(whole[0], name),
                                      np.concatenate([getattr(one, name) for one in parts]))


def test_other_seeds_give_other_storms(climate):
    first, second = (parts_of(climate, 5, seed)[0] for seed in (0, 1))
    assert len(np.intersect1d(first.lon, second.lon)) < 10


def test_a_life_followed_along_its_track_is_itself(climate):
    """The residuals that a life's deficits imply lead back to them, and stay in their tables."""
    seed = simulated.seed_of(3)
    storms = draw_births(climate.births, 1, 3, seed)
    fixes, count = simulated._lives(climate, storms, seed)
    alive = np.arange(fixes.shape[1]) < count[:, None]
    start = np.concatenate([[0], np.cumsum(count)])
    lon, lat, deficit = (np.ascontiguousarray(fixes[:, :, k][alive]) for k in range(3))
    model = climate.intensity
    fixed = (land_near(), model.potential_hpa, np.array(POTENTIAL_AXES), model.local,
             np.array(LOCAL_AXES), model.parameters)
    residual, back = np.empty_like(lon), np.empty_like(lon)
    follow(start, storms.day, lon, lat, deficit, deficit, *fixed, True, residual)
    follow(start, storms.day, lon, lat, residual, deficit, *fixed, False, back)
    inner = np.abs(residual) < 6.0
    assert inner.mean() > 0.99
    whole = np.logical_and.reduceat(inner, start[:-1])
    kept = np.repeat(whole, count)
    # a floor of 1 hPa is reached from any lower residual; elsewhere the way back is exact
    np.testing.assert_allclose(back[kept], deficit[kept], atol=1e-6)


def step_twin(d, changes, before, peak, age, mainland, island, high, lat, u, v, season, potential,
              pull, lift, scatter, p):
    """kernels.storm_steps.deficit_ahead in plain NumPy, written from its docstring."""
    land, scale = mainland + island + high, np.clip(d, 0.0, 45.0)
    terms = np.array([
        1.0, changes[0] * (1 - before), changes[0] * before, changes[1], changes[2], d,
        d**2 / potential, potential, lat, lat**2, d * lat, before * d, u, v, season, season * d,
        1 - d / peak, max(1 - age / 12.0, 0.0), peak - d])
    ahead = d + (1 - land) * (terms @ p[:19] + pull * max(d, 0.0) / 45.0
                              + lift * max(1.0 - max(d, 0.0) / 30.0, 0.0))
    if land > 0.0 and ahead > 0.0:
        rate = ((p[19] + p[20] * d) * mainland + (p[21] + p[22] * d) * island
                + (p[23] + p[24] * d) * high) / land
        ahead *= np.exp(-6.0 * rate * land ** p[25])
    return ahead, scatter * (1 - land) * (p[26] + p[27] * scale) + land * (p[28] + p[29] * scale)


@given(d=st.floats(1.0, 120.0), more=st.floats(0.0, 60.0), mainland=st.floats(0.0, 0.4),
       island=st.floats(0.0, 0.4), high=st.floats(0.0, 0.2), lat=st.floats(5.0, 40.0),
       u=st.floats(-12.0, 12.0), age=st.integers(0, 60), pull=st.floats(-3.0, 3.0),
       lift=st.floats(-1.0, 1.0), before=st.floats(0.0, 1.0))
def test_the_step_is_its_twin(climate, d, more, mainland, island, high, lat, u, age, pull, lift,
                              before):
    p = climate.intensity.parameters
    facts = (d + more, float(age), mainland, island, high, lat, u, 2.0, 0.3, 80.0, pull,
             lift, 0.9, p)
    found = storm_steps.deficit_ahead(d, 2.0, -1.0, 0.5, before, *facts)
    np.testing.assert_allclose(found, step_twin(d, (2.0, -1.0, 0.5), before, *facts), rtol=1e-12)


def test_more_land_never_strengthens(climate):
    p, shares = climate.intensity.parameters, np.linspace(0.0, 1.0, 11)
    sea = (22.0, -4.0, 1.0, 0.5, 70.0, 0.0, 0.0, 1.0, p)
    ahead = [storm_steps.deficit_ahead(50.0, 0.0, 0.0, 0.0, 0.0, 50.0, 20.0, share, 0.0, 0.0,
                                       *sea)[0] for share in shares]
    assert (np.diff(ahead) < 0.0).all()


def test_moments_are_their_twin():
    rng = np.random.default_rng(1)
    lat = np.sort(rng.uniform(5.0, 30.0, 200))
    lon, season = rng.uniform(110.0, 140.0, 200), rng.uniform(0.0, 1.0, (200, 3))
    facts, target = rng.normal(size=(200, N_FACTS)), rng.normal(size=(200, 2))
    x, y, widths = np.array([115.0, 125.0]), np.array([10.0, 20.0]), np.array([2.5, 2.0])
    found = np.zeros((3, 2, 2, N_MOMENTS))
    motion_moments(lon, lat, season, facts, target, x, y, widths, found)
    half = 0.5 * (((lon - x[:, None]) / 2.5)[None] ** 2 + ((lat - y[:, None]) / 2.0)[:, None] ** 2)
    w = np.einsum("ijs,sk->kijs", np.where(half > 4.5, 0.0, np.exp(-half)), season)
    every = np.concatenate([
        np.einsum("sa,sb->sab", facts, facts).reshape(200, -1),
        np.einsum("sa,sb->sab", facts, target).reshape(200, -1),
        np.column_stack([target[:, 0] ** 2, target.prod(axis=1), target[:, 1] ** 2,
                         np.ones(200)])], axis=1)
    np.testing.assert_allclose(found, np.einsum("kijs,sm->kijm", w, every), atol=1e-9)


def test_deviates_have_their_persistence_and_correlation():
    start = np.arange(0, 40_001, 20)
    out = np.empty((3, 40_000))
    deviates(5, np.arange(2000), start, np.array([0.9, 0.97, 0.85]), 0.6, out)
    assert np.abs(out.mean(axis=1)).max() < 0.08
    np.testing.assert_allclose(out.std(axis=1), 1.0, atol=0.05)
    inner = np.delete(np.arange(39_999), start[1:-1] - 1)
    for k, kept in enumerate((0.9, 0.97, 0.85)):
        assert np.corrcoef(out[k, inner], out[k, inner + 1])[0, 1] == pytest.approx(kept, abs=0.01)
    first = out[:, start[:-1]]
    assert np.corrcoef(first[0], first[1])[0, 1] == pytest.approx(0.6, abs=0.05)


def test_larger_storms_have_less_wind_at_the_same_deficit():
    n = 4000
    start, place = np.arange(n + 1), np.full(n, 20.0)
    wind, r_max, r34 = dress(np.arange(n), start, place + 95.0, place, np.full(n, 40.0), 1)
    assert np.corrcoef(np.log(wind), np.log(r34))[0, 1] < -0.2
    assert np.corrcoef(np.log(r_max), np.log(r34))[0, 1] > 0.4
    assert np.log(r34).std() == pytest.approx(0.401, abs=0.02)


def test_what_cannot_be_simulated_is_refused():
    catalogue = read_catalogue()[0]
    with pytest.raises(InputError, match="years = 0, seed = 0: expected years of 1 or more"):
        simulated.simulate(catalogue, AREA, years=0)
    with pytest.raises(InputError, match="no storm of the catalogue has a central pressure"):
        simulated.simulate(catalogue.seasons(1900, 1940), AREA, years=5)
    with pytest.raises(InputError, match="expected 200"):
        fit_motion(make_steps([0, 0], [2000, 2000], np.array(
            ["2000-07-01T00", "2000-07-01T06"], "datetime64[h]"), [120.0, 119.0], [15.0, 15.5],
            [99_000.0, 98_500.0]))
    with pytest.raises(InputError, match="storms together, their times ascending"):
        make_steps([0, 0], [2000, 2000], np.array(
            ["2000-07-01T06", "2000-07-01T00"], "datetime64[h]"), [120.0, 119.0], [15.0, 15.5],
            [99_000.0, 98_500.0])
