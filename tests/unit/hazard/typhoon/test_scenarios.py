"""Tracks and intensities drawn around made-up forecasts and ensembles."""

from dataclasses import replace

import numpy as np
import pytest

from riskcloud.hazard.typhoon import forecast_error as fe
from riskcloud.hazard.typhoon import regressions, scenarios
from riskcloud.hazard.typhoon.field import maximum_wind
from riskcloud.hazard.typhoon.fill import fill_track
from riskcloud.hazard.typhoon.lanes import one_minute
from riskcloud.hazard.typhoon.scenarios import Scenarios, agency_weights, make_scenarios
from riskcloud.hazard.typhoon.sphere import offset_m
from riskcloud.hazard.typhoon.track_file import lead_hours
from riskcloud.types import Outlook, Sites, Track

START = np.datetime64("2024-09-01T00:00:00", "s")
BASE = START + np.timedelta64(24, "h")


def straight(*, agency: str = "USA", wind: float = 45.0, lon: float = 172.0, lat: float = 15.0,
             north: float = 0.0, base: np.datetime64 | None = BASE, member: int = 0,
             averaging_s: float = 60.0) -> Track:
    """A storm over open ocean, 24 h of past and 72 h of forecast, 0.9 degree west in 6 hours."""
    n = 17
    nan, step = np.full(n, np.nan), np.arange(n)
    return Track("2024X", "MADEUP", agency, START + step * np.timedelta64(6, "h"),
                 lon - 0.9 * step, lat + north * step, nan, nan, np.full(n, wind), averaging_s, nan,
                 *(np.full((n, 4), np.nan) for _ in range(3)), issued_utc=base, base_utc=base,
                 member=member)


def storms(drawn: Scenarios) -> list[Track]:
    """Every track once, each with another intensity."""
    n = drawn.n_intensities
    return [drawn.storm(k, (7 * k + 3) % n) for k in range(drawn.n_tracks)]


def test_displacements_have_the_cards_mean_and_spread():
    track = straight()
    lane = make_scenarios(Outlook((track,)), n_tracks=400, seed=5).lanes[0]
    model, lead = fe.error_model("USA"), lead_hours(track)
    east, north = offset_m(np.tile(track.lon, (400, 1)), np.tile(track.lat, (400, 1)), lane.lon,
                           lane.lat)
    ahead = lead >= 0.0
    assert lead[ahead][0] == 0.0  # the analysis too has an error
    heading = np.radians(fe.heading_deg(track))
    for found, wanted in (
            (east * np.sin(heading) + north * np.cos(heading), model.sd_along_m),
            (east * np.cos(heading) - north * np.sin(heading), model.sd_cross_m)):
        sd = model.sd(wanted, lead[ahead])
        assert (sd > 5e3).all()
        np.testing.assert_allclose(found[:, ahead].std(axis=0), sd, rtol=0.08)
        np.testing.assert_allclose(found[:, ahead].mean(axis=0) / sd, 0.0, atol=0.05)


def test_mean_absolute_wind_error_is_the_cards_at_each_lead():
    lane = make_scenarios(Outlook((straight(),)), n_tracks=400, seed=5).lanes[0]
    model, lead = fe.error_model("USA"), lead_hours(lane.base)
    ahead = lead >= 0.0
    wanted = model.sd(model.sd_wind_m_s, lead[ahead]) / np.sqrt(np.pi / 2.0)
    np.testing.assert_allclose(np.abs(lane.wind_error_m_s[:, ahead]).mean(axis=0), wanted,
                               rtol=0.06)
    assert (lane.wind_error_m_s[:, ~ahead] == 0.0).all()
    assert (lane.wind_m_s == lane.base.max_wind_m_s).all()  # no land: nothing is taken


@pytest.mark.parametrize("lon", [160.0, 183.0, -174.0])
@pytest.mark.parametrize("lat", [15.0, -15.0])
@pytest.mark.parametrize("averaging_s", [60.0, 600.0])
def test_the_past_stays_bit_for_bit(lon, lat, averaging_s):
    track = fill_track(straight(lon=lon, lat=lat, averaging_s=averaging_s))
    base, past = one_minute(track), lead_hours(track) < 0.0
    for storm in storms(make_scenarios(Outlook((track,)), n_tracks=7, seed=1)):
        for name in ("lon", "lat", "max_wind_m_s", "central_pressure_pa", "r_max_m", "r34_m"):
            np.testing.assert_array_equal(getattr(storm, name)[past], getattr(base, name)[past])
        assert (storm.lon[~past] != base.lon[~past]).all()
        assert np.abs(np.diff(storm.lon)).max() < 10.0  # no jump at the dateline


