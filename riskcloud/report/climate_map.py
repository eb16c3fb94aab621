"""The map of a wind climate: one offline page; climate, measure and return period are chosen."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from riskcloud.analysis.wind_climate import PRESENT, WindClimate
from riskcloud.geo.points import nearest_window
from riskcloud.geo.site_grid import SiteGrid
from riskcloud.report.climate import climate_name
from riskcloud.report.climate_palette import wind_classes
from riskcloud.report.climate_pictures import view_of
from riskcloud.report.map_layers import GRID, land_layer, plain
from riskcloud.report.pages import render_page
from riskcloud.report.palette import load_palette
from riskcloud.report.png import draw_swath
from riskcloud.report.text import Text
from riskcloud.types import Swath

OPACITY: Final = 0.75
LIMITS_DEG: Final = 4.0
"""Land is drawn this far around the sites, and their own extent further; ours."""
MOST_SITES: Final = 20_000
"""Sites that the page carries; of more every n-th, which the page says. Ours, for its size."""


def render_climate_map(climate: WindClimate, grid: SiteGrid | None, table_ids: list[str] | None,
                       summary: Mapping[str, Any], text: Text) -> str:
    """Return the map as one HTML page; no boundary is drawn and no tile asked for."""
    events = summary["events"]
    return render_page("climate_map.html.j2", text, {
        "title": text("wind_climate.map_title"),
        "totals": [text("wind_climate.events", events=text.number(events["n_events"]),
                        years=text.number(events["years"]),
                        sites=text.number(summary["n_sites"]))],
        "data": collect(climate, grid, table_ids, text)})


def collect(climate: WindClimate, grid: SiteGrid | None, ids: list[str] | None, text: Text,
            ) -> dict[str, Any]:
    """Return all that the page's script draws, as plain values."""
    view = view_of(climate, grid)
    # a wide or a tall screen shows more than the view
    window = view.padded(LIMITS_DEG + max(view.east - view.west, view.north - view.south))
    n = len(climate.sites)
    step = -(-n // MOST_SITES)
    shown = np.arange(0, n, step)
    measures = list(climate.levels[PRESENT])
    lon = nearest_window(climate.sites.lon, (view.west + view.east) / 2)
    return {
        "focus": [[view.south, view.west], [view.north, view.east]],
        "limits": [[window.south, window.west], [window.north, window.east]],
        "grid": GRID, "land": land_layer(window, view), "assets": [], "cells": None,
        "money": {"units": [], "names": {}}, "opacity": OPACITY,
        "colours": {**load_palette().page},
        "periods": list(climate.asked), "measures": measures, "climates": list(climate.levels),
        "classes": {measure: _classes(measure) for measure in measures},
        "sites": {
            "id": None if ids is None else [ids[i] for i in shown],
            "lon": plain(lon[shown], 4), "lat": plain(climate.sites.lat[shown], 4),
            "zone": {name: [str(one) for one in zone[shown]]
                     for name, zone in climate.zone.items()},
            "values": _values(climate, shown, measures)},
        "size": None if grid is None else grid.size_deg,
        "pictures": {} if grid is None else _pictures(climate, grid, measures),
        "zones": {grade: climate.zone_scale.title(grade, text.lang)
                  for grade in climate.zone_scale.grades},
        "thinned": "" if step == 1 else text("wind_climate.thinned", shown=text.number(len(shown)),
                                              n=text.number(n)),
        "words": text.section("wind_climate") | {
            f"name_{name}": climate_name(name, text) for name in climate.levels}, "lang": text.lang,
    }


def _classes(measure: str) -> dict[str, Any]:
    classes = wind_classes(measure)
    return {"lower": classes.lower.tolist(), "colours": list(classes.colours),
            "none": classes.none}


def _values(climate: WindClimate, shown: Any, measures: list[str]) -> dict[str, Any]:
    """Return climate -> measure -> for each asked period [level, low, high] by site."""
    return {name: {measure: [[plain(part[shown, climate.column(period)], 1) for part in (
        climate.levels[name][measure].level, climate.levels[name][measure].low,
        climate.levels[name][measure].high)] for period in climate.asked]
        for measure in measures} for name in climate.levels}


def _pictures(climate: WindClimate, grid: SiteGrid, measures: list[str]) -> dict[str, Any]:
    """Return climate -> measure -> for each asked period a picture and its edges, or null."""
    out: dict[str, Any] = {}
    for name, levels in climate.levels.items():
        out[name] = {}
        for measure in measures:
            classes = wind_classes(measure)
            row = []
            for period in climate.asked:
                values = levels[measure].level[:, climate.column(period)]
                swath = Swath(grid.lon, grid.lat, grid.shaped(values), measure, "m/s")
                found = draw_swath(swath, classify=classes.class_of, colours=classes.colours)
                row.append(None if found is None else {
                    "picture": found[0],
                    "edges": [[found[1][1], found[1][0]], [found[1][3], found[1][2]]]})
            out[name][measure] = row
    return out
