"""Whether an earthquake can be: every fault at once, each with what mends it."""

import math
from collections.abc import Iterator
from typing import Final

from riskcloud.errors import InputError, Problem
from riskcloud.types import Earthquake

MAX_DEPTH_KM: Final = 700.0
"""Deepest hypocentre taken; the deepest known are near 700 km (Frohlich 2006, Deep Earthquakes)."""
RANGES: Final = {
    "lat": (-90.0, 90.0, " degrees"), "lon": (-720.0, 720.0, " degrees"),
    "depth_km": (0.0, MAX_DEPTH_KM, " km"), "magnitude": (0.0, 10.0, ""),
    "strike_deg": (-360.0, 720.0, " degrees"), "rake_deg": (-360.0, 360.0, " degrees"),
    "length_km": (0.0, 2000.0, " km"), "width_km": (0.0, 500.0, " km"),
}
"""What each number of an event may be (ours: wide enough for every earthquake on record)."""


def check_event(event: Earthquake) -> None:
    """Raise InputError naming every value of an event that cannot be."""
    problems = list(_problems(event))
    if problems:
        raise InputError(f"earthquake {event.event_id or '(unnamed)'}: {len(problems)} problem(s)",
                         problems)


def _problems(event: Earthquake) -> Iterator[Problem]:
    for name, (low, high, unit) in RANGES.items():
        value = getattr(event, name)
        if value is None or (math.isfinite(value) and low <= value <= high):
            continue
        remedy = (f"not within {low:g} and {high:g}{unit}" if unit else
                  f"expected {low:g} to {high:g}")
        if name == "depth_km" and value > high:
            remedy += f"; if it is in metres give {value / 1000.0:g}"
        yield Problem(0, name, f"{value:g}", remedy)
    dip = event.dip_deg
    if dip is not None and not (math.isfinite(dip) and 0.0 < dip <= 90.0):
        yield Problem(0, "dip_deg", f"{dip:g}", "a dip is above 0 and at most 90 degrees")
