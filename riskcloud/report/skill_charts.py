"""Charts of the wind model's skill: scatter, errors by station, errors by wind model."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from riskcloud.report.charts import in_page_style, new_figure, to_svg
from riskcloud.report.palette import load_palette
from riskcloud.report.text import Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = ("accent", "second", "ink", "muted")
MARKS = ("o", "s", "^", "D", "v", "P", "X", "<")
NAMED = 6
"""Largest errors that the scatter plot names (ours)."""
HIGH_PT, LETTER, LINE = 265.0, 0.0135, 0.026
"""Of the scatter plot: its height [pt]; a letter and a line of a name, in heights of it (ours)."""
MOST_STATIONS = 60
"""Stations of the chart of errors: those with the largest; all stand in stations.csv (ours)."""


@in_page_style
def scatter_chart(table: pd.DataFrame, text: Text) -> str:
    """Return modelled against observed winds as an SVG, one mark an observation."""
    page = load_palette().page
    figure, axes = new_figure(120, 112)
    top = 1.08 * float(max(table["observed_m_s"].max(), table["modelled_m_s"].max(), 1.0))
    axes.plot([0.0, top], [0.0, top], color=page["muted"], linewidth=0.8)
    for colour, mark, label, part in _storms(table):
        for hilltop, rows in part.groupby("hilltop"):
            axes.scatter(rows["observed_m_s"], rows["modelled_m_s"], marker=mark, s=22,
                         facecolors="none" if hilltop else colour, edgecolors=colour,
                         linewidths=0.9, label=None if hilltop and len(rows) < len(part)
                         else label, zorder=3)
    _name_worst(axes, table, top)
    axes.set_xlim(0.0, top)
    axes.set_ylim(0.0, top)
    axes.set_aspect("equal")
    axes.set_xlabel(text("skill.observed_axis"))
    axes.set_ylabel(text("skill.modelled_axis"))
    axes.grid()
    axes.legend(frameon=False, loc="upper left")
    return to_svg(figure)


@in_page_style
def station_chart(table: pd.DataFrame, text: Text) -> str:
    """Return the error at each station by storm as an SVG, the worst first, hilltops last."""
    page = load_palette().page
    mean = table.groupby("station")["error_m_s"].mean()
    hilltop = table.groupby("station")["hilltop"].first()
    chosen = mean.reindex(mean.abs().sort_values(ascending=False).index).index[:MOST_STATIONS]
    order = sorted(chosen, key=lambda name: (bool(hilltop[name]), float(mean[name])))
    place = {name: len(order) - 1 - k for k, name in enumerate(order)}
    figure, axes = new_figure(150, 22 + 4.2 * len(order))
    axes.axvline(0.0, color=page["muted"], linewidth=0.8)
    for colour, mark, label, part in _storms(table[table["station"].isin(set(order))]):
        axes.scatter(part["error_m_s"], [place[name] for name in part["station"]], marker=mark,
                     s=18, color=colour, label=label, zorder=3)
    axes.set_yticks(range(len(order)),
                    [name + (" ▲" if hilltop[name] else "") for name in reversed(order)])
    axes.set_ylim(-0.7, len(order) - 0.3)
    axes.set_xlabel(text("skill.error_axis"))
    axes.grid()
    axes.legend(frameon=False, loc="best")
    return to_svg(figure)


@in_page_style
def model_chart(block: Mapping[str, Any], text: Text) -> str:
    """Return RMSE and mean error of each wind model and of their mean as an SVG."""
    page = load_palette().page
    entries = list(block["by_model"].items())
    figure, axes = new_figure(120, 18 + 8 * len(entries))
    places = np.arange(len(entries))[::-1]
    axes.barh(places, [entry["rmse_m_s"] for _, entry in entries], height=0.6,
              color=[page["ink"] if name == "weighted_mean" else page["accent"]
                     for name, _ in entries])
    axes.scatter([entry["bias_m_s"] for _, entry in entries], places, color=page["second"],
                 s=20, zorder=3)
    axes.axvline(block["overall"]["rmse_storm_mean_m_s"], color=page["second"], linewidth=1.2)
    axes.axvline(0.0, color=page["muted"], linewidth=0.8)
    axes.set_yticks(places, [model_name(name, text) for name, _ in entries])
    axes.set_xlabel(text("skill.rmse_axis"))
    axes.grid(axis="x")
    return to_svg(figure)


def model_name(name: str, text: Text) -> str:
    """Return a wind model's name, or that of the weighted mean."""
    return text("skill.weighted_mean") if name == "weighted_mean" else text.label(
        "wind_model", name)


def storm_name(name: str, sid: str) -> str:
    """Return what a storm is called: name and year where its id tells it."""
    year = sid[:4] if sid[:4].isdigit() else ""
    return f"{name.title()} {year}".strip() or sid


def _name_worst(axes: "Axes", table: pd.DataFrame, top: float) -> None:
    """Name the largest errors beside their marks, each where no other name lies; else not."""
    worst = table.reindex(table["error_m_s"].abs().sort_values(ascending=False).index).head(NAMED)
    marks = table[["observed_m_s", "modelled_m_s"]].to_numpy(float) / top
    taken: list[tuple[float, float, float]] = []  # left, right, middle, in heights of the picture
    for row in worst.to_dict("records"):
        name = str(row["station"])[:24]
        x, y = float(row["observed_m_s"]) / top, float(row["modelled_m_s"]) / top
        wide = sum(LETTER * (1.0 if letter.isascii() else 1.8) for letter in name)
        for right, up in ((False, 3), (True, 3), (False, -8), (True, -8)):
            left = x - 0.018 - wide if right else x + 0.018
            box = left, left + wide, y + (up + 2.0) / HIGH_PT
            hidden = [other for other in taken if box[0] < other[1] and other[0] < box[1]
                      and abs(box[2] - other[2]) < LINE]
            over = ((marks[:, 0] > box[0]) & (marks[:, 0] < box[1])
                    & (np.abs(marks[:, 1] - box[2]) < 0.6 * LINE)).any()
            if not hidden and not over and box[0] > 0.0 and box[1] < 1.0:
                taken.append(box)
                axes.annotate(name, (x * top, y * top), xytext=(-5 if right else 5, up),
                              textcoords="offset points", fontsize=6.5,
                              color=load_palette().page["muted"], ha="right" if right else "left")
                break


def _storms(table: pd.DataFrame) -> list[tuple[str, str, str, pd.DataFrame]]:
    """Return colour, mark, name and rows of each storm."""
    page = load_palette().page
    return [(page[COLOURS[k % len(COLOURS)]], MARKS[k % len(MARKS)],
             storm_name(str(part["storm"].iloc[0]), str(sid)), part)
            for k, (sid, part) in enumerate(table.groupby("sid", sort=False))]
