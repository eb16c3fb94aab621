"""A portfolio under an event set: the loss of every event and sample, ground-up to net."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from riskcloud.analysis.exposed import CONVERSION, ExposedAssets, expose
from riskcloud.catalog import load_card
from riskcloud.errors import InputError
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.finance.terms import LocationTerms
from riskcloud.hazard.typhoon.climate.footprints import MOST_VALUES, EventWinds, event_winds
from riskcloud.hazard.typhoon.field import model_weights
from riskcloud.hazard.typhoon.surface import SurfaceLayers
from riskcloud.kernels import eventdraws as kernel
from riskcloud.loss.event_draws import Hits, Pairs, Places, draw_event_ratios, draw_events
from riskcloud.loss.quiet import NEGLIGIBLE, quiet_intensity
from riskcloud.types import Bools, EventSet, Floats, Ints
from riskcloud.vulnerability.library import sets_with

MOST_DRAWS: Final = 8_000_000
"""Damage ratios held at once, hits times samples (64 MB; ours)."""
ASSUMED: Final = ("damage by wind alone: no rain, surge or flood yet",
                  "the portfolio as it stands all year, whatever its dates of inception and expiry",
                  "sums insured stand again in full before the next event")
GROUND_UP, GROSS, NET = "ground_up", "gross", "net"


@dataclass(frozen=True, slots=True)
class RiskRequest:
    """Choices of a run. wind_models None means all, one drawn for each event.

    samples : of each event; layers, height_m as ``ForecastRequest``; negligible : mean damage
    ratio below which a wind is left out; most_values, most_draws : what is held at once, no result
    depends on it.
    """

    wind_models: tuple[str, ...] | None = None
    samples: int = 10
    seed: int = 1
    layers: SurfaceLayers | None = None
    height_m: float = 10.0
    negligible: float = NEGLIGIBLE
    most_values: int = MOST_VALUES
    most_draws: int = MOST_DRAWS


@dataclass(frozen=True, slots=True)
class EventLosses:
    """Losses of some events: event (n_events,) places in the set; loss (n_events, n_stages,
    n_currencies, n_members) in the order of ``Stages.names`` and ``Risk.currencies``.
    """

    event: Ints
    loss: Floats


class Stages(Protocol):
    """What turns damage ratios into losses by stage."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the stages, ground-up first."""

    @property
    def currencies(self) -> npt.NDArray[Any]:
        """Return the currencies of the losses (n_groups,)."""

    def losses(self, event: Ints, hits: Hits, ratio: Floats, n_groups: int,
               ) -> tuple[Floats, Floats]:
        """Return losses (n_events, n_stages, n_groups, n_members), and the hits' means by stage.

        event (n_events + 1,) says which hits are an event's.
        """


@dataclass(frozen=True, slots=True)
class LocationStages:
    """Ground-up, and gross by the terms that stand in the portfolio's own rows."""

    value: Floats
    terms: LocationTerms
    group: Ints
    currencies: npt.NDArray[Any]
    names: tuple[str, ...] = (GROUND_UP, GROSS)

    def losses(self, event: Ints, hits: Hits, ratio: Floats, n_groups: int,
               ) -> tuple[Floats, Floats]:
        """Return losses and means, see ``Stages``."""
        total = np.zeros((len(event) - 1, 2, n_groups, ratio.shape[1]))
        mean = np.empty((len(ratio), 2))
        terms = self.terms
        kernel.location_losses(event, hits.location, self.group, ratio, self.value,
                               terms.deductible, terms.deductible_share, terms.limit,
                               terms.limit_share, total, mean)
        return total, mean


