"""Factors of a site by direction: from the 1-min wind over open water to its own mean and gust."""

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError, Problem
from riskcloud.hazard.typhoon.surface.ground import (
    CELLS_PER_DEG,
    WATER,
    Ground,
    code_z0_m,
    read_ground,
)
from riskcloud.hazard.typhoon.surface.land_cover import LandCover, open_land_cover
from riskcloud.hazard.typhoon.surface.layers import SurfaceLayers
from riskcloud.hazard.typhoon.surface.profile import (
    TERRAINS,
    card,
    check_terrain,
    gust_law,
    marine_mean,
    terrain_mean,
    terrain_z0_m,
    uniform_mean,
    uniform_turbulence,
)
from riskcloud.hazard.typhoon.surface.response import fetch_tables, level_of
from riskcloud.hazard.typhoon.surface.said import layers_used
from riskcloud.kernels.fetch import exposure_factors, gust_factors
from riskcloud.types import Bools, Floats, Ints, SiteExposure
from riskcloud.types.typhoon import N_SECTORS

DEFAULT_HEIGHT_M = 10.0
_M_PER_DEG = 111_195.0  # of latitude, on the mean sphere
_SQUARE_DEG = 5.0  # sites are taken together by squares of this side
_FARTHEST_LAT = 80.0


def site_exposure(lon: Floats, lat: Floats, *, height_m: Floats | float = DEFAULT_HEIGHT_M,
                  terrain: npt.NDArray[np.str_] | None = None,
                  layers: SurfaceLayers | None = None) -> SiteExposure:
    """Factors of sites on the 1-min mean at 10 m over open water, by the wind's direction.

    Parameters
    ----------
    lon, lat : (n_sites,) degrees WGS84, lon in any window of 360 degrees.
    height_m : (n_sites,) or one, of the asset above its ground [m], > 0; NaN: 10 m.
    terrain : (n_sites,) class "A" to "D" of GB 50009 that stands for all directions; "": by the
        ground upwind. None: all of them.
    layers : what the user gave of the ground; None: nothing.

    Returns
    -------
    Factors (n_sites, 12) and what they rest on. The same whatever the order or the company of a
    site.

    Raises
    ------
    InputError : coordinates, heights or terrains out of range; a land cover that cannot be used.

    Source
    ------
    The mean over open water is 0.93 of the 1-min wind (Harper et al. 2010, Table 1.2); it becomes
    the site's own mean by roughness, fetch and height, and the gust is a multiple of that by the
    local turbulence (Table 1.1). See docs/science/surface.md for each stage.
    """
    layers = layers or SurfaceLayers()
    lon, lat, height, coded = _checked(lon, lat, height_m, terrain)
    default = layers.terrain or card()["terrain_limits"]["default"]
    check_terrain(default)
    land_cover = (None if layers.land_cover is None
                  else open_land_cover(layers.land_cover, layers.land_cover_scheme))
    n = len(lon)
    mean, turbulence = np.empty((n, N_SECTORS)), np.empty((n, N_SECTORS))
    described = np.zeros(n, dtype=np.bool_)
    wanted = np.flatnonzero(coded == "")
    for place in _squares(lon, lat, wanted):
        ground = _ground_of(lon[place], lat[place], default, land_cover)
        mean[place], turbulence[place], described[place] = _by_fetch(
            lon[place], lat[place], height[place], ground)
    for name in TERRAINS:
        here = np.flatnonzero(coded == name)
        mean[here] = terrain_mean(height[here], name)[:, None]
        turbulence[here] = uniform_turbulence(height[here], terrain_z0_m(name))[:, None]
    sustained, gust = np.empty_like(mean), np.empty_like(mean)
    law = gust_law()
    gust_factors(mean, turbulence, marine_mean(), law.intensity, law.gust_3s,
                 law.sustained_1min, sustained, gust)
    n_described = int(np.count_nonzero(described[wanted]))
    return SiteExposure(mean_10min=mean, sustained_1min=sustained, gust_3s=gust, layers=layers_used(
        layers, land_cover, default, height_m, n_coded=n - len(wanted), n_described=n_described,
        n_sites=n))


