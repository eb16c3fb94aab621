"""Exceedance of losses: how likely is a loss at least this large?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from riskcloud.types import Floats, Ints


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
    part is its main effect, the variance of the mean loss given its level, by one-way analysis of
    variance. What sources do only together is shared out in proportion. Where each realisation has
    a level of its own (curves, with one wind model), the source gets what the others leave. The
    band is that of the mean loss when only this source varies. Shares sum to 1 (all 0 where nothing
    varies).

    Source: Searle, Casella and McCulloch (1992), Variance Components, section 3.6 (unbalanced
    one-way ANOVA estimator); sharing out in proportion is our choice.
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
    low, high = np.quantile(losses, (0.05, 0.95))
    return BandPart(source, share, float(low), float(high))


def _main_effects(expected: Floats, levels: Mapping[str, Ints], cell: Ints) -> dict[str, float]:
    """Variance of each source's main effect; a source that cannot be told gets what is left."""
    by_cell = {name: level[np.unique(cell, return_index=True)[1]]
               for name, level in levels.items()}
    count = np.bincount(cell)
    of_cell = (np.bincount(cell, expected) / np.maximum(count, 1))[count > 0]
    found = {}
    for name, level in levels.items():
        # fields, not realisations, are the cases that storms and models differ in
        cells = name != "curve" and len(of_cell) > len(np.unique(level))
        found[name] = _main_effect(of_cell if cells else expected, name,
                                   by_cell if cells else levels)
    told = sum(value for value in found.values() if np.isfinite(value))
    untold = sum(np.isnan(value) for value in found.values())
    left = max(float(np.var(expected)) - told, 0.0) / max(untold, 1)
    return {name: left if np.isnan(value) else value for name, value in found.items()}


def _group_means(values: Floats, group: Ints) -> Floats:
    return np.asarray(np.bincount(group, values) / np.maximum(np.bincount(group), 1))


def _main_effect(values: Floats, source: str, levels: Mapping[str, Ints]) -> float:
    """Variance of the means of a source's levels beyond what chance gives.

    All levels meet every wind model, so the models' effect is taken off first and counts as no
    chance; the models meet all levels of the others, so for them all others are taken off.
    NaN where no level has two values.
    """
    group, n = levels[source], len(values)
    count = np.bincount(group)
    count = count[count > 0]
    k, freedom = len(count), n - len(count)
    if k < 2:
        return 0.0
    if freedom == 0:
        return float("nan")
    for other in levels if source == "model" else ("model",):
        k_other = len(np.unique(levels[other]))
        if other != source and freedom > k_other - 1 and k_other < n:
            values = values - _group_means(values, levels[other])[levels[other]]
            freedom -= k_other - 1
    means = _group_means(values, group)
    within = float(((values - means[group]) ** 2).sum()) / freedom
    between = float(((means[group] - values.mean()) ** 2).sum()) / (k - 1)
    per_group = (n - float((count**2).sum()) / n) / (k - 1)
    # the variance of the k levels at hand, not of a population they were drawn from
    return max((between - within) / per_group, 0.0) * (k - 1) / k
