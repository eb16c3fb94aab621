"""Depth at points from a real return-period stack: WRI Aqueduct river floods (CC BY 4.0), Djibouti.

The stack's own cells, read whole by rasterio, are the reference; between two rasters the closed
form in ln(return period).
"""

import numpy as np
import pytest

from riskcloud.hazard.flood.depth import depth_by_period, read_depths
from riskcloud.hazard.flood.depth_files import parse_depths

PERIODS = (2, 5, 10, 25, 50, 100, 250, 500, 1000)


@pytest.fixture(scope="module")
def stack(shared):
    """Specs by the names of the files, in any order."""
    files = sorted((shared / "rainfall_flood" / "aqueduct_djibouti").glob("*.tif"), reverse=True)
    return parse_depths([str(path) for path in files])


@pytest.fixture(scope="module")
def cells(stack):
    """lon, lat of all cell centres, and the stored values (n_cells, n_periods)."""
    import rasterio

    by_years = sorted((int(spec.path.stem[-5:]), spec.path) for spec in stack)
    values = []
    for _, path in by_years:
        with rasterio.open(path) as file:
            values.append(file.read(1).ravel().astype(float))
            place, width, height = file.transform, file.width, file.height
    column, row = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    return (place.c + column.ravel() * place.a, place.f + row.ravel() * place.e,
            np.column_stack(values))


def test_every_cell_is_the_stored_one(stack, cells):
    lon, lat, stored = cells
    found = read_depths(stack, lon, lat)
    assert found.period_yr == PERIODS
    known = stored != -9999.0
    assert np.array_equal(np.isfinite(found.depth_m), known)
    assert found.depth_m[known] == pytest.approx(stored[known], abs=1e-7)
    assert known.any() and not known.all()
    # dry is 0 in this stack, and its sea has no value: two answers
    assert (found.depth_m[known] == 0.0).any()
    assert (np.diff(found.depth_m, axis=1)[known.all(axis=1)] >= 0.0).all()


def test_475_years_lies_between_in_ln_period(stack, cells):
    lon, lat, stored = cells
    wet = np.flatnonzero((stored > 0.0).all(axis=1))
    assert len(wet) > 100
    found = depth_by_period(stack, lon[wet], lat[wet], periods=(10, 50, 100, 475))
    share = np.log(475.0 / 250.0) / np.log(500.0 / 250.0)
    between = stored[wet, 6] + share * (stored[wet, 7] - stored[wet, 6])
    assert found.level[:, 3] == pytest.approx(between, abs=1e-7)
    assert found.level[:, :3] == pytest.approx(stored[wet][:, [2, 4, 5]], abs=1e-7)


def test_longitudes_a_turn_away_are_the_same_places(stack, cells):
    lon, lat, _ = cells
    some = slice(0, None, 997)
    here, away = (read_depths(stack, lon[some] + turn, lat[some]).depth_m for turn in (0.0, 360.0))
    assert here == pytest.approx(away, nan_ok=True)
