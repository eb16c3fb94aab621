"""Make models/shelf/gebco_2025/: ways from the coast to deep water, with the depth along them.

Needs the real data ($RISKCLOUD_SHARED): GEBCO 2025 at 0.1 degree (public domain). Water and land
come from models/land_mask/ne_10m (one arc minute). From every stretch of coast the way is that
which a long wave takes to reach it soonest from where the sea is ``DEEP_M`` deep: across the
isobaths on an open coast, along the axis of a bay. Run by hand: python data/make_shelf.py. Two
runs give the same bytes.
"""

import os
import tomllib
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import rasterio
from rasterio.windows import from_bounds
from scipy import ndimage
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

ROOT: Final = Path(__file__).resolve().parent.parent
SHARED: Final = Path(os.environ.get("RISKCLOUD_SHARED", ROOT.parent / "shared")) / "data"
TARGET: Final = ROOT / "models/shelf/gebco_2025"
WEST, SOUTH, EAST, NORTH = 104, 14, 133, 41
"""Window: where GEBCO's cut reaches (ours)."""
PER_DEG: Final = 60
DEEP_M: Final = 200.0
"""Where the shelf ends: its usual edge."""
LEAST_M: Final = 5.0
"""Least depth (ours), about the mean of the Pearl River's estuary: cells of 11 km that are part
land show neither the slope of a shore nor a channel."""
KM_AT: Final = np.array([0, 2, 4, 7, 10, 14, 18, 23, 28, 34, 40, 48, 56, 66, 76, 88, 100, 114, 128,
                         144, 160, 180, 200, 225, 250.0])
"""Ends of the segments along a way, km from the coast (ours; docs/science/surge.md)."""
RAMP_KM: Final = 5.5
"""Half a cell of GEBCO: its depth holds so far from the shore, towards which the bed rises to
nothing (ours)."""
BLOCK: Final = 2
"""One point of the coast in each block of so many cells."""
BESIDE_KM: Final = 60.0
"""Water on both sides over which a current along the coast is free (ours)."""
EARTH_KM: Final = 6371.0088
MOVES: Final = {(0, 1): (), (1, 0): (), (1, 1): (), (1, -1): (), (1, 2): ((0, 1), (1, 1)),
                (2, 1): ((1, 0), (1, 1)), (1, -2): ((0, -1), (1, -1)),
                (2, -1): ((1, 0), (1, -1))}
"""Steps to a neighbour, and the cells between that must be water too."""
Array = npt.NDArray[Any]


def land_mask() -> Array:
    """Return the land (rows, columns) of the window, rows from the north."""
    card = ROOT / "models/land_mask/ne_10m/card.toml"
    name = tomllib.loads(card.read_text(encoding="utf-8"))["land"]["file"]
    with rasterio.open(card.parent / name) as file:
        window = from_bounds(WEST, SOUTH, EAST, NORTH, file.transform)
        return np.asarray(file.read(1, window=window)).astype(bool)


def depth_m(land: Array) -> Array:
    """Return the depth at the mask's cells.

    Linear between GEBCO's wet cells, else that of the nearest of them; rising to the shore over
    RAMP_KM, not above LEAST_M.
    """
    shape = land.shape
    path = SHARED / "terrain/gebco2025_elevation_0p1deg_china_south.tif"
    with rasterio.open(path) as file:
        height, transform = file.read(1).astype(np.float64), file.transform
    lat = NORTH - (np.arange(shape[0]) + 0.5) / PER_DEG
    lon = WEST + (np.arange(shape[1]) + 0.5) / PER_DEG
    row = (lat - transform.f) / transform.e - 0.5
    column = (lon - transform.c) / transform.a - 0.5
    at = np.stack(np.meshgrid(row, column, indexing="ij"))
    wet = height < 0.0
    share = ndimage.map_coordinates(wet.astype(float), at, order=1, mode="nearest")
    total = ndimage.map_coordinates(np.where(wet, -height, 0.0), at, order=1, mode="nearest")
    with np.errstate(divide="ignore", invalid="ignore"):
        depth = total / share
    dry = ~(share > 0.0)
    near = ndimage.distance_transform_edt(dry, return_distances=False, return_indices=True)
    cell_km = np.radians(1.0 / PER_DEG) * EARTH_KM
    # the shore lies between a water cell's middle and the next one's on land
    away = (ndimage.distance_transform_edt(~land) - 0.5) * cell_km
    ramp = np.clip(away / RAMP_KM, 0.0, 1.0)
    return np.asarray(np.maximum(depth[tuple(near)] * ramp, LEAST_M))


def ways(water: Array, depth: Array) -> tuple[Array, Array]:
    """Return the travel time [s] from deep water to each cell, and the cell that it came from."""
    rows, columns = water.shape
    number = np.full(water.shape, -1, np.int64)
    number[water] = np.arange(water.sum())
    lat = NORTH - (np.arange(rows) + 0.5) / PER_DEG
    step_km = np.radians(1.0 / PER_DEG) * EARTH_KM
    slow = 1.0 / np.sqrt(9.80665 * depth)
    starts, ends, costs = [], [], []
    for (down, right), between in MOVES.items():
        a = (slice(0, rows - down), slice(max(-right, 0), columns - max(right, 0)))
        b = (slice(down, rows), slice(max(right, 0), columns - max(-right, 0)))
        both = water[a] & water[b]
        for i, j in between:
            both &= water[a[0].start + i:a[0].stop + i, a[1].start + j:a[1].stop + j]
        length = step_km * np.hypot(down, right * np.cos(np.radians(lat[a[0]])))
        cost = 1000.0 * length[:, None] * 0.5 * (slow[a] + slow[b])
        starts.append(number[a][both])
        ends.append(number[b][both])
        costs.append(cost[both])
    n = int(water.sum())
    graph = coo_matrix((np.concatenate(costs), (np.concatenate(starts), np.concatenate(ends))),
                       shape=(n, n)).tocsr()
    deep = np.flatnonzero(depth[water] >= DEEP_M)
    # only deep water beside shallow water can begin a way
    edge = ndimage.binary_dilation(water & (depth < DEEP_M), np.ones((3, 3)))[water]
    deep = deep[edge[deep]]
    time, before, _ = dijkstra(graph, directed=False, indices=deep, min_only=True,
                               return_predecessors=True)
    return time, before


