"""Depressions of a terrain as a tree, filled by volume: what they cannot hold spills on.

Cells are taken from the lowest up. One without a lower neighbour begins a depression (a leaf);
where two depressions meet, both are closed at that level and a new one stands on them; where one
meets the outlet (node 0: the edge and cells without a value), it is a root. Source: the hierarchy
of Barnes, Callaghan & Wickert (2020), Earth Surf. Dynam. 8, 431-445, and what runs over as in
Barnes, Callaghan & Wickert (2021), Earth Surf. Dynam. 9, 105-121; the way there, cells in the
order of their elevation, is ours.

links (n_nodes, 4) of a node: what stands on it (0 for a root), the one beside it under the same,
the leaf it spills to (0: the outlet), and the topmost that stands on it while the tree grows.
held (n_nodes, 5): area [m2] and level [m] as far as it has grown (in the end where it spills),
room [m3] between its own floor and that level, and floor [m] and area there: 0 for a leaf, for
others the brim of the two below.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, prange

Array = npt.NDArray[Any]

OUTLET, UNSEEN = 0, -1
PARENT, SIBLING, SPILL, TOP = range(4)
AREA, LEVEL, ROOM, FLOOR, FLOOR_AREA = range(5)


@njit(cache=True, nogil=True, error_model="numpy")
def in_order(elevation: Array, order: Array, spare: Array) -> None:
    """Write the cells (n,) int32 by elevation (n,) float32, equal ones as they stand; NaN last.

    spare (n,) int32 is worked in. A radix sort by 11 bits three times: the bits of a float, those
    of a negative one turned over, rise with it; -0 is 0.
    """
    n = len(elevation)
    bits = elevation.view(np.uint32)
    for k in range(n):
        order[k] = k
    come, go = order, spare
    for shift in (0, 11, 22):
        count = np.zeros(2049, np.int64)
        for k in range(n):
            count[((_rising(bits[k]) >> shift) & 2047) + 1] += 1
        for digit in range(2048):
            count[digit + 1] += count[digit]
        for k in range(n):
            digit = (_rising(bits[come[k]]) >> shift) & 2047
            go[count[digit]] = come[k]
            count[digit] += 1
        come, go = go, come
    order[:] = come


@njit(cache=True, nogil=True, error_model="numpy")
def _rising(bits: Any) -> Any:
    size = bits & np.uint32(0x7FFFFFFF)
    if size > np.uint32(0x7F800000):  # NaN of either sign
        return np.int64(0xFFFFFFFF)
    if size == 0:  # -0 is 0
        return np.int64(0x80000000)
    if bits & np.uint32(0x80000000):
        return np.int64(bits ^ np.uint32(0xFFFFFFFF))
    return np.int64(bits | np.uint32(0x80000000))


@njit(cache=True, nogil=True, error_model="numpy", parallel=True)
def count_leaves(elevation: Array) -> int:
    """Count the cells of (ny, nx) from which no way leads down and which no outlet touches."""
    ny, nx = elevation.shape
    total = 0
    for i in prange(1, ny - 1):
        for j in range(1, nx - 1):
            z = elevation[i, j]
            lowest = not np.isnan(z)
            for di in range(-1, 2):
                for dj in range(-1, 2):
                    beside = elevation[i + di, j + dj]
                    before = di < 0 or (di == 0 and dj < 0)
                    lowest = lowest and not (np.isnan(beside) or beside < z
                                             or (before and beside == z))
            total += lowest
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def grow(elevation: Array, order: Array, n_cells: int, cell: Array, leaf: Array, node: Array,
         links: Array, held: Array) -> int:
    """Grow the tree of depressions; return how many nodes it has, the outlet among them.

    elevation (ny, nx), NaN for outlets; order: its cells, ``n_cells`` of them with a value.
    cell (ny, 3): area, width and height of a row's cells [m2, m, m]. leaf (ny * nx,) int32: where
    the water of a cell collects; node: of which node's floor and walls it is; UNSEEN at first.
    """
    ny, nx = elevation.shape
    n_nodes = 1
    for k in range(n_cells):
        here = order[k]
        i, j = here // nx, here % nx
        z = elevation[i, j]
        best, steepest, at_outlet, several, beside = -1, -1.0, False, False, UNSEEN
        diagonal = np.hypot(cell[i, 1], cell[i, 2])
        for di in range(-1, 2):
            for dj in range(-1, 2):
                y, x = i + di, j + dj
                if y < 0 or x < 0 or y >= ny or x >= nx or np.isnan(elevation[y, x]):
                    at_outlet = True
                elif node[y * nx + x] != UNSEEN:
                    several = several or (beside != UNSEEN and beside != node[y * nx + x])
                    beside = node[y * nx + x]
                    run = cell[i, 1] if di == 0 else cell[i, 2] if dj == 0 else diagonal
                    drop = (z - elevation[y, x]) / run
                    if drop > steepest:
                        best, steepest = y * nx + x, drop
        if best >= 0 and not (at_outlet and steepest <= 0.0):
            leaf[here], now = leaf[best], _top(links, node[best])
        elif at_outlet:
            leaf[here], now = OUTLET, OUTLET
        else:
            _begin(links, held, n_nodes, z)
            leaf[here], now = n_nodes, n_nodes
            n_nodes += 1
        if at_outlet and now != OUTLET:
            now, n_nodes = _join(links, held, n_nodes, z, now, leaf[here], OUTLET, OUTLET)
        if several or (at_outlet and beside != UNSEEN):
            now, n_nodes = _join_around(elevation, cell[i], here, now, leaf, node, links, held,
                                        n_nodes)
        node[here] = now
        if now != OUTLET:
            _raise(held, now, z)
            held[now, AREA] += cell[i, 0]
    return n_nodes


@njit(cache=True, nogil=True, error_model="numpy")
def _join_around(elevation: Array, size: Array, here: int, now: int, leaf: Array, node: Array,
                 links: Array, held: Array, n_nodes: int) -> tuple[int, int]:
    """Join what the cells around one belong to, the steepest way down first; as ``_join``."""
    ny, nx = elevation.shape
    i, j = here // nx, here % nx
    z = elevation[i, j]
    while True:
        best, steepest = -1, -1.0
        for y in range(max(i - 1, 0), min(i + 2, ny)):
            for x in range(max(j - 1, 0), min(j + 2, nx)):
                if node[y * nx + x] != UNSEEN and _top(links, node[y * nx + x]) != now:
                    drop = (z - elevation[y, x]) / np.hypot((x - j) * size[1], (y - i) * size[2])
                    if drop > steepest:
                        best, steepest = y * nx + x, drop
        if best < 0:
            return now, n_nodes
        now, n_nodes = _join(links, held, n_nodes, z, now, leaf[here], _top(links, node[best]),
                             leaf[best])


@njit(cache=True, nogil=True, error_model="numpy")
def _begin(links: Array, held: Array, new: int, z: float) -> None:
    links[new] = OUTLET
    links[new, TOP] = new
    held[new] = 0.0
    held[new, LEVEL] = held[new, FLOOR] = z


@njit(cache=True, nogil=True, error_model="numpy")
def _top(links: Array, at: int) -> int:
    while links[at, TOP] != at:
        links[at, TOP] = links[links[at, TOP], TOP]
        at = links[at, TOP]
    return at


@njit(cache=True, nogil=True, error_model="numpy")
def _raise(held: Array, at: int, z: float) -> None:
    held[at, ROOM] += held[at, AREA] * (z - held[at, LEVEL])
    held[at, LEVEL] = z


@njit(cache=True, nogil=True, error_model="numpy")
def _join(links: Array, held: Array, n_nodes: int, z: float, one: int, one_leaf: int, other: int,
          other_leaf: int) -> tuple[int, int]:
    """Close what meets at z, each spilling to the other's leaf there; return what now stands."""
    _close(links, held, one, z, other_leaf)
    _close(links, held, other, z, one_leaf)
    if one == OUTLET or other == OUTLET:
        links[max(one, other), TOP] = OUTLET
        return OUTLET, n_nodes
    _begin(links, held, n_nodes, z)
    held[n_nodes, AREA] = held[n_nodes, FLOOR_AREA] = held[one, AREA] + held[other, AREA]
    links[one, SIBLING], links[other, SIBLING] = other, one
    links[one, PARENT] = links[other, PARENT] = n_nodes
    links[one, TOP] = links[other, TOP] = n_nodes
    return n_nodes, n_nodes + 1


