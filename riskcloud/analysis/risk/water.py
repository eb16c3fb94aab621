"""Rain and surge of an event set's storms at a portfolio's locations, and what they add to wind.

As a forecast has them (``water``): of a location w + f - w f is lost, rain and surge fill the same
ground, wind curves fitted to losses by water hold its part already.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from riskcloud.analysis.exposed import ExposedAssets
from riskcloud.analysis.flood.losses import NO_BI, FloodExposure, flood_exposure
from riskcloud.analysis.risk.perils import CODES, RAIN, STORM, SURGE, Kind, Struck
from riskcloud.analysis.surge.ground import Ground, ground_of
from riskcloud.analysis.water.perils import NO_RAIN_DEPTH, MemberRain, MemberSurge
from riskcloud.analysis.water.rain_depth import RainDepth, rain_depth
from riskcloud.analysis.water.storm import INCLUDED, UNKNOWN
from riskcloud.geo.points import chord_of, unit_vectors
from riskcloud.hazard.typhoon.climate.tracks import track_of
from riskcloud.hazard.typhoon.rain import DEFAULT_MODEL, load_model
from riskcloud.hazard.typhoon.surge import coast_of, is_covered, shelf_card, surge_card
from riskcloud.hazard.typhoon.surge.shelf import farthest_m
from riskcloud.loss.draws import normal_draws
from riskcloud.types import Bools, EventSet, Floats, Ints
from riskcloud.units import KM
from riskcloud.vulnerability.flood import FloodCurves, flood_ratio, holds_water
from riskcloud.vulnerability.library import load_curve

MOST_SURGE_M: Final = 15.0
"""Ground so high above the tide is not looked at (ours): no surge on record stood so high."""
MOST_DEPTHS: Final = 4_000_000
"""Depths held at once, locations times storms times samples: 32 MB a peril (ours)."""
LOOKED_AT = "rain and surge are looked at for {n} of {m} location(s): water can stand there"


@dataclass(frozen=True, slots=True)
class _Wet:
    """Water of some events: event (n,) place among those asked for, location (n,); share (n,
    n_members) of it that water destroys, by_rain (n, n_members) whether it is the rain's.
    """

    event: Ints
    location: Ints
    share: Floats
    by_rain: Bools


class StormWater:
    """Water of the storms of a set, at the locations of a portfolio that it can damage."""

    def __init__(self, exposed: ExposedAssets, events: EventSet, perils: tuple[str, ...], *,
                 samples: int, seed: int, tide_m: float, dem: tuple[Path, ...]) -> None:
        self._events, self._samples, self._seed = events, samples, seed
        self._perils = tuple(one for one in (RAIN, SURGE) if one in perils)
        self._set_of = exposed.set_of
        self._leaves_water = np.array([not holds_water(load_curve(name).card)
                                       for name in exposed.curves.curve_id], bool)
        whole = flood_exposure(exposed.portfolio)
        ground = ground_of(exposed.portfolio, dem)
        # a set that holds water's losses in every curve it may draw never gets any
        counts = np.array([self._leaves_water[exposed.curves.set_curve[
            exposed.curves.set_start[s]:exposed.curves.set_start[s + 1]]].any()
            for s in range(len(exposed.curves.set_start) - 1)], bool)[exposed.set_of]
        able = whole.can_flood & counts
        depth = None
        if RAIN in perils:
            depth = rain_depth(dem, whole.lon[able], whole.lat[able]) if able.any() else None
        near, blind = _by_surge(whole, ground, tide_m) if SURGE in perils else (
            np.zeros(len(able), bool), np.zeros(len(able), bool))
        wet = _by_rain(part_of_exposure(whole, able), depth)
        chosen = able & near
        chosen[np.flatnonzero(able)[wet]] = True
        self._location = np.flatnonzero(chosen)
        self.exposure = part_of_exposure(whole, chosen)
        self._unknown = np.zeros(len(self._location), bool)
        self._blind = int((blind & able & ~chosen).sum())
        self._has_depth = depth is not None and depth.depth_m.shape[1] > 0
        self._bring(depth, chosen[able], ground, chosen, tide_m)
        self._notes = [LOOKED_AT.format(n=int(chosen.sum()), m=len(chosen)),
                       *([NO_RAIN_DEPTH] if RAIN in perils and depth is None else []),
                       *([] if depth is None else depth.notes),
                       *(ground.notes if SURGE in perils else ()),
                       *(note for note in whole.notes
                         if note not in (*exposed.portfolio.notes, NO_BI))]
        held = int((~counts & whole.can_flood).sum())
        self._notes += [INCLUDED.format(n=held)] * (held > 0)

    def _bring(self, depth: RainDepth | None, of_depth: Bools, ground: Ground, chosen: Bools,
               tide_m: float) -> None:
        """Make the two perils ready, without a storm yet."""
        none, n = np.zeros(0, np.int64), len(self._location)
        self._rain = self._surge = None
        if self._has_depth and depth is not None and n:
            own = replace(depth, depth_m=depth.depth_m[of_depth])
            self._rain = MemberRain((), none, np.zeros(0), self.exposure, (), depth=own)
        if SURGE in self._perils and n:
            here = replace(ground, height_m=ground.height_m[chosen])
            self._surge = MemberSurge((), none, self.exposure, here, tide_m)
        self._tree = cKDTree(unit_vectors(self.exposure.lon, self.exposure.lat)) if n else None
        reach = [load_model().reach_m] if self._rain is not None else []
        if self._surge is not None:
            reach.append(float(surge_card()["storm"]["reach_km"]) * KM)
        self._reach_m = max(reach, default=0.0)

    def reached(self, events: Ints) -> Bools:
        """Return which storms come near enough to bring water (n,)."""
        near = np.zeros(len(events), bool)
        if self._tree is None or not self._reach_m:
            return near
        for k, event in enumerate(events):
            here = slice(int(self._events.start[event]), int(self._events.start[event + 1]))
            at = unit_vectors(np.asarray(self._events.lon[here], np.float64),
                              np.asarray(self._events.lat[here], np.float64))
            # nodes between two fixes lie within half their distance of one of them, and a bit
            step = np.sqrt((np.diff(at, axis=0) ** 2).sum(axis=1)).max(initial=0.0)
            away, _ = self._tree.query(at)
            near[k] = bool((away <= chord_of(self._reach_m) + 0.6 * step).any())
        return near

    def add(self, wind: Struck, kind: Kind, curve_of: Ints) -> Struck:
        """Return the damage of wind and water.

        curve_of (n_events, n_sets, n_members) : the wind's curves of the events of ``wind``.
        """
        near = np.flatnonzero(self.reached(wind.event))
        parts = list(self._wet(wind.event, near, curve_of)) if len(near) else []
        if not parts:
            return wind
        wet = _Wet(*(np.concatenate([getattr(one, name) for one in parts])
                     for name in ("event", "location", "share", "by_rain")))
        return combined(wind, wet, kind, len(self._set_of))

    def _wet(self, events: Ints, near: Ints, curve_of: Ints) -> Iterator[_Wet]:
        n, m = len(self._location), self._samples
        size = max(MOST_DEPTHS // (n * m), 1)
        own_set = self._set_of[self._location]
        need = np.empty(0) if self._surge is None else self._surge.need_m()
        for begin in range(0, len(near), size):
            some = near[begin:begin + size]
            storms = [track_of(self._events, int(events[k])) for k in some]
            of = np.repeat(np.arange(len(some)), m)
            counted = np.moveaxis(self._leaves_water[curve_of[some][:, own_set]], 0, 1)
            counted = counted.reshape(n, len(some) * m)
            rain = surge = np.zeros((n, len(some) * m))
            if self._rain is not None:
                z = np.concatenate([normal_draws(m, self._seed, storm.event_id, RAIN)
                                    for storm in storms])
                self._rain.bring(storms, of, z)
                self._rain.follow(0, n)
                rain = self._rain.depth_m(0, n, self._rain.rain_mm(0, n))
            if self._surge is not None:
                self._surge.bring_needed(storms, of, need)
                surge = self._surge.depth_m(0, n, self._surge.level_m(0, n))
            self._unknown |= (np.isnan(rain) | np.isnan(surge)).any(axis=1)
            depth = np.where(counted, np.fmax(rain, surge), 0.0)
            share = np.nan_to_num(self._ratio(depth)).reshape(n, len(some), m)
            by_rain = (np.nan_to_num(rain) > np.nan_to_num(surge)).reshape(share.shape)
            at, event = np.nonzero(share.any(axis=2))
            yield _Wet(some[event], self._location[at], share[at, event], by_rain[at, event])

    def _ratio(self, depth: Floats) -> Floats:
        return flood_ratio(self.exposure.curves, self.exposure.floors, depth)

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what a reader must know, once all storms are in."""
        unknown = int(self._unknown.sum()) + self._blind
        said = [*self._notes, *(() if self._surge is None else self._surge.notes)]
        return tuple(dict.fromkeys([*said, *([UNKNOWN.format(n=unknown)] * (unknown > 0))]))

    def cards(self) -> list[tuple[str, str]]:
        """Return kind and name of every model card used."""
        used = [("vulnerability_flood", name) for name in self.exposure.curves.cards]
        if RAIN in self._perils:
            used += [("rain", DEFAULT_MODEL), ("rain", load_model().profile_card.name)]
        if SURGE in self._perils:
            used += [("surge", surge_card().name), ("shelf", shelf_card().name)]
        return used


