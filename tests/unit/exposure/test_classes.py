"""Asset classes: complete, and found from OED codes."""

import math

import pytest

from riskcloud.exposure.classes import asset_classes, class_from_oed, construction_from_oed

CODES = """tower_35kv tower_110kv tower_220kv tower_330kv tower_500kv tower_800kv line_10kv
line_35kv line_110kv line_220kv line_330kv line_500kv line_800kv pole_wood pole_concrete pole_steel
substation equipment plant_thermal plant_hydro plant_nuclear plant_solar plant_wind
building_residential building_commercial building_industrial building_public
building_unknown""".split()


def test_the_codes_that_other_parts_rely_on() -> None:
    assert list(asset_classes()) == CODES
    assert {item.group for item in asset_classes().values()} == {
        "tower", "line", "pole", "substation", "plant", "equipment", "building"}


def test_lines_are_lines_and_design_values_have_a_source() -> None:
    for item in asset_classes().values():
        assert item.is_line == (item.group == "line")
        assert item.design_source or math.isnan(item.design_return_period_yr)


@pytest.mark.parametrize(("occupancy", "construction", "expected"), [
    (2531, 5751, "tower_110kv"), (2531, 5752, "tower_220kv"), (2531, 5000, "line_110kv"),
    (2531, 5756, "line_10kv"), (1000, 5752, "tower_220kv"), (1300, 5803, "equipment"),
    (2530, 5803, "substation"), (2530, 5000, "substation"), (2500, 5000, "plant_hydro"),
    (2510, 5807, "plant_thermal"), (2520, 5000, "plant_nuclear"), (2541, 5000, "plant_solar"),
    (2542, 5000, "plant_wind"), (1000, 7016, "plant_wind"), (1300, 5053, "pole_wood"),
    (1300, 5150, "pole_concrete"), (1055, 5150, "building_residential"),
    (1122, 5200, "building_commercial"), (2301, 5200, "building_industrial"),
    (1231, 5100, "building_public"), (1000, 5000, "building_unknown"), (1404, 5000, ""),
])
def test_class_from_oed(occupancy: int, construction: int, expected: str) -> None:
    assert class_from_oed(occupancy, construction) == expected


def test_the_oed_codes_written_for_a_class_lead_back_to_its_group() -> None:
    for item in asset_classes().values():
        back = class_from_oed(item.oed_occupancy, item.oed_construction)
        assert asset_classes()[back].group == item.group, item.code


def test_construction() -> None:
    assert [construction_from_oed(code) for code in (5050, 5105, 5156, 5202, 5251, 5803)] == [
        "wood", "masonry", "concrete", "steel", "composite", "unknown"]
