"""The level of a surge on the land behind the coast: what it loses, and what holds it back."""

from typing import Final

import numpy as np

from riskcloud.catalog import Card
from riskcloud.geo.elevation import Elevation, sample_elevation
from riskcloud.types import Floats
from riskcloud.units import KM

LOOKS: Final = 100
"""Looks at the ground along a line to the coast: all cells wider than a hundredth of it. As many
for every site, so that none hangs on which others there are. Ours."""
LOOKS_AT_ONCE: Final = 1_000_000


def level_inland(level_m: Floats, distance_m: Floats, card: Card) -> Floats:
    """Return the water level at sites behind the coast [m], (n_sites,).

    Parameters
    ----------
    level_m : (n_sites,) level at the nearest coast, tide included [m]; NaN in, NaN out.
    distance_m : (n_sites,) from that coast [m].
    card : of models/surge.

    Returns
    -------
    (n_sites,) level [m]: it falls by the card's loss over land, but not below 0 where it began
    above; a level below 0 stays.

    Source
    ------
    U.S. Army Corps of Engineers (1963), as quoted by Wamsley et al. (2010): 1 m in 14.5 km.
    """
    loss = card["inland"]["loss_m_per_km"] * np.asarray(distance_m) / KM
    return np.asarray(np.where(np.asarray(level_m) > 0.0, np.maximum(level_m - loss, 0.0),
                               level_m))


def sill_m(elevation: Elevation, lon: Floats, lat: Floats, coast_lon: Floats, coast_lat: Floats,
           distance_m: Floats, card: Card) -> Floats:
    """Return the least level at the coast with which water comes straight to sites [m], (n_sites,).

    A site is cut off where the ground on the straight line to its coast stands above the water's
    level there (``level_inland``). Water that comes round is missed, and so is a gap narrower than
    the cells: a screen. Ground without a value holds nothing back: -inf where none has one.

    Parameters
    ----------
    elevation : of ``geo.elevation``.
    lon, lat, coast_lon, coast_lat : (n_sites,) degrees WGS84.
    distance_m : (n_sites,) from the coast [m].

    Raises
    ------
    InputError : values that are no elevations.
    """
    out = np.full(len(lon), -np.inf)
    share = (np.arange(LOOKS) + 0.5) / LOOKS  # from the coast
    turned = np.mod(lon - coast_lon + 180.0, 360.0) - 180.0
    loss = card["inland"]["loss_m_per_km"] * np.asarray(distance_m)[:, None] / KM * share
    rows = LOOKS_AT_ONCE // LOOKS
    for first in range(0, len(lon), rows):
        here = slice(first, first + rows)
        x = coast_lon[here, None] + share * turned[here, None]
        y = coast_lat[here, None] + share * (lat[here] - coast_lat[here])[:, None]
        ground = sample_elevation(elevation, x.ravel(), y.ravel()).reshape(x.shape)
        # the level inland does not fall below 0: ground below that is always reached
        needed = np.where(ground > 0.0, ground + loss[here], ground)
        out[here] = np.fmax.reduce(needed, axis=1, initial=-np.inf)
    return out
