"""Rows of the marginal effect of accounts: average annual loss, OEP, AEP, TVaR."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from riskcloud.analysis.risk.marginal import MarginalYears
from riskcloud.loss.statistics.annual import YearLosses, annual_loss, curve_of

if TYPE_CHECKING:
    from riskcloud.analysis.risk.run import Risk

STATISTICS: Final = ("AAL", "sd", "OEP", "OEP_TVaR", "AEP", "AEP_TVaR")
Entry = dict[str, Any]
_LEAST: Final = 1e-6
"""Share of a figure with the account below which the one without it is no measure; ours."""


def marginal_rows(years: MarginalYears, periods: Sequence[float]) -> list[Entry]:
    """Return, by candidate, currency, stage, statistic and return period, the effect.

    with, without : of the book with the candidate and without it; marginal : the difference, and as
    a share of without; alone : of the candidate by itself. Samples count as extra years.
    """
    rows: list[Entry] = []
    stages = years.stages
    for c, candidate in enumerate(stages.candidates):
        for k, currency in enumerate(stages.currencies):
            for s, stage in enumerate(stages.names):
                who = {"account": candidate.name, "added": candidate.added,
                       "currency": str(currency), "stage": stage}
                of = years.years(c, s, k)
                if not len(of["alone"].key) and not len(of["with"].key):
                    continue
                found = {how: _figures(one, periods) for how, one in of.items()}
                for statistic, period in found["with"]:
                    values = {how: found[how][statistic, period] for how in found}
                    error = years.error(c, s, k) if statistic == "AAL" else float("nan")
                    rows.append({**who, "statistic": statistic, "return_period_yr": period,
                                 **_effect(values), "standard_error": error})
    return rows


def _effect(values: dict[str, float]) -> Entry:
    less, before = values["with"] - values["without"], values["without"]
    share = less / before if before > _LEAST * values["with"] else float("nan")
    return {"with": values["with"], "without": before, "marginal": less, "marginal_share": share,
            "alone": values["alone"]}


def _figures(years: YearLosses, periods: Sequence[float]) -> dict[tuple[str, float | None], float]:
    annual = annual_loss(years)
    found: dict[tuple[str, float | None], float] = {
        ("AAL", None): annual.aal, ("sd", None): annual.sd}
    for basis in ("OEP", "AEP"):
        loss, tvar = curve_of(years, occurrence=basis == "OEP").at_period(
            np.asarray(periods, np.float64))
        for name, values in ((basis, loss), (f"{basis}_TVaR", tvar)):
            found |= {(name, float(period)): float(value)
                      for period, value in zip(periods, values, strict=True)}
    return found


def candidate_facts(risk: "Risk", years: MarginalYears) -> list[Entry]:
    """Return of each candidate its locations and sums insured by currency."""
    value = risk.exposed.value.sum(axis=1)
    currency = risk.table["currency"].astype(str).to_numpy()
    return [{"account": one.name, "added": one.added, "n_locations": int(one.inside.sum()),
             "tiv": {str(code): float(value[one.inside & (currency == code)].sum())
                     for code in sorted(set(currency[one.inside].tolist()))}}
            for one in years.stages.candidates]
