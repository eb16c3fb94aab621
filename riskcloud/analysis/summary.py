"""summary.json: what a forecast found, in the shape that docs/outputs.md gives."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from riskcloud.analysis.event import describe_outlook, describe_track, track_error
from riskcloud.analysis.exposed import ExposedAssets
from riskcloud.analysis.ground import layer_entries
from riskcloud.analysis.totals import GROSS, GROUND_UP, Totals
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.hazard.typhoon.scenarios import Scenarios
from riskcloud.loss.draws import Draws
from riskcloud.loss.exceedance import event_exceedance, split_band
from riskcloud.messages import translated
from riskcloud.types import STAGES, Outlook
from riskcloud.vulnerability.library import load_curve, sets_with


def summarise(portfolio: Portfolio, exposed: ExposedAssets, outlook: Outlook,
              scenarios: Scenarios, draws: Draws, weights: Mapping[str, float], totals: Totals,
              losses: pd.DataFrame, seed: int) -> dict[str, Any]:
    """Everything of summary.json but timings and memory, which the edge adds."""
    gust = losses["gust_3s_m_s"].to_numpy()
    notes = [*portfolio.notes, *exposed.notes]
    return {
        "event": {**describe_track(scenarios.central), **track_error(outlook)},
        "forecast": describe_outlook(outlook, scenarios, draws),
        "portfolio": {
            "source": portfolio.source, "n_locations": len(exposed.row),
            "n_not_in_force": len(portfolio) - len(exposed.row),
            "n_rejected": portfolio.rejected_rows, "n_sites": len(exposed.assets.share),
            "n_reached": int((gust > 0.0).sum()),
            "notes": notes, "notes_zh": [translated(note, "zh") for note in notes],
        },
        "members": draws.n_members, "seed": seed,
        "total": totals.rows("currency", gust),
        "by_client": totals.rows("client_id", gust), "by_branch": totals.rows("branch", gust),
        "by_province": totals.rows("province", gust), "by_county": totals.rows("county", gust),
        "by_asset_class": totals.rows("asset_class", gust),
        "wind_models": _by_model(totals, draws, weights),
        "expected_damage": _expected_damage(exposed, losses),
        "exceedance": _exceedance(totals), "band_split": _band_split(totals, draws),
        "curves": _curves(exposed), "layers": layer_entries(exposed.winds.layers),
    }


def _currencies(totals: Totals) -> list[str]:
    return [str(name) for name in totals.by["currency"].keys["currency"]]


def _by_model(totals: Totals, draws: Draws, weights: Mapping[str, float]) -> list[dict[str, Any]]:
    # the mean given model and curve: without the luck of single assets, models can be compared
    loss = totals.expected[:, :, 0]
    return [{"model": name, "weight": weights[name], "n_members": int((draws.model_of == k).sum()),
             "mean": {currency: float(loss[c, draws.model_of == k].mean())
                      if (draws.model_of == k).any() else None
                      for c, currency in enumerate(_currencies(totals))}}
            for k, name in enumerate(draws.models)]


def _exceedance(totals: Totals) -> list[dict[str, Any]]:
    rows = []
    for c, currency in enumerate(_currencies(totals)):
        for stage, part in zip(STAGES, (GROUND_UP, GROSS), strict=True):
            curve = event_exceedance(totals.by["currency"].loss[c, :, part])
            rows.append({"currency": currency, "stage": stage, "loss": curve.loss.tolist(),
                         "probability": curve.probability.tolist()})
        if totals.net:
            curve = event_exceedance(totals.net["currency"][c])
            rows.append({"currency": currency, "stage": "net", "loss": curve.loss.tolist(),
                         "probability": curve.probability.tolist()})
    return rows


def _band_split(totals: Totals, draws: Draws) -> list[dict[str, Any]]:
    rows = []
    levels = {"track": draws.track_of, "intensity": draws.intensity_of, "model": draws.model_of,
              "curve": draws.draw_of}
    for c, currency in enumerate(_currencies(totals)):
        drawn = totals.by["currency"].loss[c, :, GROUND_UP]
        for part in split_band(drawn, totals.expected[c, :, 0], levels, draws.storm_of):
            rows.append({"currency": currency, "source": part.source, "q05": part.q05,
                         "q95": part.q95, "variance_share": part.variance_share})
    return rows


def _expected_damage(exposed: ExposedAssets, losses: pd.DataFrame) -> list[dict[str, Any]]:
    count = pd.to_numeric(losses["number_of_assets"]).fillna(1.0).clip(lower=1.0)
    rows = []
    for state in exposed.curves.states:
        probability = losses[f"p_{state}"]
        known = probability.notna()
        by_class = pd.DataFrame({
            "n": count[known], "expected": (probability * count)[known],
        }).groupby(losses["asset_class"][known].astype(str)).sum()
        rows += [{"asset_class": str(name), "state": state, "n_assets": float(row["n"]),
                  "expected_count": float(row["expected"])} for name, row in by_class.iterrows()]
    return rows


def _curves(exposed: ExposedAssets) -> list[dict[str, Any]]:
    arrays = exposed.curves
    rows = []
    for c, name in enumerate(arrays.curve_id):
        card = load_curve(name).card
        rows.append({"curve_id": name, "title": card["title"], "title_zh": card.get("title_zh"),
                     "source": card["source"], "verified": card["verified"],
                     "includes": card["includes"],
                     "n_assets": int(np.isin(exposed.set_of, sets_with(arrays, c)).sum())})
    return sorted(rows, key=lambda row: -row["n_assets"])

