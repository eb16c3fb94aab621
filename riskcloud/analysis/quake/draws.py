"""What all assets share in a realisation of an earthquake: model, event term, curves, field."""

from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from scipy.special import ndtri

from riskcloud.catalog import load_card
from riskcloud.errors import InputError
from riskcloud.hazard.earthquake.correlation import correlated_residuals
from riskcloud.types import Floats, Ints
from riskcloud.vulnerability.quake import KIND, QuakeCurves


@dataclass(frozen=True, slots=True)
class QuakeDraws:
    """Shared draws of n_members realisations.

    model_of (n_members,) position of the ground-motion model; between (n_members,) standard
    normal residual between events; alternative_of (n_sets, n_members) which alternative each set
    draws from (position in the curves' alternatives); capacity (n_cards, n_members) ln of the
    factor on a card's capacity. seed serves the assets' own draws.
    """

    model_of: Ints
    between: Floats
    alternative_of: Ints
    capacity: Floats
    seed: int

    @property
    def n_members(self) -> int:
        """Return the number of realisations."""
        return len(self.model_of)


def draw_quake(event_id: str, weights: Mapping[str, float], curves: QuakeCurves, *, members: int,
               seed: int) -> QuakeDraws:
    """Draw what the realisations share; strata in random order, models by weight.

    Sets with the same alternatives draw the same one; all curves of a card share one factor on
    capacity: that foreign buildings stand for ours is one error, not one a type.

    Raises
    ------
    InputError : fewer than two realisations.

    Source
    ------
    Latin hypercube: McKay, Beckman and Conover (1979), Technometrics 21, 239-245.
    """
    if members < 2:
        raise InputError(f"members = {members}: expected 2 or more")
    model_of = _pick(np.array(list(weights.values())),
                     _strata(_generator(seed, event_id, "model"), members, middle=True))
    between, generator = np.empty(members), _generator(seed, event_id, "between")
    for g in np.unique(model_of):  # within a model: models differ by themselves, not by luck
        here = model_of == g
        between[here] = ndtri(_strata(generator, int(here.sum())))
    alternative_of = np.empty((len(curves.n_levels), members), np.int64)
    for s in range(len(curves.n_levels)):
        here = slice(curves.set_start[s], curves.set_start[s + 1])
        name = "|".join(curves.curve[here])
        order = _strata(_generator(seed, event_id, "set", name), members, middle=True)
        alternative_of[s] = curves.set_start[s] + _pick(curves.set_weight[here], order)
    capacity = np.stack([
        float(load_card(KIND, card)["spread_sigma"])
        * ndtri(_strata(_generator(seed, event_id, "card", card), members))
        for card in curves.cards]) if curves.cards else np.empty((0, members))
    return QuakeDraws(model_of, between, alternative_of, capacity,
                      int(_generator(seed, event_id, "asset").integers(0, 2**63)))


def within_event_field(event_id: str, lon: Floats, lat: Floats, *, members: int, seed: int
                       ) -> Floats:
    """Standard normal residuals within the event at places (members, n), correlated in space.

    The ground under most insured sites is not known: what it adds is shared by neighbours, the
    paper's case of clustered Vs30 (range 40.7 km for PGA; ours to take it).

    Source: Jayaram and Baker (2009), see ``hazard.earthquake.correlation``.
    """
    if len(lon) == 0:
        return np.empty((members, 0))
    field = correlated_residuals(lon, lat, 0.0, members, _generator(seed, event_id, "within"),
                                 clustered=True)
    return np.ascontiguousarray(field, dtype=np.float64)


def _generator(seed: int, *names: str) -> np.random.Generator:
    return np.random.default_rng([seed, *(crc32(name.encode()) for name in names)])


def _strata(generator: np.random.Generator, n: int, *, middle: bool = False) -> Floats:
    inside = np.full(n, 0.5) if middle else generator.random(n)
    return np.asarray((generator.permutation(n) + inside) / n)


def _pick(weights: Floats, probability: Floats) -> Ints:
    edges = np.cumsum(weights) / np.sum(weights)
    return np.minimum(np.searchsorted(edges, probability, side="right"), len(weights) - 1)
