"""What hills do to the wind at sites, by the direction it comes from: factors on mean and gust."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from riskcloud.catalog import Card, load_card
from riskcloud.errors import InputError, NotFoundError
from riskcloud.geo.elevation import Elevation, covers, open_elevation
from riskcloud.geo.elevation_windows import Around, around_sites
from riskcloud.hazard.typhoon.averaging import gust_factor as harper_gust_factor
from riskcloud.hazard.typhoon.surface.hill_code import CODE, code_card, hill_factor, island_factor
from riskcloud.kernels import terrain as kernel
from riskcloud.types import N_SECTORS, Bools, Floats, LayerUse

__all__ = ["METHODS", "TerrainFactors", "hill_factor", "island_factor", "terrain_factors"]

METHODS: Final = ("linear", CODE)
"""Cards of models/terrain: linear theory (the default), and the code's hill factor."""


@dataclass(frozen=True, slots=True)
class TerrainFactors:
    """Factors of the terrain on the wind over level ground, (n_sites, N_SECTORS), > 0.

    Column k belongs to a wind from 30 k degrees clockwise from north. Where no elevation is known
    they are 1. ``known`` (n_sites,) whether it is. ``layer`` says what they rest on.
    """

    mean: Floats
    gust: Floats
    known: Bools
    layer: LayerUse


def terrain_factors(lon: Floats, lat: Floats, *, height_m: Floats | float = 10.0,
                    dem: Elevation | Sequence[Path | str] | None, method: str = "linear",
                    gust_factor: Floats | float | None = None,
                    on_progress: Callable[[int, int], None] = lambda done, total: None,
                    ) -> TerrainFactors:
    """Speed-up of mean and gust by hills, for winds from each of 12 directions.

    Parameters
    ----------
    lon, lat : (n_sites,) degrees WGS84, any order, longitudes in any window.
    height_m : (n_sites,) or one: height above the ground [m], > 0.
    dem : of ``geo.elevation.open_elevation``, or its files and folders; None or none of them:
        level ground, factors of exactly 1.
    method : "linear": linear theory; "gb_50009": the code's hill factor, the hill taken from the
        elevation along the line of the wind.
    gust_factor : (n_sites, N_SECTORS), or what broadcasts to it: gust over mean on level ground;
        None: 3-s gust over the 10-min mean in-land (Harper et al. 2010).
    on_progress : called with sites done and all.

    Returns
    -------
    TerrainFactors. Where cells are too coarse to show hills no speed-up is computed, and the layer
    says so (``coarsest_cell_m`` of models/terrain/linear).

    Raises
    ------
    InputError : heights that are not positive, elevations that are none. NotFoundError : an
        unknown method.

    Source
    ------
    docs/science/terrain.md; numbers: models/terrain/linear and models/terrain/gb_50009. The linear
    theory's gust: the fluctuation of the wind stays what it is on level ground, so that the gust
    gains what the mean gains in m/s (National Building Code of Canada, commentary on wind: Cg* =
    1 + (Cg - 1)/(1 + dS), seen second-hand). The code's factor applies to mean and gust alike.
    """
    if method not in METHODS:
        raise NotFoundError(f"no terrain method {method!r}; known: {', '.join(METHODS)}")
    lon, lat = (np.ascontiguousarray(axis, np.float64) for axis in (lon, lat))
    height = np.ascontiguousarray(np.broadcast_to(np.asarray(height_m, np.float64), lon.shape))
    if not np.all(height > 0.0):
        raise InputError("terrain_factors: heights must be > 0 m")
    card = load_card("terrain", "linear")
    mean = np.ones((len(lon), N_SECTORS))
    known = np.zeros(len(lon), bool)
    if not isinstance(dem, Elevation):
        dem = open_elevation(dem) if dem else None
    if dem is None:
        return TerrainFactors(mean, mean.copy(), known, LayerUse(
            "elevation", False, f"models/terrain/{method}", "level ground: no elevation given"))
    fine = dem.finer_than(card["coarsest_cell_m"])
    compute = _linear if method == "linear" else _by_code
    reach = _reach_m(card, method)
    done = 0
    cells = []
    for around in around_sites(fine, lon, lat, reach_m=reach,
                               smoothed_below_m=card["smoothed_below_m"]):
        found = compute(around, height[around.site], card)
        have = ~np.isnan(found[:, 0])
        mean[around.site[have]] = found[have]
        known[around.site[have]] = True
        cells.append(around.cell_m)
        done += len(around.site)
        on_progress(done, len(lon))
    gust = mean.copy()
    if method == "linear":
        factor = (harper_gust_factor(3, 600, "in_land") if gust_factor is None
                  else np.asarray(gust_factor, np.float64))
        gust = 1.0 + (mean - 1.0) / np.maximum(factor, 1.0)
    within = any(covers(tile, lon, lat).any() for tile in fine.tiles)
    return TerrainFactors(mean, gust, known, _layer(dem, fine, known, within, cells, card))


