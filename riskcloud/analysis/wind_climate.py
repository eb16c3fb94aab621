"""The wind climate of sites from an event set: return levels, bands and grades."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from riskcloud.errors import InputError
from riskcloud.hazard.grades import GradeScale, grade_of, load_scale
from riskcloud.hazard.typhoon.climate.area import Area
from riskcloud.hazard.typhoon.climate.levels import (
    ReturnLevels,
    check_periods,
    n_kept,
    return_levels,
)
from riskcloud.hazard.typhoon.climate.winds import SEED, LargestWinds, largest_winds
from riskcloud.hazard.typhoon.field import model_weights
from riskcloud.hazard.typhoon.sectors import with_land
from riskcloud.hazard.typhoon.surface import SurfaceLayers, site_exposure
from riskcloud.hazard.typhoon.surface.reference import (
    ReferenceFactors,
    reference_factors,
)
from riskcloud.types import Bools, EventSet, Floats, LayerUse, SiteExposure, Sites

REFERENCE_MEASURES: Final = ("mean_10min", "gust_3s")
"""10-min mean and 3-s gust at 10 m on a patch of open country in the site's region."""
LOCAL_MEASURES: Final = ("local_mean_10min", "local_gust_3s")
"""The same at the site's own surface and height, by direction."""
PRESENT: Final = "present"
ZONES, FORCES = "nathan_tropical_cyclone", "gbt_28591_2012"
"""Scales of models/grades: of a site, and of the mean wind by return period."""
CURVE_PERIODS: Final = (5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0)
KEPT_IN_MEMORY: Final = 120_000_000
"""Kept winds in memory at a time, over all measures: 1 GB, and as much again while unpacked."""
LEAST_CHUNK: Final = 1000
"""Sites taken together at least."""
WIND_PRESSURE: Final = 1600.0
"""w0 [kPa] = v^2 / 1600, v in m/s: GB 50009-2012, E.2.4, at an air density of 1.25 kg/m3."""


