"""The winds that each event of a set brings to sites: sparse, a block of events at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from riskcloud.geo.points import nearest_window
from riskcloud.hazard.typhoon.climate.cells import Boxes, sites_in_boxes
from riskcloud.hazard.typhoon.climate.lattice import in_cells, lattice_of
from riskcloud.hazard.typhoon.climate.winds import SEED, Block, Run, block_of, draw_models
from riskcloud.hazard.typhoon.field import FieldSettings, drawn_settings
from riskcloud.hazard.typhoon.paths import check_events
from riskcloud.hazard.typhoon.sectors import Factors, relative_factors
from riskcloud.kernels import windfootprint as kernel
from riskcloud.kernels import windlattice
from riskcloud.kernels.sectors import COLUMNS, LOSS, SATURATED_M_S, SMOOTH_M_S
from riskcloud.types import Bools, EventSet, Floats, Ints, Sites

MOST_VALUES: Final = 40_000_000
"""Winds held at once, events times sites times measures: 160 MB (ours)."""
MOST_EVENTS: Final = 2000
"""Events of a block at most: their nodes are 30 MB (ours)."""

LEVELS: Final = (10.0, 13.0, 16.0, 20.0, 25.0, 30.0, 40.0)
"""Bars on the wind over water between which sites share a tile (ours, for speed)."""

LATTICE_LEVELS: Final = (20.0,)
"""The same for sites between the nodes of a lattice (ours, for speed)."""
FEW_SITES: Final = 5000
"""Sites up to which every one's wind is searched for itself (ours)."""
SURE: Final = 0.97
"""Share of a storm's largest wind at a place below which another cannot matter (ours)."""
_NO_FACTORS: Final = np.repeat(np.array([[1.0], [0.0]], np.float32), LOSS, axis=0)
Find = Callable[[Block, Bools, npt.NDArray[np.float32]], None]


@dataclass(frozen=True, slots=True)
class EventWinds:
    """Winds of some events (CSR): rows ``event``, columns ``site_idx``.

    event (n_events,) places in the set, ascending; indptr (n_events + 1,); site_idx (n_pairs,), in
    one order for all events, neighbours together; wind_m_s (n_pairs, n_measures), 0 below the
    measure's bar.
    """

    event: Ints
    indptr: Ints
    site_idx: Ints
    wind_m_s: npt.NDArray[np.float32]