@njit(cache=True, nogil=True, error_model="numpy")
def _close(links: Array, held: Array, at: int, z: float, leaf: int) -> None:
    if at != OUTLET:
        _raise(held, at, z)
        links[at, SPILL] = leaf


@njit(cache=True, nogil=True, error_model="numpy")
def collect(leaf: Array, runoff_m: Array, area_m2: Array, water: Array) -> None:
    """Add the runoff (ny, nx) of rows with cells of area (ny,) to water (n_nodes,) [m3] by leaf.

    leaf (ny, nx), UNSEEN where the terrain has no value; runoff that is NaN counts as none.
    """
    for i in range(leaf.shape[0]):
        for j in range(leaf.shape[1]):
            if leaf[i, j] != UNSEEN and runoff_m[i, j] > 0.0:
                water[leaf[i, j]] += runoff_m[i, j] * area_m2[i]


@njit(cache=True, nogil=True, error_model="numpy")
def pour(links: Array, held: Array, water: Array, own: Array, full: Array, hop: Array) -> float:
    """Fill depressions with the water of their leaves; return what reaches the outlet [m3].

    water (n_nodes,) [m3]; at the start own 0, full False, hop UNSEEN (n_nodes,). own: what a node
    holds above the brims of the two below it, at most its room. hop: shortcuts past full ones.
    In whichever order leaves are taken, the end is the same: what is full passes on all.
    """
    gone = water[OUTLET]
    for first in range(1, len(links)):
        left, at = water[first], first
        while left > 0.0:
            at = _open(links, full, hop, at)
            if at == OUTLET:
                gone += left
                break
            room = held[at, ROOM] - own[at]
            if left < room:
                own[at] += left
                break
            own[at] = held[at, ROOM]
            full[at] = True
            left -= max(room, 0.0)
    return gone


