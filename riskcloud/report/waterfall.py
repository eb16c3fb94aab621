"""A waterfall chart: from an old sum to a new one, one step a cause."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from riskcloud.report.charts import in_page_style, new_figure, to_data_uri
from riskcloud.report.figures import MoneyUnit, in_unit, money_unit
from riskcloud.report.palette import load_palette
from riskcloud.report.text import Text


@in_page_style
def waterfall_chart(total: Mapping[str, Any], text: Text) -> str:
    """Return the expected loss before, what each cause adds or takes, and the expected loss now.

    ``total`` is an entry of changed.json's totals.
    """
    page = load_palette().page
    unit = money_unit([total["old"]["mean"], total["new"]["mean"]], total["currency"], text.lang)
    largest = max(total["old"]["mean"], total["new"]["mean"]) / unit.divisor
    unit = replace(unit, digits=1 if largest >= 100.0 else 2)
    rows = [(text("changed.before"), 0.0, total["old"]["mean"], page["ink"])]
    reached = total["old"]["mean"]
    for part in total["parts"]:
        colour = page["second"] if part["change"] > 0.0 else page["accent"]
        rows.append((text(f"changed.row_{part['source']}"), reached, part["change"], colour))
        reached += part["change"]
    rows.append((text("changed.now"), 0.0, total["new"]["mean"], page["ink"]))
    figure, axes = new_figure(176, 12 + 6.5 * len(rows))
    places = list(range(len(rows)))[::-1]
    for place, (_, start, change, colour) in zip(places, rows, strict=True):
        axes.barh(place, change / unit.divisor, left=start / unit.divisor, height=0.62,
                  color=colour)
        is_part = 0 < place < len(rows) - 1
        shown = signed(change, unit, text) if is_part else in_unit(change, unit, text.lang)
        axes.annotate(shown, (max(start, start + change) / unit.divisor, place), xytext=(4, 0),
                      va="center", textcoords="offset points")
    ends = [max(start, start + change) for _, start, change, _ in rows]
    axes.set_yticks(places, [row[0] for row in rows])
    lowest = min(0.0, *(min(start, start + change) for _, start, change, _ in rows))
    axes.set_xlim(lowest / unit.divisor, 1.14 * max(ends) / unit.divisor or 1.0)
    axes.set_xlabel(text("chart.mean_axis", unit=unit.label))
    axes.grid(axis="x")
    return to_data_uri(figure)


def signed(change: float, unit: MoneyUnit, text: Text) -> str:
    """Return a change in a unit with its sign; 0 for none."""
    if change == 0.0:
        return "0"
    return f"{'+' if change > 0.0 else '−'}{in_unit(abs(change), unit, text.lang)}"
