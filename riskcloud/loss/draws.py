"""What all assets of an event share in a realisation: storm, wind model, curves, common residual.

The realisations form a design in which every wind model meets the same tracks, the same
intensities and the same draws of the curves, each in another order. So models differ in wind, not
in luck, and the part of each source in the spread can be told from the realisations themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from scipy.special import ndtri

from riskcloud.errors import InputError
from riskcloud.types import CurveArrays, Floats, Ints


@dataclass(frozen=True, slots=True)
class Draws:
    """Shared draws of an event; n_members realisations.

    models (n_models,) names; model_of (n_members,) position in it. track_of, intensity_of and
    draw_of (n_members,) say which track, which intensity and which draw of the curves.
    curve_of (n_sets, n_members)
    position of the curve each set uses; capacity (n_curves, n_members) factor on its capacity.
    common (n_members,) the shared probability, common_share the chance that an asset follows it
    instead of its own. seed is mixed with the event's id.
    """

    models: tuple[str, ...]
    model_of: Ints
    track_of: Ints
    intensity_of: Ints
    draw_of: Ints
    curve_of: Ints
    capacity: Floats
    common: Floats
    common_share: float
    seed: int

    @property
    def n_members(self) -> int:
        """Return the number of realisations."""
        return len(self.model_of)

    @property
    def storms(self) -> Ints:
        """Return the distinct (track, intensity, model) of the realisations (n_storms, 3)."""
        return np.unique(self._storm, axis=0)

    @property
    def storm_of(self) -> Ints:
        """Return the position of each realisation's storm in ``storms`` (n_members,)."""
        return np.unique(self._storm, axis=0, return_inverse=True)[1].reshape(-1)

    @property
    def _storm(self) -> Ints:
        return np.stack([self.track_of, self.intensity_of, self.model_of], axis=1)


def _generator(seed: int, *names: str) -> np.random.Generator:
    return np.random.default_rng([seed, *(crc32(name.encode()) for name in names)])


def _strata(generator: np.random.Generator, n: int, *, middle: bool = False) -> Floats:
    """One probability in each of n equal strata, in random order (Latin hypercube)."""
    inside = np.full(n, 0.5) if middle else generator.random(n)
    return np.asarray((generator.permutation(n) + inside) / n)


def _strata_by_model(generator: np.random.Generator, model_of: Ints) -> Floats:
    """As ``_strata``, within each wind model: then models differ in wind, not in luck."""
    out = np.empty(len(model_of))
    for k in np.unique(model_of):
        here = model_of == k
        out[here] = _strata(generator, int(here.sum()))
    return out


