"""The paths of many storms of an event set at once: as ``path.follow`` gives them one by one."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.between_fixes import Legs, change_so_far
from riskcloud.hazard.typhoon.path import M_PER_DEG, Path
from riskcloud.hazard.typhoon.regressions import card as regression_card
from riskcloud.types import EventSet, Floats, Ints
from riskcloud.units import HOUR

NEEDED = ("max_wind_m_s", "central_pressure_pa", "environmental_pressure_pa", "r_max_m")


@dataclass(frozen=True, slots=True)
class _Segments:
    """The legs between the fixes of some events: numbers of the fixes at both ends, (n_legs,)."""

    first: Ints
    event: Ints


def check_events(events: EventSet) -> None:
    """Raise InputError for events of one fix, times that do not rise, or values missing."""
    counts = np.diff(events.start)
    if len(events) == 0:
        raise InputError("the event set holds no storm")
    if (counts < 2).any():
        one = events.event_id[int(np.argmin(counts))]
        raise InputError(f"event {one}: one fix only; a path needs two or more "
                         f"({int((counts < 2).sum())} such events)")
    step = np.diff(events.hour)
    inside = np.ones(len(step), bool)
    inside[events.start[1:-1] - 1] = False
    if (step[inside] <= 0.0).any():
        raise InputError("the event set holds fixes whose hours do not rise")
    for name in NEEDED:
        if not np.isfinite(getattr(events, name)).all():
            raise InputError(f"the event set lacks {name} at some fixes; every fix needs one")


def follow_events(events: EventSet, chosen: Ints, *, spacing_r_max: Floats | float,
                  longest_h: float) -> tuple[Path, Ints]:
    """Nodes along the tracks of some events, one event after another.

    Parameters
    ----------
    events : checked by :func:`check_events`.
    chosen : (k,) places of events in the set.
    spacing_r_max : scalar or (k,) largest distance of two nodes [radii of maximum wind].
    longest_h : largest time between two nodes [h].

    Returns
    -------
    Path with the nodes of all; start (k + 1,): event i has start[i]:start[i + 1]. The same
    numbers as ``path.follow`` of each event's track, whose docstring has the source
    (tests/unit/hazard/typhoon/test_needed_surge.py).
    """
    chosen = np.asarray(chosen, np.int64)
    begin, end = events.start[chosen], events.start[chosen + 1]
    legs = _legs(begin, end)
    spacing = np.broadcast_to(np.asarray(spacing_r_max, np.float64), chosen.shape)[legs.event]
    pieces = _pieces(events, legs.first, spacing, longest_h)
    # every leg gives its first node and those between; each event's last fix closes it
    last_of_event = np.append(legs.event[1:] != legs.event[:-1], True)
    per_leg = pieces + last_of_event
    leg = np.repeat(np.arange(len(pieces)), per_leg)
    step = np.arange(len(leg)) - np.repeat(np.cumsum(per_leg) - per_leg, per_leg)
    share = step / pieces[leg]
    start = np.concatenate([[0], np.cumsum(np.bincount(legs.event, per_leg, len(chosen)))])
    return _path(events, legs.first[leg], share), start.astype(np.int64)


def _legs(begin: Ints, end: Ints) -> _Segments:
    count = end - begin - 1
    event = np.repeat(np.arange(len(begin)), count)
    first = np.arange(len(event)) - np.repeat(np.cumsum(count) - count, count) + begin[event]
    return _Segments(first, event)


def _pieces(events: EventSet, first: Ints, spacing: Floats, longest_h: float) -> Ints:
    """How many parts each leg is cut into (``path._node_hours`` has the same rule)."""
    lon, lat, after = _float(events.lon), _float(events.lat), first + 1
    east = (lon[after] - lon[first]) * np.cos(np.radians(0.5 * (lat[after] + lat[first])))
    length = 1.2 * M_PER_DEG * np.hypot(east, lat[after] - lat[first])
    size, hour = _float(events.r_max_m), _float(events.hour)
    smallest = np.minimum(size[after], size[first])
    hours = hour[after] - hour[first]
    wanted = np.ceil(np.maximum(length / (spacing * smallest), hours / longest_h))
    return np.maximum(wanted, 1.0).astype(np.int64)


def _path(events: EventSet, first: Ints, share: Floats) -> Path:
    """Return the nodes a share of the way from their leg's first fix to the next."""
    hour = _float(events.hour)
    span = hour[first + 1] - hour[first]
    places = {}
    for name in ("lon", "lat"):
        values = _float(getattr(events, name))
        places[name] = _hermite(values, _slopes(events.start, hour, values), span, first, share)
    (lon, lon_rate), (lat, lat_rate) = places["lon"], places["lat"]
    pressure, wind = _float(events.central_pressure_pa), _float(events.max_wind_m_s)
    changed = _changed(events, hour, wind, first, share)
    around = regression_card("chavas_knaff_2022")["mean_per_quadrant_maximum"]
    size = _held(events, around * _float(events.r34_m))
    return Path(
        hour=hour[first] + share * span, lon=lon, lat=lat,
        east_m_s=lon_rate * M_PER_DEG * np.cos(np.radians(lat)) / HOUR,
        north_m_s=lat_rate * M_PER_DEG / HOUR,
        central_pressure_pa=_linear(pressure, first, changed),
        environmental_pressure_pa=_linear(events.environmental_pressure_pa, first, share),
        pressure_tendency_pa_s=(pressure[first + 1] - pressure[first]) / span / HOUR,
        max_wind_m_s=_linear(wind, first, changed),
        r_max_m=_linear(events.r_max_m, first, share),
        r34_m=_linear(size, first, share))


