"""How deep rain water stands at locations, by how much it rains: a screen of an elevation model.

The depressions of a terrain are filled for a few amounts of rain; what lies between is straight.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from riskcloud.geo.elevation import open_elevation
from riskcloud.geo.overlay.sample import OK, sample_points
from riskcloud.types import Floats

STEPS_MM: Final = (25.0, 50.0, 100.0, 150.0, 200.0, 300.0, 400.0, 600.0, 900.0, 1200.0)
"""Amounts of rain that depressions are filled for; beyond the last it counts as the last. Ours."""
BEYOND = "rain water's depth is not known at {n} location(s): outside the elevation given"

COARSE = ("rain is told in mm and makes no loss: cells of {cell} m of the elevation given are too "
          "coarse for hollows in a town (30 m or finer, at most {most} m)")


@dataclass(frozen=True, slots=True)
class RainDepth:
    """Depth (n_locations, n_steps + 1) [m] at no rain and at ``STEPS_MM``; NaN unknown.

    No column: the terrain is too coarse for a depth.
    """

    depth_m: Floats
    notes: tuple[str, ...]

    def at(self, here: slice, rain_mm: Floats) -> Floats:
        """Return the depth (n, k) [m] of rains (n, k) [mm] at the locations ``here``."""
        steps = np.array([0.0, *STEPS_MM])
        own = self.depth_m[here]
        place = np.clip(np.searchsorted(steps, rain_mm) - 1, 0, len(steps) - 2)
        share = np.clip((rain_mm - steps[place]) / np.diff(steps)[place], 0.0, 1.0)
        low = np.take_along_axis(own, place, axis=1)
        high = np.take_along_axis(own, place + 1, axis=1)
        return np.asarray(low + share * (high - low))


def rain_depth(dem: Sequence[Path], lon: Floats, lat: Floats,
               on_share: Callable[[float], None] = lambda share: None) -> RainDepth | None:
    """Return how deep rain stands at locations; None where no terrain is given.

    Parameters
    ----------
    dem : files or folders of elevation of one lattice (``hazard.flood.ground``). One that is too
        coarse for hollows, yet serves wind and surge, is told and gives no depth.
    lon, lat : (n,) degrees WGS84.
    on_share : called with the share that is done.

    Raises
    ------
    InputError : a terrain that the screen refuses, with its remedy.
    """
    if not dem:
        return None
    from riskcloud.hazard.flood.ground import COARSEST_M, read_ground
    from riskcloud.hazard.flood.pluvial import pluvial_depth

    finest = min(tile.cell_m for tile in open_elevation(dem).tiles)
    if finest > COARSEST_M:
        return RainDepth(np.empty((len(lon), 0)),
                         (COARSE.format(cell=f"{finest:.0f}", most=f"{COARSEST_M:.0f}"),))
    ground = read_ground(dem, around=(lon, lat))
    depth = np.zeros((len(lon), len(STEPS_MM) + 1))
    notes: tuple[str, ...] = ()
    for k, rain_mm in enumerate(STEPS_MM):
        found = pluvial_depth(ground, rain_mm)
        sampled = sample_points(found.layer, lon, lat)
        depth[:, k + 1] = np.where(sampled.status[:, 0] == OK, sampled.value[:, 0], np.nan)
        notes = found.notes
        on_share((k + 1) / len(STEPS_MM))
    depth[np.isnan(depth[:, -1]), 0] = np.nan
    unknown = int(np.isnan(depth[:, -1]).sum())
    return RainDepth(depth, (*notes, *([BEYOND.format(n=unknown)] if unknown else [])))
