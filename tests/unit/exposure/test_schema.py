"""columns.csv is complete, and headers meet it in every accepted spelling."""

import pytest

from riskcloud.exposure.schema import TIV, columns, header_key, match_headers, spellings
from riskcloud.messages import translated


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


@pytest.mark.parametrize(("header", "said"), [
    ("设计风速(mph)", "read in m/s"), ("设计风速(km/h)", "read in m/s"),
    ("塔高（英尺）", "read in m:"), ("设计风速时距(min)", "read in s"),
    ("经度(GCJ02)", "--coordinates"), ("纬度（百度）", "坐标系"),
    ("保额(千元)", "whole units"), ("BuildingTIV (USD m)", "whole units"),
    ("保额万元", "whole units"), ("建筑物保额_人民币万元", "whole units"),
    ("场地标高(米)", "GroundElevationUnit"),
])
def test_a_unit_that_is_not_read_is_refused(header: str, said: str) -> None:
    (problem,) = match_headers([header]).problems
    assert (problem.row, problem.column) == (1, header) and said in problem.remedy
    assert translated(problem.remedy, "zh") != problem.remedy


@pytest.mark.parametrize("header", [
    "设计风速(m/s)", "设计风速（米/秒）", "经度(°)", "纬度(WGS84)", "保额(HKD)", "保额(元)",
    "塔高(m)", "设计重现期(年)", "保额(KRW)", "设计风速(10min)"])
def test_a_unit_that_is_read_passes(header: str) -> None:
    match = match_headers([header])
    assert match.problems == () and match.unused == ()


def test_a_unit_beside_its_own_column_passes() -> None:
    assert match_headers(["场地标高(米)", "场地地面高程单位", "地面高程单位"]).problems == ()
