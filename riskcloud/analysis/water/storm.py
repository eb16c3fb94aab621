"""Rain and surge of a forecast's realisations at its locations, and what water adds to the wind.

All perils of a realisation are of one storm: its track and intensity bring the wind, the rain and
the surge, so the terms of a policy see their sum.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from riskcloud.analysis.exposed import ExposedAssets
from riskcloud.analysis.flood.losses import NO_BI, FloodExposure, flood_exposure
from riskcloud.analysis.surge.ground import ground_of
from riskcloud.analysis.water.perils import MemberRain, MemberSurge
from riskcloud.hazard.typhoon.rain import DEFAULT_MODEL, load_model
from riskcloud.hazard.typhoon.scenarios import Scenarios
from riskcloud.hazard.typhoon.surge import shelf_card, surge_card
from riskcloud.loss.draws import Draws, normal_draws
from riskcloud.loss.sample import Ratios
from riskcloud.types import Bools, Floats
from riskcloud.vulnerability.flood import FloodCurves, flood_ratio, holds_water
from riskcloud.vulnerability.library import load_curve

WIND, RAIN, SURGE = "wind", "rain", "surge"
PERILS: Final = (WIND, RAIN, SURGE)
BAND: Final = (5.0, 95.0)
UNKNOWN = ("{n} location(s) where water may come and its depth is not known: their loss by water "
           "is not in the figures")
INCLUDED = ("{n} location(s) draw from wind curves fitted to losses that hold those by water: in "
            "realisations that draw those, rain and surge are not added again")


@dataclass(frozen=True, slots=True)
class WaterRequest:
    """What is asked of the water: perils of ``PERILS``, the tide [m], and elevation files."""

    perils: tuple[str, ...]
    tide_m: float = 0.0
    dem: tuple[Path, ...] = ()


class Water:
    """Water of all realisations at the locations of a portfolio, a chunk at a time.

    After all chunks: ``losses`` (n_currencies, n_perils, n_members) ground-up loss by each peril
    alone, that of water where the wind's curve does not hold it; ``columns`` one value a location,
    NaN where a depth is not known; ``notes``. ``on_progress``: the share that is made ready.
    """

    def __init__(self, exposed: ExposedAssets, scenarios: Scenarios, draws: Draws,
                 request: WaterRequest, event_id: str, *,
                 on_progress: Callable[[float], None] = lambda share: None) -> None:
        self._exposed, self._draws, self._request = exposed, draws, request
        self.perils = tuple(name for name in PERILS if name in request.perils)
        self.exposure: FloodExposure = flood_exposure(exposed.portfolio)
        self.columns: dict[str, Floats] = {
            f"{name}_mean": np.full(len(exposed.row), np.nan) for name in self.perils}
        self._currency = self.exposure.assets.words["currency"]
        self.losses = np.zeros((len(self._currency.names), len(self.perils), draws.n_members))
        self._unknown = np.zeros(len(exposed.row), bool)
        self._leaves_water: Bools = np.array([not holds_water(load_curve(name).card)
                                              for name in exposed.curves.curve_id], bool)
        pairs, of = np.unique(np.stack([draws.track_of, draws.intensity_of], axis=1), axis=0,
                              return_inverse=True)
        storms = [scenarios.storm(int(track), int(intensity)) for track, intensity in pairs]
        self._rain = self._surge = None
        if RAIN in self.perils:
            z = normal_draws(draws.n_members, draws.seed, event_id, RAIN)
            self._rain = MemberRain(storms, of.reshape(-1), z, self.exposure, request.dem,
                                    lambda share: on_progress(0.5 * share))
        if SURGE in self.perils:
            self._surge = MemberSurge(storms, of.reshape(-1), self.exposure,
                                      ground_of(exposed.portfolio, request.dem), request.tide_m,
                                      lambda share: on_progress(0.5 + 0.5 * share))

    def follow(self, start: int, stop: int,
               on_progress: Callable[[float], None] = lambda share: None) -> None:
        """Bring the storms to locations ``start`` to ``stop`` (excluded)."""
        if self._rain is not None:
            self._rain.follow(start, stop, on_progress)

    def add(self, first: int, last: int, wind: Ratios) -> Ratios:
        """Return the damage of wind and water at locations ``first`` to ``last`` (excluded).

        What water damages is damaged whatever the wind has done to it: of a location, w + f - w f
        is lost, between the larger of both and their sum (ours; Hazus holds combined wind
        and surge losses between the same bounds). Rain and surge fill the same ground: the deeper
        counts.
        """
        here = slice(first, last)
        counted = self._counted(here)
        alone, depths = {WIND: wind.drawn}, dict(self._depths(first, last))
        for name, water in depths.items():
            alone[name] = self._ratio(here, np.where(counted, water, 0.0))
        self._tally(here, alone)
        self._stand(here, list(depths.values()))
        deepest = np.zeros(wind.drawn.shape)
        for water in depths.values():
            deepest = np.fmax(deepest, np.where(counted, water, 0.0))
        lost = np.nan_to_num(self._ratio(here, deepest))
        return replace(wind, drawn=wind.drawn + lost - wind.drawn * lost,
                       expected=wind.expected + lost - wind.expected * lost)

    def _depths(self, first: int, last: int) -> Iterator[tuple[str, Floats]]:
        """Yield each peril's depth of water (n, n_members) [m], NaN unknown; none of rain where no
        terrain tells where it stands.
        """
        if self._rain is not None:
            rain = self._rain.rain_mm(first, last)
            self._keep("rain_mm", first, rain)
            if self._rain.has_depth:
                yield RAIN, self._rain.depth_m(first, last, rain)
        if self._surge is not None:
            level = self._surge.level_m(first, last)
            self._keep("surge_level_m", first, level)
            yield SURGE, self._surge.depth_m(first, last, level)

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what a reader must know, once all chunks are in."""
        of_set: Bools = np.asarray(self._leaves_water[self._draws.curve_of].all(axis=1), bool)
        held = int((~of_set)[self._exposed.set_of].sum())
        unknown, own = int(self._unknown.sum()), self._exposed.portfolio.notes
        said = [note for part in (self._rain, self._surge) if part is not None
                for note in part.notes]
        said += [note for note in self.exposure.notes if note not in (*own, NO_BI)]
        said += [INCLUDED.format(n=held)] * (held > 0) + [UNKNOWN.format(n=unknown)] * (unknown > 0)
        return tuple(dict.fromkeys(said))

    @property
    def cards(self) -> list[tuple[str, str]]:
        """Kind and name of every model card used."""
        used = [("vulnerability_flood", name) for name in self.exposure.curves.cards]
        if RAIN in self.perils:
            used += [("rain", DEFAULT_MODEL), ("rain", load_model().profile_card.name)]
        if SURGE in self.perils:
            used += [("surge", surge_card().name), ("shelf", shelf_card().name)]
        return used

    def summary(self) -> dict[str, Any]:
        """Return mean and band of the loss by each peril alone, by currency, ground-up.

        None for a peril whose loss is known nowhere, and for a quantity that is.
        """
        rows = [{"currency": str(currency), "peril": name, **self._figures(name, loss)}
                for currency, by_peril in zip(self._currency.names, self.losses, strict=True)
                for name, loss in zip(self.perils, by_peril, strict=True)]
        most = {name: None if np.isnan(values).all() else float(np.nanmax(values))
                for name, values in self.columns.items()
                if name in ("rain_mm", "surge_level_m", "depth_q95_m")}
        return {"perils": list(self.perils), "tide_m": self._request.tide_m, "by_peril": rows,
                "largest": most}

    def _figures(self, name: str, loss: Floats) -> dict[str, float | None]:
        known = bool(np.isfinite(self.columns[f"{name}_mean"]).any())
        return {"mean": float(loss.mean()) if known else None,
                **{f"q{p:02.0f}": float(np.percentile(loss, p)) if known else None for p in BAND}}

    def _ratio(self, here: slice, depth: Floats) -> Floats:
        """Share lost by water (n, n_members), NaN where the depth is not known."""
        if not (np.isnan(depth).any() or (depth > 0.0).any()):
            return np.zeros(depth.shape)
        curves, floors = self.exposure.curves, self.exposure.floors
        own = FloodCurves(curves.curves, curves.curve_of[here], curves.status[here])
        ratio = flood_ratio(own, floors.part(here), depth)
        self._unknown[here] |= np.isnan(ratio).any(axis=1)
        return ratio

    def _counted(self, here: slice) -> Bools:
        """Whether a realisation's wind curve leaves water's losses to it (n, n_members)."""
        return np.asarray(self._leaves_water[self._draws.curve_of[self._exposed.set_of[here]]])

    def _tally(self, here: slice, alone: dict[str, Floats]) -> None:
        """Add up the losses by each peril alone, and keep their means at each location."""
        insured = self._exposed.value[here].sum(axis=1)
        for name, ratio in alone.items():
            loss = ratio * insured[:, np.newaxis]
            np.add.at(self.losses[:, self.perils.index(name)], self._currency.code[here],
                      np.nan_to_num(loss))
            self._column(f"{name}_mean", here, loss.mean(axis=1))

    def _stand(self, here: slice, depths: list[Floats]) -> None:
        """Keep how often water stands at each location and how deep, whatever it damages.

        NaN where that is not known: water of one peril in a realisation tells that it stands, not
        how deep, if the other's depth is unknown.
        """
        shape = (len(self._exposed.row[here]), self._draws.n_members)
        deepest = np.maximum.reduce(depths) if depths else np.full(shape, np.nan)
        stands = np.where(np.isnan(deepest), np.nan, deepest > 0.0)
        for depth in depths:
            stands[depth > 0.0] = 1.0
        self._column("p_flooded", here, stands.mean(axis=1))
        self._column("depth_q95_m", here, np.percentile(deepest, BAND[1], axis=1))

    def _keep(self, name: str, first: int, values: Floats) -> None:
        """Keep mean and band of a quantity over the realisations."""
        here = slice(first, first + len(values))
        stem, unit = name.rsplit("_", 1)
        self._column(name, here, values.mean(axis=1))
        for p in BAND:
            self._column(f"{stem}_q{p:02.0f}_{unit}", here, np.percentile(values, p, axis=1))

    def _column(self, name: str, here: slice, values: Floats) -> None:
        column = self.columns.setdefault(name, np.full(len(self._exposed.row), np.nan))
        column[here] = values

