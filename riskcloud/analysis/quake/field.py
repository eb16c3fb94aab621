"""Shaking at the sites of a book: exact at few, interpolated on fine grids at very many."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.analysis.quake.assets import Assets
from riskcloud.analysis.quake.ground import Ground, Source, default_vs30, ground_at
from riskcloud.analysis.quake.interpolated import interpolated
from riskcloud.hazard.earthquake.site import vs30_of_class
from riskcloud.types import Floats

EXACT_UP_TO: Final = 150_000
"""Sites up to which the models are evaluated at each; ours."""


def site_conditions(assets: Assets) -> tuple[Floats, npt.NDArray[Any], Floats]:
    """Vs30 given (NaN where not) and class ("" where not) of each site, and the Vs30 that holds.

    Raises
    ------
    InputError : a site class that is none of GB 50011.
    """
    location = assets.location_of_site
    given = assets.number["vs30_m_s"][location]
    words = assets.words["site_class"]
    site_class = np.array(words.names, dtype=object)[words.code[location]]
    holds = np.where(np.isfinite(given), given, default_vs30())
    of_class = ~np.isfinite(given) & (site_class != "")
    if of_class.any():
        holds[of_class] = vs30_of_class(site_class[of_class])
    return given, site_class, holds


def shaking_of(source: Source, assets: Assets, weights: Mapping[str, float],
               ) -> tuple[Ground, Floats]:
    """Return the shaking at the sites of assets, and the Vs30 that holds at each (n_sites,)."""
    given, site_class, holds = site_conditions(assets)
    if len(assets.site_lon) > EXACT_UP_TO:
        return interpolated(source, assets.site_lon, assets.site_lat, holds, weights), holds
    ground = ground_at(source, assets.site_lon, assets.site_lat, weights=weights,
                       vs30_m_s=holds, site_class=site_class)
    return ground, holds
