"""Wind, rain and surge of one storm over a handful of assets."""

import numpy as np
import pandas as pd
import pytest

from riskcloud.analysis.water.rain_depth import STEPS_MM, RainDepth
from riskcloud.exposure.read import read_portfolio
from riskcloud.hazard.typhoon.surface import SurfaceLayers

pytestmark = pytest.mark.usefixtures("coarse_picture")

HEAD = ("LocNumber,AccNumber,AssetClass,Longitude,Latitude,BuildingTIV,LocCurrency,CountryCode,"
        "LocDed6All")
ROWS = ("T1,A,tower_110kv,113.55,22.15,1e6,CNY,CN,0", "S1,A,substation,113.50,22.20,4e7,CNY,CN,1e5",
        "B1,B,building_residential,113.50,22.20,5e6,CNY,CN,0",
        "B3,B,building_residential,85.00,45.00,5e6,CNY,CN,0")
ALL = ("wind", "rain", "surge")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "book.csv"
    path.write_text("\n".join([HEAD, *ROWS]), encoding="utf-8")
    return read_portfolio(path)


@pytest.fixture(scope="module")
def dem(tmp_path_factory):
    """Low ground about Zhuhai, a hollow of 1.5 m around the substation S1."""
    import rasterio
    from rasterio.transform import from_origin

    path = tmp_path_factory.mktemp("dem") / "ground.tif"
    step = 0.001
    lon = 113.3 + step * (np.arange(500) + 0.5)
    lat = 22.4 - step * (np.arange(400) + 0.5)
    ground = 3.0 + 0.002 * (np.abs(lon - 113.55)[None, :] + np.abs(lat - 22.2)[:, None]) / step
    away = np.hypot(lon[None, :] - 113.50, lat[:, None] - 22.20) / step
    ground -= 1.5 * (away < 10.0)
    with rasterio.open(path, "w", driver="GTiff", width=500, height=400, count=1, dtype="float32",
                       crs="EPSG:4326", transform=from_origin(113.3, 22.4, step, step)) as file:
        file.write(ground.astype("float32"), 1)
        file.units = ("m",)
    return path


@pytest.fixture(scope="module")
def wet(run, book, dem):
    return run(book, perils=ALL, layers=SurfaceLayers(dem=(dem,)), tide_m=3.0)


@pytest.fixture(scope="module")
def windy(run, book, dem):
    return run(book, layers=SurfaceLayers(dem=(dem,)))


def test_water_adds_to_the_wind_and_never_beyond_the_value(wet, windy):
    more = wet.losses["mean"] - windy.losses["mean"]
    assert (more >= -1e-9 * windy.losses["mean"]).all()
    station = wet.losses.set_index("loc_id").loc["S1"]
    assert station["depth_q95_m"] > 0.5 and station["p_flooded"] > 0.5
    assert station["mean"] > windy.losses.set_index("loc_id").loc["S1", "mean"]
    assert (wet.losses["q95"] <= wet.losses["tiv"]).all()
    most = wet.losses["wind_mean"] + np.maximum(wet.losses["rain_mean"], wet.losses["surge_mean"])
    assert (wet.losses["mean"] <= most + 1e-6).all()


def test_curves_that_hold_the_water_get_none_and_towers_do_not_flood(wet, windy):
    for name in ("T1", "B1"):
        assert (wet.losses.set_index("loc_id").loc[name, "mean"]
                == windy.losses.set_index("loc_id").loc[name, "mean"])
    assert wet.losses.set_index("loc_id").loc["B1", "surge_mean"] == 0.0
    assert wet.losses.set_index("loc_id").loc["B1", "surge_level_m"] > 3.0
    assert any("2 location(s) draw from wind curves fitted to losses that hold" in note
               for note in wet.summary["portfolio"]["notes"])
    assert any("standing water alone" in note for note in wet.summary["portfolio"]["notes"])


def test_each_peril_alone_is_told(wet, windy):
    by_peril = {row["peril"]: row for row in wet.summary["by_peril"]}
    assert list(by_peril) == list(ALL)
    assert by_peril["wind"]["mean"] == pytest.approx(windy.summary["total"][0]["mean"])
    together = wet.summary["total"][0]["mean"]
    assert max(row["mean"] for row in by_peril.values()) <= together
    assert together <= sum(row["mean"] for row in by_peril.values())
    assert wet.summary["largest"]["surge_level_m"] > 3.0


def test_the_gross_loss_and_totals_hold_the_water(wet):
    (total,) = wet.summary["total"]
    assert total["mean"] == pytest.approx(wet.losses["mean"].sum(), rel=1e-12)
    assert total["gross_mean"] < total["mean"]
    assert sum(part["variance_share"] for part in wet.summary["band_split"]) == pytest.approx(1.0)


def test_without_elevation_water_makes_no_loss_and_says_so(run, book):
    dry, wind = run(book, perils=ALL), run(book)
    np.testing.assert_array_equal(dry.losses["mean"], wind.losses["mean"])
    notes = dry.summary["portfolio"]["notes"]
    assert any("no elevation is given" in note for note in notes)
    assert any("its depth is not known" in note for note in notes)
    assert all("makes no loss" not in note for note in dry.summary["portfolio"]["notes_zh"])
    assert (dry.losses["rain_mm"].dropna() >= 0.0).all() and dry.losses["rain_mm"].max() > 50.0


