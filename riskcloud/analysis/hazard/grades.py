"""Grades 1 to 5 of a place's perils, by the scales of models/grades; "no data" is none of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from riskcloud.hazard.grades import GradeScale, load_scale
from riskcloud.types import Bools, Floats, Ints, PlaceHazard

NO_GRADE: Final = 0
"""Stands for "no data" where grades are numbers."""
SCALES: Final[Mapping[str, tuple[str, ...]]] = {
    "typhoon": ("place_typhoon",), "rainstorm": ("place_rainstorm", "place_rainstorm_1h"),
    "flood": ("place_flood",), "surge": ("place_flood",), "earthquake": ("place_earthquake",),
    "lightning": ("place_lightning",), "landslide": ("place_landslide",)}
"""Perils in the order they are shown, and their scales: the first whose measure is known counts."""
NOT_BY_PERIOD: Final = 0.0
"""The "return period" of what has none: a yearly mean, a class."""


@dataclass(frozen=True, slots=True)
class PerilGrade:
    """Grades of one peril at sites, and what each was read from.

    grade (n_sites,) 1 to 5, ``NO_GRADE`` where nothing is known. scale (n_sites,) place in
    ``scales``, hazard (n_sites,) place among the peril's hazards, -1 where there is no grade;
    value (n_sites,) what was graded, NaN for none; by_code: it was the design code's value, which
    was the larger.
    """

    scales: tuple[GradeScale, ...]
    grade: Ints
    scale: Ints
    hazard: Ints
    value: Floats
    by_code: Bools


@cache
def scales_of(peril: str) -> tuple[GradeScale, ...]:
    """Return the scales of a peril, the preferred one first."""
    return tuple(load_scale(name) for name in SCALES[peril])


def period_of(scale: GradeScale) -> float:
    """Return the return period [years] that a scale grades; ``NOT_BY_PERIOD`` for none."""
    return NOT_BY_PERIOD if scale.return_period_yr is None else scale.return_period_yr


def grade_peril(peril: str, hazards: Sequence[PlaceHazard], n_sites: int) -> PerilGrade:
    """Return the grades of a peril at sites.

    The scale's measure at the scale's return period counts; where a design code states the same,
    the larger of the two. Nothing known there: no grade, whatever other periods say.
    """
    scales = scales_of(peril)
    grade, scale, hazard = (np.full(n_sites, start, np.int64) for start in (NO_GRADE, -1, -1))
    value, by_code = np.full(n_sites, np.nan), np.zeros(n_sites, bool)
    for k, one in enumerate(scales):
        for h, found in enumerate(hazards):
            if found.measure != one.measure or period_of(one) not in found.periods:
                continue
            level = found.level[:, found.periods.index(period_of(one))]
            code = found.beside.get(period_of(one), np.full(n_sites, np.nan))
            larger = np.fmax(level, code)
            at = (grade == NO_GRADE) & np.isfinite(larger)
            grade[at] = numbers(one, larger[at])
            scale[at], hazard[at], value[at] = k, h, larger[at]
            by_code[at] = ~(level[at] >= code[at]) & np.isfinite(code[at])
    return PerilGrade(scales, grade, scale, hazard, value, by_code)


def numbers(scale: GradeScale, values: Floats) -> Ints:
    """Return grades as numbers (n,), ``NO_GRADE`` for NaN.

    A value on a bound has the higher grade, rounding of the unit's conversion allowed for.
    """
    place = np.searchsorted(scale.lower, values * (1.0 + 1e-12), side="right")
    return np.asarray(np.where(np.isnan(values), NO_GRADE, np.maximum(place, 1)), np.int64)


def overall(grades: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Return the overall grade (n_sites,) and how many perils have none.

    It is the largest of the perils' grades (ours): an average would hide the peril that matters,
    and a peril without data is not counted as a low one.
    """
    table = np.array(grades)
    return np.asarray(table.max(axis=0)), np.asarray((table == NO_GRADE).sum(axis=0))
