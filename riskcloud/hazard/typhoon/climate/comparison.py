"""A set of stochastic storms beside the storms it was made from: landfalls and their strength."""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from scipy.stats import ks_2samp

from riskcloud.hazard.typhoon.climate.area import REACH_M, Area
from riskcloud.hazard.typhoon.climate.landfall import (
    Segments,
    find_landfalls,
    load_segments,
    poisson_interval,
)
from riskcloud.hazard.typhoon.climate.scenarios import (
    CATEGORY_4_M_S,
    Scenario,
    peak_wind_m_s,
    reweight,
)
from riskcloud.types import Bools, EventSet, Floats, Ints
from riskcloud.units import HPA

CLASSES_PA: Final = {"storm": 997.0 * HPA, "typhoon": 977.5 * HPA, "severe": 957.5 * HPA}
"""Central pressures below which a landfall counts for a class: about gale force, typhoon force and
severe typhoons. Between the steps in which the archive's pressures stand (ours)."""
ROUNDED_PA: Final = 5.0 * HPA
"""Pressures of strong storms stand in the archive in such steps; simulated ones are put in them too
before both are compared (ours)."""
QUANTILES: Final = (0.02, 0.1, 0.5, 0.9)


@dataclass(slots=True)
class Tally:
    """Counts the events and landfalls of an event set as its parts come."""

    segments: Segments
    n_events: int = 0
    n_fixes: int = 0
    segment: list[Ints] = field(default_factory=list)
    pressure_pa: list[Floats] = field(default_factory=list)
    n_strong: int = 0
    strong: list[Bools] = field(default_factory=list)

    def add(self, part: EventSet) -> None:
        """Count the landfalls of one part; their strength is that of the last fix before."""
        found = find_landfalls(part.start, part.lon, part.lat, self.segments)
        self.n_events += len(part)
        self.n_fixes += len(part.hour)
        strong = peak_wind_m_s(part) >= CATEGORY_4_M_S
        self.n_strong += int(strong.sum())
        self.strong.append(strong[found.storm])
        self.segment.append(found.segment)
        self.pressure_pa.append(np.asarray(part.central_pressure_pa[found.fix], np.float64))

    def counts(self, below_pa: float) -> Ints:
        """Return landfalls by segment with a central pressure below this (n_segments,)."""
        strong = np.concatenate([[], *self.pressure_pa]) < below_pa
        return np.bincount(self._segment()[strong], minlength=len(self.segments.names))

    def pressures_pa(self, near: Ints) -> Floats:
        """Return the central pressures of landfalls of gale force on the segments named [Pa]."""
        pressure = np.concatenate([[], *self.pressure_pa])
        return np.asarray(pressure[(pressure < CLASSES_PA["storm"])
                                   & np.isin(self._segment(), near)])

    def _segment(self) -> Ints:
        return np.concatenate([np.zeros(0, np.int64), *self.segment])


def climate_factors(tally: Tally, scenario: Scenario) -> tuple[float, float]:
    """Return the factors on the rates of weaker storms and of category 4-5 under a scenario.

    As :func:`scenarios.reweight` has them for the whole set. Raises InputError: as there.
    """
    rates = np.array([tally.n_events - tally.n_strong, tally.n_strong], np.float64)
    there = rates > 0.0
    winds = np.array([0.5, 1.5])[there] * CATEGORY_4_M_S
    one = np.ones(len(winds))
    pair = EventSet(
        event_id=np.arange(len(winds)), annual_rate=rates[there],
        year=np.ones(len(winds), np.int64), season=np.ones(len(winds), np.int64),
        start=np.arange(len(winds) + 1), hour=one, lon=one, lat=one, max_wind_m_s=winds,
        central_pressure_pa=one, environmental_pressure_pa=one, r_max_m=one, r34_m=one, years=1.0)
    factor = np.ones(2)
    factor[there] = reweight(pair, scenario) / rates[there]
    return float(factor[0]), float(factor[1])


