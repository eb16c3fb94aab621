"""Site exposure: what it refuses, what it says of its layers, in both languages."""

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.surface import SurfaceLayers, site_exposure
from riskcloud.messages import translated

LON, LAT = np.array([113.5, 114.0]), np.array([22.5, 22.5])


def test_every_fault_is_told_at_once_with_its_row():
    with pytest.raises(InputError) as caught:
        site_exposure(np.array([np.nan, 114.0, 114.0]), np.array([22.5, 88.0, 22.5]),
                      height_m=np.array([10.0, -3.0, 10.0]), terrain=np.array(["", "", "E"]))
    found = [(p.row, p.column, p.value) for p in caught.value.problems]
    assert found == [(2, "lon", "nan"), (3, "lat", "88.0"), (3, "height_m", "-3.0"),
                     (4, "terrain", "E")]
    assert all(translated(p.remedy, "zh") != p.remedy
               for p in caught.value.problems if p.column != "lon")


def test_arrays_of_other_lengths_are_refused():
    with pytest.raises(InputError, match="differ in length"):
        site_exposure(LON, LAT, terrain=np.array(["B"]))


def test_an_unknown_terrain_of_all_land_is_refused():
    with pytest.raises(InputError, match="terrain 'F': expected one of A, B, C, D"):
        site_exposure(LON, LAT, layers=SurfaceLayers(terrain="F"))


def test_no_sites_give_no_factors():
    found = site_exposure(np.empty(0), np.empty(0))
    assert found.gust_3s.shape == (0, 12)


def test_defaults_are_said():
    said = {one.layer: one for one in site_exposure(LON, LAT).layers}
    assert not any(one.given for one in said.values())
    assert said["roughness"].detail == "all land terrain B of GB 50009"
    assert said["height"].detail == "10 m above the ground everywhere"
    for one in said.values():
        assert translated(one.detail, "zh") != one.detail


def test_what_is_given_is_said():
    found = site_exposure(LON, LAT, height_m=np.array([35.0, np.nan]), terrain=np.array(["C", ""]))
    said = {one.layer: one for one in found.layers}
    assert said["roughness"].given and said["height"].given and not said["coast"].given
    assert said["roughness"].detail == ("the sites' own terrain (GB 50009) at 1 of 2 sites; land "
                                        "elsewhere terrain B of GB 50009")
    assert said["height"].detail == ("the sites' own heights above the ground; 1 of 2 without one "
                                     "at 10 m")
    assert translated(said["height"].detail, "zh") == "各位置自身的离地高度；2 个中有 1 个没有高度，取 10 米"


def test_a_site_without_height_is_at_10_m():
    own = site_exposure(LON, LAT, height_m=np.array([np.nan, 10.0]))
    np.testing.assert_array_equal(own.gust_3s, site_exposure(LON, LAT).gust_3s)
