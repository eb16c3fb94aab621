"""Points that stand for locations: a point for a point, one a span for a line."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from riskcloud.errors import InputError
from riskcloud.types import Floats, Ints, Sites

MAX_SPAN_M = 500.0
"""Longest span of a line [m]: a little above the 350 m usual between towers (median 353 m in
OpenStreetMap of Guangxi); wind changes little within it. Ours."""


@dataclass(frozen=True, slots=True)
class AssetSites:
    """Where the hazard is wanted for a portfolio, and what share of its value stands there.

    sites (n_sites,). loc_start (n_locations + 1,): the sites of location i are
    ``loc_start[i]:loc_start[i + 1]``. share (n_sites,) of the location's value, sums to 1 a
    location.
    """

    sites: Sites
    loc_start: Ints
    share: Floats


def asset_sites(loc_id: npt.NDArray[Any], geometry: npt.NDArray[Any], lon: Floats, lat: Floats, *,
                max_span_m: float = MAX_SPAN_M) -> AssetSites:
    """Return the sites of locations: the point itself, or the middle of each span of a line.

    Parameters
    ----------
    loc_id, geometry, lon, lat : (n_locations,) numbers, shapely geometries, degrees WGS84.
    max_span_m : longest span [m], > 0; every span of a line part has the same length.

    Returns
    -------
    Sites in the order of locations; a span's id is ``loc_id#1``, ``loc_id#2``, ... along the line.

    Raises
    ------
    InputError : max_span_m that is not positive.

    Source
    ------
    Lengths and directions on the WGS84 ellipsoid: Karney (2013), J. Geodesy 87, 43-55, as in PROJ.
    """
    if not max_span_m > 0.0:
        raise InputError(f"max_span_m must be > 0 m, got {max_span_m:g}")
    is_line = shapely.get_dimensions(geometry) == 1
    count = np.ones(len(loc_id), dtype=np.int64)
    cuts = {int(i): _cut(geometry[i], max_span_m) for i in np.flatnonzero(is_line)}
    for i, (_, _, share) in cuts.items():
        count[i] = len(share)
    start = np.concatenate([[0], np.cumsum(count)])
    site_id = np.repeat(np.asarray(loc_id, dtype=object), count)
    site_lon, site_lat = np.repeat(lon, count), np.repeat(lat, count)
    part = np.ones(len(site_id))
    for i, (x, y, share) in cuts.items():
        here = slice(start[i], start[i + 1])
        site_lon[here], site_lat[here], part[here] = x, y, share
        site_id[here] = [f"{loc_id[i]}#{k + 1}" for k in range(len(share))]
    return AssetSites(Sites(site_id, site_lon, site_lat), start, part)


def _cut(line: Any, max_span_m: float) -> tuple[Floats, Floats, Floats]:
    """Return lon, lat and share of value of each span of a line or of the parts of one."""
    cuts = [_cut_part(shapely.get_coordinates(part), max_span_m)
            for part in shapely.get_parts(line)]
    lon, lat, length = (np.concatenate(arrays) for arrays in zip(*cuts, strict=True))
    total = length.sum()
    share = length / total if total > 0.0 else np.full(len(length), 1.0 / len(length))
    return lon, lat, share


def _cut_part(vertex: Floats, max_span_m: float) -> tuple[Floats, Floats, Floats]:
    from pyproj import Geod  # slow to import, and only portfolios with lines need it

    geod = Geod(ellps="WGS84")
    azimuth, _, step = geod.inv(*vertex[:-1].T, *vertex[1:].T)
    walked = np.concatenate([[0.0], np.cumsum(step)])
    n_spans = max(int(np.ceil(walked[-1] / max_span_m - 1e-9)), 1)
    length = walked[-1] / n_spans
    middle = (np.arange(n_spans) + 0.5) * length
    segment = np.clip(np.searchsorted(walked, middle, side="right") - 1, 0, len(step) - 1)
    lon, lat, _ = geod.fwd(*vertex[segment].T, np.asarray(azimuth)[segment],
                           middle - walked[segment])
    return np.asarray(lon), np.asarray(lat), np.full(n_spans, length)
