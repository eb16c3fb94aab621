"""Earthquakes, floods, rain and surge of simulated years against what they must come to."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from riskcloud.analysis.flood.losses import depth_losses, flood_exposure
from riskcloud.analysis.quake.ground import default_weights
from riskcloud.analysis.risk.flood import FloodRequest
from riskcloud.analysis.risk.quake import QuakeDamage, motion_of
from riskcloud.analysis.risk.run import Risk, RiskRequest
from riskcloud.analysis.risk.terms import BookStages
from riskcloud.exposure.oed.book import read_book
from riskcloud.exposure.read import read_portfolio
from riskcloud.hazard.flood.depth_files import DepthRasters, parse_depths
from riskcloud.hazard.typhoon.surface import SurfaceLayers
from riskcloud.kernels import quake as kernel
from riskcloud.vulnerability.quake import shape_shift

HEAD = ("PortNumber,AccNumber,LocNumber,AssetClass,Longitude,Latitude,BuildingTIV,BITIV,"
        "LocCurrency,CountryCode,LocPerilsCovered")


def write_book(folder, rows, policies=()):
    path = folder / "location.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    (folder / "account.csv").write_text("\n".join([
        "PortNumber,AccNumber,AccCurrency,PolNumber,PolPerilsCovered,PolDed6All", *policies])
        + "\n", encoding="utf-8")
    return path


def depth_file(path, depth, west=113.0, north=23.0, step=0.01):
    import rasterio
    from rasterio.transform import from_origin

    with rasterio.open(path, "w", driver="GTiff", width=depth.shape[1], height=depth.shape[0],
                       count=1, dtype="float32", crs="EPSG:4326",
                       transform=from_origin(west, north, step, step)) as file:
        file.write(depth.astype("float32"), 1)
        file.units = ("m",)
    return path


def expected_ratios(damage):
    """Mean damage ratio of each earthquake (n_events, n_sites), in closed form.

    The masses of ``quake``'s expected losses, by model (Owen 1980, 10,010.8).
    """
    quakes, curves = damage.quakes, damage._curves
    lon, lat = damage._assets.site_lon, damage._assets.site_lat
    weights, n = default_weights(), len(lon)
    out, mass = np.zeros((len(quakes), n)), np.empty((n, kernel.MAX_LEVELS))
    for k in range(len(quakes)):
        motion = motion_of(quakes, k, lon, lat, damage._vs30, damage._site_class, tuple(weights))
        shift = shape_shift(float(quakes.mw[k]), damage._vs30)
        for g, weight in enumerate(weights.values()):
            kernel.set_masses(damage._set_of, motion.ln_pga[g], shift,
                              motion.tau[g]**2 + motion.phi[g]**2, curves.set_start,
                              curves.set_weight, curves.has_shape, curves.spread, *curves.rows,
                              mass)
            out[k] += weight * (mass * curves.level_ratio[damage._set_of]).sum(axis=1)
    return out


def test_earthquakes_cost_their_mean_in_the_long_run(tmp_path):
    """The three that cost most of 150 years, 400 samples each; BI is not damaged."""
    rows = ["P,A,L1,building_residential,102.70,25.00,1e6,1e6,CNY,CN,AA1",
            "P,A,L2,substation,102.72,25.01,1e6,,CNY,CN,AA1"]
    book = read_portfolio(write_book(tmp_path, rows))
    damage = QuakeDamage(book, years=150, samples=400, seed=3)
    ratio = expected_ratios(damage)
    worst = np.sort(np.argsort(ratio.sum(axis=1))[-3:])
    quakes = damage.quakes
    arrays = {one.name: getattr(quakes, one.name)[worst] for one in fields(quakes)
              if one.name != "years"}
    damage.quakes = replace(quakes, **arrays)
    (struck,) = damage.struck(10**9)
    drawn = np.zeros((3, 2, 400))
    drawn[np.repeat(struck.event, np.diff(struck.start)), struck.location] = struck.ratio
    found, told = drawn.mean(axis=2).sum(axis=0), ratio[worst].sum(axis=0)
    error = np.sqrt((drawn.var(axis=2) / 400).sum(axis=0))  # losses are rare and large
    assert (error < 0.3 * told).all() and (np.abs(found - told) < 3.5 * error).all()
    risk = Risk(book, None, RiskRequest(perils=("quake",), years=40, samples=2))
    for one in risk.losses():
        assert (one.loss[:, 0, 0] <= 2e6).all()


@pytest.fixture(scope="module")
def flooded(tmp_path_factory):
    """Three buildings in two cells of a degree, rasters of 10, 100 and 500 years."""
    folder = tmp_path_factory.mktemp("flood")
    rows = ["P,A,L1,building_residential,113.105,22.505,1e6,5e5,CNY,CN,AA1",
            "P,A,L2,building_commercial,113.205,22.505,2e6,,CNY,CN,AA1",
            "P,A,L3,building_residential,114.105,22.505,1e6,,CNY,CN,AA1"]
    book = read_portfolio(write_book(folder, rows))
    ground = np.ones((100, 150))
    ground[:, 20:30] = 0.4  # L2 has less water
    files = [depth_file(folder / f"rp{years:04d}.tif", np.full((100, 150), depth) * ground)
             for years, depth in ((10, 0.5), (100, 1.5), (500, 3.0))]
    return book, DepthRasters(parse_depths([str(file) for file in files]))


def flood_risk(flooded, years, cell=None, seed=1):
    book, rasters = flooded
    return Risk(book, None, RiskRequest(perils=("flood",), years=years, samples=2, seed=seed,
                                        flood=FloodRequest(rasters, cell)))


def test_a_year_floods_as_the_rasters_say(flooded):
    """Depths exceeded once in T years are those of the rasters; the mean is the integral of it."""
    years = 12_000
    risk = flood_risk(flooded, years)
    period = risk.flood.floods.period_yr
    for at in (10.0, 100.0, 500.0):
        n = (period >= at).sum()
        assert abs(n - years / at) < 4.0 * np.sqrt(years / at)
    loss = np.concatenate([one.loss for one in risk.losses()])
    assert (loss[..., 0] == loss[..., 1]).all()
    exposure, depth = flood_exposure(flooded[0]), risk.flood.depths.depth_m
    # depth is straight in ln T: quadrature over the frequency, the last one beyond 500 years
    share = (np.arange(20_000) + 0.5) / 20_000
    frequency = 1 / 500 + share * (1 / 10 - 1 / 500)
    at = np.stack([np.interp(-np.log(frequency), np.log([10, 100, 500]), one) for one in depth])
    mean = depth_losses(exposure, at).ground_up.mean(axis=1) * (1 / 10 - 1 / 500)
    mean += depth_losses(exposure, depth[:, -1]).ground_up[:, 0] / 500
    found = pd.Series(risk.locations[:, 0], index=risk.table["loc_id"])[["L1", "L2", "L3"]]
    assert (mean > 0.0).all()
    np.testing.assert_allclose(found, mean, rtol=0.08)  # 1,200 floods


def test_cells_flood_on_their_own(flooded):
    common, apart = flood_risk(flooded, 8000), flood_risk(flooded, 8000, 1.0)
    assert len(set(common.flood.floods.year)) == len(common.flood.floods)
    cells = [set(apart.flood.floods.year[apart.flood.floods.cell == k]) for k in (0, 1)]
    both = len(cells[0] & cells[1])
    assert abs(both - 80) < 4 * np.sqrt(80)  # a tenth of a tenth of the years
    for risk in (common, apart):
        assert sum(len(one.event) for one in risk.losses()) > 600
    np.testing.assert_allclose(apart.locations, common.locations, rtol=0.2)
    assert "independent of each other" in " ".join(apart.notes())


@pytest.fixture(scope="module")
def coast(tmp_path_factory, made_up_events):
    """Stations in a hollow on low ground at the coast, one at Hualien; 30 years of storms."""
    folder = tmp_path_factory.mktemp("coast")
    rows = ["P,A,S1,substation,113.50,22.20,4e7,,CNY,CN,AA1",
            "P,A,T1,tower_110kv,113.55,22.15,1e6,,CNY,CN,AA1",
            "P,B,S2,substation,113.502,22.201,4e7,,CNY,CN,WTC",
            "P,C,S3,substation,113.502,22.202,4e7,,CNY,CN,AA1",
            "P,C,E1,substation,121.60,24.00,4e7,,CNY,TW,AA1"]
    write_book(folder, rows, ["P,A,CNY,P1,AA1,0", "P,B,CNY,P2,AA1,0", "P,C,CNY,P3,WSS;OSF,0"])
    step = 0.001
    lon = 113.42 + step * (np.arange(160) + 0.5)
    lat = 22.28 - step * (np.arange(160) + 0.5)
    away = np.hypot(lon[None, :] - 113.50, lat[:, None] - 22.20) / step
    ground = 1.6 + 0.002 * away - 1.2 * (away < 10.0)
    dem = depth_file(folder / "ground.tif", ground, 113.42, 22.28, step)
    return folder, made_up_events(30), SurfaceLayers(dem=(dem,))


def run_coast(coast, *perils, with_book=False, **choices):
    folder, events, layers = coast
    risk = Risk(read_portfolio(folder / "location.csv"), events,
                RiskRequest(samples=3, perils=perils, layers=layers, tide_m=1.0, **choices))
    if with_book:
        book = read_book(folder / "location.csv", folder / "account.csv")[0]
        for kind in risk.kinds:
            risk.use(BookStages(book, risk, kind), kind)
    return risk, list(risk.losses())


@pytest.fixture(scope="module")
def wet(coast):
    return run_coast(coast, "wind", "rain", "surge")


def by_code(risk, losses):
    """Ground-up and gross by peril, event, member."""
    out = {}
    for one in losses:
        for k, code in enumerate(one.codes):
            part = one.loss if one.by_peril is None else one.by_peril[:, :, :, k]
            whole = out.setdefault(code, np.zeros((len(risk.all_events), *part.shape[1:])))
            whole[one.event] += part
    return out


def test_water_adds_what_wind_has_left_and_changes_no_draw_of_it(coast, wet):
    wind, alone = run_coast(coast, "wind")
    all_perils = run_coast(coast, "wind", "rain", "surge", "quake")
    one, all_ = by_code(wind, alone), by_code(*all_perils)
    n = len(wind.all_events)
    np.testing.assert_allclose(all_["WTC"][:n, 0], one["WTC"][:, 0], rtol=1e-12)
    assert list(all_) == ["WTC", "OSF", "WSS", "QEQ"]
    for code in ("OSF", "WSS"):
        assert all_[code][:n, 0].sum() > 0.0
    # of one station: w + f - w f, never above the sum insured
    total = all_["WTC"] + all_["OSF"] + all_["WSS"]
    assert (total[:, 0].sum(axis=1) <= 4e7 * 4 + 1e6 + 1.0).all()
    for code, loss in by_code(*wet).items():
        np.testing.assert_array_equal(loss, all_[code][:n])
    quake, shaken = run_coast(coast, "quake")
    np.testing.assert_array_equal(by_code(quake, shaken)["QEQ"], all_["QEQ"][n:])


def test_blocks_change_nothing(coast, wet, monkeypatch):
    from riskcloud.analysis.risk import water as risk_water

    whole = by_code(*wet)
    monkeypatch.setattr(risk_water, "MOST_DEPTHS", 20)
    small = by_code(*run_coast(coast, "wind", "rain", "surge", most_values=400, most_draws=30))
    assert all(loss.any() for loss in whole.values())
    for code, loss in whole.items():
        np.testing.assert_allclose(small[code], loss, rtol=1e-12)


def test_policies_pay_for_the_perils_they_cover(coast):
    """S2 is covered against wind alone, S3's policy against water alone, A against all."""
    risk, losses = run_coast(coast, "wind", "rain", "surge", "quake", with_book=True)
    found = by_code(risk, losses)
    aal = pd.DataFrame(risk.locations, index=risk.table["loc_id"], columns=risk.stages.names)
    assert aal.loc["S1", "gross"] == pytest.approx(aal.loc["S1", "ground_up"], rel=1e-12)
    plain, of_wind = run_coast(coast, "wind")
    windy = pd.Series(plain.locations[:, 0], index=plain.table["loc_id"])
    # no quake and no water for S2; no wind for S3
    assert aal.loc["S2", "gross"] == pytest.approx(windy["S2"], rel=1e-12)
    assert 0.0 < aal.loc["S3", "gross"] < aal.loc["S3", "ground_up"]
    paid = sum(one[:, 1].sum() for one in found.values()) / 3 / 30
    assert paid == pytest.approx(aal["gross"].sum(), rel=1e-12)
