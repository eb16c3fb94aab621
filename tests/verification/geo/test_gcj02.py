"""GCJ-02 and BD-09 against published vectors and a second implementation."""

import csv
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from riskcloud.geo import points

TABLE = Path(__file__).with_name("gcj02_published.csv")
# forward transforms are closed forms: equal to rounding. The published inverses are
# approximations (one step); ours is exact, so they differ by decimetres to a few metres
TOLERANCE_M = {"wgs84_to_gcj02": 1e-6, "gcj02_to_bd09": 1e-6, "wgs84_to_bd09": 1e-6,
               "bd09_to_gcj02": 0.3, "gcj02_to_wgs84": 5.0}


def published() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


@pytest.mark.parametrize("row", published(), ids=lambda row: row["transform"])
def test_published_vectors(row: dict[str, str]) -> None:
    lon, lat = np.array([float(row["lon"])]), np.array([float(row["lat"])])
    found = getattr(points, row["transform"])(lon, lat)
    off_m = points.haversine_m(*found, float(row["to_lon"]), float(row["to_lat"]))
    assert off_m[0] < TOLERANCE_M[row["transform"]]


def test_second_implementation(shared: Path) -> None:
    spec = importlib.util.spec_from_file_location("oracle", shared / "tools" / "gcj02.py")
    assert spec is not None and spec.loader is not None
    oracle = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(oracle)
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(73.0, 135.0, 20_000), rng.uniform(3.0, 54.0, 20_000)
    shift = oracle.offset(lon, lat)
    there = points.wgs84_to_gcj02(lon, lat)
    np.testing.assert_allclose(there[0] - lon, shift[0], atol=1e-12)
    np.testing.assert_allclose(there[1] - lat, shift[1], atol=1e-12)
    # both invert by fixed point; 4 against 6 steps
    np.testing.assert_allclose(points.gcj02_to_wgs84(*there), oracle.to_wgs84(*there), atol=1e-9)
