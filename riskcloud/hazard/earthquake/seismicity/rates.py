"""The shipped rates of earthquakes, as grids."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from riskcloud.catalog import Card, load_card
from riskcloud.types import Floats

KIND = "seismicity"


@dataclass(frozen=True)
class SeismicRates:
    """Rates by cell: rows from the south, each from the west.

    parents : zone of models/earthquake_regions that each of ``zones`` is or lies in.
    zone (ny, nx) position in ``zones``, -1 for none; rate (ny, nx) of ``reference_mw`` and above
    [1/year]; low, high (ny, nx) factors of its 5 % and 95 % estimate. b, b_error, most_mw by zone.
    """

    card: Card
    zones: tuple[str, ...]
    parents: tuple[str, ...]
    zone: npt.NDArray[Any]
    rate: Floats
    low: Floats
    high: Floats
    b: Floats
    b_error: Floats
    most_mw: Floats
    reference_mw: float
    west: float
    south: float
    step: float


@cache
def load_rates(name: str) -> SeismicRates:
    """Return a model of models/seismicity.

    The error of a cell's rate: that of its zone's rate, and of the count of events within the
    kernel about it (one over it and two, ours), as if all cells about a site erred together.

    Raises
    ------
    NotFoundError : no such model.
    """
    card = load_card(KIND, name)
    grid = card["grid"]
    shape = (round((grid["north"] - grid["south"]) / grid["step"]),
             round((grid["east"] - grid["west"]) / grid["step"]))
    table = pq.read_table(card.file("rates.parquet"))
    zone, rate, near = (table[column].to_numpy().reshape(shape)
                        for column in ("zone", "rate_1e7", "near_1e2"))
    laws = {row["zone"]: row for row in card.rows("laws.csv")}
    rows = card.rows("zones.csv")
    zones = tuple(row["zone"] for row in rows)
    relative = np.array([float(laws[z]["rate_error"]) / float(laws[z]["rate"]) for z in zones])
    spread = 1.645 * np.hypot(relative[np.maximum(zone, 0)], 1.0 / np.sqrt(near * 1e-2 + 2.0))
    return SeismicRates(
        card=card, zones=zones, parents=tuple(row["parent"] for row in rows),
        zone=np.ascontiguousarray(zone, np.int64), rate=rate * 1e-7,
        low=np.exp(-spread), high=np.exp(spread),
        b=np.array([float(laws[z]["b"]) for z in zones]),
        b_error=np.array([float(laws[z]["b_error"]) for z in zones]),
        most_mw=np.array([float(row["most_mw"]) for row in rows]),
        reference_mw=float(card["fit"]["reference_mw"]), west=float(grid["west"]),
        south=float(grid["south"]), step=float(grid["step"]))
