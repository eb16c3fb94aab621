"""The small still map of the report: coast, gust classes, track, assets."""

from typing import TYPE_CHECKING

import numpy as np

from riskcloud.report.charts import in_page_style, new_figure, to_data_uri
from riskcloud.report.extent import Extent, find_focus, near_track
from riskcloud.report.figures import as_datetime
from riskcloud.report.map_layers import MAX_PATHS
from riskcloud.report.palette import gust_class, load_palette
from riskcloud.report.sketch_base import draw_assets, draw_land, set_frame, stretch
from riskcloud.report.text import Text
from riskcloud.types import ForecastResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH_MM, HEIGHT_MM = 178.0, 105.0


@in_page_style
def draw_sketch(result: ForecastResult, text: Text) -> str:
    """Return the map as a data URI of an SVG."""
    view = _with_shape(find_focus(result))
    figure, axes = new_figure(WIDTH_MM, HEIGHT_MM)
    axes.set_facecolor(load_palette().page["sea"])
    draw_land(axes, view)
    _draw_gusts(axes, result, text)
    lon = near_track(result.losses["lon"].to_numpy(), result)
    draw_assets(axes, result.losses.assign(lon=lon), "mean")
    _draw_track(axes, result, text)
    _write_times(axes, result, view)
    set_frame(axes, view)
    return to_data_uri(figure)


def _with_shape(view: Extent) -> Extent:
    """Widen a window to the picture's own proportions."""
    middle_lat = (view.south + view.north) / 2
    shape = stretch(middle_lat, WIDTH_MM, HEIGHT_MM)
    wide, high = view.east - view.west, view.north - view.south
    more_x, more_y = max(high * shape - wide, 0.0) / 2, max(wide / shape - high, 0.0) / 2
    return Extent(view.west - more_x, max(view.south - more_y, -90.0),
                  view.east + more_x, min(view.north + more_y, 90.0))


def _draw_gusts(axes: "Axes", result: ForecastResult, text: Text) -> None:
    """Fill the gust classes and name them in a legend."""
    from matplotlib.patches import Patch

    palette, swath = load_palette(), result.swath
    strongest = int(gust_class(swath.intensity).max(initial=0))
    if strongest == 0 or min(swath.intensity.shape) < 2:
        return
    axes.contourf(swath.lon, swath.lat, np.nan_to_num(swath.intensity, nan=0.0),
                  levels=[*palette.gust_from_m_s, np.inf], colors=palette.gust_colour, alpha=0.6)
    handles = [Patch(facecolor=palette.gust_colour[i - 1], alpha=0.6,
                     label=text("map.gust_class", force=palette.gust_force[i - 1],
                                speed=f"{palette.gust_from_m_s[i - 1]:g}"))
               for i in range(strongest, 0, -1)]
    axes.legend(handles=handles, title=text("map.gust_legend"), loc="lower left",
                framealpha=0.9, edgecolor="none", fontsize=7, title_fontsize=7)


def _draw_track(axes: "Axes", result: ForecastResult, text: Text) -> None:
    """Draw the likeliest track and, beneath the assets, those drawn beside it; name both."""
    ink = load_palette().page["track"]
    track = result.track
    whole, = axes.plot(track.lon, track.lat, color=ink, linewidth=1.6, marker="o",
                       markersize=2.8, zorder=4, label=text("facts.track_likeliest"))
    if len(result.paths) < 2:
        return
    for _, lon, lat in result.paths[:: -(-len(result.paths) // MAX_PATHS)]:
        axes.plot(lon, lat, color=ink, linewidth=0.4, alpha=0.35, zorder=2.6)
    other, = axes.plot([], [], color=ink, linewidth=0.6, alpha=0.6,
                       label=text("facts.track_drawn"))
    gusts = axes.get_legend()
    if gusts is not None:
        axes.add_artist(gusts)  # a second legend would replace it
    axes.legend(handles=[whole, other], loc="upper right", framealpha=0.9, edgecolor="none",
                fontsize=7)


def _write_times(axes: "Axes", result: ForecastResult, view: Extent) -> None:
    """Write times at some fixes, apart from each other and readable over lines and dots."""
    from matplotlib.patheffects import withStroke

    page, track = load_palette().page, result.track
    wide, high = view.east - view.west, view.north - view.south
    margin = 0.12 * wide  # room for the label, which stands to the right
    inside = ((track.lon >= view.west) & (track.lon <= view.east - margin)
              & (track.lat >= view.south) & (track.lat <= view.north - 0.3 * margin))
    shown = np.flatnonzero(inside)
    written: list[tuple[float, float]] = []
    for i in shown[:: max(len(shown) // 6, 1)]:
        lon, lat, at = float(track.lon[i]), float(track.lat[i]), as_datetime(track.time_utc[i])
        crowded = any(abs(lon - x) < margin and abs(lat - y) < 0.05 * high for x, y in written)
        if at is None or crowded:
            continue
        written.append((lon, lat))
        axes.annotate(f"{at:%m-%d %H}Z", (lon, lat), xytext=(4, 4), zorder=5,
                      textcoords="offset points", fontsize=6.5, color=page["track"],
                      path_effects=[withStroke(linewidth=2.0, foreground="white", alpha=0.85)])
