"""Speed-up over hills against closed forms, published guidelines, field data and the code.

Closed forms of potential flow, u'/U at height z over the crest (z0 enters by the amplification
alone, which is taken off here): ridge H/(1 + (x/L)^2): H/L (1 + z/L)^-2 (Emeis, Wind Energy
Meteorology, eqs. 4.4-4.6); round hill H (1 + (r/L)^2)^-1.5: H/L (1 + z/L)^-3 (the potential
-H L^2 (r^2 + (z + L)^2)^-0.5 fulfils the boundary condition and Laplace's equation).
"""

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from riskcloud.errors import InputError, NotFoundError
from riskcloud.geo.elevation import open_elevation
from riskcloud.hazard.typhoon.surface import terrain
from riskcloud.hazard.typhoon.surface.terrain import hill_factor, island_factor, terrain_factors
from riskcloud.kernels import terrain as kernel
from riskcloud.messages import translated

LON, LAT = 113.0, 23.0
M_PER_DEG = 6371008.8 * np.pi / 180.0
CELL = 1.0 / 3600.0
E, W, N = 3, 9, 0


def ridge(height, length, turn=0.0):
    return lambda x, y: 300.0 + height / (
        1.0 + ((x * np.cos(turn) - y * np.sin(turn)) / length) ** 2)


def bell(height, half_x, half_y):
    """Half of its height at half_x east and half_y north of the top."""
    return lambda x, y: 10.0 + height * np.exp(-np.log(2.0) * ((x / half_x) ** 2
                                                               + (y / half_y) ** 2))


