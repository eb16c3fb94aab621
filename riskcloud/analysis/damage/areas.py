"""Places of reports and structures: the prefecture a point lies in, the codes a place means."""

import re
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from riskcloud.catalog import load_card
from riskcloud.types import Floats

PROVINCES: Final = {"guangdong": "44", "guangxi": "45", "hainan": "46", "广东": "44", "广西": "45",
                    "海南": "46", "south china": "44 45 46", "华南": "44 45 46"}
SHRINK: Final = 0.92
"""Cosine of the latitude (23 degrees) that a degree of longitude is shortened by."""


@cache
def _seats() -> tuple[cKDTree, npt.NDArray[Any]]:
    """County seats of the gazetteer, and the six-digit code of each one's prefecture."""
    places = pd.read_parquet(load_card("gazetteer", "china").file("places.parquet"))
    seats = places[(places.level == 3) & places.lon_1e4.notna()]
    code = (seats.adcode.astype(str).str[:4] + "00").to_numpy(dtype=object)
    return cKDTree(np.c_[seats.lon_1e4 * SHRINK, seats.lat_1e4] / 1e4), code


def prefecture_of(lon: Floats, lat: Floats) -> npt.NDArray[Any]:
    """Six-digit code of the prefecture of each point: that of the nearest county seat (ours).

    No boundary ships; along a border a point may be given to the neighbour.
    """
    tree, code = _seats()
    _, nearest = tree.query(np.c_[np.asarray(lon, float) * SHRINK, lat])
    return np.asarray(code[nearest])


@cache
def _prefecture_names() -> dict[str, str]:
    rows = load_card("grid_exposure", "south_china_synthetic").rows("prefectures.csv")
    return {name: row["prefecture"][:4] for row in rows
            for name in (row["name"].lower(), row["name_zh"])
            if not row["prefecture"].endswith("0000")}


def area_of(place: str) -> tuple[str, ...]:
    """Prefixes of the adcodes that a place of a report means; () where we cannot tell.

    ``Guangdong + Guangxi`` is both; a remark in brackets is left out; a province wins over the
    prefectures named with it.
    """
    words = re.sub(r"[（(].*?[)）]", "", place).lower().strip()
    found = [code for name, codes in PROVINCES.items() if name in words for code in codes.split()]
    if not found:
        found = [code for name, code in _prefecture_names().items() if name in words]
    return tuple(sorted(dict.fromkeys(found)))


def within(prefecture: npt.NDArray[Any], area: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Which prefecture codes lie in an area of :func:`area_of`."""
    codes = prefecture.astype(str)
    inside = np.zeros(len(codes), dtype=bool)
    for prefix in area:
        inside |= np.char.startswith(codes, prefix)
    return inside
