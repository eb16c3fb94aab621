"""Surge rises with the deficit and the wind, forgets the fixes' times, and needs wind onshore."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.hazard.typhoon.path import resample
from riskcloud.hazard.typhoon.surge import storm_surge
from riskcloud.hazard.typhoon.track import read_track
from riskcloud.kernels import surge as kernel
from riskcloud.kernels import vortex
from riskcloud.kernels.profiles import HOLLAND, N_SHAPE

LON = np.array([113.58, 114.184, 114.213, 115.6])
LAT = np.array([22.27, 22.443, 22.291, 22.8])


@pytest.fixture(scope="module")
def hato(samples):
    return read_track(samples / "hato_2017.csv")


@given(share=st.floats(0.7, 1.3))
@settings(max_examples=10)
def test_stronger_wind_more_surge(hato, share):
    unsized = replace(hato, r34_m=np.full_like(hato.r34_m, np.nan), filled=())
    other = replace(unsized, max_wind_m_s=share * hato.max_wind_m_s)
    change = storm_surge(other, LON, LAT).surge_m - storm_surge(unsized, LON, LAT).surge_m
    assert (change * (share - 1.0) >= -1e-9).all()


@given(step=st.sampled_from([0.5, 1.0, 3.0]))
@settings(max_examples=3)
def test_times_of_fixes_do_not_matter(hato, step):
    coarse = resample(hato, 6.0)
    found = storm_surge(coarse, LON, LAT).surge_m
    np.testing.assert_allclose(storm_surge(resample(coarse, step), LON, LAT).surge_m, found,
                               rtol=0.02, atol=0.01)


def still_storm(wind, deficit_pa, x_km):
    """Two nodes six hours apart of a storm that stands x_km east of a meridian's coast."""
    nodes = np.zeros((25, vortex.SHAPE + N_SHAPE))
    nodes[:, vortex.LON] = 114.0 + x_km / 111.195 / np.cos(np.radians(20.0))
    nodes[:, vortex.LAT] = 20.0
    nodes[:, vortex.SIN_LAT], nodes[:, vortex.COS_LAT] = (np.sin(np.radians(20.0)),
                                                          np.cos(np.radians(20.0)))
    nodes[:, vortex.R_MAX], nodes[:, vortex.SPIN], nodes[:, vortex.STRETCH] = 50e3, 1.0, 1.0
    nodes[:, vortex.TIME] = np.linspace(0.0, 12.0, 25)
    nodes[:, vortex.SHAPE], nodes[:, vortex.SHAPE + 1] = 1.5, wind**2
    nodes[:, vortex.SHAPE + 3] = 1.0
    return nodes, np.stack([np.full(25, deficit_pa), np.full(25, 1.5)])


def surge_of(nodes, storm, towards, *, free=1.0, tide=0.0, depth=20.0):
    """Peak at a coast whose way of 100 km lies in one place: the wind is the same all along it."""
    n = 10
    segment = np.empty((kernel.N_SEGMENT, n))
    for row, value in ((kernel.LON_AT, 114.0), (kernel.LAT_AT, 20.0),
                       (kernel.SIN_AT, np.sin(np.radians(20.0))),
                       (kernel.COS_AT, np.cos(np.radians(20.0))), (kernel.LENGTH, 10e3),
                       (kernel.EAST, np.sin(np.radians(towards))),
                       (kernel.NORTH, np.cos(np.radians(towards))), (kernel.DEPTH, depth),
                       (kernel.FREE, free)):
        segment[row] = value
    numbers = np.array([0.93, 0.49e-3, 0.065e-3, 11.0, 2.5e-3, 1.15 / 1025.0,
                        9.80665 * 0.025**2, 1025.0 * 9.80665, 900e3, tide, 1.0, 0.0])
    found = np.zeros((1, kernel.N_FOUND))
    kernel.storm_surge(HOLLAND, np.array([114.0]), np.array([20.0]), np.array([0, n]), segment,
                       nodes, storm, numbers, found)
    return found[0]


@given(wind=st.floats(10.0, 70.0), x_km=st.floats(60.0, 300.0))
def test_wind_off_the_land_raises_nothing(wind, x_km):
    nodes, storm = still_storm(wind, 0.0, x_km)
    # west of a northern storm the wind blows to the south: a coast to the north sees it offshore
    assert surge_of(nodes, storm, towards=0.0, free=0.0)[kernel.TOTAL] == 0.0
    assert surge_of(nodes, storm, towards=180.0, free=0.0)[kernel.WIND] > 0.0


@given(deficit=st.floats(1e3, 1e4), more=st.floats(1.0, 3e3), wind=st.floats(5.0, 60.0))
def test_deeper_storms_raise_more(deficit, more, wind):
    low, high = (surge_of(*still_storm(wind, pa, 80.0), towards=180.0)[kernel.TOTAL]
                 for pa in (deficit, deficit + more))
    # the water's own weight: deeper water carries the wind a little better
    assert high > low


@given(wind=st.floats(15.0, 60.0), depth=st.floats(20.0, 80.0))
def test_shallow_water_rises_more(wind, depth):
    nodes, storm = still_storm(wind, 2e3, 80.0)
    deep, shallow = (surge_of(nodes, storm, towards=180.0, free=0.0, depth=one)[kernel.TOTAL]
                     for one in (depth, 0.8 * depth))
    assert shallow > deep
    tidal = surge_of(nodes, storm, towards=180.0, free=0.0, depth=depth, tide=2.0)
    assert tidal[kernel.TOTAL] < deep


@given(wind=st.floats(15.0, 60.0))
def test_current_with_the_coast_to_its_right_raises(wind):
    nodes, storm = still_storm(wind, 0.0, 100.0)  # the wind blows to the south
    to_its_right = surge_of(nodes, storm, towards=270.0)  # a coast to the west
    assert to_its_right[kernel.CURRENT] > 0.0
    assert surge_of(nodes, storm, towards=90.0)[kernel.CURRENT] <= 0.0