def event_winds(events: EventSet, sites: Sites, *, factors: Sequence[Factors | None],
                lowest_m_s: Floats, weights: Mapping[str, float], seed: int = SEED,
                settings: FieldSettings | None = None, most_values: int = MOST_VALUES,
                between: bool | None = None) -> Iterator[EventWinds]:
    """Yield the winds of all events at sites in the order of the set, a block at a time.

    Parameters
    ----------
    events : any event set whose fixes are complete. sites : anywhere, n_sites > 0.
    factors : of each measure: None the 1-min wind at 10 m over open water, else (n_sites, N_SECTORS
        or 2 N_SECTORS) as ``largest_winds`` takes them.
    lowest_m_s : (n_measures, n_sites) winds below it are left out; inf: not wanted. Winds below
        the end of the field (``settings.calm_m_s`` over water) never are.
    weights, seed : wind model -> weight; one model is drawn for each event (``draw_models``).
    most_values : winds held at once; the result does not depend on it.
    between : True: winds lie between those of the nodes of a fixed lattice that is as fine as each
        storm asks for; False: each site's wind is searched for itself. None: the first for more
        than ``FEW_SITES`` sites.

    Searched for, the winds are those of ``largest_winds``, in single precision (6e-8 of the wind);
    docs/science/risk.md says how near those of the lattice are. Either way a wind depends on the
    event and the site alone.

    Raises
    ------
    InputError : an event set that is empty or not complete.
    """
    check_events(events)
    settings = settings or drawn_settings()
    run = Run(events, draw_models(events, weights, seed=seed), list(weights), settings)
    n, n_measures = len(sites), len(factors)
    between = n > FEW_SITES if between is None else between
    directed = np.array([one is not None for one in factors])
    scale, relative = np.ones((n_measures, n)), [np.ones((n, COLUMNS), np.float32)] * n_measures
    for m, one in enumerate(factors):
        if one is not None:
            scale[m], relative[m] = relative_factors(one)
    with np.errstate(divide="ignore"):
        need = np.where(scale > 0.0, lowest_m_s / scale, np.inf)
    need = np.maximum(need, settings.calm_m_s)
    # one sensitive site would have all its neighbours looked at for every storm
    level = np.digitize(need.min(axis=0), LATTICE_LEVELS if between else LEVELS)
    boxes = sites_in_boxes(nearest_window(sites.lon, float(np.mean(events.lon))), sites.lat,
                           level=level)
    boxes, find = (_between_nodes if between else _by_search)(
        boxes, settings, level=level, scale=scale, need=need, relative=relative, directed=directed)
    size = min(max(most_values // (n * n_measures), 1), MOST_EVENTS)
    winds = np.empty((n_measures, size, n), np.float32)
    for begin in range(0, len(events), size):
        chosen = np.arange(begin, min(begin + size, len(events)))
        block = block_of(run, chosen)
        reached = np.zeros((len(chosen), len(boxes.start) - 1), np.bool_)
        find(block, reached, winds)
        count = np.empty(len(chosen), np.int64)
        kernel.count_hits(boxes.start, reached, winds, count)
        row = np.argsort(block.numbers)
        indptr = np.concatenate([[0], np.cumsum(count[row])])
        site = np.empty(indptr[-1], np.int64)
        wind = np.empty((indptr[-1], n_measures), np.float32)
        kernel.gather_hits(boxes.start, boxes.order, reached, winds, row, indptr, site, wind)
        yield EventWinds(chosen, indptr, site, wind)


def _by_search(boxes: Boxes, settings: FieldSettings, *, level: Ints, scale: Floats, need: Floats,
               relative: list[npt.NDArray[np.float32]], directed: Bools) -> tuple[Boxes, Find]:
    """Return boxes, and what writes the winds of a block, each site's searched for itself."""
    scale, need = (np.take(values, boxes.order, axis=1) for values in (scale, need))
    rows = np.ones((len(relative), len(boxes.order) if directed.any() else 0, COLUMNS), np.float32)
    for m in np.flatnonzero(directed):
        rows[m] = relative[m][boxes.order]

    def find(block: Block, reached: Bools, winds: npt.NDArray[np.float32]) -> None:
        kernel.event_winds(
            boxes.box_start, boxes.box, boxes.tile, boxes.start, boxes.sites, block.codes,
            block.nodes, block.start, block.reach, block.summary, np.radians(settings.inflow_deg),
            settings.calm_m_s, rows, directed, scale, need, reached, winds)

    return boxes, find


def _between_nodes(boxes: Boxes, settings: FieldSettings, *, level: Ints, scale: Floats,
                   need: Floats, relative: list[npt.NDArray[np.float32]], directed: Bools,
                   ) -> tuple[Boxes, Find]:
    """Return boxes, and what writes the winds of a block between the nodes of their lattices.

    What is looked at of a storm depends on the level of a tile, not on the needs of its sites.
    """
    boxes, code = in_cells(boxes)
    scale, need = (np.take(values, boxes.order, axis=1) for values in (scale, need))
    lattice = lattice_of(boxes, code, np.isfinite(need))
    factor = np.empty((COLUMNS, len(lattice.site)), np.float32)
    lowest = np.empty(len(lattice.site), np.float32)
    for m, start in enumerate(lattice.entry_start):
        here, site = slice(start[0], start[-1]), lattice.site[start[0]:start[-1]]
        factor[:, here] = relative[m][boxes.order[site]].T if directed[m] else _NO_FACTORS
        factor[:LOSS, here] *= scale[m, site]
        lowest[here] = scale[m, site] * need[m, site]
    bar = np.concatenate([[settings.calm_m_s], np.maximum(LATTICE_LEVELS, settings.calm_m_s)])
    tile_bar = bar[level[boxes.order[boxes.start[:-1]]]]
    least = np.minimum.reduceat(need, boxes.start[:-1], axis=1)
    share = np.minimum.reduceat(_least_shares(relative, directed)[boxes.order], boxes.start[:-1])

    def find(block: Block, reached: Bools, winds: npt.NDArray[np.float32]) -> None:
        windlattice.event_winds(
            boxes.box_start, boxes.box, boxes.tile, tile_bar, share, lattice.tile_side,
            boxes.start, lattice.node_start, lattice.nodes, lattice.at, lattice.entry_start,
            lattice.code, lattice.east, lattice.north, factor, lowest, least, lattice.site,
            block.codes, block.nodes, block.shape, block.start, block.reach, block.summary,
            np.radians(settings.inflow_deg), settings.calm_m_s, reached, winds)

    return boxes, find


def _least_shares(relative: list[npt.NDArray[np.float32]], directed: Bools) -> Floats:
    """Least factor of each site (n_sites,) in any direction, of its largest in the same wind.

    A weaker wind loses more: it can only matter less. Between no loss and the largest the quotient
    of two directions is monotone in what the wind lacks.
    """
    least = np.ones(len(relative[0]))
    for rows in (one for one, by_direction in zip(relative, directed, strict=True) if by_direction):
        for lacks in (0.0, SATURATED_M_S - SMOOTH_M_S):
            left = rows[:, :LOSS] * (1.0 - lacks * rows[:, LOSS:])
            largest = left.max(axis=1)
            least = np.minimum(least, np.where(largest > 0.0, left.min(axis=1) / np.where(
                largest > 0.0, largest, 1.0), 0.0))
    return np.asarray(SURE * least)
