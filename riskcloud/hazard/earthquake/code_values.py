"""What the design code says of a place's ground motion: GB 50011-2010, Appendix A."""

from functools import cache
from typing import Final

import numpy as np

from riskcloud.catalog import load_card
from riskcloud.geo.geocode.reverse import reverse
from riskcloud.types import Floats, PlaceLayer

MODEL: Final = "gb50011_2010"
"""Card of models/code_seismic."""
CODE_PERIOD: Final = 475.0
"""Return period of the code's basic ground motion [years]: 10 % in 50 years."""


def code_pga(lon: Floats, lat: Floats) -> Floats:
    """Return the code's design PGA at site class II [g], (n_sites,); NaN where it has none.

    That of the county of the nearest known point (``geo.geocode.reverse``), or of the whole city
    that holds it.

    Source
    ------
    GB 50011-2010, Appendix A; see models/code_seismic/gb50011_2010/card.toml.
    """
    table = code_table()
    most_m = 1e3 * float(load_card("code_seismic", MODEL)["most_km"])
    out = np.full(len(lon), np.nan)
    for i, county in enumerate(reverse(lon, lat)):
        if county.distance_m <= most_m:
            code = county.adcode
            out[i] = table.get(code, table.get(code[:2] + "0000", np.nan))
    return out


def code_layer() -> PlaceLayer:
    """Return what the coded values rest on."""
    card = load_card("code_seismic", MODEL)
    return PlaceLayer("code", f"models/code_seismic/{MODEL}: {card['title']}", "county",
                      str(card["date"]))


@cache
def code_table() -> dict[str, float]:
    """Return the design PGA [g] by the code of the county or city."""
    return {row["adcode"]: float(row["pga_g"])
            for row in load_card("code_seismic", MODEL).rows("pga.csv")}
