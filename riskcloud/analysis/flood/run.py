"""A flood, or floods by return period, over a book: depths, losses, a table, a summary."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

import riskcloud
from riskcloud.analysis.flood.annual import AnnualLoss, annual_loss
from riskcloud.analysis.flood.losses import FloodExposure, FloodLosses, depth_losses, loss_table
from riskcloud.analysis.flood.summary import summarise_flood
from riskcloud.hazard.flood.depth import SiteDepths
from riskcloud.vulnerability.flood import KIND


@dataclass(frozen=True, slots=True)
class FloodResult:
    """What floods mean for a book; every output is written from this.

    annual : ground-up and after terms, None for one flood or one return period. labels : what ends
    the columns of each flood in ``table`` ("rp100", "" for a scenario).
    """

    exposure: FloodExposure
    depths: SiteDepths
    losses: FloodLosses
    annual: tuple[AnnualLoss, AnnualLoss] | None
    labels: tuple[str, ...]
    table: pd.DataFrame
    summary: Mapping[str, Any]
    manifest: Mapping[str, Any] = field(default_factory=dict)


def flood(exposure: FloodExposure, depths: SiteDepths, facts: Mapping[str, Any]) -> FloodResult:
    """Return what water of given depths at the locations means for a book.

    depths : at the locations of ``exposure``, in their order, from rasters or another model.
    facts : of the portfolio, for the summary: source, n_locations, n_rejected.
    """
    losses = depth_losses(exposure, depths.depth_m)
    periods = depths.period_yr
    annual = None
    if len(periods) > 1:
        annual = annual_loss(periods, losses.ground_up), annual_loss(periods, losses.gross)
    labels = tuple(f"rp{years:g}" for years in periods) or ("",)
    table = loss_table(exposure, losses, labels)
    if annual is not None:
        table["annual_loss"], table["annual_gross"] = annual[0].mean, annual[1].mean
    summary = summarise_flood(exposure, depths, losses, annual, facts)
    cards = [(KIND, name) for name in exposure.curves.cards]
    return FloodResult(exposure, depths, losses, annual, labels, table, summary,
                       {"version": riskcloud.__version__, "cards": cards})