def most_tracks(weights: Mapping[str, float], n_members: int) -> int:
    """Return the number of tracks that serves best: each meets every wind model once.

    At least two realisations a track, so that its part in the spread can be told (our choice).
    """
    share = max(weights.values()) / sum(weights.values())
    return max(min(round(share * n_members), n_members // 2), 1)


def _deal(generator: np.random.Generator, model_of: Ints, n_levels: int) -> Ints:
    """Deal levels to realisations: each equally often in all and within each model, to one."""
    passes = -(-len(model_of) // n_levels)
    deck = np.concatenate([generator.permutation(n_levels) for _ in range(passes)])
    out = np.empty(len(model_of), np.int64)
    out[np.argsort(model_of, kind="stable")] = deck[:len(model_of)]
    return out


def draw_shared(*, event_id: str, weights: Mapping[str, float], curves: CurveArrays,
                n_members: int, correlation: float, seed: int, n_tracks: int = 1,
                n_intensities: int = 1) -> Draws:
    """Draw what the realisations of an event share.

    Parameters
    ----------
    weights : wind model -> weight, summing to 1; each model gets its share of the realisations
        (stratified: to within one).
    curves : alternatives of each set are drawn by weight, their capacity by its spread.
    n_members : number of realisations in all, > 0.
    correlation : Pearson correlation of the damage of two equal assets given model and curve,
        0 to 1. An asset follows the shared draw with probability sqrt(correlation), else its
        own: two assets both follow it with probability ``correlation``, so for equal assets the
        correlation is exact whatever the distribution (for unequal ones it is that times the
        correlation they would have if perfectly dependent).
    seed : of the run; it is mixed with the event's id.
    n_tracks, n_intensities : how many tracks and intensities there are to choose from. Tracks
        are used equally often; a track meets each model with one intensity.

    Raises
    ------
    InputError : a number of realisations or a correlation out of range.

    Source
    ------
    Strata in random order: McKay, Beckman and Conover (1979), Technometrics 21, 239-245 (Latin
    hypercube); the same levels for every model in another order: Owen (1992), Statistica Sinica
    2, 439-452 (orthogonal arrays). The mixture that gives the correlation is our choice
    (docs/science/uncertainty.md).
    """
    if n_members < 1:
        raise InputError(f"members = {n_members}: expected 1 or more")
    if not 0.0 <= correlation <= 1.0:
        raise InputError(f"correlation = {correlation}: expected 0 to 1")
    order = _strata(_generator(seed, event_id, "model"), n_members, middle=True)
    model_of = _pick(np.array(list(weights.values())), order)
    track_of = _deal(_generator(seed, event_id, "track"), model_of, n_tracks)
    # two realisations a draw, as of tracks: else its part in the spread cannot be told
    n_draws = min(int(np.bincount(model_of).max()), max(n_members // 2, 2))
    draw_of = _deal(_generator(seed, event_id, "draw"), model_of, n_draws)
    curve_of, capacity = _draw_curves(event_id, curves, n_draws, seed)
    return Draws(
        models=tuple(weights), model_of=model_of, track_of=track_of,
        intensity_of=_intensities(event_id, track_of, model_of, n_intensities, seed),
        draw_of=draw_of, curve_of=np.take(curve_of, draw_of, axis=1),
        capacity=np.take(capacity, draw_of, axis=1),
        common=_strata_by_model(_generator(seed, event_id, "common"), model_of),
        common_share=float(np.sqrt(correlation)),
        seed=int(_generator(seed, event_id, "asset").integers(0, 2**63)))


def _intensities(event_id: str, track_of: Ints, model_of: Ints, n_levels: int, seed: int) -> Ints:
    """One intensity for each track and model, in another order for each model.

    With one model, in another order for each turn of the tracks: else neither could be told from
    the other.
    """
    generator = _generator(seed, event_id, "intensity")
    turn = model_of
    if model_of.max() == 0:
        turn = np.empty_like(track_of)
        by_track = np.argsort(track_of, kind="stable")
        count = np.bincount(track_of)
        turn[by_track] = np.arange(len(track_of)) - np.repeat(np.cumsum(count) - count, count)
    n_tracks = int(track_of.max()) + 1
    order = np.stack([np.resize(generator.permutation(n_levels), n_tracks)
                      for _ in range(int(turn.max()) + 1)])
    return np.asarray(order[turn, track_of], np.int64)


def _draw_curves(event_id: str, curves: CurveArrays, n_draws: int, seed: int,
                 ) -> tuple[Ints, Floats]:
    """Curve of each set (n_sets, n_draws), and factor on each curve's capacity."""
    n_sets, n_curves = len(curves.set_start) - 1, len(curves.curve_id)
    curve_of = np.empty((n_sets, n_draws), np.int64)
    for s in range(n_sets):
        members = slice(curves.set_start[s], curves.set_start[s + 1])
        name = "/".join(curves.curve_id[c] for c in curves.set_curve[members])
        order = _strata(_generator(seed, event_id, "set", name), n_draws, middle=True)
        curve_of[s] = curves.set_curve[members][_pick(curves.set_weight[members], order)]
    capacity = np.ones((n_curves, n_draws))
    for c, name in enumerate(curves.curve_id):
        z = ndtri(_strata(_generator(seed, event_id, "curve", name), n_draws))
        capacity[c] = np.exp(curves.spread_sigma[c] * z)
    return curve_of, capacity


def normal_draws(n_members: int, seed: int, *names: str) -> Floats:
    """Return a standard normal for each realisation (n_members,), stratified, by its names."""
    return np.asarray(ndtri(_strata(_generator(seed, *names), n_members)))


def _pick(weights: Floats, probability: Floats) -> Ints:
    """Position whose cumulative weight first exceeds each probability."""
    edges = np.cumsum(weights) / np.sum(weights)
    return np.minimum(np.searchsorted(edges, probability, side="right"), len(weights) - 1)


def share_with_state(curves: CurveArrays, draws: Draws) -> Floats:
    """Share of realisations (n_sets, n_states) whose curve of the set knows a damage state."""
    has = np.zeros((len(curves.curve_id), max(len(curves.states), 1)))
    for c in range(len(curves.curve_id)):
        state = curves.state[curves.row_start[c]:curves.row_start[c + 1]]
        has[c, state[state >= 0]] = 1.0
    return np.asarray(has[draws.curve_of].mean(axis=1))
