"""What the still maps of reports share: land, assets by class of loss, the frame."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from riskcloud.report.extent import Extent, box, find_land
from riskcloud.report.palette import load_palette, loss_classes
from riskcloud.types import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_ASSETS = 3000
"""Assets drawn, those with the highest expected loss; our choice, for the file's size."""


def stretch(middle_lat: float, width_mm: float, height_mm: float) -> float:
    """Return how many degrees wide a picture is for one degree of its height."""
    return width_mm / height_mm / max(float(np.cos(np.radians(middle_lat))), 0.1)


def draw_land(axes: "Axes", view: Extent) -> None:
    """Fill the land and draw its coast."""
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path

    page = load_palette().page
    rings = find_land(view.padded(0.5), view)
    if rings:
        whole = Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))
        axes.add_collection(PathCollection([whole], facecolor=page["land"], edgecolor="none"))
        axes.add_collection(PathCollection([whole], facecolor="none", edgecolor=page["muted"],
                                           linewidth=0.4, zorder=2.5))


def draw_assets(axes: "Axes", assets: pd.DataFrame, loss: str) -> None:
    """Draw those with the highest expected loss (column ``loss``), coloured by its class."""
    palette = load_palette()
    shown = assets.nlargest(MAX_ASSETS, loss).iloc[::-1]
    for currency in shown["currency"].unique():
        part = shown[shown["currency"] == currency]
        mean = part[loss].to_numpy(np.float64)
        bounds = np.array(loss_classes(float(np.nanmax(mean, initial=0.0))))
        # class 0 is the largest; losses of zero come last
        rank = np.where(mean > 0.0, np.argmax(mean[:, None] >= bounds, axis=1), len(bounds))
        colours = np.array([*palette.loss_colours, palette.loss_none])[rank]
        sizes = np.array([*palette.loss_radii_px, 2.0])[rank] ** 2 / 4
        axes.scatter(part["lon"], part["lat"], c=colours, s=sizes, linewidths=0.2,
                     edgecolors=palette.page["muted"], rasterized=True, zorder=3)


def set_frame(axes: "Axes", view: Extent) -> None:
    """Cut the picture to the window and write its degrees."""
    axes.set_xlim(view.west, view.east)
    axes.set_ylim(view.south, view.north)
    axes.spines[["top", "right"]].set_visible(True)
    axes.xaxis.set_major_formatter(lambda x, _: f"{180.0 - (180.0 - x) % 360.0:g}°")
    axes.yaxis.set_major_formatter(lambda y, _: f"{y:g}°")
    axes.tick_params(labelsize=7)


def view_of(lon: Floats, lat: Floats, width_mm: float, height_mm: float, *, margin: float,
            least_deg: float) -> Extent:
    """Return the window of a picture around points.

    margin : space around them, as a share of their span; least_deg : least half height.
    """
    around = box(lon, lat)
    shape = stretch((around.south + around.north) / 2.0, width_mm, height_mm)
    half_y = max((0.5 + margin) * (around.north - around.south),
                 (0.5 + margin) * (around.east - around.west) / shape, least_deg)
    middle_x, middle_y = (around.west + around.east) / 2.0, (around.south + around.north) / 2.0
    return Extent(middle_x - shape * half_y, max(middle_y - half_y, -85.0),
                  middle_x + shape * half_y, min(middle_y + half_y, 85.0))
