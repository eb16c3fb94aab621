"""How strong a storm is on another track than its own: land, place, and what is left of both.

The strength of a displaced storm starts from its parent's and differs by the land that either has
crossed, by the strength of storms where it is now, and by a random factor.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from riskcloud.catalog import Card, load_card
from riskcloud.geo.raster import is_land
from riskcloud.hazard.typhoon.climate.cleaning import STEP_H
from riskcloud.hazard.typhoon.climate.intensity import LEAST_HPA, load_intensity
from riskcloud.hazard.typhoon.climate.local_strength import LocalStrength, last_at_sea
from riskcloud.hazard.typhoon.land_decay import with_land_exposure
from riskcloud.kernels.landhours import land_hours
from riskcloud.types import Bools, Floats
from riskcloud.units import HPA

CELLS_PER_DEG: Final = 30
"""Cells of the land grid (ours): every other of the mask that ships, 3.7 km."""
LOOKS: Final = 12
"""Looks at the land in each step of six hours (ours): every 10 km at 20 km/h."""
MODEL: Final = "wp"
WEAKEST_HPA: Final = 2.0
"""Below it the wind of a deficit is that of this one (ours): no storm any more."""
REFERENCE_LAT: Final = 20.0
REFERENCE_M_S: Final = 5.0
"""Latitude and speed at which a deficit is turned to a wind and back for the decay (ours)."""


@dataclass(frozen=True, slots=True)
class LandWeights:
    """How much an hour over each cell counts [per cent]: (n_lat, n_lon) uint8 from west, south."""

    west: float
    south: float
    weight: npt.NDArray[np.uint8]

    def hours(self, lon: Floats, lat: Floats) -> Floats:
        """Return weighted hours over land since the first fix of six-hourly tracks (..., n)."""
        tracks = [np.ascontiguousarray(np.atleast_2d(part), np.float64) for part in (lon, lat)]
        out = np.empty(tracks[0].shape)
        land_hours(*tracks, float(STEP_H), LOOKS, self.weight, self.west, self.south,
                   float(CELLS_PER_DEG), out)
        return out.reshape(lon.shape)

    def is_land(self, lon: Floats, lat: Floats) -> Bools:
        """Return whether points (...,) are over land."""
        x = np.floor((lon - self.west) * CELLS_PER_DEG).astype(np.int64)
        y = np.floor((lat - self.south) * CELLS_PER_DEG).astype(np.int64)
        n_lat, n_lon = self.weight.shape
        inside = (x >= 0) & (x < n_lon) & (y >= 0) & (y < n_lat)
        found = self.weight[np.where(inside, y, 0), np.where(inside, x, 0)] > 0
        return np.asarray(inside & found)


def land_weights(west: float, south: float, east: float, north: float, model: str = MODEL,
                 ) -> LandWeights:
    """Return the land of a window [degrees] with the weights of a card of models/storm_resampling.

    Longitudes 0 to 360 or beyond it, as the tracks have them. Raises NotFoundError: no such card.
    """
    west, south = float(np.floor(west)), float(max(np.floor(south), -90.0))
    n_lon = int(np.ceil(east) - west) * CELLS_PER_DEG
    n_lat = int(min(np.ceil(north), 90.0) - south) * CELLS_PER_DEG
    lon = west + (np.arange(n_lon) + 0.5) / CELLS_PER_DEG
    lat = south + (np.arange(n_lat) + 0.5) / CELLS_PER_DEG
    weight = np.where(is_land(lon[None, :], lat[:, None]), 100, 0).astype(np.uint8)
    for island in load_card("storm_resampling", model)["island"]:
        x0, y0, x1, y1 = island["box"]
        inside = ((np.mod(lon, 360.0) >= x0) & (np.mod(lon, 360.0) <= x1))[None, :] & (
            (lat >= y0) & (lat <= y1))[:, None]
        weight[inside & (weight > 0)] = round(100.0 * island["weight"])
    return LandWeights(west, south, weight)


@dataclass(frozen=True, slots=True)
class Parent:
    """One historical storm near the area, six-hourly: arrays (n_fixes,).

    ``deficit_pa`` has no gap; ``limit_pa`` is the deficit that storms of these latitudes do not
    pass, ``environment_pa`` the pressure around.
    """

    sid: str
    season: int
    lon: Floats
    lat: Floats
    deficit_pa: Floats
    limit_pa: Floats
    environment_pa: float


@dataclass(frozen=True, slots=True)
class Smoothing:
    """Widths of the resampling: see models/storm_resampling."""

    displacement_m: float
    displacement_scale_h: float
    ln_deficit: float
    ln_deficit_scale_h: float
    mean_ln_deficit_hpa: float
    shrinkage: float
    memory_h: float


def load_smoothing(model: str = MODEL) -> Smoothing:
    """Return the widths of a card of models/storm_resampling. Raises NotFoundError."""
    card: Card = load_card("storm_resampling", model)
    position, own = card["position"], card["strength"]
    ratio = own["ln_deficit"] / own["sample_ln_deficit"]
    return Smoothing(
        displacement_m=float(position["displacement_m"]),
        displacement_scale_h=float(position["scale_h"]), ln_deficit=float(own["ln_deficit"]),
        ln_deficit_scale_h=float(own["scale_h"]),
        mean_ln_deficit_hpa=float(own["mean_ln_deficit_hpa"]),
        shrinkage=float(np.sqrt(1.0 + ratio**2)), memory_h=float(own["memory_h"]))


NO_SMOOTHING: Final = Smoothing(0.0, 1.0, 0.0, 1.0, 0.0, 1.0, np.inf)
"""Widths that leave every storm as it was."""


def displaced_ln_deficit(parent: Parent, lon: Floats, lat: Floats, noise: Floats, *,
                         land: LandWeights, local: LocalStrength, smoothing: Smoothing) -> Floats:
    """Return ln of the deficit [ln hPa] of a parent's storm on other tracks.

    Parameters
    ----------
    parent : of n_fixes.
    lon, lat : (n_tracks, n_fixes) the other tracks, at the parent's times.
    noise : (n_tracks, n_fixes) standard normal, correlated along each track.
    land, local, smoothing : what it rests on.

    Notes
    -----
    More land than the parent has crossed goes on with the decay, less gives back what it lost
    (:func:`land_decay.with_land_exposure`). While both are at sea that difference fades with
    ``memory_h``. The place counts by the difference of ``local`` between both, that of the last
    fix at sea where a storm is over land. Then the random factor, drawn in (shrinkage).
    """
    wind = decaying_wind_m_s(parent.deficit_pa / HPA)
    exposed = with_land_exposure(wind, land.hours(lon, lat), land.hours(parent.lon, parent.lat))
    own = np.log(np.maximum(parent.deficit_pa / HPA, LEAST_HPA))
    by_land = _ln_deficit_of(exposed) - _ln_deficit_of(wind)
    ashore, parent_ashore = land.is_land(lon, lat), land.is_land(parent.lon, parent.lat)
    by_land = _fading(by_land, ~ashore & ~parent_ashore, smoothing.memory_h)
    by_place = (last_at_sea(local.at(lon, lat), ashore)
                - last_at_sea(local.at(parent.lon, parent.lat), parent_ashore))
    middle = smoothing.mean_ln_deficit_hpa
    value = own + by_land + by_place
    return np.asarray(middle + (value - middle + smoothing.ln_deficit * noise)
                      / smoothing.shrinkage)


def decaying_wind_m_s(deficit_hpa: Floats) -> Floats:
    """Median 1-min wind of deficits [m/s], whatever the motion: the decay over land acts on it."""
    model = load_intensity().wind
    deficit = np.maximum(deficit_hpa, WEAKEST_HPA)
    return model.median_m_s(deficit, np.full(deficit.shape, REFERENCE_LAT),
                            np.full(deficit.shape, REFERENCE_M_S))


def _ln_deficit_of(wind_m_s: Floats) -> Floats:
    """Return ln deficit [ln hPa] of :func:`decaying_wind_m_s`, its inverse."""
    deficits = np.geomspace(WEAKEST_HPA, 200.0, 400)
    table = np.log(decaying_wind_m_s(deficits))
    return np.asarray(np.interp(np.log(wind_m_s), table, np.log(deficits)))


def _fading(difference: Floats, fades: Bools, memory_h: float) -> Floats:
    """Return a difference (..., n) that fades over the steps that end where ``fades``."""
    left = np.where(fades, np.exp(-STEP_H / memory_h), 1.0)
    result = np.array(difference, np.float64)
    for k in range(1, result.shape[-1]):
        change = difference[..., k] - difference[..., k - 1]
        result[..., k] = result[..., k - 1] * left[..., k] + change
    return result
