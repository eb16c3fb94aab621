"""What has happened near a place: counts, strongest, last; lists, a timeline and a map."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from riskcloud.analysis.hazard.events import CLAIM, EventShape
from riskcloud.geo.points import nearest_window
from riskcloud.messages import translated
from riskcloud.report.charts import MM, in_page_style, new_figure, to_data_uri
from riskcloud.report.extent import Extent
from riskcloud.report.figures import MISSING
from riskcloud.report.hazard_words import record_name, unit_words, value_words
from riskcloud.report.palette import load_palette
from riskcloud.report.sketch_base import draw_land, set_frame, stretch
from riskcloud.report.tables import Table
from riskcloud.report.text import Text
from riskcloud.types import span_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Entry = Mapping[str, Any]
WIDTH_MM: Final = 178.0
MOST_HEIGHT_MM: Final = 150.0
ROW_MM: Final = 42.0
MOST_EVENTS: Final = 10
"""Events listed of each peril, the strongest; history.csv has all. Ours."""
BY_DAY: Final = ("rain_day", CLAIM)
"""Strengths that a record tells by day: no hour is shown, and the place's own value is the same."""
MOST_DRAWN: Final = 80
"""Tracks on the map, the strongest; more would hide each other. Ours."""
MOST_NAMED: Final = 5
"""Events named on the map and the timeline, the strongest of each peril. Ours."""
NAME_WIDE: Final = 0.09
NAME_HIGH: Final = 0.16
"""Shares of the timeline that a name takes up: a weaker one within them is left out. Ours."""
NAME_APART_DEG: Final = (0.9, 0.22)
"""How far names of tracks stand from each other on the map, east and north. Ours."""
KM_PER_DEG: Final = 111.195


def summary_table(histories: Sequence[Entry], text: Text) -> Table:
    """Return a row a peril: years of the record, how many events, the strongest, the last."""
    rows = []
    for one in histories:
        radius = f"{one['radius_km']:g}"
        rows.append((
            record_name(one, text), _years(one),
            f"{radius} {unit_words('km', text)}",
            text("hazard_profile.no_data") if one["n"] is None else _count_words(one, text),
            *(_told(one, key, radius, text) for key in ("strongest", "last"))))
    return Table("", tuple(text(f"hazard_profile.{key}") for key in (
        "history_peril", "history_years", "history_radius", "history_n", "history_strongest",
        "history_last")), tuple(rows), 6, "history", text("hazard_profile.history_note"))


def _years(history: Entry) -> str:
    """Return the years of a record; a dash where it tells no time."""
    return span_words(history["first_year"], history["last_year"]).replace("-", "–") or MISSING


def _count_words(history: Entry, text: Text) -> str:
    """Return how many events, and how many of each class or more."""
    unit, colon = unit_words(history["unit"], text), text("hazard_profile.colon")
    return "\n".join([text.number(history["n"]), *(
        "≥ " + (f"{one['least']:g} {unit}".strip() if one["class"][:1].isdigit()
                or history["unit"] == "mm" else one["class"]) + f"{colon}{one['n']}"
        for one in history["counts"])])


def _told(history: Entry, key: str, radius: str, text: Text) -> str:
    """Return an event in words; where there is none, that the record has none or reaches not."""
    if history["n"] is None:
        return text("hazard_profile.history_uncovered")
    if history[key] is None:
        return text("hazard_profile.history_empty", km=radius)
    return _event_words(history[key], history, text)


def _event_words(event: Entry, history: Entry, text: Text) -> str:
    """Return an event in words: when, what it is called, how strong here, how far away."""
    parts = [(event["time_utc"] or "")[:10], event_name(event, text)]
    strong = value_words(event["intensity"], history["unit"], text)
    if history["unit"] == "1" and strong != MISSING:  # a degree says not of what
        strong = f"{text.label('hazard_measure', history['measure'])} {strong}"
    if strong == MISSING:
        strong = value_words(event["strength"], history["strength_unit"], text)
    distance = event["distance_km"]
    if distance == distance and distance is not None:
        away = value_words(distance, "km", text) if distance < 10.0 else (
            f"{text.number(distance)} {unit_words('km', text)}")
        strong += text("hazard_profile.comma") + away
    return " ".join(part for part in parts if part) + (f"\n{strong}" if strong else "")


def event_name(event: Entry, text: Text) -> str:
    """Return what an event is called; a track file's capitals as a name is written."""
    name = str(event["name"])
    return translated(name.title() if name.isupper() else name, text.lang)


def notes(histories: Sequence[Entry], text: Text) -> list[str]:
    """Return the notes of the records that cover the place, each with what it is called."""
    colon = text("hazard_profile.colon")
    found = [f"{record_name(one, text)}{colon}{translated(note, text.lang)}"
             for one in histories if one["n"] is not None for note in one["notes"]]
    return list(dict.fromkeys(found))


