"""Exceedance of losses: how likely is a loss at least this large?"""

from dataclasses import dataclass

import numpy as np

from riskcloud.types import Floats


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


def split_band(drawn: Floats, expected: Floats, model_of: np.ndarray) -> list[BandPart]:
    """Split the spread of an event's loss by source: wind model, curve, asset.

    drawn, expected : (n_members,) the loss of each realisation, and its mean given the
    realisation's wind model and curves. model_of (n_members,) the wind model.

    By the law of total variance: model = variance of the models' means, curve = mean variance of
    ``expected`` within a model, asset = variance of drawn minus expected. Each band is that of
    the mean loss when only this source varies. Shares sum to 1 (all 0 where nothing varies).
    """
    names = np.unique(model_of)
    by_model = np.array([expected[model_of == k].mean() for k in names])
    of_model = by_model[np.searchsorted(names, model_of)]
    mean = float(expected.mean())
    parts = {"model": of_model - mean, "curve": expected - of_model, "asset": drawn - expected}
    variances = {name: float(np.var(part)) for name, part in parts.items()}
    total = sum(variances.values())
    bands = {name: np.quantile(mean + part, (0.05, 0.95)) for name, part in parts.items()}
    return [BandPart(name, variances[name] / total if total > 0.0 else 0.0,
                     float(bands[name][0]), float(bands[name][1])) for name in parts]
