"""What ``verify wind`` says: statistics overall, by storm, model, station and exposure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from riskcloud.analysis.skill.statistics import agreement, shares_of_error
from riskcloud.hazard.typhoon.observed.masts import HILLTOP_M, station_key
from riskcloud.types import Ints

WEIGHTED_MEAN = "weighted_mean"
FEW = ("n", "bias_m_s", "rmse_m_s")


def summarise(table: pd.DataFrame, *, measure: str, weights: Mapping[str, float],
              counts: Mapping[str, int], layers: Sequence[Mapping[str, Any]],
              excluded: Sequence[str], notes: Sequence[str]) -> dict[str, Any]:
    """Return the summary: all observations at the top, and without hilltops in a part of its own.

    table : one row an observation, of ``verify.verify_wind``.
    """
    hilltop = table["hilltop"].to_numpy(bool)
    everything = _block(table, weights)
    return {
        "measure": measure, "unit": "m/s", **counts, "error": "modelled - observed",
        **{name: everything["overall"][name] for name in FEW}, **everything,
        "by_station": _by_station(table),
        "without_hilltops": _block(table[~hilltop], weights),
        "hilltops": {"rule": f"ground above {HILLTOP_M:g} m", "above_m": HILLTOP_M,
                     "stations": sorted(set(table.loc[hilltop, "station"]))},
        "excluded": list(excluded), "wind_model_weights": dict(weights),
        "heights": [{"station": name, "height_m": float(part["height_m"].iloc[0]),
                     "ground_m": float(part["ground_m"].iloc[0]),
                     "from": str(part["height_from"].iloc[0])}
                    for name, part in table.groupby("station")],
        "layers": list(layers), "notes": list(notes),
    }


def _block(table: pd.DataFrame, weights: Mapping[str, float]) -> dict[str, Any]:
    """Return overall, by_storm, by_model, by_exposure and unexplained of a part of the table."""
    storms = _storms(table)
    return {
        "overall": _of(table),
        "by_storm": {sid: {"sid": sid, "name": str(part["storm"].iloc[0]),
                           "agency": str(part["agency"].iloc[0]), **_of(part)}
                     for sid, part in table.groupby("sid", sort=False)},
        "by_model": {**{model: {"weight": weight, **_of(table, f"{model}_m_s")}
                        for model, weight in weights.items()},
                     WEIGHTED_MEAN: {"weight": 1.0, **_of(table)}},
        "by_storm_and_model": {
            sid: {model: _few(_of(part, f"{model}_m_s")) for model in weights}
            for sid, part in table.groupby("sid", sort=False)},
        "by_exposure": {name: _of(part) for name, part in table.groupby("exposure")},
        "unexplained": shares_of_error(
            table["error_m_s"].to_numpy(float), storms,
            [station_key(name) for name in table["station"]]) if len(table) else None,
    }


def _storms(table: pd.DataFrame) -> Ints:
    return np.asarray(pd.factorize(table["sid"])[0], np.int64)


def _of(table: pd.DataFrame, column: str = "modelled_m_s") -> dict[str, Any]:
    return agreement(table["observed_m_s"].to_numpy(float), table[column].to_numpy(float),
                     _storms(table))


def _few(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in FEW}


def _by_station(table: pd.DataFrame) -> dict[str, Any]:
    """Return the error of each station, in all and by storm."""
    return {str(name): {**_few(_of(part)), "hilltop": bool(part["hilltop"].iloc[0]),
                        "exposure": str(part["exposure"].iloc[0]),
                        "error_m_s": dict(zip(part["sid"].astype(str),
                                              part["error_m_s"].astype(float), strict=True))}
            for name, part in table.groupby("station")}
