"""The Hilbert key: as its twin; the curve visits every cell once, stepping to a neighbour."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from riskcloud.kernels.hilbert import BITS, hilbert_keys

CELLS = 1 << BITS


def keys(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    out = np.empty(len(lon), dtype=np.uint32)
    hilbert_keys(np.asarray(lon, float), np.asarray(lat, float), out)
    return out


def middle(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return (x + 0.5) * 360.0 / CELLS - 180.0, (y + 0.5) * 180.0 / CELLS - 90.0


def twin(x: int, y: int) -> int:
    """The textbook recursion: four quadrants, each a smaller curve, turned (Hilbert 1891)."""
    key, size = 0, CELLS // 2
    while size:
        right, top = int(x & size > 0), int(y & size > 0)
        key += size * size * ((3 * right) ^ top)
        if not top:
            if right:
                x, y = CELLS - 1 - x, CELLS - 1 - y
            x, y = y, x
        size //= 2
    return key


@given(st.lists(st.tuples(st.integers(0, CELLS - 1), st.integers(0, CELLS - 1)), min_size=1))
def test_kernel_is_its_twin(cells: list[tuple[int, int]]) -> None:
    x, y = np.array(cells).T
    assert keys(*middle(x, y)).tolist() == [twin(int(a), int(b)) for a, b in cells]


@given(st.integers(0, CELLS // 64 - 1), st.integers(0, CELLS // 64 - 1))
def test_every_cell_of_a_square_once_and_each_beside_the_one_before(i: int, j: int) -> None:
    y, x = np.divmod(np.arange(64 * 64), 64)
    x, y = x + 64 * i, y + 64 * j
    found = keys(*middle(x, y)).astype(np.int64)
    order = np.argsort(found)
    assert np.array_equal(np.diff(found[order]), np.ones(64 * 64 - 1))  # an aligned square is whole
    assert np.all(np.abs(np.diff(x[order])) + np.abs(np.diff(y[order])) == 1)


def test_the_ends_of_the_world_are_in_it() -> None:
    found = keys(np.array([-180.0, 180.0, 180.0, -180.0]), np.array([-90.0, -90.0, 90.0, 90.0]))
    assert found.tolist() == [twin(0, 0), twin(CELLS - 1, 0), twin(CELLS - 1, CELLS - 1),
                              twin(0, CELLS - 1)]
