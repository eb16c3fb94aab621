"""The map of a forecast: one offline page with coast, track, gusts and assets by expected loss."""

from typing import Any

import numpy as np

from riskcloud.report import map_layers
from riskcloud.report.extent import Extent, box, find_focus
from riskcloud.report.figures import UNITS, currency_name, offset_name
from riskcloud.report.pages import render_page
from riskcloud.report.palette import load_palette
from riskcloud.report.png import draw_swath
from riskcloud.report.text import Text
from riskcloud.types import ForecastResult

SWATH_OPACITY = 0.6
"""Coast and assets show through the gusts; our choice."""
LAND_MARGIN_DEG = 4.0
"""Land is drawn this far around track and assets; our choice."""
SCREEN_SHAPE = 2.4
"""Long side over short side of the widest or tallest screen that is served; our choice."""


def render_map(result: ForecastResult, text: Text) -> str:
    """Return the map as one HTML page that needs nothing else.

    No boundary of any country or province is drawn, and no tile is asked for.
    """
    event = result.summary["event"]
    return render_page("map.html.j2", text, {
        "title": text("map.title", name=event["name"]), "event": event,
        "totals": [text("map.total", mean=text.money(total["mean"], total["currency"]),
                        band=text.money_range(total["q05"], total["q95"], total["currency"]))
                   for total in result.summary["total"][:3]],
        "data": collect_layers(result, text)})


def collect_layers(result: ForecastResult, text: Text) -> dict[str, Any]:
    """Return all that the page's script draws, as plain values."""
    losses = result.losses
    placed = losses[np.isfinite(losses["lon"]) & np.isfinite(losses["lat"])]
    alone = map_layers.pick_alone(placed)
    shown, others = placed[alone], placed[~alone]
    focus = find_focus(result)
    track_box = box(result.track.lon, result.track.lat)
    window = _with_room(_around(focus, track_box).padded(LAND_MARGIN_DEG), focus)
    swath = draw_swath(result.swath)
    cells = map_layers.cell_layer(result, others) if len(others) else None
    palette = load_palette()
    return {
        "focus": [[focus.south, focus.west], [focus.north, focus.east]],
        "limits": [[window.south, window.west], [window.north, window.east]],
        "grid": map_layers.GRID, "land": map_layers.land_layer(window, focus),
        "track": map_layers.track_layer(result, text),
        "swath": None if swath is None else {
            "picture": swath[0], "opacity": SWATH_OPACITY,
            "edges": [[swath[1][1], swath[1][0]], [swath[1][3], swath[1][2]]]},
        "assets": [map_layers.asset_layer(result, shown[shown["currency"] == currency], currency,
                                          text) for currency in _currencies(result)],
        "cells": cells, "gusts": map_layers.gust_legend(result),
        "colours": {"loss": palette.loss_colours, "radii": palette.loss_radii_px,
                    "none": palette.loss_none, **palette.page},
        "top_only": _top_only(len(shown), len(others), cells, text),
        "words": text.section("map"), "lang": text.lang, "offset_h": text.utc_offset_h,
        "offset": offset_name(text.utc_offset_h),
        "money": {"units": UNITS[text.lang], "names": {
            currency: currency_name(currency, text.lang) for currency in _currencies(result)}},
    }


def _currencies(result: ForecastResult) -> list[str]:
    return [str(total["currency"]) for total in result.summary["total"]]


def _around(one: Extent, other: Extent) -> Extent:
    return Extent(min(one.west, other.west), min(one.south, other.south),
                  max(one.east, other.east), max(one.north, other.north))


def _with_room(window: Extent, focus: Extent) -> Extent:
    """Widen a window so that land fills a wide or a tall screen that shows the focus whole."""
    wide, high = focus.east - focus.west, focus.north - focus.south
    middle_lon, middle_lat = (focus.west + focus.east) / 2, (focus.south + focus.north) / 2
    half_x, half_y = SCREEN_SHAPE * high / 2, SCREEN_SHAPE * wide / 2
    return _around(window, Extent(middle_lon - half_x, max(middle_lat - half_y, -85.0),
                                  middle_lon + half_x, min(middle_lat + half_y, 85.0)))


def _top_only(shown: int, rest: int, cells: dict[str, Any] | None, text: Text) -> str:
    if cells is None:
        return ""
    return text("map.top_only", shown=text.number(shown), rest=text.number(rest),
                cell=f"{cells['size']:g}")
