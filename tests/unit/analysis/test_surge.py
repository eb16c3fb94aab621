"""A surge over a book: ground, ridges, what is said of each location, given rasters, notes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import rasterio
from rasterio.transform import from_origin

from riskcloud.analysis.surge.coast import SurgeRequest
from riskcloud.analysis.surge.run import surge
from riskcloud.errors import InputError
from riskcloud.exposure.read import read_portfolio
from riskcloud.hazard.flood.depth_files import DepthRasters, parse_depths
from riskcloud.hazard.typhoon.surge.given import LevelRaster
from riskcloud.hazard.typhoon.track import read_track
from riskcloud.messages import translated

FACTS = {"source": "book.csv", "n_locations": 5, "n_rejected": 0}
SITES = {"coast": (113.575, 22.265), "behind": (113.54, 22.28), "hill": (113.56, 22.29),
         "inland": (113.3, 25.4), "abroad": (2.35, 48.85)}


@pytest.fixture(scope="module")
def hato(samples):
    return read_track(samples / "hato_2017.csv")


def book(tmp_path, ground=None, **columns):
    table = pd.DataFrame({
        "LocNumber": list(SITES), "PolNumber": "P1", "ClientNumber": "C1", "BranchName": "B1",
        "AssetClass": "building_commercial", "Longitude": [lon for lon, _ in SITES.values()],
        "Latitude": [lat for _, lat in SITES.values()], "CoordinateSystem": "WGS84",
        "BuildingTIV": 1e6, "LocCurrency": "CNY"} | columns)
    if ground is not None:
        table["GroundElevation"], table["GroundElevationUnit"] = ground, 2
    path = tmp_path / "book.csv"
    table.to_csv(path, index=False)
    return read_portfolio(path)


def raster(path, values, *, unit="", nodata=None):
    """A raster of 0.01 degree over Zhuhai; values (rows, columns) or one number."""
    grid = np.full((60, 60), values, np.float32) if np.isscalar(values) else values
    with rasterio.open(path, "w", driver="GTiff", width=60, height=60, count=1, dtype="float32",
                       crs="EPSG:4326", transform=from_origin(113.3, 22.55, 0.01, 0.01),
                       nodata=nodata) as file:
        file.write(grid.astype(np.float32), 1)
        if unit:
            file.units = (unit,)
    return path


def said(result):
    return dict(zip(SITES, result.table["water"], strict=True))


def test_without_ground_nothing_is_dry_that_may_be_wet(tmp_path, hato):
    result = surge(book(tmp_path), hato, SurgeRequest(), FACTS)
    assert said(result) == {"coast": "no_ground", "behind": "no_ground", "hill": "no_ground",
                            "inland": "inland", "abroad": "no_coast"}
    depth = dict(zip(SITES, result.water.depth_m, strict=True))
    assert np.isnan(depth["coast"]) and np.isnan(depth["abroad"]) and depth["inland"] == 0.0
    notes = " ".join(result.summary["notes"])
    assert "ground elevation of 5 location(s) not known: give --dem" in notes
    assert "no tide given" in notes and "lie where no shelf is known" in notes
    assert "1 location(s) lie more than 50 km from any coast: dry" in notes
    assert "eberenz" in notes and "must not be added" in notes
    assert result.summary["floods"][0]["totals"][0]["loss"] == 0.0


def test_every_note_has_its_chinese(tmp_path, hato):
    dem = raster(tmp_path / "dem.tif", 1.0)
    for request in (SurgeRequest(), SurgeRequest(tide_m=6.0, dem=(dem,)),
                    SurgeRequest(level=LevelRaster(str(raster(tmp_path / "level.tif", 9.0))))):
        result = surge(book(tmp_path), hato, request, FACTS)
        for note in result.summary["notes"]:
            assert translated(note, "zh") != note, note
        assert translated(result.summary["layer"]["detail"], "zh") != result.water.layer.detail


def test_portfolio_ground_goes_before_the_dem(tmp_path, hato):
    dem = raster(tmp_path / "dem.tif", 0.5)
    result = surge(book(tmp_path, ground=[1.0, "", 50.0, "", ""]), hato,
                   SurgeRequest(tide_m=1.0, dem=(dem,)), FACTS)
    found = result.table.set_index("loc_id")
    assert found.loc["coast", "ground_m"] == 1.0 and found.loc["behind", "ground_m"] == 0.5
    assert said(result)["hill"] == "dry" and said(result)["coast"] == "wet"
    level = found.loc["coast", "level_m"]
    assert found.loc["coast", "depth_m"] == pytest.approx(level - 1.0)
    assert level == pytest.approx(1.0 + found.loc["coast", "surge_m"]
                                  - 0.069 * found.loc["coast", "coast_km"])
    assert found.loc["coast", "loss"] > found.loc["hill", "loss"] == 0.0
    lower = surge(book(tmp_path, ground=[1.0, "", 50.0, "", ""]), hato,
                  SurgeRequest(tide_m=1.0, datum_shift_m=-0.5, dem=(dem,)), FACTS)
    assert lower.table["depth_m"][0] == pytest.approx(found.loc["coast", "depth_m"] - 0.5)


def test_feet_of_ground_without_unit_are_said(tmp_path, hato):
    result = surge(book(tmp_path, GroundElevation=10.0), hato, SurgeRequest(), FACTS)
    assert result.water.ground_m[0] == pytest.approx(3.048)
    assert any("feet taken, as OED has it" in note for note in result.summary["notes"])


def test_a_ridge_keeps_the_water_out(tmp_path, hato):
    grid = np.full((60, 60), 0.5)
    grid[:, 25] = 20.0  # at 113.55, between the site and the sea to the east
    dem = raster(tmp_path / "dem.tif", grid)
    result = surge(book(tmp_path), hato, SurgeRequest(tide_m=1.0, dem=(dem,)), FACTS)
    assert said(result)["behind"] == "ridge" and said(result)["coast"] == "wet"
    assert result.water.depth_m[1] == 0.0
    assert any("water that comes round it is missed" in note for note in result.summary["notes"])


def test_a_level_raster_is_taken_as_given(tmp_path, hato):
    path = raster(tmp_path / "level.tif", 400.0, unit="cm")
    result = surge(book(tmp_path, ground=[1.0, 4.5, "", 1.0, 1.0]), hato,
                   SurgeRequest(level=LevelRaster(str(path))), FACTS)
    assert said(result) == {"coast": "wet", "behind": "dry", "hill": "no_ground",
                            "inland": "no_value", "abroad": "no_value"}
    assert result.water.depth_m[0] == pytest.approx(3.0) and result.coast.empty
    assert any("water levels in cm turned to metres" in note for note in result.summary["notes"])


@pytest.mark.parametrize(("level", "unit", "match"), [
    (300.0, None, "a level of 300 m"), (3.0, "kn", "is a speed"), (25.0, None, "a level of 25 m")])
def test_levels_in_other_units_are_refused(tmp_path, hato, level, unit, match):
    path = raster(tmp_path / "level.tif", level, unit=unit or "")
    with pytest.raises(InputError, match=match):
        surge(book(tmp_path), hato, SurgeRequest(level=LevelRaster(str(path))), FACTS)


def test_a_level_raster_elsewhere_is_refused(tmp_path, hato, monkeypatch):
    monkeypatch.setitem(SITES, "coast", (113.575, 22.265))
    path = tmp_path / "far.tif"
    with rasterio.open(path, "w", driver="GTiff", width=2, height=2, count=1, dtype="float32",
                       crs="EPSG:4326", transform=from_origin(10.0, 50.0, 0.1, 0.1)) as file:
        file.write(np.ones((1, 2, 2), np.float32))
    with pytest.raises(InputError, match="no site lies in it") as caught:
        surge(book(tmp_path), hato, SurgeRequest(level=LevelRaster(str(path))), FACTS)
    assert "reference system" in str(caught.value.problems[0])


def test_a_depth_raster_is_taken_as_given(tmp_path, hato):
    path = raster(tmp_path / "depth.tif", 1.5)
    request = SurgeRequest(depth=DepthRasters(parse_depths([str(path)])))
    result = surge(book(tmp_path), hato, request, FACTS)
    assert said(result)["coast"] == "wet" and said(result)["abroad"] == "no_value"
    assert result.water.depth_m[0] == 1.5 and result.summary["highest_surge_m"] is None


def test_a_track_that_never_comes_near_is_said(tmp_path, hato):
    from dataclasses import replace

    result = surge(book(tmp_path, ground=2.0), replace(hato, lon=hato.lon + 40.0), SurgeRequest(),
                   FACTS)
    assert any("it never comes near" in note for note in result.summary["notes"])
    assert said(result)["coast"] == "dry" and result.summary["highest_surge_m"] == 0.0


def test_tides_are_asked_about(tmp_path, hato):
    result = surge(book(tmp_path), hato, SurgeRequest(tide_m=8.0), FACTS)
    assert any("a tide of 8 m is unusual" in note for note in result.summary["notes"])
    with pytest.raises(InputError, match="is it in feet or centimetres"):
        surge(book(tmp_path), hato, SurgeRequest(tide_m=180.0), FACTS)


def test_the_tide_alone_is_not_the_storms_water(tmp_path, hato):
    away = replace(hato, lon=hato.lon + 40.0)
    result = surge(book(tmp_path, [0.5, 0.5, 9.0, 9.0, 9.0]), away, SurgeRequest(tide_m=1.2), FACTS)
    assert said(result)["coast"] == said(result)["behind"] == "dry"
    assert result.summary["floods"][0]["totals"][0]["loss"] == 0.0
    assert "2 location(s) lie below the tide itself" in " ".join(result.summary["notes"])
    unknown = surge(book(tmp_path), away, SurgeRequest(tide_m=1.2), FACTS)
    assert said(unknown)["coast"] == "dry"


def test_a_site_at_sea_is_no_data_and_an_island_is_not(tmp_path, hato):
    places = {"Longitude": [114.5, 114.0, 114.0, 113.3, 2.35],
              "Latitude": [20.5, 21.7, 21.7, 25.4, 48.85]}
    ground = [np.nan, 0.0, 0.05, 9.0, 9.0]
    result = surge(book(tmp_path, ground, **places), hato, SurgeRequest(tide_m=4.0), FACTS)
    assert list(result.table["water"]) == ["sea", "sea", "wet", "inland", "no_coast"]
    assert np.isnan(result.table["depth_m"][:2]).all()
    assert any(translated(note, "zh").startswith("2 个标的位于海上")
               for note in result.summary["notes"])


@pytest.mark.parametrize("shift", [np.nan, np.inf, -500.0])
def test_a_shift_that_is_no_metres_is_refused(tmp_path, hato, shift):
    with pytest.raises(InputError, match="datum shift .* m: expected metres") as caught:
        surge(book(tmp_path), hato, SurgeRequest(datum_shift_m=shift), FACTS)
    assert translated(caught.value.message, "zh").startswith("基准面差")


def test_land_below_the_datum_is_as_deep_as_it_lies(tmp_path, hato):
    grid = np.full((60, 60), -1.5)
    grid[:, 27:] = -9.0  # the floor of the sea, at the coast
    dem = raster(tmp_path / "dem.tif", grid)
    result = surge(book(tmp_path), hato, SurgeRequest(dem=(dem,)), FACTS)
    water = result.water
    behind, hill = list(SITES).index("behind"), list(SITES).index("hill")
    assert water.ground_m[[behind, hill]].tolist() == [-1.5, -1.5]
    assert water.depth_m[behind] == pytest.approx(water.level_m[behind] + 1.5)
    assert said(result)["coast"] == "no_ground"  # -9 m is no ground
    notes = [translated(note, "zh") for note in result.summary["notes"]]
    assert any("2 个标的低于 0 米（最低 -1.5 米）" in note for note in notes)
    assert any("1 个标的低于陆地可能的高程（-7 米）" in note for note in notes)
