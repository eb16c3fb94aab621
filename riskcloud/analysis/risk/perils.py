"""Perils of a risk run: what strikes together as one event, and the events of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from riskcloud.types import Floats, Ints

WIND, RAIN, SURGE, FLOOD, QUAKE = "wind", "rain", "surge", "flood", "quake"
PERILS: Final = (WIND, RAIN, SURGE, FLOOD, QUAKE)
CODES: Final = {WIND: "WTC", RAIN: "OSF", SURGE: "WSS", FLOOD: "ORF", QUAKE: "QEQ"}
"""OED's codes: tropical cyclone, surface flood, storm surge, river flood, shaking."""
STORM: Final = "storm"
OF_STORMS: Final = (WIND, RAIN, SURGE)
ALL: Final = np.ones(4)
NO_BI: Final = np.array([1.0, 1.0, 1.0, 0.0])
"""Coverages that are damaged: water and shaking cost no business interruption here, as in
``flood`` and ``quake``."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What strikes as one event: codes of the perils that are told apart in it, and coverages (4,)
    that its damage ratio acts on.
    """

    name: str
    codes: tuple[str, ...]
    coverages: Floats


def kinds_of(perils: Sequence[str]) -> dict[str, Kind]:
    """Return the kinds of event of some perils, by name: storms, floods, earthquakes."""
    storm = tuple(CODES[one] for one in OF_STORMS if one in perils)
    found = [Kind(STORM, storm, ALL)] if storm else []
    found += [Kind(one, (CODES[one],), NO_BI) for one in (FLOOD, QUAKE) if one in perils]
    return {kind.name: kind for kind in found}


@dataclass(frozen=True, slots=True)
class RiskEvents:
    """Events of all perils: event_id, year 1 to ``years``, annual_rate (n_events,).

    first : of each kind its first place among them.
    """

    event_id: npt.NDArray[Any]
    year: Ints
    annual_rate: Floats
    years: float
    first: dict[str, int]

    def __len__(self) -> int:
        return len(self.event_id)


class Dated(Protocol):
    """Events with a year each."""

    @property
    def event_id(self) -> npt.NDArray[Any]:
        """Return the ids (n_events,)."""

    @property
    def year(self) -> Ints:
        """Return the years (n_events,)."""

    @property
    def years(self) -> float:
        """Return how many years were simulated."""


def join_events(parts: dict[str, Dated], years: float) -> RiskEvents:
    """Return the events of several kinds under one count; simulated ones have 1 / years each."""
    first, n = dict[str, int](), 0
    for name, part in parts.items():
        first[name] = n
        n += len(part.event_id)
    rate = [np.asarray(getattr(part, "annual_rate", np.full(len(part.event_id), 1.0 / years)),
                       np.float64) for part in parts.values()]
    return RiskEvents(
        np.concatenate([np.asarray(part.event_id, dtype=object) for part in parts.values()]),
        np.concatenate([np.asarray(part.year, np.int64) for part in parts.values()]),
        np.concatenate(rate), years, first)


@dataclass(frozen=True, slots=True)
class Struck:
    """Damage by some events of one kind.

    event (n_events,) places in ``RiskEvents``; start (n_events + 1,) which rows are an event's.
    Rows (n_rows,): location, part (place among the kind's codes); ratio (n_rows, n_members) of the
    sums insured. Rows of a location stand together, the shares of its parts add up to 1 at most.
    """

    kind: str
    event: Ints
    start: Ints
    location: Ints
    part: Ints
    ratio: Floats
