"""The page of many sites' hazard profiles: grades by peril, the worst sites, a map."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from riskcloud.analysis.hazard.profile import HazardProfile
from riskcloud.report.hazard_words import value_words
from riskcloud.report.tables import Table
from riskcloud.report.text import Text
from riskcloud.types import Ints

Entry = Mapping[str, Any]
MOST_ROWS: Final = 60
"""Sites listed on the page; hazard.csv has all. Ours."""


def count_table(profile: HazardProfile, text: Text) -> Table:
    """Return how many sites have each grade, a row a peril and one overall."""
    rows = [(text("hazard_profile.overall"), *_counts(profile.overall, text))]
    rows += [(text(f"hazard_peril.{one.peril}"), *_counts(one.graded.grade, text))
             for one in profile.perils]
    headings = (text("hazard_profile.counts"), *(
        f"{k} {text(f'hazard_grade.{k}')}" for k in range(1, 6)), text("hazard_grade.0"))
    return Table("", headings, tuple(rows), 1, "counts")


def _counts(grades: Ints, text: Text) -> tuple[str, ...]:
    found = np.bincount(grades, minlength=6)
    return tuple(text.number(int(found[k])) for k in (1, 2, 3, 4, 5, 0))


def worst_first(profile: HazardProfile) -> Ints:
    """Return places of sites, the highest overall grade first, those without any last."""
    return np.argsort(-profile.overall, kind="stable")


def place_table(profile: HazardProfile, text: Text, *, named: bool) -> Table:
    """Return the worst sites: grades, and the values that they were read from."""
    rows = []
    order = worst_first(profile)
    for i in order[:MOST_ROWS]:
        cells = [_cell(profile, int(i), k, text) for k in range(len(profile.perils))]
        grade = int(profile.overall[i])
        rows.append((site_name(profile, int(i), text, named=named),
                     str(grade) if grade else text("hazard_grade.0"), *cells))
    left = len(order) - MOST_ROWS
    return Table("", (text("hazard_profile.site"), text("hazard_profile.overall"), *(
        text(f"hazard_peril.{one.peril}") for one in profile.perils)), tuple(rows), 1, "sites",
        text("hazard_profile.sites_left", n=text.number(left)) if left > 0 else "")


def _cell(profile: HazardProfile, i: int, k: int, text: Text) -> str:
    graded = profile.perils[k].graded
    grade = int(graded.grade[i])
    if not grade:
        return text("hazard_grade.0")
    scale = graded.scales[int(graded.scale[i])]
    unit = next(one.unit for one in profile.perils[k].hazards if one.measure == scale.measure)
    return f"{grade}\n{value_words(float(graded.value[i]), unit, text)}"


def site_name(profile: HazardProfile, i: int, text: Text, *, named: bool) -> str:
    """Return what a site is called; at sea that is said."""
    name = str(profile.sites.site_id[i]) if named else f"{text('hazard_profile.site')} {i + 1}"
    return f"{name}\n{text('hazard_profile.at_sea')}" if profile.at_sea[i] else name
