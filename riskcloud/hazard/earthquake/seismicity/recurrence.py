"""Rates by magnitude: completeness, the b-value and rate of Weichert (1980), truncated law."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from riskcloud.errors import InputError, ModelError
from riskcloud.types import Floats

MOST_B = 3.0
"""Beyond it a b-value is no b-value: ours."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Gutenberg-Richter law of a zone: b and rate with their standard errors.

    ``rate`` is that of the lower edge of the lowest bin and above [1/year]; ``n`` the events it
    rests on.
    """

    b: float
    b_error: float
    rate: float
    rate_error: float
    n: int


def durations(edges: Floats, complete: Sequence[tuple[float, float]], end: float) -> Floats:
    """Return for how many years each bin of magnitude is complete, (n_bins,).

    edges : (n_bins + 1,) ascending. complete : (magnitude, year from which events of it and above
    are all there), any order. A bin counts from the year of its lower edge; 0 below the lowest.
    """
    table = sorted(complete)
    since = np.full(len(edges) - 1, end)
    for magnitude, year in table:
        at = edges[:-1] >= magnitude - 1e-9
        since[at] = np.minimum(since[at], year)
    return np.asarray(end - since)


def weichert(edges: Floats, counts: Floats, years: Floats, *, b: float | None = None) -> Recurrence:
    """Return the maximum-likelihood law of counts in equal bins with periods of their own.

    Parameters
    ----------
    edges : (n_bins + 1,) ascending, equally wide.
    counts : (n_bins,) events in a bin within its period.
    years : (n_bins,) period of a bin; bins without one are left out.
    b : keep this b (its error is then NaN) and find the rate alone.

    Raises
    ------
    InputError : no events, or bins that are not equally wide.
    ModelError : events that have no maximum (all in the lowest bin).

    Source
    ------
    Weichert (1980), BSSA 70, 1337-1346: eqs. 5 (b), 7 (its error), 9 and 10 (rate and its error),
    numbered as the open implementations quote them.
    """
    wide = np.diff(edges)
    if not np.allclose(wide, wide[0]) or wide[0] <= 0.0:
        raise InputError("weichert: expected equally wide, ascending bins")
    used = np.asarray(years) > 0.0
    middle = (np.asarray(edges)[:-1] + wide / 2.0)[used]
    n, t = np.asarray(counts, float)[used], np.asarray(years, float)[used]
    total = float(n.sum())
    if total < 1.0:
        raise InputError("weichert: no events within the complete periods")
    error = np.nan
    beta = b * np.log(10.0) if b is not None else _beta(middle, n, t)
    weight = np.exp(-beta * (middle - middle[0]))
    if b is None:
        _, variance = _moments(weight * t, middle)
        error = 1.0 / np.sqrt(total * variance) / np.log(10.0)
    rate = total * float(weight.sum() / (weight * t).sum())
    return Recurrence(beta / np.log(10.0), float(error), rate, rate / np.sqrt(total), int(total))


def _moments(weight: Floats, middle: Floats) -> tuple[float, float]:
    mean = float((weight * middle).sum() / weight.sum())
    return mean, float((weight * (middle - mean) ** 2).sum() / weight.sum())


def _beta(middle: Floats, n: Floats, t: Floats) -> float:
    """Solve for beta by bisection: the mean magnitude of the law falls as beta rises."""
    observed = float((n * middle).sum() / n.sum())

    def over(beta: float) -> float:
        mean, _ = _moments(t * np.exp(-beta * (middle - middle[0])), middle)
        return mean - observed

    low, high = 0.0, MOST_B * math.log(10.0)
    if over(low) <= 0.0 or over(high) >= 0.0:
        raise ModelError(f"weichert: no b between 0 and {MOST_B:g} fits these counts")
    for _ in range(200):
        half = (low + high) / 2.0
        low, high = (half, high) if over(half) > 0.0 else (low, half)
    return (low + high) / 2.0


def bin_rates(edges: Floats, *, b: float, most: float, reference: float) -> Floats:
    """Return the rate in each bin of magnitude per event of ``reference`` and above, (n_bins,).

    The exponential law cut off at ``most``; bins below the reference are on the same line. Source:
    Cosentino et al. (1977) as generally used: N(m) ~ 10^(-b m) - 10^(-b most).
    """
    above = np.maximum(10.0 ** (-b * np.minimum(edges, most)) - 10.0 ** (-b * most), 0.0)
    return np.asarray(-np.diff(above) / (10.0 ** (-b * reference) - 10.0 ** (-b * most)))


def stepp(year: Floats, end: float, spans: Floats) -> Floats:
    """Return the standard deviation of the yearly rate over the last ``spans`` years, (n_spans,).

    year : of events of one magnitude class. While a class is complete it falls as
    1 / sqrt(span), whatever the span; where it falls faster, earlier events are missing.

    Source
    ------
    Stepp (1972), Proc. Int. Conf. Microzonation, 897-909: sqrt(rate / span).
    """
    found = np.array([np.count_nonzero(year > end - span) for span in spans])
    return np.asarray(np.sqrt(found / spans) / np.sqrt(spans))
