"""The largest winds that an event set brings to sites, each with the event it came from."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numba
import numpy as np
import numpy.typing as npt

from riskcloud.geo.points import nearest_window
from riskcloud.hazard.typhoon.climate.cells import Boxes, sites_in_boxes
from riskcloud.hazard.typhoon.field import FieldSettings, drawn_settings, nodes_of
from riskcloud.hazard.typhoon.path import Path
from riskcloud.hazard.typhoon.paths import check_events, follow_events
from riskcloud.hazard.typhoon.profiles import PROFILES
from riskcloud.hazard.typhoon.sectors import relative_factors
from riskcloud.kernels import largest, vortex, windclimate, windreach
from riskcloud.kernels.sectors import COLUMNS
from riskcloud.types import EventSet, Floats, Ints, Sites

EVENTS_PER_BLOCK: Final = 2000
"""Events whose nodes are in memory together (30 MB; ours)."""
NODE_HOURS: Final = 1.0
"""Largest time between two nodes of a path (ours): a storm turns, grows and weakens little."""
SAMPLED: Final = 8
"""One in so many events is looked at first (ours)."""
SAMPLE_SAFETY: Final = 4.0
"""Standard deviations of the sample's count (ours; a site that it misleads is done again)."""
SMALLEST_SAMPLE: Final = 3.0
"""Winds a site must be expected to have in the sample (ours)."""
NODES_PER_PART: Final = 8192
"""Nodes whose arrays stay in the second cache while a profile is pinned: six times faster."""
PER_EVENT: Final = ("event_id", "annual_rate", "year", "season")
PER_FIX: Final = ("hour", "lon", "lat", "max_wind_m_s", "central_pressure_pa",
                  "environmental_pressure_pa", "r_max_m", "r34_m")
SEED: Final = 2013
"""Default seed of the draw of wind models (ours)."""


@dataclass(frozen=True, slots=True)
class LargestWinds:
    """The largest winds at each site, largest first, and where they came from.

    ``wind_m_s`` (n_sites, k) and ``event`` (n_sites, k), the event's place in the set; 0 and -1
    where fewer than k events brought a wind above calm. ``work`` counts nodes and legs tested,
    winds sampled and refined (of all measures, in the first).
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
                  settings: FieldSettings | None = None, primed: bool = True,
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
    primed : look at samples of the events first, for a wind that each site's largest exceed. The
        result does not depend on it: sites that it misleads are done again.

    Returns
    -------
    LargestWinds for each of ``factors``, sites in their order. Every wind is that of the event's
    track by its model; beside nodes of a twentieth of Rmax it is 0.01 m/s low in the mean, as the
    field of drawn storms is (tests/verification/hazard/test_climate_winds.py).

    Raises
    ------
    InputError : an event set that is empty or not complete.
    """
    check_events(events)
    settings = settings or drawn_settings()
    drawn = draw_models(events, weights, seed=seed)
    run = Run(events, drawn, list(weights), settings)
    boxes = sites_in_boxes(nearest_window(sites.lon, float(np.mean(events.lon))), sites.lat)
    tally = _tally(boxes, factors, n_kept)
    for sample in _samples_of(events, n_kept) if primed else ():
        first = _tally(boxes, factors, sample.n_kept)
        first.lowest[:] = tally.lowest
        _raise_by(run, sample.chosen, first, boxes, lambda done, total: None)
        tally.lowest[:] = first.least()
        tally.counts[:] += first.counts
    _raise_by(run, _strongest_first(events, np.arange(len(events))), tally, boxes, on_progress)
    back = np.empty(len(sites), np.int64)
    back[boxes.order] = np.arange(len(sites))
    misled = np.flatnonzero(tally.misled()[back])
    found = [_largest_of(tally, m, back) for m in range(len(factors))]
    if len(misled):
        part = Sites(sites.site_id[misled], sites.lon[misled], sites.lat[misled])
        again = largest_winds(
            events, part, n_kept=n_kept, weights=weights, seed=seed, settings=settings,
            primed=False, factors=[None if one is None else one[misled] for one in factors])
        for one, better in zip(found, again, strict=True):
            one.wind_m_s[misled], one.event[misled] = better.wind_m_s, better.event
    return found