def _reach_m(card: Card, method: str) -> float:
    return float(card["outermost_m"] if method == "linear"
                 else code_card()["from_elevation"]["reach_m"])


def _linear(around: Around, height_m: Floats, card: Card) -> Floats:
    """Factors (k, N_SECTORS) by linear theory, held within the card's bounds."""
    radius, n_within = rings(around.cell_m, card)
    scale = np.maximum(radius, radius[n_within])
    roughness = card["roughness_m"]
    middle = scale / np.sqrt(np.log(scale / roughness))
    inner = card["inner_factor"] * roughness * (scale / roughness) ** card["inner_exponent"]
    n = card["azimuths"]
    out = np.empty((len(height_m), N_SECTORS))
    kernel.linear_speed_up(
        around.window, around.u, around.v, around.jacobian, height_m, radius, middle, inner,
        roughness, n_within, 2.0 * np.pi * np.arange(n) / n, out)
    return np.asarray(1.0 + np.clip(out, card["smallest"], card["largest"]))


def rings(cell_m: float, card: Card) -> tuple[Floats, int]:
    """Return radii of the polar grid [m], and how many lie within the innermost looked at."""
    factor, n_within = card["ring_factor"], 20
    inner = card["innermost_cells"] * cell_m
    n_out = int(np.floor(np.log(card["outermost_m"] / inner) / np.log(factor)))
    return inner * factor ** np.arange(-n_within, n_out + 1.0), n_within


def _by_code(around: Around, height_m: Floats, card: Card) -> Floats:
    """Factors (k, N_SECTORS) of GB 50009 from the hill on each line through the sites."""
    rule = code_card()["from_elevation"]
    step = max(rule["step_m"], around.cell_m)
    found = np.empty((len(height_m), N_SECTORS, kernel.N_HILL))
    kernel.hills(around.window, around.u, around.v, around.jacobian, step,
                 int(rule["reach_m"] / step), rule["dip_m"], rule["edge_share"], found)
    hill = np.moveaxis(found, 2, 0)
    tall = hill[kernel.HEIGHT] >= rule["lowest_m"]
    to_crest = hill[kernel.TO_CREST]
    length = np.where(to_crest >= 0.0, hill[kernel.UPWIND], hill[kernel.DOWNWIND])
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.where(tall & (length > 0.0), np.abs(to_crest) / length, 1.0)
    pressure = hill_factor(
        height_m[:, None], hill_height_m=np.where(tall, hill[kernel.HEIGHT], 0.0),
        tan_slope=np.where(tall, hill[kernel.SLOPE], 0.0),
        is_peak=hill[kernel.IS_RIDGE] > 0.0, from_crest=away)
    return np.where(np.isnan(hill[kernel.HEIGHT]), np.nan, np.sqrt(pressure))


def _layer(dem: Elevation, fine: Elevation, known: Bools, within: bool, cells: list[float],
           card: Card) -> LayerUse:
    """Say what the factors rest on; ``within`` whether a tile covers any site."""
    if not fine.tiles:
        return LayerUse("elevation", False, dem.source, (
            f"cells of {min(tile.cell_m for tile in dem.tiles):.0f} m are too coarse for slopes "
            f"(at most {card['coarsest_cell_m']:.0f} m): level ground taken"))
    if not known.any():
        return LayerUse("elevation", False, dem.source, (
            "the elevation has no value around any site: level ground taken" if within
            else "no site within the elevation: level ground taken"))
    size = f"cells of {min(cells):.0f} m" if max(cells) - min(cells) < 1.0 else (
        f"cells between {min(cells):.0f} and {max(cells):.0f} m")
    missing = int((~known).sum())
    words = [size] if not missing else [f"{size}; {missing} site(s) outside: level ground taken"]
    return LayerUse("elevation", True, dem.source, "; ".join([*words, *dem.notes]))