def _changed(events: EventSet, hour: Floats, wind: Floats, first: Ints, share: Floats) -> Floats:
    """Return how much of the change of strength of each node's leg has happened."""
    begins = np.append(True, first[1:] != first[:-1])
    fix, leg = first[begins], np.cumsum(begins) - 1
    ends = [(_float(values)[fix], _float(values)[fix + 1])
            for values in (events.lon, events.lat, hour, wind)]
    return change_so_far(Legs(ends[0], ends[1], ends[2][1] - ends[2][0], ends[3]), leg, share)


def _held(events: EventSet, size: Floats) -> Floats:
    """Mean radius of 34 kt wind at each fix, held where there is no gale (``path._mean_r34``)."""
    known = np.flatnonzero(size > 0.0)
    of_event = np.repeat(np.arange(len(events)), np.diff(events.start))
    if not len(known):
        return np.full(len(size), np.nan)
    here = np.arange(len(size))
    after = np.minimum(np.searchsorted(known, here), len(known) - 1)
    before = np.maximum(np.searchsorted(known, here, side="right") - 1, 0)
    a, b, hour = known[before], known[after], _float(events.hour)
    # a neighbour of another event, or on the wrong side, is none
    has_a = (of_event[a] == of_event) & (a <= here)
    has_b = (of_event[b] == of_event) & (b >= here)
    span = np.where(has_a & has_b & (b > a), hour[b] - hour[a], 1.0)
    between = size[a] + (hour - hour[a]) / span * (size[b] - size[a])
    one = np.where(has_a, size[a], np.where(has_b, size[b], np.nan))
    return np.asarray(np.where(has_a & has_b & (b > a), between, one))


def _float(values: Any) -> Floats:
    return np.asarray(values, np.float64)


def _linear(values: Any, first: Ints, share: Floats) -> Floats:
    """Value between two fixes; at a fix its own, also where the next one is NaN."""
    values = _float(values)
    between = values[first] + share * (values[first + 1] - values[first])
    whole = np.where(share == 1.0, values[first + 1], between)
    return np.asarray(np.where(share == 0.0, values[first], whole))


def _slopes(start: Ints, x: Floats, y: Floats) -> Floats:
    """Slope at each fix of the parabola through it and its neighbours, event by event."""
    step = np.diff(x)
    with np.errstate(divide="ignore", invalid="ignore"):
        chord = np.diff(y) / step
        inner = (step[1:] * chord[:-1] + step[:-1] * chord[1:]) / (step[:-1] + step[1:])
    slope = np.empty(len(x))
    slope[1:-1] = inner
    head, tail, two = start[:-1], start[1:] - 1, np.diff(start) == 2
    # the neighbours' slopes are read before an end that is another event's neighbour is written
    at_head, at_tail = slope[head + 1], slope[tail - 1]
    slope[head] = np.where(two, chord[head], 2.0 * chord[head] - at_head)
    slope[tail] = np.where(two, chord[tail - 1], 2.0 * chord[tail - 1] - at_tail)
    return slope


def _hermite(y: Floats, slope: Floats, h: Floats, k: Ints, s: Floats) -> tuple[Floats, Floats]:
    """Value and rate of the cubic with given values and slopes at the fixes."""
    y0, y1, m0, m1 = y[k], y[k + 1], slope[k], slope[k + 1]
    value = ((1 + 2 * s) * (1 - s) ** 2 * y0 + s * (1 - s) ** 2 * h * m0
             + s**2 * (3 - 2 * s) * y1 + s**2 * (s - 1) * h * m1)
    rate = (6 * s * (s - 1) * (y0 - y1) / h + (1 - s) * (1 - 3 * s) * m0
            + s * (3 * s - 2) * m1)
    return value, rate
