"""Statistics of a year by group: AAL, OEP, AEP, TVaR, and what groups do to the whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from riskcloud.analysis.ep.basis import Basis
from riskcloud.analysis.ep.columns import STAGES
from riskcloud.analysis.ep.gather import Gathered
from riskcloud.analysis.ep.sums import Cells, parts_of
from riskcloud.loss.statistics.annual import (
    AnnualLoss,
    YearLosses,
    annual_loss,
    exceedance,
    year_losses,
)
from riskcloud.loss.statistics.compound import MOST, AggregatePoints, aggregate_exceedance
from riskcloud.loss.statistics.poisson import RateLosses, occurrence_exceedance, rate_losses
from riskcloud.types import Bools, Floats, Ints

Entry = dict[str, Any]
GROUP_POINTS: Final = 1 << 18
"""Points of the lattice of a group by rates: a quarter of the whole's, for there are many; ours."""


@dataclass(frozen=True, slots=True)
class Group:
    """Losses of one group in one currency and stage: rows of ``cells``, and who it is."""

    key: str
    name: str
    currency: str
    stage: str
    cells: Cells

    @property
    def who(self) -> Entry:
        """Return what stands at the head of each of its rows of results."""
        return {"key": self.key or "all", "name": self.name, "currency": self.currency,
                "stage": self.stage}


@dataclass(frozen=True, slots=True)
class Sampling:
    """Basis of the statistics, and the samples: place (n_members,) of each member, how many."""

    basis: Basis
    place: Ints
    n: int

    @property
    def activity_cv(self) -> float:
        """Return the coefficient of variation of a year's activity, 0 of simulated years."""
        return self.basis.activity_cv

    def calcs(self) -> tuple[str, ...]:
        """Return how samples are used, each in turn."""
        return ("full_uncertainty", "sample_mean") if self.n > 1 else ("one_sample",)


def sampling_of(found: Gathered, basis: Basis) -> Sampling:
    """Return basis and samples of what was gathered."""
    place = np.zeros(int(found.members.max(initial=0)) + 1, np.int64)
    place[found.members] = np.arange(len(found.members))
    return Sampling(basis, place, max(len(found.members), 1))


def groups(found: Gathered, key: str, known: Bools) -> Iterator[Group]:
    """Yield the groups of a key; events that are not ``known`` (n_events,) are left out."""
    cells = found.cells[key]
    if not known.all():
        cells = cells.only(known[cells.event])
    starts = np.flatnonzero(np.diff(cells.group, prepend=-1))
    for begin, end in zip(starts, [*starts[1:], len(cells.group)], strict=True):
        name, currency, stage = parts_of(int(cells.group[begin]))
        rows = slice(int(begin), int(end))
        yield Group(key, found.names[key][name] if key else "", found.currencies[currency],
                    STAGES[stage], Cells(cells.group[rows], cells.event[rows],
                                         cells.member[rows], cells.loss[rows]))


def event_means(cells: Cells, n_samples: int) -> tuple[Ints, Floats]:
    """Return the events of a group and the mean of each over the samples."""
    first = np.flatnonzero(np.diff(cells.event, prepend=-1))
    return cells.event[first], np.add.reduceat(cells.loss, first) / n_samples


def years_of(group: Group, sampling: Sampling, calc: str) -> YearLosses:
    """Return the years of a group: samples as extra years, or the events' means."""
    basis, cells = sampling.basis, group.cells
    assert basis.year is not None
    if calc == "sample_mean":
        event, mean = event_means(cells, sampling.n)
        return year_losses(basis.year[event], mean, n_years=basis.n_years)
    return year_losses(basis.year[cells.event], cells.loss, n_years=basis.n_years,
                       sample=sampling.place[cells.member], n_samples=sampling.n)


def rates_of(group: Group, sampling: Sampling, calc: str) -> RateLosses:
    """Return the events of a group: each sample with its share of the rate, or their means."""
    rate, cells, cv = sampling.basis.annual_rate, group.cells, sampling.activity_cv
    assert rate is not None
    if calc == "sample_mean":
        event, mean = event_means(cells, sampling.n)
        return rate_losses(rate[event], mean, activity_cv=cv)
    return rate_losses(rate[cells.event] / sampling.n, cells.loss, activity_cv=cv)


def annual_of_rates(group: Group, sampling: Sampling, events: RateLosses) -> AnnualLoss:
    """Return AAL and sd of events with rates; the standard error is that of the samples alone."""
    rate = sampling.basis.annual_rate
    assert rate is not None
    if sampling.n < 2:
        return AnnualLoss(events.mean, float("nan"), events.sd)
    event, mean = event_means(group.cells, sampling.n)
    first = np.flatnonzero(np.diff(group.cells.event, prepend=-1))
    count = np.diff([*first, len(group.cells.event)])
    away = (group.cells.loss - np.repeat(mean, count)) ** 2
    squares = np.add.reduceat(away, first) + (sampling.n - count) * mean**2
    error = np.sqrt(float((rate[event] ** 2 * squares).sum()) / (sampling.n - 1) / sampling.n)
    return AnnualLoss(events.mean, float(error), events.sd)


def group_statistics(group: Group, sampling: Sampling, periods: Sequence[float],
                     ) -> tuple[Entry, list[Entry], YearLosses | AggregatePoints]:
    """Return a group's annual figures, its rows by return period, and what contributions need."""
    period = np.asarray(periods, np.float64)
    rows: list[Entry] = []
    first: YearLosses | AggregatePoints | None = None
    annual = AnnualLoss(0.0, 0.0, 0.0)
    for calc in sampling.calcs():
        if sampling.basis.kind == "years":
            years = years_of(group, sampling, calc)
            if first is None:
                first, annual = years, annual_loss(years)
            for basis in ("OEP", "AEP"):
                at = exceedance(years, period, occurrence=basis == "OEP")
                rows += _rows(group, calc, basis, period, at.loss, at.tvar, at.low, at.high,
                              np.zeros(len(period)))
            continue
        events = rates_of(group, sampling, calc)
        none = np.full(len(period), np.nan)
        whole = aggregate_exceedance(events, period, most=GROUP_POINTS if group.key else MOST)
        loss, tvar = occurrence_exceedance(events, period)
        rows += _rows(group, calc, "OEP", period, loss, tvar, none, none, np.zeros(len(period)))
        # a year's sum is its largest event at least: so much of the lattice's error is known
        rows += _rows(group, calc, "AEP", period, np.maximum(whole.loss, loss),
                      np.maximum(whole.tvar, tvar), none, none, whole.error)
        if first is None:
            first, annual = whole, annual_of_rates(group, sampling, events)
    assert first is not None
    figures = {**group.who, "aal": annual.aal, "standard_error": float(annual.standard_error),
               "sd": annual.sd}
    return figures, rows, first


def _rows(group: Group, calc: str, basis: str, period: Floats, *columns: Floats) -> list[Entry]:
    names = ("loss", "tvar", "loss_low", "loss_high", "numerical_error")
    return [{**group.who, "calc": calc, "basis": basis, "return_period_yr": float(years),
             **{name: float(column[k]) for name, column in zip(names, columns, strict=True)}}
            for k, years in enumerate(period)]
