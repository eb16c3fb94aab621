"""What summary.json says of floods over a book (docs/flood.md)."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskcloud.analysis.flood.annual import AnnualLoss
from riskcloud.analysis.flood.losses import FloodExposure, FloodLosses
from riskcloud.catalog import load_card
from riskcloud.hazard.flood.depth import SiteDepths
from riskcloud.messages import translated
from riskcloud.types import COVERAGES, Bools
from riskcloud.vulnerability.flood import KIND, ROUNDING_M

WET_M: Final = 0.05
"""A location that can flood is counted as wet with more water than this, as the curves have it."""
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "by_branch": ("branch",), "by_place": ("province", "county"),
    "by_asset_class": ("asset_class",), "by_client": ("client_id",)}
MOST: Final = 200
"""Groups of one kind in summary.json, largest loss first; locations.csv has all. Ours."""
TOGETHER = ("the losses of a return period are added as if its flood came everywhere at once: for "
            "a book over many rivers the sum is an upper end; the annual loss is not touched")
TAILS = ("annual loss: trapezoids in 1/T between the return periods; beyond the longest the loss "
         "stays as there; floods more frequent than the shortest are not counted")
ONE_PERIOD = "one return period alone: no annual loss can be told"
UNKNOWN = ("{n} location(s) that can flood have no depth for at least one flood: their losses are "
           "unknown and in no sum")


def summarise_flood(exposure: FloodExposure, depths: SiteDepths, losses: FloodLosses,
                    annual: tuple[AnnualLoss, AnnualLoss] | None, facts: Mapping[str, Any],
                    ) -> dict[str, Any]:
    """Return summary.json's content but for the figures of the run."""
    notes = [*depths.notes, *exposure.notes, *losses.notes]
    n_unknown = int(losses.unknown.any(axis=1).sum())
    notes += [UNKNOWN.format(n=n_unknown)] * (n_unknown > 0)
    if not depths.is_scenario:
        notes += [TOGETHER, TAILS if annual is not None else ONE_PERIOD]
    notes = list(dict.fromkeys(notes))
    layer = depths.layer
    return {
        "portfolio": dict(facts), "scenario": depths.is_scenario,
        "return_periods_yr": list(depths.period_yr),
        "layer": {"kind": layer.kind, "source": layer.source, "resolution": layer.resolution,
                  "date": layer.date, "detail": layer.detail,
                  "detail_zh": translated(layer.detail, "zh")},
        "wet_above_m": WET_M,
        "floods": [_flood(exposure, losses, k, years)
                   for k, years in enumerate(depths.period_yr or (None,))],
        "annual": None if annual is None else _annual(exposure, *annual),
        **{name: _groups(exposure, losses, annual, columns) for name, columns in GROUPS.items()},
        "curves": _curves(exposure),
        "notes": notes, "notes_zh": [translated(note, "zh") for note in notes],
    }


def _flood(exposure: FloodExposure, losses: FloodLosses, k: int, years: float | None,
           ) -> dict[str, Any]:
    wet, unknown = _wet(exposure, losses)[:, k], losses.unknown[:, k]
    depth = losses.depth_m[:, k]
    deepest = float(np.nanmax(depth)) if np.isfinite(depth).any() else None
    return {"return_period_yr": years, "n_locations": len(exposure), "n_wet": int(wet.sum()),
            "n_unknown": int(unknown.sum()), "deepest_m": deepest,
            "totals": [_total(exposure, losses, k, place, wet, unknown)
                       for place in _currencies(exposure)]}


def _wet(exposure: FloodExposure, losses: FloodLosses) -> Bools:
    """Tell which locations that can flood stand in water (n, k)."""
    with np.errstate(invalid="ignore"):
        return np.asarray((losses.depth_m > WET_M + ROUNDING_M) & exposure.can_flood[:, np.newaxis])


def _currencies(exposure: FloodExposure) -> list[int]:
    """Return the currencies there are, by their position, most locations first."""
    count = np.bincount(exposure.assets.words["currency"].code)
    return [int(k) for k in np.argsort(-count, kind="stable") if count[k]]


