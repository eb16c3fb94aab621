"""What has happened near places, in short: counts by class, strongest, nearest and last."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from riskcloud.errors import InputError
from riskcloud.hazard.grades import load_scale
from riskcloud.types import Floats, Ints, PlaceHistory

RAIN_SCALE: Final = "gbt_28592_2012"
RAINSTORMS: Final = ("rainstorm", "severe", "extreme")
DEGREES: Final = {"IV": 3.5, "V": 4.5, "VI": 5.5, "VII": 6.5, "VIII": 7.5, "IX": 8.5, "X": 9.5}
"""Degrees of intensity: degree n is [n - 0.5, n + 0.5), X and above."""
GUSTS: Final = {"20 m/s": 20.0, "30 m/s": 30.0, "40 m/s": 40.0, "50 m/s": 50.0}
"""Gusts by tens (ours): a gale's begin at 20."""


@dataclass(frozen=True, slots=True)
class HistorySummary:
    """What a history holds of each site, (n_sites,).

    ``n`` events near, ``n_unknown`` of them without an intensity at the site. ``counts`` by class
    of intensity, each up to the next class's bound, the last without end. ``strongest``,
    ``nearest``, ``last`` are rows of the history, -1 where there is none: by intensity at the site
    (of equals the later), by distance, by time.
    """

    n: Ints
    n_unknown: Ints
    counts: dict[str, Ints]
    strongest: Ints
    nearest: Ints
    last: Ints


def summary_of(history: PlaceHistory, n_sites: int, *,
               bounds: Mapping[str, float] | None = None) -> HistorySummary:
    """Return counts, strongest, nearest and last event of each site.

    Parameters
    ----------
    n_sites : of the sites that the history was asked for.
    bounds : class -> its least intensity, ascending; None: those of the measure (``classes_of``).

    Raises
    ------
    InputError : bounds that do not ascend; a history of more sites.
    """
    chosen = classes_of(history.measure) if bounds is None else dict(bounds)
    lower = np.array(list(chosen.values()), np.float64)
    if (np.diff(lower) <= 0.0).any():
        raise InputError("summary of a history: bounds do not ascend")
    site = history.site
    if len(site) and int(site.max()) >= n_sites:
        raise InputError(f"summary of a history: it has {int(site.max()) + 1} sites, not {n_sites}")
    known = np.isfinite(history.intensity)
    place = np.searchsorted(lower, np.where(known, history.intensity, -np.inf), side="right") - 1
    return HistorySummary(
        n=np.bincount(site, minlength=n_sites),
        n_unknown=np.bincount(site[~known], minlength=n_sites),
        counts={name: np.bincount(site[place == k], minlength=n_sites)
                for k, name in enumerate(chosen)},
        strongest=_last_by(site, history.intensity, n_sites),
        nearest=_last_by(site, -history.distance_m, n_sites),
        last=_last_by(site, history.time.astype(np.float64), n_sites))


def classes_of(measure: str) -> dict[str, float]:
    """Return class -> least intensity for a measure of a PlaceHistory; empty for others.

    Source: rain by GB/T 28592 (models/grades); degrees of intensity; gusts by tens (ours).
    """
    if measure == "rain_24h":
        scale = load_scale(RAIN_SCALE)
        return {name: float(scale.lower[scale.grades.index(name)]) for name in RAINSTORMS}
    return dict({"intensity": DEGREES, "gust_3s": GUSTS}.get(measure, {}))


def row_of(history: PlaceHistory, row: int) -> dict[str, Any] | None:
    """Return one row in words of its own, as JSON has it; None for -1.

    Keys: event, name, time_utc, distance_km, and strength and intensity under their measures' names
    with their units; None where not known.
    """
    if row < 0:
        return None
    def number(value: float, digits: int) -> float | None:
        return round(float(value), digits) if np.isfinite(value) else None

    time = history.time[row]
    return {
        "event": history.event[row], "name": history.name[row],
        "time_utc": None if np.isnat(time) else f"{time}Z",
        "distance_km": number(history.distance_m[row] / 1e3, 1),
        history.strength_measure: number(history.strength[row], 2),
        f"{history.strength_measure}_unit": history.strength_unit,
        history.measure: number(history.intensity[row], 2), f"{history.measure}_unit": history.unit}


def _last_by(site: Ints, key: Floats, n_sites: int) -> Ints:
    """Return the row of each site with the largest key, of equals the last; -1 where none is."""
    rows = np.flatnonzero(~np.isnan(key))
    order = rows[np.lexsort((rows, key[rows], site[rows]))]
    out = np.full(n_sites, -1, np.int64)
    out[site[order]] = order  # of rows that write to one place the last stays
    return out
