"""Water in depressions: none is lost, more never stands lower, the order of cells is right."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from riskcloud.hazard.flood.depressions import collected_m3, filled, find_depressions
from riskcloud.kernels.depressions import in_order

SHAPES = array_shapes(min_dims=2, max_dims=2, min_side=3, max_side=14)


@st.composite
def terrains(draw):
    """Smooth, stepped or with voids; cells of any size, larger towards the equator."""
    shape = draw(SHAPES)
    rough = draw(arrays(np.float32, shape, elements=st.floats(-5, 50, width=32)))
    z = np.round(rough) if draw(st.booleans()) else rough
    if draw(st.booleans()):
        z[draw(arrays(np.bool_, shape))] = np.nan
    if np.isnan(z).all():
        z[0, 0] = 1.0
    size = draw(st.floats(0.5, 100.0))
    width = size * np.linspace(0.8, 1.0, shape[0])
    return z, np.column_stack([width * size, width, np.full(shape[0], size)])


def pour(tree, runoff_mm):
    water = np.zeros(len(tree.links))
    collected_m3(tree, runoff_mm, water)
    return (*filled(tree, water), float(water.sum()))


@settings(max_examples=40, deadline=None)
@given(terrains(), st.floats(0.0, 20_000.0), st.integers(0, 2**32 - 1))
def test_no_water_is_lost_and_none_stands_above_the_brim(terrain, mean_mm, seed):
    z, cell = terrain
    tree = find_depressions(z, cell)
    runoff = np.random.default_rng(seed).random(z.shape) * mean_mm
    depth, gone, poured = pour(tree, runoff)
    known = ~np.isnan(z)
    assert poured == pytest.approx((runoff / 1000.0 * cell[:, :1])[known].sum())
    standing = (np.where(known, depth, 0.0).astype(np.float64) * cell[:, :1]).sum()
    least = 1e-5 * cell[:, 0].sum() * z.shape[1]  # depths are of single precision
    assert standing + gone == pytest.approx(poured, rel=1e-5, abs=least)
    brim, _, _ = pour(tree, np.full(z.shape, 1e9))
    assert (depth[known] <= brim[known] + 1e-4).all()
    assert (depth[known] >= 0.0).all() and np.isnan(depth[~known]).all()


@settings(max_examples=25, deadline=None)
@given(terrains(), st.integers(0, 2**32 - 1))
def test_more_water_stands_nowhere_lower(terrain, seed):
    z, cell = terrain
    tree = find_depressions(z, cell)
    rng = np.random.default_rng(seed)
    runoff = rng.random(z.shape) * 1000.0
    some, _, _ = pour(tree, runoff)
    more, _, _ = pour(tree, runoff + rng.random(z.shape) * 1000.0)
    known = ~np.isnan(z)
    assert (more[known] >= some[known] - 1e-4).all()


@settings(max_examples=40, deadline=None)
@given(arrays(np.float32, st.integers(0, 300),
              elements=st.floats(width=32, allow_infinity=False)))
def test_cells_in_order_are_as_numpy_sorts_them(values):
    order, spare = np.empty(len(values), np.int32), np.empty(len(values), np.int32)
    in_order(values, order, spare)
    assert order.tolist() == np.argsort(values, kind="stable").tolist()
