"""A uniform surface: its mean wind with height, its turbulence, its gusts; and the sea's drag."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from riskcloud.catalog import Card, load_card
from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.averaging import gust_factor, mean_10min
from riskcloud.types import Floats

TERRAINS = ("A", "B", "C", "D")
"""Classes of ground roughness of GB 50009-2012, 8.2.1."""


def card() -> Card:
    """Return the card that holds this package's numbers."""
    return load_card("surface", "default")


@cache
def sea_z0_m() -> float:
    """Return the roughness length of open water in a strong wind [m].

    Source
    ------
    Large and Pond (1981) up to the drag that Powell et al. (2003) and Donelan et al. (2004) found
    to be its limit; the roughness follows from C_d = (k / ln(10 / z0))^2.
    """
    sea = card()["sea"]
    drag = min(sea["drag_intercept"] + sea["drag_slope_per_m_s"] * sea["reference_wind_m_s"],
               sea["largest_drag"])
    return float(10.0 * np.exp(-sea["von_karman"] / np.sqrt(drag)))


def drag_limits_m_s() -> tuple[float, float]:
    """Return the 1-min winds from which the sea's drag is largest, and below which smallest."""
    sea = card()["sea"]
    limit = (sea["largest_drag"] - sea["drag_intercept"]) / sea["drag_slope_per_m_s"]
    return limit / marine_mean(), sea["smooth_wind_m_s"] / marine_mean()


@cache
def loss_per_m_s() -> float:
    """Return the share that land's factors lose for each m/s of 1-min wind below the drag's limit.

    The sea's drag falls with the wind, so that under the same wind aloft a weaker wind at 10 m over
    the sea is a larger part of it, and the wind over any land is less of that: by this, straight in
    the wind between 11 m/s and the limit (10-min means; within 0.3 %).

    Source
    ------
    Drag: as :func:`sea_z0_m`, constant below 11 m/s (Large and Pond 1981); wind aloft: as
    :func:`uniform_mean`.
    """
    sea, law = card()["sea"], card()["friction"]
    limit, lowest = drag_limits_m_s()
    means = marine_mean() * np.array([lowest, limit])
    drag = sea["drag_intercept"] + sea["drag_slope_per_m_s"] * means
    z0 = 10.0 * np.exp(-sea["von_karman"] / np.sqrt(drag))
    at_sea = (z0 / law["reference_z0_m"]) ** law["exponent"] * np.log(10.0 / z0)
    return float((1.0 - at_sea[1] / at_sea[0]) / (limit - lowest))


def held_height_m(height_m: Floats | float, z0_m: Floats | float) -> Floats:
    """Return the height within the law's limits over a surface [m] (EN 1991-1-4, table 4.1)."""
    law = card()["friction"]
    lowest = np.interp(np.log(z0_m), np.log(law["z0_m"]), law["lowest_m"])
    return np.asarray(np.clip(height_m, lowest, law["highest_m"]))


def uniform_mean(height_m: Floats | float, z0_m: Floats | float) -> Floats:
    """Mean wind over a uniform surface as a share of that at 10 m over open water [-].

    Parameters
    ----------
    height_m : (...,) above the ground [m], > 0; held within the law's limits.
    z0_m : (...,) roughness length [m], > 0; broadcasts.

    Source
    ------
    EN 1991-1-4:2005, eq. 4.3 to 4.5, both surfaces under the same wind aloft.
    """
    law = card()["friction"]
    sea = sea_z0_m()

    def speed(z: Floats | float, z0: Floats | float) -> Any:
        return (z0 / law["reference_z0_m"]) ** law["exponent"] * np.log(z / z0)

    return np.asarray(speed(held_height_m(height_m, z0_m), np.asarray(z0_m, dtype=np.float64))
                      / speed(10.0, sea))


