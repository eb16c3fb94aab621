"""The still map on the page of a surge: level along the coast, track, assets by their water."""

from typing import TYPE_CHECKING, Any

import numpy as np

from riskcloud.analysis.surge.coast import DRY, INLAND, RIDGE, WET
from riskcloud.analysis.surge.run import SurgeResult
from riskcloud.geo.points import nearest_window
from riskcloud.report.charts import in_page_style, new_figure, to_data_uri
from riskcloud.report.palette import depth_colours, load_palette
from riskcloud.report.sketch_base import draw_land, set_frame, view_of
from riskcloud.report.text import Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH_MM, HEIGHT_MM = 178.0, 118.0
MARGIN = 0.1
LEAST_DEG = 0.15
"""Room around the locations in widths of their box, and the least half width; ours."""
MOST = 20_000
"""Locations drawn; ours, for the time it takes."""


@in_page_style
def surge_map(result: SurgeResult, text: Text) -> str:
    """Return the map as a data URI of an SVG."""
    exposure = result.flood.exposure
    centre = float(np.median(exposure.lon))
    lon, lat = nearest_window(exposure.lon, centre), exposure.lat
    view = view_of(lon, lat, WIDTH_MM, HEIGHT_MM, margin=MARGIN, least_deg=LEAST_DEG)
    figure, axes = new_figure(WIDTH_MM, HEIGHT_MM)
    axes.set_facecolor(load_palette().page["sea"])
    draw_land(axes, view)
    if len(result.coast):
        bar = axes.scatter(nearest_window(result.coast["lon"].to_numpy(), centre),
                           result.coast["lat"], c=result.coast["level_m"], cmap="YlOrRd", s=9,
                           vmin=0.0, linewidths=0.0, rasterized=True, zorder=3)
        axes.figure.colorbar(bar, ax=axes, shrink=0.7, label=text("surge.level_axis"))
    track = result.track
    axes.plot(nearest_window(track.lon, centre), track.lat, color=load_palette().page["track"],
              linewidth=1.2, zorder=3.5)
    _draw_assets(axes, lon, lat, result, text)
    set_frame(axes, view)
    return to_data_uri(figure)


def _draw_assets(axes: "Axes", lon: Any, lat: Any, result: SurgeResult, text: Text) -> None:
    from matplotlib.lines import Line2D

    page = load_palette().page
    bounds, colours = depth_colours()
    said, depth = result.water.said, np.nan_to_num(result.water.depth_m)
    kinds = {"unknown": ~np.isin(said, (WET, DRY, RIDGE, INLAND)),
             "dry": np.isin(said, (DRY, RIDGE, INLAND)), "wet": said == WET}
    handles = []
    for kind, here in kinds.items():
        shown = np.flatnonzero(here)[:MOST]
        style: dict[str, Any] = {"marker": "x" if kind == "unknown" else "o"}
        colour = {"unknown": page["second"], "dry": page["muted"], "wet": colours[2]}[kind]
        if kind == "wet":
            rank = np.maximum(np.searchsorted(bounds, depth[shown], side="right") - 1, 0)
            style |= {"c": np.array(colours)[rank], "edgecolors": page["ink"]}
        else:
            style["c"] = colour
        axes.scatter(lon[shown], lat[shown], s=18 if kind == "wet" else 9, linewidths=0.4,
                     rasterized=True, zorder=5 if kind == "wet" else 4, **style)
        handles.append(Line2D([], [], marker=style["marker"], linestyle="", color=colour,
                              markersize=4, label=text(f"surge.map_{kind}")))
    axes.legend(handles=handles[::-1], loc="upper left", fontsize=7, framealpha=0.9)
