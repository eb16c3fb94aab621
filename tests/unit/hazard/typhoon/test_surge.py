"""Storm surge: the kernel's twin, the coast of sites, tides, the level inland."""

from dataclasses import replace

import numpy as np
import pytest

from riskcloud.errors import InputError, NotFoundError
from riskcloud.geo.elevation import open_elevation
from riskcloud.hazard.typhoon.field import default_settings
from riskcloud.hazard.typhoon.surge import (
    coast_of,
    level_inland,
    member_coast_surge,
    storm_surge,
    surge_card,
)
from riskcloud.hazard.typhoon.surge.inland import sill_m
from riskcloud.hazard.typhoon.surge.shelf import inner_water_m, read_shelf
from riskcloud.hazard.typhoon.surge.storm import coast_surge, surge_nodes
from riskcloud.hazard.typhoon.track import read_track
from riskcloud.kernels import surge as kernel
from riskcloud.kernels import vortex

LON = np.array([113.58, 114.184, 114.213, 113.57, 110.4])
LAT = np.array([22.27, 22.443, 22.291, 22.75, 21.1])


@pytest.fixture(scope="module")
def hato(samples):
    return read_track(samples / "hato_2017.csv")


def wind_10min(node, lon, lat):
    """Wind of a node by the 2008 profile of Holland, without the kernels."""
    settings = default_settings()
    mean_cos = np.sqrt(0.5 * (1.0 + np.cos(np.radians(lat)) * node[vortex.COS_LAT]
                              - np.sin(np.radians(lat)) * node[vortex.SIN_LAT]))
    x = (lon - node[vortex.LON]) * vortex.M_PER_DEG * mean_cos
    y = (lat - node[vortex.LAT]) * vortex.M_PER_DEG
    r = np.hypot(x, y)
    b, peak_sq = node[vortex.SHAPE], node[vortex.SHAPE + 1]
    ratio = (node[vortex.R_MAX] / r) ** b
    speed = np.sqrt(peak_sq * ratio * np.exp(1.0 - ratio))
    turn = np.radians(settings.inflow_deg)
    fade = 0.5 * (1.0 + np.tanh(0.004e-3 * (1000e3 - r)))
    u = speed * (-y * np.cos(turn) - x * np.sin(turn)) / r + fade * node[vortex.MOTION_EAST]
    v = speed * (x * np.cos(turn) - y * np.sin(turn)) / r + fade * node[vortex.MOTION_NORTH]
    return 0.93 * u, 0.93 * v


def moved(flow, height, force, lift, step, depth, friction, length):
    """One step of flow and height, all unknowns in one system of equations."""
    n, g, ahead = len(flow), 9.80665, 0.55
    matrix, known = np.zeros((2 * n + 1, 2 * n + 1)), np.zeros(2 * n + 1)
    area = 0.5 * (length + np.append(0.0, length[:-1]))
    for j in range(n):
        steep = step * g * depth[j] / length[j]
        matrix[j, j] = 1.0 + step * friction[j]
        matrix[j, n + j], matrix[j, n + j + 1] = ahead * steep, -ahead * steep
        known[j] = (flow[j] + step * force[j] + ahead * steep * (lift[1, j] - lift[1, j + 1])
                    - (1.0 - ahead) * steep * (height[j] - lift[0, j] - height[j + 1]
                                               + lift[0, j + 1]))
        matrix[n + j, n + j], matrix[n + j, j] = area[j], -ahead * step
        known[n + j] = area[j] * height[j] + (1.0 - ahead) * step * flow[j]
        if j > 0:
            matrix[n + j, j - 1] = ahead * step
            known[n + j] -= (1.0 - ahead) * step * flow[j - 1]
    matrix[2 * n, 2 * n], known[2 * n] = 1.0, lift[1, n]
    found = np.linalg.solve(matrix, known)
    return found[:n], found[n:]


