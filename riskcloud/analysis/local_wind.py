"""What wind each curve wants at each site: over water, or local, by the direction it comes from.

Each measure has a maximum of its own in time, since its factors differ by direction; it is computed
where a curve takes it. Curves hold at 10 m, but the ratio of the gust to the design gust: both are
taken at the structure's height.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskcloud.analysis.ground import Rows, exposure_rows
from riskcloud.exposure.spans import AssetSites
from riskcloud.hazard.typhoon.surface import SurfaceLayers, site_exposure
from riskcloud.types import Bools, CurveArrays, Floats, Ints, LayerUse
from riskcloud.vulnerability.design import gust_factor
from riskcloud.vulnerability.library import sets_with

GUST, MARINE, RATIO, AT_HEIGHT = "gust_3s", "marine_1min", "gust_ratio", "gust_3s_at_height"
STANDARD_M = 10.0
"""Height of the wind that curves take."""
LOWEST_M, HIGHEST_M = 1.0, 1000.0
"""Range of a structure's height; values beyond count as its ends (ours)."""


@dataclass(frozen=True, slots=True)
class Base:
    """A wind that measures rest on.

    rows (n_sites, N_SECTORS) on the 1-min wind over water, None for that wind itself; wanted
    (n_sites,) where a curve takes it.
    """

    name: str
    rows: Rows | None
    wanted: Bools


@dataclass(frozen=True, slots=True)
class LocalWinds:
    """Winds to compute, the gust at 10 m first; how measures follow from them, on what ground.

    base_of (n_measures,) is a measure's place in ``bases``, 0 where no curve takes it; factor
    (n_measures, n_sites) on the base's wind.
    """

    bases: tuple[Base, ...]
    base_of: Ints
    factor: Floats
    layers: tuple[LayerUse, ...]

    @property
    def gust_rows(self) -> Rows:
        """Return the factors of the 3-s gust at 10 m (n_sites, N_SECTORS)."""
        rows = self.bases[0].rows
        assert rows is not None
        return rows


def local_winds(table: pd.DataFrame, assets: AssetSites, curves: CurveArrays, set_of: Ints, *,
                layers: SurfaceLayers | None, height_m: float) -> LocalWinds:
    """Winds that the curves of a portfolio's locations take (arguments as ``expose`` has them)."""
    of_site = np.repeat(np.arange(len(table)), np.diff(assets.loc_start))
    wanted = _wanted(curves, set_of[of_site])
    lon, lat = assets.sites.lon, assets.sites.lat
    here = [name for name in ("mean_10min", "sustained_1min") if name in wanted]
    rows, said = exposure_rows([GUST, *here], lon, lat, layers=layers, on_land=True)
    bases = [Base(GUST, rows[GUST], np.ones(len(lon), bool)),
             *(Base(name, rows[name], wanted[name]) for name in here)]
    if MARINE in wanted:
        bases.append(Base(MARINE, None, wanted[MARINE]))
    factor = np.ones((len(curves.measures), len(lon)))
    place = {base.name: k for k, base in enumerate(bases)}
    if RATIO in wanted:
        height = _heights(table, height_m)
        factor[curves.measures.index(RATIO)] = 1.0 / design_gusts(table, height)[of_site]
        own = height[of_site]
        place[RATIO] = 0
        if (own[wanted[RATIO]] != STANDARD_M).any():
            tall, said_tall = exposure_rows([GUST], lon, lat, height_m=own, layers=layers,
                                            on_land=True)
            place[RATIO] = len(bases)
            bases.append(Base(AT_HEIGHT, tall[GUST], wanted[RATIO]))
            said = (*(one for one in said if one.layer != "height"),
                    *(one for one in said_tall if one.layer == "height"))
    base_of = np.array([place.get(name, 0) for name in curves.measures], np.int64)
    return LocalWinds(tuple(bases), base_of, factor, said)


def _wanted(curves: CurveArrays, set_of_site: Ints) -> dict[str, Bools]:
    """Measure -> at which sites a curve may take it."""
    wanted: dict[str, Bools] = {}
    for c, measure in enumerate(curves.measure):
        name = curves.measures[measure]
        here = np.isin(set_of_site, sets_with(curves, c))
        wanted[name] = wanted[name] | here if name in wanted else here
    return {name: here for name, here in wanted.items() if here.any()}


def _heights(table: pd.DataFrame, default_m: float) -> Floats:
    """Height of each location's structure above the ground, the default where it is not told."""
    height = pd.to_numeric(table["height_m"]).to_numpy(np.float64, na_value=np.nan)
    known = np.isfinite(height) & (height > 0.0)
    return np.where(known, np.clip(height, LOWEST_M, HIGHEST_M), default_m)


def design_gusts(table: pd.DataFrame, height_m: Floats) -> Floats:
    """3-s gust each location was designed for, at a height (n_locations,); NaN without a design.

    It is the gust of the hazard's own model of the ground over a uniform surface of the design's
    terrain, under the wind over open water that gives the design wind there. So the ratio of a
    site's gust to it compares like with like: in the design's terrain it is that of the means.

    Source: GB 50009 terrains as ``surface.site_exposure`` has them; means of other periods than 10
    minutes by Harper et al. (2010), Table 1.1, scaled so that a design gust stays that gust (ours).
    """
    columns = [pd.to_numeric(table[name]).to_numpy(np.float64, na_value=np.nan) for name in (
        "design_wind_m_s", "design_wind_averaging_s", "design_wind_height_m")]
    gust = np.full(len(table), np.nan)
    known = np.isfinite(columns[0])
    if not known.any():
        return gust
    wind, period, at = (column[known] for column in columns)
    terrain = table["design_terrain"][known].astype(str).to_numpy(dtype="<U1")
    stated = _uniform(at, terrain)
    own = _uniform(height_m[known], terrain)
    harper = gust_factor(600.0, terrain)
    shorter = (harper / gust_factor(period, terrain) - 1.0) / (harper - 1.0)
    gust_of_mean = stated[1] / stated[0]
    mean = wind / (1.0 + (gust_of_mean - 1.0) * shorter)
    gust[known] = mean / stated[0] * own[1]
    return gust


def _uniform(height_m: Floats, terrain: np.ndarray) -> tuple[Floats, Floats]:
    """Factors of the 10-min mean and the 3-s gust over a uniform terrain at a height."""
    pairs = pd.DataFrame({"height": np.clip(height_m, LOWEST_M, HIGHEST_M), "terrain": terrain})
    distinct = pairs.drop_duplicates(ignore_index=True)
    place = np.zeros(len(distinct))
    exposure = site_exposure(place, place, height_m=distinct["height"].to_numpy(),
                             terrain=distinct["terrain"].to_numpy(dtype="<U1"))
    row = pairs.merge(distinct.reset_index(), how="left", on=["height", "terrain"])["index"]
    at = row.to_numpy(np.int64)
    return exposure.mean_10min[at, 0], exposure.gust_3s[at, 0]
