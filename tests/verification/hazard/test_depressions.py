"""Depressions: by hand, against another's filling, and drop by drop."""

import numpy as np
import pytest

from riskcloud.hazard.flood.depressions import collected_m3, filled, find_depressions

WALL = 9.0


def row(*floor, edge=None):
    """A trench of unit cells between walls; ``edge``: its eastern end, where water leaves."""
    z = np.full((3, len(floor) + 2), WALL)
    z[1, 1:-1] = floor
    if edge is not None:
        z[1, -1] = edge
    return z


def poured(z, water_m, cell=(1.0, 1.0, 1.0)):
    tree = find_depressions(z, np.tile(cell, (len(z), 1)))
    water = np.zeros(len(tree.links))
    collected_m3(tree, np.asarray(water_m) * 1000.0, water)
    return filled(tree, water)


def at(z, column, m3):
    water = np.zeros(z.shape)
    water[1, column] = m3
    return water


@pytest.mark.parametrize(("m3", "depths", "left"), [
    # hollows of 3 m3 (floor 2, brim 5), 6 m3 (two cells, floor 1, brim 4), 0.5 m3 (3, brim 3.5)
    (2.0, [2.0, 0.0, 0.0, 0.0, 0.0, 0.0], 0.0),
    (5.0, [3.0, 0.0, 1.0, 1.0, 0.0, 0.0], 0.0),
    (9.25, [3.0, 0.0, 3.0, 3.0, 0.0, 0.25], 0.0),
    (12.0, [3.0, 0.0, 3.0, 3.0, 0.0, 0.5], 2.5),
])
def test_a_chain_of_hollows_spills_from_one_to_the_next(m3, depths, left):
    z = row(2.0, 5.0, 1.0, 1.0, 4.0, 3.0, edge=3.5)
    depth, gone = poured(z, at(z, 1, m3))
    assert depth[1, 1:-1] == pytest.approx(depths)
    assert gone == pytest.approx(left)


@pytest.mark.parametrize(("m3", "depths", "left"), [
    # hollows of 1 m3 (floor 2) and 2 m3 (floor 1) under one brim of 3; three cells above, to 5
    (0.5, [0.5, 0.0, 0.0], 0.0),
    (2.0, [1.0, 0.0, 1.0], 0.0),
    (3.0, [1.0, 0.0, 2.0], 0.0),
    (7.5, [2.5, 1.5, 3.5], 0.0),
    (10.0, [3.0, 2.0, 4.0], 1.0),
])
def test_two_hollows_that_are_full_rise_as_one(m3, depths, left):
    z = row(2.0, 3.0, 1.0, edge=5.0)
    depth, gone = poured(z, at(z, 1, m3))
    assert depth[1, 1:-1] == pytest.approx(depths)
    assert gone == pytest.approx(left)


def test_a_hollow_fills_by_volume_where_its_floor_slopes():
    # floors 0, 1, 2 under a brim of 4: 1 m3 to level 1, 3 m3 to level 2, 1.5 m3 = level 1.25
    z = row(0.0, 1.0, 2.0, edge=4.0)
    depth, _ = poured(z, at(z, 3, 1.5))
    assert depth[1, 1:4] == pytest.approx([1.25, 0.25, 0.0])


def test_cells_are_as_large_as_they_are():
    z = row(2.0, edge=5.0)
    depth, gone = poured(z, at(z, 1, 0.5), cell=(25.0, 5.0, 5.0))
    assert depth[1, 1] == pytest.approx(0.5)  # runoff as a depth over the cell
    assert gone == 0.0


def test_runoff_of_the_slopes_collects_in_the_hollow():
    z = np.array([[9.0] * 5, [9.0, 5.0, 5.0, 5.0, 9.0], [9.0, 5.0, 1.0, 5.0, 9.0],
                  [9.0, 5.0, 5.0, 5.0, 9.0], [9.0] * 5])
    depth, gone = poured(z, np.full(z.shape, 0.1))
    assert depth[2, 2] == pytest.approx(2.5)  # all 25 cells drain inwards, none lies beyond an edge
    assert gone == 0.0