@dataclass(frozen=True, slots=True)
class ClimateRequest:
    """What is asked of an event set.

    ``periods`` [years]; ``models`` wind models (none: those of the card, by their weights);
    ``height_m`` of the asset above its ground, and ``layers``, for the sites' own winds.
    ``annual_rate`` maps a scenario's name to its rates (n_events,).
    """

    periods: tuple[float, ...]
    models: tuple[str, ...] | None = None
    height_m: float = 10.0
    layers: SurfaceLayers = field(default_factory=SurfaceLayers)
    seed: int = SEED
    annual_rate: Mapping[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WindClimate:
    """Return levels at sites, by climate (``present`` first) and measure.

    ``periods`` are those computed, ascending: those ``asked`` for, the scale's, those of curves.
    ``zone`` (n_sites,) the site's grade by climate, from the return period of
    the scale, no_data where the set is too short for it. ``outside`` (n_sites,) tells sites beyond
    the area of the event set, which have no data: storms near them are not all in it. ``layers``
    what the sites' own winds rest on, ``weights`` the wind models, ``work`` what was computed.
    """

    sites: Sites
    periods: tuple[float, ...]
    asked: tuple[float, ...]
    levels: Mapping[str, Mapping[str, ReturnLevels]]
    zone: Mapping[str, Any]
    zone_scale: GradeScale
    outside: Bools
    layers: tuple[LayerUse, ...]
    weights: Mapping[str, float]
    reference_factor: Mapping[str, float]
    work: Mapping[str, int]

    def column(self, period: float) -> int:
        """Return the column of a return period. Raises ValueError for one not computed."""
        return self.periods.index(period)


def wind_climate(events: EventSet, sites: Sites, request: ClimateRequest, *, local: bool = True,
                 on_progress: Callable[[int, int], None] = lambda done, total: None,
                 ) -> WindClimate:
    """Winds by return period at sites.

    Parameters
    ----------
    events : the event set; its rates are the present climate.
    sites : anywhere; a site that no storm reaches, or beyond the set's area, has NaN levels and
        the grade ``no_data``.
    local : also the winds at the sites' own surface; without, the reference terrain's alone.
    on_progress : called with site-events done and in all.

    Returns
    -------
    WindClimate; the same whatever the order or the company of the sites.

    Raises
    ------
    InputError : a return period of a year or less or longer than the set; an incomplete set; no
        site within its area.
    NotFoundError : an unknown wind model.
    """
    check_periods(request.periods, events)
    outside = outside_area(events, sites)
    weights = model_weights(request.models)
    scale = load_scale(ZONES)
    periods = _all_periods(request.periods, scale, events)
    reference = reference_factors(sites.lon, sites.lat)
    exposure = _exposure(sites, request) if local else None
    factors = [] if exposure is None else [with_land(exposure, name)
                                           for name in ("mean_10min", "gust_3s")]
    parts, works = list[dict[str, dict[str, ReturnLevels]]](), list[Mapping[str, int]]()
    keep = n_kept(periods, events)
    step = max(LEAST_CHUNK, KEPT_IN_MEMORY // ((1 + len(factors)) * keep))
    for begin in range(0, len(sites), step):
        place = slice(begin, begin + step)
        part = Sites(sites.site_id[place], sites.lon[place], sites.lat[place])
        found = largest_winds(
            events, part, n_kept=keep, weights=weights, seed=request.seed,
            factors=[reference.rows[place], *(one[place] for one in factors)],
            on_progress=_part_of(on_progress, begin, len(part), len(sites)))
        parts.append(_levels(found, events, periods, request, reference.gust_of_mean[place]))
        works += [one.work for one in found]
    levels = _joined(parts)
    for one in (one for measures in levels.values() for one in measures.values()):
        for values in (one.level, one.low, one.high, one.error):
            values[outside] = np.nan
    zone = {name: _zone(levels[name], periods, scale, len(sites)) for name in levels}
    return WindClimate(
        sites=sites, periods=periods, asked=request.periods, levels=levels, zone=zone,
        outside=outside, zone_scale=scale, weights=weights,
        layers=reference.layers if exposure is None else exposure.layers,
        reference_factor=_mean_factor(reference), work=_work(works))


def outside_area(events: EventSet, sites: Sites) -> Bools:
    """Tell the sites (n_sites,) beyond the area of an event set; none where it names no area.

    Raises InputError where all are.
    """
    area = events.facts.get("area")
    if not isinstance(area, list | tuple) or len(area) != 4:
        return np.zeros(len(sites), bool)
    outside = np.asarray(Area(*map(float, area)).distance_m(sites.lon, sites.lat) > 1.0)
    if outside.all():
        said = ",".join(f"{one:g}" for one in area)
        raise InputError(f"no site lies within the area {said} of the event set")
    return outside


def _exposure(sites: Sites, request: ClimateRequest) -> SiteExposure:
    return site_exposure(sites.lon, sites.lat, height_m=request.height_m, layers=request.layers)


def _part_of(on_progress: Callable[[int, int], None], begin: int, here: int, n: int,
             ) -> Callable[[int, int], None]:
    """Return the progress of a chunk of sites as that of all."""
    return lambda done, total: on_progress(begin * total + done * here, n * total)


def _mean_factor(reference: ReferenceFactors) -> dict[str, float]:
    """Return the factors of the reference winds in the mean over sites and directions."""
    mean = reference.mean_10min.mean(axis=1)
    return dict(zip(REFERENCE_MEASURES, (
        float(mean.mean()), float((mean * reference.gust_of_mean).mean())), strict=True))


def _all_periods(asked: Sequence[float], scale: GradeScale, events: EventSet,
                 ) -> tuple[float, ...]:
    """Return the periods to compute: those asked, the scale's, and those of curves between.

    Curves begin at the shortest asked and end where ten events of the set are left (ours).
    """
    zone = [] if scale.return_period_yr is None else [scale.return_period_yr]
    curve = [one for one in CURVE_PERIODS if one <= events.years / 10.0]
    more = [one for one in (*zone, *curve) if min(asked) < one <= events.years]
    return tuple(sorted({*map(float, asked), *more}))


def _levels(found: Sequence[LargestWinds], events: EventSet, periods: Sequence[float],
            request: ClimateRequest, gust_of_mean: Floats,
            ) -> dict[str, dict[str, ReturnLevels]]:
    """Return the levels of a chunk of sites by climate and measure."""
    out = {}
    rates: dict[str, Floats | None] = {PRESENT: None, **request.annual_rate}
    for name, rate in rates.items():
        mean, *local = (return_levels(one, events, periods, annual_rate=rate, seed=request.seed)
                          for one in found)
        out[name] = dict(zip(REFERENCE_MEASURES, (mean, mean.times(gust_of_mean[:, None])),
                             strict=True))
        out[name].update(zip(LOCAL_MEASURES, local, strict=False))
    return out


def _joined(parts: Sequence[Mapping[str, Mapping[str, ReturnLevels]]],
            ) -> dict[str, dict[str, ReturnLevels]]:
    """Return the levels of all chunks of sites, one after another."""
    return {name: {measure: ReturnLevels(*(
        np.concatenate([getattr(part[name][measure], one) for part in parts])
        for one in ("level", "low", "high", "error"))) for measure in parts[0][name]}
        for name in parts[0]}


def _zone(levels: Mapping[str, ReturnLevels], periods: Sequence[float], scale: GradeScale,
          n: int) -> Any:
    if scale.return_period_yr is None or scale.return_period_yr not in periods:
        return grade_of(scale, np.full(n, np.nan))
    column = list(periods).index(float(scale.return_period_yr))
    return grade_of(scale, levels[scale.measure].level[:, column])


def _work(works: Sequence[Mapping[str, int]]) -> dict[str, int]:
    return {name: sum(work[name] for work in works) for name in works[0]}


def pressure_kpa(mean_10min_m_s: Floats) -> Floats:
    """Basic wind pressure w0 [kPa] of a 10-min mean at 10 m over open country [m/s].

    Source: GB 50009-2012, E.2.4: w0 = v^2 / 1600 at an air density of 1.25 kg/m3.
    """
    return np.asarray(mean_10min_m_s) ** 2 / WIND_PRESSURE
