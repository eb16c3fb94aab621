"""Closest places along paths, and winds of pairs, against their plain twins."""

import numpy as np
import pytest

from riskcloud.geo.points import haversine_m
from riskcloud.hazard.typhoon.field import default_settings
from riskcloud.hazard.typhoon.fields import maximum_winds, prepare
from riskcloud.hazard.typhoon.sectors import relative_factors
from riskcloud.hazard.typhoon.track import read_track
from riskcloud.kernels import closest, pastwinds
from riskcloud.types import N_SECTORS, Sites


def test_closest_places_are_those_of_a_dense_path():
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(105.0, 125.0, 40), rng.uniform(5.0, 35.0, 40)
    start = np.array([0, 20, 21, 60])
    path_lon, path_lat = (np.concatenate([
        centre + np.cumsum(rng.normal(0.0, 0.3, n)) for n in np.diff(start)])
        for centre in (115.0, 20.0))
    path_lon[21:] += 360.0  # another window
    boxes = np.array([[path_lon[a:b].min(), path_lat[a:b].min(), path_lon[a:b].max(),
                       path_lat[a:b].max()] for a, b in zip(start, start[1:], strict=False)])
    place = np.empty((40, 3))
    closest.closest_places(lon, lat, path_lon, path_lat, start, boxes, 500e3, place)
    for p in range(3):
        nodes = np.arange(start[p + 1] - start[p], dtype=float)
        dense = np.linspace(0.0, nodes[-1], 20 * len(nodes))
        x, y = (np.interp(dense, nodes, values[start[p]:start[p + 1]])
                for values in (path_lon, path_lat))
        for i in range(40):
            least = haversine_m(lon[i], lat[i], x, y).min()
            if np.isnan(place[i, p]):
                assert least > 500e3
                continue
            own = [np.interp(place[i, p], nodes, values[start[p]:start[p + 1]])
                   for values in (path_lon, path_lat)]
            found = haversine_m(lon[i], lat[i], *own)
            assert found <= least * 1.003 + 50.0
    assert np.isfinite(place).any() and np.isnan(place).any()


def test_a_path_of_one_node_and_a_site_on_it():
    place = np.empty((1, 1))
    closest.closest_places(np.array([179.9]), np.array([10.0]), np.array([-180.1]),
                           np.array([10.0]), np.array([0, 1]), np.array([[-180.1, 10, -180.1, 10]]),
                           1e3, place)
    assert place[0, 0] == 0.0


def test_winds_of_pairs_are_those_of_whole_fields(samples):
    field = prepare(read_track(samples / "hato_2017.csv"), "klotzbach_2022")
    rng = np.random.default_rng(4)
    n = 300
    lon, lat = rng.uniform(110.0, 118.0, n), rng.uniform(20.0, 24.0, n)
    factors = rng.uniform(0.5, 1.0, (n, N_SECTORS))
    expected = maximum_winds([field], Sites(np.arange(n), lon, lat), factors=factors)[0]
    largest, relative = relative_factors(factors)
    radians = np.radians(lat)
    sites = np.stack([lon + 360.0, lat, np.sin(radians), np.cos(radians)])
    pairs = rng.permutation(n)[:200]
    out, settings = np.zeros(400), default_settings()
    pastwinds.largest_of_pairs(
        field.code, np.concatenate([pairs, pairs[::-1]]), np.array([0, 200, 200, 400]), sites,
        np.vstack([field.nodes] * 2), np.array([0, len(field.nodes), len(field.nodes),
                                                2 * len(field.nodes)]),
        np.radians(settings.inflow_deg), settings.calm_m_s, relative, out)
    assert out[:200] * largest[pairs] == pytest.approx(expected[pairs], rel=1e-5, abs=1e-6)
    assert out[200:][::-1] == pytest.approx(out[:200], rel=1e-5, abs=1e-6)
