"""Layers of the offline map as plain lists, ready for JSON: no NaN, no infinity."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskcloud.report.extent import Extent, find_land, near_track
from riskcloud.report.palette import gust_class, load_palette, loss_classes
from riskcloud.report.text import Text
from riskcloud.types import Floats, ForecastResult
from riskcloud.units import HPA, KM

MAX_ALONE = 5000
"""Assets drawn one by one; all others are summed by cell."""
MAX_CELLS = 2500
CELL_DEG = 0.05
"""First cell size tried, doubled until there are at most MAX_CELLS; both are our choice."""
GRID = 1000
"""Steps in a degree in which land is written: 100 m, finer than the source."""


def plain(values: Any, digits: int) -> list[float | None]:
    """Return rounded numbers, None where there is none."""
    array = np.asarray(values, dtype=float)
    finite = np.isfinite(array)
    rounded = np.round(np.where(finite, array, 0.0), digits)
    return [float(value) if ok else None for value, ok in zip(rounded, finite, strict=True)]


def epoch_s(times: Any) -> list[int | None]:
    """Return times as seconds since 1970 UTC, None for NaT."""
    stamps = np.asarray(times).astype("datetime64[s]")
    return [None if missing else int(second) for second, missing
            in zip(stamps.astype(np.int64), np.isnat(stamps), strict=True)]


def land_layer(window: Extent, focus: Extent) -> list[list[int]]:
    """Return rings as integers: lon, lat of the first point, then steps, in 1/GRID degree."""
    rings = []
    for ring in find_land(window, focus.padded(1.0)):
        points = np.round(ring * GRID).astype(np.int64)
        steps = np.diff(points, axis=0, prepend=[[0, 0]])
        moved = np.any(steps != 0, axis=1)
        rings.append(steps[moved].ravel().tolist())
    return rings


MAX_PATHS = 100
"""Drawn tracks shown beside the likeliest; our choice."""


def track_layer(result: ForecastResult, text: Text) -> dict[str, Any]:
    """Return the fixes with wind, pressure and radius of maximum wind; what was filled is named."""
    track = result.track
    filled = {entry.field: entry.mask for entry in track.filled}
    none = np.zeros(len(track), dtype=bool)
    return {
        "lon": plain(track.lon, 3), "lat": plain(track.lat, 3), "time": epoch_s(track.time_utc),
        "wind": plain(track.max_wind_m_s, 1), "pressure": plain(track.central_pressure_pa / HPA, 1),
        "r_max": plain(track.r_max_m / KM, 1),
        "filled": {key: filled.get(name, none).tolist() for key, name in (
            ("wind", "max_wind_m_s"), ("pressure", "central_pressure_pa"), ("r_max", "r_max_m"))},
        "period": text("map.minutes", n=f"{track.wind_averaging_s / 60.0:g}"),
        "drawn": _drawn(result),
    }


def _drawn(result: ForecastResult) -> list[list[list[float]]]:
    """Return the tracks drawn with the forecast's errors, each as points of lat, lon."""
    if len(result.paths) < 2:
        return []
    shown = result.paths[:: -(-len(result.paths) // MAX_PATHS)]
    return [np.round(np.stack([lat, lon], axis=1), 2).tolist() for _, lon, lat in shown]


def pick_alone(losses: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which assets are drawn one by one: the highest expected losses.

    Sums of different currencies are compared by their share of the currency's own total; among
    equal ones (a storm that damages nothing) the stronger gust comes first.
    """
    if len(losses) <= MAX_ALONE:
        return np.ones(len(losses), dtype=bool)
    total = losses.groupby("currency")["mean"].transform("sum").to_numpy()
    share = losses["mean"].to_numpy() / np.where(total > 0.0, total, 1.0)
    order = np.lexsort((-np.nan_to_num(losses["gust_3s_m_s"].to_numpy()), -share))
    alone = np.zeros(len(losses), dtype=bool)
    alone[order[:MAX_ALONE]] = True
    return alone


def asset_layer(result: ForecastResult, losses: pd.DataFrame, currency: str,
                text: Text) -> dict[str, Any]:
    """Return the assets of one currency as columns; repeated words stand once, by position."""
    columns: dict[str, Any] = {
        "lon": plain(near_track(losses["lon"].to_numpy(), result), 5),
        "lat": plain(losses["lat"], 5), "gust": plain(losses["gust_3s_m_s"], 1),
        "time": epoch_s(losses["time_utc"]), "loc": losses["loc_id"].astype(str).tolist()}
    for name, column in (("mean", "mean"), ("low", "q05"), ("high", "q95"),
                         ("gross", "gross_mean"), ("tiv", "tiv")):
        columns[name] = plain(losses[column], 0)
    columns["complete"] = plain(losses["p_complete"], 4)
    columns["place"], columns["places"] = _by_position(_places(losses), "place", text)
    for name, key in (("client", "client_id"), ("branch", "branch"),
                      ("asset_class", "asset_class")):
        columns[name], columns[f"{name}s"] = _by_position(losses[key], key, text)
    bounds = loss_classes(float(losses["mean"].max()) if len(losses) else 0.0)
    return {"currency": currency, "bounds": bounds, **columns}


def _places(losses: pd.DataFrame) -> "pd.Series[str]":
    parts = [losses[name].fillna("").astype(str) for name in ("province", "county")]
    return (parts[0] + " " + parts[1]).str.strip()


def _by_position(values: "pd.Series[Any]", group: str, text: Text) -> tuple[list[int], list[str]]:
    codes, names = pd.factorize(values, use_na_sentinel=False)
    return codes.tolist(), [text.label(group, name) for name in names]


def cell_layer(result: ForecastResult, losses: pd.DataFrame) -> dict[str, Any]:
    """Return the sums of the other assets by cell and currency, and the cell size in degrees."""
    size = CELL_DEG
    lon, lat = near_track(losses["lon"].to_numpy(), result), losses["lat"].to_numpy()
    cells = _sum_cells(losses, lon, lat, size)
    while len(cells) > MAX_CELLS:
        size *= 2.0
        cells = _sum_cells(losses, lon, lat, size)
    return {
        "size": size, "west": plain(cells["x"] * size, 4), "south": plain(cells["y"] * size, 4),
        "currency": cells["currency"].tolist(), "count": cells["count"].tolist(),
        "mean": plain(cells["mean"], 0), "tiv": plain(cells["tiv"], 0),
        "gust": plain(cells["gust"], 1)}


def _sum_cells(losses: pd.DataFrame, lon: Floats, lat: Floats, size: float) -> pd.DataFrame:
    table = pd.DataFrame({
        "x": np.floor(lon / size).astype(np.int64), "y": np.floor(lat / size).astype(np.int64),
        "currency": losses["currency"].to_numpy(), "mean": losses["mean"].to_numpy(),
        "tiv": losses["tiv"].to_numpy(), "gust": losses["gust_3s_m_s"].to_numpy()})
    return table.groupby(["currency", "x", "y"], sort=True).agg(
        count=("mean", "size"), mean=("mean", "sum"), tiv=("tiv", "sum"),
        gust=("gust", "max")).reset_index()


def gust_legend(result: ForecastResult) -> list[dict[str, Any]]:
    """Return the gust classes that occur and those below them, strongest first."""
    palette = load_palette()
    strongest = int(gust_class(result.swath.intensity).max(initial=0))
    legend = [{"from": float(low), "force": force, "colour": colour} for low, force, colour
            in zip(palette.gust_from_m_s, palette.gust_force, palette.gust_colour, strict=True)]
    return legend[:strongest][::-1]
