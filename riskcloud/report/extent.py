"""What part of the Earth a map of a forecast shows."""

from dataclasses import dataclass

import numpy as np

from riskcloud.geo.coast import land_rings
from riskcloud.geo.points import nearest_window
from riskcloud.types import Floats, ForecastResult

MARGIN_DEG = 0.8
"""Space around the assets; our choice."""
LEAST_SPAN_DEG = 2.5
"""Least width and height, so that a single asset still shows its coast; our choice."""
NEAR_TRACK_DEG = 2.0
"""Fixes this close to the assets' box belong into the view; our choice, about 200 km."""


@dataclass(frozen=True, slots=True)
class Extent:
    """A window in degrees; longitudes in the track's own turn (they may pass 180)."""

    west: float
    south: float
    east: float
    north: float

    def padded(self, by: float) -> "Extent":
        """Return a window larger by so many degrees, no further than Mercator maps go."""
        return Extent(self.west - by, max(self.south - by, -85.0),
                      self.east + by, min(self.north + by, 85.0))


def near_track(lon: Floats, result: ForecastResult) -> Floats:
    """Return longitudes moved by whole turns to where the track counts them."""
    return nearest_window(np.asarray(lon, dtype=float), float(np.mean(result.track.lon)))


def box(lon: Floats, lat: Floats) -> Extent:
    """Return the window around points."""
    return Extent(float(np.min(lon)), float(np.min(lat)), float(np.max(lon)), float(np.max(lat)))


def find_focus(result: ForecastResult) -> Extent:
    """Return the window of interest: the assets hit (else all), the storm where it is near them.

    Without any asset it is the track's. The fix nearest to the assets is always in it.
    """
    track = result.track
    losses = result.losses
    known = losses[np.isfinite(losses["lon"]) & np.isfinite(losses["lat"])]
    hit = known[known["mean"] > 0.0]
    shown = hit if len(hit) else known
    if len(shown) == 0:
        return box(track.lon, track.lat).padded(MARGIN_DEG)
    lon, lat = near_track(shown["lon"].to_numpy(), result), shown["lat"].to_numpy()
    area = box(lon, lat)
    across = np.maximum(np.maximum(area.west - track.lon, track.lon - area.east), 0.0)
    along = np.maximum(np.maximum(area.south - track.lat, track.lat - area.north), 0.0)
    away = np.hypot(across, along)
    near = away <= max(NEAR_TRACK_DEG, float(away.min()))
    both = box(np.concatenate([[area.west, area.east], track.lon[near]]),
               np.concatenate([[area.south, area.north], track.lat[near]]))
    return _at_least(both.padded(MARGIN_DEG))


def _at_least(area: Extent) -> Extent:
    wide = max(LEAST_SPAN_DEG - (area.east - area.west), 0.0) / 2
    high = max(LEAST_SPAN_DEG - (area.north - area.south), 0.0) / 2
    return Extent(area.west - wide, area.south - high, area.east + wide, area.north + high)


def find_land(window: Extent, detailed: Extent, *, thin: int = 8) -> list[Floats]:
    """Return the rings of land of a window, whole where ``detailed``, else every ``thin``-th point.

    Each ring is (n, 2) lon, lat.
    """
    rings = []
    for ring in land_rings(window.west, window.south, window.east, window.north):
        near = ((ring[:, 0] >= detailed.west) & (ring[:, 0] <= detailed.east)
                & (ring[:, 1] >= detailed.south) & (ring[:, 1] <= detailed.north))
        keep = near | (np.arange(len(ring)) % thin == 0)
        keep |= ((ring[:, 0] <= window.west) | (ring[:, 0] >= window.east)
                 | (ring[:, 1] <= window.south) | (ring[:, 1] >= window.north))  # the cut's corners
        keep[-1] = True
        if keep.sum() >= 4:
            rings.append(ring[keep])
    return rings
