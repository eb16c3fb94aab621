"""Layers of the map of an earthquake as plain lists, and lines that the sketch shares."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskcloud.analysis.quake.run import OriginResult, QuakeResult
from riskcloud.geo.points import nearest_window
from riskcloud.hazard.earthquake.rupture import rupture_plane
from riskcloud.report.map_layers import MAX_ALONE, MAX_CELLS, plain
from riskcloud.report.palette import loss_classes
from riskcloud.report.text import Text
from riskcloud.types import Floats
from riskcloud.units import KM

CELL_DEG = 0.02
"""First cell size tried, doubled until there are at most MAX_CELLS; our choice."""
RING_POINTS = 181


def in_one_frame(result: QuakeResult) -> QuakeResult:
    """Return a result with all longitudes within 180 degrees of the first epicentre's.

    So that what lies across the dateline is drawn beside it, not at the map's other end.
    """
    centre = result.origins[0].source.event.lon
    listed = result.locations
    moved = nearest_window(listed["lon"].to_numpy(np.float64), centre)
    return replace(result, locations=listed.assign(lon=moved), origins=tuple(
        _beside(one, centre) for one in result.origins))


def _beside(one: OriginResult, centre: float) -> OriginResult:
    event, swath = one.source.event, one.felt.swath
    lon = float(nearest_window(np.asarray(event.lon), centre))
    if lon == event.lon:
        return one
    return replace(one, source=replace(one.source, event=replace(event, lon=lon)),
                   felt=replace(one.felt, swath=replace(
                       swath, lon=swath.lon + (lon - event.lon))))


def radius_ring(one: OriginResult, radius_km: float) -> Floats:
    """Return points (n, 2) lon, lat of the geodesic circle around an origin."""
    from pyproj import Geod

    azimuth = np.linspace(0.0, 360.0, RING_POINTS)
    event = one.source.event
    lon, lat, _ = Geod(ellps="WGS84").fwd(np.full(RING_POINTS, event.lon),
                                          np.full(RING_POINTS, event.lat), azimuth,
                                          np.full(RING_POINTS, radius_km * KM))
    return np.stack([nearest_window(np.asarray(lon), event.lon), np.asarray(lat)], axis=1)


def rupture_outline(one: OriginResult) -> Floats | None:
    """Return the surface projection of a rupture as a closed ring (5, 2); None of a point.

    The hypocentre lies at the middle of its length; where the top edge reaches the ground the
    plane is moved down its own slope (hazard.earthquake.rupture).
    """
    from pyproj import Geod

    plane = rupture_plane(one.source.event)
    if plane.is_point:
        return None
    dip = np.radians(plane.dip_deg)
    up = (plane.depth_km - plane.top_depth_km) / max(np.tan(dip), 1e-9)
    down = plane.width_km * np.cos(dip) - up
    half = 0.5 * plane.length_km
    along = np.array([-half, half, half, -half, -half])
    across = np.array([-up, -up, down, down, -up])
    distance = np.hypot(along, across) * KM
    azimuth = plane.strike_deg + np.degrees(np.arctan2(across, along))
    lon, lat, _ = Geod(ellps="WGS84").fwd(np.full(5, plane.lon), np.full(5, plane.lat), azimuth,
                                          distance)
    return np.stack([nearest_window(np.asarray(lon), plane.lon), np.asarray(lat)], axis=1)


def pick_shown(locations: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return which locations are drawn one by one: the highest expected losses."""
    alone = np.zeros(len(locations), bool)
    alone[:MAX_ALONE] = True  # the table is sorted by expected loss
    return alone


def asset_layers(locations: pd.DataFrame, text: Text) -> list[dict[str, Any]]:
    """Return the assets drawn one by one, as columns, by currency."""
    shown = locations[pick_shown(locations)]
    shown = shown[np.isfinite(shown["lon"]) & np.isfinite(shown["lat"])]
    return [_asset_layer(shown[shown["currency"] == currency], str(currency), text)
            for currency in locations["currency"].unique()]


def _asset_layer(part: pd.DataFrame, currency: str, text: Text) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "lon": plain(part["lon"], 5), "lat": plain(part["lat"], 5),
        "loc": part["loc_id"].astype(str).tolist(),
        "policy": part["policy_id"].astype(str).tolist()}
    for name, column, digits in (("tiv", "tiv", 0), ("mean", "expected_loss", 0),
                                 ("high", "loss_q95", 0), ("gross", "gross_loss", 0),
                                 ("distance", "distance_km", 1), ("intensity", "intensity", 1),
                                 ("pga", "pga_g", 3), ("people", "insured_people", 0)):
        columns[name] = plain(part[column], digits)
    columns["inside"] = part["inside"].astype(int).tolist()
    place = (part["province"].astype(str) + " " + part["county"].astype(str)).str.strip()
    for name, values, key in (("client", part["client_id"], "client_id"),
                              ("branch", part["branch"], "branch"),
                              ("asset_class", part["asset_class"], "asset_class"),
                              ("place", place, "place")):
        codes, names = pd.factorize(values, use_na_sentinel=False)
        columns[name] = codes.tolist()
        columns[f"{name}s"] = [text.label(key, word) for word in names]
    bounds = loss_classes(float(np.nanmax(part["expected_loss"].to_numpy(np.float64), initial=0.0)))
    return {"currency": currency, "bounds": bounds, **columns}


def cell_layer(locations: pd.DataFrame) -> dict[str, Any] | None:
    """Return sums of the other locations by cell and currency; None where all are drawn."""
    rest = locations[~pick_shown(locations)]
    rest = rest[np.isfinite(rest["lon"]) & np.isfinite(rest["lat"])]
    if rest.empty:
        return None
    size = CELL_DEG
    cells = _sum_cells(rest, size)
    while len(cells) > MAX_CELLS:
        size *= 2.0
        cells = _sum_cells(rest, size)
    return {"size": size, "west": plain(cells["x"] * size, 4),
            "south": plain(cells["y"] * size, 4), "currency": cells["currency"].tolist(),
            "count": cells["count"].tolist(), "mean": plain(cells["mean"], 0),
            "tiv": plain(cells["tiv"], 0), "intensity": plain(cells["intensity"], 1)}


def _sum_cells(rest: pd.DataFrame, size: float) -> pd.DataFrame:
    table = pd.DataFrame({
        "x": np.floor(rest["lon"].to_numpy() / size).astype(np.int64),
        "y": np.floor(rest["lat"].to_numpy() / size).astype(np.int64),
        "currency": rest["currency"].to_numpy(), "mean": rest["expected_loss"].to_numpy(),
        "tiv": rest["tiv"].to_numpy(), "intensity": rest["intensity"].to_numpy()})
    return table.groupby(["currency", "x", "y"], sort=True).agg(
        count=("mean", "size"), mean=("mean", "sum"), tiv=("tiv", "sum"),
        intensity=("intensity", "max")).reset_index()
