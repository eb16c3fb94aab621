"""What an earthquake is sampled on: assets with their shaking and curves, groups, cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import sparse

from riskcloud.analysis.quake.assets import Assets
from riskcloud.analysis.quake.expected import Expected
from riskcloud.analysis.quake.ground import Ground
from riskcloud.types import Bools, Floats, Ints
from riskcloud.vulnerability.quake import QuakeCurves

INSIDE: Final = 0
OUTSIDE: Final = 1
Block = tuple[int, int, dict[str, tuple[Any, Any]], tuple[Floats, Floats]]
"""Done, total, weights by group (ground-up, gross), losses (n_items, n_members) of both stages."""


@dataclass(frozen=True, slots=True)
class Group:
    """Locations by currency and one column: key (n_groups,) of both, code (n,) of each location."""

    key: tuple[tuple[str, str], ...]
    code: Ints


@dataclass(frozen=True, slots=True)
class Book:
    """What is sampled: assets in force within reach, their shaking and curves.

    set_of (n,), shift (n_sites,), inside (n,) within the radius; groups by name.
    """

    assets: Assets
    ground: Ground
    curves: QuakeCurves
    set_of: Ints
    shift: Floats
    inside: Bools
    expected: Expected
    epicentre: tuple[float, float]
    groups: Mapping[str, Group]


@dataclass(frozen=True, slots=True)
class Samples:
    """Sums by group: name -> (n_groups, 2, n_members), inside and outside the radius.

    direct: whether every site was drawn by itself; n_items how many were (sites or aggregates).
    """

    ground_up: Mapping[str, Floats]
    gross: Mapping[str, Floats]
    direct: bool
    n_items: int


def make_group(assets: Assets, *names: str) -> Group:
    """Group locations by currency and the words of columns, joined by a blank where several."""
    columns = [assets.words["currency"], *(assets.words[name] for name in names)]
    code = np.zeros(len(assets), np.int64)
    for column in columns:
        code = code * len(column.names) + column.code
    place, found = pd.factorize(code)
    keys = []
    for one in found:
        words, value = [], int(one)
        for column in columns[::-1]:
            words.append(column.names[value % len(column.names)])
            value //= len(column.names)
        currency, *rest = words[::-1]
        keys.append((currency, " ".join(word for word in rest if word)))
    return Group(tuple(keys), np.asarray(place, np.int64))


def cells_of(lon: Floats, lat: Floats, epicentre: tuple[float, float],
             rings: list[list[float]]) -> tuple[Ints, Floats, Floats]:
    """Cell of each site, and the middle (mean lon, lat) of each cell.

    rings : [distance up to, size], km, from the epicentre outwards.
    """
    x = (lon - epicentre[0]) * 111.32 * np.cos(np.radians(epicentre[1]))
    y = (lat - epicentre[1]) * 110.57
    distance = np.hypot(x, y)
    ring = np.searchsorted([bound for bound, _ in rings[:-1]], distance, side="right")
    size = np.array([size for _, size in rings])[ring]
    column, row = np.floor(x / size).astype(np.int64), np.floor(y / size).astype(np.int64)
    code = (ring * 4096 + column + 2048) * 4096 + row + 2048
    place, found = pd.factorize(code)
    count = np.bincount(place, minlength=len(found))
    return (np.asarray(place, np.int64), np.bincount(place, lon) / count,
            np.bincount(place, lat) / count)


def site_keys(assets: Assets) -> np.ndarray:
    """A number for each site that depends on its location's id and its place in it alone."""
    of_location = pd.util.hash_array(assets.loc_id.astype(str).astype(object))
    count = np.diff(assets.site_start)
    span = np.arange(len(assets.share)) - np.repeat(assets.site_start[:-1], count)
    golden = np.uint64(0x9E3779B97F4A7C15)
    return np.asarray(np.repeat(of_location, count) + span.astype(np.uint64) * golden, np.uint64)


def group_matrix(code: Ints, n_groups: int, inside: Bools, item: Ints, n_items: int, part: Floats
                 ) -> Any:
    """Sparse weights (n_groups x 2, n_items) that sum items to groups, inside and outside.

    code, inside, item, part (n,): group, side of the radius, item and its part, one entry each.
    """
    side = np.where(inside, INSIDE, OUTSIDE)
    return sparse.coo_array((part, (2 * code + side, item)),
                            shape=(2 * n_groups, n_items)).tocsc()
