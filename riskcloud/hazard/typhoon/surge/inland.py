"""The level of a surge on the land behind the coast: what it loses on its way."""

import numpy as np

from riskcloud.catalog import Card
from riskcloud.types import Floats
from riskcloud.units import KM


def level_inland(level_m: Floats, distance_m: Floats, card: Card) -> Floats:
    """Return the water level at sites behind the coast [m], (n_sites,).

    Parameters
    ----------
    level_m : (n_sites,) level at the nearest coast, tide included [m]; NaN in, NaN out.
    distance_m : (n_sites,) from that coast [m].
    card : of models/surge.

    Returns
    -------
    (n_sites,) level [m]: it falls by the card's loss over land, never below 0, where the ground of
    a plain begins; a level below 0 stays.

    Source
    ------
    U.S. Army Corps of Engineers (1963), as quoted by Wamsley et al. (2010): 1 m in 14.5 km.
    """
    loss = card["inland"]["loss_m_per_km"] * np.asarray(distance_m) / KM
    return np.asarray(np.where(np.asarray(level_m) > 0.0, np.maximum(level_m - loss, 0.0),
                               level_m))