def event_tables(histories: Sequence[Entry], text: Text) -> list[Table]:
    """Return the strongest events of each peril, a table each."""
    tables = []
    for one in histories:
        if not one["events"]:
            continue
        by_day = one["strength_measure"] in BY_DAY
        here = not by_day and any(_is_known(event["intensity"]) for event in one["events"])
        rows = tuple((
            (event["time_utc"] or MISSING)[:10 if by_day else 16].replace("T", " "),
            event_name(event, text) or (MISSING if one["peril"] == "earthquake"
                                        else event["event"]),
            value_words(event["distance_km"], "km", text, with_unit=False),
            value_words(event["strength"], one["strength_unit"], text, with_unit=False),
            *([value_words(event["intensity"], one["unit"], text, with_unit=False)]
              if here else []))
            for event in one["events"][:MOST_EVENTS])
        headings = (
            text("hazard_profile.day" if by_day else "hazard_profile.time"),
            text("hazard_profile.name"), text("hazard_profile.distance"),
            _heading("strength", one["strength_measure"], one["strength_unit"], text),
            *([_heading("intensity", one["measure"], one["unit"], text)] if here else []))
        title = text("hazard_profile.events_of", n=len(rows), peril=record_name(one, text))
        tables.append(Table(title, headings, rows, 2, "events"))
    return tables


def _heading(key: str, measure: str, unit: str, text: Text) -> str:
    words = text.label("hazard_measure", measure) if measure else MISSING
    return text(f"hazard_profile.{key}", measure=words, unit=unit_words(unit, text)).rstrip(" ,，")


def draw_timeline(histories: Sequence[Entry], text: Text) -> str:
    """Return the events of each peril by year, "" where there are none."""
    shown = [one for one in histories if one["strength_measure"] != CLAIM and any(
        _strength(event) is not None and event["time_utc"] for event in one["events"])]
    return _timeline(shown, text) if shown else ""


def _is_known(value: float | None) -> bool:
    return value is not None and value == value


def _strength(event: Entry) -> float | None:
    for key in ("intensity", "strength"):
        value = event[key]
        if _is_known(value):
            return float(value)
    return None


@in_page_style
def _timeline(shown: Sequence[Entry], text: Text) -> str:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_MM * MM, len(shown) * ROW_MM * MM), layout="constrained")
    for axes, one in zip(figure.subplots(len(shown), 1, squeeze=False).flat, shown, strict=True):
        _stems(axes, one, text)
    return to_data_uri(figure)


def _stems(axes: "Axes", history: Entry, text: Text) -> None:
    """Draw a peril's events by year, over the years of its record."""
    from matplotlib.ticker import MaxNLocator

    page = load_palette().page
    by_intensity = any(_is_known(event["intensity"]) for event in history["events"])
    key = "intensity" if by_intensity else "strength"
    dated = [event for event in history["events"] if event["time_utc"]]
    events = [event for event in dated if _is_known(event[key])]
    year = np.array([_year(event["time_utc"]) for event in events])
    value = np.array([float(event[key]) for event in events])
    axes.vlines(year, 0.0, value, color=page["accent"], linewidth=0.8)
    axes.plot(year, value, linestyle="none", marker="o", markersize=2.4, color=page["accent"])
    first, last, top = history["first_year"] - 1, history["last_year"] + 2, float(value.max())
    unknown = [_year(event["time_utc"]) for event in dated if not _is_known(event[key])]
    axes.plot(unknown, np.full(len(unknown), 0.03 * top), linestyle="none", marker="|",
              markersize=5, markeredgewidth=0.4, color=page["muted"])  # there, strength unknown
    named: list[tuple[float, float]] = []
    of_gauge = len(events) > 1 and len({event["name"] for event in events}) == 1
    for k in np.argsort(-value, kind="stable")[:MOST_NAMED]:
        if any(abs(year[k] - x) < NAME_WIDE * (last - first) and abs(value[k] - y) < NAME_HIGH * top
               for x, y in named):
            continue
        named.append((year[k], value[k]))
        words = _called(events[k] | {"name": ""} if of_gauge else events[k], text)
        axes.annotate(words, (year[k], value[k]), (0, 2),
                      textcoords="offset points", fontsize=6.5, ha="center",
                      color=page["ink"])
    axes.set_xlim(first, last)
    axes.set_ylim(0.0, 1.18 * top)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    measure, unit = ((history["measure"], history["unit"]) if by_intensity else
                     (history["strength_measure"], history["strength_unit"]))
    words = text("hazard_profile.comma").join(part for part in (
        text.label("hazard_measure", measure), unit_words(unit, text)) if part)
    axes.set_title(f"{record_name(history, text)}{text('hazard_profile.colon')}{words}",
                   fontsize=8, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y")


def _called(event: Entry, text: Text) -> str:
    """Return an event's name and year."""
    return f"{event_name(event, text)} {event['time_utc'][:4]}".strip()


def _year(time_utc: str) -> float:
    moment = np.datetime64(time_utc[:10])
    start = moment.astype("datetime64[Y]")
    return float(start.astype(int) + 1970) + float((moment - start).astype(int)) / 365.25


def draw_map(lon: float, lat: float, shapes: Sequence[EventShape], text: Text) -> str:
    """Return the place, its coast, tracks and epicentres of past events; "" without any."""
    return _map(lon, lat, shapes, text) if shapes else ""


@in_page_style
def _map(lon: float, lat: float, shapes: Sequence[EventShape], text: Text) -> str:
    from matplotlib.lines import Line2D

    page = load_palette().page
    reach = min(max(one.radius_m for one in shapes) / 1000.0, 350.0) / KM_PER_DEG * 1.05
    across = reach / max(float(np.cos(np.radians(lat))), 0.1)
    view = Extent(lon - 1.6 * across, max(lat - reach, -85.0), lon + 1.6 * across,
                  min(lat + reach, 85.0))
    figure, axes = new_figure(WIDTH_MM, _height(view))
    axes.set_facecolor(page["sea"])
    draw_land(axes, view)
    handles = []
    if lines := [one for one in shapes if len(one.lon) > 1]:
        _tracks(axes, lines, lon)
        handles.append(Line2D([], [], color=page["accent"], linewidth=1.3,
                              label=text("hazard_profile.legend_tracks", n=MOST_NAMED)))
    if dots := [one for one in shapes if len(one.lon) == 1]:
        _epicentres(axes, dots, lon)
        handles.append(Line2D([], [], linestyle="none", marker="o", markerfacecolor="none",
                              markeredgecolor=page["second"],
                              label=text("hazard_profile.legend_quakes")))
    axes.plot([lon], [lat], marker="*", markersize=11, color=page["ink"], zorder=7,
              markeredgecolor="white", markeredgewidth=0.6)
    handles.append(Line2D([], [], linestyle="none", marker="*", markersize=9, color=page["ink"],
                          label=text("hazard_profile.legend_place")))
    figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False, fontsize=7)
    set_frame(axes, view)
    axes.set_aspect(1.0 / np.cos(np.radians(lat)))
    return to_data_uri(figure)


