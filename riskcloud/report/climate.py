"""The page of a wind climate: maps, curves, levels of some sites, what it all rests on."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from riskcloud import __version__
from riskcloud.analysis.wind_climate import PRESENT, WindClimate, pressure_kpa
from riskcloud.catalog import load_card
from riskcloud.geo.site_grid import SiteGrid
from riskcloud.hazard.typhoon.climate.levels import ReturnLevels
from riskcloud.messages import translated
from riskcloud.report.climate_pictures import draw_curves, draw_map
from riskcloud.report.pages import render_page
from riskcloud.report.tables import Table
from riskcloud.report.text import Text

MOST_MAPS: Final = 4
MOST_CURVES: Final = 5
MOST_ROWS: Final = 60
"""Maps, curves and rows of the page; the table file has all. Ours."""


def render_climate(climate: WindClimate, grid: SiteGrid | None, ids: Sequence[str],
                   summary: Mapping[str, Any], text: Text) -> str:
    """Return the page as one HTML file that needs nothing else."""
    events = summary["events"]
    chosen = pick_sites(climate)
    return render_page("climate.html.j2", text, {
        "title": text("wind_climate.title"),
        "lines": [text("wind_climate.events", events=text.number(events["n_events"]),
                       years=text.number(events["years"]), sites=text.number(summary["n_sites"])),
                  _method(events, text)],
        "maps": _maps(climate, grid, text), "cities": grid is not None,
        "curves": draw_curves(climate, chosen, [ids[i] for i in chosen], "mean_10min", text)
        if chosen else "",
        "levels": _level_table(climate, ids, chosen, text),
        "over_sites": _over_sites(summary, text), "grades": _grades(climate, summary, text),
        "layers": _layers(climate, text), "models": _models(climate, text),
        "scale": climate.zone_scale.card["title_zh" if text.lang == "zh" else "title"],
        "provenance": [text("wind_climate.made_by", version=__version__)],
    })


def _method(events: Mapping[str, Any], text: Text) -> str:
    period = events.get("period")
    if not isinstance(period, Mapping):
        return ""
    return text("wind_climate.fitted", first=period["first"], last=period["last"],
                method=text.label("climate_typhoon", str(events.get("method", ""))))


def pick_sites(climate: WindClimate) -> list[int]:
    """Return places of sites for curves: all where few, else from the strongest to the weakest.

    By the reference mean of the middle return period asked; sites without storms are left out.
    """
    middle = climate.asked[len(climate.asked) // 2]
    values = climate.levels[PRESENT]["mean_10min"].level[:, climate.column(middle)]
    known = np.flatnonzero(np.isfinite(values))
    if len(known) <= MOST_CURVES:
        return [int(i) for i in known]
    order = known[np.argsort(-values[known], kind="stable")]
    places = np.round(np.linspace(0, len(order) - 1, MOST_CURVES)).astype(int)
    return [int(i) for i in order[places]]


def _maps(climate: WindClimate, grid: SiteGrid | None, text: Text) -> list[dict[str, str]]:
    """Return a picture a return period, and of the middle one a picture a scenario."""
    middle = climate.asked[len(climate.asked) // 2]
    wanted = [(PRESENT, "mean_10min", period) for period in climate.asked[:MOST_MAPS]]
    wanted.append((PRESENT, "gust_3s", middle))
    wanted += [(name, "mean_10min", middle) for name in climate.levels if name != PRESENT]
    return [{"picture": draw_map(climate, grid, name, measure, period, text),
             "caption": text("wind_climate.caption", measure=text(f"wind_climate.{measure}"),
                             n=f"{period:g}", climate=climate_name(name, text))}
            for name, measure, period in wanted]


def climate_name(name: str, text: Text) -> str:
    """Return the word for a climate: the present, or a scenario's own name."""
    if name == PRESENT:
        return text("wind_climate.name_present")
    return str(load_card("climate_scenarios", name)["title_zh" if text.lang == "zh" else "title"])


