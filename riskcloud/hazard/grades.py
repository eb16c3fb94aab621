"""Hazard grades by class: an intensity and the scale it is read on give a grade, or "no data"."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.catalog import Card, load_card
from riskcloud.errors import ModelError
from riskcloud.types import Floats
from riskcloud.units import HOUR, KM

NO_DATA: Final = "no_data"
BELOW: Final = "below"
"""Grades of every scale: nothing is known; less than its first class."""
TO_SI: Final = {"km/h": KM / HOUR, "m/s": 1.0, "mm": 1.0, "m": 1.0, "g": 1.0, "1/km2/yr": 1.0,
                "class": 1.0}
"""Factors to the unit that intensities are in; rain stays in millimetres, PGA in g."""


@dataclass(frozen=True, slots=True)
class GradeScale:
    """A scale: grades and their lower bounds in SI units, ascending; its card says the source."""

    card: Card
    grades: tuple[str, ...]
    lower: Floats

    @property
    def measure(self) -> str:
        """Measure that the scale grades."""
        return str(self.card["measure"])

    @property
    def return_period_yr(self) -> float | None:
        """Return period that the scale is made for; None: any."""
        period = self.card.get("return_period_yr")
        return None if period is None else float(period)

    def title(self, grade: str, lang: str) -> str:
        """Return a grade's name in zh or en; the grade itself where the scale has none."""
        return self._cell(grade, "title_zh" if lang == "zh" else "title") or grade

    def maps_to(self, grade: str, lang: str) -> str:
        """Return which class of the scale's source a grade stands for; "" where it says none."""
        return self._cell(grade, "maps_to_zh" if lang == "zh" else "maps_to")

    def _cell(self, grade: str, column: str) -> str:
        return next((row.get(column, "") for row in self.card.rows("grades.csv")
                     if row["grade"] == grade), "")


def load_scale(name: str) -> GradeScale:
    """Return a scale of models/grades.

    Raises NotFoundError for an unknown name, ModelError for a scale whose bounds do not rise or
    whose unit is not known.
    """
    card = load_card("grades", name)
    rows, unit = card.rows("grades.csv"), str(card["unit"])
    if unit not in TO_SI:
        raise ModelError(f"hazard grade {name}: unit {unit!r}, expected {', '.join(TO_SI)}")
    column = "from_" + unit.replace("/", "_")
    lower = np.array([float(row[column]) for row in rows]) * TO_SI[unit]
    if not (np.diff(lower) > 0.0).all():
        raise ModelError(f"hazard grade {name}: bounds of grades.csv do not rise")
    return GradeScale(card, tuple(row["grade"] for row in rows), lower)


def grade_of(scale: GradeScale, intensity: Floats) -> npt.NDArray[Any]:
    """Grade of each intensity (...,) in SI units: text; ``below`` the first class, NaN ``no_data``.

    A value on a bound has the higher grade, unit conversion's rounding allowed for.
    """
    values = np.asarray(intensity, np.float64)
    place = np.searchsorted(scale.lower, values * (1.0 + 1e-12), side="right")
    words = np.array([BELOW, *scale.grades, NO_DATA])
    return np.asarray(words[np.where(np.isnan(values), len(words) - 1, place)])
