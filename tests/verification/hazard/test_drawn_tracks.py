"""Storms drawn around real tracks: their errors, their land, and what the errors do to a loss."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from riskcloud.analysis.forecast import ForecastRequest, Sinks, forecast
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.exposure.read import read_portfolio
from riskcloud.hazard.typhoon import forecast_error as fe
from riskcloud.hazard.typhoon.land_decay import hours_over_land
from riskcloud.hazard.typhoon.path import hours_since_start
from riskcloud.hazard.typhoon.scenarios import Scenarios, make_scenarios
from riskcloud.hazard.typhoon.sphere import offset_m
from riskcloud.hazard.typhoon.track import read_track
from riskcloud.hazard.typhoon.track_file import lead_hours
from riskcloud.loss.table import NoTable
from riskcloud.types import Floats, Outlook, Track

pytestmark = pytest.mark.usefixtures("coarse_picture")

STORMS = {"hato_2017": "2017-08-22T00:00", "mangkhut_2018": "2018-09-11T00:00",
          "chanthu_2021": "2021-09-10T00:00", "lekima_2019": "2019-08-07T00:00"}


def hindcast(path: Path, issued: str) -> Track:
    base = np.datetime64(issued, "s")
    return replace(read_track(path), base_utc=base, issued_utc=base)


@pytest.fixture(scope="module")
def drawn(shared) -> Callable[[str], Scenarios]:
    """Return the function that draws 100 storms around one of STORMS."""
    folder = shared / "tropical_cyclones" / "events"
    return lambda storm: make_scenarios(
        Outlook((hindcast(folder / f"{storm}_jtwc.csv", STORMS[storm]),)), n_tracks=100, seed=1)


def displacements(scenarios: Scenarios) -> tuple[Floats, Floats]:
    lane = scenarios.lanes[0]
    base = lane.base
    east, north = offset_m(np.broadcast_to(base.lon, lane.lon.shape),
                           np.broadcast_to(base.lat, lane.lat.shape), lane.lon, lane.lat)
    heading = np.radians(fe.heading_deg(base))
    return (east * np.sin(heading) + north * np.cos(heading),
            east * np.cos(heading) - north * np.sin(heading))


@pytest.mark.parametrize("storm", list(STORMS))
def test_errors_are_the_agencys_at_each_lead(drawn, storm):
    lane = drawn(storm).lanes[0]
    lead, model = lead_hours(lane.base), fe.error_model(lane.base.agency)
    ahead = lead >= 0.0
    assert model.name == "jtwc" and lead[ahead].max() > 24.0
    along, cross = displacements(drawn(storm))
    for found, sd in ((along, model.sd_along_m), (cross, model.sd_cross_m),
                      (lane.wind_error_m_s, model.sd_wind_m_s)):
        wanted = model.sd(sd, lead[ahead])
        # 100 independent draws would know a standard deviation to 7 %
        np.testing.assert_allclose(found[:, ahead].std(axis=0), wanted, rtol=0.14)
        np.testing.assert_allclose(found[:, ahead].mean(axis=0) / wanted, 0.0, atol=0.1)
        assert np.abs(found[:, ~ahead]).max(initial=0.0) < 1e-3
    mean = np.hypot(along, cross)[:, ahead].mean(axis=0)
    share = np.hypot(model.sd(model.sd_along_m, lead[ahead]), model.sd(model.sd_cross_m,
                                                                       lead[ahead]))
    np.testing.assert_allclose(mean / share, np.sqrt(np.pi) / 2.0, atol=0.1)


@pytest.mark.parametrize("storm", list(STORMS))
def test_land_takes_and_gives_back(drawn, storm):
    """Other land than the forecast's changes the wind, the same land does not, to the last bit."""
    lane = drawn(storm).lanes[0]
    base, hour = lane.base, hours_since_start(lane.base)
    own = hours_over_land(base.lon, base.lat, hour)
    land = hours_over_land(lane.lon, lane.lat, hour)
    wind = lane.wind_m_s
    same = land == own
    assert same.any() and (wind == np.broadcast_to(base.max_wind_m_s, wind.shape))[same].all()
    assert (wind <= base.max_wind_m_s + 1e-9)[land > own].all()
    assert (wind >= base.max_wind_m_s - 1e-9)[land < own].all()
    assert (wind <= np.maximum.accumulate(base.max_wind_m_s) + 1e-9).all()
    # a full hour more or less of a strong storm shows
    strong = np.broadcast_to(base.max_wind_m_s > 25.0, wind.shape)
    if ((land > own + 1.0) & strong).any():
        assert (wind < base.max_wind_m_s - 0.5)[(land > own + 1.0) & strong].all()


