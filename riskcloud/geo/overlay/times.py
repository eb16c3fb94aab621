"""Stacks of times: the value at a time, between two, or the most of a window."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError, Problem
from riskcloud.geo.overlay.raster import RasterLayer
from riskcloud.geo.overlay.sample import Sampled
from riskcloud.types import Floats

METHODS = ("linear", "nearest")
STATISTICS = ("max", "min", "mean", "sum")


@dataclass(frozen=True, slots=True)
class TimeChoice:
    """A time (begin == end) or a window [begin, end], UTC; how to take values within it."""

    begin: np.datetime64
    end: np.datetime64
    method: str = "linear"
    statistic: str = "max"


def parse_time(text: str, *, method: str = "linear", statistic: str = "max") -> TimeChoice:
    """Return the choice that ``TIME`` or ``BEGIN/END`` (ISO 8601, UTC) asks for.

    Raises
    ------
    InputError : no time, or a window that ends before it begins.
    """
    parts = text.split("/")
    try:
        moments = [_moment(part) for part in parts]
    except ValueError:
        moments = []
    if len(moments) not in (1, 2) or moments[0] > moments[-1]:
        raise InputError(f"{text!r} is no time", [Problem(
            0, "time", text, "expected 2021-07-20T06:00Z, or a window BEGIN/END")])
    return TimeChoice(moments[0], moments[-1], method, statistic)


def _moment(text: str) -> np.datetime64:
    from datetime import UTC, datetime

    moment = datetime.fromisoformat(text.strip())
    moment = moment.astimezone(UTC) if moment.tzinfo else moment
    return np.datetime64(moment.replace(tzinfo=None), "s")


def bands_of(layer: RasterLayer, choice: TimeChoice | None) -> tuple[list[int], Floats]:
    """Return positions in ``layer.bands`` to read, and the weight of each.

    All weights are 1 for a window, whose statistic is taken later.

    Raises
    ------
    InputError : several times and none chosen, or a time that the layer does not reach.
    """
    if layer.times is None:
        return [0], np.ones(1)
    times = layer.times.astype("datetime64[s]")
    order = np.argsort(times, kind="stable")
    first, last = times[order[0]], times[order[-1]]
    if choice is None:
        if len(times) == 1:
            return [0], np.ones(1)
        raise InputError(f"{layer.source}: it holds {len(times)} times", [Problem(
            0, "time", "", f"choose with --time; it has {first}Z to {last}Z")])
    if choice.end < first or choice.begin > last:
        raise InputError(f"{layer.source}: no grid of that time", [Problem(
            0, "time", f"{choice.begin}Z", f"known here are times from {first}Z to {last}Z")])
    if choice.end > choice.begin:
        within = [int(k) for k in order if choice.begin <= times[k] <= choice.end]
        if not within:
            raise InputError(f"{layer.source}: no grid within the window", [Problem(
                0, "time", f"{choice.begin}Z/{choice.end}Z", "widen it, or ask for one time")])
        return within, np.ones(len(within))
    distance = np.abs((times - choice.begin).astype(np.int64))
    nearest = int(order[np.argmin(distance[order])])
    if choice.method == "nearest" or times[nearest] == choice.begin:
        return [nearest], np.ones(1)
    after = int(np.searchsorted(times[order], choice.begin))
    low, high = int(order[after - 1]), int(order[after])
    share = float((choice.begin - times[low]) / (times[high] - times[low]))
    return [low, high], np.array([1.0 - share, share])


def combined(sampled: Sampled, weight: Floats, choice: TimeChoice | None,
             ) -> tuple[Floats, npt.NDArray[np.uint8]]:
    """Return value and status (n_points,) of the bands of ``bands_of``.

    One grid without a value leaves the whole without: a maximum of what is known may be too low.
    """
    status = sampled.status.max(axis=1)
    if choice is None or choice.begin == choice.end:
        return _weighted(sampled.value, weight), status
    taken: Floats = getattr(sampled.value, choice.statistic)(axis=1)
    return taken, status


def _weighted(value: Floats, weight: Sequence[float] | Floats) -> Floats:
    if value.shape[1] == 1:
        return value[:, 0]
    return np.asarray(value @ np.asarray(weight))