def combined(wind: Struck, wet: _Wet, kind: Kind, n_locations: int) -> Struck:
    """Return the rows of wind and water: w of the wind's, (1 - w) f of the rain's or the surge's.

    The sum is w + f - w f: what wind has destroyed water cannot destroy again, so that water's own
    part is what it adds (ours).
    """
    event = np.repeat(np.arange(len(wind.event)), np.diff(wind.start))
    key, other = event * n_locations + wind.location, wet.event * n_locations + wet.location
    place = np.minimum(np.searchsorted(key, other), max(len(key) - 1, 0))
    hit = (key[place] == other) if len(key) else np.zeros(len(other), bool)
    left = np.ones(wet.share.shape)
    left[hit] -= wind.ratio[place[hit]]
    lost = wet.share * left
    keys, parts, ratios = [key], [np.zeros(len(key), np.int64)], [wind.ratio]
    for name, own in ((RAIN, wet.by_rain), (SURGE, ~wet.by_rain)):
        if CODES[name] in kind.codes:
            ratio = np.where(own, lost, 0.0)
            some = np.flatnonzero(ratio.any(axis=1))
            keys.append(other[some])
            parts.append(np.full(len(some), kind.codes.index(CODES[name])))
            ratios.append(ratio[some])
    of, part, ratio = np.concatenate(keys), np.concatenate(parts), np.concatenate(ratios)
    order = np.lexsort((part, of))
    of, part, ratio = of[order], part[order], ratio[order]
    start = np.searchsorted(of, np.arange(len(wind.event) + 1) * n_locations)
    return Struck(STORM, wind.event, start, of % n_locations, part, ratio)


