"""Regions: the drag of a region and its hills on the wind aloft, and so on the wind below it.

Hills are too large to be roughness for the wind at 10 m, whose own surface is the ground around the
site; but their drag slows the wind at the blending height, from which the wind at the site comes
down. So a site on open ground among hills has the profile of open ground under the wind of hills.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from riskcloud.geo.relief import CELLS_PER_DEG as RELIEF_PER_DEG
from riskcloud.geo.relief import highest_step, relief_steps, step_m
from riskcloud.hazard.typhoon.surface.ground import CELLS_PER_DEG, Ground, code_z0_m, terrain_code
from riskcloud.hazard.typhoon.surface.profile import card, uniform_mean
from riskcloud.hazard.typhoon.surface.response import arrived, fetch_tables
from riskcloud.kernels.fetch import WATER
from riskcloud.types import Floats

OPEN_COUNTRY: Final = "B"
"""Terrain of GB 50009 whose region is rougher than its ground around a site."""


def blending_m() -> float:
    """Return the blending height [m] (Wieringa 1986)."""
    return float(card()["hills"]["blending_m"])


def hill_drag(relief_m: Floats | float) -> Floats:
    """Drag of hills by their local relief (...,) [m], as (u*/U)^2 / k^2 at the blending height.

    It is what regions of that relief have beyond plains; 0 on plains, constant above the highest.

    Source
    ------
    Fiedler and Panofsky (1972): effective roughness lengths of plains, low and high mountains; the
    classes by local relief: Hammond (1964). Linear in between, from the upper limit of plains
    (ours).
    """
    said = card()["hills"]
    drag = _drag(np.array(said["z0_m"]))
    return np.asarray(np.interp(relief_m, said["relief_m"], drag - drag[0]))


def effective_z0_m(z0_m: Floats | float, relief_m: Floats | float) -> Floats:
    """Roughness length [m] of land with roughness z0_m (...,) and local relief (...,) [m].

    The drag of the land and that of its hills add up at the blending height.

    Source
    ------
    Mason (1985), Q. J. R. Meteorol. Soc. 111, 399-407; Wood and Mason (1993), ibid. 119, 1233-1267:
    the stress of the surface and that of the pressure on hills add up.
    """
    drag = hill_drag(relief_m) + _drag(z0_m)
    return np.asarray(blending_m() * np.exp(-1.0 / np.sqrt(drag)))


def _drag(z0_m: Floats | float) -> Floats:
    """Return (u*/U)^2 / k^2 at the blending height over roughness lengths (...,) [m]."""
    return np.asarray(1.0 / np.log(blending_m() / np.asarray(z0_m)) ** 2)


@dataclass(frozen=True, slots=True)
class HillTables:
    """What the kernel needs: weight (n_steps,) of a ray's steps, effect by tabulated height."""

    weight: Floats
    effect: Floats


@cache
def hill_tables() -> HillTables:
    """Return weights of a ray's steps, and the effect (n_levels, 256, n_relief).

    The drag of hills is spread over a layer of their own scale: they are felt by the fetch that
    the wind has there (Wood, Brown and Hewer 2001, Q. J. R. Meteorol. Soc. 127, 759-777).

    Open country (terrain B, the default) is open around a site, but its region is roughly open:
    trees, villages and dykes stand between the fields.

    Effects are on the logarithm of the mean, by height of the site, code of the ground and step of
    relief: the mean is that of the same ground without its region times the ratio of both at the
    blending height (at the site's own height above it). The gust stays: what the drag takes from
    the mean goes into eddies of the hills' own size, and a gust is wind from above them that
    comes down (ours; EN 1991-1-4, eq. 4.6, whose fluctuation grows with the region's roughness,
    would take 5 % of the gust where low mountains take 17 % of the mean).
    """
    tables = fetch_tables()
    aloft = np.maximum(tables.height_m, blending_m())
    edges = np.array(card()["rays"]["edges_m"], dtype=np.float64)
    far = np.array([*arrived(edges[1:-1], card()["hills"]["spread_m"]), 1.0])
    weight = np.diff(np.maximum.accumulate(far), prepend=0.0)
    z0 = code_z0_m()
    relief: Floats = np.arange(highest_step() + 1.0) * step_m()
    region = z0.copy()
    region[terrain_code(OPEN_COUNTRY)] = card()["hills"]["region_z0_m"]
    rough = effective_z0_m(region[:, None], relief[None, :])
    slower = np.log(uniform_mean(aloft[:, None, None], rough)
                    / uniform_mean(aloft[:, None, None], z0[:, None]))
    effect = np.array(slower)
    effect[:, WATER] = 0.0
    # exactly nothing where nothing is added
    effect[:, (region == z0)[:, None] & (hill_drag(relief) == 0.0)[None, :]] = 0.0
    return HillTables(weight, effect)


@cache
def level_tables() -> HillTables:
    """Return the same without any effect: every region is as its ground."""
    whole = hill_tables()
    return HillTables(whole.weight, np.zeros_like(whole.effect))


@dataclass(frozen=True, slots=True)
class Hills:
    """Steps of relief (n, m) of a window; place: its cells per cell of the ground, first cell."""

    steps: npt.NDArray[np.uint8]
    place: Floats


def hills_of(ground: Ground) -> Hills:
    """Return the relief under a ground."""
    per_cell = RELIEF_PER_DEG / CELLS_PER_DEG
    top, left = (int(np.floor(first * per_cell)) for first in (ground.row, ground.column))
    n_rows, n_columns = (int(np.ceil(n * per_cell)) + 2 for n in ground.codes.shape)
    return Hills(relief_steps(top, left, n_rows, n_columns), np.array([per_cell, top, left]))