@pytest.fixture
def elevation(tmp_path):
    names = (tmp_path / f"hill{k}.tif" for k in range(99))

    def build(of, *, cell=CELL, n=801):
        offset = cell * (np.arange(n) - n // 2)
        x, y = np.meshgrid(offset * M_PER_DEG * np.cos(np.radians(LAT)), -offset * M_PER_DEG)
        path = next(names)
        with rasterio.open(path, "w", driver="GTiff", width=n, height=n, count=1, dtype="float32",
                           crs="EPSG:4326", transform=from_origin(
                               LON + offset[0] - cell / 2, LAT - offset[0] + cell / 2, cell,
                               cell)) as file:
            file.units = ("m",)
            file.write(of(x, y).astype("float32"), 1)
        return open_elevation([path])
    return build


def at(dem, east_m=0.0, north_m=0.0, **options):
    lon = np.atleast_1d(LON + east_m / (M_PER_DEG * np.cos(np.radians(LAT))))
    lat = np.broadcast_to(LAT + north_m / M_PER_DEG, lon.shape)
    return terrain_factors(lon, lat, dem=dem, **options)


def potential(dem, z):
    """The integral of the kernel without its amplification: potential flow (1, 12)."""
    (around,) = terrain.around_sites(dem, np.array([LON]), np.array([LAT]), reach_m=1e4)
    radius, n_within = terrain.rings(around.cell_m, terrain.load_card("terrain", "linear"))
    out = np.empty((1, 12))
    # a middle layer at the surface: the ratio of winds is 1
    kernel.linear_speed_up(around.window, around.u, around.v, around.jacobian, np.array([z]),
                           radius, 0.0 * radius, 0.0 * radius, 1e-4, n_within,
                           2.0 * np.pi * np.arange(36) / 36, out)
    return out[0]


@pytest.mark.parametrize("z", [2.0, 10.0, 60.0])
def test_potential_flow_has_its_closed_forms(elevation, z):
    height, length = 40.0, 300.0
    over_ridge = potential(elevation(ridge(height, length)), z)
    # 3 %: cells of 30 m, and what lies beyond 10 km
    assert over_ridge[[E, W]] == pytest.approx(height / length * (1 + z / length) ** -2, rel=0.03)
    assert over_ridge[N] == pytest.approx(0.0, abs=0.03 * height / length)
    def hill(x, y):
        return 300.0 + height * (1.0 + (x * x + y * y) / length**2) ** -1.5

    over_hill = potential(elevation(hill), z)
    assert over_hill == pytest.approx(np.full(12, height / length * (1 + z / length) ** -3),
                                      rel=0.04)


def test_guidelines_at_ten_metres(elevation):
    """Taylor and Lee (1984): dS = 2.0 H/L exp(-3 z/L) on a ridge, 1.6 H/L exp(-4 z/L) on a hill,
    L where the hill has half its height; their "about" allows 10 %.
    """
    height, half = 50.0, 250.0
    on_ridge = at(elevation(ridge(height, half))).mean[0]
    assert on_ridge[[E, W]] - 1.0 == pytest.approx(2.0 * height / half * np.exp(-30.0 / half),
                                                   rel=0.1)
    on_hill = at(elevation(bell(height, half, half))).mean[0] - 1.0
    assert on_hill == pytest.approx(np.full(12, 1.6 * height / half * np.exp(-40.0 / half)),
                                    rel=0.1)


def test_askervein(elevation):
    """Taylor and Teunissen (1987), Boundary-Layer Meteorol. 39, 15-39: 116 m high, an ellipse of
    about 1 x 2 km, wind of 210 degrees across it; dS = 0.8 at 10 m over the hilltop.

    The hill is drawn as a bell of half-lengths 220 and 850 m, not from its map; 20 %.
    """
    found = at(elevation(bell(116.0, 220.0, 850.0)))
    assert found.mean[0, W] - 1.0 == pytest.approx(0.8, rel=0.2)
    # 400 m before the top, at the foot, the wind is slower: -0.2 was measured
    assert -0.3 < at(elevation(bell(116.0, 220.0, 850.0)), east_m=-600.0).mean[0, W] - 1.0 < 0.0


def test_level_ground_is_exactly_one(elevation):
    for of in (lambda x, y: 250.0 + 0.0 * x, lambda x, y: -30.0 + 0.0 * x):
        for method in terrain.METHODS:
            found = at(elevation(of), method=method)
            assert np.all(found.mean == 1.0) and np.all(found.gust == 1.0)
            assert found.known.all() and found.layer.given
    even = at(elevation(lambda x, y: 900.0 + 0.02 * x + 0.03 * y)).mean
    assert even == pytest.approx(1.0, abs=2e-3)  # an even incline has no crest


def test_turned_hill_turns_its_factors_and_no_order_matters(elevation):
    dem = elevation(ridge(60.0, 300.0, np.radians(30.0)))
    straight = at(elevation(ridge(60.0, 300.0))).mean[0]
    assert at(dem).mean[0] == pytest.approx(np.roll(straight, 1), abs=5e-3)
    east = np.random.default_rng(3).uniform(-3000.0, 3000.0, 40)
    order = np.random.default_rng(4).permutation(40)
    assert np.array_equal(at(dem, east).mean[order], at(dem, east[order]).mean)


def test_gust_gains_what_the_mean_gains_and_bounds_hold(elevation):
    found = at(elevation(ridge(50.0, 250.0)), gust_factor=1.6)
    assert found.gust - 1.0 == pytest.approx((found.mean - 1.0) / 1.6)
    steep = elevation(bell(600.0, 300.0, 300.0))
    assert at(steep).mean.max() == 2.0
    assert at(steep, east_m=-700.0).mean.min() == pytest.approx(1.0 - 0.134)


def test_coarse_and_absent_elevation_say_so(elevation):
    coarse = at(elevation(ridge(50.0, 800.0), cell=1.0 / 240.0, n=101))
    assert np.all(coarse.mean == 1.0) and not coarse.layer.given
    assert coarse.layer.detail == ("cells of 463 m are too coarse for slopes (at most 250 m): "
                                   "level ground taken")
    none = at(None)
    assert np.all(none.gust == 1.0) and not none.layer.given and not none.known.any()
    outside = terrain_factors(np.array([LON, 100.0]), np.array([LAT, 23.0]),
                              dem=elevation(ridge(50.0, 300.0)))
    assert outside.known.tolist() == [True, False]
    assert outside.layer.detail == "cells of 31 m; 1 site(s) outside: level ground taken"
    with pytest.raises(InputError, match="heights must be > 0"):
        at(None, height_m=0.0)
    with pytest.raises(NotFoundError, match="known: linear, gb_50009"):
        at(None, method="eurocode")


def test_elevation_without_values_or_unit_says_so(tmp_path):
    def tile(name, fill, west, unit=""):
        values = np.full((100, 100), fill, np.int16)
        with rasterio.open(tmp_path / name, "w", driver="GTiff", width=100, height=100, count=1,
                           dtype="int16", crs="EPSG:4326", nodata=-9999,
                           transform=from_origin(west, 22.2, 0.001, 0.001)) as file:
            file.units = (unit,)
            file.write(values, 1)
        return tmp_path / name

    at_sea = np.array([114.05]), np.array([22.15])
    void = terrain_factors(*at_sea, dem=[tile("void.tif", -9999, 114.0)])
    assert not void.layer.given and not void.known.any() and np.all(void.mean == 1.0)
    assert void.layer.detail == "the elevation has no value around any site: level ground taken"
    assert translated(void.layer.detail, "zh").startswith("高程图在所有场址周围均无数值")
    silent = terrain_factors(*at_sea, dem=[tile("silent.tif", 120, 114.0)])
    assert silent.layer.given
    assert silent.layer.detail == ("cells of 111 m; 1 tile(s) of elevation name no unit: metres "
                                   "taken")
    assert translated(silent.layer.detail, "zh") == "格网 111 米；1 幅高程图未注明单位：按米计"
    mixed = terrain_factors(np.array([114.05, 100.0]), np.array([22.15, 23.0]),
                            dem=[tmp_path / "silent.tif", tile("ft.tif", 300, 115.0, "ft")])
    assert translated(mixed.layer.detail, "zh") == (
        "格网 111 米；1 个场址在范围外：按平地计；1 幅高程图未注明单位：按米计；"
        "1 幅高程图已由英尺换算为米")


def test_code_by_hand():
    """GB 50009-2012, 8.2.2: H = 60 m, tan(alpha) = 0.25, z = 30 m.

    Peak: 1 + 2.2 x 0.25 x (1 - 30/150) = 1.44, squared 2.0736; slope: 1.28, squared 1.6384.
    """
    assert hill_factor(30.0, hill_height_m=60.0, tan_slope=0.25) == pytest.approx(2.0736)
    assert hill_factor(30.0, hill_height_m=60.0, tan_slope=0.25, is_peak=False) == pytest.approx(
        1.6384)
    # half-way down: linear in eta; above 2.5 H nothing; tan(alpha) counts to 0.3
    assert hill_factor(30.0, hill_height_m=60.0, tan_slope=0.25, from_crest=0.5) == pytest.approx(
        1.5368)
    assert hill_factor(200.0, hill_height_m=60.0, tan_slope=0.25) == 1.0
    assert hill_factor(0.0, hill_height_m=60.0, tan_slope=0.9) == pytest.approx(1.66**2)
    assert hill_factor(10.0, hill_height_m=0.0, tan_slope=0.0) == 1.0
    with pytest.raises(InputError, match="tan_slope must be >= 0"):
        hill_factor(10.0, hill_height_m=10.0, tan_slope=-0.1)
    assert island_factor(np.array([0.0, 40e3, 50e3, 60e3, 80e3, 100e3, 300e3])) == pytest.approx(
        [1.0, 1.0, 1.05, 1.1, 1.15, 1.2, 1.2])
    with pytest.raises(InputError, match="from_coast_m"):
        island_factor(-1.0)


def test_code_from_elevation(elevation):
    """A triangular ridge and a ramp up to a plateau give the hills that were put in."""
    height, run = 60.0, 400.0

    def roof(x, y):
        return 100.0 + height * np.clip(1.0 - np.abs(x) / run, 0.0, 1.0)

    found = at(elevation(roof), np.array([0.0, -200.0, 100.0]), method="gb_50009", height_m=30.0)
    crest = float(hill_factor(30.0, hill_height_m=height, tan_slope=height / run))
    expected = np.sqrt(1.0 + (crest - 1.0) * np.array([1.0, 0.5, 0.75]))
    # 2 %: crest and feet are rounded by cells of 30 m and their average with the neighbours
    assert found.mean[:, W] == pytest.approx(expected, rel=0.02)
    assert np.array_equal(found.gust, found.mean)

    def ramp(x, y):
        return 100.0 + height * np.clip(x / run, 0.0, 1.0)

    edge = at(elevation(ramp), np.array([run, 3.0 * run, 6.0 * run]), method="gb_50009")
    slope = float(hill_factor(10.0, hill_height_m=height, tan_slope=height / run, is_peak=False))
    expected = np.sqrt(1.0 + (slope - 1.0) * np.array([1.0, 0.5, 0.0]))
    assert edge.mean[:, W] == pytest.approx(expected, rel=0.02)
    assert np.all(edge.mean[:, E] <= 1.0 + 1e-9)  # with the plateau upwind there is no slope


def test_gebco_is_too_coarse(shared):
    """The 0.1 degree GEBCO grid has cells of 11 km: level ground, and the layer says so."""
    path = shared / "terrain" / "gebco2025_elevation_0p1deg_china_south.tif"
    found = terrain_factors(np.array([114.12]), np.array([22.41]), dem=[path])  # Tai Mo Shan
    assert np.all(found.mean == 1.0) and np.all(found.gust == 1.0)
    assert not found.layer.given and "too coarse for slopes" in found.layer.detail
    assert "过粗" in translated(found.layer.detail, "zh")
