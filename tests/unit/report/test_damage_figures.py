"""Figures of the page of damage: what was counted stands as it is."""

import pandas as pd

from riskcloud.report.damage import figure_of, told_table
from riskcloud.report.text import load_text


def test_counts_have_no_decimals_and_expectations_three_digits():
    text = load_text("en")
    shown = [figure_of({"asset": "tower", "n": value}, "n", text)
             for value in (4.0, 816.0, 3.0412, 1764.3, float("nan"))]
    assert shown == ["4", "816", "3.04", "1,764", "–"]
    told = pd.DataFrame([
        {"event": "UTOR_2013", "metric": "35 kV line trips", "place": "Guangdong",
         "why_not": "", "value": value} for value in (2.0, 1_338_300.0)])
    assert [row[-1] for row in told_table(told, text).rows] == ["2", "1,338,300"]
