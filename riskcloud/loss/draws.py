"""What every asset of an event shares in a realisation: wind model, curves, common residual."""

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

    models (n_models,) names; model_of (n_members,) position in it. curve_of (n_sets, n_members)
    position of the curve each set uses; capacity (n_curves, n_members) factor on its capacity.
    common (n_members,) the shared probability, common_share the chance that an asset follows it
    instead of its own. seed is mixed with the event's id.
    """

    models: tuple[str, ...]
    model_of: Ints
    curve_of: Ints
    capacity: Floats
    common: Floats
    common_share: float
    seed: int

    @property
    def n_members(self) -> int:
        """Return the number of realisations."""
        return len(self.model_of)


def _generator(seed: int, *names: str) -> np.random.Generator:
    return np.random.default_rng([seed, *(crc32(name.encode()) for name in names)])


def _strata(generator: np.random.Generator, n: int, *, middle: bool = False) -> Floats:
    """One probability in each of n equal strata, in random order (Latin hypercube)."""
    inside = np.full(n, 0.5) if middle else generator.random(n)
    return np.asarray((generator.permutation(n) + inside) / n)


def _strata_by_model(generator: np.random.Generator, model_of: Ints, *, middle: bool = False,
                     ) -> Floats:
    """As ``_strata``, within each wind model: then models differ in wind, not in luck."""
    out = np.empty(len(model_of))
    for k in np.unique(model_of):
        here = model_of == k
        out[here] = _strata(generator, int(here.sum()), middle=middle)
    return out


def draw_shared(*, event_id: str, weights: Mapping[str, float], curves: CurveArrays,
                n_members: int, correlation: float, seed: int) -> Draws:
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

    Raises
    ------
    InputError : a number of realisations or a correlation out of range.

    Source
    ------
    Strata in random order: McKay, Beckman and Conover (1979), Technometrics 21, 239-245 (Latin
    hypercube). The mixture that gives the correlation is our choice (docs/science/uncertainty.md).
    """
    if n_members < 1:
        raise InputError(f"members = {n_members}: expected 1 or more")
    if not 0.0 <= correlation <= 1.0:
        raise InputError(f"correlation = {correlation}: expected 0 to 1")
    n_sets, n_curves = len(curves.set_start) - 1, len(curves.curve_id)
    order = _strata(_generator(seed, event_id, "model"), n_members, middle=True)
    model_of = _pick(np.array(list(weights.values())), order)
    curve_of = np.empty((n_sets, n_members), np.int64)
    for s in range(n_sets):
        members = slice(curves.set_start[s], curves.set_start[s + 1])
        name = "/".join(curves.curve_id[c] for c in curves.set_curve[members])
        order = _strata_by_model(_generator(seed, event_id, "set", name), model_of, middle=True)
        curve_of[s] = curves.set_curve[members][_pick(curves.set_weight[members], order)]
    capacity = np.ones((n_curves, n_members))
    for c, name in enumerate(curves.curve_id):
        z = ndtri(_strata_by_model(_generator(seed, event_id, "curve", name), model_of))
        capacity[c] = np.exp(curves.spread_sigma[c] * z)
    return Draws(
        models=tuple(weights), model_of=model_of, curve_of=curve_of, capacity=capacity,
        common=_strata_by_model(_generator(seed, event_id, "common"), model_of),
        common_share=float(np.sqrt(correlation)),
        seed=int(_generator(seed, event_id, "asset").integers(0, 2**63)))


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
