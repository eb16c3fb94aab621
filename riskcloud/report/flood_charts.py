"""Pictures of the page of floods: depth at the assets, and losses by return period."""

from typing import TYPE_CHECKING, Any

import numpy as np

from riskcloud.analysis.flood.run import FloodResult
from riskcloud.analysis.flood.summary import WET_M
from riskcloud.geo.points import nearest_window
from riskcloud.report.charts import in_page_style, new_figure, to_data_uri
from riskcloud.report.figures import money_unit
from riskcloud.report.palette import depth_colours, load_palette
from riskcloud.report.sketch_base import draw_land, set_frame, view_of
from riskcloud.report.tables import of_currency
from riskcloud.report.text import Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH_MM, HEIGHT_MM = 178.0, 112.0
MARGIN = 0.08
"""Room around the assets, in widths of their box; ours."""
LEAST_DEG = 0.02
"""Least half width of the map, about 2 km; ours."""
MOST = 20_000
"""Locations drawn, the deepest; ours, for the time it takes."""


@in_page_style
def depth_map(result: FloodResult, text: Text) -> str:
    """Return the assets by the depth of the largest flood, as a data URI of an SVG."""
    depth = result.losses.depth_m[:, -1]
    lon, lat = result.exposure.lon, result.exposure.lat
    lon = nearest_window(lon, float(np.median(lon)))
    known = np.isfinite(depth)  # places beyond the rasters would make the others small
    shown = known if known.any() else ~known
    view = view_of(lon[shown], lat[shown], WIDTH_MM, HEIGHT_MM, margin=MARGIN,
                   least_deg=LEAST_DEG)
    figure, axes = new_figure(WIDTH_MM, HEIGHT_MM)
    axes.set_facecolor(load_palette().page["sea"])
    draw_land(axes, view)
    _draw_depths(axes, lon, lat, depth, text)
    set_frame(axes, view)
    return to_data_uri(figure)


def _draw_depths(axes: "Axes", lon: Any, lat: Any, depth: Any, text: Text) -> None:
    from matplotlib.lines import Line2D

    page = load_palette().page
    bounds, colours = depth_colours()
    known = np.isfinite(depth)
    order = np.argsort(np.nan_to_num(depth, nan=-1.0), kind="stable")[-MOST:]
    rank = np.searchsorted(bounds, np.nan_to_num(depth), side="right")  # 0: dry
    for kind in ("unknown", "dry", "wet"):
        here = order[{"unknown": ~known, "dry": known & (rank == 0),
                      "wet": known & (rank > 0)}[kind][order]]
        if kind == "wet":
            axes.scatter(lon[here], lat[here], c=np.array(["", *colours])[rank[here]], s=16,
                         linewidths=0.2, edgecolors=page["ink"], rasterized=True, zorder=4)
        else:
            axes.scatter(lon[here], lat[here], s=7, linewidths=0.5, rasterized=True, zorder=3,
                         marker="x" if kind == "unknown" else "o",
                         c=page["second"] if kind == "unknown" else page["muted"])
    handles = [Line2D([], [], marker="o", linestyle="", color=colour, markeredgecolor=page["ink"],
                      markeredgewidth=0.2, markersize=4,
                      label=_range(bounds, k, text)) for k, colour in enumerate(colours)]
    handles += [Line2D([], [], marker="o", linestyle="", color=page["muted"], markersize=2.5,
                       label=text("flood.dry", depth=f"{WET_M:g}")),
                Line2D([], [], marker="x", linestyle="", color=page["second"], markersize=4,
                       label=text("flood.no_data"))]
    axes.legend(handles=handles, title=text("flood.depth"), loc="upper left", fontsize=7,
                title_fontsize=7, framealpha=0.9)


def _range(bounds: Any, k: int, text: Text) -> str:
    if k + 1 == len(bounds):
        return text("flood.above", low=f"{bounds[k]:g}")
    return text("flood.between", low=f"{bounds[k]:g}", high=f"{bounds[k + 1]:g}")


@in_page_style
def loss_chart(result: FloodResult, currency: str, text: Text) -> str:
    """Return losses by return period for one currency, before and after terms; "" of none known."""
    page = load_palette().page
    floods = result.summary["floods"]
    totals = [of_currency(flood["totals"], currency)[0] for flood in floods]
    years = np.array([flood["return_period_yr"] for flood in floods], np.float64)
    if all(total["loss"] is None for total in totals):
        return ""
    unit = money_unit([total["loss"] for total in totals], currency, text.lang)
    figure, axes = new_figure(WIDTH_MM, 72)
    for key, colour, dash in (("loss", page["accent"], "-"), ("gross", page["second"], "--")):
        stage = text.label("stage", "ground_up" if key == "loss" else "gross")
        values = np.array([total[key] for total in totals], np.float64)  # None becomes NaN
        axes.plot(years, values / unit.divisor, color=colour,
                  linestyle=dash, marker="o", markersize=3, linewidth=1.4, label=stage)
    axes.set_xscale("log")
    axes.set_xticks(years, [f"{year:g}" for year in years])
    axes.minorticks_off()
    axes.set_ylim(bottom=0.0)
    axes.set_xlabel(text("flood.period_axis"))
    axes.set_ylabel(text("flood.loss_axis", unit=unit.label))
    axes.grid()
    axes.legend(frameon=False, loc="best")
    return to_data_uri(figure)
