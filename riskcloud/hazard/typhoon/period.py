"""A part of a storm's passage: the nodes of its path between two moments."""

import numpy as np

from riskcloud.types import Floats, Times


def nodes_between(nodes: Floats, hour: Floats, first_h: float, last_h: float) -> Floats:
    """Return the nodes of a path from one hour to another, both ends among them.

    Between two nodes every quantity is linear (``path.follow``), so the ends are exact.

    Parameters
    ----------
    nodes : (n_nodes, n_columns) of ``field.field_nodes``.
    hour : (n_nodes,) their column of time, ascending.
    first_h, last_h : hours on the same clock, first_h <= last_h.

    Returns
    -------
    (m, n_columns), m >= 2; (0, n_columns) where the path has no part in the period.
    """
    first, last = max(first_h, float(hour[0])), min(last_h, float(hour[-1]))
    if not first < last:
        return nodes[:0]
    at = np.concatenate([[first], hour[(hour > first) & (hour < last)], [last]])
    return np.stack([np.interp(at, hour, nodes[:, k]) for k in range(nodes.shape[1])], axis=1)


def hours_of(period: tuple[np.datetime64, np.datetime64], times: Times) -> tuple[float, float]:
    """Return a period's ends in hours after the first of a track's times."""
    first, last = ((moment - times[0]) / np.timedelta64(1, "s") / 3600.0 for moment in period)
    return float(first), float(last)
