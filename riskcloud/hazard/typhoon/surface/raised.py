"""Ground that rises from the sea: what a site's own elevation says where no model of it does."""

from dataclasses import replace
from typing import Final

import numpy as np

from riskcloud.geo.raster import is_land
from riskcloud.hazard.typhoon.surface.profile import sea_z0_m, uniform_mean
from riskcloud.types import N_SECTORS, Floats, SiteExposure

REACH_M: Final = 20_000.0
"""Fetch over which water upwind counts: where Harper et al. (2010) let "at sea" begin."""
_STEPS: Final = 40
_RAYS: Final = 5
_M_PER_DEG: Final = 111_195.0


def raise_ground(exposure: SiteExposure, lon: Floats, lat: Floats, *, height_m: Floats,
                 ground_m: Floats, ground_mean: Floats | None = None) -> SiteExposure:
    """Return the factors of sites whose ground stands above the sea upwind of it.

    Without an elevation model nothing is known of hills upwind; but where the wind comes over
    water, the surface there lies at sea level and the site's ground is a hill above it. The mean
    there is at least that of the undisturbed wind at the same height above the sea (a hill speeds
    it up further: left out); over land upwind nothing is changed; between, by the share of water.

    Parameters
    ----------
    exposure : of the sites on level ground.
    lon, lat : (n_sites,) degrees.
    height_m : (n_sites,) above the ground [m], > 0.
    ground_m : (n_sites,) elevation of the ground above sea level [m]; NaN or less than 0: level.
    ground_mean : (n_sites, N_SECTORS) factors of the 10-min mean without the drag of the region,
        which wind over water does not meet; None: those of ``exposure``.

    Returns
    -------
    SiteExposure. The fluctuation of the wind stays, so gusts gain what the mean gains in m/s.

    Source
    ------
    Mean over open water by height: EN 1991-1-4:2005, eq. 4.3 (``uniform_mean``). That a hill's wind
    is not below the free wind at its height, and the share, are ours; gusts over hills: as
    ``terrain_factors``.
    """
    ground = np.where(ground_m > 0.0, ground_m, 0.0)
    z0 = sea_z0_m()
    gain = uniform_mean(height_m + ground, z0) / uniform_mean(height_m, z0) - 1.0
    mean = exposure.mean_10min if ground_mean is None else ground_mean
    rise = mean * gain[:, None] * water_share(lon, lat)
    return replace(exposure, mean_10min=exposure.mean_10min + rise,
                   sustained_1min=exposure.sustained_1min + rise,
                   gust_3s=exposure.gust_3s + rise)


def water_share(lon: Floats, lat: Floats) -> Floats:
    """Share of water within ``REACH_M`` upwind, (n_sites, N_SECTORS), by the shipped land mask.

    lon, lat : (n_sites,) degrees. Each sector is the mean of five rays over its width.
    """
    width = 360.0 / N_SECTORS
    within = (np.arange(_RAYS) / (_RAYS - 1) - 0.5) * width
    angle = np.radians(np.arange(N_SECTORS)[:, None] * width + within).ravel()
    out = (np.arange(_STEPS) + 0.5) / _STEPS * REACH_M / _M_PER_DEG
    north = lat[:, None, None] + out * np.cos(angle)[:, None]
    shrink = np.maximum(np.cos(np.radians(lat)), 0.05)[:, None, None]
    east = lon[:, None, None] + out * np.sin(angle)[:, None] / shrink
    water = 1.0 - is_land(east, np.clip(north, -90.0, 90.0)).mean(axis=2)
    return np.asarray(water.reshape(len(lon), N_SECTORS, _RAYS).mean(axis=2))
