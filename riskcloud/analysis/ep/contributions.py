"""What each group does to the worst years of the whole, and what adding it last does."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from riskcloud.analysis.ep.run import Entry, Group, Sampling, years_of
from riskcloud.analysis.ep.sums import MEMBER_BITS, Cells
from riskcloud.loss.statistics.annual import YearLosses, curve_of
from riskcloud.loss.statistics.compound import AggregatePoints, aggregate_exceedance
from riskcloud.loss.statistics.contributions import co_tvar, poisson_co_tvar, without
from riskcloud.loss.statistics.poisson import rate_losses
from riskcloud.types import Floats, Ints

MOST_BY_YEARS: Final = 1000
MOST_BY_RATES: Final = 50
"""Groups of a key whose marginal effect is found, the largest by AAL: each takes a run; ours."""


def contributions(whole: Group, of_whole: YearLosses | AggregatePoints, parts: Sequence[Group],
                  aal: Sequence[float], sampling: Sampling, periods: Sequence[float],
                  ) -> list[Entry]:
    """Return co-TVaR and marginal effect of the groups of one key, currency and stage (AEP).

    Parameters
    ----------
    whole, of_whole : all losses of that currency and stage, and what ``group_statistics`` gave.
    parts, aal : the groups and their average annual losses. periods : return periods.

    co_tvar sums over the groups to the TVaR of the whole. marginal_loss and marginal_tvar are what
    the whole would have less without the group; NaN beyond the groups it is found for.
    """
    by_years = isinstance(of_whole, YearLosses)
    most = MOST_BY_YEARS if by_years else MOST_BY_RATES
    first = set(np.argsort(-np.asarray(aal), kind="stable")[:most].tolist())
    period = np.asarray(periods, np.float64)
    if isinstance(of_whole, YearLosses):
        shares, tvar, marginal = _by_years(of_whole, parts, sampling, period, first)
    else:
        shares, tvar, marginal = _by_rates(whole, of_whole, parts, sampling, period, first)
    return [{**group.who, "basis": "AEP", "return_period_yr": float(years),
             "co_tvar": float(shares[g, k]),
             "co_tvar_share": float(shares[g, k] / tvar[k]) if tvar[k] > 0.0 else float("nan"),
             "marginal_loss": float(marginal[g, k, 0]), "marginal_tvar": float(marginal[g, k, 1])}
            for g, group in enumerate(parts) for k, years in enumerate(period)]


def _by_years(whole: YearLosses, parts: Sequence[Group], sampling: Sampling, period: Floats,
              first: set[int]) -> tuple[Floats, Floats, Floats]:
    calc = sampling.calcs()[0]
    marginal = np.full((len(parts), len(period), 2), np.nan)
    loss, tvar = curve_of(whole, occurrence=False).at_period(period)
    of, keys, losses = list[Ints](), list[Ints](), list[Floats]()
    for g, group in enumerate(parts):
        own = years_of(group, sampling, calc)
        of.append(np.full(len(own.key), g))
        keys.append(own.key)
        losses.append(own.total)
        if g in first:
            rest = curve_of(without(whole, own), occurrence=False).at_period(period)
            marginal[g] = np.transpose([loss - rest[0], tvar - rest[1]])
    part, key, amount = (np.concatenate([*arrays, np.zeros(0, dtype)]) for arrays, dtype in (
        (of, np.int64), (keys, np.int64), (losses, np.float64)))
    shares = np.transpose([co_tvar(whole, part, key, amount, n_parts=len(parts),
                                   period_yr=float(years)) for years in period])
    return shares.reshape(len(parts), len(period)), tvar, marginal


def _by_rates(whole: Group, points: AggregatePoints, parts: Sequence[Group], sampling: Sampling,
              period: Floats, first: set[int]) -> tuple[Floats, Floats, Floats]:
    annual_rate = sampling.basis.annual_rate
    assert annual_rate is not None
    rate = annual_rate[whole.cells.event] / sampling.n
    cell, marginal = _packed(whole.cells), np.full((len(parts), len(period), 2), np.nan)
    of, places, losses = list[Ints](), list[Ints](), list[Floats]()
    for g, group in enumerate(parts):
        place = np.searchsorted(cell, _packed(group.cells))
        of.append(np.full(len(place), g))
        places.append(place)
        losses.append(group.cells.loss)
        if g in first:
            rest = whole.cells.loss.copy()
            rest[place] -= group.cells.loss
            rest[rest < 1e-12 * whole.cells.loss] = 0.0
            left = aggregate_exceedance(rate_losses(rate, rest), period)
            marginal[g] = np.transpose([points.loss - left.loss, points.tvar - left.tvar])
    part, event, amount = (np.concatenate([*arrays, np.zeros(0, dtype)]) for arrays, dtype in (
        (of, np.int64), (places, np.int64), (losses, np.float64)))
    shares: Any = np.transpose([poisson_co_tvar(
        points.lattice, rate, whole.cells.loss, part=part, event=event, part_loss=amount,
        n_parts=len(parts), period_yr=float(years)) for years in period])
    return shares.reshape(len(parts), len(period)), points.tvar, marginal


def _packed(cells: Cells) -> Ints:
    return np.asarray(cells.event << MEMBER_BITS | cells.member)