def test_a_best_track_is_one_track_without_error():
    track = fill_track(straight(base=None))
    drawn = make_scenarios(Outlook((track,)), n_tracks=100, seed=1)
    assert (drawn.n_tracks, drawn.n_intensities, drawn.cards) == (1, 1, ())
    sites = Sites(np.array(["a", "b"]), np.array([164.0, 162.0]), np.array([15.3, 14.0]))
    for model in ("holland_2010", "willoughby_2006"):
        np.testing.assert_array_equal(maximum_wind(drawn.storm(0, 0), sites, model=model).speed_m_s,
                                      maximum_wind(track, sites, model=model).speed_m_s)


def test_same_seed_same_storms_another_seed_others():
    one, again, other = (make_scenarios(Outlook((straight(),)), n_tracks=10, seed=seed).lanes[0]
                         for seed in (1, 1, 2))
    for name in ("lon", "lat", "wind_error_m_s"):
        np.testing.assert_array_equal(getattr(one, name), getattr(again, name))
        assert not np.array_equal(getattr(one, name), getattr(other, name))


def agencies() -> tuple[Track, ...]:
    return (straight(), straight(agency="BABJ", lat=15.4, averaging_s=120.0),
            straight(agency="TOKYO", lat=14.7, averaging_s=600.0))


@pytest.mark.parametrize("n_tracks", [1, 2, 7, 100])
def test_the_order_of_advisories_changes_nothing(n_tracks):
    one, other = (make_scenarios(Outlook(given), n_tracks=n_tracks, seed=1)
                  for given in (agencies(), agencies()[::-1]))
    assert one.n_tracks == other.n_tracks == one.n_intensities == n_tracks
    assert dict(one.weights) == dict(other.weights) and one.central.agency == other.central.agency
    for a, b in zip(storms(one), storms(other), strict=True):
        assert a.agency == b.agency
        np.testing.assert_array_equal(a.lon, b.lon)
        np.testing.assert_array_equal(a.max_wind_m_s, b.max_wind_m_s)


def test_tracks_are_shared_out_by_weight_and_one_goes_to_the_heaviest():
    drawn = make_scenarios(Outlook(agencies()), n_tracks=100, seed=1)
    assert sum(drawn.weights.values()) == pytest.approx(1.0)
    assert len(drawn.lanes) == 3
    for lane in drawn.lanes:
        assert len(lane.lon) == pytest.approx(100 * drawn.weights[lane.base.agency], abs=1.0)
    (single,) = make_scenarios(Outlook(agencies()), n_tracks=1, seed=1).lanes
    assert single.base.agency == max(drawn.weights, key=lambda name: drawn.weights[name])


def test_a_larger_error_and_an_older_analysis_count_less():
    old = straight(base=BASE - np.timedelta64(12, "h"))
    new, unknown = straight(agency="BABJ"), straight(agency="NOBODY")
    weight = agency_weights([straight(), old, new, unknown])
    assert weight.sum() == pytest.approx(1.0)
    assert weight[1] < weight[0] and weight[3] <= min(weight[0], weight[2])
    model = fe.error_model("USA")

    def square(lead: float) -> float:
        return float(np.interp(lead, model.lead_h, model.sd_along_m) ** 2
                     + np.interp(lead, model.lead_h, model.sd_cross_m) ** 2)

    assert weight[0] / weight[1] == pytest.approx(square(36.0) / square(24.0))
    np.testing.assert_allclose(agency_weights([straight(base=None)] * 4), 0.25)


@pytest.mark.parametrize("wind", [8.0, 17.0, 30.0, 80.0])
def test_drawn_storms_are_physical(wind):
    """A broad low, deep for its wind, and the strongest: pressure and sizes stay possible."""
    track = straight(wind=wind)
    n = len(track)
    track = replace(track, central_pressure_pa=np.full(n, 92_000.0 if wind > 40.0 else 97_500.0),
                    r_max_m=np.full(n, 90e3), r34_m=np.full((n, 4), 110e3 if wind > 18.0 else 0.0))
    drawn = make_scenarios(Outlook((track,)), n_tracks=100, seed=2)
    base = drawn.lanes[0].base
    for storm in storms(drawn):
        for name in ("lon", "lat", "max_wind_m_s", "central_pressure_pa", "r_max_m"):
            assert np.isfinite(getattr(storm, name)).all(), name
        assert (storm.central_pressure_pa >= 85_000.0).all()
        assert (storm.central_pressure_pa <= storm.environmental_pressure_pa).all()
        given = (storm.r34_m > 0.0) & (lead_hours(storm) >= 0.0)[:, None]
        assert (storm.r34_m >= storm.r_max_m[:, None])[given].all()
        weaker = storm.max_wind_m_s < base.max_wind_m_s
        assert (storm.central_pressure_pa >= base.central_pressure_pa)[weaker].all()
        assert (storm.max_wind_m_s <= 100.0).all() and (storm.max_wind_m_s >= 5.0).all()


