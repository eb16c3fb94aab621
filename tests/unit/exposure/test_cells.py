"""Text of cells to numbers, dates and codes."""

import numpy as np
import pyarrow as pa
import pytest

from riskcloud.exposure import cells


def column(*texts: str) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(texts, pa.string())])


def test_plain_numbers_and_blanks() -> None:
    found = cells.to_numbers(column("1", "-2.5", "", "1e3"))
    np.testing.assert_array_equal(found.value, [1.0, -2.5, np.nan, 1000.0])
    assert found.blank.tolist() == [False, False, True, False]
    assert not found.bad.any()


def test_blank_is_not_zero() -> None:
    found = cells.to_numbers(column("0", ""))
    assert found.value[0] == 0.0 and np.isnan(found.value[1])


def test_thousands_full_width_and_percent() -> None:
    found = cells.to_numbers(column("1,234,567.5", "１２３", " 7 ", "5%", "１２％", ""))
    np.testing.assert_allclose(found.value, [1234567.5, 123.0, 7.0, 0.05, 0.12, np.nan])
    assert found.percent.tolist() == [False, False, False, True, True, False]
    assert found.blank.tolist() == [False] * 5 + [True]
    assert not found.bad.any()


@pytest.mark.parametrize("text", ["12万", "1,23", "nan", "inf", "1e999", "--", "N/A", "0x1F"])
def test_what_is_no_number(text: str) -> None:
    for texts in ((text,), (text, "1,000")):  # the fast way and the close look agree
        found = cells.to_numbers(column(*texts))
        assert found.bad[0] and not found.blank[0]


@pytest.mark.parametrize("text", ["=1+2", "=cmd|' /C calc'!A0", "+cmd|x", "-A1", "@SUM(A1)", " =1"])
def test_formulas(text: str) -> None:
    assert cells.is_formula(column(text)).all()
    assert cells.to_numbers(column(text)).bad.all()


@pytest.mark.parametrize("text", ["-5", "+86 13800000000", "- ", "A-1", "广州"])
def test_what_is_no_formula(text: str) -> None:
    assert not cells.is_formula(column(text)).any()


@pytest.mark.parametrize("text", ["2017-01-31", "2017/1/31", "2017.1.31", "20170131",
                                  "2017年1月31日", "2017-01-31 00:00:00", "2017-01-31T08:00:00Z",
                                  "２０１７-01-31"])
def test_forms_of_a_day(text: str) -> None:
    assert cells.parse_date(text) == np.datetime64("2017-01-31", "s")


@pytest.mark.parametrize("text", ["31/01/2017", "2017-02-30", "2017-13-01", "42766", "2017", "x"])
def test_what_is_no_day(text: str) -> None:
    assert cells.parse_date(text) is None


def test_dates_of_a_column() -> None:
    days, bad = cells.to_dates(column("2017-01-31", "", "soon"))
    assert days.dtype == "datetime64[s]"
    assert np.isnat(days[1]) and not bad[1]
    assert bad.tolist() == [False, False, True]


def test_words_of_a_column_in_chunks() -> None:
    found = cells.words(pa.chunked_array([pa.array(["b", "a "]), pa.array(["a", "b"])]))
    assert [found.word[i] for i in found.place] == ["b", "a", "a", "b"]
