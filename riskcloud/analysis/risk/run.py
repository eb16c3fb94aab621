"""A portfolio under an event set: the loss of every event and sample, ground-up to net."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import numpy as np

from riskcloud.ahead import ahead
from riskcloud.analysis.exposed import CONVERSION, ExposedAssets, expose
from riskcloud.analysis.risk.flood import FloodDamage, FloodRequest
from riskcloud.analysis.risk.perils import (
    CODES,
    FLOOD,
    QUAKE,
    RAIN,
    STORM,
    SURGE,
    WIND,
    Dated,
    Kind,
    RiskEvents,
    Struck,
    join_events,
    kinds_of,
)
from riskcloud.analysis.risk.quake import QuakeDamage
from riskcloud.analysis.risk.stages import LocationStages, Stages, restart
from riskcloud.analysis.risk.water import StormWater
from riskcloud.analysis.risk.years import book_stages
from riskcloud.analysis.threads import may_overlap
from riskcloud.catalog import load_card
from riskcloud.errors import InputError
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.hazard.typhoon.climate.footprints import MOST_VALUES, EventWinds, event_winds
from riskcloud.hazard.typhoon.field import model_weights
from riskcloud.hazard.typhoon.surface import SurfaceLayers
from riskcloud.kernels import eventdraws as kernel
from riskcloud.loss.event_draws import Pairs, Places, draw_event_ratios, draw_events
from riskcloud.loss.quiet import NEGLIGIBLE, quiet_intensity
from riskcloud.types import Bools, EventSet, Floats, Ints
from riskcloud.vulnerability.library import sets_with

T = TypeVar("T")
MOST_DRAWS: Final = 8_000_000
"""Damage ratios held at once, hits times samples (64 MB; ours)."""
WIND_ALONE: Final = "damage by wind alone: no rain, surge or flood"
ASSUMED: Final = ("the portfolio as it stands all year, whatever its dates of inception and expiry",
                  "sums insured stand again in full before the next event")
OWN_TERMS: Final = ("gross is by the terms in the portfolio's own rows for all perils; perils "
                    "covered are looked at with --account")


@dataclass(frozen=True, slots=True)
class RiskRequest:
    """Choices of a run. wind_models None means all, one drawn for each event.

    samples : of each event; layers, height_m as ``ForecastRequest``; negligible : mean damage
    ratio below which a wind is left out; most_values, most_draws : what is held at once, no result
    depends on it. perils : of ``risk_perils.PERILS``; years : simulated, where no event set of
    storms says it; tide_m : that surges come on; flood : rasters of depth.
    """

    wind_models: tuple[str, ...] | None = None
    samples: int = 10
    seed: int = 1
    layers: SurfaceLayers | None = None
    height_m: float = 10.0
    negligible: float = NEGLIGIBLE
    most_values: int = MOST_VALUES
    most_draws: int = MOST_DRAWS
    perils: tuple[str, ...] = (WIND,)
    years: int | None = None
    tide_m: float = 0.0
    flood: FloodRequest | None = None


@dataclass(frozen=True, slots=True)
class EventLosses:
    """Losses of some events: event (n_events,) places in ``Risk.all_events``; loss (n_events,
    n_stages, n_currencies, n_members) in the order of ``Stages.names`` and ``Risk.currencies``.

    codes : OED's of the perils in them; by_peril (n_events, n_stages, n_currencies, n_codes,
    n_members) where there are several.
    """

    event: Ints
    loss: Floats
    codes: tuple[str, ...] = (CODES[WIND],)
    by_peril: Floats | None = None


class Risk:
    """A portfolio made ready for an event set.

    ``locations`` (n_locations, n_stages) is the average annual loss of each of ``table``'s
    locations, by stage, of the events so far; ``work`` counts what was looked at.
    """

    def __init__(self, portfolio: Portfolio, events: EventSet | None,
                 request: RiskRequest) -> None:
        if len(portfolio) == 0:
            raise InputError(f"{portfolio.source}: no location")
        # by name within an account: the order of rows changes no sum
        table = portfolio.table.sort_values("loc_id", kind="stable")
        self.order = np.asarray(table.index)
        self.exposed = expose(replace(portfolio, table=table.reset_index(drop=True)),
                              layers=request.layers, height_m=request.height_m)
        self.row = self.order[self.exposed.row]
        self.events, self.request = events, request
        self.kinds: dict[str, Kind] = kinds_of(request.perils)
        self.weights = model_weights(request.wind_models)
        names = self.table["currency"].astype(str).to_numpy()
        self.currencies, group = np.unique(names, return_inverse=True)
        self._group = np.asarray(group, np.int64)
        self.stages_of: dict[str, Stages] = {
            name: LocationStages(self.exposed.value * kind.coverages, self.exposed.terms,
                                 self._group, self.currencies, len(kind.codes))
            for name, kind in self.kinds.items()}
        self.locations = np.zeros((len(self.row), len(self.stages.names)))
        self.work = {"pairs": 0, "hits": 0, "events_with_wind": 0, "events_with_loss": 0}
        self._correlation = float(load_card("loss", "default")["residual"]["correlation"])
        self._places = _places(self.exposed)
        self.water = self._storm_water()
        self.flood = self._floods() if FLOOD in self.kinds else None
        self.quake = self._quakes() if QUAKE in self.kinds else None
        self.all_events: RiskEvents = self._all_events()
        self.used_of_years: dict[str, dict[int, Floats]] = {}

    @property
    def codes(self) -> tuple[str, ...]:
        """Return OED's codes of the perils."""
        return tuple(code for kind in self.kinds.values() for code in kind.codes)

    @property
    def years(self) -> float:
        """Return how many years are simulated."""
        if self.events is not None:
            return float(self.events.years)
        if self.request.years is None:
            raise InputError("no event set and no number of years")
        return float(self.request.years)

    def _storm_water(self) -> StormWater | None:
        request = self.request
        if self.events is None or not {RAIN, SURGE} & set(request.perils):
            return None
        dem = () if request.layers is None else request.layers.dem
        return StormWater(self.exposed, self.events, request.perils, samples=request.samples,
                          seed=request.seed, tide_m=request.tide_m, dem=dem)

    def _floods(self) -> FloodDamage:
        request = self.request
        if request.flood is None:
            raise InputError("flood wants rasters of depth by return period (--depth)")
        return FloodDamage(self.exposed.portfolio, request.flood, years=int(self.years),
                           samples=request.samples, seed=request.seed)

    def _quakes(self) -> QuakeDamage:
        request = self.request
        return QuakeDamage(self.exposed.portfolio, years=int(self.years), samples=request.samples,
                           seed=request.seed, negligible=request.negligible)

    def _all_events(self) -> RiskEvents:
        parts: dict[str, Dated] = {}
        if STORM in self.kinds:
            if self.events is None:
                raise InputError("wind, rain and surge want an event set of storms (--events)")
            parts[STORM] = self.events
        if self.flood is not None:
            parts[FLOOD] = self.flood.floods
        if self.quake is not None:
            parts[QUAKE] = self.quake.quakes
        return join_events(parts, self.years)

    @property
    def stages(self) -> Stages:
        """Return what turns damage into losses, of the first kind of event."""
        return next(iter(self.stages_of.values()))

    @property
    def table(self) -> Any:
        """Return the locations, one a row, sorted by currency, account and name."""
        return self.exposed.table

    def notes(self) -> tuple[str, ...]:
        """Return what was assumed, in words."""
        alone = (WIND_ALONE,) if self.request.perils == (WIND,) else ()
        more = [note for part in (self.water, self.flood, self.quake) if part is not None
                for note in part.notes]
        wind = self.exposed.notes if STORM in self.kinds else ()
        own = (OWN_TERMS,) if not alone and isinstance(self.stages, LocationStages) else ()
        of_book: list[str] = getattr(self.stages, "notes", list)()
        book = book_stages(self.stages)
        erodes = book is not None and book.compiled.program.erosion is not None
        assumed = ASSUMED[:1] if erodes else ASSUMED
        return tuple(dict.fromkeys((*alone, *own, *assumed, *of_book, *more,
                                    *self.exposed.portfolio.notes, *wind)))

    def cards(self) -> list[tuple[str, str]]:
        """Return kind and name of every model card the run uses."""
        found = [card for part in (self.water, self.flood, self.quake) if part is not None
                 for card in part.cards()]
        if STORM not in self.kinds:
            return found
        return [("wind", "default"), ("loss", "default"), ("surface", "default"),
                ("coastline", "ne_10m"), ("wind_averaging", "harper_2010"),
                ("vulnerability_conversions", CONVERSION),
                *(("vulnerability", name) for name in self.exposed.curves.curve_id), *found]

    def use(self, stages: Stages, kind: str = STORM) -> None:
        """Take losses of a kind of event by other stages than the portfolio's own terms."""
        self.stages_of[kind] = stages
        self.currencies = stages.currencies
        self.locations = np.zeros((len(self.row), len(stages.names)))

    def losses(self, on_progress: Callable[[int, int], None] = lambda done, total: None,
               ) -> Iterator[EventLosses]:
        """Yield the losses of all events, some at a time: storms, floods, then earthquakes, each
        in the order of its set.
        """
        total = len(self.all_events)
        for of_variant in self.used_of_years.values():
            of_variant.clear()
        for stages in self.stages_of.values():
            restart(stages)
        if STORM in self.kinds:
            with _overlapping(self._storms(lambda done, of: on_progress(done, total))) as storms:
                for struck in storms:
                    yield self._of(struck)
        for kind, part in ((FLOOD, self.flood), (QUAKE, self.quake)):
            if part is None:
                continue
            begin = self.all_events.first[kind]

            def told(done: int, of: int, begin: int = begin) -> None:
                on_progress(begin + done, total)

            for struck in part.struck(self.request.most_draws, begin, told):
                yield self._of(struck)

    def _of(self, struck: Struck) -> EventLosses:
        """Return the losses of damage."""
        codes, rate = self.kinds[struck.kind].codes, self.all_events.annual_rate[struck.event]
        loss, mean = self.stages_of[struck.kind].losses(
            struck.start, struck, struck.ratio, len(self.currencies) * len(codes))
        row_event = np.repeat(np.arange(len(struck.event)), np.diff(struck.start))
        kernel.add_in_order(struck.location, rate[row_event], mean, self.locations)
        self.work["events_with_loss"] += int((loss[:, 0] > 0.0).any(axis=(1, 2)).sum())
        if len(codes) == 1:
            return EventLosses(struck.event, loss, codes)
        by_peril = loss.reshape(*loss.shape[:2], len(self.currencies), len(codes), -1)
        return EventLosses(struck.event, by_peril.sum(axis=3), codes, by_peril)

    def _storms(self, on_progress: Callable[[int, int], None]) -> Iterator[Struck]:
        """Yield the damage of all storms, in the order of the set, some at a time."""
        exposed, events = self.exposed, self.events
        assert events is not None
        found = event_winds(
            events, exposed.assets.sites, weights=self.weights, seed=self.request.seed,
            factors=[base.rows for base in exposed.winds.bases],
            lowest_m_s=lowest_winds(exposed, self.request.negligible),
            most_values=self.request.most_values)
        with _overlapping(found) as blocks:
            for winds in blocks:
                for first, last in _parts(winds, self.request.most_draws // self.request.samples):
                    yield self._of_part(events, winds, first, last)
                on_progress(int(winds.event[-1]) + 1, len(events))

    def _of_part(self, storms: EventSet, winds: EventWinds, first: int, last: int) -> Struck:
        """Return the damage of events ``first`` to ``last`` of a block."""
        events = winds.event[first:last]
        draws = draw_events(list(storms.event_id[events]), self.exposed.curves,
                            n_members=self.request.samples, seed=self.request.seed,
                            correlation=self._correlation)
        indptr = winds.indptr[first:last + 1]
        here = slice(int(indptr[0]), int(indptr[-1]))
        hits, ratio = draw_event_ratios(
            Pairs(indptr - indptr[0], winds.site_idx[here], winds.wind_m_s[here]), self._places,
            self.exposed.curves, draws)
        start = np.searchsorted(hits.event, np.arange(len(events) + 1))
        self.work["pairs"] += int(indptr[-1] - indptr[0])
        self.work["hits"] += len(hits.event)
        self.work["events_with_wind"] += int((np.diff(indptr) > 0).sum())
        struck = Struck(STORM, events, start, hits.location,
                        np.zeros(len(hits.location), np.int64), ratio)
        return struck if self.water is None else \
            self.water.add(struck, self.kinds[STORM], draws.curve_of)


def _overlapping(items: Iterator[T]) -> AbstractContextManager[Iterator[T]]:
    """Give items, the next made while one is used: no step of a run keeps all cores by itself."""
    return ahead(items, 1) if may_overlap() else nullcontext(items)


def _places(exposed: ExposedAssets) -> Places:
    count = np.diff(exposed.assets.loc_start)
    location = np.repeat(np.arange(len(count)), count)
    return Places(location, exposed.assets.share, exposed.key, exposed.winds.base_of,
                  np.ascontiguousarray(exposed.winds.factor), exposed.set_of[location])


def _parts(winds: EventWinds, most_pairs: int) -> Iterator[tuple[int, int]]:
    """Ranges of the events of a block whose pairs are at most so many, one event at least."""
    first, n = 0, len(winds.event)
    while first < n:
        last = int(np.searchsorted(winds.indptr, winds.indptr[first] + most_pairs, "right")) - 1
        last = min(max(last, first + 1), n)
        yield first, last
        first = last


def lowest_winds(exposed: ExposedAssets, negligible: float) -> Floats:
    """Wind of each base at each site (n_bases, n_sites) below which no curve does anything.

    inf where no curve takes the base.
    """
    winds, curves = exposed.winds, exposed.curves
    of_site = np.repeat(exposed.set_of, np.diff(exposed.assets.loc_start))
    lowest = np.full((len(winds.bases), len(of_site)), np.inf)
    for c, quiet in enumerate(quiet_intensity(curves, negligible)):
        here: Bools = np.isin(of_site, sets_with(curves, c))
        m = int(curves.measure[c])
        base = int(winds.base_of[m])
        with np.errstate(divide="ignore", invalid="ignore"):
            own = quiet / winds.factor[m][here]
        lowest[base, here] = np.fmin(lowest[base, here], own)
    return lowest
