"""Cutting a line: shares sum to one, no span is too long, a finer cut keeps the middle."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from riskcloud.exposure.spans import asset_sites

VERTEX = st.tuples(st.floats(112.0, 115.0), st.floats(21.5, 24.0))
GEOD = Geod(ellps="WGS84")


@settings(max_examples=50, deadline=None)
@given(st.lists(VERTEX, min_size=2, max_size=6), st.floats(100.0, 5000.0))
def test_spans_of_any_line(vertices: list[tuple[float, float]], max_span_m: float) -> None:
    line = shapely.LineString(vertices)
    found = asset_sites(np.array(["L"]), np.array([line]), np.array([113.0]), np.array([22.0]),
                        max_span_m=max_span_m)
    length = GEOD.line_length(*np.array(vertices).T)
    assert np.isclose(found.share.sum(), 1.0, rtol=1e-12)
    assert found.share.max() * length <= max_span_m * (1 + 1e-6)
    assert np.isfinite(found.sites.lon).all() and np.isfinite(found.sites.lat).all()
    assert len(found.sites) == found.loc_start[-1] == max(np.ceil(length / max_span_m - 1e-9), 1)
