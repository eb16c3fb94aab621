"""Rain and surge of a forecast's storms at its locations: how much, and how deep."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from riskcloud.analysis.flood.losses import FloodExposure
from riskcloud.analysis.surge.ground import Ground
from riskcloud.analysis.water.rain_depth import RainDepth, rain_depth
from riskcloud.hazard.typhoon.rain import load_model, member_rain
from riskcloud.hazard.typhoon.surge import (
    at_sea,
    coast_of,
    is_covered,
    level_inland,
    member_coast_surge,
    sill_m,
    surge_card,
)
from riskcloud.hazard.typhoon.surge.needed import needed_surge
from riskcloud.hazard.typhoon.surge.shelf import farthest_m
from riskcloud.types import Floats, Ints, Sites, Track
from riskcloud.units import KM

OnShare = Callable[[float], None]
NO_RAIN_DEPTH = ("rain is told in mm and makes no loss: no elevation is given that shows where its "
                 "water stands (--dem, cells of some 30 m or finer)")
AT_SEA = "{n} location(s) lie at sea, off the coast: their depth is not known"
FAR = "{n} location(s) have no surge: farther than {km} km from a coast"
NO_SHELF = "{n} location(s) have no data of surge: outside the shelf that ships"
RIDGES = ("{n} location(s) lie lower than the water of at least one realisation and are dry in it: "
          "the ground between them and the coast stands above it; water that comes round is missed")
SCREEN = "surge is a screen; its own error is not in the band (docs/science/surge.md)"


class MemberRain:
    """Rain of each realisation, the model's own error drawn with it (z (n_members,) normal)."""

    def __init__(self, storms: Sequence[Track], of: Ints, z: Floats, exposure: FloodExposure,
                 dem: Sequence[Path], on_share: OnShare = lambda share: None, *,
                 depth: RainDepth | None = None) -> None:
        self._exposure = exposure
        self.bring(storms, of, z)
        self._depth = depth or rain_depth(dem, exposure.lon, exposure.lat, on_share)
        self.notes = (NO_RAIN_DEPTH,) if self._depth is None else self._depth.notes

    def bring(self, storms: Sequence[Track], of: Ints, z: Floats) -> None:
        """Take these storms, and realisations of them: of, z (n_members,)."""
        self._storms, self._of, self._z = storms, of, z

    @property
    def has_depth(self) -> bool:
        """Whether a terrain tells where rain water stands."""
        return self._depth is not None and self._depth.depth_m.shape[1] > 0

    def follow(self, start: int, stop: int, on_share: OnShare = lambda share: None) -> None:
        """Bring the storms to locations ``start`` to ``stop`` (excluded)."""
        here = slice(start, stop)
        sites = Sites(np.arange(stop - start), self._exposure.lon[here], self._exposure.lat[here])
        self._start, (self._rain_mm, _) = start, member_rain(
            self._storms, sites, on_progress=lambda done, total: on_share(done / total))

    def rain_mm(self, first: int, last: int) -> Floats:
        """Return the storm's rain (n, n_members) [mm]; 0 where the model has none."""
        # a row a location: sums and logarithms are the same bits however many are taken at once
        model = np.ascontiguousarray(
            self._rain_mm[:, first - self._start:last - self._start][self._of].T, np.float64)
        return load_model().drawn_mm(model, self._z)

    def depth_m(self, first: int, last: int, rain_mm: Floats) -> Floats:
        """Return how deep rains stand (n, n_members) [m], NaN unknown."""
        if self._depth is None:
            return np.full(rain_mm.shape, np.nan)
        return self._depth.at(slice(first, last), rain_mm)


