"""Pictures of a place's hazard profile: levels against return period, past events, grades."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from riskcloud.report.charts import MM, in_page_style, to_data_uri
from riskcloud.report.hazard_tables import measure_words
from riskcloud.report.palette import load_palette
from riskcloud.report.text import Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Entry = Mapping[str, Any]
WIDTH_MM: Final = 178.0
ROW_MM: Final = 58.0
LOG_UNITS: Final = ("g",)
"""Units whose levels span decades from one return period to the next."""


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

    n_columns = min(len(shown), 3)
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
    axes.set_title(measure_words(hazard, text), fontsize=8, loc="left")
    axes.set_xlabel(text("hazard_profile.period_axis"))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid()
