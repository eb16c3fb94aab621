"""Hills and islands as GB 50009-2012 has them: factors on the wind pressure."""

from typing import Any, Final

import numpy as np

from riskcloud.catalog import Card, load_card
from riskcloud.errors import InputError
from riskcloud.types import Bools, Floats

CODE: Final = "gb_50009"
"""Card of models/terrain."""


def code_card() -> Card:
    """Return the card of the code's factors."""
    return load_card("terrain", CODE)


def hill_factor(height_m: Floats | float, *, hill_height_m: Floats | float,
                tan_slope: Floats | float, is_peak: Bools | bool = True,
                from_crest: Floats | float = 0.0) -> Floats:
    """Factor of a hill on the wind pressure; its square root is that on the wind speed.

    Parameters
    ----------
    height_m : (...,) height above the ground at the site [m]; counted as 2.5 H where higher.
    hill_height_m : (...,) H, height of the hill or slope above its foot [m]; 0: flat.
    tan_slope : (...,) tangent of its upwind side; counted as 0.3 where steeper.
    is_peak : (...,) a peak (kappa 2.2), else a slope with high ground behind it (1.4).
    from_crest : (...,) where the site is: 0 at the crest, 1 at the foot on its side (or where a
        slope's effect ends behind it), linear between; beyond 1 the factor is 1.

    Returns
    -------
    (...,) factor [-], >= 1. All arguments broadcast.

    Raises
    ------
    InputError : a height, H, slope or distance below 0.

    Source
    ------
    GB 50009-2012, 8.2.2: eta = [1 + kappa tan(alpha) (1 - z/(2.5 H))]^2, figure 8.2.2.
    """
    card = code_card()
    z, height, slope, away = (np.asarray(value, np.float64) for value in (
        height_m, hill_height_m, tan_slope, from_crest))
    for name, value in (("height_m", z), ("hill_height_m", height), ("tan_slope", slope),
                        ("from_crest", away)):
        if np.any(value < 0.0):
            raise InputError(f"hill_factor: {name} must be >= 0, got {np.nanmin(value):g}")
    kappa = np.where(is_peak, card["kappa"]["peak"], card["kappa"]["slope"])
    reach = card["hill"]["height_share"] * height
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(height > 0.0, 1.0 - np.minimum(z / reach, 1.0), 0.0)
    crest = (1.0 + kappa * np.minimum(slope, card["hill"]["largest_tan"]) * share) ** 2
    return np.asarray(1.0 + (crest - 1.0) * np.clip(1.0 - away, 0.0, 1.0))


def island_factor(from_coast_m: Floats | float) -> Floats:
    """Factor on the wind pressure at sea and on islands far from the coast.

    from_coast_m : (...,) distance of the sea or island from the mainland's coast [m], >= 0.
    Returns (...,) factor [-]: 1 to 40 km, 1.1 at 60 km, 1.2 from 100 km on (where the code ends).

    Raises
    ------
    InputError : a distance below 0.

    Source
    ------
    GB 50009-2012, 8.2.3 and table 8.2.3 (beside the height factor of terrain A); linear within
    the table's ranges is ours.
    """
    distance = np.asarray(from_coast_m, np.float64)
    if np.any(distance < 0.0):
        raise InputError(f"island_factor: from_coast_m must be >= 0, got {distance.min():g}")
    table: dict[str, Any] = code_card()["island"]
    return np.asarray(np.interp(distance / 1000.0, table["distance_km"], table["factor"]))
