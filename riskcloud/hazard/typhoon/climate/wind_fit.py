"""Fit of the wind that goes with a deficit, and the files of models/storm_climate."""

from pathlib import Path
from typing import Final

import numpy as np

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.climate import intensity as model
from riskcloud.types import Floats, Ints

SPREAD_EDGES: Final = (2.0, 5.0, 8.0, 12.0, 20.0, 33.0, 55.0, 75.0, 200.0)
"""Classes of deficit whose spreads the straight line joins [hPa] (ours)."""


def fit_wind(storm: Ints, deficit_hpa: Floats, lat: Floats, translation_m_s: Floats,
             wind_m_s: Floats) -> model.WindModel:
    """Regression of ln V on the deficit, latitude and motion, its spread and persistence.

    Parameters
    ----------
    storm : (n,) a number a storm, ascending; rows of a storm six hours apart.
    deficit_hpa, lat, translation_m_s, wind_m_s : (n,) 1-min winds.

    Raises
    ------
    InputError : fewer than a hundred pairs.

    Source
    ------
    The form ln V linear in ln(deficit) is Atkinson & Holliday (1977), Mon. Wea. Rev. 105, 421-427;
    the terms of latitude and motion are those of Knaff & Zehr (2007), Wea. Forecasting 22, 71-88.
    """
    if len(wind_m_s) < 100:
        raise InputError(f"fit_wind: {len(wind_m_s)} pairs: expected 100 or more")
    predictors = model.wind_predictors(deficit_hpa, lat, translation_m_s)
    logarithm = np.log(wind_m_s)
    coefficients = np.asarray(np.linalg.lstsq(predictors, logarithm, rcond=None)[0], float)
    left = logarithm - predictors @ coefficients
    group = np.digitize(deficit_hpa, SPREAD_EDGES)
    rows = [(predictors[group == k, 1].mean(), left[group == k].std(), (group == k).sum())
            for k in range(1, len(SPREAD_EDGES)) if (group == k).sum() >= 30]
    x, sd, count = np.array(rows).T
    strong = x > np.log(20.0)
    slope, level = np.polyfit(x[strong], sd[strong], 1, w=np.sqrt(count[strong]))
    level_weak = float(np.average(sd[~strong], weights=count[~strong]))
    spread = np.array([level, slope, float(sd.min())])
    whole = np.minimum(np.maximum(level + slope * predictors[:, 1], sd.min()), level_weak)
    standard = left / whole
    same = storm[1:] == storm[:-1]
    persistence = float(np.corrcoef(standard[1:][same], standard[:-1][same])[0, 1])
    return model.WindModel(coefficients, np.append(spread, level_weak), persistence)


def write_tables(fitted: model.Intensity, folder: Path) -> None:
    """Write potential, pull, lift, scatter, residuals and lysis .csv as the card holds them."""
    first_lon, step_lon, first_lat, step_lat = model.POTENTIAL_AXES
    months, rows, columns = model.POTENTIAL_SHAPE
    names = ",".join(f"v{first_lon + j * step_lon:g}" for j in range(columns))
    lines = [f"month,lat,{names}"] + [
        f"{k + 1},{first_lat + i * step_lat:g}," + _numbers(fitted.potential_hpa[k, i], 1)
        for k in range(months) for i in range(rows)]
    _write(folder / "potential.csv", "Deficit [hPa] by longitude: see card.toml", lines)
    first_lon, step_lon, first_lat, step_lat = model.LOCAL_AXES
    names = ",".join(f"v{first_lon + j * step_lon:g}" for j in range(model.LOCAL_SHAPE[1]))
    for grid, name, meaning in zip(fitted.local, model.LOCAL_NAMES, (
            "Change [hPa per 6 h]", "Change of the weak [hPa per 6 h]", "Factor on the spread"),
            strict=True):
        lines = [f"lat,{names}"] + [f"{first_lat + i * step_lat:g}," + _numbers(row, 3)
                                    for i, row in enumerate(grid)]
        _write(folder / f"{name}.csv", f"{meaning} by longitude: see card.toml", lines)
    lines = ["probability,v_weak_peak,v_weak,v_middle,v_strong,v_land"] + [
        f"{k / (model.N_QUANTILES - 1):g}," + _numbers(fitted.residuals[:, k], 4)
        for k in range(model.N_QUANTILES)]
    _write(folder / "residuals.csv", "Quantiles of the standardised residual: see card.toml", lines)
    ends = [f"{v:g}" for v in model.LYSIS_DEFICIT_HPA] + ["inf"]
    bands = "v_south,v_middle,v_north"
    lines = [f"surface,deficit_below_hpa,{bands}"] + [
        f"{surface},{end}," + _numbers(fitted.lysis[k, i], 5)
        for k, surface in enumerate(("peak", "past", "past_west", "mainland"))
        for i, end in enumerate(ends)]
    _write(folder / "lysis.csv", "Chance that a storm ends within a step: see card.toml", lines)


def scalar_lines(fitted: model.Intensity) -> str:
    """Return the card's [step] and [wind] tables."""
    lines = ["[step]"] + [f"{name} = {value:.6g}" for name, value in zip(
        model.PARAMETERS, fitted.parameters, strict=True)]
    wind = fitted.wind
    lines += ["", "[wind]"] + [f"{name} = {value:.6g}" for name, value in zip(
        model.WIND_NAMES, wind.coefficients, strict=True)]
    lines += [f"spread_ln = [{_numbers(wind.spread, 4)}]", f"persistence = {wind.persistence:.3f}"]
    return "\n".join(lines) + "\n"


def _numbers(values: Floats, digits: int) -> str:
    return ",".join(f"{v:.{digits}f}".rstrip("0").rstrip(".") or "0" for v in values)


def _write(path: Path, first: str, lines: list[str]) -> None:
    path.write_text("\n".join([f"# {first}", *lines]) + "\n", encoding="utf-8")
