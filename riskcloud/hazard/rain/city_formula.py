"""Design rain by the storm formulas that cities publish: models/design_rain, one card a formula.

q = 167 A (1 + C lg P) / (t + b)^n in L/(s ha), t in minutes, P the return period in years (GB
50014-2021, 4.1.9 and its predecessors): one equation for every period (``general_formula``), or
constants for each period (``CityFormula``), which the cities call the more exact.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from riskcloud.catalog import Card, list_cards, load_card
from riskcloud.errors import InputError, ModelError, NotFoundError
from riskcloud.types import Floats
from riskcloud.units import KM

MM_PER_H: Final = 0.36
"""Millimetre an hour in a litre a second from a hectare: 1e-3 m3/s on 1e4 m2, exactly 0.36."""


@dataclass(frozen=True, slots=True)
class CityFormula:
    """A city's formula: for each return period its own q = a / (t + b)^n.

    period_yr, a, b_min, n (n_periods,), ascending in period; durations_min: shortest and longest
    that it was made for; lon, lat, radius_m (n_areas,): circles it is applied in.
    """

    card: Card
    period_yr: Floats
    a: Floats
    b_min: Floats
    n: Floats
    durations_min: tuple[float, float]
    lon: Floats
    lat: Floats
    radius_m: Floats

    def intensity_mm_h(self, duration_min: float, periods: tuple[float, ...]) -> Floats:
        """Return mean intensity (n_periods,) over a duration [mm/h].

        Between the periods of the formula it is linear in lg P (ours; the general formula is, at
        any one duration). NaN for a period outside those of the formula, and for every period
        where the duration is.
        """
        if not self.durations_min[0] <= duration_min <= self.durations_min[1]:
            return np.full(len(periods), np.nan)
        at_nodes = MM_PER_H * self.a / (duration_min + self.b_min) ** self.n
        return np.interp(np.log10(periods), np.log10(self.period_yr), at_nodes,
                         left=np.nan, right=np.nan)

    def depth_mm(self, duration_min: float, periods: tuple[float, ...]) -> Floats:
        """Return rain (n_periods,) of a duration [mm]; NaN as ``intensity_mm_h``."""
        return self.intensity_mm_h(duration_min, periods) * duration_min / 60.0


def general_formula(duration_min: float, periods: tuple[float, ...], *,
                    constants: Mapping[str, float]) -> Floats:
    """Mean intensity (n_periods,) [mm/h] of q = 167 A (1 + C lg P) / (t + b)^n.

    constants : ``A`` [mm/min], ``C``, ``b_min``, ``n``; many sheets print 167 A as one number.

    Raises
    ------
    InputError : a duration or return period that is not positive.

    Source
    ------
    GB 50014-2021, Standard for design of outdoor wastewater engineering, 4.1.9 (second-hand).
    """
    if not (duration_min > 0.0 and min(periods) > 0.0):
        raise InputError(f"design rain: {duration_min:g} min, periods {periods}: expected above 0")
    strength = 167.0 * constants["A"] * (1.0 + constants["C"] * np.log10(periods))
    return np.asarray(
        MM_PER_H * strength / (duration_min + constants["b_min"]) ** constants["n"])


def load_formula(name: str) -> CityFormula:
    """Return a formula of models/design_rain. Raises NotFoundError, ModelError."""
    card = load_card("design_rain", name)
    table = {key: np.array([float(row[key]) for row in card.rows("formulas.csv")])
             for key in ("return_period_yr", "a", "b_min", "n")}
    area = {key: np.array([float(row[key]) for row in card.rows("areas.csv")])
            for key in ("lon", "lat", "radius_km")}
    if not (np.diff(table["return_period_yr"]) > 0.0).all():
        raise ModelError(f"design rain {name}: return periods of formulas.csv do not ascend")
    shortest, longest = (float(value) for value in card["durations_min"])
    return CityFormula(card, table["return_period_yr"], table["a"], table["b_min"], table["n"],
                       (shortest, longest), area["lon"], area["lat"], area["radius_km"] * KM)


def load_formulas() -> tuple[CityFormula, ...]:
    """Return every formula in force, those of later editions first.

    An edition that its card calls superseded is to be had by ``load_formula`` alone.
    """
    every = [load_formula(name) for name in list_cards("design_rain")]
    return tuple(sorted((one for one in every if not one.card.get("superseded_by")),
                        key=lambda one: (-int(one.card["edition_year"]), one.card.name)))


def find_formulas(city: str) -> tuple[CityFormula, ...]:
    """Return the formulas of a city by its name in English or Chinese, or one by its own name.

    Those in force stand first, superseded editions behind. Raises NotFoundError for an unknown
    city, naming the known ones.
    """
    wanted = city.strip().lower().removesuffix("市")
    every = [load_formula(name) for name in list_cards("design_rain")]
    found = [one for one in every if wanted in (
        one.card.name, str(one.card["city"]).lower(), str(one.card["city_zh"]))]
    if not found:
        known = sorted({f"{one.card['city']} {one.card['city_zh']}" for one in every})
        raise NotFoundError(f"no storm formula of {city!r}; known: {', '.join(known)}")
    return tuple(sorted(found, key=lambda one: (
        bool(one.card.get("superseded_by")), -int(one.card["edition_year"]), one.card.name)))
