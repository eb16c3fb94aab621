"""What the scripts of the samples share: towers along corridors, lines, sums, the file."""

import csv
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from riskcloud.geo.points import haversine_m

Points = tuple[tuple[float, float], ...]
LINE_CNY_KM = {"line_10kv": 3e5, "line_35kv": 6e5, "line_110kv": 1.2e6, "line_220kv": 2.2e6,
               "line_500kv": 5e6}


def towers_along(points: Points, spacing_m: float, rng: np.random.Generator,
                 ) -> list[tuple[float, float]]:
    """Return points every ``spacing_m`` along a corridor, each moved by up to about 60 m."""
    found = []
    for (lon1, lat1), (lon2, lat2) in zip(points[:-1], points[1:], strict=True):
        n = max(int(haversine_m(lon1, lat1, lon2, lat2) / spacing_m), 1)
        part = np.arange(n) / n
        move = rng.uniform(-6e-4, 6e-4, (n, 2))
        found += list(zip(lon1 + part * (lon2 - lon1) + move[:, 0],
                          lat1 + part * (lat2 - lat1) + move[:, 1], strict=True))
    return found


def rounded(value: float) -> int:
    """Return a sum insured with three significant figures, as people write them."""
    return int(round(value, 2 - int(math.floor(math.log10(value)))))


def add_lines(add: Callable[..., None], lines: Iterable[tuple[str, Points]]) -> None:
    """Add lines given as geometry, value by length."""
    for asset_class, points in lines:
        lon, lat = np.array(points).T
        length_km = haversine_m(lon[:-1], lat[:-1], lon[1:], lat[1:]).sum() / 1000.0
        wkt = ", ".join(f"{x} {y}" for x, y in points)
        add(asset_class, *points[len(points) // 2], Longitude="", Latitude="",
            Geom=f"LINESTRING ({wkt})", LocDed6All=50000, LocDedType6All=0,
            BuildingTIV=rounded(LINE_CNY_KM[asset_class] * length_km))


def write_rows(out: Path, header: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write the portfolio; what a row lacks is blank."""
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
