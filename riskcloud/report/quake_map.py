"""The map of an earthquake: one offline page with intensity, origins, radii and assets."""

from typing import Any

import numpy as np

from riskcloud.analysis.quake.run import OriginResult, QuakeResult
from riskcloud.report import quake_layers as layers
from riskcloud.report.extent import Extent, box
from riskcloud.report.figures import UNITS, currency_name
from riskcloud.report.map_layers import GRID, land_layer
from riskcloud.report.pages import render_page
from riskcloud.report.palette import intensity_class, load_palette
from riskcloud.report.png import draw_swath
from riskcloud.report.quake import page_title
from riskcloud.report.quake_sketch import quake_view
from riskcloud.report.quake_tables import magnitude, origin_name
from riskcloud.report.text import Text

INTENSITY_OPACITY = 0.55
MARGIN_DEG = 0.05
LIMITS_DEG = 3.0
"""Room around the first view; ours."""


def render_quake_map(result: QuakeResult, text: Text) -> str:
    """Return the map as one HTML page; no boundary is drawn and no tile asked for."""
    first = result.summary["origins"][0]
    totals = [text("quake_map.total", radius=f"{result.request.radius_km:g}",
                   policies=text.number(first["n_policies"]),
                   locations=text.number(first["n_locations"]),
                   mean=text.money(total["expected_loss"]["mean"], total["currency"]),
                   band=text.money_range(total["expected_loss"]["q05"],
                                         total["expected_loss"]["q95"], total["currency"]))
              for total in first["totals"][:3]]
    return render_page("quake_map.html.j2", text, {
        "title": page_title(result.summary, text), "totals": totals,
        "data": collect(result, text)})


def collect(result: QuakeResult, text: Text) -> dict[str, Any]:
    """Return all that the page's script draws, as plain values."""
    result = layers.in_one_frame(result)
    rings = np.concatenate([layers.radius_ring(one, result.request.radius_km)
                            for one in result.origins])
    focus = box(rings[:, 0], rings[:, 1]).padded(MARGIN_DEG)
    window = quake_view(result).padded(LIMITS_DEG)
    palette = load_palette()
    cells = layers.cell_layer(result.locations)
    return {
        "focus": _bounds(focus), "limits": _bounds(window), "grid": GRID,
        "land": land_layer(window, focus),
        "origins": [_origin(one, k, result.request.radius_km, text)
                    for k, one in enumerate(result.origins)],
        "legend": _legend(result), "opacity": INTENSITY_OPACITY,
        "assets": layers.asset_layers(result.locations, text), "cells": cells,
        "colours": {"loss": palette.loss_colours, "radii": palette.loss_radii_px,
                    "none": palette.loss_none, **palette.page},
        "words": text.section("quake_map"), "lang": text.lang,
        "money": {"units": UNITS[text.lang], "names": {
            str(currency): currency_name(str(currency), text.lang)
            for currency in result.locations["currency"].unique()}},
    }


def _bounds(window: Extent) -> list[list[float]]:
    return [[window.south, window.west], [window.north, window.east]]


def _origin(one: OriginResult, k: int, radius_km: float, text: Text) -> dict[str, Any]:
    event = one.source.event
    picture = draw_swath(one.felt.swath, classify=intensity_class,
                         colours=load_palette().intensity_colour)
    outline = layers.rupture_outline(one)
    return {
        "name": origin_name({"agency": event.agency}, k, text),
        "lon": event.lon, "lat": event.lat, "depth": event.depth_km,
        "magnitude": magnitude({"magnitude": event.magnitude,
                                "magnitude_type": event.magnitude_type}),
        "time": text.moment(event.time_utc),
        "ring": _points(layers.radius_ring(one, radius_km)),
        "rupture": None if outline is None else _points(outline),
        "picture": None if picture is None else picture[0],
        "edges": None if picture is None else [[picture[1][1], picture[1][0]],
                                               [picture[1][3], picture[1][2]]]}


def _points(line: Any) -> list[list[float]]:
    return [[float(lat), float(lon)] for lon, lat in np.round(np.asarray(line), 4)]


def _legend(result: QuakeResult) -> list[dict[str, Any]]:
    """Return the degrees that occur, strongest first."""
    palette = load_palette()
    strongest = max(int(intensity_class(one.felt.swath.intensity).max(initial=0))
                    for one in result.origins)
    roman = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
    return [{"degree": roman[palette.intensity_from + k - 1],
             "colour": palette.intensity_colour[k - 1]} for k in range(strongest, 0, -1)]
