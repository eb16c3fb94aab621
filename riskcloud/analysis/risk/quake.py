"""Damage by the earthquakes of simulated years at a portfolio's locations, event by event."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree
from scipy.special import ndtri

from riskcloud.analysis.quake.assets import Assets, assets_of
from riskcloud.analysis.quake.book import site_keys
from riskcloud.analysis.quake.draws import QuakeDraws
from riskcloud.analysis.quake.field import site_conditions
from riskcloud.analysis.quake.ground import CHINESE, default_weights, split_sigma
from riskcloud.analysis.quake.run import curves_of
from riskcloud.analysis.risk.perils import QUAKE, Struck
from riskcloud.catalog import load_card
from riskcloud.errors import InputError
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.geo.points import chord_of, unit_vectors
from riskcloud.hazard.earthquake.correlation import (
    NODES_PER_RANGE,
    ResidualGrid,
    correlation_range_km,
    embedding_root,
)
from riskcloud.hazard.earthquake.ground_motion import shaking
from riskcloud.hazard.earthquake.place import inside_model
from riskcloud.hazard.earthquake.rupture import source_distances
from riskcloud.hazard.earthquake.seismicity.rates import load_rates
from riskcloud.hazard.earthquake.stochastic import MODEL, QuakeSet, draw_quakes
from riskcloud.kernels import eventdraws
from riskcloud.kernels import quake as kernel
from riskcloud.loss.quiet import NEGLIGIBLE
from riskcloud.types import Bools, Floats, Ints
from riskcloud.units import KM
from riskcloud.vulnerability.quake import KIND, QuakeCurves, require_pga, shape_shift

WIDEST_SIGMA: Final = 0.8
"""Standard deviation of ln(PGA) that quiet sites are told with (ours): no model has more."""
EVENTS_AT_ONCE: Final = 256
"""Earthquakes whose shared draws are made together (ours)."""
_LN_PGA: Final = np.linspace(np.log(1e-4), np.log(2.0), 300)
NO_BI = "business interruption is in the sums insured and not in the losses by shaking and flood"
NO_AFTERSHOCKS = ("earthquakes are main shocks of Mw 4.5 and above of models/seismicity/china: no "
                  "aftershocks, no faults, no tsunami, landslide, liquefaction or fire")
OUTSIDE = ("{n} location(s) lie outside the area of the earthquake model (China and its "
           "surroundings): their loss by earthquake is not known and not in the figures")
NOWHERE = ("no location lies in the area of the earthquake model (China and its surroundings): "
           "leave quake out of --perils")
_GRID_DEG: Final = 0.1
"""Places of one such cell are inside the model together (ours)."""


@dataclass(frozen=True, slots=True)
class _Motion:
    """PGA at the sites of an event, by model: ln_pga, tau, phi (n_models, n_sites)."""

    ln_pga: Floats
    tau: Floats
    phi: Floats


class QuakeDamage:
    """Earthquakes of so many years over a portfolio, its locations in the order of ``portfolio``.

    Raises
    ------
    InputError : a portfolio outside the earthquake model; see ``draw_quakes``.
    """

    def __init__(self, portfolio: Portfolio, *, years: int, samples: int, seed: int,
                 negligible: float = NEGLIGIBLE) -> None:
        self._samples, self._seed = samples, seed
        self._assets: Assets = assets_of(portfolio)
        lon, lat = self._assets.site_lon, self._assets.site_lat
        known = known_places(lon, lat)
        if not known.any():
            raise InputError(f"{portfolio.source}: {NOWHERE}")
        self._known = np.flatnonzero(known)
        self.quakes: QuakeSet = draw_quakes(lon[known], lat[known], years, seed=seed)
        _, self._site_class, self._vs30 = site_conditions(self._assets)
        self._curves, set_of = curves_of(self._assets)
        require_pga(self._curves, "pga", "g")
        self._location = self._assets.location_of_site
        self._set_of = np.asarray(set_of[self._location], np.int64)
        self._quiet = quiet_ln_pga(self._curves, negligible)[self._set_of]
        self._key = site_keys(self._assets)
        self._tree = cKDTree(unit_vectors(lon[known], lat[known]))
        self._weights = default_weights()
        has_bi = bool((self._assets.value[:, -1] > 0.0).any())
        outside = len(np.unique(self._location[~known]))
        self.notes: tuple[str, ...] = (NO_AFTERSHOCKS, *([NO_BI] if has_bi else []),
                                       *([OUTSIDE.format(n=outside)] if outside else []))

    def cards(self) -> list[tuple[str, str]]:
        """Return kind and name of every model card used."""
        return [("seismicity", MODEL), ("quake", "default"), ("site_class", "gb_50011"),
                ("rupture_scaling", "wells_coppersmith_1994"),
                ("spatial_correlation", "jayaram_baker_2009"),
                ("earthquake_regions", "china_seismic_regions"),
                *(("ground_motion", name) for name in self._weights),
                *((KIND, name) for name in self._curves.cards)]

    def struck(self, most_draws: int, first_event: int = 0,
               on_progress: Callable[[int, int], None] = lambda done, total: None,
               ) -> Iterator[Struck]:
        """Yield the damage of all earthquakes in the order of their set, some at a time.

        most_draws : locations times samples held at once, about; nothing depends on it.
        first_event : what is added to the events' places.
        """
        held: list[tuple[int, Ints, Floats]] = []
        size = 0
        for begin in range(0, len(self.quakes), EVENTS_AT_ONCE):
            events = range(begin, min(begin + EVENTS_AT_ONCE, len(self.quakes)))
            draws = draw_quakes_shared([str(self.quakes.event_id[k]) for k in events],
                                       self._weights, self._curves, members=self._samples,
                                       seed=self._seed)
            for k, own in zip(events, draws, strict=True):
                location, ratio = self._of_event(k, own)
                if len(location):
                    held.append((k + first_event, location, ratio))
                    size += ratio.size
                if size >= most_draws:
                    yield _joined(held)
                    held, size = [], 0
            on_progress(events[-1] + 1, len(self.quakes))
        if held:
            yield _joined(held)

    def _of_event(self, k: int, draws: QuakeDraws) -> tuple[Ints, Floats]:
        """Return the locations that an earthquake damages, and their ratios (n, n_members)."""
        quakes, assets = self.quakes, self._assets
        centre = unit_vectors(quakes.lon[k:k + 1], quakes.lat[k:k + 1])[0]
        site = self._known[np.sort(np.asarray(self._tree.query_ball_point(
            centre, float(chord_of(KM * quakes.reach_km[k]))), np.int64))]
        if not len(site):
            return np.empty(0, np.int64), np.empty((0, self._samples))
        motion = self._motion(k, site)
        shift = shape_shift(float(quakes.mw[k]), self._vs30[site])
        loud = motion.ln_pga.max(axis=0) - np.minimum(shift, 0.0) > self._quiet[site]
        if not loud.any():
            return np.empty(0, np.int64), np.empty((0, self._samples))
        site = site[loud]
        grid = residual_grid_about(float(quakes.lon[k]), float(quakes.lat[k]),
                                   float(quakes.reach_km[k]))
        generator = np.random.default_rng([draws.seed, 1])
        field = np.concatenate([grid.at(part, assets.site_lon[site], assets.site_lat[site])
                                for part in grid.fields(self._samples, generator)])
        location = self._location[site]
        begin = np.flatnonzero(np.append(True, location[1:] != location[:-1]))
        curves, ratio = self._curves, np.empty((len(begin), self._samples))
        ln_pga, tau, phi = (np.ascontiguousarray(one[:, loud]) for one in (
            motion.ln_pga, motion.tau, motion.phi))
        kernel.draw_ratios(
            np.append(begin, len(site)), assets.share[site], self._key[site], draws.seed,
            np.arange(len(site)), np.ascontiguousarray(field), ln_pga, tau, phi, shift[loud],
            self._set_of[site], draws.model_of, draws.between, draws.alternative_of,
            draws.capacity, curves.card_of, curves.has_shape, *curves.rows, curves.n_levels,
            curves.level_ratio, ratio)
        hit = ratio.any(axis=1)
        return location[begin][hit], ratio[hit]

    def _motion(self, k: int, site: Ints) -> _Motion:
        lon, lat = self._assets.site_lon[site], self._assets.site_lat[site]
        return motion_of(self.quakes, k, lon, lat, self._vs30[site], self._site_class[site],
                         tuple(self._weights))


def known_places(lon: Floats, lat: Floats) -> Bools:
    """Return which places the earthquake model has an answer for (n,), as ``place_pga``."""
    grid = np.stack([np.round(lon / _GRID_DEG), np.round(lat / _GRID_DEG)], axis=1)
    cells, of = np.unique(grid, axis=0, return_inverse=True)
    inside = inside_model(cells[:, 0] * _GRID_DEG, cells[:, 1] * _GRID_DEG, load_rates(MODEL))
    return np.asarray(inside[of.reshape(-1)])


def motion_of(quakes: QuakeSet, k: int, lon: Floats, lat: Floats, vs30_m_s: Floats,
              site_class: npt.NDArray[Any], models: tuple[str, ...]) -> _Motion:
    """Return the PGA of one earthquake at sites by each model, as ``quake`` computes it."""
    event = quakes.event(k)
    distances = source_distances(event, lon, lat)
    found = [shaking(event, lon, lat, model=name, measures=("pga",), vs30_m_s=vs30_m_s,
                     site_class=site_class, distances=distances,
                     region=str(quakes.region[k]) if name == CHINESE else None)[0]
             for name in models]
    tau, phi = (np.stack(part) for part in zip(*(split_sigma(one) for one in found), strict=True))
    return _Motion(np.log(np.stack([one.median for one in found])), tau, phi)


def _joined(held: list[tuple[int, Ints, Floats]]) -> Struck:
    start = np.concatenate([[0], np.cumsum([len(location) for _, location, _ in held])])
    location = np.concatenate([location for _, location, _ in held])
    return Struck(QUAKE, np.array([k for k, _, _ in held], np.int64), start.astype(np.int64),
                  location, np.zeros(len(location), np.int64),
                  np.concatenate([ratio for *_, ratio in held]))


def draw_quakes_shared(event_id: list[str], weights: dict[str, float], curves: QuakeCurves, *,
                       members: int, seed: int) -> list[QuakeDraws]:
    """Return what all assets share in the samples of each event, by (seed, event_id) alone.

    As ``quake_draws.draw_quake``, but with a random place in each stratum: means over many events
    are exact with any number of samples (as ``loss.event_draws`` has it for wind).

    Source: McKay, Beckman and Conover (1979), Technometrics 21, 239-245.
    """
    seeds = np.array([_seed_of(seed, one) for one in event_id], np.int64)
    sets = [slice(curves.set_start[s], curves.set_start[s + 1])
            for s in range(len(curves.n_levels))]
    names = ["model", "between", *("set/" + "|".join(curves.curve[one]) for one in sets),
             *(f"card/{card}" for card in curves.cards)]
    keys = np.array([_number(name) for name in names], np.int64)
    chance = np.empty((len(seeds), len(keys), members))
    eventdraws.fill_strata(seeds, keys, chance)
    model_of = _pick(np.array(list(weights.values())), chance[:, 0])
    between = ndtri(chance[:, 1])
    alternative = np.stack([one.start + _pick(curves.set_weight[one], chance[:, 2 + s])
                            for s, one in enumerate(sets)], axis=1)
    spread = np.array([float(load_card(KIND, card)["spread_sigma"]) for card in curves.cards])
    capacity = spread[:, None] * ndtri(chance[:, 2 + len(sets):])
    return [QuakeDraws(model_of[e], between[e], np.ascontiguousarray(alternative[e]),
                       np.ascontiguousarray(capacity[e]), int(seeds[e]))
            for e in range(len(seeds))]


def _pick(weights: Floats, probability: Floats) -> Ints:
    edges = np.cumsum(weights) / np.sum(weights)
    return np.minimum(np.searchsorted(edges, probability, side="right"), len(weights) - 1)


def _number(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "big")


def _seed_of(seed: int, event_id: str) -> int:
    digest = hashlib.blake2b(f"quake:{seed}:{event_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def quiet_ln_pga(curves: QuakeCurves, negligible: float = NEGLIGIBLE) -> Floats:
    """Return the median ln(PGA) of each set below which its mean damage ratio is negligible.

    The mean is over the shaking's scatter (``WIDEST_SIGMA``), the curves and their spread.
    """
    n_sets = len(curves.n_levels)
    out = np.full(n_sets, np.inf)
    mass = np.empty((len(_LN_PGA), kernel.MAX_LEVELS))
    for s in range(n_sets):
        kernel.set_masses(np.full(len(_LN_PGA), s), _LN_PGA, np.zeros(len(_LN_PGA)),
                          np.full(len(_LN_PGA), WIDEST_SIGMA**2), curves.set_start,
                          curves.set_weight, curves.has_shape, curves.spread, *curves.rows, mass)
        above = np.flatnonzero(mass @ curves.level_ratio[s] >= negligible)
        if len(above):
            out[s] = _LN_PGA[max(above[0] - 1, 0)] if above[0] else -np.inf
    return out


def residual_grid_about(lon: float, lat: float, reach: float) -> ResidualGrid:
    """Return a grid for residuals within an event about its epicentre, as far as it is looked at.

    It hangs on the earthquake alone, so that a place has the same residual whatever the portfolio.
    Neighbours share what is not known of their ground, as in ``quake_draws.within_event_field``.
    """
    range_km = correlation_range_km(0.0, clustered=True)
    spacing = range_km / NODES_PER_RANGE
    half = reach + spacing
    n = int(2.0 * half / spacing) + 3
    return ResidualGrid(lon, lat, -half, -half, spacing, (n, n), range_km,
                        _root(n, spacing, range_km))


@cache
def _root(n: int, spacing: float, range_km: float) -> Floats:
    return embedding_root((n, n), spacing, range_km)
