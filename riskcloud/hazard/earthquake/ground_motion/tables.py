"""Coefficients of a ground-motion model by measure, and spectral periods between the published."""

import math
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

import numpy as np

from riskcloud.catalog import Card, load_card
from riskcloud.errors import ModelError
from riskcloud.types import Floats

KIND: Final = "ground_motion"
_SA = re.compile(r"sa_(\d+(?:\.\d+)?)")

Row = Mapping[str, float]
Motion = tuple[Floats, Floats, Floats, Floats]
"""Median, and tau, phi and sigma of its logarithm, of a measure at sites, each (n_sites,)."""


def card(model: str) -> Card:
    """Return the card of a ground-motion model."""
    return load_card(KIND, model)


@cache
def coefficients(model: str) -> Mapping[str, Row]:
    """Return the coefficients of a model: by measure as the table writes it, by column."""
    rows = card(model).rows("coefficients.csv")
    if "axis" in rows[0]:  # of a model with more than one row a measure only the names
        return {row["measure"]: {} for row in rows}
    return {row["measure"]: {key: float(value) for key, value in row.items() if key != "measure"}
            for row in rows}


@cache
def periods(model: str) -> tuple[tuple[float, str], ...]:
    """Return the published periods of a model [s], ascending, each with its measure."""
    return tuple(sorted((float(match[1]), measure) for measure in coefficients(model)
                        if (match := _SA.fullmatch(measure))))


def parse_period(measure: str) -> float | None:
    """Return the period of ``sa_<period>`` [s]; None for another measure."""
    match = _SA.fullmatch(measure)
    return float(match[1]) if match else None


def unit_of(measure: str) -> str:
    """Return ``cm/s`` for pgv, ``g`` for pga and sa."""
    return "cm/s" if measure == "pgv" else "g"


def known_measures(model: str) -> str:
    """Return what a model has, in words."""
    table = periods(model)
    names = [name for name in ("pga", "pgv") if name in coefficients(model)]
    spectral = f", sa_{table[0][0]:g} to sa_{table[-1][0]:g} (period in s)" if table else ""
    return ", ".join(names) + spectral


def bracketing(model: str, measure: str) -> tuple[tuple[str, float], ...]:
    """Return the published measures that make up another, each with its weight.

    One with weight 1 if it is published; two for a spectral acceleration between two periods,
    weighted by the logarithm of the period.

    Raises
    ------
    ModelError : a measure the model does not have; the message names those it has.
    """
    period = parse_period(measure)
    if period is None and measure in coefficients(model):
        return ((measure, 1.0),)
    table = periods(model)
    if period is None or not table or not table[0][0] <= period <= table[-1][0]:
        raise ModelError(f"{model} has no {measure!r}; it has {known_measures(model)}")
    above = next(i for i, (known, _) in enumerate(table) if known >= period)
    if table[above][0] == period:
        return ((table[above][1], 1.0),)
    (low, low_name), (high, high_name) = table[above - 1], table[above]
    weight = math.log(period / low) / math.log(high / low)
    return ((low_name, 1.0 - weight), (high_name, weight))


def interpolated(model: str, measure: str, compute: Callable[[str], Motion]) -> Motion:
    """Return median, tau, phi and sigma of a measure, between two published periods if need be.

    ``compute`` gives them for a published measure. ln(median), tau and phi are linear in the
    logarithm of the period between two published ones (the usual practice); sigma follows.
    """
    parts = [(compute(name), weight) for name, weight in bracketing(model, measure)]
    if len(parts) == 1:
        return parts[0][0]
    (low, below), (high, above) = parts
    tau, phi = (below * low[k] + above * high[k] for k in (1, 2))
    return np.exp(below * np.log(low[0]) + above * np.log(high[0])), tau, phi, np.hypot(tau, phi)