def part_of_exposure(exposure: FloodExposure, keep: Bools) -> FloodExposure:
    """Return some of the locations of an exposure."""
    curves = exposure.curves
    return FloodExposure(exposure.assets.take(keep), FloodCurves(
        curves.curves, curves.curve_of[keep], curves.status[keep]), exposure.floors.part(keep))


def _by_rain(exposure: FloodExposure, depth: RainDepth | None) -> Bools:
    """Return where the deepest rain water damages something (n,)."""
    if depth is None or not depth.depth_m.shape[1]:
        return np.zeros(len(exposure), bool)
    ratio = flood_ratio(exposure.curves, exposure.floors, depth.depth_m[:, -1:])
    return np.asarray(ratio[:, 0] > 0.0)


def _by_surge(exposure: FloodExposure, ground: Ground, tide_m: float) -> tuple[Bools, Bools]:
    """Return which locations lie near a coast on ground that a surge may reach, each (n,).

    And where that is not known: no ground, or no shelf.
    """
    coast = coast_of(exposure.lon, exposure.lat, farthest_m=farthest_m(surge_card()))
    near = coast.of_site >= 0
    with np.errstate(invalid="ignore"):
        low = ground.height_m <= tide_m + MOST_SURGE_M
    blind = (near & np.isnan(ground.height_m)) | ~(near | is_covered(exposure.lon, exposure.lat))
    return np.asarray(near & low), np.asarray(blind)
