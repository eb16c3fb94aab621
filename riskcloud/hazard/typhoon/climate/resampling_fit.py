"""Where the widths of models/storm_resampling come from: fits on the catalogue, to be run again."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import norm

from riskcloud.hazard.typhoon import regressions
from riskcloud.hazard.typhoon.climate.catalogue import Catalogue
from riskcloud.hazard.typhoon.climate.displaced import LandWeights
from riskcloud.hazard.typhoon.climate.landfall import Landfalls, find_landfalls, load_segments
from riskcloud.types import Bools, Floats, Ints
from riskcloud.units import HPA, KM

MAINLAND: Final = ("vietnam_n", "guangxi", "leizhou_maoming", "yangjiang_jiangmen", "pearl_river",
                   "shanwei_shantou", "fujian_s", "fujian_n_zhejiang")
"""Segments that follow one another along one coast."""


@dataclass(frozen=True, slots=True)
class CoastCrossings:
    """Landfalls along the mainland coast: arrays (n,).

    ``along_m`` from the coast's southern end, ``season``, ``deficit_hpa`` at the last fix before;
    ``length_m`` of the coast.
    """

    along_m: Floats
    season: Ints
    deficit_hpa: Floats
    length_m: float


def deficits_hpa(catalogue: Catalogue) -> Floats:
    """Return environmental minus central pressure of every fix [hPa], NaN where not analysed."""
    environment = regressions.environmental_pressure_pa("WP")
    return (environment - catalogue.central_pressure_pa) / HPA


def coast_crossings(catalogue: Catalogue, least_hpa: float = 10.0) -> CoastCrossings:
    """Return where storms of at least this deficit crossed the mainland coast."""
    segments = load_segments()
    found = find_landfalls(catalogue.start, catalogue.lon, catalogue.lat, segments)
    deficit = deficits_hpa(catalogue)[found.fix]
    numbers = [segments.names.index(name) for name in MAINLAND]
    found, deficit = _kept(found, deficit, np.isin(found.segment, numbers)
                           & (deficit >= least_hpa))
    edges = np.vstack([segments.edges[segments.of_edge == k] for k in numbers])
    of_edge = np.concatenate([segments.of_edge[segments.of_edge == k] for k in numbers])
    scale = np.array([np.cos(np.radians(23.0)), 1.0]) * 111.2 * KM
    begin, along = edges[:, :2] * scale, (edges[:, 2:] - edges[:, :2]) * scale
    length = np.hypot(*along.T)
    before = np.cumsum(length) - length
    points = np.column_stack([found.lon, found.lat]) * scale
    part = np.einsum("nej,ej->ne", points[:, None] - begin, along) / length**2
    apart = np.hypot(*np.moveaxis(
        points[:, None] - begin - np.clip(part, 0.0, 1.0)[..., None] * along, -1, 0))
    apart[found.segment[:, None] != of_edge] = np.inf
    edge = apart.argmin(axis=1)
    place = np.clip(part[np.arange(len(edge)), edge], 0.0, 1.0)
    return CoastCrossings(before[edge] + place * length[edge],
                          catalogue.season[found.storm], deficit, float(length.sum()))


def _kept(found: Landfalls, deficit: Floats, keep: Bools) -> tuple[Landfalls, Floats]:
    return found.take(keep), deficit[keep]


def held_out_ln_likelihood(crossings: CoastCrossings, width_m: float) -> float:
    """Return the gain in ln likelihood of crossings over a uniform coast, each season held out.

    The density is that of the other seasons, smoothed by a normal kernel of this standard
    deviation, which is cut at the coast's ends.

    Source
    ------
    Cross-validated kernel widths for storms: Hall & Jewson (2007), Tellus A 59, 486-498.
    """
    place, length = crossings.along_m, crossings.length_m
    kernel = norm.pdf((place[:, None] - place) / width_m) / width_m
    kernel /= norm.cdf((length - place) / width_m) - norm.cdf(-place / width_m)
    others = crossings.season[:, None] != crossings.season
    density = (kernel * others).sum(axis=1) / others.sum(axis=1)
    return float(np.log(density * length).sum())


def silverman_width(values: Floats) -> float:
    """Return the bandwidth of a normal kernel, 1.06 s n^-0.2.

    Source
    ------
    Silverman (1986), Density Estimation for Statistics and Data Analysis, eq. 3.28.
    """
    return float(1.06 * values.std(ddof=1) * len(values) ** -0.2)


@dataclass(frozen=True, slots=True)
class IslandCrossings:
    """Storms that crossed islands: arrays (n,); deficits before, and so many steps after, in hPa.

    ``after_hpa`` (n, n_steps) is NaN where the storm had ended or met land again.
    """

    before_hpa: Floats
    hours: Floats
    after_hpa: Floats


def island_crossings(catalogue: Catalogue, land: LandWeights,
                     box: tuple[float, float, float, float], *, least_hpa: float = 15.0,
                     steps: tuple[int, ...] = (0, 4, 8), longest: int = 12) -> IslandCrossings:
    """Return the first crossing of the land within a box of each storm of the catalogue.

    land : weights of 100 per cent on all land. box : west, south, east, north [degrees]. Steps of
    six hours after the first fix at which the storm has land no longer behind its last leg.
    """
    deficit = deficits_hpa(catalogue)
    west, south, east, north = box
    rows = []
    for k in range(len(catalogue)):
        own = catalogue.fixes(k)
        lon, lat, value = catalogue.lon[own], catalogue.lat[own], deficit[own]
        inside = (lon > west) & (lon < east) & (lat > south) & (lat < north)
        if not inside.any():
            continue
        hours = land.hours(lon, lat)
        ashore = np.flatnonzero((np.diff(hours) > 0.5) & (inside[1:] | inside[:-1]))
        if not len(ashore):
            continue
        first, last = int(ashore[0]), int(ashore[-1]) + 1
        if last - first > longest or not value[first] >= least_hpa:
            continue
        later = [value[last + step] if last + step < len(value)
                 and hours[last + step] - hours[last] < 1.0 else np.nan for step in steps]
        rows.append((value[first], hours[last] - hours[first], *later))
    table = np.array(rows)
    return IslandCrossings(table[:, 0], table[:, 1], table[:, 2:])


def memory(crossings: IslandCrossings) -> Floats:
    """Return how ln deficit after a crossing depends on that before, by step (n_steps, 2).

    Least squares on ln before and the hours over land; the coefficient and its standard error.
    """
    rows = []
    for after in crossings.after_hpa.T:
        known = after > 2.0
        facts = np.column_stack([np.ones(known.sum()), np.log(crossings.before_hpa[known]),
                                 crossings.hours[known]])
        target = np.log(after[known])
        found = np.linalg.lstsq(facts, target, rcond=None)[0]
        spread = (target - facts @ found).std(ddof=3)
        error = spread * np.sqrt(np.linalg.inv(facts.T @ facts)[1, 1])
        rows.append((found[1], error))
    return np.array(rows)
