"""Exceedance of losses: how likely is a loss at least this large?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from riskcloud.types import Floats, Ints

FEW: Final = 20
"""Realisations a wind model needs for its mean to be taken off before the other sources are looked
at (our choice: it takes one in so many of what is left to chance along)."""


@dataclass(frozen=True, slots=True)
class ExceedanceCurve:
    """loss (n,) ascending; probability (n,) of a loss at least that large, descending."""

    loss: Floats
    probability: Floats


def event_exceedance(losses: Floats, n_points: int = 100) -> ExceedanceCurve:
    """Exceedance curve of one event's loss from its equally likely realisations.

    losses : (n_members,) losses of the realisations. The k-th largest of n has the probability
    k / n. At most ``n_points`` are kept, spread evenly over the ranks, the largest among them.

    Source: the empirical survival function; the rank convention is that of the return period
    N / i in OasisLMF ktools (docs/leccalc).
    """
    ordered = np.sort(np.asarray(losses, np.float64))
    n = len(ordered)
    rank = np.unique(np.round(np.linspace(0, n - 1, min(n_points, n))).astype(np.int64))
    return ExceedanceCurve(ordered[rank], (n - rank) / n)


@dataclass(frozen=True, slots=True)
class BandPart:
    """What one source of uncertainty does to a loss: its share of the variance and its band."""

    source: str
    variance_share: float
    q05: float
    q95: float


def split_band(drawn: Floats, expected: Floats, levels: Mapping[str, Ints],
               cell: Ints) -> list[BandPart]:
    """Split the spread of an event's loss by source.

    Parameters
    ----------
    drawn, expected : (n_members,) the loss of each realisation, and its mean given the
        realisation's storm, wind model and curves.
    levels : source (track, intensity, model, curve) -> (n_members,) its level in each realisation.
    cell : (n_members,) the wind field each realisation uses; realisations of one cell share all
        sources but the curve.

    Returns
    -------
    One part a source, and ``asset`` for what single assets do (drawn minus expected). A source's
    part is its main effect, the variance of the mean loss given its level, by analysis of variance.
    What sources do only together is shared out in proportion. A source of which each realisation
    has a level of its own gets what the others leave. The band is that of the mean loss when only
    this source varies. Shares sum to 1 (all 0 where nothing varies).

    Source: Henderson (1953), Biometrics 9, 226-252, method 1 (sums of squares of unbalanced data
    equated to their expectations; known from textbooks, the paper was not read); sharing out in
    proportion is our choice.
    """
    mean, luck = float(expected.mean()), drawn - expected
    of_source, of_luck = float(np.var(expected)), float(np.var(luck))
    variances = _main_effects(expected, levels, cell)
    explained, whole = sum(variances.values()), of_source + of_luck
    parts = []
    for name, level in levels.items():
        part = of_source * variances[name] / explained if explained > 0.0 else 0.0
        moved = _group_means(expected, level)[level] - mean
        spread = float(np.std(moved))
        # group means also hold the luck of the few realisations in them: scaled to the part
        moved *= np.sqrt(part) / spread if spread > 0.0 else 0.0
        parts.append(_part(name, part / whole if whole > 0.0 else 0.0, mean + moved))
    left = 1.0 - sum(part.variance_share for part in parts) if whole > 0.0 else 0.0
    return [*parts, _part("asset", max(left, 0.0), mean + luck)]


def _part(source: str, share: float, losses: Floats) -> BandPart:
    # a part that is scaled about the mean may pass below it: no loss is less than nothing
    low, high = np.quantile(np.maximum(losses, 0.0), (0.05, 0.95))
    return BandPart(source, share, float(low), float(high))


def _main_effects(expected: Floats, levels: Mapping[str, Ints], cell: Ints) -> dict[str, float]:
    """Variance of the means of each source's levels beyond what chance gives, >= 0.

    Levels need not meet equally often: the expectation of each source's sum of squares is linear
    in the variances of all sources, of what they do together in a cell, and of what is left. The
    models' few means are taken off before the others are looked at, so as not to blur them.
    """
    found = {name: _numbered(level) for name, level in levels.items()}
    parts = [level for level in found.values() if level.max() > 0]
    for rest in (_numbered(cell), np.arange(len(expected))):
        if rest.max() > 0 and not any(_same(rest, level) for level in parts):
            parts.append(rest)
    if not parts:
        return dict.fromkeys(levels, 0.0)
    of_part = np.array([[_expected_between(level, other) for other in parts] for level in parts])
    squares = np.array([_between(expected, level) for level in parts])
    model = found.get("model", np.zeros(1, np.int64))
    if 0 < model.max() < len(expected) // FEW:
        moved = expected - _group_means(expected, model)[model]
        others = [i for i, level in enumerate(parts) if not _same(level, model)]
        squares[others] = [_between(moved, parts[i]) for i in others]
        of_part[np.ix_(others, [i for i in range(len(parts)) if i not in others])] = 0.0
    # of sources that only occur together each gets the same
    variance = iter(np.linalg.lstsq(of_part, squares)[0])
    told = {name: float(next(variance)) * _spread(level) if level.max() > 0 else 0.0
            for name, level in found.items()}
    if max(told.values()) > 0.0:
        return {name: max(value, 0.0) for name, value in told.items()}
    # too few realisations to tell chance from source
    return {name: _between(expected, level) for name, level in found.items()}


def _numbered(level: Ints) -> Ints:
    return np.unique(level, return_inverse=True)[1].reshape(-1)


def _pairs(level: Ints, other: Ints) -> tuple[Ints, Ints]:
    """First level and number of cases of each pair of levels that occurs."""
    pair, count = np.unique(level * (int(other.max()) + 1) + other, return_counts=True)
    return pair // (int(other.max()) + 1), count


def _same(level: Ints, other: Ints) -> bool:
    return len(_pairs(level, other)[0]) == int(level.max()) + 1 == int(other.max()) + 1


def _spread(level: Ints) -> float:
    """Variance of the levels at hand for a variance of 1 of those they could have been."""
    return 1.0 - float(((np.bincount(level) / len(level)) ** 2).sum())


def _between(values: Floats, level: Ints) -> float:
    """Sum of squares between the means of levels."""
    count = np.bincount(level)
    return float((count * (np.bincount(level, values - values.mean()) / count) ** 2).sum())


def _expected_between(level: Ints, other: Ints) -> float:
    """Expected sum of squares between ``level`` for a variance of 1 between levels of ``other``."""
    first, count = _pairs(level, other)
    return float((count**2 / np.bincount(level)[first]).sum()
                 - (np.bincount(other) ** 2).sum() / len(level))


def _group_means(values: Floats, group: Ints) -> Floats:
    return np.asarray(np.bincount(group, values) / np.maximum(np.bincount(group), 1))
