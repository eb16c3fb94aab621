"""Factors of a site by direction: from the 1-min wind over open water to its own mean and gust."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError, Problem
from riskcloud.hazard.typhoon.surface.ground import (
    CELLS_PER_DEG,
    Ground,
    code_z0_m,
    read_ground,
    terrain_code,
)
from riskcloud.hazard.typhoon.surface.hills import (
    HillTables,
    hill_tables,
    hills_of,
    level_tables,
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
from riskcloud.hazard.typhoon.surface.terrain import terrain_factors
from riskcloud.kernels.fetch import WATER, exposure_factors, gust_factors
from riskcloud.types import N_SECTORS, Bools, Floats, Ints, LayerUse, SiteExposure

DEFAULT_HEIGHT_M = 10.0
_M_PER_DEG = 111_195.0  # of latitude, on the mean sphere
_SQUARE_DEG = 5.0  # sites are taken together by squares of this side
_FARTHEST_LAT = 80.0
"""Nearer a pole a site has the ground of this latitude: no tropical cyclone comes there."""


def site_exposure(lon: Floats, lat: Floats, *, height_m: Floats | float = DEFAULT_HEIGHT_M,
                  terrain: npt.NDArray[np.str_] | None = None,
                  layers: SurfaceLayers | None = None,
                  on_land: Bools | bool = False,
                  on_progress: Callable[[int, int], None] = lambda done, total: None,
                  ) -> SiteExposure:
    """Factors of sites on the 1-min mean at 10 m over open water, by the wind's direction.

    Parameters
    ----------
    lon, lat : (n_sites,) degrees WGS84, lon in any window of 360 degrees.
    height_m : (n_sites,) or one, of the asset above its ground [m], > 0; NaN: 10 m.
    terrain : (n_sites,) class "A" to "D" of GB 50009 that stands for all directions; "": by the
        ground upwind. None: all of them.
    layers : what the user gave of the ground; None: nothing.
    on_land : (n_sites,) or one, sites known to stand on ground: where the outline of the coast
        shows water there (an islet, a pier, land won from the sea), their surroundings are those of
        a coastline. False for points that may lie at sea, as those of a map do.
    on_progress : called with sites done and all.

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
    the site's own mean by roughness, fetch, hills upwind and height, and the gust is a multiple of
    that by the local turbulence (Table 1.1). See docs/science/surface.md for each stage.
    """
    layers = layers or SurfaceLayers()
    lon, lat, height, coded = _checked(lon, lat, height_m, terrain)
    grounded = np.broadcast_to(np.asarray(on_land, dtype=np.bool_), lon.shape)
    default = layers.terrain or card()["terrain_limits"]["default"]
    check_terrain(default)
    land_cover = (None if layers.land_cover is None
                  else open_land_cover(layers.land_cover, layers.land_cover_scheme))
    n = len(lon)
    shape = n, N_SECTORS
    out = SiteExposure(np.empty(shape), np.empty(shape), np.empty(shape), np.ones(shape))
    described = np.zeros(n, dtype=np.bool_)
    wanted = np.flatnonzero(coded == "")
    at = np.clip(lat, -_FARTHEST_LAT, _FARTHEST_LAT)
    done = n - len(wanted)
    for place in _squares(lon, at, wanted):
        ground = _ground_of(lon[place], at[place], default, land_cover)
        mean, turbulence, out.land_share[place], region, described[place] = _by_fetch(
            lon[place], at[place], height[place], grounded[place], ground,
            hill_tables() if layers.relief else level_tables(), terrain_code(default))
        _write(out, place, mean, turbulence, region)
        done += len(place)
        on_progress(done, n)
    for name in TERRAINS:
        here = np.flatnonzero(coded == name)
        mean = np.repeat(terrain_mean(height[here], name)[:, None], N_SECTORS, axis=1)
        turbulence = uniform_turbulence(height[here], terrain_z0_m(name))[:, None]
        _write(out, here, mean, np.repeat(turbulence, N_SECTORS, axis=1), np.ones_like(mean))
    elevation = _over_hills(out, lon, lat, height, layers)
    return replace(out, layers=(*layers_used(
        layers, land_cover, default, height_m, lat, n_coded=n - len(wanted),
        n_described=int(np.count_nonzero(described))), elevation))


def _over_hills(out: SiteExposure, lon: Floats, lat: Floats, height_m: Floats,
                layers: SurfaceLayers) -> LayerUse:
    """Multiply the factors by what hills do to mean and gust; return what that rests on.

    The 1-min mean gains as the gust does: by as many m/s as the 10-min mean.
    """
    if not layers.dem:
        nowhere = np.empty(0)
        return terrain_factors(nowhere, nowhere, dem=None, method=layers.hills).layer
    level = out.gust_3s / out.mean_10min
    found = terrain_factors(lon, lat, height_m=height_m, dem=layers.dem, method=layers.hills,
                            gust_factor=level)
    per_mean = out.sustained_1min / out.mean_10min
    fluctuates = found.gust != found.mean  # not so where a code gives one factor for both
    out.sustained_1min[:] *= np.where(fluctuates, 1.0 + (found.mean - 1.0) / per_mean, found.mean)
    out.mean_10min[:] *= found.mean
    out.gust_3s[:] *= found.gust
    return found.layer


def _write(out: SiteExposure, place: Ints, mean: Floats, turbulence: Floats, region: Floats,
           ) -> None:
    """Put the factors of some sites in their rows; ``mean`` is relative to open water at 10 m.

    ``region`` is what the region upwind leaves of the mean. The gust stays (see ``hills``); the
    1-min mean keeps its share of the way from the mean to the gust.
    """
    law = gust_law()
    sustained, gust = np.empty_like(mean), np.empty_like(mean)
    gust_factors(mean, turbulence, marine_mean(), law.intensity, law.gust_3s,
                 law.sustained_1min, sustained, gust)
    slowed = mean * region
    out.mean_10min[place] = slowed
    out.sustained_1min[place] = slowed + (sustained - mean) * (gust - slowed) / (gust - mean)
    out.gust_3s[place] = gust


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
        *_faults(~(np.isfinite(lon) & (np.abs(lon) <= 540.0)), "lon", lon,
                 "expected degrees of longitude"),
        *_faults(~(np.abs(lat) <= 90.0), "lat", lat, "expected -90 to 90"),
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
    """Return the positions of the wanted sites, square by square, neighbours side by side."""
    if not len(wanted):
        return []
    across = int(360.0 / _SQUARE_DEG)
    right = np.floor(np.mod(lon[wanted] + 180.0, 360.0) / _SQUARE_DEG).astype(np.int64)
    down = np.floor((90.0 - lat[wanted]) / _SQUARE_DEG).astype(np.int64)
    square = down * across + np.minimum(right, across - 1)
    near = np.floor(lat[wanted] * 10.0) % 50.0 * 50.0 + np.floor(lon[wanted] * 10.0) % 50.0
    order = np.argsort(square * 2500 + near.astype(np.int64), kind="stable")
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
    """Return places in cells from 90 N, 180 W, one turn of the Earth on: rays stay above 0."""
    return (90.0 - lat) * CELLS_PER_DEG, (np.mod(lon + 180.0, 360.0) + 360.0) * CELLS_PER_DEG


def _by_fetch(lon: Floats, lat: Floats, height_m: Floats, on_land: Bools, ground: Ground,
              aloft: HillTables, land: int,
              ) -> tuple[Floats, Floats, Floats, Floats, Bools]:
    """Return mean (relative to open water), turbulence, land's and region's share, known cover."""
    tables, hills = fetch_tables(), hills_of(ground)
    z0 = code_z0_m()
    log_mean = np.log(uniform_mean(tables.height_m[:, None], z0[None, :]))
    turbulence = uniform_turbulence(tables.height_m[:, None], z0[None, :])
    coastal = 0.5 * (turbulence[:, WATER] + turbulence[:, land])
    row, column = _cells(lon, lat)
    up, right = _rays(tables.middle_m)
    n = len(lon)
    mean, turbulent, of_land, region = (np.empty((n, N_SECTORS)) for _ in range(4))
    exposure_factors(row, column, 1.0 / np.cos(np.radians(lat)), level_of(height_m),
                     on_land, ground.row, ground.column, ground.codes, up, right, tables.weight,
                     tables.near, tables.zone, card()["turbulence"]["zone_share"],
                     tables.share, coastal, log_mean, turbulence, hills.steps, hills.place,
                     aloft.weight, aloft.effect, mean, turbulent, of_land, region)
    known = (np.zeros(n, dtype=np.bool_) if ground.described is None
             else ground.described[row.astype(np.int64) - ground.row,
                                  column.astype(np.int64) - ground.column])
    return mean, turbulent, of_land, region, known


def _rays(middle_m: Floats) -> tuple[Floats, Floats]:
    """Return the rays' steps in rows (down) and columns at the equator, sector by sector."""
    per_sector = int(card()["rays"]["per_sector"])
    width = 360.0 / N_SECTORS
    within = (np.arange(per_sector) + 0.5) / per_sector * width - width / 2.0
    angle = np.radians((np.arange(N_SECTORS)[:, None] * width + within).ravel())[:, None]
    cells = middle_m[None, :] / _M_PER_DEG * CELLS_PER_DEG
    return -np.cos(angle) * cells, np.sin(angle) * cells