class MemberSurge:
    """Surge of each realisation: level at the locations, and how deep it stands on their ground.

    The coast's points are computed once for all locations.
    """

    def __init__(self, storms: Sequence[Track], of: Ints, exposure: FloodExposure, ground: Ground,
                 tide_m: float, on_share: OnShare = lambda share: None) -> None:
        self._card, self._tide_m = surge_card(), tide_m
        lon, lat = exposure.lon, exposure.lat
        self._coast = coast = coast_of(lon, lat, farthest_m=farthest_m(self._card))
        self.bring(storms, of, on_share)
        self._ground_m = ground.height_m
        self._sill_m = np.full(len(lon), -np.inf)
        near = np.flatnonzero(coast.of_site >= 0)
        if ground.elevation is not None and len(near):
            at = coast.of_site[near]
            self._sill_m[near] = sill_m(ground.elevation, lon[near], lat[near], coast.lon[at],
                                        coast.lat[at], coast.distance_m[near], self._card)
        far = coast.of_site < 0
        outside = far & ~is_covered(lon, lat)
        sea = at_sea(lon, lat, ground.height_m, coast.distance_m) & ~outside
        self._unknown, self._behind = outside | sea, np.zeros(len(lon), bool)
        self._notes = (SCREEN, *ground.notes, *(words.format(n=int(where.sum()), km=f"{km:g}")
                      for words, where, km in ((FAR, far & ~self._unknown,
                                                farthest_m(self._card) / KM),
                                               (AT_SEA, sea, 0.0),
                                               (NO_SHELF, outside, 0.0)) if where.any()))

    def need_m(self) -> Floats:
        """Return the surge above the tide that wets the first location of each point of the coast.

        inf where none lies behind it. A location is wet where the level there is above its ground,
        or above the datum where the ground is not known.
        """
        need = np.full(len(self._coast.point), np.inf)
        near = np.flatnonzero(self._coast.of_site >= 0)
        ground = np.nan_to_num(self._ground_m[near])
        loss = self._card["inland"]["loss_m_per_km"] * self._coast.distance_m[near] / KM
        level = np.where(ground >= 0.0, ground + loss, ground)
        np.minimum.at(need, self._coast.of_site[near], level - self._tide_m)
        return need

    def bring_needed(self, storms: Sequence[Track], of: Ints, need_m: Floats) -> None:
        """Take these storms as ``bring`` does; surges that wet nothing (``need_m``) count as 0."""
        surge_m = np.zeros((len(storms), len(self._coast.point)), np.float32)
        for k, storm in enumerate(storms):
            surge_m[k] = needed_surge(storm, self._coast, self._card, tide_m=self._tide_m,
                                      need_m=need_m)
        self._level_m, self._raised = self._tide_m + surge_m[of], surge_m[of] > 0.0

    def bring(self, storms: Sequence[Track], of: Ints, on_share: OnShare = lambda share: None,
              ) -> None:
        """Take these storms, and realisations of them: of (n_members,)."""
        surge_m = member_coast_surge(storms, self._coast, tide_m=self._tide_m, on_progress=lambda
                                     done, total: on_share(done / total))[of]
        self._level_m, self._raised = self._tide_m + surge_m, surge_m > 0.0

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what a reader must know, once all depths are told."""
        n = int(self._behind.sum())
        return (*self._notes, *([RIDGES.format(n=n)] * (n > 0)))

    def level_m(self, first: int, last: int) -> Floats:
        """Return the level at locations (n, n_members) [m]; NaN where no coast is near."""
        of = self._coast.of_site[first:last]
        level = np.full((last - first, len(self._level_m)), np.nan)
        near = of >= 0
        level[near] = level_inland(self._level_m[:, of[near]].T.astype(np.float64),
                                   self._coast.distance_m[first:last][near, np.newaxis],
                                   self._card)
        return level

    def depth_m(self, first: int, last: int, level_m: Floats) -> Floats:
        """Return the depth (n, n_members) [m]: 0 where dry or far from the coast, NaN unknown.

        A storm that raises nothing at the coast floods nothing: the tide alone is not its water.
        """
        here = slice(first, last)
        depth = np.zeros(level_m.shape)
        near = np.flatnonzero(self._coast.of_site[here] >= 0)
        at = self._coast.of_site[here][near]
        at_coast = self._level_m[:, at].T
        ground = self._ground_m[here][near, np.newaxis]
        # where the ground is not known, water above the datum may come
        reached = self._raised[:, at].T & (level_m[near]
                                           > np.where(np.isnan(ground), 0.0, ground))
        comes = at_coast >= self._sill_m[here][near, np.newaxis]
        self._behind[first + near] |= (reached & ~comes).any(axis=1)
        reached &= comes
        depth[near] = np.where(reached, level_m[near] - ground, 0.0)
        depth[self._unknown[here]] = np.nan
        return depth