def test_water_leaves_at_voids():
    z = row(2.0, 1.5, 3.0)
    z[1, 3] = np.nan
    depth, gone = poured(z, at(z, 1, 1.0))
    assert depth[1, 1:3].tolist() == [0.0, 0.0]
    assert np.isnan(depth[1, 3])
    assert gone == pytest.approx(1.0)


@pytest.mark.parametrize("seed", range(12))
def test_brim_levels_are_those_of_pyflwdir(seed):
    """Filled to the brim, against Wang & Liu (2006) as pyflwdir has it."""
    dem = pytest.importorskip("pyflwdir.dem")
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(3, 40, 2))
    z = rng.integers(0, 6, shape) if seed % 2 else rng.random(shape)
    z = np.where(rng.random(shape) < 0.03 * (seed % 3), np.nan, z).astype(np.float32)
    depth, _ = poured(z, np.full(shape, 1e6))
    full, _ = dem.fill_depressions(np.where(np.isnan(z), -9999.0, z).astype(np.float32),
                                   outlets="edge", nodata=-9999.0)
    known = ~np.isnan(z)
    assert (z + depth)[known] == pytest.approx(full[known], abs=1e-5)


def drop_by_drop(z, start, drops, m3):
    """The same by drops that run down the steepest way and raise the pool that they end in."""
    ny, nx = z.shape
    level = z.copy()
    around = [(di, dj) for di in (-1, 0, 1) for dj in (-1, 0, 1) if di or dj]
    gone = 0.0
    for k in range(drops):
        i, j = start[k % len(start)]
        left = m3
        while left > 0.0:
            pool, frontier = {(i, j)}, [(i, j)]
            while frontier:  # cells under the same water, brims that it has reached among them
                y, x = frontier.pop()
                for di, dj in around:
                    n = (y + di, x + dj)
                    if (0 <= n[0] < ny and 0 <= n[1] < nx and n not in pool
                            and level[n] == level[i, j]):
                        pool.add(n)
                        frontier.append(n)
            if any(y in (0, ny - 1) or x in (0, nx - 1) for y, x in pool):
                gone += left
                break
            rim: dict[tuple[int, int], float] = {}
            for y, x in pool:
                for di, dj in around:
                    n = (y + di, x + dj)
                    if n not in pool:  # the way is that of the ground, dry or not
                        drop = level[i, j] - z[n] if level[n] < level[i, j] else -1.0
                        rim[n] = max(rim.get(n, -np.inf), drop / np.hypot(di, dj))
            best = max(rim, key=lambda n: rim[n])
            if rim[best] > 0.0:
                i, j = best
                continue
            lowest = min(level[n] for n in rim)  # higher, all of it
            room = (lowest - level[i, j]) * len(pool)
            rise = level[i, j] + left / len(pool) if left < room else lowest
            left = max(left - room, 0.0)
            for n in pool:
                level[n] = rise
    return level - z, gone


@pytest.mark.parametrize("seed", range(4))
def test_the_end_is_that_of_single_drops(seed):
    rng = np.random.default_rng(100 + seed)
    z = rng.permutation(64).reshape(8, 8) / 8.0  # no two alike: one way for every drop
    start = [tuple(rng.integers(1, 7, 2)) for _ in range(5)]
    each, drops = 0.2, 150
    runoff = np.zeros(z.shape)
    for place in start:
        runoff[place] += each * drops / len(start)
    depth, gone = poured(z.astype(np.float32), runoff)
    by_drops, left = drop_by_drop(z, start, drops, each)
    assert gone == pytest.approx(left, abs=1.5)
    assert depth == pytest.approx(by_drops, abs=0.12)
