"""Pictures of the page of loss statistics: exceedance curves."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from riskcloud.report.charts import in_page_style, new_figure, to_data_uri
from riskcloud.report.figures import money_unit
from riskcloud.report.palette import load_palette
from riskcloud.report.text import Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH_MM, HEIGHT_MM = 178.0, 82.0
TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)
"""Return periods written at the axis; ours."""

Entry = Mapping[str, Any]


@in_page_style
def ep_chart(curves: Sequence[Entry], points: Sequence[Entry], currency: str, text: Text, *,
             but: str = "") -> str:
    """Return the exceedance curves of one currency: AEP solid, OEP dashed, a colour a stage.

    ``curves`` are the summary's, ``points`` those of the return periods asked for: the bars are the
    sampling band of AEP. but : a stage that is left out; the others keep their colours.
    """
    page = load_palette().page
    stages = list(dict.fromkeys(curve["stage"] for curve in curves))
    curves = [curve for curve in curves if curve["stage"] != but]
    unit = money_unit([x for curve in curves for x in curve["loss"]], currency, text.lang)
    figure, axes = new_figure(WIDTH_MM, HEIGHT_MM)
    colours = (page["accent"], page["second"], page["ink"], page["muted"])
    for curve in curves:
        colour = colours[stages.index(curve["stage"]) % len(colours)]
        label = text("ep.line", basis=curve["basis"], stage=text.label("ep_stage", curve["stage"]))
        axes.plot(curve["return_period_yr"], np.asarray(curve["loss"]) / unit.divisor,
                  color=colour, linestyle="-" if curve["basis"] == "AEP" else "--", linewidth=1.5,
                  label=label)
    for stage in stages:
        _draw_bands(axes, [one for one in points if one["stage"] == stage != but], unit.divisor,
                    colours[stages.index(stage) % len(colours)])
    last = max(curve["return_period_yr"][-1] for curve in curves)
    ticks = [year for year in TICKS if year <= last * 1.0001] or [1]
    axes.set_xscale("log")
    axes.set_xticks(ticks, [f"{year:,}" for year in ticks])
    axes.minorticks_off()
    axes.set_ylim(bottom=0.0)
    axes.set_xlabel(text("ep.period_axis"))
    axes.set_ylabel(text("ep.loss_axis", unit=unit.label))
    axes.grid()
    axes.legend(frameon=False, loc="upper left")
    return to_data_uri(figure)


def _draw_bands(axes: "Axes", points: Sequence[Entry], divisor: float, colour: str) -> None:
    """Draw the band at each return period; where it has no upper end, only down to the lower."""
    for point in points:
        if point["basis"] != "AEP" or not point["loss_low"] == point["loss_low"]:
            continue
        high = point["loss_high"]
        top = point["loss"] if high != high else high
        axes.plot([point["return_period_yr"]] * 2, [point["loss_low"] / divisor, top / divisor],
                  color=colour, linewidth=3.5, alpha=0.3, solid_capstyle="butt")
