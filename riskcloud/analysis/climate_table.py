"""The wind climate as a table and in sums: columns of sites, and what summary.json says."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from riskcloud.analysis.wind_climate import (
    FORCES,
    PRESENT,
    WindClimate,
    pressure_kpa,
)
from riskcloud.hazard.grades import grade_of, load_scale
from riskcloud.hazard.typhoon.climate.levels import BAND, N_RESAMPLES, ReturnLevels
from riskcloud.hazard.typhoon.surface.reference import REFERENCE_TERRAIN
from riskcloud.types import EventSet, Floats

QUANTILES: Final = (0.0, 0.05, 0.5, 0.95, 1.0)
SUMS: Final = ("least", "q05", "median", "q95", "largest")
DIGITS: Final = 3


def label(period: float) -> str:
    """Return a return period as it stands in a column's name: 50yr, 2.5yr."""
    return f"{period:g}yr"


def climate_columns(climate: WindClimate) -> pd.DataFrame:
    """Columns of a site's wind climate, one row a site in its order.

    ``{measure}_{period}yr_m_s`` with ``_low``, ``_high`` and ``_mc`` (the simulation's standard
    error) before the unit, ``w0_{period}yr_kpa`` of the reference mean, ``force_{period}yr`` (GB/T
    28591), and ``grade`` of the site. Another climate's columns have its name in front.
    """
    columns: dict[str, Any] = {}
    for name, measures in climate.levels.items():
        lead = "" if name == PRESENT else f"{name}_"
        for period in climate.asked:
            column = climate.column(period)
            for measure, levels in measures.items():
                _add(columns, f"{lead}{measure}_{label(period)}", levels, column)
            mean = measures["mean_10min"]
            for part, values in (("", mean.level), ("_low", mean.low), ("_high", mean.high)):
                columns[f"{lead}w0_{label(period)}{part}_kpa"] = pressure_kpa(
                    values[:, column]).round(DIGITS)
            columns[f"{lead}force_{label(period)}"] = grade_of(
                load_scale(FORCES), mean.level[:, column])
        columns[f"{lead}grade"] = climate.zone[name]
    return pd.DataFrame(columns)


def _add(columns: dict[str, Any], name: str, levels: ReturnLevels, column: int) -> None:
    for part, values in (("", levels.level), ("_low", levels.low), ("_high", levels.high),
                         ("_mc", levels.error)):
        columns[f"{name}{part}_m_s"] = values[:, column].round(DIGITS)


def summarise(climate: WindClimate, events: EventSet) -> dict[str, Any]:
    """What summary.json says of a wind climate: the set, the levels over the sites, the layers."""
    return {
        "n_sites": len(climate.sites),
        "n_sites_without_storms": int(np.isnan(
            climate.levels[PRESENT]["mean_10min"].level).all(axis=1).sum()),
        "n_sites_outside_area": int(climate.outside.sum()),
        "return_periods_yr": list(climate.asked),
        "events": event_facts(events),
        "reference": {"terrain": REFERENCE_TERRAIN, "height_m": 10.0,
                      "mean_factor_on_marine_1min": dict(climate.reference_factor)},
        "wind_models": dict(climate.weights),
        "band": {"low": BAND[0], "high": BAND[1], "resamples": N_RESAMPLES,
                 "of": "historical seasons, drawn with replacement"},
        "levels": [_over_sites(climate, name, measure, period)
                   for name in climate.levels for period in climate.asked
                   for measure in climate.levels[name]],
        "grades": {name: {"scale": climate.zone_scale.card.name,
                          "return_period_yr": climate.zone_scale.return_period_yr,
                          "n_sites": _counts(zone)} for name, zone in climate.zone.items()},
        "layers": [{"layer": one.layer, "given": one.given, "source": one.source,
                    "detail": one.detail} for one in climate.layers],
        "work": dict(climate.work),
    }


def event_facts(events: EventSet) -> dict[str, Any]:
    """What is said of an event set: its size and those of its facts that are short."""
    facts: Mapping[str, Any] = events.facts
    return {"n_events": len(events), "years": events.years,
            "annual_rate": float(np.sum(events.annual_rate)),
            **{name: facts[name] for name in ("method", "area", "period", "seed") if name in facts}}


def _over_sites(climate: WindClimate, name: str, measure: str, period: float) -> dict[str, Any]:
    levels, column = climate.levels[name][measure], climate.column(period)
    values, error = levels.level[:, column], levels.error[:, column]
    known = np.isfinite(values)
    out: dict[str, Any] = {"climate": name, "measure": measure, "return_period_yr": period,
                           "unit": "m/s", "n_sites": int(known.sum())}
    if not known.any():  # the same keys, null in JSON
        return out | dict.fromkeys((*SUMS, "median_band_half_width", "median_simulation_error"),
                                   float("nan"))
    quantiles = np.quantile(values[known], QUANTILES)
    out.update(zip(SUMS, map(float, quantiles), strict=True))
    out["median_band_half_width"] = _median(0.5 * (levels.high - levels.low)[known, column])
    out["median_simulation_error"] = _median(error[known])
    return out


def _median(values: Floats) -> float:
    return float(np.nanmedian(values)) if np.isfinite(values).any() else float("nan")


def _counts(zone: Any) -> dict[str, int]:
    grades, counts = np.unique(zone, return_counts=True)
    return {str(grade): int(count) for grade, count in zip(grades, counts, strict=True)}
