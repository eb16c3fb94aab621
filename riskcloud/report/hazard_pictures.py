"""Pictures of a place's hazard profile: levels against return period, past events, grades."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from riskcloud.geo.points import nearest_window
from riskcloud.report.charts import MM, in_page_style, new_figure, to_data_uri
from riskcloud.report.extent import Extent, box
from riskcloud.report.hazard_words import unit_words
from riskcloud.report.palette import load_grades, load_palette
from riskcloud.report.sketch_base import draw_land, set_frame, stretch
from riskcloud.report.text import Text
from riskcloud.types import Floats, Ints, Sites

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Entry = Mapping[str, Any]
WIDTH_MM: Final = 178.0
ROW_MM: Final = 58.0
MOST_HEIGHT_MM: Final = 150.0


def draw_curves(perils: Sequence[Entry], text: Text) -> str:
    """Return level against return period of each measure known, "" where there is none."""
    shown = [one for peril in perils for one in peril["hazards"]
             if sum(_known(level) for level in one["levels"]) > 1]
    return _curves(shown, text) if shown else ""


def _known(level: Entry) -> bool:
    return (level["return_period_yr"] is not None and level["level"] is not None
            and level["level"] == level["level"])


@in_page_style
def _curves(shown: Sequence[Entry], text: Text) -> str:
    from matplotlib.figure import Figure

    n_columns = 2 if len(shown) in (2, 4) else min(len(shown), 3)
    n_rows = -(-len(shown) // n_columns)
    figure = Figure(figsize=(WIDTH_MM * MM, n_rows * ROW_MM * MM), layout="constrained")
    grid = figure.subplots(n_rows, n_columns, squeeze=False)
    for axes, one in zip(grid.flat, shown, strict=False):
        _curve(axes, one, text)
    for axes in list(grid.flat)[len(shown):]:
        axes.set_visible(False)
    return to_data_uri(figure)


def _curve(axes: "Axes", hazard: Entry, text: Text) -> None:
    """Draw one measure: its level, band, and the design code's values."""
    page = load_palette().page
    levels = [level for level in hazard["levels"] if _known(level)]
    period = np.array([level["return_period_yr"] for level in levels])
    value, low, high = (np.array([level[name] for level in levels], np.float64)
                        for name in ("level", "low", "high"))
    axes.fill_between(period, low, high, color=page["accent"], alpha=0.15, linewidth=0)
    axes.plot(period, value, color=page["accent"], marker="o", markersize=3, linewidth=1.5)
    for one in hazard["code"]:
        axes.plot([one["return_period_yr"]], [one["level"]], color=page["second"], marker="x",
                  markersize=6, markeredgewidth=1.6, linestyle="none")
    axes.set_xscale("log")
    axes.set_xticks(period, [f"{one:g}" for one in period])
    axes.minorticks_off()
    axes.set_ylim(bottom=0.0)
    axes.set_title(text(f"hazard_measure.{hazard['measure']}"), fontsize=7, loc="left")
    axes.set_ylabel(unit_words(hazard["unit"], text))
    axes.set_xlabel(text("hazard_profile.period_axis"))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid()


@in_page_style
def draw_grades(sites: Sites, grades: Ints, text: Text) -> str:
    """Return a map of sites coloured by grade, the highest on top; no data as a hollow dot."""
    from matplotlib.lines import Line2D

    colours, page = load_grades().colours, load_palette().page
    lon = nearest_window(sites.lon, float(sites.lon[0]))
    view = _view(lon, sites.lat)
    figure, axes = new_figure(WIDTH_MM, _height(view))
    axes.set_facecolor(page["sea"])
    draw_land(axes, view)
    order = np.argsort(grades, kind="stable")
    size = float(np.clip(9000.0 / len(grades), 6.0, 42.0))
    axes.scatter(lon[order], sites.lat[order], c=np.array(colours)[grades[order]], s=size,
                 linewidths=0.5, edgecolors=page["muted"], rasterized=len(grades) > 500, zorder=3)
    handles = [Line2D([], [], linestyle="none", marker="o", markerfacecolor=colours[k],
                      markeredgecolor=page["muted"], label=_grade_name(k, text))
               for k in (1, 2, 3, 4, 5, 0) if (grades == k).any()]
    figure.legend(handles=handles, loc="outside lower center", ncols=6, frameon=False, fontsize=7)
    set_frame(axes, view)
    axes.set_aspect(1.0 / np.cos(np.radians((view.south + view.north) / 2)))
    return to_data_uri(figure)


def _grade_name(k: int, text: Text) -> str:
    return f"{k} {text(f'hazard_grade.{k}')}" if k else text("hazard_grade.0")


def _view(lon: Floats, lat: Floats, margin_deg: float = 0.3, least_deg: float = 1.5) -> Extent:
    """Return the window around points with some room, no smaller than ``least_deg``."""
    span = max(float(np.ptp(lon)), float(np.ptp(lat)))
    seen = box(lon, lat).padded(max(margin_deg, 0.04 * span))  # no dot on the frame
    wide = max(least_deg - (seen.east - seen.west), 0.0) / 2
    high = max(least_deg - (seen.north - seen.south), 0.0) / 2
    return Extent(seen.west - wide, max(seen.south - high, -85.0), seen.east + wide,
                  min(seen.north + high, 85.0))


def _height(view: Extent) -> float:
    wide, high = view.east - view.west, view.north - view.south
    height = WIDTH_MM / (wide / high) * stretch((view.south + view.north) / 2, 1.0, 1.0)
    return float(np.clip(height + 18.0, 74.0, MOST_HEIGHT_MM))
