"""The storm's gusts on a grid around the assets, for the map."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from riskcloud.geo.points import nearest_window
from riskcloud.hazard.typhoon.field import maximum_wind
from riskcloud.hazard.typhoon.sectors import with_land
from riskcloud.hazard.typhoon.surface import SurfaceLayers, site_exposure
from riskcloud.types import Floats, Sites, Swath, Track

CELLS_ACROSS = 320
"""Cells along the longer side: finer than a screen's pixels at the first zoom. Our choice."""
MARGIN_DEG = 6.5
"""Space around the assets, so that the storm's own extent shows. Our choice."""
LARGEST_DEG = 40.0
"""Widest part of a world that one picture shows. Our choice."""


def draw_swath(track: Track, weights: Mapping[str, float], losses: pd.DataFrame,
               layers: SurfaceLayers | None = None) -> Swath:
    """Mean 3-s gust over the models on a grid that holds the assets and some margin.

    The window is that of the assets near the storm (within 1,000 km or so); when none is, it is
    the track's own.
    """
    lon, lat = _axes(track, losses)
    grid_lon, grid_lat = (values.ravel() for values in np.meshgrid(lon, lat))
    sites = Sites(np.arange(grid_lon.size), grid_lon, grid_lat)
    exposure = site_exposure(grid_lon, np.clip(grid_lat, -80.0, 80.0), layers=layers)
    factors = with_land(exposure, "gust_3s")
    gust = sum(weight * maximum_wind(track, sites, model=name, factors=factors).speed_m_s
               for name, weight in weights.items())
    gust = np.where(gust > 0.0, gust, np.nan)
    return Swath(lon, lat, gust.reshape(len(lat), len(lon)), "gust_3s", "m/s")


def _axes(track: Track, losses: pd.DataFrame) -> tuple[Floats, Floats]:
    lon = nearest_window(losses["lon"].to_numpy(np.float64), float(np.mean(track.lon)))
    lat = losses["lat"].to_numpy(np.float64)
    reached = losses["gust_3s_m_s"].to_numpy() > 0.0
    if not reached.any():
        lon, lat = track.lon, track.lat
        reached = np.ones(len(lon), bool)
    west, east = lon[reached].min() - MARGIN_DEG, lon[reached].max() + MARGIN_DEG
    south = max(lat[reached].min() - MARGIN_DEG, -85.0)
    north = min(lat[reached].max() + MARGIN_DEG, 85.0)
    east, north = min(east, west + LARGEST_DEG), min(north, south + LARGEST_DEG)
    step = max(east - west, north - south) / CELLS_ACROSS
    return np.arange(west, east, step), np.arange(south, north, step)