def test_size_follows_the_regression_of_the_drawn_wind():
    track = fill_track(straight(wind=35.0))
    drawn = make_scenarios(Outlook((track,)), n_tracks=60, seed=2)
    ahead = lead_hours(track) >= 0.0
    ratio = []
    for k in range(60):
        storm = drawn.storm(k, k)
        usual = (regressions.usual_r_max_m(storm.max_wind_m_s, storm.lat, basin="WP")
                 / regressions.usual_r_max_m(track.max_wind_m_s, track.lat, basin="WP"))
        factor = storm.r_max_m[ahead] / (track.r_max_m * usual)[ahead]
        np.testing.assert_allclose(factor, drawn.r_max_factor[k], rtol=1e-9)
        ratio.append(factor[0])
    assert np.median(ratio) == pytest.approx(1.0, abs=0.05)
    assert np.std(np.log(ratio)) == pytest.approx(0.359, rel=0.1)


def ensemble(n: int = 20) -> tuple[Track, ...]:
    """Members that start at 25 m/s where the analysis has 45, and differ more and more."""
    rng, step = np.random.default_rng(1), np.arange(17)
    return tuple(replace(
        straight(agency="ECMF", member=k + 1, base=START, north=0.02 * float(rng.normal())),
        max_wind_m_s=25.0 + 0.1 * float(rng.normal()) * step) for k in range(n))


def test_members_keep_their_tracks_and_are_anchored_to_the_analysis():
    members, advisory = ensemble(), straight()
    drawn = make_scenarios(Outlook((advisory,), members), n_tracks=100, seed=1)
    assert drawn.n_tracks == drawn.n_intensities == 20
    for lane, member in zip(drawn.lanes, members, strict=True):
        np.testing.assert_array_equal(lane.lon[0], member.lon)
    at_base = np.array([lane.wind_m_s[0][4] for lane in drawn.lanes])
    np.testing.assert_allclose(at_base, 45.0, atol=1e-6)
    raw = make_scenarios(Outlook((advisory,), members, anchored=False), n_tracks=100, seed=1)
    for lane, member in zip(raw.lanes, members, strict=True):
        np.testing.assert_array_equal(lane.wind_m_s[0], member.max_wind_m_s)


@pytest.mark.parametrize("anchored", [True, False])
def test_members_and_what_is_added_have_the_spread_of_the_agency(anchored):
    drawn = make_scenarios(Outlook((straight(),), ensemble(40), anchored=anchored), n_tracks=40,
                           seed=1)
    lane = drawn.lanes[0]
    lead, model = lead_hours(lane.base), fe.error_model("USA" if anchored else "ECMF")
    own = np.std([lane.wind_m_s[0] for lane in drawn.lanes], axis=0, ddof=1)
    added = lane.wind_error_m_s.std(axis=0)
    np.testing.assert_allclose(np.hypot(own, added), model.sd(model.sd_wind_m_s, lead), rtol=0.12)


@pytest.mark.parametrize("n_tracks", [1, 2, 7, 20, 100])
def test_no_more_members_than_asked_for(n_tracks):
    drawn = make_scenarios(Outlook(agencies(), ensemble()), n_tracks=n_tracks, seed=1)
    assert drawn.n_tracks == drawn.n_intensities == min(n_tracks, 20)
    assert len({lane.base.member for lane in drawn.lanes}) == drawn.n_tracks
    assert all(np.isfinite(storm.max_wind_m_s).all() for storm in storms(drawn))


def test_shares_are_whole_and_the_largest_remainders_are_rounded_up():
    share = np.array([0.3, 0.5, 0.2])
    for n, wanted in ((1, [0, 1, 0]), (2, [1, 1, 0]), (7, [2, 4, 1]), (10, [3, 5, 2])):
        assert scenarios._shared_out(share, n).tolist() == wanted