def twin(nodes, storm, segment, lon, lat, tide, manning):
    """Peaks of one point of the coast in balance and in motion, as the equations have them."""
    g, n = 9.80665, segment.shape[1]
    length, own = segment[kernel.LENGTH], segment[kernel.DEPTH] + tide
    across, flow, height, felt = np.zeros(n), np.zeros(n), np.zeros(n + 1), -2
    best, before, earlier = [0.0, 0.0], None, None
    x = np.append(lon, segment[kernel.LON_AT])
    y = np.append(lat, segment[kernel.LAT_AT])
    for k, node in enumerate(nodes):
        r = 6371008.8 * np.hypot(np.radians(x - node[vortex.LON]) * np.cos(
            np.radians(0.5 * (y + node[vortex.LAT]))), np.radians(y - node[vortex.LAT]))
        if r[0] > 900e3:
            continue
        at = storm[0, k] * (1.0 - np.exp(-(node[vortex.R_MAX] / r) ** storm[1, k])) / (1025.0 * g)
        lift = np.concatenate([at[:1], 0.5 * (at[1:-1] + at[2:]), at[-1:]])
        u, v = wind_10min(node, segment[kernel.LON_AT], segment[kernel.LAT_AT])
        speed = np.hypot(u, v)
        drag = np.minimum(0.49e-3 + 0.065e-3 * np.maximum(speed, 11.0), 2.5e-3)
        stress = 1.15 / 1025.0 * drag * speed
        east, north = segment[kernel.EAST], segment[kernel.NORTH]
        now = np.stack([stress * (u * east + v * north), stress * (v * east - u * north)])
        f = 2.0 * 7.2921e-5 * segment[kernel.SIN_AT]
        if felt == k - 1:
            step = 3600.0 * (node[vortex.TIME] - nodes[k - 1, vortex.TIME])
            mean = 0.5 * (before + now)
            drive = across + step * segment[kernel.FREE] * mean[1]
            c = step * g * manning**2 / np.maximum(own, 0.5) ** (7.0 / 3.0)
            after = np.sign(drive) * (np.sqrt(1.0 + 4.0 * c * np.abs(drive)) - 1.0) / (2.0 * c)
            depth = np.maximum(own + 0.5 * (height[:-1] + height[1:]), 0.5)
            friction = g * manning**2 * np.abs(flow) / depth ** (7.0 / 3.0)
            flow, height = moved(flow, height, mean[0] + f * 0.5 * (across + after),
                                 np.stack([earlier, lift]), step, depth, friction, length)
            across = after
        else:
            across, flow, height = np.zeros(n), np.zeros(n), lift.copy()
        before, earlier, felt, level = now, lift, k, lift[0]
        for j in range(n - 1, -1, -1):
            level += length[j] * (now[0, j] + f[j] * across[j]) / (
                g * max(own[j] + level, 0.5))
        best = [max(best[0], level), max(best[1], height[0])]
    return best


@pytest.mark.parametrize("tide", [0.0, 1.5])
def test_kernel_equals_its_twin(hato, tide):
    card, shelf = surge_card(), read_shelf()
    found = storm_surge(hato, LON, LAT, tide_m=tide)
    nodes, storm = surge_nodes(hato, card, wind_model="holland_2008")
    for i, place in enumerate(found.coast.of_site):
        point = found.coast.point[place]
        segment = shelf.segments[:, shelf.start[point]:shelf.start[point + 1]]
        expected = min(twin(nodes, storm, segment, shelf.lon[point], shelf.lat[point], tide,
                            card["bottom"]["manning_n"]))
        # the kernel finds the top between nodes too
        assert found.surge_m[i] == pytest.approx(expected, rel=0.01, abs=2e-3)
        assert found.surge_m[i] >= expected * (1.0 - 1e-3)


def test_parts_sum_to_the_whole(hato):
    found = storm_surge(hato, LON, LAT)
    np.testing.assert_allclose(found.pressure_m + found.wind_m + found.current_m, found.surge_m)
    landfall = np.datetime64("2017-08-23T04:50", "s")
    assert abs(found.time_utc[0] - landfall) < np.timedelta64(2, "h")


def test_longitudes_of_any_window_and_members_agree(hato):
    found = storm_surge(hato, LON, LAT, tide_m=0.5)
    one = found.surge_m
    turned = storm_surge(hato, LON - 360.0, LAT, tide_m=0.5).surge_m
    np.testing.assert_allclose(turned, one)
    moved = replace(hato, lon=hato.lon + 360.0)
    seen = []
    members = member_coast_surge([hato, moved], found.coast, tide_m=0.5,
                                 on_progress=lambda done, total: seen.append((done, total)))
    np.testing.assert_allclose(members[0], members[1])
    # nodes half as dense as those of one storm
    np.testing.assert_allclose(members[0, found.coast.of_site], one, atol=0.06)
    assert seen == [(1, 2), (2, 2)] and members.dtype == np.float32


