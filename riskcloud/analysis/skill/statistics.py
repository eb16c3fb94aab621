"""How far modelled winds are from observed ones: bias, error, correlation, and whose it is."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from riskcloud.types import Floats, Ints


def agreement(observed: Floats, modelled: Floats, storm: Ints) -> dict[str, Any]:
    """Return n, bias_m_s, rmse_m_s and what they are to be judged by.

    Parameters
    ----------
    observed, modelled : (n,) winds [m/s], finite.
    storm : (n,) number of the storm each belongs to.

    Returns
    -------
    n; ``bias_m_s`` (mean of modelled - observed); ``rmse_m_s``; ``mean_observed_m_s``,
    ``mean_modelled_m_s``; ``sd_observed_m_s`` (of all, divisor n); ``correlation`` over all;
    ``station_correlation``, of the departures from each storm's mean, so that knowing which storm
    is stronger earns nothing; ``rmse_storm_mean_m_s``, of a predictor that knows each storm's
    observed mean and no station; ``skill``, 1 - rmse / rmse_storm_mean. NaN where undefined.
    """
    n = len(observed)
    if n == 0:
        return {"n": 0, **dict.fromkeys((
            "bias_m_s", "rmse_m_s", "mean_observed_m_s", "mean_modelled_m_s", "sd_observed_m_s",
            "correlation", "station_correlation", "rmse_storm_mean_m_s", "skill"), float("nan"))}
    error = modelled - observed
    rmse = root_mean_square(error)
    alone = root_mean_square(observed - group_means(observed, storm))
    return {
        "n": n, "bias_m_s": float(error.mean()), "rmse_m_s": rmse,
        "mean_observed_m_s": float(observed.mean()), "mean_modelled_m_s": float(modelled.mean()),
        "sd_observed_m_s": float(observed.std()), "correlation": correlation(observed, modelled),
        "station_correlation": correlation(observed - group_means(observed, storm),
                                           modelled - group_means(modelled, storm)),
        "rmse_storm_mean_m_s": alone, "skill": 1.0 - rmse / alone if alone > 0.0 else float("nan"),
    }


def root_mean_square(values: Floats) -> float:
    """Return the root of the mean square."""
    return float(np.sqrt(np.mean(values * values)))


def correlation(one: Floats, other: Floats) -> float:
    """Return the coefficient of Pearson; NaN where one of them does not vary."""
    a, b = one - one.mean(), other - other.mean()
    scale = float(np.sqrt((a * a).sum() * (b * b).sum()))
    tiny = 1e-9 * len(a) * max(float(np.abs(one).max()) * float(np.abs(other).max()), 1e-12)
    return float((a * b).sum() / scale) if scale > tiny else float("nan")


def group_means(values: Floats, group: Ints) -> Floats:
    """Return at each value the mean of its group."""
    _, index = np.unique(group, return_inverse=True)
    return np.asarray((np.bincount(index, values) / np.bincount(index))[index])


def shares_of_error(error: Floats, storm: Ints, station: Sequence[str]) -> dict[str, Any]:
    """Return what part of the mean square error is the storm's, the station's, and neither's.

    ``storm_m2_s2`` is the mean square of each storm's own bias: intensity, size or track.
    ``station_m2_s2`` is what recurs at a station from storm to storm once these are taken off: the
    covariance of its errors over all pairs of storms in which it was observed, so that what is
    common to both is counted and chance is not; a covariance below zero counts as zero. It is local
    exposure that the model does not know: shelter, speed-up, the mast. ``rest_m2_s2`` is neither:
    turbulence of the single gust, rainbands, and exposure that depends on the wind's direction.

    Returns
    -------
    the three, ``total_m2_s2``, ``station_sd_m_s`` and ``n_pairs``; without a station in two storms
    the last two parts are not told apart: ``station_m2_s2`` is NaN and they stand in ``rest``.
    """
    total = float(np.mean(error * error))
    own = group_means(error, storm)
    local = error - own
    products, n_pairs = _across_storms(local, storm, station)
    by_storm = float(np.mean(own * own))
    recurring = max(products / n_pairs, 0.0) if n_pairs else float("nan")
    recurring = min(recurring, total - by_storm)
    return {"total_m2_s2": total, "storm_m2_s2": by_storm, "station_m2_s2": recurring,
            "rest_m2_s2": total - by_storm - (recurring if n_pairs else 0.0),
            "station_sd_m_s": float(np.sqrt(recurring)), "n_pairs": n_pairs}


def _across_storms(local: Floats, storm: Ints, station: Sequence[str]) -> tuple[float, int]:
    """Return the sum of products over all pairs of a station in two storms, and their number.

    Of all pairs of a station, (sum^2 - sum of squares) / 2, those within one storm are taken off.
    """
    place = np.unique(np.asarray(station, object).astype(str), return_inverse=True)[1]
    both = np.unique(place * (int(storm.max()) + 1) + storm, return_inverse=True)[1]
    sums, counts = zip(*((np.bincount(index, local), np.bincount(index))
                         for index in (place, both)), strict=True)
    products = 0.5 * float((sums[0] ** 2).sum() - (sums[1] ** 2).sum())
    return products, int((counts[0] ** 2).sum() - (counts[1] ** 2).sum()) // 2
