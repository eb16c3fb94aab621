"""Indexes of all events of a set at the places of covers, a block of events at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from riskcloud.analysis.ground import exposure_rows
from riskcloud.analysis.parametric.places import GUSTS, RAINS, Wanted, area_values, wanted
from riskcloud.analysis.parametric.storms import RAIN, StormRequest
from riskcloud.analysis.threads import threads_for
from riskcloud.geo.points import haversine_m
from riskcloud.hazard.typhoon.climate.area import REACH_M
from riskcloud.hazard.typhoon.climate.footprints import EventWinds, event_winds
from riskcloud.hazard.typhoon.climate.tracks import track_of
from riskcloud.hazard.typhoon.field import model_weights
from riskcloud.hazard.typhoon.inside import LONGEST_H, WIDE
from riskcloud.hazard.typhoon.paths import check_events, follow_events
from riskcloud.hazard.typhoon.rain import load_model, member_rain
from riskcloud.loss.draws import normal_draws
from riskcloud.types import EventSet, Floats, Ints, LayerUse
from riskcloud.types.covers import AREA, INDEXES, MEAN, Covers

BLOCK: Final = 2000
"""Events of a block; ours, no number depends on it."""
MANY: Final = 2000
"""Places worth a second thread (ours)."""


@dataclass(frozen=True, slots=True)
class BlockValues:
    """Values (n_events, n_places) of some events, ``event`` their places in the set."""

    event: Ints
    value: Floats


class SetIndexes:
    """An event set made ready for covers; ``layers`` is the ground that winds rest on.

    ``rain``: whether a cover wants rain, ``winds``: whether one wants the wind at a place.
    """

    def __init__(self, covers: Covers, events: EventSet, request: StormRequest) -> None:
        check_events(events)
        self.covers, self.events, self.request = covers, events, request
        self.weights = model_weights(request.wind_models)
        self._gusts, self._rains = wanted(covers, GUSTS), wanted(covers, RAINS)
        self.winds, self.rain = bool(len(self._gusts)), bool(len(self._rains))
        self.layers: tuple[LayerUse, ...] = ()
        self._areas = any(INDEXES[name].kind == AREA for name in covers.index)

    def blocks(self, on_progress: Callable[[int, int], None] = lambda done, total: None,
               ) -> Iterator[BlockValues]:
        """Yield the values of all events, in the order of the set."""
        n = len(self.events)
        if self.winds:
            for winds in self._event_winds():
                yield self._block(winds.event, winds)
                on_progress(int(winds.event[-1]) + 1, n)
            return
        for begin in range(0, n, BLOCK):
            chosen = np.arange(begin, min(begin + BLOCK, n))
            yield self._block(chosen, None)
            on_progress(int(chosen[-1]) + 1, n)

    def _event_winds(self) -> Iterator[EventWinds]:
        """Yield winds at the places that want them; below a cover's first tier they are 0."""
        want, covers = self._gusts, self.covers
        rows, self.layers = exposure_rows(GUSTS, want.sites.lon, want.sites.lat,
                                          layers=self.request.layers, on_land=True)
        lowest = np.full((len(GUSTS), len(want)), np.inf)
        of = np.searchsorted(covers.place_start, want.column, side="right") - 1
        first = covers.tiers.start[covers.tier_start[of]]
        # a mean over places needs all of them, also the calm ones
        first = np.where([covers.rule[c] == MEAN for c in of], 0.0, first)
        for m, name in enumerate(GUSTS):
            lowest[m, want.of(name)] = first[want.of(name)]
        yield from event_winds(self.events, want.sites, factors=[rows[name] for name in GUSTS],
                               lowest_m_s=lowest, weights=self.weights, seed=self.request.seed)

    def _block(self, chosen: Ints, winds: EventWinds | None) -> BlockValues:
        value = np.full((len(chosen), len(self.covers.places.name)), np.nan)
        if winds is not None:
            event = np.repeat(np.arange(len(chosen)), np.diff(winds.indptr))
            for m, name in enumerate(GUSTS):
                mask = self._gusts.of(name)
                value[:, self._gusts.column[mask]] = 0.0
                pairs = mask[winds.site_idx]
                value[event[pairs], self._gusts.column[winds.site_idx[pairs]]] = (
                    winds.wind_m_s[pairs, m])
        if self._areas or self.rain:
            path, start = follow_events(self.events, chosen, spacing_r_max=WIDE,
                                        longest_h=LONGEST_H)
            area_values(self.covers, path, start, value)
            if self.rain:
                self._rain(chosen, path.lon, path.lat, start, value)
        return BlockValues(chosen, value)

    def _rain(self, chosen: Ints, lon: Floats, lat: Floats, start: Ints, value: Floats) -> None:
        """Write the rain of events whose centre comes near a place, their model's error drawn."""
        want, model = self._rains, load_model()
        value[:, want.column] = 0.0
        near = _near(lon, lat, start, want, max(model.reach_m, REACH_M))
        rows = np.flatnonzero(near)
        tracks = [track_of(self.events, int(chosen[k])) for k in rows]
        with threads_for(len(want), MANY):  # to wake a thread for a few places costs more than it
            total, day = member_rain(tracks, want.sites, model=model)
        z = np.concatenate([np.zeros(0), *(normal_draws(
            1, self.request.seed, str(self.events.event_id[chosen[k]]), RAIN) for k in rows)])
        for name, rain in (("rain_event", total), ("rain_24h", day)):
            mask = want.of(name)
            value[np.ix_(rows, want.column[mask])] = model.drawn_mm(
                rain[:, mask].astype(np.float64), z[:, None])


def _near(lon: Floats, lat: Floats, start: Ints, want: Wanted, reach_m: float) -> Floats:
    near = np.zeros(len(lon), bool)
    for x, y in np.unique(np.stack([want.sites.lon, want.sites.lat], axis=1), axis=0):
        near |= haversine_m(x, y, lon, lat) <= reach_m
    return np.asarray(np.logical_or.reduceat(near, start[:-1]))
