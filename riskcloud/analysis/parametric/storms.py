"""Indexes of the realisations of one storm, drawn as ``forecast`` draws them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np

from riskcloud.analysis.ground import exposure_rows
from riskcloud.analysis.parametric.places import (
    GUSTS,
    RAINS,
    area_values,
    middle_of,
    wanted,
)
from riskcloud.catalog import load_card
from riskcloud.geo.points import haversine_m, nearest_window
from riskcloud.hazard.typhoon.field import default_settings, drawn_settings, model_weights
from riskcloud.hazard.typhoon.fields import maximum_winds, maximum_winds_by_measure, prepare
from riskcloud.hazard.typhoon.inside import LONGEST_H, WIDE
from riskcloud.hazard.typhoon.path import follow
from riskcloud.hazard.typhoon.rain import load_model, member_rain
from riskcloud.hazard.typhoon.scenarios import Scenarios, make_scenarios
from riskcloud.hazard.typhoon.surface import SurfaceLayers
from riskcloud.loss.draws import Draws, draw_shared, most_tracks, normal_draws
from riskcloud.types import CurveArrays, Floats, LayerUse, Outlook, Times, Track
from riskcloud.types.covers import Covers

OnShare = Callable[[float], None]
RAIN: Final = "rain"
RAIN_NOTE: Final = ("rain is that of the storm's own circulation; the error of its model, known of "
                    "totals, is drawn for 24 hours too")
WIND_NOTE: Final = ("a place's own error of the modelled wind is not drawn: tiers near the "
                    "forecast's edge are less certain than they look")


@dataclass(frozen=True, slots=True)
class StormRequest:
    """Choices: wind_models None means all; members realisations; layers of the ground."""

    wind_models: tuple[str, ...] | None = None
    members: int = 500
    seed: int = 1
    layers: SurfaceLayers | None = None


@dataclass(frozen=True, slots=True)
class StormValues:
    """Values (1, n_members, n_places), NaN where no model gives the index; when (n_places,) the
    central track is nearest.
    """

    event_id: str
    name: str
    central: Track
    value: Floats
    when: Times
    weights: Mapping[str, float]
    layers: tuple[LayerUse, ...]
    cards: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def storm_values(covers: Covers, outlook: Outlook, request: StormRequest, *,
                 on_share: OnShare = lambda share: None) -> StormValues:
    """Return what the realisations of a storm bring to the places of covers.

    Tracks, intensities and wind models are those of ``forecast`` with the same seed and members.

    Raises
    ------
    NotFoundError : unknown wind model. InputError : tracks that cannot be filled.
    """
    weights = model_weights(request.wind_models)
    most = request.members if outlook.ensemble else most_tracks(weights, request.members)
    scenarios = make_scenarios(outlook, n_tracks=most, seed=request.seed)
    central = scenarios.central
    draws = draw_shared(
        event_id=central.event_id, weights=weights, curves=_no_curves(),
        n_members=request.members, seed=request.seed, n_tracks=scenarios.n_tracks,
        correlation=float(load_card("loss", "default")["residual"]["correlation"]),
        n_intensities=scenarios.n_intensities)
    value = np.full((draws.n_members, len(covers.places.name)), np.nan)
    pairs = np.stack([draws.track_of, draws.intensity_of], axis=1)
    distinct, of = np.unique(pairs, axis=0, return_inverse=True)
    storms = {(int(t), int(i)): scenarios.storm(int(t), int(i)) for t, i in distinct}
    layers = _winds(covers, scenarios, storms, draws, request, value, on_share)
    notes = [WIND_NOTE] if layers else []
    in_order = [storms[int(t), int(i)] for t, i in distinct]
    of = np.asarray(of).reshape(-1)
    cards = [("wind", "default"), ("wind_averaging", "harper_2010"), *scenarios.cards]
    if layers:
        cards += [("surface", "default"), ("coastline", "ne_10m")]
    if _rains(covers, in_order, of, draws, value):
        notes.append(RAIN_NOTE)
        cards += [("rain", load_model().name), ("rain", load_model().profile_card.name)]
    _areas(covers, in_order, of, value)
    return StormValues(central.event_id, central.name, central, value[None],
                       _nearest(covers, central), weights, layers, tuple(cards), tuple(notes))


@cache
def _no_curves() -> CurveArrays:
    """Curves of nothing: no damage is drawn here."""
    whole, real, flags = np.zeros(0, np.int64), np.zeros(0), np.zeros(0, bool)
    start = np.zeros(1, np.int64)
    return CurveArrays((), (), (), start, whole, real, start, whole, flags, real, real, whole,
                       np.zeros((0, 4)), real, whole, start, real, real)


def _winds(covers: Covers, scenarios: Scenarios, storms: Mapping[Any, Track], draws: Draws,
           request: StormRequest, value: Floats, on_share: OnShare) -> tuple[LayerUse, ...]:
    """Write gusts and means of the local wind; return the ground they rest on."""
    want = wanted(covers, GUSTS)
    if not len(want):
        return ()
    rows, layers = exposure_rows(GUSTS, want.sites.lon, want.sites.lat, layers=request.layers,
                                 on_land=True)
    drawn = scenarios.n_tracks > 1
    settings = drawn_settings() if drawn else default_settings()
    fields = [prepare(storms[int(t), int(i)], draws.models[m], settings)
              for t, i, m in draws.storms]
    factors, here = [rows[name] for name in GUSTS], [want.of(name) for name in GUSTS]
    done: Callable[[int], None] = lambda k: on_share(k / len(fields))  # noqa: E731
    if drawn:
        found = maximum_winds_by_measure(fields, want.sites, factors=factors, wanted=here,
                                         on_progress=done)
    else:
        found = np.stack([maximum_winds(fields, want.sites, factors=one) for one in factors])
    for k, mask in enumerate(here):
        value[:, want.column[mask]] = found[k][draws.storm_of][:, mask]
    return layers


def _rains(covers: Covers, storms: list[Track], of: Any, draws: Draws, value: Floats) -> bool:
    """Write the storm's rain with its model's error drawn; return whether any cover wants it."""
    want = wanted(covers, RAINS)
    if not len(want):
        return False
    model = load_model()
    z = normal_draws(draws.n_members, draws.seed, storms[0].event_id, RAIN)
    total, day = member_rain(storms, want.sites)
    for name, rain in (("rain_event", total), ("rain_24h", day)):
        mask = want.of(name)
        value[:, want.column[mask]] = model.drawn_mm(
            rain[of][:, mask].astype(np.float64), z[:, None])
    return True


def _areas(covers: Covers, storms: list[Track], of: Any, value: Floats) -> None:
    """Write what area indexes see of each storm."""
    out = np.full((len(storms), value.shape[1]), np.nan)
    for k, storm in enumerate(storms):
        path = follow(storm, spacing_r_max=WIDE, longest_h=LONGEST_H)
        area_values(covers, path, np.array([0, len(path.hour)]), out[k:k + 1])
    known = ~np.isnan(out).all(axis=0)
    value[:, known] = out[of][:, known]


def _nearest(covers: Covers, central: Track) -> Times:
    """Return when the central track is nearest to each place (n_places,), NaT of none."""
    path = follow(central, spacing_r_max=WIDE, longest_h=LONGEST_H)
    lon, lat = middle_of(covers)
    when = np.full(len(lon), np.datetime64("NaT", "s"))
    for k in np.flatnonzero(np.isfinite(lon)):
        away = haversine_m(lon[k], lat[k], nearest_window(path.lon, float(lon[k])), path.lat)
        seconds = int(round(float(path.hour[int(np.argmin(away))]) * 3600.0))
        when[k] = central.time_utc[0] + np.timedelta64(seconds, "s")
    return when