@njit(cache=True, nogil=True, error_model="numpy")
def _onward(links: Array, full: Array, hop: Array, at: int) -> int:
    """Where the water of a full node goes: beside it, and once that is full too, above both."""
    if hop[at] != UNSEEN:
        return hop[at]
    if links[at, SIBLING] != OUTLET and full[links[at, SIBLING]]:
        return links[at, PARENT]
    return links[at, SPILL]


@njit(cache=True, nogil=True, error_model="numpy")
def _open(links: Array, full: Array, hop: Array, first: int) -> int:
    """Return the node that takes the water of ``first``: itself, or the next that is not full."""
    at = first
    while at != OUTLET and full[at]:
        at = _onward(links, full, hop, at)
    there, at = at, first
    while at != OUTLET and full[at]:
        after = _onward(links, full, hop, at)
        hop[at] = there
        at = after
    return there


@njit(cache=True, nogil=True, error_model="numpy")
def levels(elevation: Array, order: Array, n_cells: int, area_m2: Array, node: Array,
           links: Array, held: Array, own: Array, full: Array, surface: Array) -> None:
    """Write the level of the water in each node (n_nodes,) [m]; -inf where it holds none.

    elevation, order, node as ``grow`` had or left them; own and full as ``pour`` left them.
    """
    nx = elevation.shape[1]
    area, level = held[:, FLOOR_AREA].copy(), held[:, FLOOR].copy()
    below = np.zeros(len(held))
    for at in range(len(held)):
        surface[at] = held[at, LEVEL] if full[at] else -np.inf
    for k in range(n_cells):
        at = node[order[k]]
        if at == OUTLET or surface[at] > -np.inf or own[at] == 0.0:
            continue
        i = order[k] // nx
        z = elevation[i, order[k] % nx]
        more = area[at] * (z - level[at])
        if below[at] + more > own[at]:
            surface[at] = level[at] + (own[at] - below[at]) / area[at]
        else:
            below[at] += more
            level[at] = z
            area[at] += area_m2[i]
    for at in range(len(held) - 1, 0, -1):
        if surface[at] == -np.inf and own[at] > 0.0:
            surface[at] = level[at] + (own[at] - below[at]) / area[at]
        if links[at, PARENT] != OUTLET and surface[links[at, PARENT]] > -np.inf:
            surface[at] = surface[links[at, PARENT]]


@njit(cache=True, nogil=True, error_model="numpy", parallel=True)
def depths(elevation: Array, node: Array, surface: Array, out: Array) -> None:
    """Write the depth of water (ny, nx) [m]: 0 where none stands, NaN where elevation is."""
    ny, nx = elevation.shape
    for i in prange(ny):
        for j in range(nx):
            at = node[i * nx + j]
            if np.isnan(elevation[i, j]):
                out[i, j] = np.nan
            elif at == OUTLET:
                out[i, j] = 0.0
            else:
                out[i, j] = max(surface[at] - elevation[i, j], 0.0)
