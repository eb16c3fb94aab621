"""The parts of an event set: area, counts, crossings, land, displaced storms, and their order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.errors import InputError, NotFoundError
from riskcloud.hazard.typhoon.climate import event_set, resampled
from riskcloud.hazard.typhoon.climate.area import Area, spans
from riskcloud.hazard.typhoon.climate.catalogue import Catalogue
from riskcloud.hazard.typhoon.climate.displaced import NO_SMOOTHING, displaced_ln_deficit
from riskcloud.hazard.typhoon.climate.landfall import find_landfalls, poisson_interval
from riskcloud.hazard.typhoon.climate.local_strength import last_at_sea, local_strength
from riskcloud.hazard.typhoon.climate.parents import find_parents
from riskcloud.hazard.typhoon.climate.rates import autocovariance_root, yearly_counts
from riskcloud.kernels.landhours import land_hours

AREA = Area(110.0, 18.0, 118.0, 24.0)


def catalogue(n=40, lon=122.0, lat=19.0):
    """Storms that go west over the northern South China Sea, one a season."""
    steps, start = 13, np.arange(n + 1) * 13
    k = np.tile(np.arange(steps), n)
    storm = np.repeat(np.arange(n), steps)
    time = np.datetime64("1960-08-01T00", "s") + (
        storm * 365 * 24 + k * 6).astype("timedelta64[h]").astype("timedelta64[s]")
    nothing = np.full(n * steps, np.nan)
    return Catalogue(
        sid=np.array([f"s{i}" for i in range(n)], dtype=object), season=1960 + np.arange(n),
        start=start, time_utc=time, lon=lon - 0.9 * k, lat=lat + 0.2 * k + 0.05 * (storm % 7),
        wmo_pressure_pa=96_000.0 + 100.0 * (storm % 11), wmo_wind_m_s=nothing,
        usa_pressure_pa=nothing, usa_wind_m_s=nothing)


@pytest.mark.parametrize(("window", "said"), [
    ((118.0, 18.0, 110.0, 24.0), "expected W < E"),
    ((170.0, 10.0, -170.0, 20.0), "over the 180th meridian write 170 to 190"),
    ((110.0, 24.0, 118.0, 18.0), "expected latitudes S < N within -90 to 90"),
    ((110.0, 18.0, 118.0, 94.0), "expected latitudes S < N within -90 to 90"),
    ((float("nan"), 18.0, 118.0, 24.0), "expected four numbers W,S,E,N"),
    ((0.0, 18.0, 360.0, 24.0), "less than a turn apart"),
])
def test_windows_that_are_none(window, said):
    with pytest.raises(InputError, match=said):
        Area(*window)


def test_distance_from_an_area_over_the_date_line():
    area = Area(170.0, 10.0, 190.0, 20.0)
    assert Area(-190.0, 10.0, -170.0, 20.0).bounds == (170.0, 10.0, 190.0, 20.0)
    lon, lat = np.array([180.0, -175.0, 185.0, -160.0, 180.0]), np.array([15, 15, 15, 15, 21.0])
    east = 10.0 * np.cos(np.radians(15.0)) * 111_195.0
    np.testing.assert_allclose(area.distance_m(lon, lat), [0, 0, 0, east, 111_195.0], rtol=2e-3)


def test_spans_reach_a_fix_beyond_and_stay_in_their_track():
    near = np.array([1, 0, 1, 0, 0, 0, 0, 1, 0], bool)
    first, last = spans(near, np.array([0, 4, 6, 9]))
    assert (first.tolist(), last.tolist()) == ([0, 0, 6], [3, -1, 8])


def test_counts_tell_poisson_from_clustered_years():
    rng = np.random.default_rng(1)
    for law, counts in (("Poisson", rng.poisson(8.0, 60)),
                        ("negative binomial", rng.poisson(rng.gamma(2.0, 4.0, 60)))):
        found = yearly_counts(np.repeat(np.arange(60) + 1950, counts), 1950, 2009)
        assert found.law == law
        assert found.mean == pytest.approx(counts.mean())
        drawn = found.draw(20_000, np.random.default_rng(2))
        assert drawn.mean() == pytest.approx(found.mean, rel=0.03)
        if found.shape:
            assert drawn.var() / drawn.mean() == pytest.approx(found.dispersion, rel=0.06)
    assert yearly_counts(np.array([1950]), 1950, 1959).count.tolist() == [1] + [0] * 9


def test_poisson_interval_is_garwood_s():
    # Garwood (1936): 90 % limits of a count of 10 are 5.43 and 16.96; of 0, 0 and 3.00
    low, high = poisson_interval([10, 0])
    np.testing.assert_allclose(low, [5.43, 0.0], atol=0.005)
    np.testing.assert_allclose(high, [16.96, 3.00], atol=0.005)


def test_root_of_the_autocovariance():
    root = autocovariance_root(5, 6.0, 12.0)
    lag = np.abs(np.subtract.outer(np.arange(5), np.arange(5))) / 2.0
    np.testing.assert_allclose(root @ root.T, (1.0 + lag) * np.exp(-lag), atol=1e-8)


def _first_crossing(lon, lat, edges):
    """Plain NumPy twin of the kernel for one track and one line."""
    for i in range(len(lon) - 1):
        parts = []
        for ax, ay, bx, by in edges:
            e, p, q = np.array([bx - ax, by - ay]), np.array([lon[i] - ax, lat[i] - ay]), None
            q = np.array([lon[i + 1] - ax, lat[i + 1] - ay])
            before, after = e[0] * p[1] - e[1] * p[0], e[0] * q[1] - e[1] * q[0]
            if before <= 0.0 < after:
                part = before / (before - after)
                along = (p + part * (q - p)) @ e / (e @ e)
                if 0.0 <= along < 1.0:
                    parts.append(part)
        if parts:
            return i, min(parts)
    return None


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_crossings_are_those_of_plain_numpy(seed):
    from riskcloud.hazard.typhoon.climate.landfall import Segments

    rng = np.random.default_rng(seed)
    lines = [rng.uniform(0.0, 10.0, (5, 2)) for _ in range(2)]
    edges = np.vstack([np.hstack([line[:-1], line[1:]]) for line in lines])
    coast = Segments(("a", "b"), (("a", "a"), ("b", "b")), edges, np.repeat([0, 1], 4))
    start = np.array([0, 7, 8, 20])
    lon, lat = rng.uniform(0.0, 10.0, (2, 20))
    found = find_landfalls(start, lon, lat, coast)
    seen = {(s, k): (f, p) for s, k, f, p in zip(found.storm, found.segment, found.fix,
                                                 found.fraction, strict=True)}
    for storm in range(3):
        own = slice(start[storm], start[storm + 1])
        for line in range(2):
            twin = _first_crossing(lon[own], lat[own], edges[coast.of_edge == line])
            assert (twin is None) == ((storm, line) not in seen)
            if twin is not None:
                fix, part = seen[storm, line]
                assert fix == start[storm] + twin[0]
                assert part == pytest.approx(twin[1])


def test_a_storm_comes_ashore_from_the_sea_only():
    onshore = find_landfalls(np.array([0, 3]), np.array([114.0, 113.9, 113.8]),
                             np.array([20.0, 21.5, 23.0]))
    assert [(int(s), int(f)) for s, f in zip(onshore.segment, onshore.fix, strict=True)] == [(4, 1)]
    assert onshore.lat[0] == pytest.approx(22.2, abs=0.1)
    assert not len(find_landfalls(np.array([0, 3]), np.array([113.8, 113.9, 114.0]),
                                  np.array([23.0, 21.5, 20.0])))


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_land_hours_are_those_of_plain_numpy(seed):
    rng = np.random.default_rng(seed)
    weight = rng.choice([0, 50, 100], (30, 40)).astype(np.uint8)
    lon, lat = rng.uniform(9.0, 15.0, (3, 6)), rng.uniform(19.0, 24.0, (3, 6))
    out = np.empty(lon.shape)
    land_hours(lon, lat, 6.0, 4, weight, 10.0, 20.0, 10.0, out)
    part = (np.arange(4) + 0.5) / 4
    x = lon[:, :-1, None] + part * np.diff(lon, axis=1)[..., None]
    y = lat[:, :-1, None] + part * np.diff(lat, axis=1)[..., None]
    i, j = (np.floor((v - o) * 10.0).astype(int) for v, o in ((x, 10.0), (y, 20.0)))
    inside = (i >= 0) & (i < 40) & (j >= 0) & (j < 30)
    value = np.where(inside, weight[np.where(inside, j, 0), np.where(inside, i, 0)], 0) / 100.0
    np.testing.assert_allclose(out[:, 1:], np.cumsum(value.mean(axis=2) * 6.0, axis=1))
    assert np.all(out[:, 0] == 0.0)


def test_local_strength_is_the_mean_of_what_is_near():
    rng = np.random.default_rng(0)
    lon, lat = rng.uniform(125.0, 145.0, 4000), rng.uniform(12.0, 22.0, 4000)
    field = local_strength(lon, lat, np.where(lon < 135.0, 2.0, 4.0))
    np.testing.assert_allclose(field.at(np.array([128.0, 142.0]), np.array([17.0, 17.0])),
                               [2.0, 4.0], atol=0.2)
    assert field.at(np.array([135.0]), np.array([17.0]))[0] == pytest.approx(3.0, abs=0.2)
    assert np.isfinite(field.at(np.array([0.0, 300.0]), np.array([-60.0, 80.0]))).all()


def test_over_land_the_last_place_at_sea_counts():
    land = np.array([[False, True, True, False, True]])
    assert last_at_sea(np.array([[1.0, 2, 3, 4, 5]]), land).tolist() == [[1.0, 1, 1, 4, 4]]


def test_an_undisplaced_storm_keeps_its_strength_and_land_weakens_others():
    parents = find_parents(catalogue(), AREA)
    one = parents.storms[0]
    given_ = {"land": parents.land, "local": parents.local, "smoothing": NO_SMOOTHING}
    none = np.zeros((2, len(one.lon)))
    lon, lat = np.stack([one.lon, one.lon]), np.stack([one.lat, one.lat + 2.5])  # over Guangdong
    same, inland = displaced_ln_deficit(one, lon, lat, none, **given_)
    np.testing.assert_allclose(same, np.log(one.deficit_pa / 100.0), atol=1e-9)
    hours = parents.land.hours(lon, lat)
    assert hours[1, -1] > hours[0, -1] + 6.0
    assert inland[-1] < same[-1] - 0.3


def test_events_do_not_depend_on_threads_and_do_on_the_seed():
    parents = find_parents(catalogue(), AREA)
    counts = yearly_counts(parents.season, 1960, 1999)

    def made(seed, threads):
        return next(resampled.resample_events(parents, counts, AREA, years=30, seed=seed,
                                              threads=threads))

    a, b, c = made(1, 1), made(1, 2), made(2, 1)
    for name in ("event_id", "year", "season", "start", "lon", "central_pressure_pa",
                 "max_wind_m_s", "r_max_m", "r34_m"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    assert not np.array_equal(a.lon[:20], c.lon[:20])
    assert len(set(a.event_id)) == len(a) > 10
    assert np.all(np.diff(a.year) >= 0)
    assert 1 <= a.year.min() <= a.year.max() <= 30
    np.testing.assert_allclose(a.annual_rate, 1.0 / 30.0)
    assert set(a.season) <= set(range(1960, 2000))
    first = np.zeros(len(a.hour), bool)
    first[a.start[:-1]] = True
    assert np.all(a.hour[first] == 0.0)
    assert np.all(np.diff(a.hour)[~first[1:]] == 6.0)
    assert np.all(a.central_pressure_pa < a.environmental_pressure_pa)
    assert np.all(a.r_max_m > 0.0)


def test_blocks_make_long_simulations(monkeypatch):
    parents = find_parents(catalogue(), AREA)
    counts = yearly_counts(parents.season, 1960, 1999)
    monkeypatch.setattr(resampled, "BLOCK_YEARS", 20)
    parts = list(resampled.resample_events(parents, counts, AREA, years=50, seed=1))
    assert [int(part.year.min() - 1) // 20 for part in parts] == [0, 1, 2]
    assert max(part.year.max() for part in parts) <= 50
    names = np.concatenate([part.event_id for part in parts])
    assert len(set(names)) == len(names)


def test_areas_without_storms_say_where_the_nearest_were():
    with pytest.raises(InputError, match=r"no storm of the catalogue came within 800 km of it; "
                                         r"the nearest was \d+ km away at \d+ E, \d+ N"):
        find_parents(catalogue(), Area(10.0, 40.0, 20.0, 50.0))


def test_a_catalogue_without_pressures_is_refused():
    from dataclasses import replace

    storms = catalogue()
    with pytest.raises(InputError, match="no storm of the catalogue has a central pressure"):
        find_parents(replace(storms, wmo_pressure_pa=storms.usa_pressure_pa), AREA)


def test_years_and_methods_that_are_none():
    for years in (0, -3, 10_000_000):
        with pytest.raises(InputError, match="expected 1 to 1000000"):
            event_set.check_years(years)
    with pytest.raises(NotFoundError, match="known: resampled"):
        next(event_set.make_events(None, event_set.new_tally(), method="x", years=1, seed=0))
