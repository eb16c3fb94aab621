"""The winds that each event of a set brings to sites: sparse, a block of events at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from riskcloud.geo.points import nearest_window
from riskcloud.hazard.typhoon.climate.cells import sites_in_boxes
from riskcloud.hazard.typhoon.climate.winds import SEED, Run, block_of, draw_models
from riskcloud.hazard.typhoon.field import FieldSettings, drawn_settings
from riskcloud.hazard.typhoon.paths import check_events
from riskcloud.hazard.typhoon.sectors import Factors, relative_factors
from riskcloud.kernels import windfootprint as kernel
from riskcloud.kernels.sectors import COLUMNS
from riskcloud.types import EventSet, Floats, Ints, Sites

MOST_VALUES: Final = 40_000_000
"""Winds held at once, events times sites times measures: 160 MB (ours)."""
MOST_EVENTS: Final = 2000
"""Events of a block at most: their nodes are 30 MB (ours)."""

LEVELS: Final = (10.0, 13.0, 16.0, 20.0, 25.0, 30.0, 40.0)
"""Bars on the wind over water between which sites share a tile (ours, for speed)."""


@dataclass(frozen=True, slots=True)
class EventWinds:
    """Winds of some events (CSR): rows ``event``, columns ``site_idx``.

    event (n_events,) places in the set, ascending; indptr (n_events + 1,); site_idx (n_pairs,),
    ascending within an event; wind_m_s (n_pairs, n_measures), 0 below the measure's bar.
    """

    event: Ints
    indptr: Ints
    site_idx: Ints
    wind_m_s: npt.NDArray[np.float32]


def event_winds(events: EventSet, sites: Sites, *, factors: Sequence[Factors | None],
                lowest_m_s: Floats, weights: Mapping[str, float], seed: int = SEED,
                settings: FieldSettings | None = None, most_values: int = MOST_VALUES,
                ) -> Iterator[EventWinds]:
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

    The winds are those of ``largest_winds``, in single precision (6e-8 of the wind).

    Raises
    ------
    InputError : an event set that is empty or not complete.
    """
    check_events(events)
    settings = settings or drawn_settings()
    run = Run(events, draw_models(events, weights, seed=seed), list(weights), settings)
    n, n_measures = len(sites), len(factors)
    scale, directed = np.ones((n_measures, n)), np.array([one is not None for one in factors])
    relative = np.ones((n_measures, n if directed.any() else 0, COLUMNS), np.float32)
    for m, one in enumerate(factors):
        if one is not None:
            scale[m], relative[m] = relative_factors(one)
    with np.errstate(divide="ignore"):
        need = np.where(scale > 0.0, lowest_m_s / scale, np.inf)
    need = np.maximum(need, settings.calm_m_s)
    # one sensitive site would have all its neighbours looked at for every storm
    boxes = sites_in_boxes(nearest_window(sites.lon, float(np.mean(events.lon))), sites.lat,
                           level=np.digitize(need.min(axis=0), LEVELS))
    scale, need = scale[:, boxes.order], need[:, boxes.order]
    relative = relative[:, boxes.order] if directed.any() else relative
    size = min(max(most_values // (n * n_measures), 1), MOST_EVENTS)
    winds = np.empty((n_measures, size, n), np.float32)
    for begin in range(0, len(events), size):
        chosen = np.arange(begin, min(begin + size, len(events)))
        block = block_of(run, chosen)
        reached = np.zeros((len(chosen), len(boxes.start) - 1), np.bool_)
        kernel.event_winds(
            boxes.box_start, boxes.box, boxes.tile, boxes.start, boxes.sites, block.codes,
            block.nodes, block.start, block.reach, block.summary, np.radians(settings.inflow_deg),
            settings.calm_m_s, relative, directed, scale, need, reached, winds)
        count = np.empty(len(chosen), np.int64)
        kernel.count_hits(boxes.start, reached, winds, count)
        row = np.argsort(block.numbers)
        indptr = np.concatenate([[0], np.cumsum(count[row])])
        site = np.empty(indptr[-1], np.int64)
        wind = np.empty((indptr[-1], n_measures), np.float32)
        kernel.gather_hits(boxes.start, boxes.order, reached, winds, row, indptr, site, wind)
        yield EventWinds(chosen, indptr, site, wind)
