"""Pictures of the page of a loss table behind its terms."""

from collections.abc import Sequence

from riskcloud.report.charts import in_page_style, new_figure, to_data_uri
from riskcloud.report.figures import money_unit, significant
from riskcloud.report.palette import load_palette
from riskcloud.report.text import Text


@in_page_style
def waterfall(steps: Sequence[tuple[str, float, bool]], currency: str, text: Text) -> str:
    """Return a mean year from ground-up to net: a bar a stage, and what is taken between them.

    steps : words, amount (below 0: taken off what is above), whether it stands on the floor.
    """
    page = load_palette().page
    largest = max(abs(amount) for _, amount, _ in steps)
    unit = money_unit([largest], currency, text.lang)
    figure, axes = new_figure(178.0, 12.0 + 7.0 * len(steps))
    places = list(range(len(steps)))[::-1]
    reached = 0.0
    for place, (_, amount, stands) in zip(places, steps, strict=True):
        start = 0.0 if stands else reached
        reached = start + amount
        axes.barh(place, amount / unit.divisor, left=start / unit.divisor, height=0.62,
                  color=page["ink"] if stands else page["accent"])
        told = significant(abs(amount) / unit.divisor, text.lang)
        axes.annotate(told if amount >= 0.0 else f"−{told}",
                      (max(start, reached) / unit.divisor, place), xytext=(4, 0), va="center",
                      textcoords="offset points")
    axes.set_yticks(places, [_short(words) for words, _, _ in steps])
    axes.set_xlim(0.0, 1.14 * largest / unit.divisor or 1.0)
    axes.set_xlabel(text("terms_report.mean_axis", unit=unit.label))
    axes.xaxis.set_major_formatter("{x:,.10g}")
    axes.grid(axis="x")
    return to_data_uri(figure)


def _short(words: str) -> str:
    return words if len(words) <= 32 else f"{words[:31]}…"
