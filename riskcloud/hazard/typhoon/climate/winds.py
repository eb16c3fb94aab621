"""The largest winds that an event set brings to sites, each with the event it came from."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from riskcloud.geo.points import nearest_window
from riskcloud.hazard.typhoon.climate.cells import Boxes, sites_in_boxes
from riskcloud.hazard.typhoon.field import FieldSettings, default_settings, drawn_settings, nodes_of
from riskcloud.hazard.typhoon.fields import CLOSER
from riskcloud.hazard.typhoon.path import Path
from riskcloud.hazard.typhoon.paths import check_events, follow_events
from riskcloud.hazard.typhoon.profiles import PROFILES
from riskcloud.hazard.typhoon.sectors import NONE, relative_factors
from riskcloud.kernels import largest, vortex, windclimate
from riskcloud.types import EventSet, Floats, Ints, Sites

EVENTS_PER_BLOCK: Final = 1000
"""Events whose nodes are in memory together (50 MB); between blocks the bars rise (ours)."""
NODES_PER_PART: Final = 8192
"""Nodes whose arrays stay in the second cache while a profile is pinned: six times faster."""
SEED: Final = 2013
"""Default seed of the draw of wind models (ours)."""


@dataclass(frozen=True, slots=True)
class LargestWinds:
    """The largest winds at each site, largest first, and where they came from.

    ``wind_m_s`` (n_sites, k) and ``event`` (n_sites, k), the event's place in the set; 0 and -1
    where fewer than k events brought a wind above calm. ``work`` counts node bounds and winds.
    """

    wind_m_s: npt.NDArray[np.float32]
    event: npt.NDArray[np.int32]
    work: Mapping[str, int]


def draw_models(events: EventSet, weights: Mapping[str, float], *, seed: int = SEED) -> Ints:
    """Place in ``weights`` of the wind model of each event (n_events,): one draw an event.

    The draw is a hash of (seed, event_id): an event keeps its model in any part of the set. A
    10,000-year set is then a mixture of models, as a forecast's realisations are.
    """
    chance = np.array([_chance(seed, one) for one in events.event_id])
    edges = np.cumsum(list(weights.values()))
    return np.minimum(np.searchsorted(edges / edges[-1], chance, side="right"), len(weights) - 1)


def _chance(seed: int, event_id: object) -> float:
    """Return a number in [0, 1) that belongs to an event and a seed."""
    digest = hashlib.blake2b(f"{seed}:{event_id}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / 2.0**53


def largest_winds(events: EventSet, sites: Sites, *, n_kept: int, weights: Mapping[str, float],
                  factors: Sequence[Floats | None] = (None,), seed: int = SEED,
                  settings: FieldSettings | None = None,
                  on_progress: Callable[[int, int], None] = lambda done, total: None,
                  ) -> list[LargestWinds]:
    """The ``n_kept`` largest winds at each site, over open water or at the sites' own surface.

    Parameters
    ----------
    events : any event set whose fixes are complete.
    sites : anywhere; longitudes in any window.
    n_kept : how many winds a site keeps.
    weights : wind model -> weight (``field.model_weights``); one model is drawn for each event.
    factors : what to keep the largest of: None the 1-min wind at 10 m over open water, else that
        wind times (n_sites, N_SECTORS) factors by its direction (``SiteExposure``).
    settings : stages of the field; the default is that of drawn storms.

    Returns
    -------
    LargestWinds for each of ``factors``, sites in their order. Every wind is that of
    ``fields.maximum_winds`` for the event's track by its model
    (tests/verification/hazard/test_climate_winds.py), rounded to float32.

    Raises
    ------
    InputError : an event set that is empty or not complete.
    """
    check_events(events)
    settings = settings or drawn_settings()
    drawn, names = draw_models(events, weights, seed=seed), list(weights)
    boxes = sites_in_boxes(nearest_window(sites.lon, float(np.mean(events.lon))), sites.lat)
    tallies = [_tally(boxes, one, n_kept) for one in factors]
    order, bounds = _strongest_first(events), 0
    for begin in range(0, len(order), EVENTS_PER_BLOCK):
        block = _block(events, order[begin:begin + EVENTS_PER_BLOCK], drawn, names, settings)
        reach = _reach(tallies, block, boxes, settings)
        bounds += len(block.nodes) * len(boxes.box)
        for tally in tallies:
            _raise(tally, block, reach, boxes, settings)
        on_progress(min(begin + EVENTS_PER_BLOCK, len(order)), len(order))
    back = np.empty(len(sites), np.int64)
    back[boxes.order] = np.arange(len(sites))
    return [_largest_of(tally, back, bounds if tally is tallies[0] else 0) for tally in tallies]


@dataclass(frozen=True, slots=True)
class _Tally:
    """The largest winds so far, sites in the order of their boxes.

    relative (n_sites, 13), or none, and scale (n_sites,) are the factors on the wind over water by
    direction, as shares of the largest and the largest itself; heaps (n_sites, k), counts
    (n_boxes, 2).
    """

    relative: npt.NDArray[np.float32]
    scale: Floats
    heaps: Ints
    counts: Ints


@dataclass(frozen=True, slots=True)
class _Block:
    """Some events, ready for the kernel: profile and number of each, their nodes and shapes."""

    codes: Ints
    numbers: Ints
    nodes: Floats
    shape: Floats
    start: Ints


def _tally(boxes: Boxes, factors: Floats | None, n_kept: int) -> _Tally:
    n = len(boxes.order)
    scale, relative = (np.ones(n), NONE) if factors is None else relative_factors(
        factors[boxes.order])
    return _Tally(relative, scale, np.zeros((n, n_kept), np.int64),
                  np.zeros((len(boxes.box), 2), np.int64))


def _largest_of(tally: _Tally, back: Ints, bounds: int) -> LargestWinds:
    largest.sort_descending(tally.heaps)
    wind, event = unpacked(tally.heaps[back])
    total = tally.counts.sum(axis=0)
    return LargestWinds(wind, event, {
        "bounds_of_boxes": bounds, "bounds_of_cells": int(total[0]),
        "site_winds": int(total[1])})


def unpacked(words: Ints) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
    """Winds and events of words of ``kernels.largest``; 0 and -1 where empty."""
    wind = (words >> 32).astype(np.int32).view(np.float32)
    return wind, np.where(words > 0, words & 0x7FFFFFFF, -1).astype(np.int32)


def _strongest_first(events: EventSet) -> Ints:
    """Order of the events by their strongest wind: the bar rises early."""
    peak = np.maximum.reduceat(np.asarray(events.max_wind_m_s, np.float64), events.start[:-1])
    return np.argsort(-peak, kind="stable")


def _block(events: EventSet, block: Ints, drawn: Ints, names: list[str],
           settings: FieldSettings) -> _Block:
    """Return some events ready for the kernel, each by its own model."""
    codes, rows, starts, numbers = list[Ints](), list[Floats](), [0], list[Ints]()
    for k, name in enumerate(names):
        own = block[drawn[block] == k]
        if len(own) == 0:
            continue
        nodes, start = event_nodes(events, own, name, settings)
        rows.append(nodes)
        starts.extend(start[1:] + starts[-1])
        codes.append(np.full(len(own), PROFILES[name].code))
        numbers.append(own)
    nodes, node_start = np.concatenate(rows), np.array(starts, np.int64)
    return _Block(np.concatenate(codes), np.concatenate(numbers), nodes,
                  _shape_by_event(nodes, node_start), node_start)


def _reach(tallies: Sequence[_Tally], block: _Block, boxes: Boxes, settings: FieldSettings,
           ) -> Ints:
    """Return the nodes of each event that may matter to any tally in each box."""
    bars = np.full(len(boxes.box), np.inf)
    for tally in tallies:
        windclimate.bars_of_boxes(boxes.box_start, boxes.start, settings.calm_m_s, tally.scale,
                                  tally.heaps, bars)
    reach = np.empty((len(block.codes), len(boxes.box), 2), np.int64)
    windclimate.reach_of_boxes(boxes.box, bars, block.codes, block.nodes, block.shape, block.start,
                               np.radians(settings.inflow_deg), reach)
    return reach


def _raise(tally: _Tally, block: _Block, reach: Ints, boxes: Boxes, settings: FieldSettings,
           ) -> None:
    """Raise the largest winds by a block of events."""
    windclimate.largest_winds(
        boxes.box_start, boxes.lon, boxes.lat, boxes.sin_lat, boxes.cos_lat, boxes.start,
        block.codes, block.nodes, block.shape, block.start, reach, block.numbers,
        np.radians(settings.inflow_deg), settings.calm_m_s, tally.relative, tally.scale,
        tally.heaps, tally.counts)


def event_nodes(events: EventSet, chosen: Ints, model: str, settings: FieldSettings,
                ) -> tuple[Floats, Ints]:
    """Rows for the kernel of some events by one model, and where each event's begin.

    The spacing of the nodes is that of ``fields.prepare``.
    """
    finest = default_settings()
    spacing = max(CLOSER.get(model, 1.0) * settings.spacing_r_max,
                  min(finest.spacing_r_max, settings.spacing_r_max))
    settings = replace(settings, spacing_r_max=spacing)
    path, start = follow_events(events, chosen, spacing_r_max=spacing,
                                longest_h=settings.longest_h)
    return _in_parts(path, model, settings), start


def _in_parts(path: Path, model: str, settings: FieldSettings) -> Floats:
    """Rows for the kernel, made a cacheful of nodes at a time on as many threads as kernels use."""
    def rows(begin: int) -> Floats:
        part = {one.name: getattr(path, one.name)[begin:begin + NODES_PER_PART]
                for one in fields(Path)}
        return nodes_of(Path(**part), model, settings)

    with ThreadPoolExecutor(numba.get_num_threads()) as pool:
        return np.concatenate(list(pool.map(rows, range(0, len(path.hour), NODES_PER_PART))))


def _shape_by_event(nodes: Floats, start: Ints) -> Floats:
    """Shape of each event by parameter, events one after another: (n_nodes * N_SHAPE,)."""
    shape = nodes[:, vortex.SHAPE:]
    n = shape.shape[1]
    out = np.empty(shape.size)
    length = np.repeat(np.diff(start), np.diff(start))
    first = np.repeat(start[:-1], np.diff(start))
    place = n * first + np.arange(len(nodes)) - first
    for k in range(n):
        out[place + k * length] = shape[:, k]
    return out
