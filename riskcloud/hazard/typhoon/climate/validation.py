"""Event sets beside the observed storms and each other: rates, strength, size, motion.

Rows of one table: what is measured, observed, each method, and a test of their difference.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.stats import ks_2samp

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.climate.area import Area
from riskcloud.hazard.typhoon.climate.comparison import CLASSES_PA, ROUNDED_PA, segments_within
from riskcloud.hazard.typhoon.climate.landfall import (
    find_landfalls,
    load_segments,
    poisson_interval,
)
from riskcloud.hazard.typhoon.sphere import offset_m
from riskcloud.types import Bools, EventSet, Floats, Ints
from riskcloud.units import HOUR, HPA, KM

QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
OBSERVED: Final = "observed"


@dataclass(frozen=True, slots=True)
class Sample:
    """What one set says: landfalls (n,) by segment with pressure, size and motion; storms' minima.

    segment; pressure_pa, r_max_m, speed_m_s and heading_deg (of the leg that crosses the coast) at
    landfall; minimum_pa (n_events,) lowest pressure within the area; years.
    """

    segment: Ints
    pressure_pa: Floats
    r_max_m: Floats
    speed_m_s: Floats
    heading_deg: Floats
    minimum_pa: Floats
    n_events: int
    years: float


def sample_of(events: EventSet, area: Area) -> Sample:
    """Return a set's landfalls on the segments near an area, and its storms' lowest pressures.

    A landfall counts below the pressure of class ``storm`` (comparison.CLASSES_PA) at the last fix
    before the coast. Lowest pressures are of fixes inside the area; storms that never are inside
    are left out of them.
    """
    found = find_landfalls(events.start, events.lon, events.lat)
    near = np.isin(found.segment, segments_within(area, load_segments()))
    found = found.take(np.asarray(
        near & (events.central_pressure_pa[found.fix] < CLASSES_PA["storm"])))
    lon, lat = np.asarray(events.lon, float), np.asarray(events.lat, float)
    fix = found.fix
    east, north = offset_m(lon[fix], lat[fix], lon[fix + 1], lat[fix + 1])
    hours = np.asarray(events.hour[fix + 1] - events.hour[fix], float)
    inside = area.distance_m(lon, lat) <= 0.0
    pressure = np.where(inside, events.central_pressure_pa, np.inf)
    lowest = np.minimum.reduceat(pressure, events.start[:-1]) if len(events) else np.zeros(0)
    return Sample(found.segment, np.asarray(events.central_pressure_pa[fix], float),
                  np.asarray(events.r_max_m[fix], float),
                  np.asarray(np.hypot(east, north) / (hours * HOUR)),
                  np.asarray(np.degrees(np.arctan2(east, north)) % 360.0),
                  np.asarray(lowest[np.isfinite(lowest)], float), len(events), events.years)


def compare_event_sets(observed: EventSet, sets: Mapping[str, EventSet],
                       area: Area) -> list[dict[str, Any]]:
    """Return the rows of a table: observed storms beside one or more event sets.

    Parameters
    ----------
    observed : the catalogue's storms as an event set (resampled.observed_events).
    sets : event sets by the name of their method, made for the same area.
    area : whose coast segments and storms are compared.

    Returns
    -------
    Rows with ``measure``, ``of`` (segment, class, quantile), ``unit``, ``observed`` and one value a
    set under its name. Rates also carry the observed one's 90 % Poisson interval ``low``,
    ``high`` (Garwood 1936); distributions a row ``ks`` and ``ks_p`` of the two-sample
    Kolmogorov-Smirnov test of each set against the observed, pressures put in the archive's steps
    of 5 hPa first. Sizes of observed storms are medians, not observed: their rows have no test.

    Raises
    ------
    InputError : no set, or one named ``observed``.
    """
    if not sets or OBSERVED in sets:
        raise InputError("compare_event_sets: expected one set or more, none named observed")
    samples = {OBSERVED: sample_of(observed, area)} | {
        name: sample_of(one, area) for name, one in sets.items()}
    rows = _rate_rows(samples, area)
    for measure, unit, scale in (("pressure_pa", "hPa", HPA), ("minimum_pa", "hPa", HPA),
                                 ("speed_m_s", "m/s", 1.0), ("r_max_m", "km", KM)):
        rows += _distribution_rows(samples, measure, unit, scale)
    return rows + _heading_rows(samples)


def _rate_rows(samples: Mapping[str, Sample], area: Area) -> list[dict[str, Any]]:
    segments = load_segments()
    rows = [_rate_row(samples, "storms", "all", {name: one.n_events
                                                 for name, one in samples.items()})]
    for k in segments_within(area, segments):
        for level, below in CLASSES_PA.items():
            counts = {name: int(((one.segment == k) & (one.pressure_pa < below)).sum())
                      for name, one in samples.items()}
            rows.append(_rate_row(samples, "landfalls", f"{segments.names[k]} {level}", counts))
    return rows


def _rate_row(samples: Mapping[str, Sample], measure: str, of: str,
              counts: Mapping[str, int]) -> dict[str, Any]:
    years = samples[OBSERVED].years
    low, high = (float(end) / years for end in poisson_interval(counts[OBSERVED]))
    rates = {name: counts[name] / one.years for name, one in samples.items()}
    return {"measure": measure, "of": of, "unit": "1/yr", **rates, "low": low, "high": high,
            "inside": {name: bool(low <= rate <= high) for name, rate in rates.items()
                       if name != OBSERVED}}


def _distribution_rows(samples: Mapping[str, Sample], measure: str, unit: str,
                       scale: float) -> list[dict[str, Any]]:
    values = {name: getattr(one, measure) for name, one in samples.items()}
    if any(not len(one) for one in values.values()):
        return []
    if measure in ("pressure_pa", "minimum_pa"):
        values = {name: np.round(one / ROUNDED_PA) * ROUNDED_PA for name, one in values.items()}
    at = {name: np.quantile(one, QUANTILES) / scale for name, one in values.items()}
    rows: list[dict[str, Any]] = [
        {"measure": measure, "of": f"{q:.0%}", "unit": unit,
         **{name: float(one[k]) for name, one in at.items()}} for k, q in enumerate(QUANTILES)]
    if measure != "r_max_m":
        tests = {name: ks_2samp(values[OBSERVED], one) for name, one in values.items()
                 if name != OBSERVED}
        rows += [{"measure": measure, "of": kind, "unit": "", OBSERVED: None,
                  **{name: float(getattr(test, field)) for name, test in tests.items()}}
                 for kind, field in (("ks", "statistic"), ("ks_p", "pvalue"))]
    return rows


SECTORS: Final = (("S to W", 180.0, 270.0), ("W to NW", 270.0, 315.0), ("NW to N", 315.0, 360.0),
                  ("N to S", 0.0, 180.0))
"""Headings at landfall, degrees clockwise from north (ours)."""


def _heading_rows(samples: Mapping[str, Sample]) -> list[dict[str, Any]]:
    if any(not len(one.heading_deg) for one in samples.values()):
        return []
    return [{"measure": "heading", "of": title, "unit": "share", **{
        name: float(_between(one.heading_deg, low, high).mean())
        for name, one in samples.items()}} for title, low, high in SECTORS]


def _between(heading: Floats, low: float, high: float) -> Bools:
    return np.asarray((heading >= low) & (heading < high))
