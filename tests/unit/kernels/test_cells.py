import numpy as np

from riskcloud.kernels import cells


def test_every_site_lies_in_exactly_one_cell_and_cells_keep_the_order():
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(100, 110, 5000), rng.uniform(10, 15, 5000)
    cell = np.empty(5000, np.int32)
    cells.cell_of(lon, lat, 100.0, 10.0, 0.5, 20, 10, cell)
    order, start = cells.sort_by_cell(cell, 200)
    assert sorted(order) == list(range(5000))
    for c in range(200):
        inside = order[start[c]:start[c + 1]]
        assert np.all(cell[inside] == c)
        assert np.all(np.diff(inside) > 0)
        assert np.all(np.floor((lon[inside] - 100.0) / 0.5) == c % 20)
        assert np.all(np.floor((lat[inside] - 10.0) / 0.5) == c // 20)
