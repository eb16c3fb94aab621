"""Damage ratios of many events at the places that each reaches: seeded, stratified by event."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from riskcloud.errors import InputError
from riskcloud.kernels import eventdraws as kernel
from riskcloud.kernels.curves import EMANUEL, curve_values
from riskcloud.loss.sample import quantile_means, quantile_table
from riskcloud.types import CurveArrays, Floats, Ints

N_STEPS: Final = 400
STEP: Final = {"gust_ratio": 0.01}
"""Steps of the bound on a curve's states: 0.25 m/s up to 100, 0.01 of the design gust up to 4."""

BINS_OF_STEPS: Final = 4
"""Steps in a bin of intensity: 1 m/s, 0.04 of the design gust (ours, for speed)."""
N_ORDERS: Final = 64
"""Random orders of the members that sites draw from (ours)."""
PAIRS_PER_PART: Final = 16384
"""Pairs of an event that a thread draws at once (ours)."""


@dataclass(frozen=True, slots=True)
class EventDraws:
    """What all assets share in each sample of an event, for some events.

    seed (n_events,); curve_of (n_events, n_sets, n_members) position of the curve of each set;
    capacity (n_events, n_curves, n_members); common (n_events, n_members) the shared probability,
    which an asset follows with probability common_share instead of its own.
    """

    seed: Ints
    curve_of: Ints
    capacity: Floats
    common: Floats
    common_share: float


@dataclass(frozen=True, slots=True)
class Pairs:
    """Sites that events reach: site (n_pairs,), wind (n_pairs, n_bases), in any order of the sites.

    Pairs start[e] to start[e + 1] are those of event e of the draws' events.
    """

    start: Ints
    site: Ints
    wind: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Hits:
    """Locations that events damage: event (n_hits,) position among the draws' events, location.

    Both ascend, the events first.
    """

    event: Ints
    location: Ints


@dataclass(frozen=True, slots=True)
class Places:
    """What the sampler needs of all sites (``sample.AssetInputs`` says what).

    location (n_sites,) ascends; set_of (n_sites,).
    """

    location: Ints
    share: Floats
    key: npt.NDArray[np.uint64]
    base_of: Ints
    factor: Floats
    set_of: Ints


def draw_events(event_id: Sequence[object], curves: CurveArrays, *, n_members: int, seed: int,
                correlation: float) -> EventDraws:
    """Draw what the assets of each event share in its samples.

    Each event's draws are its own, by (seed, event_id): the curve each set uses, the factor on each
    curve's capacity, the common probability. Over the samples of an event each is stratified, one
    draw in each of n_members equal strata. The means over many events are exact whatever n_members.

    Raises
    ------
    InputError : fewer than one sample, a correlation out of range.

    Source
    ------
    Strata in random order: McKay, Beckman and Conover (1979), Technometrics 21, 239-245; the
    mixture that gives the correlation as ``draws.draw_shared``.
    """
    if n_members < 1:
        raise InputError(f"samples = {n_members}: expected 1 or more")
    if not 0.0 <= correlation <= 1.0:
        raise InputError(f"correlation = {correlation}: expected 0 to 1")
    of_event = np.array([_seed_of(seed, one) for one in event_id], np.int64)
    n_sets, n_curves = len(curves.set_start) - 1, len(curves.curve_id)
    names = [*_set_names(curves), *(f"curve/{name}" for name in curves.curve_id), "common"]
    keys = np.array([crc32(name.encode()) for name in names], np.int64)
    chance = np.empty((len(of_event), len(keys), n_members))
    kernel.fill_strata(of_event, keys, chance)
    curve_of = np.empty((len(of_event), n_sets, n_members), np.int64)
    for s in range(n_sets):
        members = slice(curves.set_start[s], curves.set_start[s + 1])
        edges = np.cumsum(curves.set_weight[members])
        picked = np.searchsorted(edges / edges[-1], chance[:, s], side="right")
        curve_of[:, s] = curves.set_curve[members][np.minimum(picked, len(edges) - 1)]
    capacity = np.exp(curves.spread_sigma[:, None] * ndtri(chance[:, n_sets:n_sets + n_curves]))
    return EventDraws(of_event, curve_of, capacity, np.ascontiguousarray(chance[:, -1]),
                      float(np.sqrt(correlation)))


def _set_names(curves: CurveArrays) -> list[str]:
    return ["set/" + "/".join(curves.curve_id[c] for c in curves.set_curve[
        curves.set_start[s]:curves.set_start[s + 1]]) for s in range(len(curves.set_start) - 1)]