class Risk:
    """A portfolio made ready for an event set.

    ``locations`` (n_locations, n_stages) is the average annual loss of each of ``table``'s
    locations, by stage, of the events so far; ``work`` counts what was looked at.
    """

    def __init__(self, portfolio: Portfolio, events: EventSet, request: RiskRequest) -> None:
        if len(portfolio) == 0:
            raise InputError(f"{portfolio.source}: no location")
        # by name within an account: the order of rows changes no sum
        table = portfolio.table.sort_values("loc_id", kind="stable")
        self.order = np.asarray(table.index)
        self.exposed = expose(replace(portfolio, table=table.reset_index(drop=True)),
                              layers=request.layers, height_m=request.height_m)
        self.row = self.order[self.exposed.row]
        self.events, self.request = events, request
        self.weights = model_weights(request.wind_models)
        names = self.table["currency"].astype(str).to_numpy()
        self.currencies, group = np.unique(names, return_inverse=True)
        self.stages: Stages = LocationStages(self.exposed.value, self.exposed.terms,
                                             np.asarray(group, np.int64), self.currencies)
        self.locations = np.zeros((len(self.row), len(self.stages.names)))
        self.work = {"pairs": 0, "hits": 0, "events_with_wind": 0, "events_with_loss": 0}
        self._correlation = float(load_card("loss", "default")["residual"]["correlation"])
        self._places = _places(self.exposed)

    @property
    def table(self) -> Any:
        """Return the locations, one a row, sorted by currency, account and name."""
        return self.exposed.table

    def notes(self) -> tuple[str, ...]:
        """Return what was assumed, in words."""
        return (*ASSUMED, *self.exposed.portfolio.notes, *self.exposed.notes)

    def cards(self) -> list[tuple[str, str]]:
        """Return kind and name of every model card the run uses."""
        return [("wind", "default"), ("loss", "default"), ("surface", "default"),
                ("coastline", "ne_10m"), ("wind_averaging", "harper_2010"),
                ("vulnerability_conversions", CONVERSION),
                *(("vulnerability", name) for name in self.exposed.curves.curve_id)]

    def use(self, stages: Stages) -> None:
        """Take losses by other stages than the portfolio's own terms."""
        self.stages = stages
        self.currencies = stages.currencies
        self.locations = np.zeros((len(self.row), len(stages.names)))

    def losses(self, on_progress: Callable[[int, int], None] = lambda done, total: None,
               ) -> Iterator[EventLosses]:
        """Yield the losses of all events, in the order of the set, some at a time."""
        exposed = self.exposed
        for winds in event_winds(
                self.events, exposed.assets.sites, weights=self.weights, seed=self.request.seed,
                factors=[base.rows for base in exposed.winds.bases],
                lowest_m_s=lowest_winds(exposed, self.request.negligible),
                most_values=self.request.most_values):
            for first, last in _parts(winds, self.request.most_draws // self.request.samples):
                yield self._of_part(winds, first, last)
            on_progress(int(winds.event[-1]) + 1, len(self.events))

    def _of_part(self, winds: EventWinds, first: int, last: int) -> EventLosses:
        """Return the losses of events ``first`` to ``last`` of a block."""
        events = winds.event[first:last]
        draws = draw_events(list(self.events.event_id[events]), self.exposed.curves,
                            n_members=self.request.samples, seed=self.request.seed,
                            correlation=self._correlation)
        indptr = winds.indptr[first:last + 1]
        here = slice(int(indptr[0]), int(indptr[-1]))
        hits, ratio = draw_event_ratios(
            Pairs(indptr - indptr[0], winds.site_idx[here], winds.wind_m_s[here]), self._places,
            self.exposed.curves, draws)
        start = np.searchsorted(hits.event, np.arange(len(events) + 1))
        loss, mean = self.stages.losses(start, hits, ratio, len(self.currencies))
        kernel.add_in_order(hits.location, self.events.annual_rate[events][hits.event], mean,
                            self.locations)
        self.work["pairs"] += int(indptr[-1] - indptr[0])
        self.work["hits"] += len(hits.event)
        self.work["events_with_wind"] += int((np.diff(indptr) > 0).sum())
        self.work["events_with_loss"] += int((loss[:, 0] > 0.0).any(axis=(1, 2)).sum())
        return EventLosses(events, loss)


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
