"""Lines are cut into spans; value goes by length."""

import numpy as np
import pytest
import shapely
from pyproj import Geod

from riskcloud.errors import InputError
from riskcloud.exposure.spans import AssetSites, asset_sites

GEOD = Geod(ellps="WGS84")


def sites_of(*geometry: shapely.Geometry, max_span_m: float = 500.0) -> AssetSites:
    centre = [shapely.centroid(item) for item in geometry]
    return asset_sites(np.array([f"L{i}" for i in range(len(geometry))]), np.array(geometry),
                       shapely.get_x(centre), shapely.get_y(centre), max_span_m=max_span_m)


def test_points_are_their_own_sites() -> None:
    found = sites_of(shapely.Point(113.5, 22.2), shapely.Point(114.0, 22.5))
    assert found.sites.site_id.tolist() == ["L0", "L1"]
    assert found.loc_start.tolist() == [0, 1, 2]
    assert found.share.tolist() == [1.0, 1.0]
    assert found.sites.lon.tolist() == [113.5, 114.0]


def test_a_straight_line_of_one_kilometre() -> None:
    lon, lat, _ = GEOD.fwd(113.5, 22.2, 90.0, 1000.0)
    found = sites_of(shapely.Point(113.0, 22.0), shapely.LineString([(113.5, 22.2), (lon, lat)]))
    assert found.sites.site_id.tolist() == ["L0", "L1#1", "L1#2"]
    assert found.loc_start.tolist() == [0, 1, 3]
    np.testing.assert_allclose(found.share, [1.0, 0.5, 0.5])
    for k, metres in enumerate((250.0, 750.0), start=1):
        x, y, _ = GEOD.fwd(113.5, 22.2, 90.0, metres)
        assert GEOD.inv(x, y, found.sites.lon[k], found.sites.lat[k])[2] < 1e-3


def test_parts_of_a_line_share_by_length() -> None:
    short = [(113.5, 22.2), GEOD.fwd(113.5, 22.2, 0.0, 300.0)[:2]]
    long = [(114.5, 22.2), GEOD.fwd(114.5, 22.2, 0.0, 900.0)[:2]]
    found = sites_of(shapely.MultiLineString([short, long]))
    np.testing.assert_allclose(found.share, [0.25, 0.375, 0.375], rtol=1e-9)


def test_a_line_without_length_keeps_its_value() -> None:
    found = sites_of(shapely.LineString([(113.5, 22.2), (113.5, 22.2)]))
    assert found.share.tolist() == [1.0]
    assert found.sites.lat[0] == pytest.approx(22.2)


def test_a_span_must_have_a_length() -> None:
    with pytest.raises(InputError, match="max_span_m must be > 0 m, got 0"):
        sites_of(shapely.Point(0, 0), max_span_m=0.0)
