"""How fast the wind over a new surface takes on what it would be there for ever.

A step of the ground at distance x upwind lets an internal boundary layer grow to a height h at the
site. F(x, z) is the part of the change, in the logarithm of the mean wind at height z, that
has arrived: 0 at the step, 1 far downwind. Steps add up by F, so that each piece of the fetch has
the weight F(its far end) - F(its near end), and weights sum to 1: equilibrium is kept, and a
rougher piece can only lower the wind.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from riskcloud.hazard.typhoon.surface.profile import card, sea_z0_m, uniform_mean
from riskcloud.types import Floats

_PER_DECADE_OF_E = 28 / np.log(10.0)
"""Heights tabulated a unit of ln z: 28 from 1 to 10 m, so that 10 m is one of them."""


def layer_height_m(distance_m: Floats, z0_m: float) -> Floats:
    """Height of the internal boundary layer [m] at (...,) distances >= 0 [m] from a step.

    z0_m : the rougher of the two surfaces' roughness lengths [m].

    Source
    ------
    Troen and Petersen (1989): (h / z0)(ln(h / z0) - 1) = 0.9 x / z0, solved by Newton's method.
    """
    target = card()["internal_layer"]["growth"] * np.asarray(distance_m, dtype=np.float64) / z0_m
    ratio = np.maximum(target, 4.0)
    for _ in range(40):
        ratio = np.maximum((target + ratio) / np.log(ratio), np.e)
    return np.asarray(ratio * z0_m)


def stepped_mean(distance_m: Floats, height_m: float, *, from_z0_m: float,
                 to_z0_m: float) -> Floats:
    """Mean wind at (...,) distances [m] behind one step, as a share of that at 10 m over water.

    Source
    ------
    Troen and Petersen (1989): friction velocities by u2/u1 = ln(h/z01)/ln(h/z02); the profile of
    the new surface below 0.09 h, of the old one above 0.3 h, linear in ln z between.
    """
    said = card()["internal_layer"]
    height = layer_height_m(distance_m, max(from_z0_m, to_z0_m))
    old = float(uniform_mean(height_m, from_z0_m))
    friction = old / np.log(height_m / from_z0_m)  # u1 / k of the oncoming wind
    inner, outer = said["inner_share"] * height, said["outer_share"] * height
    slower = friction * np.log(height / from_z0_m) / np.log(height / to_z0_m)
    with np.errstate(divide="ignore", invalid="ignore"):
        at_inner = slower * np.log(inner / to_z0_m)
        at_outer = friction * np.log(outer / from_z0_m)
        blended = at_inner + (at_outer - at_inner) * np.log(height_m / inner) / np.log(
            said["outer_share"] / said["inner_share"])
        new = slower * np.log(height_m / to_z0_m)
    return np.where(height_m >= outer, old, np.where(height_m <= inner, new, blended))


def arrived(distance_m: Floats, height_m: float) -> Floats:
    """Return F: the part (...,) of a step's change that has arrived at a height [m], 0 to 1.

    It is computed for the coast (open water to the default land) and used for every step, both
    ways: :func:`stepped_mean` of other pairs gives the same within 0.1 beyond a kilometre.
    """
    land, sea = card()["internal_layer"]["land_z0_m"], sea_z0_m()
    law = card()["friction"]
    height = float(np.clip(height_m, 2.0, law["highest_m"]))
    start, end = uniform_mean(height, sea), uniform_mean(height, land)
    there = stepped_mean(distance_m, height, from_z0_m=sea, to_z0_m=land)
    return np.asarray(np.clip(np.log(there / start) / np.log(end / start), 0.0, 1.0))


def local_share(height_m: float) -> float:
    """Return the share of turbulence that the surface around the site has at a height [m].

    All of the card's share where the inner layer of that surface reaches the height, none where
    even its outer part does not.
    """
    said, layer = card()["turbulence"], card()["internal_layer"]
    height = float(layer_height_m(np.array(said["local_radius_m"]), layer["land_z0_m"]))
    inside = (np.log(layer["outer_share"] * height / height_m)
              / np.log(layer["outer_share"] / layer["inner_share"]))
    return float(said["local_share"] * np.clip(inside, 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class FetchTables:
    """What the kernel needs of the response: by tabulated height and step along a ray.

    height_m (n_levels,), weight (n_levels, n_steps), near (n_steps,), zone (n_steps,), share
    (n_levels,), middle_m (n_steps,) of the steps.
    """

    height_m: Floats
    weight: Floats
    near: Floats
    zone: Floats
    share: Floats
    middle_m: Floats

    @property
    def reach_m(self) -> float:
        """Return the distance of the farthest step's middle [m]."""
        return float(self.middle_m[-1])


@cache
def fetch_tables() -> FetchTables:
    """Return the tables of all heights and steps."""
    edges = np.array(card()["rays"]["edges_m"], dtype=np.float64)
    highest = card()["friction"]["highest_m"]
    n_up = int(np.ceil(np.log(highest / 10.0) * _PER_DECADE_OF_E)) + 1
    height = 10.0 * np.exp(np.arange(-28, n_up + 1) / _PER_DECADE_OF_E)
    far = np.array([[*arrived(edges[1:-1], z), 1.0] for z in height])
    weight = np.diff(np.maximum.accumulate(far, axis=1), axis=1, prepend=0.0)
    said = card()["turbulence"]
    near = np.diff(np.clip(edges, said["local_from_m"], said["local_radius_m"]))
    zone = np.diff(np.log(np.clip(edges, said["zone_from_m"], said["zone_to_m"])))
    return FetchTables(height, weight, near / near.sum(), zone / zone.sum(),
                       np.array([local_share(z) for z in height]), 0.5 * (edges[:-1] + edges[1:]))


def level_of(height_m: Floats) -> Floats:
    """Return the place (...,) of heights [m] among the tabulated ones; beyond them, the end."""
    place = np.log(np.asarray(height_m) / 10.0) * _PER_DECADE_OF_E + 28.0
    last = len(fetch_tables().height_m) - 1
    top = np.log(card()["friction"]["highest_m"] / 10.0) * _PER_DECADE_OF_E + 28.0
    return np.asarray(np.clip(place, 0.0, min(top, last)))