def test_hato_at_sea_stays_strong_and_inland_early_is_weak(drawn):
    lane = drawn("hato_2017").lanes[0]
    base, hour = lane.base, hours_since_start(lane.base)
    own = hours_over_land(base.lon, base.lat, hour)
    land = hours_over_land(lane.lon, lane.lat, hour)
    k = int(np.flatnonzero(own > own[base.time_utc >= np.datetime64("2017-08-23T00:00")][0] + 6)[0])
    before = base.max_wind_m_s[:k].max()
    at_sea, earlier = land[:, k] <= land[:, 0], land[:, k] > own[k] + 3.0
    assert at_sea.any() and earlier.any()
    assert (lane.wind_m_s[at_sea, k] > base.max_wind_m_s[k] + 3.0).all()
    assert (lane.wind_m_s[at_sea, k] <= before).all()
    assert (lane.wind_m_s[earlier, k] < base.max_wind_m_s[k] - 1.0).all()


@pytest.mark.parametrize("storm", list(STORMS))
def test_drawn_storms_are_possible(drawn, storm):
    scenarios = drawn(storm)
    ahead = scenarios.lanes[0].is_forecast
    for k in range(100):
        found = scenarios.storm(k, (37 * k + 5) % 100)
        assert 85_000.0 <= found.central_pressure_pa.min()
        assert np.isfinite(found.r_max_m).all() and found.max_wind_m_s.max() <= 100.0
        outer = (found.r34_m > 0.0) & ahead[:, None]
        assert (found.r34_m >= found.r_max_m[:, None])[outer].all()


@pytest.fixture(scope="module")
def book(samples) -> Portfolio:
    """Every fifth location of the sample."""
    whole = read_portfolio(samples / "pearl_river_portfolio.csv")
    return whole.select(np.arange(len(whole)) % 5 == 0)


@pytest.fixture(scope="module")
def losses(samples, book) -> Callable[..., dict[str, float]]:
    """Return the function that forecasts the book's loss to Hato."""

    def of(issued: str | None, members: int = 100) -> dict[str, float]:
        track = read_track(samples / "hato_2017.csv")
        if issued is not None:
            track = hindcast(samples / "hato_2017.csv", issued)
        result = forecast(book, Outlook((track,)), ForecastRequest(members=members),
                          sinks=Sinks(NoTable()))
        (total,) = result.summary["total"]
        return dict(total)

    return of


def test_the_mean_loss_with_errors_is_near_that_of_the_best_track(losses):
    """Errors of the forecast widen the band; they do not make the loss another."""
    certain = losses(None)
    for issued in ("2017-08-22T04:50", "2017-08-22T16:50", "2017-08-22T22:50"):
        found = losses(issued)
        assert 0.6 < found["mean"] / certain["mean"] < 1.8, issued
        assert found["q95"] - found["q05"] > certain["q95"] - certain["q05"], issued


def test_twice_the_errors_widen_the_band(losses, monkeypatch):
    issued = "2017-08-22T16:50"
    once, usual = losses(issued, 400), fe.error_model

    def doubled(agency: str) -> fe.ErrorModel:
        model = usual(agency)
        return replace(model, sd_along_m=2 * model.sd_along_m, sd_cross_m=2 * model.sd_cross_m,
                       sd_wind_m_s=2 * model.sd_wind_m_s)

    monkeypatch.setattr(fe, "error_model", doubled)
    twice = losses(issued, 400)  # measured: 1.6 times as wide
    assert twice["q95"] - twice["q05"] > 1.2 * (once["q95"] - once["q05"])
    assert twice["sd"] > 1.2 * once["sd"]


@pytest.mark.parametrize("members", [1, 2, 3, 4, 5])
def test_few_realisations_are_enough_to_run(samples, book, members):
    track = hindcast(samples / "hato_2017.csv", "2017-08-22T16:50")
    result = forecast(book.select(np.arange(len(book)) < 20), Outlook((track,)),
                      ForecastRequest(members=members), sinks=Sinks(NoTable()))
    (total,) = result.summary["total"]
    assert np.isfinite(total["mean"]) and total["mean"] >= 0.0
    parts = [part["variance_share"] for part in result.summary["band_split"]]
    assert np.isfinite(parts).all() and min(parts) >= 0.0
