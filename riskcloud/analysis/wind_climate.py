"""The wind climate of sites from an event set: return levels, bands and grades."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from riskcloud.hazard.grades import GradeScale, grade_of, load_scale
from riskcloud.hazard.typhoon.climate.levels import (
    ReturnLevels,
    check_periods,
    n_kept,
    return_levels,
)
from riskcloud.hazard.typhoon.climate.winds import SEED, LargestWinds, largest_winds
from riskcloud.hazard.typhoon.field import model_weights
from riskcloud.hazard.typhoon.surface import SurfaceLayers, site_exposure
from riskcloud.types import EventSet, Floats, LayerUse, SiteExposure, Sites

MEASURES: Final = ("mean_10min", "gust_3s", "local_mean_10min", "local_gust_3s")
"""Measures: 10-min mean and 3-s gust at 10 m in the reference terrain; at the site's own surface
and height."""
REFERENCE_TERRAIN: Final = "B"
"""Open country, as GB 50009 states its basic wind."""
PRESENT: Final = "present"
ZONES, FORCES = "nathan_tropical_cyclone", "gbt_28591_2012"
"""Scales of models/hazard_grade: of a site, and of the mean wind by return period."""
SITES_PER_CHUNK_WORDS: Final = 60_000_000
"""Kept winds in memory at a time, over all measures: 0.5 GB, and as much again while unpacked."""
WIND_PRESSURE: Final = 1600.0
"""w0 [kPa] = v^2 / 1600, v in m/s: GB 50009-2012, E.2.4, at an air density of 1.25 kg/m3."""


@dataclass(frozen=True, slots=True)
class ClimateRequest:
    """What is asked of an event set.

    ``periods`` [years]; ``models`` wind models (none: those of the card, by their weights);
    ``terrain`` GB 50009 class of the reference; ``height_m`` of the asset for its own winds.
    ``annual_rate`` maps a scenario's name to its rates (n_events,).
    """

    periods: tuple[float, ...]
    models: tuple[str, ...] | None = None
    terrain: str = REFERENCE_TERRAIN
    height_m: float | None = None
    layers: SurfaceLayers = field(default_factory=SurfaceLayers)
    seed: int = SEED
    annual_rate: Mapping[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WindClimate:
    """Return levels at sites, by climate (``present`` first) and measure.

    ``periods`` as asked; ``zone`` (n_sites,) the site's grade by climate, from the return period of
    the scale, no_data where the set is too short for it. ``layers`` what the sites' own winds rest
    on, ``weights`` the wind models, ``work`` what was computed.
    """

    sites: Sites
    periods: tuple[float, ...]
    levels: Mapping[str, Mapping[str, ReturnLevels]]
    zone: Mapping[str, Any]
    zone_scale: GradeScale
    layers: tuple[LayerUse, ...]
    weights: Mapping[str, float]
    reference_factor: Mapping[str, float]
    work: Mapping[str, int]
    curves: Mapping[str, Any] = field(default_factory=dict)


def wind_climate(events: EventSet, sites: Sites, request: ClimateRequest, *,
                 on_progress: Callable[[int, int], None] = lambda done, total: None,
                 ) -> WindClimate:
    """Winds by return period at sites.

    Parameters
    ----------
    events : the event set; its rates are the present climate.
    sites : anywhere; a site that no storm reaches has NaN levels and the grade ``no_data``.
    on_progress : called with site-events done and in all.

    Returns
    -------
    WindClimate; the same whatever the order or the company of the sites.

    Raises
    ------
    InputError : a return period of a year or less or longer than the set; an incomplete set.
    NotFoundError : an unknown wind model.
    """
    check_periods(request.periods, events)
    weights = model_weights(request.models)
    scale = load_scale(ZONES)
    asked = _with_zone(request.periods, scale, events)
    exposure = site_exposure(sites.lon, sites.lat, layers=request.layers,
                             **({} if request.height_m is None else {"height_m": request.height_m}))
    reference = reference_factors(request.terrain)
    parts = []
    rates = {PRESENT: None, **request.annual_rate}
    keep = n_kept(asked, events)
    step = max(1000, SITES_PER_CHUNK_WORDS // (3 * keep))
    for begin in range(0, len(sites), step):
        place = slice(begin, begin + step)
        part = Sites(sites.site_id[place], sites.lon[place], sites.lat[place])
        found = largest_winds(
            events, part, n_kept=keep, weights=weights, seed=request.seed,
            factors=[None, exposure.mean_10min[place], exposure.gust_3s[place]],
            on_progress=lambda done, total, first=begin, here=len(part): on_progress(
                first * total + done * here, len(sites) * total))
        parts.append((_levels(found, events, asked, rates, reference, request.seed),
                      [one.work for one in found]))
    levels = _joined([part for part, _ in parts])
    zone = {name: _zone(levels[name], asked, scale, len(sites)) for name in levels}
    shown = [asked.index(period) for period in request.periods]
    return WindClimate(
        sites=sites, periods=request.periods, levels=_only(levels, shown), zone=zone,
        zone_scale=scale, layers=exposure.layers, weights=weights, reference_factor=reference,
        work=_work([work for _, works in parts for work in works]))


def reference_factors(terrain: str = REFERENCE_TERRAIN) -> dict[str, float]:
    """Factor from the 1-min wind over open water to each measure at 10 m in a terrain everywhere.

    The reference of design codes: an endless fetch of one class of GB 50009, no coast, no hill.
    """
    everywhere = site_exposure(np.array([0.0]), np.array([0.0]), terrain=np.array([terrain]))
    return {"mean_10min": float(everywhere.mean_10min[0, 0]),
            "gust_3s": float(everywhere.gust_3s[0, 0])}


def _with_zone(periods: Sequence[float], scale: GradeScale, events: EventSet,
               ) -> tuple[float, ...]:
    """Return the periods to compute: those asked, and the scale's where the set is long enough."""
    own = scale.return_period_yr
    more = [] if own is None or own in periods or own > events.years else [own]
    return (*periods, *more)


