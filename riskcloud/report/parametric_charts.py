"""Pictures of the page of index covers: how likely each tier is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from riskcloud.report.charts import in_page_style, new_figure, to_data_uri
from riskcloud.report.ep_charts import ep_chart
from riskcloud.report.palette import load_palette
from riskcloud.report.text import Text

WIDTH_MM, BAR_MM = 178.0, 11.0
MOST_BARS = 15
"""Covers in the picture; ours."""
SMALLEST = 0.06
"""Share of a bar below which it has no words; ours."""

Entry = Mapping[str, Any]


@in_page_style
def tier_chart(rows: Sequence[Entry], tiers: Sequence[Entry], text: Text) -> str:
    """Return a bar a cover, its parts the chance of each tier, the darker the severer."""
    page = load_palette().page
    shown = [row for row in rows if row["status"] == "in_force"][:MOST_BARS]
    figure, axes = new_figure(WIDTH_MM, 20.0 + BAR_MM * len(shown))
    places = np.arange(len(shown))[::-1]
    for place, row in zip(places, shown, strict=True):
        own = [tier for tier in tiers if tier["cover"] == row["cover"]]
        left = 0.0
        for k, tier in enumerate(own):
            share = 100.0 * tier["probability"]
            strength = 0.0 if k == 0 else 0.30 + 0.70 * k / (len(own) - 1)
            axes.barh(place, share, left=left, height=0.62, edgecolor="white", linewidth=0.8,
                      color=page["rule"] if k == 0 else page["accent"],
                      alpha=1.0 if k == 0 else strength)
            if share > 100.0 * SMALLEST:
                axes.annotate(text.percent(tier["probability"]), (left + share / 2, place),
                              ha="center", va="center",
                              color="white" if strength > 0.6 else page["ink"])
            left += share
    axes.set_yticks(places, [str(row["cover"]) for row in shown])
    axes.set_ylim(-0.6, len(shown) - 0.4)
    axes.set_xlim(0.0, 100.0)
    axes.set_xlabel(text("parametric.chance_axis"))
    axes.grid(axis="x")
    return to_data_uri(figure)


def payout_chart(summary: Entry, currency: str, text: Text) -> str:
    """Return the exceedance curves of the payouts of one currency."""
    word = text("parametric.payout")
    text = replace(text, strings={**text.strings,
                                  "ep.loss_axis": text.strings["parametric.payout_axis"]})

    def own(rows: Sequence[Entry]) -> list[Entry]:
        return [{**row, "stage": word} for row in rows
                if row["currency"] == currency and row["key"] == "all"]

    return ep_chart(own(summary["curves"]), own(summary["exceedance"]), currency, text)
