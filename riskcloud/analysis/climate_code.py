"""The wind of an event set beside the basic wind of a design code, station by station."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from riskcloud.analysis.wind_climate import (
    WIND_PRESSURE,
    ClimateRequest,
    pressure_kpa,
    wind_climate,
)
from riskcloud.catalog import load_card
from riskcloud.errors import InputError, Problem
from riskcloud.geo.coast import coastline
from riskcloud.geo.points import haversine_m
from riskcloud.types import EventSet, Floats, Sites
from riskcloud.units import KM

PERIODS: Final = (10, 50, 100)
COAST_KM, STRONG_KPA = 100.0, 0.45
WITHIN, MEAN_WITHIN, ABOVE = 0.15, 0.07, 0.10
"""What agreement is: of one station, of the mean of all, and how far above elsewhere."""
STATIONS: Final = "gb50009_2012"
_SEARCH_DEG = 4.0
"""Coast looked for around a station; a station farther from the sea has NaN."""


@dataclass(frozen=True, slots=True)
class CodeStations:
    """Stations of a code's table: name, region, place, w0 [kPa] (n, periods); left_out by name."""

    name: list[str]
    region: list[str]
    sites: Sites
    w0_kpa: Floats
    left_out: tuple[str, ...]


def read_code(path: Path) -> CodeStations:
    """Return the stations of a table of basic wind pressures.

    path : CSV with station, w0_R10_kPa, w0_R50_kPa, w0_R100_kPa, lon, lat (or approx_lon,
        approx_lat) and a column of the region;
        a station without coordinates takes those of models/code_stations, else is left out.

    Raises
    ------
    InputError : no such file, columns that miss, pressures that are not numbers: all at once.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    columns = _columns(path, table)
    problems, rows = list[Problem](), list[dict[str, Any]]()
    islands = {row["name"]: row
               for row in load_card("code_stations", STATIONS).rows("stations.csv")}
    left_out = []
    for i, row in table.iterrows():
        name = row[columns["station"]].strip()
        place = islands.get(name, {"lon": row[columns["lon"]], "lat": row[columns["lat"]]})
        if not (place["lon"].strip() and place["lat"].strip()):
            left_out.append(name)
            continue
        values = {}
        for key, cell in [("lon", place["lon"]), ("lat", place["lat"]),
                          *((f"w0_{p}", row[columns[f"w0_{p}"]]) for p in PERIODS)]:
            try:
                values[key] = float(cell)
            except ValueError:
                problems.append(Problem(int(str(i)) + 2, columns.get(key, key), cell,
                                        "expected a number"))
        region = row[columns["region"]].strip() if "region" in columns else ""
        rows.append({"name": name, "region": region, **values})
    if problems:
        raise InputError(f"{path}: {len(problems)} problem(s)", problems)
    if not rows:
        raise InputError(f"{path}: no station with a place")
    found = pd.DataFrame(rows)
    return CodeStations(
        found["name"].tolist(), found["region"].tolist(),
        Sites(found["name"].to_numpy(), found["lon"].to_numpy(np.float64),
              found["lat"].to_numpy(np.float64)),
        found[[f"w0_{p}" for p in PERIODS]].to_numpy(np.float64), tuple(left_out))


def _columns(path: Path, table: pd.DataFrame) -> dict[str, str]:
    """Return which column holds what. Raises InputError for those that miss."""
    known = {str(name).strip().lower(): str(name) for name in table.columns}
    wanted = {"station": ("station", "name", "台站", "城市名"), "lon": ("lon", "approx_lon"),
              "lat": ("lat", "approx_lat"),
              "region": ("region", "province", "省"),
              **{f"w0_{p}": (f"w0_r{p}_kpa", f"w0_{p}_kpa", f"w0_{p}yr_kpa") for p in PERIODS}}
    columns = {key: known[name] for key, names in wanted.items() for name in names if name in known}
    if missing := [names[0] for key, names in wanted.items()
                   if key not in columns and key != "region"]:
        raise InputError(f"{path}: no column {', '.join(missing)}; it has "
                         f"{', '.join(map(str, table.columns))}")
    return columns


def sea_distance_km(lon: Floats, lat: Floats) -> Floats:
    """Distance [km] of points (n,) to the nearest vertex of the shipped coast; NaN beyond 400 km.

    Vertices of the coast stand a kilometre or two apart: near enough for a limit of 100 km.
    """
    out = np.full(len(lon), np.nan)
    for i, (x, y) in enumerate(zip(lon, lat, strict=True)):
        lines = coastline(x - _SEARCH_DEG, y - _SEARCH_DEG, x + _SEARCH_DEG, y + _SEARCH_DEG)
        if lines:
            points = np.concatenate(lines)
            nearest = float(haversine_m(x, y, points[:, 0], points[:, 1]).min()) / KM
            out[i] = nearest if nearest <= 400.0 else np.nan
    return out


def code_skill(events: EventSet, stations: CodeStations, request: ClimateRequest | None = None, *,
               on_progress: Callable[[int, int], None] = lambda done, total: None,
               ) -> pd.DataFrame:
    """Modelled 10-min winds at 10 m over open country beside a code's: a row a station and period.

    Columns: station, region, lon, lat, sea_km, group (coast: w0(50) of at least 0.45 kPa within
    100 km of the sea; elsewhere: all others; outside: beyond the area of the event set),
    return_period_yr, code_m_s, code_w0_kpa, model_m_s, model_low_m_s, model_high_m_s,
    model_w0_kpa, ratio, agrees.

    ``agrees``: within 15 % of the code on the coast; elsewhere, where other winds than typhoons may
    rule, not more than 10 % above it. A site without typhoon winds has 0.
    """
    periods = tuple(float(p) for p in PERIODS if p <= events.years)
    asked = ClimateRequest(periods) if request is None else request
    asked = ClimateRequest(periods, asked.models, seed=asked.seed)
    found = wind_climate(events, stations.sites, asked, local=False, on_progress=on_progress)
    levels = found.levels["present"]["mean_10min"]
    sea = sea_distance_km(stations.sites.lon, stations.sites.lat)
    w0_50 = stations.w0_kpa[:, PERIODS.index(50)]
    coast = (w0_50 >= STRONG_KPA - 1e-9) & (sea <= COAST_KM)
    parts = []
    for period in periods:
        code = stations.w0_kpa[:, PERIODS.index(int(period))]
        code_m_s = np.sqrt(WIND_PRESSURE * code)
        column = found.column(period)
        model = np.where(found.outside, np.nan, np.nan_to_num(levels.level[:, column], nan=0.0))
        ratio = model / code_m_s
        parts.append(pd.DataFrame({
            "station": stations.name, "region": stations.region, "lon": stations.sites.lon,
            "lat": stations.sites.lat, "sea_km": sea,
            "group": np.where(found.outside, "outside", np.where(coast, "coast", "elsewhere")),
            "return_period_yr": period,
            "code_w0_kpa": code, "code_m_s": code_m_s, "model_m_s": model,
            "model_low_m_s": levels.low[:, column], "model_high_m_s": levels.high[:, column],
            "model_w0_kpa": pressure_kpa(model), "ratio": ratio,
            "agrees": np.where(coast, np.abs(ratio - 1.0) <= WITHIN, ratio <= 1.0 + ABOVE)}))
    return pd.concat(parts, ignore_index=True)


def compare_with_code(rows: pd.DataFrame, return_period_yr: float = 50.0) -> dict[str, Any]:
    """How well :func:`code_skill` agrees at one return period: shares and mean bias by group.

    ``mean_bias`` is the mean of model / code - 1; ``passes`` whether 70 % lie within 15 % and the
    mean within 7 % on the coast, and 90 % not above 1.1 times the code elsewhere.
    """
    here = rows[rows["return_period_yr"] == return_period_yr]
    out: dict[str, Any] = {"return_period_yr": return_period_yr,
                           "n_outside": int((here["group"] == "outside").sum())}
    for group, least in (("coast", 0.7), ("elsewhere", 0.9)):
        own = here[here["group"] == group]
        if len(own) == 0:
            out[group] = {"n": 0}
            continue
        share, bias = float(own["agrees"].mean()), float((own["ratio"] - 1.0).mean())
        out[group] = {
            "n": len(own), "share_agreeing": share, "mean_bias": bias,
            "bias_m_s": float((own["model_m_s"] - own["code_m_s"]).mean()),
            "rmse_m_s": float(np.sqrt(((own["model_m_s"] - own["code_m_s"]) ** 2).mean())),
            "passes": share >= least and (group != "coast" or abs(bias) <= MEAN_WITHIN)}
    return out
