"""What each group does to the worst years of the whole, alone, in it, and added last."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from riskcloud.analysis.ep.run import Entry, Group, Sampling, years_of
from riskcloud.analysis.ep.sums import MEMBER_BITS, Cells
from riskcloud.loss.statistics.annual import YearLosses, curve_of
from riskcloud.loss.statistics.compound import AggregatePoints, aggregate_exceedance
from riskcloud.loss.statistics.contributions import (
    co_tvar,
    events_by_year,
    largest_shares,
    occurrence_weights,
    poisson_co_tvar,
    tail_weights,
    without,
)
from riskcloud.loss.statistics.poisson import occurrence_exceedance, rate_losses
from riskcloud.types import Floats, Ints

MOST_BY_YEARS: Final = 1000
MOST_BY_RATES: Final = 50
"""Groups of a key whose marginal effect is found, the largest by AAL: each takes a run; ours."""
MOST_LOOKED_AT: Final = 300_000_000
"""Losses looked at for marginal effects on OEP, of all groups of a key (some seconds); ours."""
ROUNDING: Final = 1e-12
"""Share of a loss below which two sums of it are the same (ours)."""
BASES: Final = ("AEP", "OEP")
PREFIX: Final = {"AEP": "", "OEP": "oep_"}
"""What the columns of each basis begin with: those of a year's sum are plain."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Of each basis: TVaR of the whole (n_periods,), co-TVaR (n_parts, n_periods), and what the
    whole would have less of loss and TVaR without each part (n_parts, n_periods, 2).
    """

    tvar: dict[str, Floats]
    shares: dict[str, Floats]
    marginal: dict[str, Floats]


@dataclass(frozen=True, slots=True)
class _Parts:
    """Losses (m,) of all parts one after the other: whose, their place in the whole's cells."""

    part: Ints
    place: Ints
    loss: Floats
    n: int

    def summed(self, weight: Floats) -> Floats:
        """Return the sum by part (n,) of the losses times the weight of the whole's cell."""
        return np.asarray(np.bincount(self.part, weight[self.place] * self.loss, self.n))

    def rest(self, whole: Cells, g: int) -> Floats:
        """Return the losses of the whole's cells without part ``g``."""
        mine = slice(*np.searchsorted(self.part, [g, g + 1]))
        rest = whole.loss.copy()
        rest[self.place[mine]] -= self.loss[mine]
        rest[rest < 1e-12 * whole.loss] = 0.0  # what rounding leaves of what was all his
        return rest


def contributions(whole: Group, of_whole: YearLosses | AggregatePoints, parts: Sequence[Group],
                  aal: Sequence[float], alone: Sequence[Sequence[Entry]], sampling: Sampling,
                  periods: Sequence[float]) -> list[Entry]:
    """Return what the groups of one key, currency and stage do to AEP and OEP of the whole.

    Parameters
    ----------
    whole, of_whole : all losses of that currency and stage, and what ``group_statistics`` gave.
    parts, aal, alone : the groups, their average annual losses and rows by return period.

    co_tvar sums over the groups to the TVaR of the whole: mean loss of the group in its worst years
    (OEP: in the largest events of the years in which these are worst). standalone_loss,
    standalone_tvar : of the group by itself; diversification : by how much its co_tvar is less than
    its standalone TVaR, as a share. marginal_loss, marginal_tvar : what the whole would have less
    without the group; NaN beyond the groups it is found for. All are of a year's sum (AEP); of its
    largest event (OEP) where they begin with oep_.
    """
    by_years = isinstance(of_whole, YearLosses)
    most = MOST_BY_YEARS if by_years else MOST_BY_RATES
    first = np.argsort(-np.asarray(aal), kind="stable")[:most]
    period = np.asarray(periods, np.float64)
    if isinstance(of_whole, YearLosses):
        found = _by_years(whole, of_whole, parts, sampling, period, first)
    else:
        found = _by_rates(whole, of_whole, parts, sampling, period, first)
    rows: list[Entry] = []
    for g, group in enumerate(parts):
        at = {(row["basis"], row["return_period_yr"]): row for row in alone[g]
              if row["calc"] == sampling.calcs()[0]}
        for k, years in enumerate(period):
            row = {**group.who, "basis": "AEP", "return_period_yr": float(years)}
            for basis in BASES:
                own, share = at[basis, float(years)], float(found.shares[basis][g, k])
                less = found.marginal[basis][g, k]
                row |= {PREFIX[basis] + name: value for name, value in {
                    "co_tvar": share, "co_tvar_share": _ratio(share, found.tvar[basis][k]),
                    "standalone_loss": own["loss"], "standalone_tvar": own["tvar"],
                    "diversification": _saved(share, own["tvar"]),
                    "marginal_loss": float(less[0]), "marginal_tvar": float(less[1])}.items()}
            rows.append(row)
    return rows


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0.0 else float("nan")


def _saved(whole: float, alone: float) -> float:
    """Return by which share the first is less than the second; 0 where sums differ by rounding."""
    saved = 1.0 - _ratio(whole, alone)
    return 0.0 if abs(saved) < ROUNDING else saved