def follow(cell: int, before: Array, lon: Array, lat: Array, depth: Array) -> tuple[Array, ...]:
    """Return km, lon, lat, depth of the cells of a way from the coast outward."""
    chain = [cell]
    while before[chain[-1]] >= 0:
        chain.append(int(before[chain[-1]]))
    x, y = lon[chain], lat[chain]
    east = np.diff(x) * np.cos(np.radians(0.5 * (y[1:] + y[:-1])))
    km = np.concatenate([[0.0], np.cumsum(np.radians(np.hypot(east, np.diff(y))) * EARTH_KM)])
    return km, x, y, depth[chain]


def open_share(lon: Array, lat: Array, bearing: Array, land: Array) -> Array:
    """Return how free a current across a way is: water on its narrower side, over BESIDE_KM."""
    km = np.arange(2.0, BESIDE_KM + 1.0, 2.0)
    sides = []
    for side in (-1.0, 1.0):
        angle = bearing + side * 0.5 * np.pi
        y = lat[:, None] + np.degrees(km / EARTH_KM) * np.cos(angle)[:, None]
        x = lon[:, None] + np.degrees(km / EARTH_KM) * np.sin(angle)[:, None] / np.cos(
            np.radians(lat))[:, None]
        row = np.clip(((NORTH - y) * PER_DEG).astype(int), 0, land.shape[0] - 1)
        column = np.clip(((x - WEST) * PER_DEG).astype(int), 0, land.shape[1] - 1)
        hit = land[row, column]
        sides.append(np.where(hit.any(axis=1), hit.argmax(axis=1), len(km)) / len(km))
    return np.minimum(*sides)


def coast_cells(water: Array, reached: Array) -> Array:
    """Return row, column (n, 2) of one cell beside land in each block, nearest its middle."""
    land = ~water
    shore = reached & ndimage.binary_dilation(land, np.ones((3, 3)))
    row, column = np.nonzero(shore)
    block = (row // BLOCK) * (water.shape[1] // BLOCK + 1) + column // BLOCK
    _, first = np.unique(block, return_index=True)
    return np.column_stack([row[first], column[first]])


def main() -> None:
    """Write the layer."""
    land = land_mask()
    water = ~land
    depth = depth_m(land)
    time, before = ways(water, depth)
    reached = np.zeros(water.shape, bool)
    reached[water] = np.isfinite(time)
    cells = coast_cells(water, reached)
    number = np.full(water.shape, -1, np.int64)
    number[water] = np.arange(water.sum())
    rows, columns = np.nonzero(water)
    lon, lat = WEST + (columns + 0.5) / PER_DEG, NORTH - (rows + 0.5) / PER_DEG
    flat = depth[water]
    out: dict[str, list[Any]] = {name: [] for name in ("lon", "lat", "depth", "open")}
    start = [0]
    for row, column in cells:
        km, x, y, d = follow(int(number[row, column]), before, lon, lat, flat)
        if len(km) < 2:  # deep water at the shore: no shelf
            km, x, y, d = (np.array([0.0, 1.0]), np.repeat(x, 2), np.repeat(y, 2) - [0, 0.009],
                           np.repeat(d, 2))
        ends = KM_AT[km[-1] > KM_AT]
        ends = np.append(ends, km[-1]) if km[-1] < KM_AT[-1] else ends
        node_lon, node_lat = np.interp(ends, km, x), np.interp(ends, km, y)
        # what counts for the slope of the water is the mean of 1 / depth along the way
        area = np.concatenate([[0.0], np.cumsum(0.5 * np.diff(km) * (1 / d[1:] + 1 / d[:-1]))])
        over = np.diff(np.interp(ends, km, area)) / np.diff(ends)
        middle_lon, middle_lat = (0.5 * (v[1:] + v[:-1]) for v in (node_lon, node_lat))
        bearing = np.arctan2(np.diff(node_lon) * np.cos(np.radians(middle_lat)),
                             np.diff(node_lat))
        out["lon"].append(node_lon)
        out["lat"].append(node_lat)
        out["depth"].append(np.append(1.0 / over, d[-1]))
        out["open"].append(np.append(open_share(middle_lon, middle_lat, bearing, land), 1.0))
        start.append(start[-1] + len(ends))
    TARGET.mkdir(parents=True, exist_ok=True)
    joined = {name: np.concatenate(values) for name, values in out.items()}
    offsets = pa.array(np.array(start, np.int32))
    lists = {
        "lon_e4": np.rint(joined["lon"] * 1e4).astype(np.int32),
        "lat_e4": np.rint(joined["lat"] * 1e4).astype(np.int32),
        "depth_dm": np.minimum(np.rint(joined["depth"] * 10), 65535).astype(np.uint16),
        "open_pct": np.rint(joined["open"] * 100).astype(np.uint8)}
    table = pa.table({name: pa.ListArray.from_arrays(offsets, pa.array(values))
                      for name, values in lists.items()})
    target = TARGET / "ways.parquet"
    pq.write_table(table, target, compression="zstd", compression_level=19, use_dictionary=False)
    print(f"{target.relative_to(ROOT)}: {table.num_rows} points of the coast, "
          f"{start[-1]} nodes, {target.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
