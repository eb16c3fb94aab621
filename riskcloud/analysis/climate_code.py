"""The wind of an event set beside the basic wind of a design code, station by station."""

import csv
import io
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
from riskcloud.hazard.source_file import Faults, decoded, read_bytes
from riskcloud.types import Bools, EventSet, Floats, Sites
from riskcloud.units import KM

PERIODS: Final = (10, 50, 100)
COAST_KM, STRONG_KPA = 100.0, 0.45
WITHIN, MEAN_WITHIN, ABOVE = 0.15, 0.07, 0.10
"""What agreement is: of one station, of the mean of all, and how far above elsewhere."""
STATIONS: Final = "gb50009_2012"
MOST_BYTES: Final = 20_000_000
SPANS: Final = {"lon": (-360.0, 360.0), "lat": (-90.0, 90.0)}
W0_KPA: Final = (0.05, 5.0)
"""Basic wind pressures believed (ours): 9 to 89 m/s; beyond stand Pa or kgf/m2."""
_SEARCH_DEG = 4.0
"""Coast looked for around a station; a station farther from the sea has NaN."""


@dataclass(frozen=True, slots=True)
class CodeStations:
    """Stations of a code's table: name, region, place, w0 [kPa] (n, periods); left_out by name,
    rejected: rows with a fault.
    """

    name: list[str]
    region: list[str]
    sites: Sites
    w0_kpa: Floats
    left_out: tuple[str, ...]
    rejected: tuple[Problem, ...] = ()


def read_code(path: Path, *, skip_bad: bool = False) -> CodeStations:
    """Return the stations of a table of basic wind pressures.

    path : CSV (UTF-8 or GB18030) with station, w0_R10_kPa, w0_R50_kPa, w0_R100_kPa, lon, lat (or
        approx_lon, approx_lat) and a column of the region; a station without coordinates takes
        those of models/code_stations, else is left out. skip_bad : leave faulty rows out, named.

    Raises
    ------
    InputError : no such file, columns that miss, cells that are no number in range, a station that
        stands twice: all at once (with ``skip_bad`` only where no row is left).
    """
    table, numbers, faults = _read(path)
    columns = _columns(path, table)
    islands = {row["name"]: row
               for row in load_card("code_stations", STATIONS).rows("stations.csv")}
    left_out, rows, seen = [], list[dict[str, Any]](), dict[str, int]()
    for number, row in zip(numbers, table.to_dict("records"), strict=True):
        name = row[columns["station"]].strip()
        region = row[columns["region"]].strip() if "region" in columns else ""
        place = islands.get(name, {"lon": row[columns["lon"]], "lat": row[columns["lat"]]})
        if not (place["lon"].strip() and place["lat"].strip()):
            left_out.append(name)
            continue
        before = len(faults.found)
        cells = {"lon": place["lon"], "lat": place["lat"],
                 **{f"w0_{p}": row[columns[f"w0_{p}"]] for p in PERIODS}}
        values = {key: _number(cell, number, columns[key], key, faults)
                  for key, cell in cells.items()}
        first = seen.setdefault(f"{region}/{name}", number)
        if first != number:
            faults.add([number], columns["station"], [name],
                       f"stands in row {first} already: keep one of them")
        if len(faults.found) == before:
            rows.append({"name": name, "region": region, **values})
    if faults.found and not (skip_bad and rows):
        faults.stop()
    if not rows:
        raise InputError(f"{path}: no station with a place")
    found = pd.DataFrame(rows)
    return CodeStations(
        found["name"].tolist(), found["region"].tolist(),
        Sites(found["name"].to_numpy(), found["lon"].to_numpy(np.float64),
              found["lat"].to_numpy(np.float64)),
        found[[f"w0_{p}" for p in PERIODS]].to_numpy(np.float64), tuple(left_out),
        tuple(faults.found))


def _read(path: Path) -> tuple[pd.DataFrame, list[int], Faults]:
    """Return the table as text, where its rows stand, and rows of another length."""
    raw = read_bytes(path, max_bytes=MOST_BYTES, what="table of stations",
                     remedy="give the stations alone")
    reader = csv.reader(io.StringIO(decoded(raw), newline=""))
    lines = [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    faults, head = Faults(path), [cell.strip() for cell in lines[0][1]]
    whole = [(number, cells) for number, cells in lines[1:] if len(cells) == len(head)]
    for number, cells in lines[1:]:
        if len(cells) != len(head):
            faults.add([number], "", [",".join(cells)[:80]],
                       f"{len(cells)} cells, expected {len(head)}")
    return (pd.DataFrame([cells for _, cells in whole], columns=head, dtype=str),
            [number for number, _ in whole], faults)


def _number(cell: str, row: int, column: str, key: str, faults: Faults) -> float:
    low, high = SPANS.get(key, W0_KPA)
    try:
        value = float(cell)
    except ValueError:
        faults.add([row], column, [cell], "expected a number")
        return np.nan
    if not low <= value <= high:
        faults.add([row], column, [cell], f"expected {low:g} to {high:g}")
    return value


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
    rule, not more than 10 % above it; NA outside. A site without typhoon winds has 0.
    """
    periods = tuple(float(p) for p in PERIODS if p <= events.years)
    if not periods:
        raise InputError(f"an event set of {events.years:g} years is too short: a code has winds "
                         f"of {PERIODS[0]} years and more")
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
            "agrees": _agrees(ratio, coast, found.outside)}))
    return pd.concat(parts, ignore_index=True)


def _agrees(ratio: Floats, coast: Bools, outside: Bools) -> pd.arrays.BooleanArray:
    """Tell which stations agree (n,); NA where there is nothing to compare."""
    return pd.arrays.BooleanArray(
        np.where(coast, np.abs(ratio - 1.0) <= WITHIN, ratio <= 1.0 + ABOVE), outside.copy())


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