def under_climate(tally: Tally, scenario: Scenario, area: Area, years: float) -> dict[str, Any]:
    """Return yearly rates under a scenario beside the present's: storms, category 4-5, landfalls.

    ``landfalls_below`` counts landfalls on the segments near the area by class of pressure.
    """
    weak, strong = climate_factors(tally, scenario)
    near = segments_within(area, tally.segments)
    segment = np.concatenate([np.zeros(0, np.int64), *tally.segment])
    pressure = np.concatenate([[], *tally.pressure_pa])
    of_strong = np.concatenate([np.zeros(0, bool), *tally.strong])
    weight = np.where(of_strong, strong, weak) * np.isin(segment, near)
    n_weak = tally.n_events - tally.n_strong
    return {
        "name": scenario.name, "title": scenario.title, "title_zh": scenario.title_zh,
        "source": scenario.source, "factor_weaker": weak, "factor_category_4_5": strong,
        "rate_per_year": (n_weak * weak + tally.n_strong * strong) / years,
        "present_rate_per_year": tally.n_events / years,
        "category_4_5": tally.n_strong * strong / years,
        "present_category_4_5": tally.n_strong / years,
        "landfalls_below": {name: float(weight[pressure < below].sum()) / years
                            for name, below in CLASSES_PA.items()},
        "present_landfalls_below": {
            name: float(np.isin(segment, near)[pressure < below].sum()) / years
            for name, below in CLASSES_PA.items()}}


def segments_within(area: Area, segments: Segments) -> Ints:
    """Return the segments that lie wholly within reach of an area, whose landfalls are all kept."""
    both = segments.edges.reshape(-1, 2, 2)
    far = area.distance_m(both[..., 0], both[..., 1]).max(axis=1) > REACH_M
    return np.array([k for k in range(len(segments.names))
                     if not far[segments.of_edge == k].any()], np.int64)


def compare(observed: EventSet, simulated: Tally, area: Area, years: float) -> dict[str, Any]:
    """Return landfalls by segment and pressure at landfall, simulated beside observed.

    Rates are a year; ``low`` and ``high`` the observed rate's 90 % Poisson interval (Garwood
    1936); ``inside`` whether the simulated rate lies in it. Pressures are those of landfalls of
    gale force on the segments together; ``ks_p`` the two-sample Kolmogorov-Smirnov test's.
    """
    segments = load_segments()
    seen = Tally(segments)
    seen.add(observed)
    near = segments_within(area, segments)
    rows = []
    for k in near:
        row: dict[str, Any] = {"segment": segments.names[k], "title": segments.titles[k][0],
                               "title_zh": segments.titles[k][1]}
        for name, below in CLASSES_PA.items():
            count, made = int(seen.counts(below)[k]), int(simulated.counts(below)[k])
            low, high = (float(end) / observed.years for end in poisson_interval(count))
            rate = made / years
            row[name] = {"observed": count, "observed_rate": count / observed.years, "low": low,
                         "high": high, "simulated_rate": rate,
                         "inside": bool(low <= rate <= high)}
        rows.append(row)
    ours, theirs = (_in_steps(one.pressures_pa(near)) for one in (seen, simulated))
    strength = None
    if len(ours) and len(theirs):
        test = ks_2samp(ours, theirs)
        strength = {
            "n_observed": len(ours), "n_simulated": len(theirs), "ks": float(test.statistic),
            "ks_p": float(test.pvalue), "quantiles": list(QUANTILES),
            "observed_hpa": [float(q) / HPA for q in np.quantile(ours, QUANTILES)],
            "simulated_hpa": [float(q) / HPA for q in np.quantile(theirs, QUANTILES)]}
    return {"landfalls": rows, "pressure_at_landfall": strength}


def _in_steps(pressure_pa: Floats) -> Floats:
    return np.round(pressure_pa / ROUNDED_PA) * ROUNDED_PA
