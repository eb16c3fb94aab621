"""Still maps of winds by return period, and curves of level against return period."""

import base64
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from riskcloud.analysis.wind_climate import PRESENT, WindClimate, pressure_kpa
from riskcloud.geo.points import nearest_window
from riskcloud.geo.site_grid import SiteGrid
from riskcloud.report.charts import in_page_style, new_figure, to_data_uri
from riskcloud.report.climate_palette import pressure_lines_kpa, wind_classes
from riskcloud.report.climate_places import draw_cities, shown_cities
from riskcloud.report.extent import Extent, box
from riskcloud.report.palette import load_palette
from riskcloud.report.sketch_base import draw_land, set_frame, stretch
from riskcloud.report.text import Text
from riskcloud.types import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_MM, MOST_HEIGHT_MM = 178.0, 150.0
MARGIN_DEG = 0.4
LEAST_SPAN_DEG = 2.0
MOST_COLUMNS = 9
ALPHA = 0.8
COLOURS = ("#0b4f7d", "#c0561c", "#3d7d3a", "#7a3e8e", "#8a6d1d")
"""Of curves, dark enough to print in grey; ours."""


def view_of(climate: WindClimate, grid: SiteGrid | None) -> Extent:
    """Return the window of a map: the grid whole, or the sites that have data with some room."""
    if grid is not None:
        centres = box(grid.lon, grid.lat)
        return centres if min(len(grid.lon), len(grid.lat)) > 1 else centres.padded(
            grid.size_deg / 2)
    inside = ~climate.outside
    lon = nearest_window(climate.sites.lon[inside], float(climate.sites.lon[inside][0]))
    seen = box(lon, climate.sites.lat[inside]).padded(MARGIN_DEG)
    wide = max(LEAST_SPAN_DEG - (seen.east - seen.west), 0.0) / 2
    high = max(LEAST_SPAN_DEG - (seen.north - seen.south), 0.0) / 2
    return Extent(seen.west - wide, max(seen.south - high, -85.0), seen.east + wide,
                  min(seen.north + high, 85.0))


@in_page_style
def draw_map(climate: WindClimate, grid: SiteGrid | None, name: str, measure: str, period: float,
             text: Text) -> str:
    """Return the map of one climate, measure and return period as a data URI of an SVG."""
    return to_data_uri(_map_figure(climate, grid, name, measure, period, text))


