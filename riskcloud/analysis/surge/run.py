"""A storm surge over a book: water at the coast and the locations, losses, a table, a summary."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from riskcloud.analysis.event import describe_track, iso
from riskcloud.analysis.flood.losses import flood_exposure
from riskcloud.analysis.flood.run import FloodResult, flood
from riskcloud.analysis.surge.coast import WATER, SurgeRequest, Water, water_of
from riskcloud.analysis.surge.ground import ground_of
from riskcloud.catalog import list_cards, load_card
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.hazard.flood.depth import SiteDepths
from riskcloud.hazard.typhoon.field import at_hours
from riskcloud.hazard.typhoon.surge import coast_within, surge_card
from riskcloud.hazard.typhoon.surge.shelf import inner_water_m
from riskcloud.hazard.typhoon.surge.storm import OnProgress, coast_surge
from riskcloud.kernels import surge as kernel
from riskcloud.types import Floats, Track

MOST_COAST: Final = 1500
"""Points of the coast that are computed and drawn beside those of the locations; ours."""
ROOM_DEG: Final = 0.3
"""Coast shown around the locations; ours."""
MOST_PLACES: Final = 20
WATER_ALONE = ("losses of water alone, by curves whose cards say that they include flood and no "
               "wind; wind curves fitted to whole losses (their cards say surge: {names}) already "
               "hold part of them and must not be added")


@dataclass(frozen=True, slots=True)
class SurgeResult:
    """What a surge means for a book; every output is written from this.

    ``coast``: points of the coast around the locations (lon, lat, level_m, surge_m and its parts,
    time_utc); empty where a raster was given. ``table``: one row a location.
    """

    track: Track
    request: SurgeRequest
    water: Water
    flood: FloodResult
    coast: pd.DataFrame
    table: pd.DataFrame
    summary: Mapping[str, Any]
    manifest: Mapping[str, Any] = field(default_factory=dict)


def surge(portfolio: Portfolio, track: Track, request: SurgeRequest, facts: Mapping[str, Any], *,
          on_progress: OnProgress | None = None) -> SurgeResult:
    """Return what the surge of a storm means for a portfolio.

    facts : of the portfolio, for the summary: source, n_locations, n_rejected.

    Raises
    ------
    InputError : no location; a raster, tide or track that cannot be used.
    """
    exposure = flood_exposure(portfolio)
    ground = ground_of(portfolio, request.dem)
    lon, lat = (np.asarray(axis, np.float64) for axis in (exposure.lon, exposure.lat))
    water = water_of(track, lon, lat, ground, request, on_progress=on_progress)
    notes = (*water.notes, WATER_ALONE.format(names=_wind_with_surge()))
    depths = SiteDepths((), water.depth_m[:, None], _status(water), water.layer, notes)
    found = flood(exposure, depths, facts)
    coast = _coast(track, lon, lat, request) if water.coast is not None else pd.DataFrame()
    table = _table(found.table, water)
    summary = {**found.summary, "event": describe_track(track), **_summary(water, coast, request)}
    manifest = {**found.manifest, "cards": [*found.manifest["cards"], *water.cards]}
    return SurgeResult(track, request, water, found, coast, table, summary, manifest)


def _status(water: Water) -> Any:
    """Return the status of each depth as a raster's sample has it: 0 known, 1 no value."""
    return np.isnan(water.depth_m).astype(np.uint8)[:, None]


def _wind_with_surge() -> str:
    names = [name for name in list_cards("vulnerability")
             if "surge" in load_card("vulnerability", name).get("includes", ())]
    return ", ".join(dict.fromkeys(name.split("_")[0] for name in names))


def _coast(track: Track, lon: Floats, lat: Floats, request: SurgeRequest) -> pd.DataFrame:
    """Return the peak at the coast around the locations."""
    coast = coast_within(float(lon.min()) - ROOM_DEG, float(lat.min()) - ROOM_DEG,
                         float(lon.max()) + ROOM_DEG, float(lat.max()) + ROOM_DEG, most=MOST_COAST)
    found = coast_surge(track, coast, surge_card(), tide_m=request.tide_m,
                        wind_model=request.wind_model)
    total = found[:, kernel.TOTAL]
    return pd.DataFrame({
        "lon": coast.lon, "lat": coast.lat,
        "level_m": request.tide_m + request.datum_shift_m + total, "surge_m": total,
        "pressure_m": found[:, kernel.PRESSURE], "wind_m": found[:, kernel.WIND],
        "current_m": found[:, kernel.CURRENT],
        "inner_water_km": inner_water_m(coast.point) / 1e3,
        "time_utc": at_hours(track, found[:, kernel.HOUR])})


def _table(table: pd.DataFrame, water: Water) -> pd.DataFrame:
    out = table.copy()
    out["water"], out["level_m"], out["ground_m"] = water.said, water.level_m, water.ground_m
    if water.coast is not None:
        one = water.coast
        for name, values in (("surge_m", one.surge_m), ("pressure_m", one.pressure_m),
                             ("wind_m", one.wind_m), ("current_m", one.current_m),
                             ("time_utc", one.time_utc), ("coast_km", one.distance_m / 1e3),
                             ("inner_water_km", one.inner_m / 1e3)):
            out[name] = values
    return out


def _summary(water: Water, coast: pd.DataFrame, request: SurgeRequest) -> dict[str, Any]:
    """Return what the summary says of the water, beside what it says of a flood."""
    counts = {name: int((water.said == name).sum()) for name in WATER}
    raised = coast[coast["surge_m"] > 0.0] if len(coast) else coast
    places = (raised.nlargest(MOST_PLACES, "surge_m") if len(raised) else raised).to_dict("records")
    for row in places:
        row["time_utc"] = iso(np.datetime64(row["time_utc"], "s"))
    found = water.coast
    return {"tide_m": request.tide_m, "datum_shift_m": request.datum_shift_m,
            "wind_model": request.wind_model, "water": counts,
            "highest_surge_m": None if found is None else _largest(found.surge_m),
            "highest_level_m": _largest(water.level_m), "coast": places}


def _largest(values: Floats) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.max()) if len(known) else None