def _seed_of(seed: int, event_id: object) -> int:
    digest = hashlib.blake2b(f"loss:{seed}:{event_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def draw_event_ratios(pairs: Pairs, places: Places, curves: CurveArrays, draws: EventDraws,
                      ) -> tuple[Hits, Floats]:
    """Draw the damage ratios of locations that events reach: those that are damaged in any sample.

    As ``sample.draw_ratios`` draws those of one storm: a state of a fragility curve, or a beta
    about the mean of a vulnerability curve; the mean over a location's sites by share of value.
    An asset's own probabilities are one in each of n_members equal strata.

    Returns
    -------
    The hits, and their ratios (n_hits, n_members).

    Source
    ------
    Systematic sampling: Madow and Madow (1944), Annals of Mathematical Statistics 15, 1-24 (from
    memory); the permuted order as in Latin hypercubes, McKay et al. (1979).
    """
    finite = np.where(np.isfinite(curves.precision), curves.precision, 1.0)
    distinct, precision_of = np.unique(finite, return_inverse=True)
    quantiles = np.stack([quantile_table(float(phi)) for phi in distinct])
    n_members = draws.common.shape[1]
    begin, event_of = _parts(pairs.start)
    count = np.empty(len(event_of), np.int64)
    pair, ratio = np.empty(len(pairs.site), np.int64), np.empty((len(pairs.site), n_members))
    per_bin = np.array([1.0 / (BINS_OF_STEPS * STEP.get(name, 0.25)) for name in curves.measures])
    kernel.event_ratios(
        begin, event_of, pairs.site, pairs.wind, places.share, places.key, places.base_of,
        places.factor, places.set_of, draws.seed, draws.curve_of, draws.capacity, draws.common,
        draws.common_share, orders(n_members), per_bin, curves.row_start, curves.measure,
        curves.is_fragility, precision_of, curves.form, curves.params, curves.consequence,
        curves.table_start, curves.table_x, curves.table_y, quantile_means(), quantiles,
        *any_state(curves), count, pair, ratio)
    written = np.repeat(begin[:-1] - np.cumsum(count) + count, count) + np.arange(count.sum())
    return _by_location(np.repeat(event_of, count), pairs.site[pair[written]], ratio, written,
                        places.location)


def _parts(start: Ints) -> tuple[Ints, Ints]:
    """Return where the parts of the pairs begin (n_parts + 1,), and the event of each."""
    n = -(-np.diff(start) // PAIRS_PER_PART)
    event = np.repeat(np.arange(len(n)), n)
    inside = np.arange(len(event)) - np.repeat(np.cumsum(n) - n, n)
    return np.append(start[event] + inside * PAIRS_PER_PART, start[-1]), event


def _by_location(event: Ints, site: Ints, ratio: Floats, written: Ints, location_of: Ints,
                 ) -> tuple[Hits, Floats]:
    """Return the hits in order, the ratios of a location's sites added up."""
    order = np.argsort(event * len(location_of) + site)
    event, location, ratio = event[order], location_of[site[order]], ratio[written[order]]
    fresh = np.ones(len(event), bool)
    fresh[1:] = (location[1:] != location[:-1]) | (event[1:] != event[:-1])
    first = np.flatnonzero(fresh)
    if len(first) < len(fresh):
        ratio = np.add.reduceat(ratio, first, axis=0)
    return Hits(event[first], location[first]), ratio


@cache
def orders(n_members: int) -> Ints:
    """Members in random orders (N_ORDERS, n_members), always the same."""
    rng = np.random.default_rng(0)
    return np.stack([rng.permutation(n_members) for _ in range(N_ORDERS)])


def any_state(curves: CurveArrays) -> tuple[Floats, Floats]:
    """Bound of the chance of any state by steps of intensity over capacity (n_curves, n_steps).

    Also the steps in a unit of intensity (n_curves,). 1 where a curve's states do not depend on
    that quotient alone (an Emanuel row holds its threshold), and for vulnerability curves.
    """
    reach, per_step = np.ones((len(curves.curve_id), N_STEPS)), np.ones(len(curves.curve_id))
    for c in np.flatnonzero(curves.is_fragility):
        rows = range(curves.row_start[c], curves.row_start[c + 1])
        if any(curves.form[row] == EMANUEL for row in rows):
            continue
        edge = np.arange(1, N_STEPS + 1) * STEP.get(curves.measures[curves.measure[c]], 0.25)
        per_step[c] = 1.0 / edge[0]
        found = np.empty((len(rows), N_STEPS))
        for k, row in enumerate(rows):
            table = slice(curves.table_start[row], curves.table_start[row + 1])
            curve_values(curves.form[row], *curves.params[row], edge, np.ones(N_STEPS),
                         curves.table_x[table], curves.table_y[table], found[k])
        reach[c] = np.minimum(found.max(axis=0) * (1.0 + 1e-12) + 1e-15, 1.0)
    return reach, per_step