def _pressures(mean: ReturnLevels, i: int, column: int) -> tuple[float, float, float]:
    level, low, high = (float(pressure_kpa(part[i, column]))
                        for part in (mean.level, mean.low, mean.high))
    return level, low, high


def _band(text: Text, level: float, low: float, high: float, digits: int = 1) -> str:
    if not np.isfinite(level):
        return text("wind_climate.no_data")
    shown = text.number(level, digits)
    if not (np.isfinite(low) and np.isfinite(high)):
        return shown
    return f"{shown} ({text.number(low, digits)}–{text.number(high, digits)})"


def _level_table(climate: WindClimate, ids: Sequence[str], chosen: Sequence[int], text: Text,
                 ) -> Table:
    """Return the levels of sites, a row a site and return period: all sites where few."""
    places = range(len(ids)) if len(ids) * len(climate.asked) <= MOST_ROWS else chosen
    measures = list(climate.levels[PRESENT])
    names = list(climate.levels)
    rows = []
    for i in places:
        for period in climate.asked:
            column = climate.column(period)
            for name in names:
                levels = climate.levels[name]
                mean = levels["mean_10min"]
                first = (f"{ids[i]}" if name == PRESENT else climate_name(name, text))
                rows.append((
                    first, text("wind_climate.years", n=f"{period:g}"),
                    *(_band(text, one.level[i, column], one.low[i, column], one.high[i, column])
                      for one in (levels[measure] for measure in measures)),
                    _band(text, *_pressures(mean, i, column), digits=2),
                    text.number(mean.error[i, column], 2)
                    if np.isfinite(mean.error[i, column]) else "–"))
    headings = [text("wind_climate.site"), text("wind_climate.period"),
                *(text(f"wind_climate.{measure}") for measure in measures),
                text("wind_climate.pressure"), text("wind_climate.error")]
    return Table(text("wind_climate.levels"), tuple(headings), tuple(rows), 2, "levels",
                 text("wind_climate.levels_note"))


def _over_sites(summary: Mapping[str, Any], text: Text) -> Table:
    rows = []
    for row in summary["levels"]:
        if row["n_sites"] == 0:
            continue
        rows.append((climate_name(row["climate"], text), text(f"wind_climate.{row['measure']}"),
                     text("wind_climate.years", n=f"{row['return_period_yr']:g}"),
                     *(text.number(row[name], 1) for name in ("least", "median", "largest")),
                     f"±{text.number(row['median_band_half_width'], 1)}"
                     if np.isfinite(row["median_band_half_width"]) else "–",
                     text.number(row["median_simulation_error"], 2)))
    return Table(text("wind_climate.over_sites"), tuple(text(f"wind_climate.{name}") for name in (
        "climate", "measure", "period", "least", "median", "largest", "band", "error")),
        tuple(rows), 3, "levels", text("wind_climate.bands_note"))


def _grades(climate: WindClimate, summary: Mapping[str, Any], text: Text) -> Table:
    known = [*reversed(climate.zone_scale.grades), "below", "no_data"]
    rows = []
    for grade in known:
        counts = [summary["grades"][name]["n_sites"].get(grade, 0) for name in climate.zone]
        title = (text(f"wind_climate.grade_{grade}") if grade in ("below", "no_data")
                 else climate.zone_scale.title(grade, text.lang))
        rows.append((title, *(text.number(count) for count in counts)))
    return Table(text("wind_climate.grades"), (text("wind_climate.grade"), *(
        climate_name(name, text) for name in climate.zone)), tuple(rows))


def _layers(climate: WindClimate, text: Text) -> list[tuple[str, str]]:
    return [(text.label("layer", one.layer),
             f"{text('wind_climate.given' if one.given else 'wind_climate.default')}: "
             f"{one.source}; {translated(one.detail, text.lang)}") for one in climate.layers]


def _models(climate: WindClimate, text: Text) -> list[tuple[str, str]]:
    return [(text.label("wind_model", name), text.percent(weight))
            for name, weight in climate.weights.items()]
