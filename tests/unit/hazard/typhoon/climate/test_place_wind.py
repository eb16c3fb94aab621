"""Typhoon wind of places: between cells and periods, where there is nothing, beside the code."""

import numpy as np
import pytest

from riskcloud.catalog import load_card
from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.climate import place
from riskcloud.hazard.typhoon.climate.code_wind import code_wind
from riskcloud.hazard.typhoon.climate.place import place_wind
from riskcloud.hazard.typhoon.climate.wind_grid import WindGrid
from riskcloud.messages import translated

LON, LAT = np.arange(110.5, 115.0), np.arange(20.5, 24.0)  # centres of 5 by 4 cells of a degree


@pytest.fixture
def grid(monkeypatch):
    """A plane in place, 10 m/s more for ten times the period; the last cell has no value."""
    x, y = np.meshgrid(LON, LAT)
    level = (x + 2.0 * y - 110.0)[..., None] + np.array([0.0, 10.0, 20.0])
    level[-1, -1] = np.nan
    wind = np.stack([level, level - 1.0, level + 2.0], axis=-1).astype(np.float32)
    made = WindGrid(load_card("wind_climate", "south_china"), 110.0, 20.0, 1.0,
                    np.array([10.0, 100.0, 1000.0]), {"gust_3s": wind, "mean_10min": 0.6 * wind})
    monkeypatch.setattr(place, "load_grid", lambda model: made)
    return made


def plane(lon, lat):
    return lon + 2.0 * lat - 110.0


def test_bilinear_between_cells(grid):
    lon, lat = np.array([110.5, 112.3, 113.9]), np.array([20.5, 21.75, 21.1])
    gust, mean = place_wind(lon, lat, periods=(10, 100))
    assert gust.level[:, 0] == pytest.approx(plane(lon, lat), rel=1e-6)
    assert gust.low == pytest.approx(gust.level - 1.0, rel=1e-6)
    assert gust.high == pytest.approx(gust.level + 2.0, rel=1e-6)
    assert mean.level == pytest.approx(0.6 * gust.level, rel=1e-6)
    assert (gust.measure, mean.measure) == ("gust_3s", "mean_10min") and gust.unit == "m/s"
    assert (gust.layer_of == 0).all() and gust.layers[0].resolution == "1 deg, about 111 km"


def test_nearest_in_the_outer_half_of_the_edge_cells_and_by_a_cell_without_value(grid):
    gust, _ = place_wind(np.array([110.0, 110.1, 114.3]), np.array([20.0, 22.5, 23.3]),
                         periods=(10,))
    assert gust.level[0, 0] == pytest.approx(plane(110.5, 20.5))
    assert gust.level[1, 0] == pytest.approx(plane(110.5, 22.5))
    assert np.isnan(gust.level[2, 0]) and gust.layer_of[2] == -1  # in the cell without value
    beside, _ = place_wind(np.array([113.9]), np.array([23.4]), periods=(10,))
    assert beside.level[0, 0] == pytest.approx(plane(113.5, 23.5))  # nearest of the four


def test_periods_are_linear_in_the_logarithm_and_end_where_the_grid_ends(grid):
    gust, _ = place_wind(np.array([112.0]), np.array([22.0]), periods=(5, 10, 50, 475, 2000))
    expected = plane(112.0, 22.0) + 10.0 * np.log10([1.0, 5.0, 47.5])
    assert gust.level[0, 1:4] == pytest.approx(expected, rel=1e-6)
    assert np.isnan(gust.level[0, [0, 4]]).all()
    assert any("spans 10 to 1000 years" in note for note in gust.notes)


def test_outside_is_no_data_never_low(grid):
    gust, mean = place_wind(np.array([109.9, 112.0, 472.0]), np.array([22.0, 24.1, 22.0]))
    assert gust.known.tolist() == [False, False, True]
    assert gust.layer_of.tolist() == [-1, -1, 0]
    assert np.isnan(gust.level[:2]).all() and np.isnan(mean.high[:2]).all()
    assert gust.notes[0].startswith("a site outside the grid")


def test_calm_at_short_periods_is_said(grid):
    grid.wind_m_s["gust_3s"][0, 0, 0] = np.nan
    gust, _ = place_wind(np.array([110.5]), np.array([20.5]), periods=(10, 100))
    assert np.isnan(gust.level[0, 0]) and np.isfinite(gust.level[0, 1])
    assert gust.layer_of[0] == 0 and any("calm" in note for note in gust.notes)


@pytest.mark.parametrize("periods", [(), (50, 10), (10, 10), (1, 10), (float("nan"),)])
def test_periods_that_cannot_be(grid, periods):
    with pytest.raises(InputError, match="expected years above 1, ascending"):
        place_wind(np.array([112.0]), np.array([22.0]), periods=periods)


def test_the_code_stands_beside_the_mean(grid):
    """w0 of Macau 0.75, 0.85, 0.90 kPa (GB 50009-2012, Table E.5): v = sqrt(1600 w0)."""
    gust, mean = place_wind(np.array([113.55, 112.0]), np.array([22.2, 20.6]))
    assert gust.beside == {} and gust.beside_layer is None
    assert [mean.beside[period][0] for period in (10.0, 50.0, 100.0)] == pytest.approx(
        [34.64, 36.88, 37.95], abs=0.01)
    assert np.isnan(mean.beside[50.0][1]) and mean.beside_layer.kind == "code"
    assert "km away" in mean.beside_layer.resolution
    assert any("no station of the wind code" in note for note in mean.notes)


def test_the_code_has_a_station_only_so_near():
    found = code_wind(np.array([110.388, 110.388, 110.388]), np.array([21.234, 21.55, 30.0]))
    assert found.mean_10min_m_s[50.0][:2] == pytest.approx(np.sqrt(1600.0 * 0.8))
    assert np.isnan(found.mean_10min_m_s[50.0][2]) and np.isnan(found.distance_m[2])
    assert found.distance_m[0] < 1e3 < found.distance_m[1] < 40e3


def test_stations_stand_in_their_towns(shared):
    """Within 35 km of the administrative centres that the shared table gives for them."""
    import csv

    from riskcloud.geo.points import haversine_m

    path = shared / "design_codes/gb50009_basic_wind_pressure_south_china.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        centres = {row["station"]: row for row in csv.DictReader(file)}
    rows = load_card("code_wind", "gb50009_2012").rows("stations.csv")
    assert len(rows) == len(centres) - 1
    for row in rows:
        source = centres[row["station"]]
        for period in (10, 50, 100):
            assert float(row[f"w0_{period}_kpa"]) == float(source[f"w0_R{period}_kPa"])
        if source["approx_lon"]:
            assert haversine_m(*(float(value) for value in (
                row["lon"], row["lat"], source["approx_lon"], source["approx_lat"]))) < 35e3


def test_all_that_is_said_has_a_chinese_form(grid):
    gust, mean = place_wind(np.array([90.0, 112.0]), np.array([22.0, 22.0]), periods=(2, 50))
    for words in (*gust.notes, *mean.notes, gust.layers[0].detail, gust.layers[0].date,
                  mean.beside_layer.detail, mean.beside_layer.resolution):
        assert translated(words, "zh") != words, words
