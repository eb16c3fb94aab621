"""Charts as SVG pictures: outlines for letters, the same bytes for the same figures."""

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, ParamSpec

import numpy as np

from riskcloud.report.figures import money_unit
from riskcloud.report.pages import font_path
from riskcloud.report.palette import load_palette
from riskcloud.report.text import Text

if TYPE_CHECKING:  # matplotlib takes half a second to import
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

P = ParamSpec("P")
MM = 1.0 / 25.4
"""Inch in a millimetre: matplotlib sizes are in inches."""


def in_page_style(draw: Callable[P, str]) -> Callable[P, str]:
    """Return a drawing function that draws in the page's font and colours, letters as outlines."""

    @wraps(draw)
    def styled(*args: P.args, **kwargs: P.kwargs) -> str:
        from matplotlib import rc_context

        with rc_context(_page_style()):
            return draw(*args, **kwargs)

    return styled


@cache
def _page_style() -> dict[str, Any]:
    from matplotlib import font_manager

    path = str(font_path())
    font_manager.fontManager.addfont(path)
    page = load_palette().page
    return {"font.family": font_manager.FontProperties(fname=path).get_name(), "font.size": 8,
            "axes.edgecolor": page["muted"], "axes.labelcolor": page["ink"],
            "text.color": page["ink"], "xtick.color": page["muted"], "ytick.color": page["muted"],
            "xtick.labelcolor": page["ink"], "ytick.labelcolor": page["ink"],
            "axes.linewidth": 0.6, "xtick.major.width": 0.6, "ytick.major.width": 0.6,
            "grid.color": page["rule"], "grid.linewidth": 0.5,
            "axes.axisbelow": True, "svg.fonttype": "path", "svg.hashsalt": "riskcloud"}


def new_figure(width_mm: float, height_mm: float) -> tuple["Figure", "Axes"]:
    """Return an empty figure with one pair of axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_mm * MM, height_mm * MM), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def to_svg(figure: "Figure") -> str:
    """Return a figure as an SVG without a date."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", dpi=200, metadata={"Date": None, "Creator": None})
    return buffer.getvalue().decode("utf-8")


def svg_uri(svg: str) -> str:
    """Return an SVG as a data URI."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8")).decode("ascii")


def to_data_uri(figure: "Figure") -> str:
    """Return a figure as a data URI of an SVG without a date."""
    return svg_uri(to_svg(figure))


@in_page_style
def exceedance_chart(curves: Sequence[Mapping[str, Any]], currency: str, text: Text) -> str:
    """Return the chance that the event's loss is above a sum, one line a stage.

    ``curves`` are the entries of the summary's exceedance list for one currency.
    """
    page = load_palette().page
    unit = money_unit([x for curve in curves for x in curve["loss"]], currency, text.lang)
    figure, axes = new_figure(86, 56)
    styles = {"ground_up": (page["accent"], "-"), "gross": (page["second"], "--")}
    for curve in curves:
        colour, dash = styles.get(curve["stage"], (page["muted"], ":"))
        order = np.argsort(curve["loss"], kind="stable")
        axes.plot(np.asarray(curve["loss"])[order] / unit.divisor,
                  100.0 * np.asarray(curve["probability"])[order], color=colour, linestyle=dash,
                  linewidth=1.6, label=text.label("stage", curve["stage"]))
    axes.set_xlabel(text("chart.loss_axis", unit=unit.label))
    axes.set_ylabel(text("chart.exceedance_axis"))
    axes.set_xlim(left=0.0)
    axes.set_ylim(0.0, 100.0)
    axes.grid()
    axes.legend(frameon=False, loc="upper right")
    return to_data_uri(figure)


@in_page_style
def band_chart(bands: Sequence[Mapping[str, Any]], total: Mapping[str, Any], text: Text) -> str:
    """Return the 5-95 % band of the loss in all, and with one source of uncertainty at a time."""
    page = load_palette().page
    unit = money_unit([total["q95"], *(band["q95"] for band in bands)], total["currency"],
                      text.lang)
    rows = [(text("chart.all_sources"), total["q05"], total["q95"], ""),
            *((text.label("band_source", band["source"]), band["q05"], band["q95"],
               _share(band["variance_share"], text)) for band in bands)]
    figure, axes = new_figure(86, 56)
    places = np.arange(len(rows))[::-1]
    for place, (_, low, high, share) in zip(places, rows, strict=True):
        colour = page["ink"] if place == len(rows) - 1 else page["accent"]
        # one source alone may leave a lower end below zero: no loss is
        axes.plot([max(low, 0.0) / unit.divisor, high / unit.divisor], [place, place],
                  color=colour, linewidth=7, solid_capstyle="butt")
        axes.annotate(share, (high / unit.divisor, place), xytext=(5, 0), va="center",
                      textcoords="offset points", color=page["muted"])
    axes.axvline(total["mean"] / unit.divisor, color=page["second"], linewidth=1.2)
    axes.set_yticks(places, [row[0] for row in rows])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.set_xlim(0.0, 1.15 * max([high for _, _, high, _ in rows]) / unit.divisor or 1.0)
    axes.set_xlabel(text("chart.loss_axis", unit=unit.label))
    axes.grid(axis="x")
    return to_data_uri(figure)


def _share(share: float, text: Text) -> str:
    """Return a share of the variance in whole per cent."""
    return "<1%" if 0.0 < share < 0.01 else text.number(100.0 * share) + "%"


@in_page_style
def model_chart(models: Sequence[Mapping[str, Any]], total: Mapping[str, Any], text: Text) -> str:
    """Return the expected loss by wind model, the weighted mean as a line."""
    page = load_palette().page
    currency = total["currency"]
    means = np.array([model["mean"].get(currency) or 0.0 for model in models])  # None: not drawn
    unit = money_unit([*means, total["mean"]], currency, text.lang)
    figure, axes = new_figure(86, 16 + 8 * len(models))
    places = np.arange(len(models))[::-1]
    axes.barh(places, means / unit.divisor, height=0.6, color=page["accent"])
    axes.axvline(total["mean"] / unit.divisor, color=page["second"], linewidth=1.2)
    names = [text("chart.model_label", model=text.label("wind_model", model["model"]),
                  weight=text.percent(model["weight"])) for model in models]
    axes.set_yticks(places, names)
    axes.set_xlim(0.0, 1.1 * max([*means, total["mean"]]) / unit.divisor or 1.0)
    axes.set_xlabel(text("chart.mean_axis", unit=unit.label))
    axes.grid(axis="x")
    return to_data_uri(figure)
