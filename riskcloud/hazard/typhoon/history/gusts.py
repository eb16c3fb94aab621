"""The largest gust of each of some past storms at the sites it came near, by the default wind."""

from typing import Final

import numpy as np

from riskcloud.hazard.typhoon.climate.winds import part_of
from riskcloud.hazard.typhoon.field import drawn_settings, model_weights, nodes_of, sites_in_cells
from riskcloud.hazard.typhoon.paths import follow_events
from riskcloud.hazard.typhoon.profiles import PROFILES
from riskcloud.hazard.typhoon.sectors import relative_factors, with_land
from riskcloud.hazard.typhoon.surface.reference import reference_factors
from riskcloud.kernels import pastwinds
from riskcloud.types import EventSet, Floats, Ints, SiteExposure, Sites

LEAST_WEIGHT: Final = 0.05
"""Wind models of less weight are left out: made to widen a forecast's spread, they change the mean
by a hundredth (ours)."""
EVENTS_AT_A_TIME: Final = 500
"""Events whose nodes are in memory together (30 MB; ours)."""


def history_models() -> dict[str, float]:
    """Return the wind models that count and their weights, summing to 1."""
    heavy = {name: one for name, one in model_weights().items() if one >= LEAST_WEIGHT}
    return {name: one / sum(heavy.values()) for name, one in heavy.items()}


def event_gusts(events: EventSet, event: Ints, site: Ints, sites: Sites,
                exposure: SiteExposure | None = None) -> Floats:
    """3-s gust (n_pairs,) [m/s] of pairs of an event and a site; 0 where it stays below calm.

    The largest over time of wind times the site's factor in its direction, found between the fixes
    as ``fields.maximum_winds`` does, for each wind model; then their weighted mean.

    Parameters
    ----------
    event, site : (n_pairs,) places in the set and in the sites; every fix of the events is known.
    exposure : of the sites' own surface; None: 10 m over open country, as ``climate map`` has it.
    """
    after = np.ones(len(sites))
    if exposure is None:
        reference = reference_factors(sites.lon, sites.lat)
        rows, after = reference.rows, reference.gust_of_mean
    else:
        rows = with_land(exposure, "gust_3s")
    largest, relative = relative_factors(rows)
    cell_order, _ = sites_in_cells(sites.lon, sites.lat, pastwinds.SITES_TOGETHER)
    rank = np.empty(len(sites), np.int64)
    rank[cell_order] = np.arange(len(sites))
    order = np.lexsort((rank[site], event))
    chosen, first = np.unique(event[order], return_index=True)
    pair_start = np.append(first, len(order))
    radians = np.radians(sites.lat)
    table = np.stack([sites.lon, sites.lat, np.sin(radians), np.cos(radians)])
    settings = drawn_settings()
    speed = np.zeros(len(order))
    for begin in range(0, len(chosen), EVENTS_AT_A_TIME):
        part = part_of(events, chosen[begin:begin + EVENTS_AT_A_TIME])
        path, node_start = follow_events(part, np.arange(len(part)),
                                         spacing_r_max=settings.spacing_r_max,
                                         longest_h=settings.longest_h)
        own = slice(pair_start[begin], pair_start[begin + len(part)])
        starts = pair_start[begin:begin + len(part) + 1] - own.start
        for model, weight in history_models().items():
            found = np.zeros(own.stop - own.start)
            pastwinds.largest_of_pairs(
                PROFILES[model].code, site[order[own]], starts, table,
                nodes_of(path, model, settings), node_start, np.radians(settings.inflow_deg),
                settings.calm_m_s, relative, found)
            speed[own] += weight * found
    out = np.empty(len(order))
    out[order] = speed
    return np.asarray(out * largest[site] * after[site])