@dataclass(frozen=True, slots=True)
class Run:
    """What the blocks of a run share: events, the model of each, the models' names."""

    events: EventSet
    drawn: Ints
    names: list[str]
    settings: FieldSettings


@dataclass(frozen=True, slots=True)
class _Tally:
    """The largest winds so far by measure, sites in the order of their boxes.

    relative (n_measures, n_sites, 13), read where directed (n_measures,), and scale (n_measures,
    n_sites) are the factors on the wind over water by direction, as shares of the largest and the
    largest itself; winds below lowest (n_measures, n_sites) are left out; heaps (n_measures,
    n_sites, k), filled (n_measures, n_sites) of them; counts (n_boxes, 4).
    """

    relative: npt.NDArray[np.float32]
    directed: npt.NDArray[np.bool_]
    scale: Floats
    lowest: Floats
    heaps: Ints
    filled: Ints
    counts: Ints

    def least(self) -> Floats:
        """Return the least wind kept (n_measures, n_sites), 0 where fewer than k are."""
        words = self.heaps[:, :, 0]
        full = self.filled == self.heaps.shape[2]
        return np.where(full, unpacked(words)[0], 0.0).astype(np.float64)

    def misled(self) -> npt.NDArray[np.bool_]:
        """Tell the sites (n_sites,) where fewer than k winds exceed ``lowest`` of some measure."""
        short = (self.filled < self.heaps.shape[2]) & (self.lowest > 0.0)
        return np.asarray(short.any(axis=0))


@dataclass(frozen=True, slots=True)
class _Sample:
    """Some events, and how many of the largest winds to keep of them."""

    chosen: Ints
    n_kept: int