def _checked(lon: Floats, lat: Floats, height_m: Floats | float,
             terrain: npt.NDArray[np.str_] | None,
             ) -> tuple[Floats, Floats, Floats, npt.NDArray[np.str_]]:
    """Return the arguments as arrays (n_sites,), every fault of them raised in one."""
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    height = np.broadcast_to(np.asarray(height_m, dtype=np.float64), lon.shape)
    coded = (np.full(lon.shape, "", dtype="<U1") if terrain is None else np.asarray(terrain))
    if lat.shape != lon.shape or coded.shape != lon.shape or lon.ndim != 1:
        raise InputError("site_exposure: lon, lat, height_m and terrain differ in length")
    problems = [
        *_faults(~(np.isfinite(lon) & (np.abs(lon) <= 540.0)), "lon", lon, "expected degrees"),
        *_faults(~(np.abs(lat) <= _FARTHEST_LAT), "lat", lat, "expected -80 to 80"),
        *_faults(~(np.isnan(height) | ((height > 0.0) & (height <= 1000.0))), "height_m", height,
                 "expected metres above the ground, more than 0 and 1000 at most"),
        *_faults(~np.isin(coded, ["", *TERRAINS]), "terrain", coded,
                 "expected A, B, C or D (GB 50009), or nothing")]
    if problems:
        raise InputError(f"sites: {len(problems)} problem(s)", problems)
    return lon, lat, np.where(np.isnan(height), DEFAULT_HEIGHT_M, height), coded


def _faults(bad: Bools, column: str, values: npt.NDArray[np.generic], remedy: str,
            ) -> list[Problem]:
    """Return a problem for each value that is bad, by its row in a file with a header."""
    return [Problem(int(i) + 2, column, str(values[i]), remedy) for i in np.flatnonzero(bad)]


def _squares(lon: Floats, lat: Floats, wanted: Ints) -> list[Ints]:
    """Return the positions of the wanted sites, square by square of the Earth."""
    if not len(wanted):
        return []
    across = int(360.0 / _SQUARE_DEG)
    right = np.floor(np.mod(lon[wanted] + 180.0, 360.0) / _SQUARE_DEG).astype(np.int64)
    down = np.floor((90.0 - lat[wanted]) / _SQUARE_DEG).astype(np.int64)
    square = down * across + np.minimum(right, across - 1)
    order = np.argsort(square, kind="stable")
    cuts = np.flatnonzero(np.diff(square[order])) + 1
    return list(np.split(wanted[order], cuts))


def _ground_of(lon: Floats, lat: Floats, terrain: str, land_cover: LandCover | None) -> Ground:
    """Return the ground of a square's sites with all that their rays can reach."""
    row, column = _cells(lon, lat)
    reach = fetch_tables().reach_m / _M_PER_DEG * CELLS_PER_DEG + 2.0
    wide = reach / np.cos(np.radians(np.abs(lat).max()))
    top, left = int(np.floor(row.min() - reach)), int(np.floor(column.min() - wide))
    return read_ground(top, left, int(np.ceil(row.max() + reach)) - top,
                       int(np.ceil(column.max() + wide)) - left, terrain=terrain,
                       land_cover=land_cover)


def _cells(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return places in cells from 90 N, 180 W."""
    return (90.0 - lat) * CELLS_PER_DEG, np.mod(lon + 180.0, 360.0) * CELLS_PER_DEG


def _by_fetch(lon: Floats, lat: Floats, height_m: Floats, ground: Ground,
              ) -> tuple[Floats, Floats, Bools]:
    """Return mean (relative to open water), turbulence, and where the land cover knows the site."""
    tables = fetch_tables()
    z0 = code_z0_m()
    log_mean = np.log(uniform_mean(tables.height_m[:, None], z0[None, :]))
    turbulence = uniform_turbulence(tables.height_m[:, None], z0[None, :])
    row, column = _cells(lon, lat)
    row, column = row - ground.row, column - ground.column
    up, right = _rays(tables.middle_m)
    n = len(lon)
    mean_out, turbulence_out = np.empty((n, N_SECTORS)), np.empty((n, N_SECTORS))
    exposure_factors(row, column, 1.0 / np.cos(np.radians(lat)), level_of(height_m), ground.codes,
                     up, right, tables.weight, tables.near, tables.share, log_mean, turbulence,
                     mean_out, turbulence_out)
    known = (np.zeros(n, dtype=np.bool_) if ground.described is None
             else ground.described[row.astype(np.int64), column.astype(np.int64)])
    return mean_out, turbulence_out, known


def _rays(middle_m: Floats) -> tuple[Floats, Floats]:
    """Return the rays' steps in rows (down) and columns at the equator, sector by sector."""
    per_sector = int(card()["rays"]["per_sector"])
    width = 360.0 / N_SECTORS
    within = (np.arange(per_sector) + 0.5) / per_sector * width - width / 2.0
    angle = np.radians((np.arange(N_SECTORS)[:, None] * width + within).ravel())[:, None]
    cells = middle_m[None, :] / _M_PER_DEG * CELLS_PER_DEG
    return -np.cos(angle) * cells, np.sin(angle) * cells


__all__ = ["DEFAULT_HEIGHT_M", "WATER", "site_exposure"]