def uniform_turbulence(height_m: Floats | float, z0_m: Floats | float) -> Floats:
    """Turbulence intensity over a uniform surface [-]; arguments as :func:`uniform_mean`.

    Source
    ------
    EN 1991-1-4:2005, eq. 4.7 in height, I ln(z / z0) being constant; at 10 m stretched so that
    open water and "roughly open" land have the intensities of Harper et al. (2010).
    """
    said = card()["turbulence"]
    at_sea, in_land = said["intensity"][0], said["intensity"][-1]
    z0 = np.asarray(z0_m, dtype=np.float64)
    at_10m = 1.0 / np.log(10.0 / z0)
    calm, rough = 1.0 / np.log(10.0 / np.array([sea_z0_m(), said["in_land_z0_m"]]))
    stretched = np.where(at_10m > rough, in_land + at_10m - rough,
                         at_sea + (at_10m - calm) * (in_land - at_sea) / (rough - calm))
    floor = at_sea * at_10m / calm  # smoother than the sea: in proportion
    stretched = np.where(at_10m < calm, floor, stretched)
    return np.asarray(stretched * np.log(10.0 / z0) / np.log(held_height_m(height_m, z0) / z0))


@dataclass(frozen=True, slots=True)
class GustLaw:
    """Ratios to the 10-min mean by turbulence intensity: straight between, and beyond the last."""

    intensity: Floats
    gust_3s: Floats
    sustained_1min: Floats


@cache
def gust_law() -> GustLaw:
    """Return Harper's gust factors as a function of the turbulence intensity of his exposures.

    Source
    ------
    Harper et al. (2010), Table 1.1: 3 s and 60 s within 600 s; at sea Table 1.2 for 60 s (0.93),
    so that the 1-min wind over open water comes back as it was. Without turbulence: 1.
    """
    said = card()["turbulence"]
    classes = said["exposure"]
    one_minute = [gust_factor(60, 600, exposure) for exposure in classes]
    one_minute[0] = 1.0 / marine_mean()
    return GustLaw(intensity=np.array([0.0, *said["intensity"]]),
                   gust_3s=np.array([1.0, *(gust_factor(3, 600, one) for one in classes)]),
                   sustained_1min=np.array([1.0, *one_minute]))


def straight(x: Floats, at: Floats, value: Floats) -> Floats:
    """Return the broken line through (at, value), its ends continued straight."""
    k = np.clip(np.searchsorted(at, x) - 1, 0, len(at) - 2)
    return np.asarray(value[k] + (x - at[k]) * (value[k + 1] - value[k]) / (at[k + 1] - at[k]))


def marine_mean() -> float:
    """Return the 10-min mean as a share of the 1-min mean, both at 10 m over open water."""
    return float(mean_10min(np.array(1.0), 60.0, "at_sea"))


@cache
def terrain_z0_m(terrain: str) -> float:
    """Return the roughness length [m] whose mean wind at 10 m is that of a class of GB 50009.

    Found by halving; B is the reference of :func:`uniform_mean`. Raises InputError: no such class.
    """
    check_terrain(terrain)
    law = card()["friction"]
    wanted = (np.sqrt(card()["terrain"][terrain]["pressure_10m"])
              * uniform_mean(10.0, law["reference_z0_m"]))
    low, high = 1e-4, law["roughest_z0_m"]
    for _ in range(60):
        middle = np.sqrt(low * high)
        low, high = (middle, high) if uniform_mean(10.0, middle) > wanted else (low, middle)
    return float(low)


def terrain_mean(height_m: Floats, terrain: str) -> Floats:
    """Mean wind over a coded terrain as a share of that at 10 m over open water [-].

    height_m (...,) above the ground [m]; constant above the class's gradient height.

    Source
    ------
    GB 50009-2012, 8.2.1 (pressures: the root gives speeds), B being EN 1991-1-4's z0 = 0.05 m.
    """
    check_terrain(terrain)
    said = card()["terrain"][terrain]
    height = np.clip(height_m, card()["terrain_limits"]["lowest_m"], said["gradient_m"])
    open_country = uniform_mean(10.0, card()["friction"]["reference_z0_m"])
    return np.asarray(open_country * np.sqrt(said["pressure_10m"])
                      * (height / 10.0) ** said["exponent"])


def check_terrain(terrain: str) -> None:
    """Raise InputError unless a terrain is one of the standard's classes."""
    if terrain not in TERRAINS:
        raise InputError(f"terrain {terrain!r}: expected one of A, B, C, D (GB 50009)")
