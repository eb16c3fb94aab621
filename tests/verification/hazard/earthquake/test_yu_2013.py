"""Yu et al. (2013): the published form on the axes, the ellipse between, Yangbi 2021."""

import numpy as np
import pyproj
import pytest

from riskcloud.catalog import load_card
from riskcloud.hazard.earthquake.ground_motion import shaking
from riskcloud.hazard.earthquake.ground_motion.yu_2013 import MEASURES, axis_lines, yu_2013
from riskcloud.hazard.earthquake.rupture import source_distances
from riskcloud.types import Earthquake

REGIONS = ("active", "tibetan", "eastern", "stable")
MAGNITUDES = (4.5, 5.5, 6.4, 6.5, 6.6, 7.5, 8.0)
G_CM_S2 = 980.665
YANGBI = Earthquake("yangbi_2021", np.datetime64("2021-05-21T13:48:00"), 99.87, 25.67, 8.0, 6.4,
                    "M", strike_deg=135.0, agency="CENC")


def level(value, measure):
    """ln of cm/s2 or cm/s, as the tables have it."""
    return np.log(value * (G_CM_S2 if measure == "pga" else 1.0))


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("measure", MEASURES)
def test_the_axes_have_the_published_form(region, measure):
    """ln Y = A + B M + C ln(R + D exp(E M)), exactly, from the rows of the table."""
    rows = load_card("ground_motion", "yu_2013").rows("coefficients.csv")
    km = np.array([0.5, 1.0, 3.0, 10.0, 50.0, 200.0, 1000.0, 3000.0])
    for axis, azimuth in (("long", 40.0), ("long", 220.0), ("short", 130.0), ("short", 310.0)):
        row = next({key: float(value) for key, value in row.items()
                    if key not in ("region", "measure", "axis")} for row in rows
                   if (row["region"], row["measure"], row["axis"]) == (region, measure, axis))
        for ms in MAGNITUDES:
            a, b = (row["a"], row["b"]) if ms <= 6.5 else (row["a_high"], row["b_high"])
            published = a + b * ms + row["c"] * np.log(km + row["d"] * np.exp(row["e"] * ms))
            found, sigma = yu_2013(km, np.full(len(km), azimuth), measure=measure, ms=ms,
                                   region=region, strike_deg=40.0)
            assert level(found, measure) == pytest.approx(published, abs=1e-9)
            assert sigma == {"pga": 0.5428, "pgv": 0.6233}[measure]


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("measure", MEASURES)
def test_every_site_lies_on_the_ellipse_of_its_level(region, measure):
    rng = np.random.default_rng(5)
    km, azimuth = 10.0 ** rng.uniform(1.0, 3.5, 3000), rng.uniform(0.0, 360.0, 3000)
    for ms in MAGNITUDES:
        found, _ = yu_2013(km, azimuth, measure=measure, ms=ms, region=region, strike_deg=77.0)
        half = {axis: np.exp((level(found, measure) - a) / c) - d
                for axis, (a, c, d) in axis_lines(region, measure, ms).items()}
        along = km * np.cos(np.radians(azimuth - 77.0))
        across = km * np.sin(np.radians(azimuth - 77.0))
        on = (along / half["long"]) ** 2 + (across / half["short"]) ** 2
        assert on == pytest.approx(1.0, abs=1e-8)


@pytest.mark.parametrize("measure", MEASURES)
def test_without_a_strike_areas_stay(measure):
    """The circle through a site has the area of the ellipse of its level."""
    km = 10.0 ** np.linspace(-1.0, 3.0, 50)
    found, _ = yu_2013(km, np.zeros(50), measure=measure, ms=6.4, region="tibetan", strike_deg=None)
    half = [np.exp((level(found, measure) - a) / c) - d
            for a, c, d in axis_lines("tibetan", measure, 6.4).values()]
    assert np.sqrt(half[0] * half[1]) == pytest.approx(km, rel=1e-7)


