"""Intensity of an earthquake on a grid: for the map, and the area of each degree."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from riskcloud.analysis.quake.ground import Source, ground_at, intensity_weights
from riskcloud.hazard.earthquake.grid import MODEL as SHAKEMAP
from riskcloud.hazard.earthquake.rupture import source_distances
from riskcloud.types import Floats, Swath
from riskcloud.units import EARTH_RADIUS_M, KM

CELLS_ACROSS: Final = 420
"""Cells of a side. Ours: 0.7 km at a reach of 150 km."""
LEAST_DEGREE, MOST_DEGREE = 5, 11


@dataclass(frozen=True, slots=True)
class Felt:
    """Intensity on a grid, and areas.

    swath: measure ``intensity``, of the model for intensity (``quake_ground.intensity_weights``).
    area_km2: degree -> area with at least it, of the swath; by_model: the same for each model
    alone; of_mean: of the mean of the models by weight. cell_km: side of a cell.
    """

    swath: Swath
    area_km2: Mapping[int, float]
    by_model: Mapping[str, Mapping[int, float]]
    of_mean: Mapping[int, float]
    cell_km: float


def draw_felt(source: Source, weights: Mapping[str, float], reach_km: float) -> Felt:
    """Return the intensity at the default site on a square around the epicentre.

    Areas are of cells on a sphere; one that fills the square is a lower bound. A ShakeMap is its
    own model.
    """
    event = source.event
    half_lat = np.degrees(reach_km * KM / EARTH_RADIUS_M)
    half_lon = min(half_lat / max(np.cos(np.radians(event.lat)), 0.05), 170.0)
    lon = event.lon + half_lon * np.linspace(-1.0, 1.0, CELLS_ACROSS)
    lat = np.linspace(max(event.lat - half_lat, -89.0), min(event.lat + half_lat, 89.0),
                      CELLS_ACROSS)
    grid_lon, grid_lat = (part.ravel() for part in np.meshgrid(lon, lat))
    turned = (grid_lon + 180.0) % 360.0 - 180.0
    area = (np.radians(lon[1] - lon[0]) * np.radians(lat[1] - lat[0])
            * np.cos(np.radians(grid_lat)) * (EARTH_RADIUS_M / KM) ** 2)
    if source.grid is not None:
        weights = {SHAKEMAP: 1.0}
    by_model, shown = {}, intensity_weights(weights)
    mean, drawn = np.zeros((2, grid_lon.size))
    distances = source_distances(event, turned, grid_lat)
    for name, weight in weights.items():
        one = ground_at(source, turned, grid_lat, weights={name: 1.0},
                        distances=distances).intensity
        by_model[name] = _areas(one, area)
        mean += weight * one
        drawn += shown[name] * one
    swath = Swath(lon, lat, drawn.reshape(len(lat), len(lon)), "intensity", "1")
    return Felt(swath, _areas(drawn, area), by_model, _areas(mean, area),
                2.0 * reach_km / (CELLS_ACROSS - 1))


def _areas(intensity: Floats, area: Floats) -> dict[int, float]:
    return {degree: float(area[intensity >= degree - 0.5].sum())
            for degree in range(LEAST_DEGREE, MOST_DEGREE + 1)
            if (intensity >= degree - 0.5).any()}