def test_sites_without_a_coast_are_no_data(hato):
    found = storm_surge(hato, np.array([113.3, 106.5, 113.58]), np.array([25.5, 29.5, 22.27]))
    assert np.isnan(found.level_m[:2]).all() and np.isnan(found.distance_m[:2]).all()
    assert found.level_m[2] > 1.0 and np.isnat(found.time_utc[:2]).all()
    nowhere = storm_surge(hato, np.array([0.0]), np.array([51.5]))
    assert np.isnan(nowhere.level_m).all() and len(nowhere.coast.point) == 0


def test_a_far_storm_brings_nothing(hato):
    found = storm_surge(hato, np.array([129.4]), np.array([36.0]))  # Korea
    assert found.surge_m[0] == 0.0 and np.isnat(found.time_utc[0])


@pytest.mark.parametrize("tide", [250.0, -60.0, np.nan])
def test_tides_in_other_units_are_refused(hato, tide):
    with pytest.raises(InputError, match="expected metres, -12 to 12; is it in feet"):
        storm_surge(hato, LON, LAT, tide_m=tide)


def test_an_unknown_model_is_named(hato):
    with pytest.raises(NotFoundError, match="bathystrophic"):
        storm_surge(hato, LON, LAT, model="slosh")


def test_coast_knows_its_distance():
    coast = coast_of(np.array([113.58, 113.3]), np.array([22.27, 22.75]), farthest_m=50e3)
    assert coast.distance_m[0] < 3e3 and 3e3 < coast.distance_m[1] < 50e3
    assert (coast.of_site >= 0).all()


def test_level_falls_over_land_and_not_below_the_datum():
    level = level_inland(np.array([2.0, 2.0, 0.2, -0.3, np.nan]),
                         np.array([0.0, 14_500.0, 14_500.0, 1e4, 1e3]), surge_card())
    np.testing.assert_allclose(level, [2.0, 1.0, 0.0, -0.3, np.nan], atol=1e-3)


def test_every_way_leads_from_the_coast_outward():
    shelf = read_shelf()
    count = np.diff(shelf.start)
    assert count.min() >= 1 and shelf.start[-1] == shelf.segments.shape[1]
    assert (shelf.segments[kernel.DEPTH] >= 4.99).all()
    assert (shelf.segments[kernel.LENGTH] > 0.0).all()
    inner = np.hypot(shelf.segments[kernel.EAST], shelf.segments[kernel.NORTH])
    np.testing.assert_allclose(inner[shelf.segments[kernel.LENGTH] > 10.0], 1.0)


def test_denser_nodes_change_little(hato):
    card = surge_card()
    coast = coast_of(LON, LAT, farthest_m=50e3)
    usual, dense = (coast_surge(hato, coast, card, tide_m=0.0, denser=denser)[:, kernel.TOTAL]
                    for denser in (1.0, 4.0))
    np.testing.assert_allclose(usual, dense, rtol=0.01, atol=5e-3)


def test_heads_of_estuaries_are_known():
    places = coast_of(np.array([113.57, 113.58]), np.array([22.75, 22.27]), farthest_m=20e3)
    nansha, zhuhai = inner_water_m(places.point)[places.of_site]
    assert nansha > 10e3 > zhuhai


def test_a_ridge_is_found_whichever_other_sites_there_are(tmp_path):
    import rasterio

    ground = np.tile(np.sin(np.arange(300.0)), (300, 1)).astype(np.float32)
    with rasterio.open(tmp_path / "dem.tif", "w", driver="GTiff", width=300, height=300, count=1,
                       dtype="float32", crs="EPSG:4326", nodata=-9999.0,
                       transform=rasterio.Affine(2e-3, 0, 113.3, 0, -2e-3, 22.6)) as file:
        file.write(ground, 1)
    dem, lon = open_elevation([tmp_path / "dem.tif"]), np.array([113.309, 113.69])
    distance = (lon - 113.3013) * 102.7e3
    args = np.full(2, 22.3), np.full(2, 113.3013), np.full(2, 22.3), distance
    both = sill_m(dem, lon, *args, surge_card())
    alone = sill_m(dem, lon[:1], *(one[:1] for one in args), surge_card())
    assert alone[0] == both[0] and 0.9 < both[0] < both[1]
