"""Cities with the wind modelled there, on still maps of a grid: what a reader looks for first."""

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from riskcloud.catalog import load_card
from riskcloud.geo.points import nearest_window
from riskcloud.geo.site_grid import SiteGrid
from riskcloud.report.extent import Extent
from riskcloud.report.palette import load_palette
from riskcloud.types import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

APART: Final = (0.11, 0.055)
"""Least distance of two names, in widths and heights of the map: no label lies on another. Ours."""
EDGE: Final = 0.04
RIGHT_EDGE: Final = 0.1
"""Share of the map's width at its right where names stand left of their city. Ours."""
_ENGLISH: Final = {"hongkong": "Hong Kong", "aomen": "Macau", "macau": "Macau"}
Place = tuple[str, str, float, float]


@cache
def cities() -> tuple[Place, ...]:
    """Return Chinese name, English name, lon and lat [degrees] of the seats of prefectures.

    Hong Kong and Macau first. Source: models/gazetteer/china (GeoNames, CC BY 4.0).
    """
    import pandas as pd

    table = pd.read_parquet(load_card("gazetteer", "china").file("places.parquet"),
                            columns=["adcode", "name", "level", "pinyin", "stem", "lon_1e4",
                                     "lat_1e4", "point"])
    first = table[table["adcode"].isin(["810000", "820000"])]
    table = pd.concat([first, table[(table["level"] == 2) & (table["point"] == "prefecture")]])
    names = zip(table["name"].astype(str), table["stem"].astype(int), table["pinyin"].astype(str),
                table["lon_1e4"].to_numpy(float) / 1e4, table["lat_1e4"].to_numpy(float) / 1e4,
                strict=True)
    return tuple((name[:stem], _ENGLISH.get(pinyin, pinyin.capitalize()), float(lon), float(lat))
                 for name, stem, pinyin, lon, lat in names)


def shown_cities(grid: SiteGrid, values: Floats, view: Extent, lang: str,
                 ) -> list[tuple[str, float, float, float]]:
    """Return name, lon, lat and value of the cities that have room, the windiest first.

    values : (n_sites,) of the grid's cells; that of the cell a city lies in. Cities near the edge
    are left out.
    """
    shaped = grid.shaped(values)
    wide, high = view.east - view.west, view.north - view.south
    found = []
    for chinese, english, lon, lat in cities():
        lon = float(nearest_window(np.array([lon]), (view.west + view.east) / 2)[0])
        if not (view.west + EDGE * wide < lon < view.east - EDGE * wide
                and view.south + EDGE * high < lat < view.north - EDGE * high):
            continue
        column = int(np.argmin(np.abs(grid.lon - lon)))
        value = float(shaped[int(np.argmin(np.abs(grid.lat - lat))), column])
        if np.isfinite(value):
            found.append((chinese if lang == "zh" else english, lon, lat, value))
    found.sort(key=lambda one: (one[0] not in ("香港", "Hong Kong"), -one[3], one[0]))
    kept: list[tuple[str, float, float, float]] = []
    for one in found:
        if all(abs(one[1] - other[1]) > APART[0] * wide or abs(one[2] - other[2]) > APART[1] * high
               for other in kept):
            kept.append(one)
    return kept


def draw_cities(axes: "Axes", found: list[tuple[str, float, float, float]], view: Extent) -> None:
    """Write the cities and the winds [m/s] at them, within the map's window."""
    from matplotlib.patheffects import withStroke

    ink = load_palette().page["ink"]
    outline = [withStroke(linewidth=1.8, foreground="white", alpha=0.85)]
    for name, lon, lat, value in found:
        axes.plot([lon], [lat], marker="o", markersize=2.2, color=ink, zorder=5)
        leftward = lon > view.east - RIGHT_EDGE * (view.east - view.west)  # else it leaves the map
        axes.annotate(f"{name} {value:.1f}", (lon, lat), (-3 if leftward else 3, 2),
                      textcoords="offset points", ha="right" if leftward else "left",
                      fontsize=6.5, color=ink, zorder=6, path_effects=outline)
