from pathlib import Path

import numpy as np
import pytest
import rasterio

from riskcloud.errors import InputError
from riskcloud.geo.raster import is_land

PLACES = {  # lon, lat, land: well inside, by any atlas
    "Guangzhou": (113.26, 23.13, True), "New Territories": (114.12, 22.42, True),
    "South China Sea": (114.5, 20.5, False), "Taiwan": (121.0, 23.8, True),
    "Taiwan Strait": (119.3, 24.0, False), "Hainan": (109.8, 19.2, True),
    "Gulf of Guinea": (0.0, 0.0, False), "Caspian Sea": (51.0, 41.0, False),
    "Viti Levu": (178.0, -17.8, True), "Chukotka east of 180": (-175.0, 66.5, True),
    "Wrangel Island on 180": (180.0, 71.1, True), "Antarctica": (10.0, -80.0, True),
}


@pytest.mark.parametrize("name", PLACES)
def test_known_places(name: str) -> None:
    lon, lat, land = PLACES[name]
    assert is_land(np.array([lon]), np.array([lat]))[0] == land


def test_poles() -> None:
    assert is_land(np.array([0.0, 123.4]), np.array([90.0, -90.0])).tolist() == [False, True]


def test_any_window_of_longitude() -> None:
    lon = np.random.default_rng(1).uniform(95.0, 195.0, 2000)
    lat = np.random.default_rng(2).uniform(-30.0, 50.0, 2000)
    expected = is_land(lon, lat)
    for turn in (-720.0, -360.0, 360.0):
        # a point within rounding of a cell's edge may change sides
        assert np.mean(is_land(lon + turn, lat) == expected) > 0.999
    assert is_land(np.array([-1e-15 - 180.0]), np.array([71.1]))[0]


def test_broadcasts_and_keeps_order() -> None:
    lon, lat = np.linspace(105.0, 118.0, 40), np.linspace(18.0, 26.0, 30)
    grid = is_land(lon[None, :], lat[:, None])
    assert grid.shape == (30, 40)
    one_by_one = [[is_land(np.array([x]), np.array([y]))[0] for x in lon[:5]] for y in lat[:5]]
    assert np.array_equal(grid[:5, :5], one_by_one)
    assert is_land(np.array([]), np.array([])).shape == (0,)


@pytest.mark.parametrize(("lon", "lat"), [(0.0, 90.1), (0.0, np.nan), (np.inf, 0.0)])
def test_coordinates_out_of_range(lon: float, lat: float) -> None:
    with pytest.raises(InputError, match="-90 <= lat <= 90"):
        is_land(np.array([lon]), np.array([lat]))


def test_agrees_with_globe_mask(shared: Path) -> None:
    """GLOBE at 30 arc seconds, South China: the two may differ along the coast only."""
    with rasterio.open(shared / "terrain" / "land_mask_30s_south_china.tif") as file:
        globe = file.read(1) > 0
        at = file.transform
    lon = at.c + at.a * (np.arange(globe.shape[1]) + 0.5)
    lat = at.f + at.e * (np.arange(globe.shape[0]) + 0.5)
    agreement = np.mean(is_land(lon[None, :], lat[:, None]) == globe)
    assert agreement > 0.99, f"agreement {agreement:.4f}"  # 0.9962 when made
