"""Where storms come ashore: crossings of coast segments, counts and their sampling error."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2

from riskcloud.catalog import load_card
from riskcloud.kernels.crossings import first_crossings
from riskcloud.types import Bools, Floats, Ints

SEGMENTS: Final = "south_china"


@dataclass(frozen=True, slots=True)
class Segments:
    """Coast lines cut in segments, land to the left of each.

    names (n_segments,); titles (en, zh) of each; edges (n_edges, 4) lon, lat of both ends;
    of_edge (n_edges,) position of the segment.
    """

    names: tuple[str, ...]
    titles: tuple[tuple[str, str], ...]
    edges: Floats
    of_edge: Ints


@cache
def load_segments(name: str = SEGMENTS) -> Segments:
    """Return the segments of a card of models/coast_segments. Raises NotFoundError."""
    card = load_card("coast_segments", name)
    titles: dict[str, list[str]] = card["segments"]
    names = tuple(titles)
    points: dict[str, list[tuple[float, float]]] = {key: [] for key in names}
    for row in card.rows("points.csv"):
        points[row["segment"]].append((float(row["lon"]), float(row["lat"])))
    edges = [np.hstack([line[:-1], line[1:]]) for line in map(np.array, points.values())]
    return Segments(
        names=names, titles=tuple((one[0], one[1]) for one in titles.values()),
        edges=np.ascontiguousarray(np.vstack(edges), dtype=np.float64),
        of_edge=np.repeat(np.arange(len(names)), [len(part) for part in edges]))


@dataclass(frozen=True, slots=True)
class Landfalls:
    """First landfall of each storm on each segment it comes to; arrays (n_landfalls,).

    ``storm`` and ``segment`` are positions; ``fix`` that of the last fix before the coast, at which
    a storm's strength at landfall is taken (the next one is over land and weaker); ``lon``,
    ``lat`` of the crossing; ``fraction`` of the leg that lies before it.
    """

    storm: Ints
    segment: Ints
    fix: Ints
    lon: Floats
    lat: Floats
    fraction: Floats

    def __len__(self) -> int:
        return len(self.storm)

    def take(self, keep: Bools) -> "Landfalls":
        """Return the landfalls where ``keep`` (n_landfalls,) is True."""
        return Landfalls(*(getattr(self, name)[keep] for name in Landfalls.__slots__))


def find_landfalls(start: Ints, lon: Floats, lat: Floats,
                   segments: Segments | None = None) -> Landfalls:
    """Return where tracks cross the segments from sea to land, straight between fixes.

    Parameters
    ----------
    start : (n_storms + 1,) fixes of storm i are start[i]:start[i + 1].
    lon, lat : (n_fixes,) degrees, lon 0 to 360, continuous along a storm.
    segments : those of the card by default.
    """
    coast = load_segments() if segments is None else segments
    n_storms = len(start) - 1
    leg = np.empty((n_storms, len(coast.names)), np.int64)
    fraction = np.empty(leg.shape)
    lon, lat = np.array(lon), np.array(lat)  # copies: read-only ones compile the kernel again
    first_crossings(np.asarray(start, np.int64), lon, lat, coast.edges, coast.of_edge, leg,
                    fraction)
    storm, segment = np.nonzero(leg >= 0)
    fix, part = leg[storm, segment], fraction[storm, segment]
    return Landfalls(storm, segment, fix,
                     np.asarray(lon[fix] + part * (lon[fix + 1] - lon[fix]), np.float64),
                     np.asarray(lat[fix] + part * (lat[fix + 1] - lat[fix]), np.float64), part)


def poisson_interval(count: npt.ArrayLike, confidence: float = 0.9) -> tuple[Floats, Floats]:
    """Return the interval of the mean of a Poisson count (...,), exact.

    Source
    ------
    Garwood (1936), Biometrika 28, 437-442.
    """
    n = np.asarray(count, np.float64)
    tail = 0.5 * (1.0 - confidence)
    low = np.where(n > 0.0, 0.5 * chi2.ppf(tail, 2.0 * np.maximum(n, 0.5)), 0.0)
    return low, np.asarray(0.5 * chi2.ppf(1.0 - tail, 2.0 * (n + 1.0)))


def yearly_rates(segment: Ints, n_segments: int, years: float, confidence: float = 0.9,
                 ) -> list[dict[str, Any]]:
    """Return count, rate a year and its Poisson interval for each segment."""
    counts = np.bincount(segment, minlength=n_segments)
    low, high = poisson_interval(counts, confidence)
    return [{"count": int(n), "rate": n / years, "low": a / years, "high": b / years}
            for n, a, b in zip(counts, low, high, strict=True)]
