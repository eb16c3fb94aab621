"""The pluvial screen from rain to depth, by hand."""

import numpy as np
import pytest
import rasterio

from riskcloud.hazard.flood.pluvial import pluvial_depth

IN_MM = 25.4


@pytest.fixture
def dem(tmp_path):
    """Five by five cells of 30 m in walls of 20 m: a floor of 15 m, in its middle a pit of 10 m."""
    z = np.full((5, 5), 20.0, "float32")
    z[1:-1, 1:-1] = 15.0
    z[2, 2] = 10.0
    path = tmp_path / "dem.tif"
    with rasterio.open(path, "w", driver="GTiff", width=5, height=5, count=1, dtype="float32",
                       crs="EPSG:32649",
                       transform=rasterio.Affine(30, 0, 730_000, 0, -30, 2_564_000)) as file:
        file.write(z, 1)
        file.units = ("m",)
    return path


@pytest.mark.parametrize(("rain_in", "number", "drained_in", "runoff_in"), [
    (5.0, 80.0, 0.0, 2.89),  # TR-55 (1986), table 2-1, to 0.01 inch
    (5.0, 90.0, 0.0, 3.88),
    (5.0, 90.0, 1.88, 2.00),
    (1.0, 60.0, 0.0, 0.00),  # 0.2 S = 1.33 in is kept
])
def test_all_runoff_stands_in_the_pit(dem, rain_in, number, drained_in, runoff_in):
    found = pluvial_depth(dem, rain_in, rain_unit="in", curve_number=number,
                          drainage_mm=drained_in * IN_MM)
    expected = 25 * runoff_in * IN_MM / 1000.0  # of 25 cells in one
    assert found.depth_m[2, 2] == pytest.approx(expected, abs=25 * 0.006 * IN_MM / 1000.0)
    assert np.count_nonzero(found.depth_m) == (1 if runoff_in else 0)
    assert found.left_m3 == 0.0


def test_what_the_pit_cannot_hold_spreads_and_then_leaves(dem):
    """5 m3 per m2 in the pit, 9 cells x 5 m above it, to the walls: 50 cell metres in all."""
    found = pluvial_depth(dem, 400.0, curve_number=100.0)
    assert found.depth_m[2, 2] == pytest.approx(5.0 + 5.0 / 9.0, rel=1e-5)  # 10 m in all, 5 above
    assert found.depth_m[1, 1] == pytest.approx(5.0 / 9.0, rel=1e-5)
    found = pluvial_depth(dem, 2400.0, curve_number=100.0)
    assert found.depth_m[2, 2] == pytest.approx(10.0)  # to the brim of 20 m
    cell_m2 = found.rain_m3 / 2.4 / 25.0
    assert found.ponded_m3 / cell_m2 == pytest.approx(50.0)
    assert found.left_m3 / cell_m2 == pytest.approx(10.0)
    assert cell_m2 == pytest.approx(900.0, rel=0.01)
