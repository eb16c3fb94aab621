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
from riskcloud.hazard.typhoon.regressions import GALE_M_S
from riskcloud.types import EventSet, Floats, Ints
from riskcloud.units import HPA, KNOT

TYPHOON_M_S: Final = 64.0 * KNOT
QUANTILES: Final = (0.1, 0.5, 0.9, 0.98)


@dataclass(slots=True)
class Tally:
    """Counts the events and landfalls of an event set as its parts come."""

    segments: Segments
    n_events: int = 0
    n_fixes: int = 0
    segment: list[Ints] = field(default_factory=list)
    wind_m_s: list[Floats] = field(default_factory=list)
    deficit_pa: list[Floats] = field(default_factory=list)

    def add(self, part: EventSet) -> None:
        """Count the landfalls of one part; their strength is that of the last fix before."""
        found = find_landfalls(part.start, part.lon, part.lat, self.segments)
        self.n_events += len(part)
        self.n_fixes += len(part.hour)
        self.segment.append(found.segment)
        self.wind_m_s.append(np.asarray(part.max_wind_m_s[found.fix], np.float64))
        self.deficit_pa.append(np.asarray(
            part.environmental_pressure_pa[found.fix] - part.central_pressure_pa[found.fix],
            np.float64))

    def counts(self, least_m_s: float) -> Ints:
        """Return landfalls by segment with at least this wind (n_segments,)."""
        strong = np.concatenate([[], *self.wind_m_s]) >= least_m_s
        segment = np.concatenate([np.zeros(0, np.int64), *self.segment])
        return np.bincount(segment[strong], minlength=len(self.segments.names))

    def gale_deficits_pa(self, near: Ints) -> Floats:
        """Return the deficits of landfalls of gale force on the segments named [Pa]."""
        keep = ((np.concatenate([[], *self.wind_m_s]) >= GALE_M_S)
                & np.isin(np.concatenate([np.zeros(0, np.int64), *self.segment]), near))
        return np.asarray(np.concatenate([[], *self.deficit_pa])[keep])


def segments_within(area: Area, segments: Segments) -> Ints:
    """Return the segments that lie wholly within reach of an area, whose landfalls are all kept."""
    both = segments.edges.reshape(-1, 2, 2)
    far = area.distance_m(both[..., 0], both[..., 1]).max(axis=1) > REACH_M
    return np.array([k for k in range(len(segments.names))
                     if not far[segments.of_edge == k].any()], np.int64)


def compare(observed: EventSet, simulated: Tally, area: Area, years: float) -> dict[str, Any]:
    """Return landfalls by segment and pressure at landfall, simulated beside observed.

    Rates are a year; ``low`` and ``high`` the observed rate's 90 % Poisson interval (Garwood
    1936); ``inside`` whether the simulated rate lies in it. Deficits are those of gale-force
    landfalls on the segments together; ``ks_p`` the two-sample Kolmogorov-Smirnov test's.
    """
    segments = load_segments()
    seen = Tally(segments)
    seen.add(observed)
    near = segments_within(area, segments)
    rows = []
    for k in near:
        row: dict[str, Any] = {"segment": segments.names[k], "title": segments.titles[k][0],
                               "title_zh": segments.titles[k][1]}
        for name, least in (("gale", GALE_M_S), ("typhoon", TYPHOON_M_S)):
            count, made = int(seen.counts(least)[k]), int(simulated.counts(least)[k])
            low, high = (float(end) / observed.years for end in poisson_interval(count))
            rate = made / years
            row[name] = {"observed": count, "observed_rate": count / observed.years, "low": low,
                         "high": high, "simulated_rate": rate,
                         "inside": bool(low <= rate <= high)}
        rows.append(row)
    ours, theirs = seen.gale_deficits_pa(near), simulated.gale_deficits_pa(near)
    strength = None
    if len(ours) and len(theirs):
        test = ks_2samp(ours, theirs)
        strength = {
            "n_observed": len(ours), "n_simulated": len(theirs), "ks": float(test.statistic),
            "ks_p": float(test.pvalue), "quantiles": list(QUANTILES),
            "observed_hpa": [float(q) / HPA for q in np.quantile(ours, QUANTILES)],
            "simulated_hpa": [float(q) / HPA for q in np.quantile(theirs, QUANTILES)]}
    return {"landfalls": rows, "deficit_at_landfall": strength}
