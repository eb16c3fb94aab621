"""How well rain models tell the rain of a gauge: storms passing near, left out one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from riskcloud.errors import InputError
from riskcloud.geo.points import haversine_m, nearest_window
from riskcloud.hazard.rain.record import DailyRecord
from riskcloud.hazard.typhoon.period import hours_of, nodes_between
from riskcloud.hazard.typhoon.rain.coast import coast_lean, land_harmonics
from riskcloud.hazard.typhoon.rain.model import CoastTerm, RainModel, RainProfile, load_model
from riskcloud.hazard.typhoon.rain.rates import rain_rate_mm_h
from riskcloud.hazard.typhoon.rain.storm import rain_nodes, rain_path
from riskcloud.kernels import rain as kernel
from riskcloud.types import Floats, Track
from riskcloud.units import KM

NEAR_M: Final = 300.0 * KM
DENSER: Final = 6.0
"""How much denser than usual the nodes are that say on which days a storm is near."""
START: Final = (0.0, 2.0, 0.7)
"""Where the search for ln(scale), strength and turn begins; the result does not hang on it."""


@dataclass(frozen=True, slots=True)
class RainCase:
    """One storm's passage of a gauge: days, observed rain, and nodes of the path within the days.

    ``east_m``, ``north_m`` (n_nodes,) the gauge from the centre; ``weight_h`` the trapezoid's
    weights; ``profile`` the storm's rain at each node.
    """

    event_id: str
    first_day: np.datetime64
    last_day: np.datetime64
    observed_mm: float
    east_m: Floats
    north_m: Floats
    weight_h: Floats
    profile: RainProfile


@dataclass(frozen=True, slots=True)
class RainSkill:
    """Observed and modelled totals of cases (n,) [mm], and the term fitted to all of them.

    ``left_out`` is modelled by a term fitted to the other cases; ``plain`` by R-CLIPER.
    """

    observed_mm: Floats
    plain_mm: Floats
    left_out_mm: Floats
    term: CoastTerm

    def rmse_ln(self, modelled_mm: Floats) -> float:
        """Root mean square of modelled - observed ln(1 + mm)."""
        return float(np.sqrt(np.mean(self.error_ln(modelled_mm) ** 2)))

    def error_ln(self, modelled_mm: Floats) -> Floats:
        """Modelled - observed ln(1 + mm), (n,)."""
        return np.asarray(np.log1p(modelled_mm) - np.log1p(self.observed_mm))

    @property
    def gain(self) -> float:
        """Share by which leaving-one-out has a smaller RMSE than R-CLIPER."""
        return 1.0 - self.rmse_ln(self.left_out_mm) / self.rmse_ln(self.plain_mm)


def passing_cases(tracks: Sequence[Track], record: DailyRecord, *, lon: float, lat: float,
                  utc_offset_h: float, near_m: float = NEAR_M) -> tuple[RainCase, ...]:
    """Return the storms that came near a gauge, with its rain of the days they were near.

    Parameters
    ----------
    tracks : filled.
    record : the gauge's; a day goes from midnight to midnight.
    lon, lat : the gauge [degrees]. utc_offset_h : of its clock.
    near_m : a day counts if the storm was this near at any moment of it.

    Returns
    -------
    tuple of RainCase. Storms with a day that the record lacks are left out.
    """
    cases = []
    plain = load_model("r_cliper")
    daily = pd.Series(record.rain_mm, index=pd.DatetimeIndex(record.day))
    for track in tracks:
        case = _case(track, daily, lon, lat, np.timedelta64(round(utc_offset_h * 60), "m"), near_m,
                     plain)
        if case is not None:
            cases.append(case)
    return tuple(cases)


def _case(track: Track, daily: pd.Series, lon: float, lat: float, offset: Any, near_m: float,
          plain: RainModel) -> RainCase | None:
    path = rain_path(track, denser=DENSER)
    near = haversine_m(path.lon, path.lat, np.full(len(path.lon), lon),
                       np.full(len(path.lon), lat)) <= near_m
    if not near.any():
        return None
    local = (track.time_utc[0].astype("datetime64[s]") + offset
             + np.round(path.hour * 3600.0).astype("timedelta64[s]"))
    first, last = (local[near][k].astype("datetime64[D]") for k in (0, -1))
    observed = float(daily.reindex(pd.date_range(first, last)).to_numpy(np.float64).sum())
    if np.isnan(observed):
        return None
    period = (first - offset, last + np.timedelta64(1, "D") - offset)
    nodes = rain_nodes(rain_path(track), track.wind_averaging_s, plain).T
    nodes = nodes_between(nodes, nodes[:, kernel.HOUR], *hours_of(period, track.time_utc)).T
    step = np.diff(nodes[kernel.HOUR])
    own = float(nearest_window(np.array([lon]), float(np.mean(path.lon)))[0])
    x = (own - nodes[kernel.LON]) * np.cos(np.radians(0.5 * (lat + nodes[kernel.LAT])))
    return RainCase(
        event_id=track.event_id, first_day=first, last_day=last, observed_mm=observed,
        east_m=x * kernel.M_PER_DEG, north_m=(lat - nodes[kernel.LAT]) * kernel.M_PER_DEG,
        weight_h=0.5 * (np.append(step, 0.0) + np.append(0.0, step)),
        profile=RainProfile(nodes[kernel.CENTRE], nodes[kernel.SLOPE], nodes[kernel.R_PEAK],
                            nodes[kernel.DECAY]))


class _Joined:
    """All cases' nodes as one, so that a term's totals are one sum."""

    def __init__(self, cases: Sequence[RainCase], land: Floats) -> None:
        def joined(values: Sequence[Floats]) -> Floats:
            return np.concatenate(list(values))

        self.east, self.north, self.weight = (
            joined([getattr(one, name) for one in cases])
            for name in ("east_m", "north_m", "weight_h"))
        self.profile = RainProfile(*(
            joined([getattr(one.profile, name) for one in cases])
            for name in ("centre_mm_h", "slope_mm_h_m", "r_peak_m", "decay_per_m")))
        lengths = [len(one.weight_h) for one in cases]
        self.start = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
        self.land, self.reach_m = land, load_model("r_cliper").reach_m

    def totals_mm(self, term: CoastTerm) -> Floats:
        lean = coast_lean(self.land, term)
        rate = rain_rate_mm_h(self.east, self.north, self.profile, reach_m=self.reach_m,
                              lean=lean)
        return np.asarray(np.add.reduceat(term.scale * rate * self.weight, self.start))


def leave_one_out(cases: Sequence[RainCase], *, lon: float, lat: float) -> RainSkill:
    """Fit the coast's term to all cases but one, for each, and model that one.

    The term makes the sum of squares of ln(1 + modelled) - ln(1 + observed) least.

    Raises
    ------
    InputError : fewer than ten cases.
    """
    if len(cases) < 10:
        raise InputError(f"{len(cases)} storm(s) with rain; at least 10 are needed for a fit")
    joined = _Joined(cases, land_harmonics(np.array([lon]), np.array([lat])))
    observed = np.array([one.observed_mm for one in cases])
    term = _fit(joined, observed, np.ones(len(cases), bool), START)
    begin = (float(np.log(term.scale)), term.strength, term.turn_rad)
    left_out = np.empty(len(cases))
    for k in range(len(cases)):
        others = np.arange(len(cases)) != k
        left_out[k] = joined.totals_mm(_fit(joined, observed, others, begin))[k]
    return RainSkill(observed, joined.totals_mm(CoastTerm()), left_out, term)


def _fit(joined: _Joined, observed: Floats, use: Any, begin: Sequence[float]) -> CoastTerm:
    from scipy.optimize import least_squares

    def term(x: Floats) -> CoastTerm:
        return CoastTerm(float(np.exp(x[0])), float(x[1]), float(x[2]))

    def error(x: Floats) -> Floats:
        return np.asarray((np.log1p(joined.totals_mm(term(x))) - np.log1p(observed))[use])

    return term(least_squares(error, begin, diff_step=1e-4).x)
