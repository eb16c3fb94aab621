"""columns.csv is complete, and headers meet it in every accepted spelling."""

import pytest

from riskcloud.exposure.schema import TIV, columns, header_key, match_headers, spellings


def test_every_column_is_told_in_two_languages_and_has_a_kind() -> None:
    kinds = {"text", "category", "number", "integer", "code", "date"}
    for item in columns().values():
        assert item.kind in kinds, item
        assert item.oed and item.label_zh and item.meaning_zh and item.meaning_en, item
        assert item.low <= item.high


def test_no_spelling_means_two_columns() -> None:
    seen: dict[str, str] = {}
    for item in columns().values():
        for word in item.spellings:
            assert seen.setdefault(header_key(word), item.name) == item.name, word
    assert set(seen) == set(spellings())


@pytest.mark.parametrize("header", ["LocNumber", "locnumber", "LOC NUMBER", "loc_id", "Loc_Number",
                                    "\ufeffLocNumber", "标的编号", "ＬｏｃＮｕｍｂｅｒ"])
def test_spellings_of_one_column(header: str) -> None:
    assert match_headers([header]).position == {"loc_id": 0}


def test_a_unit_in_brackets_is_read_and_one_in_ten_thousands_refused() -> None:
    assert match_headers(["建筑物保额（元）"]).position == {"tiv_building": 0}
    match = match_headers(["建筑物保额（万元）"])
    assert "whole units" in match.problems[0].remedy


def test_two_headers_for_one_column() -> None:
    match = match_headers(["BuildingTIV", "tiv_building"])
    assert [str(problem) for problem in match.problems] == [
        "row 1, tiv_building = '': a second column for BuildingTIV beside 'BuildingTIV': keep one"]


def test_a_misspelt_header_is_unused_and_resembles_one() -> None:
    match = match_headers(["LocNumber", "BuildngTIV", "Remark"])
    assert match.unused == (1, 2)
    assert match.near == {"BuildngTIV": "BuildingTIV"}


def test_names_cut_to_ten_letters_in_a_shapefile() -> None:
    headers = ["LocNumber", "BuildingTI", "LocCurrenc", "LocDedType"]
    assert match_headers(headers, truncated=True).position == {
        "loc_id": 0, "tiv_building": 1, "currency": 2}
    assert match_headers(headers).position == {"loc_id": 0}


def test_the_four_coverages_are_columns() -> None:
    assert set(TIV) <= set(columns())