def _tracks(axes: "Axes", lines: Sequence[EventShape], lon: float) -> None:
    """Draw all tracks thin, the strongest named."""
    page = load_palette().page
    ordered = sorted(lines, key=lambda one: -one.strength)[:MOST_DRAWN]
    rank = {id(one): k for k, one in enumerate(ordered[:MOST_NAMED])}
    written: list[tuple[float, float]] = []
    for one in ordered:
        x = nearest_window(one.lon, lon)
        named = id(one) in rank
        axes.plot(x, one.lat, color=page["accent"] if named else page["muted"],
                  linewidth=1.3 if named else 0.35, alpha=1.0 if named else 0.55,
                  zorder=5 if named else 3)
        if named:
            away = np.hypot(x - lon, one.lat - one.near_lat)
            before = away[:int(np.argmin(away)) + 1]  # where it came from: there names part
            for away_deg in np.arange(0.6 + 0.35 * rank[id(one)], 3.0, 0.25):
                k = int(np.argmin(np.abs(before - away_deg)))
                if not any(abs(x[k] - east) < NAME_APART_DEG[0]
                           and abs(one.lat[k] - north) < NAME_APART_DEG[1]
                           for east, north in written):
                    break
            written.append((float(x[k]), float(one.lat[k])))
            _write(axes, one.label, written[-1], page["accent"])


def _epicentres(axes: "Axes", dots: Sequence[EventShape], lon: float) -> None:
    """Draw epicentres by magnitude, the strongest named."""
    page = load_palette().page
    x = nearest_window(np.array([one.lon[0] for one in dots]), lon)
    y = np.array([one.lat[0] for one in dots])
    magnitude = np.array([one.strength for one in dots])
    axes.scatter(x, y, s=3.0 * 2.0 ** np.clip(magnitude - 3.0, 0.0, 6.0), facecolors="none",
                 edgecolors=page["second"], linewidths=0.8, zorder=4)
    for k in np.argsort(-magnitude, kind="stable")[:MOST_NAMED]:
        _write(axes, dots[k].label, (x[k], y[k]), page["second"])


def _write(axes: "Axes", words: str, place: tuple[float, float], colour: str) -> None:
    """Write a name beside a place of the map, readable over tracks."""
    from matplotlib.patheffects import withStroke

    axes.annotate(words, place, (4, 3), textcoords="offset points", fontsize=7, color=colour,
                  zorder=8, annotation_clip=True,
                  path_effects=[withStroke(linewidth=2.0, foreground="white", alpha=0.9)])


def _height(view: Extent) -> float:
    wide, high = view.east - view.west, view.north - view.south
    height = WIDTH_MM / (wide / high) * stretch((view.south + view.north) / 2, 1.0, 1.0)
    return float(np.clip(height + 18.0, 74.0, MOST_HEIGHT_MM))