def _samples_of(events: EventSet, n_kept: int) -> list[_Sample]:
    """Return samples to look at first, the smallest first; none where too few would be in one.

    Of a site's n_kept largest winds about an eighth are of every eighth event, with the spread of a
    binomial draw: as many and some standard deviations more of the sample's largest all but
    certainly reach below the least of them. Every eighth of those tells the same of the sample.
    """
    samples, keep, every = list[_Sample](), n_kept, SAMPLED
    while True:
        expected = keep / SAMPLED
        keep = int(np.ceil(expected + SAMPLE_SAFETY * expected**0.5))
        chosen = np.arange(every // 2, len(events), every)
        if expected < SMALLEST_SAMPLE or keep >= len(chosen):
            return samples[::-1]
        samples.append(_Sample(_strongest_first(events, chosen), keep))
        every *= SAMPLED


@dataclass(frozen=True, slots=True)
class Block:
    """Some events, ready for the kernel: profile, number, nodes, shape and reach of each."""

    codes: Ints
    numbers: Ints
    nodes: Floats
    shape: Floats
    start: Ints
    reach: npt.NDArray[np.float32]
    summary: Floats


def _tally(boxes: Boxes, factors: Sequence[Floats | None], n_kept: int) -> _Tally:
    n, n_measures = len(boxes.order), len(factors)
    scale = np.ones((n_measures, n))
    directed = np.array([one is not None for one in factors])
    relative = np.ones((n_measures, n if directed.any() else 0, COLUMNS), np.float32)
    for m, one in enumerate(factors):
        if one is not None:
            scale[m], relative[m] = relative_factors(one[boxes.order])
    return _Tally(relative, directed, scale, np.zeros((n_measures, n)),
                  np.zeros((n_measures, n, n_kept), np.int64),
                  np.zeros((n_measures, n), np.int64), np.zeros((len(boxes.box), 4), np.int64))


def _raise_by(run: Run, order: Ints, tally: _Tally, boxes: Boxes,
              on_progress: Callable[[int, int], None]) -> None:
    """Raise the largest winds by some events, a block at a time."""
    for begin in range(0, len(order), EVENTS_PER_BLOCK):
        _raise(tally, block_of(run, order[begin:begin + EVENTS_PER_BLOCK]), boxes, run.settings)
        on_progress(min(begin + EVENTS_PER_BLOCK, len(order)), len(order))


def _largest_of(tally: _Tally, m: int, back: Ints) -> LargestWinds:
    words = tally.heaps[m]
    words.sort(axis=1)
    wind, event = np.empty(words.shape, np.float32), np.empty(words.shape, np.int32)
    largest.unpack_descending(words, back, wind, event)
    total = tally.counts.sum(axis=0) if m == 0 else np.zeros(4, np.int64)
    return LargestWinds(wind, event, {
        "nodes_tested": int(total[0]), "legs_tested": int(total[1]),
        "winds_sampled": int(total[2]), "winds_refined": int(total[3])})


def unpacked(words: Ints) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
    """Winds and events of words of ``kernels.largest``; 0 and -1 where empty."""
    wind = (words >> 32).astype(np.int32).view(np.float32)
    return wind, np.where(words > 0, words & 0x7FFFFFFF, -1).astype(np.int32)


def _strongest_first(events: EventSet, chosen: Ints) -> Ints:
    """Order of some events by their strongest wind: the bar rises early."""
    peak = np.maximum.reduceat(np.asarray(events.max_wind_m_s, np.float64), events.start[:-1])
    return chosen[np.argsort(-peak[chosen], kind="stable")]


def block_of(run: Run, block: Ints) -> Block:
    """Return some events ready for the kernel, each by its own model."""
    drawn = run.drawn[block]
    block = block[np.argsort(drawn, kind="stable")]
    ends = np.cumsum(np.bincount(drawn, minlength=len(run.names)))
    part = part_of(run.events, block)
    rows, starts, codes = list[Floats](), [0], list[Ints]()
    for name, begin, end in zip(run.names, (0, *ends[:-1]), ends, strict=True):
        if end > begin:
            nodes, start = event_nodes(part, np.arange(begin, end), name, run.settings)
            rows.append(nodes)
            starts.extend(start[1:] + starts[-1])
            codes.append(np.full(end - begin, PROFILES[name].code))
    nodes, node_start = np.concatenate(rows), np.array(starts, np.int64)
    code, shape = np.concatenate(codes), _shape_by_event(nodes, node_start)
    reach = np.empty((len(nodes), windreach.N_LEVELS), np.float32)
    summary = np.empty((len(code), windreach.SUMMARY))
    windreach.reach_of_events(code, nodes, shape, node_start, run.settings.calm_m_s, reach,
                              summary)
    return Block(code, block, nodes, shape, node_start, reach, summary)


def part_of(events: EventSet, chosen: Ints) -> EventSet:
    """Return some events as a set of their own: what is done for all fixes stays small."""
    count = np.diff(events.start)[chosen]
    start = np.concatenate([[0], np.cumsum(count)])
    fix = np.arange(start[-1]) - np.repeat(start[:-1] - events.start[chosen], count)
    changed: dict[str, Any] = {name: np.asarray(getattr(events, name))[chosen]
                               for name in PER_EVENT}
    changed |= {name: np.asarray(getattr(events, name))[fix] for name in PER_FIX}
    return replace(events, start=start, **changed)


def _raise(tally: _Tally, block: Block, boxes: Boxes, settings: FieldSettings) -> None:
    """Raise the largest winds by a block of events."""
    windclimate.largest_winds(
        boxes.box_start, boxes.box, boxes.tile, boxes.start, boxes.sites, block.codes, block.nodes,
        block.start, block.reach, block.summary, block.numbers, np.radians(settings.inflow_deg),
        settings.calm_m_s, tally.relative, tally.directed, tally.scale, tally.lowest, tally.heaps,
        tally.filled, tally.counts)


def event_nodes(events: EventSet, chosen: Ints, model: str, settings: FieldSettings,
                ) -> tuple[Floats, Ints]:
    """Rows for the kernel of some events by one model, and where each event's begin.

    Nodes stand ``NODE_HOURS`` apart: between two of them the kernel looks as finely as it must.
    """
    path, start = follow_events(events, chosen, spacing_r_max=np.inf, longest_h=NODE_HOURS)
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