def test_far_away_neither_rain_nor_surge(wet):
    far = wet.losses.set_index("loc_id").loc["B3"]
    assert far["rain_mm"] == 0.0 and far["mean"] == 0.0
    assert np.isnan(far["p_flooded"])  # outside the elevation and the shelf: not known, not dry


def test_rain_between_the_steps_stands_between_their_depths():
    depth = np.concatenate([[0.0], np.linspace(0.1, 1.0, len(STEPS_MM))])
    table = RainDepth(np.vstack([depth, np.full(len(depth), np.nan)]), ())
    found = table.at(slice(0, 2), np.array([[0.0, 12.5, 25.0, 125.0, 5000.0]] * 2))
    np.testing.assert_allclose(found[0], [0.0, 0.05, 0.1, 0.35, 1.0])
    assert np.isnan(found[1]).all()


def test_water_at_a_building_is_told_although_its_wind_curve_holds_the_loss(wet):
    losses = wet.losses.set_index("loc_id")
    for name in ("p_flooded", "depth_q95_m"):
        assert losses.loc["B1", name] == losses.loc["S1", name] > 0.5


def test_what_is_not_known_is_blank_and_never_dry(run, book):
    dry = run(book, perils=ALL)
    losses = dry.losses.set_index("loc_id")
    assert losses.loc["S1", ["p_flooded", "depth_q95_m", "rain_mean", "surge_mean"]].isna().all()
    by_peril = {row["peril"]: row["mean"] for row in dry.summary["by_peril"]}
    assert by_peril["rain"] is None and by_peril["wind"] > 0.0
    assert dry.summary["largest"]["depth_q95_m"] is None


def test_a_terrain_too_coarse_for_hollows_still_serves_the_surge(run, book, tmp_path):
    import rasterio
    from rasterio.transform import from_origin

    path = tmp_path / "coarse.tif"
    with rasterio.open(path, "w", driver="GTiff", width=80, height=80, count=1, dtype="float32",
                       crs="EPSG:4326", transform=from_origin(113.3, 22.4, 0.005, 0.005)) as file:
        file.write(np.full((80, 80), 2.0, "float32"), 1)
    found = run(book, perils=ALL, layers=SurfaceLayers(dem=(path,)), tide_m=3.0)
    assert any("too coarse for hollows" in note for note in found.summary["portfolio"]["notes"])
    assert any("过粗" in note for note in found.summary["portfolio"]["notes_zh"])
    station = found.losses.set_index("loc_id").loc["S1"]
    assert station["surge_mean"] > 0.0 and station["p_flooded"] == 1.0
    assert np.isnan(station["rain_mean"])


def test_the_tide_alone_floods_nothing(run, book, dem, track):
    from dataclasses import replace

    from riskcloud.analysis.flood.losses import flood_exposure
    from riskcloud.analysis.surge.ground import ground_of
    from riskcloud.analysis.water.perils import MemberSurge

    away = replace(track, lon=track.lon + 40.0)
    surge = MemberSurge([track, away], np.array([0, 1]), flood_exposure(book),
                        ground_of(book, (dem,)), 3.0)
    depth = surge.depth_m(0, 3, surge.level_m(0, 3))
    assert (depth[1:, 0] > 0.0).all() and (depth[:, 1] == 0.0).all()


def test_chunks_and_order_change_nothing(run, book, dem, wet, monkeypatch):
    from dataclasses import replace

    from riskcloud.analysis import forecast

    monkeypatch.setattr(forecast, "CHUNK_VALUES", 60)
    monkeypatch.setattr(forecast, "WIND_VALUES", 20)
    turned = replace(book, table=book.table.iloc[::-1].reset_index(drop=True))
    found = run(turned, perils=ALL, layers=SurfaceLayers(dem=(dem,)), tide_m=3.0)
    one, two = (each.losses.set_index("loc_id").sort_index() for each in (wet, found))
    pd.testing.assert_frame_equal(one, two, check_exact=True)
    for a, b in zip(wet.summary["by_peril"], found.summary["by_peril"], strict=True):
        assert a["mean"] == pytest.approx(b["mean"], rel=1e-12)


def test_a_deductible_sees_the_sum_of_wind_and_water(run, dem, tmp_path):
    """Above each part of a realisation alone and below both together, it leaves a loss."""
    rows = [HEAD, "S1,A,substation,113.50,22.20,4e7,CNY,CN,0"]
    (tmp_path / "free.csv").write_text("\n".join(rows), encoding="utf-8")
    free = run(read_portfolio(tmp_path / "free.csv"), perils=ALL, layers=SurfaceLayers(dem=(dem,)),
               tide_m=3.0)
    dry = run(read_portfolio(tmp_path / "free.csv"), layers=SurfaceLayers(dem=(dem,)))
    water = {row["peril"]: row for row in free.summary["by_peril"]}
    largest_wind = dry.summary["exceedance"][0]["loss"][-1]
    largest_both = free.summary["exceedance"][0]["loss"][-1]
    part = max(largest_wind, water["surge"]["q95"], water["rain"]["q95"])
    assert largest_both > part + 1.0
    held = 0.5 * (part + largest_both)
    rows[1] = rows[1][:-1] + f"{held:.2f}"
    (tmp_path / "held.csv").write_text("\n".join(rows), encoding="utf-8")
    kept = run(read_portfolio(tmp_path / "held.csv"), perils=ALL,
               layers=SurfaceLayers(dem=(dem,)), tide_m=3.0)
    assert 0.0 < kept.summary["total"][0]["gross_mean"] < kept.summary["total"][0]["mean"]