@in_page_style
def map_png(climate: WindClimate, grid: SiteGrid | None, name: str, measure: str, period: float,
            text: Text) -> str:
    """Return the same map as a PNG, in base64."""
    buffer = io.BytesIO()
    figure = _map_figure(climate, grid, name, measure, period, text)
    figure.savefig(buffer, format="png", dpi=200, metadata={"Software": None})
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def _map_figure(climate: WindClimate, grid: SiteGrid | None, name: str, measure: str,
                period: float, text: Text) -> "Figure":
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    view = view_of(climate, grid)
    wide, high = view.east - view.west, view.north - view.south
    height = WIDTH_MM / (wide / high) * stretch((view.south + view.north) / 2, 1.0, 1.0)
    figure, axes = new_figure(WIDTH_MM, float(np.clip(height + 22.0, 74.0, MOST_HEIGHT_MM)))
    axes.set_facecolor(load_palette().page["sea"])
    draw_land(axes, view)
    values = climate.levels[name][measure].level[:, climate.column(period)]
    classes = wind_classes(measure)
    if grid is None:
        _draw_sites(axes, climate, values, measure)
    else:
        found = shown_cities(grid, values, view, text.lang)
        _draw_grid(axes, grid, values, measure, [one[1:3] for one in found])
        draw_cities(axes, found, view)
    present = np.unique(classes.class_of(values))
    handles: list[Any] = [
        Patch(facecolor=classes.colours[k - 1], alpha=ALPHA, label=_class_name(classes.lower, k))
        for k in present if k > 0]
    if grid is not None and measure == "mean_10min":
        handles.append(Line2D([], [], color=load_palette().page["ink"], linewidth=0.7,
                              label=text("wind_climate.lines")))
    columns = len(handles) if len(handles) <= MOST_COLUMNS else -(-len(handles) // 2)
    # below the map: nothing of it is hidden
    figure.legend(handles=handles, title=text("wind_climate.legend", measure=text(
        f"wind_climate.{measure}"), n=f"{period:g}"), loc="outside lower center",
        ncols=max(columns, 1),
        frameon=False, fontsize=7, title_fontsize=7.5, handlelength=1.4, columnspacing=1.1)
    set_frame(axes, view)
    axes.set_aspect(1.0 / np.cos(np.radians((view.south + view.north) / 2)))
    return figure


def _class_name(lower: Floats, k: int) -> str:
    return f"≥ {lower[k - 1]:g}" if k == len(lower) else f"{lower[k - 1]:g}–{lower[k]:g}"


def _draw_grid(axes: "Axes", grid: SiteGrid, values: Floats, measure: str,
               cities: Sequence[tuple[float, float]]) -> None:
    """Fill the classes; for 10-min means draw the lines of equal basic wind pressure.

    Their figures give way to the names of ``cities`` (lon, lat).
    """
    from matplotlib.patches import Rectangle
    from matplotlib.patheffects import withStroke

    shaped, classes = grid.shaped(values), wind_classes(measure)
    if not np.isfinite(shaped).any():
        return
    if min(shaped.shape) < 2:  # a row, a column or one cell: nothing to contour
        colours = np.array([classes.none, *classes.colours])[classes.class_of(shaped)]
        half = grid.size_deg / 2
        for row, lat in enumerate(grid.lat):
            for column, lon in enumerate(grid.lon):
                axes.add_patch(Rectangle((lon - half, lat - half), grid.size_deg, grid.size_deg,
                                         facecolor=str(colours[row, column]), alpha=ALPHA))
        return
    filled = np.nan_to_num(shaped, nan=0.0)
    axes.contourf(grid.lon, grid.lat, filled, levels=[*classes.lower, np.inf],
                  colors=classes.colours, alpha=ALPHA)
    if measure == "mean_10min":
        pressure = np.ma.masked_invalid(pressure_kpa(shaped))
        ink = load_palette().page["ink"]
        lines = axes.contour(grid.lon, grid.lat, pressure, levels=pressure_lines_kpa(),
                             colors=ink, linewidths=0.5, zorder=3)
        wide, high = np.ptp(grid.lon), np.ptp(grid.lat)
        for label in axes.clabel(lines, fontsize=6, fmt="%g", inline_spacing=2):
            x, y = label.get_position()
            label.set_visible(not any(-0.02 < (x - lon) / wide < 0.09 and abs(y - lat) < 0.03 * high
                                      for lon, lat in cities))
            label.set_path_effects([withStroke(linewidth=1.6, foreground="white", alpha=0.8)])


def _draw_sites(axes: "Axes", climate: WindClimate, values: Floats, measure: str) -> None:
    classes = wind_classes(measure)
    view = view_of(climate, None)
    lon = nearest_window(climate.sites.lon, 0.5 * (view.west + view.east))
    colours = np.array([classes.none, *classes.colours])[classes.class_of(values)]
    size = float(np.clip(6000.0 / len(values), 2.0, 30.0))
    order = np.argsort(np.nan_to_num(values, nan=-1.0), kind="stable")
    # an outline as wide as a small dot would be all that shows
    axes.scatter(lon[order], climate.sites.lat[order], c=colours[order], s=size,
                 linewidths=0.25 if len(values) <= 1000 else 0.0,
                 edgecolors=load_palette().page["muted"], rasterized=len(values) > 500, zorder=3)


@in_page_style
def draw_curves(climate: WindClimate, places: Sequence[int], names: Sequence[str], measure: str,
                text: Text) -> str:
    """Return level against return period of some sites, with bands, as a data URI of an SVG."""
    page = load_palette().page
    figure, axes = new_figure(WIDTH_MM, 78.0)
    periods = np.array(climate.periods)
    shown: list[Any] = []
    for k, (place, name) in enumerate(zip(places, names, strict=True)):
        colour = COLOURS[k % len(COLOURS)]
        for climate_name, measures in climate.levels.items():
            levels = measures[measure]
            level = levels.level[place]
            known = np.isfinite(level)
            if not known.any():
                continue
            here = climate_name == PRESENT
            line, = axes.plot(periods[known], level[known], color=colour, linewidth=1.5,
                              linestyle="-" if here else "--", marker="o" if here else None,
                              markersize=2.5)
            if here:
                axes.fill_between(periods[known], levels.low[place][known],
                                  levels.high[place][known], color=colour, alpha=0.13,
                                  linewidth=0)
                line.set_label(name)
                shown.append(line)
    axes.set_xscale("log")
    axes.set_xticks(periods, [f"{one:g}" for one in periods])
    axes.minorticks_off()
    axes.set_xlabel(text("wind_climate.period_axis"))
    axes.set_ylabel(text("wind_climate.level_axis", measure=text(f"wind_climate.{measure}")))
    axes.grid(color=page["rule"])
    if shown:
        axes.legend(handles=shown, frameon=False, fontsize=7, loc="upper left")
    return to_data_uri(figure)
