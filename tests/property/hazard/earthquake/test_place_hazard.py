"""PGA of a place: ordered in period and band, unknown as a whole or not at all."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.hazard.earthquake.place import place_pga

SITES = st.lists(st.tuples(st.floats(70.0, 140.0), st.floats(10.0, 55.0)), min_size=1, max_size=6)


@settings(max_examples=30)
@given(sites=SITES, site_class=st.sampled_from(["I0", "I1", "II", "III", "IV", None]))
def test_ordered_and_whole(sites, site_class):
    lon, lat = np.array(sites).T
    found = place_pga(lon, lat, periods=(10, 100, 475, 2475), site_class=site_class)
    known = found.layer_of == 0
    for part in (found.level, found.low, found.high):
        assert np.isfinite(part[known]).all() and np.isnan(part[~known]).all()
    assert np.all(found.low[known] <= found.level[known])
    assert np.all(found.level[known] <= found.high[known])
    for part in (found.level, found.low, found.high):
        assert np.all(np.diff(part[known], axis=1) >= 0.0)
    assert np.isnan(found.beside[475.0][~known]).all()
    again = place_pga(lon[::-1], lat[::-1], periods=(10, 100, 475, 2475), site_class=site_class)
    np.testing.assert_array_equal(again.level[::-1], found.level)