def diversification(rows: Sequence[Entry]) -> list[Entry]:
    """Return, by key, currency, stage, basis and return period, what the groups would have alone.

    sum_standalone_tvar : of all groups; tvar : of the whole; diversification : by how much that is
    less, as a share.
    """
    sums: dict[tuple[str, str, str, str, float], list[float]] = {}
    for row in rows:
        for basis, prefix in PREFIX.items():
            place = (row["key"], row["currency"], row["stage"], basis, row["return_period_yr"])
            of = sums.setdefault(place, [0.0, 0.0])
            of[0] += row[f"{prefix}standalone_tvar"]
            of[1] += row[f"{prefix}co_tvar"]
    names = ("key", "currency", "stage", "basis", "return_period_yr")
    return [{**dict(zip(names, place, strict=True)), "sum_standalone_tvar": alone, "tvar": whole,
             "diversification": _saved(whole, alone)}
            for place, (alone, whole) in sums.items()]


def _parts_of(whole: Cells, parts: Sequence[Group]) -> _Parts:
    cell = _packed(whole)
    place = [np.searchsorted(cell, _packed(group.cells)) for group in parts]
    return _Parts(np.repeat(np.arange(len(parts)), [len(one) for one in place]),
                  np.concatenate([*place, np.zeros(0, np.int64)]),
                  np.concatenate([*(group.cells.loss for group in parts), np.zeros(0)]), len(parts))


def _packed(cells: Cells) -> Ints:
    return np.asarray(cells.event << MEMBER_BITS | cells.member)


def _nothing(n_parts: int, n_periods: int) -> dict[str, Floats]:
    return {basis: np.full((n_parts, n_periods, 2), np.nan) for basis in BASES}


def _by_years(whole: Group, of_whole: YearLosses, parts: Sequence[Group], sampling: Sampling,
              period: Floats, first: Ints) -> _Found:
    calc = sampling.calcs()[0]
    at = {basis: curve_of(of_whole, occurrence=basis == "OEP").at_period(period)
          for basis in BASES}
    marginal, joined = _nothing(len(parts), len(period)), _parts_of(whole.cells, parts)
    own = [years_of(group, sampling, calc) for group in parts]
    assert sampling.basis.year is not None
    key = (np.asarray(sampling.basis.year)[whole.cells.event] * sampling.n
           + sampling.place[whole.cells.member])
    by_year = events_by_year(of_whole, key)
    for n, g in enumerate(first):
        rest = curve_of(without(of_whole, own[g]), occurrence=False).at_period(period)
        marginal["AEP"][g] = np.transpose(np.subtract(at["AEP"], rest))
        if n * len(key) <= MOST_LOOKED_AT:
            left = by_year.without(joined.rest(whole.cells, int(g)))
            rest = curve_of(left, occurrence=True).at_period(period)
            marginal["OEP"][g] = np.transpose(np.subtract(at["OEP"], rest))
    part = np.repeat(np.arange(len(parts)), [len(one.key) for one in own])
    keys, amount = (np.concatenate([*(getattr(one, name) for one in own), np.zeros(0, dtype)])
                    for name, dtype in (("key", np.int64), ("total", np.float64)))
    largest = largest_shares(of_whole, key, whole.cells.loss)
    place = np.minimum(np.searchsorted(of_whole.key, key), max(len(of_whole.key) - 1, 0))
    shares = {"AEP": [co_tvar(of_whole, part, keys, amount, n_parts=len(parts),
                              period_yr=float(years)) for years in period],
              "OEP": [joined.summed(_padded(tail_weights(
                  of_whole, float(years), occurrence=True))[place] * largest)
                  for years in period]}
    return _Found({basis: at[basis][1] for basis in BASES},
                  {basis: np.transpose(shares[basis]).reshape(len(parts), len(period))
                   for basis in BASES}, marginal)


def _padded(weights: Floats) -> Floats:
    return weights if len(weights) else np.zeros(1)


def _by_rates(whole: Group, points: AggregatePoints, parts: Sequence[Group], sampling: Sampling,
              period: Floats, first: Ints) -> _Found:
    annual_rate, cv = sampling.basis.annual_rate, sampling.activity_cv
    assert annual_rate is not None
    rate, loss = annual_rate[whole.cells.event] / sampling.n, whole.cells.loss
    at = {"AEP": (points.loss, points.tvar),
          "OEP": occurrence_exceedance(rate_losses(rate, loss, activity_cv=cv), period)}
    marginal, joined = _nothing(len(parts), len(period)), _parts_of(whole.cells, parts)
    for g in first:
        rest = rate_losses(rate, joined.rest(whole.cells, int(g)), activity_cv=cv)
        left = aggregate_exceedance(rest, period)
        marginal["AEP"][g] = np.transpose(np.subtract(at["AEP"], (left.loss, left.tvar)))
        marginal["OEP"][g] = np.transpose(np.subtract(at["OEP"],
                                                      occurrence_exceedance(rest, period)))
    shares = {"AEP": [poisson_co_tvar(
        points.lattice, rate, loss, part=joined.part, event=joined.place, part_loss=joined.loss,
        n_parts=len(parts), period_yr=float(years), weighted=points.weighted) for years in period],
        "OEP": [joined.summed(occurrence_weights(rate, loss, float(years), activity_cv=cv))
                for years in period]}
    return _Found({basis: at[basis][1] for basis in BASES},
                  {basis: np.transpose(shares[basis]).reshape(len(parts), len(period))
                   for basis in BASES}, marginal)
