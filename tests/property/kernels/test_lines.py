"""A polygon encloses what shapely says it does, wherever on the globe it lies."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.kernels.lines import encloses


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), west=st.sampled_from([-180.0, -90.5, 0.0, 113.3, 179.5]))
def test_encloses_is_shapely_contains(seed: int, west: float) -> None:
    rng = np.random.default_rng(seed)
    turn = np.sort(rng.uniform(0.0, 2.0 * np.pi, rng.integers(4, 12)))
    reach = rng.uniform(0.2, 2.0, (2, len(turn)))
    outer = np.column_stack([reach[0] * np.cos(turn), 20.0 + reach[0] * np.sin(turn)])
    hole = np.column_stack([0.1 * np.cos(turn), 20.0 + 0.1 * np.sin(turn)])
    shape = shapely.make_valid(shapely.Polygon(outer, [hole]))
    points = rng.uniform([-2.2, 17.8], [2.2, 22.2], (50, 2))
    segments = []
    rings = [ring for part in shapely.get_parts(shape) for ring in shapely.get_rings([part])]
    for ring in rings:
        xy = shapely.get_coordinates(ring)
        xy[:, 0] = (xy[:, 0] + west + 180.0) % 360.0 - 180.0  # as files over the dateline have it
        segments.append(np.hstack([xy[:-1], xy[1:]]))
    table = np.vstack(segments)
    for x, y in points:
        if shapely.distance(shape.boundary, shapely.Point(x, y)) > 1e-9:
            lon = (x + west + 180.0) % 360.0 - 180.0
            assert encloses(lon, y, table, 0, len(table)) == shapely.contains_xy(shape, x, y)
