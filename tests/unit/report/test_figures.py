from math import nan

import numpy as np
import pytest

from riskcloud.report.figures import (
    MISSING,
    column_unit,
    in_unit,
    moment,
    money,
    money_range,
    money_unit,
    number,
    offset_name,
    percent,
    significant,
)


@pytest.mark.parametrize(("value", "currency", "lang", "shown"), [
    (321_400_000.0, "CNY", "en", "CNY 321 million"),
    (321_400_000.0, "CNY", "zh", "3.21 亿元人民币"),
    (5_230.0, "CNY", "zh", "5,230 元人民币"),
    (52_300.0, "CNY", "zh", "5.23 万元人民币"),
    (52_300.0, "USD", "zh", "5.23 万美元"),
    (52_300.0, "HKD", "en", "HKD 52,300"),
    (7.64e10, "EUR", "en", "EUR 76.4 billion"),
    (0.0, "CNY", "en", "CNY 0"),
    (0.0, "CNY", "zh", "0 元人民币"),
    (336_217.4, "CNY", "en", "CNY 336,000"),
    (None, "CNY", "zh", MISSING),
    (nan, "CNY", "en", MISSING),
])
def test_money(value: float | None, currency: str, lang: str, shown: str) -> None:
    assert money(value, currency, lang) == shown


@pytest.mark.parametrize(("low", "high", "lang", "shown"), [
    (1.01e6, 2.63e7, "en", "CNY 1.01 to 26.3 million"),
    (1.01e6, 2.63e7, "zh", "101 至 2,630 万元人民币"),
    (5.75e7, 1.84e9, "en", "CNY 57.5 million to 1.84 billion"),
    (5.75e7, 1.84e9, "zh", "5,750 万至 18.4 亿元人民币"),
    (0.0, 1.84e9, "zh", "0 至 18.4 亿元人民币"),
    (336_217.4, 3.10e9, "en", "CNY 336,000 to 3.10 billion"),
    (0.0, 24_637_000.0, "zh", "0 至 2,460 万元人民币"),
    (0.0, 0.0, "en", "CNY 0 to 0"),
    (None, 1.0, "zh", MISSING),
])
def test_money_range(low: float | None, high: float, lang: str, shown: str) -> None:
    assert money_range(low, high, "CNY", lang) == shown


def test_units_of_axes_and_columns() -> None:
    assert money_unit([3e5, 2e8], "CNY", "zh").label == "亿元人民币"
    assert money_unit([], "CNY", "en").label == "CNY"
    unit = column_unit([2.5e8, 6e6, 2e4], "CNY", "zh")  # the middle value decides
    assert (unit.label, unit.digits) == ("万元", 0)
    assert [in_unit(x, unit, "zh") for x in (2.5e8, 2e4, 100.0, 0.0, nan)] == [
        "25,000", "2", "<1", "0", MISSING]
    assert column_unit([1.5e8], "USD", "en").label == "USD million"


@pytest.mark.parametrize(("value", "shown"), [
    (0.0042, "0.42%"), (0.421, "42%"), (0.0421, "4.2%"), (0.0, "0%"),
    (1e-9, "<0.0001%"), (None, MISSING)])
def test_percent(value: float | None, shown: str) -> None:
    assert percent(value, "en") == shown


def test_numbers() -> None:
    assert number(1234567.8, "zh", 1) == "1,234,567.8"
    assert number(np.float64("nan"), "en") == MISSING
    assert significant(0.01234, "en") == "0.0123"


@pytest.mark.parametrize(("offset", "lang", "shown"), [
    (8.0, "en", "22 Aug 2017, 18:00 UTC (23 Aug 02:00 UTC+8)"),
    (8.0, "zh", "2017年8月22日 18:00 UTC (23日 02:00 UTC+8)"),
    (0.0, "en", "22 Aug 2017, 18:00 UTC"),
    (-3.5, "en", "22 Aug 2017, 18:00 UTC (14:30 UTC-3:30)"),
])
def test_moment_says_its_zones(offset: float, lang: str, shown: str) -> None:
    for value in (np.datetime64("2017-08-22T18:00:00", "s"), "2017-08-22T18:00:00Z"):
        assert moment(value, lang, offset) == shown


def test_missing_moment() -> None:
    assert moment(np.datetime64("NaT"), "en", 8.0) == MISSING
    assert moment(None, "zh", 8.0) == MISSING
    assert offset_name(5.75) == "UTC+5:45"
