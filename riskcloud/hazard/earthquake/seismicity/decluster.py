"""Main shocks of a catalogue: fore- and aftershocks out, by windows of distance and time."""

from functools import cache
from typing import Final

import numpy as np

from riskcloud.catalog import load_card
from riskcloud.hazard.earthquake.seismicity.events import Events, distance_km
from riskcloud.types import Bools, Floats

MODEL: Final = "gardner_knopoff_1974"
"""Card of models/declustering."""


def windows(magnitude: Floats | float) -> tuple[Floats, Floats]:
    """Return the window of each magnitude: distance [km] and time [days], in its shape.

    Linear in the logarithm between the rows of the table, the last slope kept beyond (ours).

    Source
    ------
    Gardner and Knopoff (1974), Table 1; see models/declustering/gardner_knopoff_1974.
    """
    at, table = _table()
    m = np.asarray(magnitude, float)
    i = np.clip(np.searchsorted(at, m, side="right") - 1, 0, len(at) - 2)
    share = (m - at[i]) / (at[i + 1] - at[i])
    log = table[:, i] + share * (table[:, i + 1] - table[:, i])
    return np.exp(log[0]), np.exp(log[1])


def main_shocks(events: Events) -> Bools:
    """Return which events are main shocks, (n,).

    From the largest down: an event that no larger main shock has claimed is one itself. It claims
    the smaller ones in its window after it (aftershocks), and those before it in whose own time
    window it lies, within its distance (foreshocks; the reading of a foreshock is ours).
    """
    km, days = windows(events.mw)
    main = np.ones(len(events), bool)
    order = np.lexsort((events.day, -events.mw))
    settled = np.zeros(len(events), bool)
    for i in order:
        settled[i] = True
        if not main[i]:
            continue
        later = events.day - events.day[i]
        timed = ((later >= 0.0) & (later <= days[i])) | ((later < 0.0) & (-later <= days))
        near = np.flatnonzero(timed & ~settled & main)
        away = distance_km(events.lon[i], events.lat[i], events.lon[near], events.lat[near])
        main[near[away <= km[i]]] = False
    return main


@cache
def _table() -> tuple[Floats, Floats]:
    rows = load_card("declustering", MODEL).rows("windows.csv")
    return (np.array([float(row["magnitude"]) for row in rows]),
            np.log([[float(row[name]) for row in rows] for name in ("distance_km", "time_days")]))