def test_the_table_is_that_of_a_second_copy():
    """Common logarithms to three digits, as a public copy of the paper's tables 4 and 5 has them.

    Rows: A, B to M 6.5, then A, B above; C, D, E are the same. The copy gives aE and nE of the four
    regions. It is no rounding of ours: the motions of the two differ by up to 2.5 %.
    """
    copy = {
        ("eastern", "pga", "long"): (1.979, 0.671, 3.533, 0.432),
        ("eastern", "pga", "short"): (1.176, 0.660, 2.753, 0.418),
        ("stable", "pga", "long"): (2.417, 0.498, 3.706, 0.298),
        ("stable", "pga", "short"): (1.715, 0.471, 2.690, 0.321),
        ("active", "pga", "long"): (1.791, 0.720, 3.403, 0.472),
        ("active", "pga", "short"): (0.983, 0.713, 2.610, 0.463),
        ("tibetan", "pga", "long"): (2.387, 0.645, 3.807, 0.411),
        ("tibetan", "pga", "short"): (1.003, 0.609, 2.457, 0.388),
        ("eastern", "pgv", "long"): (-0.363, 0.791, 1.437, 0.513),
        ("eastern", "pgv", "short"): (-1.147, 0.788, 0.712, 0.502),
        ("stable", "pgv", "long"): (0.093, 0.621, 1.640, 0.382),
        ("stable", "pgv", "short"): (-0.589, 0.601, 0.671, 0.407),
        ("active", "pgv", "long"): (-0.547, 0.840, 1.310, 0.554),
        ("active", "pgv", "short"): (-1.351, 0.843, 0.569, 0.549),
        ("tibetan", "pgv", "long"): (-0.064, 0.766, 1.714, 0.491),
        ("tibetan", "pgv", "short"): (-1.301, 0.741, 0.443, 0.474),
    }
    rows = load_card("ground_motion", "yu_2013").rows("coefficients.csv")
    assert len(rows) == len(copy)
    for row in rows:
        a, b, a_high, b_high = copy[row["region"], row["measure"], row["axis"]]
        ours = {key: float(row[key]) / np.log(10.0) for key in ("a", "b", "a_high", "b_high")}
        for ms in (4.5, 6.5):
            assert ours["a"] + ours["b"] * ms == pytest.approx(a + b * ms, abs=np.log10(1.025))
        for ms in (6.6, 8.0):
            high = ours["a_high"] + ours["b_high"] * ms
            assert high == pytest.approx(a_high + b_high * ms, abs=np.log10(1.025))


def intensity(pga_g, pgv_cm_s):
    """GB/T 17742-2020, unrounded: the mean of both, of velocity alone where both are VI or more."""
    by_acceleration = 3.17 * np.log10(pga_g * 9.80665) + 6.59
    by_velocity = 3.00 * np.log10(pgv_cm_s / 100.0) + 9.77
    strong = (by_acceleration >= 6.0) & (by_velocity >= 6.0)
    return np.where(strong, by_velocity, 0.5 * (by_acceleration + by_velocity))


@pytest.fixture(scope="module")
def yangbi_grid():
    """Places 0.5 km apart around the epicentre, and their distances."""
    x, y = np.meshgrid(*2 * [np.arange(-90.0, 90.0, 0.5) + 0.25])
    geod = pyproj.Geod(ellps="WGS84")
    start = [np.full(x.size, value) for value in (YANGBI.lon, YANGBI.lat)]
    lon, lat, _ = geod.fwd(*start, np.degrees(np.arctan2(x, y)).ravel(),
                           1000.0 * np.hypot(x, y).ravel())
    return lon, lat, source_distances(YANGBI, lon, lat)


def areas(grid, distance):
    lon, lat, away = grid
    pga, pgv = shaking(YANGBI, lon, lat, model="yu_2013", measures=["pga", "pgv"], distances=away,
                       distance=distance)
    assert "region tibetan: epicentre in zone tibetan_plateau" in pga.notes
    degrees = intensity(pga.median, pgv.median)
    return [0.25 * np.count_nonzero(degrees >= degree - 0.5) for degree in (6, 7, 8)]


def test_yangbi_by_the_published_distance(yangbi_grid):
    """About 8,500, 2,000 and 380 km2 of VI, VII, VIII and more; a degree n begins at n - 0.5.

    Surveyed: 6600, 1100, 170 km2 (CENC M 6.4; China Earthquake Administration, 2021).
    """
    found = areas(yangbi_grid, "epicentral")
    assert found == pytest.approx([8500.0, 2000.0, 380.0], rel=0.03)
    for area, surveyed, factor in zip(found, (6600.0, 1100.0, 170.0), (2, 2, 3), strict=True):
        assert surveyed / factor < area < surveyed * factor


def test_yangbi_has_no_viii_with_a_depth_of_15_km(yangbi_grid):
    found = areas(yangbi_grid, "openquake_15km")
    assert found[2] == 0.0
    assert 1000.0 < found[1] < 2000.0


def test_the_depth_of_15_km_on_the_axes():
    """OpenQuake's own level on each axis: sqrt(R^2 + 15^2) in place of R."""
    km = np.array([0.0, 5.0, 30.0, 200.0])
    for axis, azimuth in (("long", 135.0), ("short", 45.0)):
        a, c, d = axis_lines("tibetan", "pga", 6.4)[axis]
        found, _ = yu_2013(km[1:], np.full(3, azimuth), measure="pga", ms=6.4, region="tibetan",
                           strike_deg=135.0, distance="openquake_15km")
        published = a + c * np.log(np.hypot(km[1:], 15.0) + d)
        assert level(found, "pga") == pytest.approx(published, abs=1e-9)
