"""The still map on the page of an earthquake: intensity, origins, radius, assets."""

from typing import TYPE_CHECKING, Any

import numpy as np

from riskcloud.analysis.quake.run import OriginResult, QuakeResult
from riskcloud.report.charts import in_page_style, new_figure, to_data_uri
from riskcloud.report.extent import Extent
from riskcloud.report.palette import intensity_class, load_palette
from riskcloud.report.quake_layers import in_one_frame, radius_ring, rupture_outline
from riskcloud.report.quake_tables import origin_name
from riskcloud.report.sketch_base import draw_assets, draw_land, set_frame, stretch
from riskcloud.report.text import Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH_MM, HEIGHT_MM = 178.0, 112.0
MARGIN = 1.35
"""Half height of the picture, in radii; ours."""


@in_page_style
def draw_quake_sketch(result: QuakeResult, text: Text) -> str:
    """Return the map as a data URI of an SVG."""
    result = in_one_frame(result)
    view = quake_view(result)
    figure, axes = new_figure(WIDTH_MM, HEIGHT_MM)
    axes.set_facecolor(load_palette().page["sea"])
    draw_land(axes, view)
    _draw_intensity(axes, result.origins[0], text)
    listed = result.locations
    draw_assets(axes, listed[np.isfinite(listed["lon"])], "expected_loss")
    _draw_origins(axes, result, text)
    set_frame(axes, view)
    return to_data_uri(figure)


def quake_view(result: QuakeResult) -> Extent:
    """Return the window around the radii of all origins, in the picture's proportions."""
    rings = [radius_ring(one, result.request.radius_km) for one in result.origins]
    lon = np.concatenate([ring[:, 0] for ring in rings])
    lat = np.concatenate([ring[:, 1] for ring in rings])
    middle_lon, middle_lat = (lon.min() + lon.max()) / 2, (lat.min() + lat.max()) / 2
    half_y = MARGIN * (lat.max() - lat.min()) / 2
    shape = stretch(float(middle_lat), WIDTH_MM, HEIGHT_MM)
    half_x = max(shape * half_y, MARGIN * (lon.max() - lon.min()) / 2)
    # a map in degrees ends at 85: near a pole its last degree stays
    south, north = (float(np.clip(middle_lat + side, *ends)) for side, ends in (
        (-half_y, (-85.0, 84.0)), (half_y, (-84.0, 85.0))))
    return Extent(float(middle_lon - half_x), south, float(middle_lon + half_x), north)


def _draw_intensity(axes: "Axes", one: OriginResult, text: Text) -> None:
    from matplotlib.patches import Patch

    palette, swath = load_palette(), one.felt.swath
    strongest = int(intensity_class(swath.intensity).max(initial=0))
    if strongest == 0:
        return
    levels = [palette.intensity_from - 0.5 + k for k in range(len(palette.intensity_colour))]
    axes.contourf(swath.lon, swath.lat, swath.intensity, levels=[*levels, 13.0],
                  colors=palette.intensity_colour, alpha=0.6)
    handles = [Patch(facecolor=palette.intensity_colour[k - 1], alpha=0.6,
                     label=text("quake_table.degree", roman=_roman(palette.intensity_from + k - 1)))
               for k in range(strongest, 0, -1)]
    legend = axes.legend(handles=handles, title=text("quake_map.intensity"), loc="lower left",
                         framealpha=0.9, edgecolor="none", fontsize=7, title_fontsize=7)
    axes.add_artist(legend)


def _roman(degree: int) -> str:
    return ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")[degree]


def _draw_origins(axes: "Axes", result: QuakeResult, text: Text) -> None:
    """Draw each origin with its radius and rupture, and name them."""
    page = load_palette().page
    handles: list[Any] = []
    for k, one in enumerate(result.origins):
        colour = (page["track"], page["second"])[min(k, 1)]
        event = one.source.event
        star, = axes.plot([event.lon], [event.lat], marker="*", markersize=11, color=colour,
                          markeredgecolor="white", markeredgewidth=0.6, linestyle="none", zorder=6,
                          label=origin_name({"agency": event.agency}, k, text))
        handles.append(star)
        ring = radius_ring(one, result.request.radius_km)
        axes.plot(ring[:, 0], ring[:, 1], color=colour, linewidth=1.0, linestyle="--", zorder=4)
        outline = rupture_outline(one)
        if outline is not None:
            axes.plot(outline[:, 0], outline[:, 1], color=colour, linewidth=1.8, zorder=5)
    axes.legend(handles=handles, loc="upper right", framealpha=0.9, edgecolor="none", fontsize=7,
                title=text("quake_map.origins"), title_fontsize=7)