def _total(exposure: FloodExposure, losses: FloodLosses, k: int, place: int, wet: Bools,
           unknown: Bools) -> dict[str, Any]:
    assets = exposure.assets
    here = assets.words["currency"].code == place
    tiv = assets.tiv
    ground_up, gross = losses.ground_up[here, k], losses.gross[here, k]
    tiv_known = float(tiv[here & ~unknown].sum())
    known = bool((exposure.can_flood & ~unknown)[here].any() or not unknown[here].any())
    loss = float(np.nansum(ground_up)) if known else None
    by_coverage = losses.by_coverage[place, :, :, k]
    return {
        "currency": assets.words["currency"].names[place], "n_locations": int(here.sum()),
        "n_wet": int(wet[here].sum()), "n_unknown": int(unknown[here].sum()),
        "tiv": float(tiv[here].sum()), "tiv_wet": float(tiv[here & wet].sum()),
        "tiv_unknown": float(tiv[here & unknown].sum()),
        "loss": loss, "gross": float(np.nansum(gross)) if known else None,
        "ratio": loss / tiv_known if loss is not None and tiv_known > 0.0 else None,
        "by_coverage": [{"coverage": name, "tiv": float(assets.value[here, c].sum()),
                         "loss": float(by_coverage[0, c]) if known else None,
                         "gross": float(by_coverage[1, c]) if known else None}
                        for c, name in enumerate(COVERAGES)]}


def _annual(exposure: FloodExposure, ground_up: AnnualLoss, gross: AnnualLoss,
            ) -> list[dict[str, Any]]:
    found = []
    for place in _currencies(exposure):
        here = exposure.assets.words["currency"].code == place
        known = here & np.isfinite(ground_up.mean)
        n_unknown, tiv = int((here & ~known).sum()), float(exposure.assets.tiv[known].sum())
        sums: dict[str, float | None] = {
            name: float(values[known].sum()) for name, values in (
                ("loss", ground_up.mean), ("gross", gross.mean), ("rare", ground_up.rare),
                ("frequent_at_most", ground_up.frequent_at_most))}
        if n_unknown and not (known & exposure.can_flood).any():  # no data, not nothing
            sums = dict.fromkeys(sums)
        loss = sums["loss"]
        found.append({
            "currency": exposure.assets.words["currency"].names[place],
            "n_known": int(known.sum()), "n_unknown": n_unknown, "tiv": tiv, **sums,
            "rate": loss / tiv if loss is not None and tiv > 0.0 else None})
    return found


def _groups(exposure: FloodExposure, losses: FloodLosses,
            annual: tuple[AnnualLoss, AnnualLoss] | None, columns: tuple[str, ...],
            ) -> list[dict[str, Any]]:
    """Return sums by currency and some columns, largest (annual) loss first."""
    assets = exposure.assets
    by: dict[str, npt.NDArray[Any]] = {name: assets.words[name].spread()
                                       for name in ("currency", *columns)}
    mean = losses.ground_up[:, -1] if annual is None else annual[0].mean
    after = losses.gross[:, -1] if annual is None else annual[1].mean
    frame = pd.DataFrame({
        **by, "n_locations": 1, "n_wet": _wet(exposure, losses).any(axis=1).astype(np.int64),
        "n_unknown": losses.unknown.any(axis=1).astype(np.int64), "tiv": assets.tiv,
        "loss": np.nan_to_num(mean), "gross": np.nan_to_num(after),
        "known": exposure.can_flood & np.isfinite(mean), "blank": np.isnan(mean)})
    sums = frame.groupby(list(by), sort=False, observed=True).sum().reset_index()
    order = np.lexsort((-sums["tiv"].to_numpy(), -sums["loss"].to_numpy()))
    rows = [_plain(row) for row in sums.iloc[order[:MOST]].to_dict("records")]
    for row in rows:
        if row.pop("blank") and not row["known"]:  # no data, not nothing
            row["loss"] = row["gross"] = None
        del row["known"]
    return rows


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): value.item() if hasattr(value, "item") else value
            for key, value in row.items()}


def _curves(exposure: FloodExposure) -> list[dict[str, Any]]:
    """Return the curves used, with source, what they include, and how many locations have them."""
    found = []
    count = np.bincount(exposure.curves.curve_of + 1,
                        minlength=len(exposure.curves.curves) + 1)
    for k, curve in enumerate(exposure.curves.curves):
        card = load_card(KIND, curve.card.name)
        found.append({
            "name": curve.name, "title": card["title"], "title_zh": card["title_zh"],
            "source": card["source"], "verified": card["verified"],
            "includes": card["includes"], "notes": card["notes"], "notes_zh": card["notes_zh"],
            "n_locations": int(count[k + 1])})
    return found