def _levels(found: Sequence[LargestWinds], events: EventSet, periods: Sequence[float],
            rates: Mapping[str, Floats | None], reference: Mapping[str, float], seed: int,
            ) -> dict[str, dict[str, ReturnLevels]]:
    out = {}
    for name, rate in rates.items():
        marine, mean, gust = (return_levels(one, events, periods, annual_rate=rate, seed=seed)
                              for one in found)
        out[name] = {**{measure: marine.times(factor) for measure, factor in reference.items()},
                     "local_mean_10min": mean, "local_gust_3s": gust}
    return out


def _joined(parts: Sequence[Mapping[str, Mapping[str, ReturnLevels]]],
            ) -> dict[str, dict[str, ReturnLevels]]:
    """Return the levels of all chunks of sites, one after another."""
    return {name: {measure: ReturnLevels(*(
        np.concatenate([getattr(part[name][measure], one) for part in parts])
        for one in ("level", "low", "high", "error"))) for measure in MEASURES}
        for name in parts[0]}


def _only(levels: Mapping[str, Mapping[str, ReturnLevels]], shown: Sequence[int],
          ) -> dict[str, dict[str, ReturnLevels]]:
    return {name: {measure: ReturnLevels(*(
        getattr(one, part)[:, shown] for part in ("level", "low", "high", "error")))
        for measure, one in measures.items()} for name, measures in levels.items()}


def _zone(levels: Mapping[str, ReturnLevels], periods: Sequence[float], scale: GradeScale,
          n: int) -> Any:
    if scale.return_period_yr not in periods:
        return grade_of(scale, np.full(n, np.nan))
    column = list(periods).index(float(scale.return_period_yr or 0.0))
    return grade_of(scale, levels[scale.measure].level[:, column])


def _work(works: Sequence[Mapping[str, int]]) -> dict[str, int]:
    return {name: sum(work[name] for work in works) for name in works[0]}


def pressure_kpa(mean_10min_m_s: Floats) -> Floats:
    """Basic wind pressure w0 [kPa] of a 10-min mean at 10 m over open country [m/s].

    Source: GB 50009-2012, E.2.4: w0 = v^2 / 1600 at an air density of 1.25 kg/m3.
    """
    return np.asarray(mean_10min_m_s) ** 2 / WIND_PRESSURE
