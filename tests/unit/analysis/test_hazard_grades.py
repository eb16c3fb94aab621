"""Grades of a place: bounds, the larger of model and code, and no data that is never low."""

import numpy as np
import pytest

from riskcloud.analysis.hazard.grades import (
    NO_GRADE,
    SCALES,
    grade_peril,
    numbers,
    overall,
    period_of,
    scales_of,
)
from riskcloud.analysis.hazard.layers import without_layer
from riskcloud.hazard.grades import load_scale
from riskcloud.types import PlaceHazard, PlaceLayer

LAYER = PlaceLayer("model", "made up")


def hazard(peril: str, measure: str, unit: str, levels: dict[float, list[float]],
           beside: dict[float, list[float]] | None = None) -> PlaceHazard:
    level = np.array(list(levels.values())).T
    return PlaceHazard(peril, measure, unit, tuple(levels), level, level, level, (LAYER,),
                       np.where(np.isfinite(level).any(axis=1), 0, -1),
                       {k: np.array(v) for k, v in (beside or {}).items()})


@pytest.mark.parametrize(("name", "values", "grades"), [
    ("place_typhoon", [0.0, 141.9 / 3.6, 142 / 3.6, 185 / 3.6, 213 / 3.6, 252 / 3.6, 90.0],
     [1, 1, 2, 3, 4, 5, 5]),
    ("place_rainstorm", [0.0, 49.9, 50.0, 100.0, 250.0, 399.0, 400.0], [1, 1, 2, 3, 4, 4, 5]),
    ("place_rainstorm_1h", [29.9, 30.0, 50.0, 70.0, 100.0], [1, 2, 3, 4, 5]),
    ("place_flood", [0.0, 0.04, 0.05, 0.5, 1.0, 2.0], [1, 1, 2, 3, 4, 5]),
    ("place_earthquake", [0.03, 0.05, 0.10, 0.15, 0.20, 0.30, 0.40], [1, 2, 3, 3, 4, 4, 5]),
    ("place_lightning", [0.5, 0.78, 2.78, 5.0, 7.98], [1, 2, 3, 4, 5]),
    ("place_landslide", [0.0, 1.0, 2.0, 3.0, 4.0, 5.0], [1, 1, 2, 3, 4, 5])])
def test_bounds_of_scales(name: str, values: list[float], grades: list[int]) -> None:
    assert numbers(load_scale(name), np.array(values)).tolist() == grades
    assert numbers(load_scale(name), np.array([np.nan])).tolist() == [NO_GRADE]


def test_every_scale_has_five_grades_words_and_a_source_in_two_languages() -> None:
    for peril in SCALES:
        for scale in scales_of(peril):
            assert scale.grades == ("1", "2", "3", "4", "5") and scale.lower[0] == 0.0
            for key in ("source", "source_zh", "verified_words", "verified_words_zh", "maps_to"):
                assert scale.card[key]
            for grade in scale.grades:
                assert scale.maps_to(grade, "zh") and scale.maps_to(grade, "en")


def test_the_larger_of_model_and_code_is_graded() -> None:
    found = grade_peril("earthquake", [hazard(
        "earthquake", "pga", "g", {475.0: [0.03, 0.21, np.nan, 0.05]},
        {475.0: [0.10, 0.10, 0.20, np.nan]})], 4)
    assert found.grade.tolist() == [3, 4, 4, 2]
    assert found.by_code.tolist() == [True, False, True, False]
    assert found.value.tolist() == [0.10, 0.21, 0.20, 0.05]


def test_rain_of_an_hour_counts_only_without_rain_of_a_day() -> None:
    day = hazard("rainstorm", "rain_24h", "mm", {100.0: [60.0, np.nan, np.nan]})
    hour = hazard("rainstorm", "rain_1h", "mm", {100.0: [120.0, 120.0, np.nan]})
    found = grade_peril("rainstorm", [day, hour], 3)
    assert found.grade.tolist() == [2, 5, NO_GRADE]
    assert found.hazard.tolist() == [0, 1, -1] and found.scale.tolist() == [0, 1, -1]


def test_other_periods_give_no_grade() -> None:
    """A place dry at 50 years, of which nothing is known at 100, is not low."""
    assert period_of(scales_of("flood")[0]) == 100.0
    found = grade_peril("flood", [hazard("flood", "depth", "m", {
        50.0: [0.0, 0.0], 100.0: [np.nan, 0.0]})], 2)
    assert found.grade.tolist() == [NO_GRADE, 1]


def test_no_layer_is_no_grade_and_overall_is_the_largest() -> None:
    none = without_layer("flood", (100.0,), 3, "why")
    assert grade_peril("flood", [none], 3).grade.tolist() == [NO_GRADE] * 3
    worst, unknown = overall([np.array([0, 1, 0]), np.array([0, 4, 0]), np.array([2, 0, 0])])
    assert worst.tolist() == [2, 4, 0] and unknown.tolist() == [2, 1, 3]
