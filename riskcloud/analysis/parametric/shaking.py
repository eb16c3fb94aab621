"""Indexes of the realisations of an earthquake at the places of covers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.special import ndtr

from riskcloud.analysis.parametric.places import SHAKES, wanted
from riskcloud.analysis.parametric.run import QUAKE, Found, one_event
from riskcloud.analysis.quake.draws import within_event_field
from riskcloud.analysis.quake.ground import Ground, Source, ground_at, weights_for
from riskcloud.hazard.earthquake.intensity import degree
from riskcloud.loss.draws import normal_draws
from riskcloud.types import Earthquake, Floats, ShakingGrid
from riskcloud.types.covers import Covers

SITE_NOTE = ("the ground of the places is that of an unknown site; a reading on soft ground is "
             "higher")
SAME_NOTE = "intensity is drawn with the residual of PGA (ours)"


def run_quake(covers: Covers, event: Earthquake, grid: ShakingGrid | None, *, members: int,
              seed: int) -> Found:
    """Return the distribution of payouts of an earthquake.

    Models and weights, and the residuals between and within events, are those of ``quake``.

    Raises
    ------
    ModelError : no ground-motion model holds there.
    """
    weights, said = weights_for(event, None)
    want = wanted(covers, SHAKES)
    value = np.full((members, len(covers.places.name)), np.nan)
    notes: tuple[str, ...] = said
    if len(want):
        ground = ground_at(Source(event, grid), want.sites.lon, want.sites.lat, weights=weights)
        field = within_event_field(event.event_id, want.sites.lon, want.sites.lat,
                                   members=members, seed=seed)
        found = drawn_shaking(ground, field, event.event_id, members=members, seed=seed)
        for name in SHAKES:
            mask = want.of(name)
            value[:, want.column[mask]] = found[name][:, mask]
        notes = (*notes, *ground.notes, SITE_NOTE, *(
            () if want.of("pga").all() else (SAME_NOTE,)))
    time = np.datetime64("NaT", "s") if event.time_utc is None else event.time_utc
    about: dict[str, Any] = {
        "event_id": event.event_id, "name": f"M {event.magnitude:g} {event.place}".strip(),
        "magnitude": event.magnitude, "models": dict(weights),
        "time_utc": None if np.isnat(time) else f"{time}Z"}
    cards = [("quake", "default"), *(("ground_motion", name) for name in weights)]
    return one_event(covers, value[None], np.full(value.shape[1], time), QUAKE, about,
                     notes=notes, cards=tuple(cards if grid is None else cards[:1]))


def drawn_shaking(ground: Ground, field: Floats, event_id: str, *, members: int, seed: int,
                  ) -> Mapping[str, Floats]:
    """Return drawn PGA [g], intensity and its degrees (n_members, n_sites).

    field (n_members, n_sites): normal residuals within the event. Intensity is that shown, moved
    by the residual of PGA in its own standard deviation (ours).
    """
    edges = np.cumsum(ground.weight) / ground.weight.sum()
    chance = ndtr(normal_draws(members, seed, event_id, "ground_motion"))
    model = np.minimum(np.searchsorted(edges, chance, side="right"), len(edges) - 1)
    between = normal_draws(members, seed, event_id, "between")[:, None]
    tau, phi = ground.tau[model], ground.phi[model]
    residual = tau * between + phi * field
    z = residual / np.hypot(tau, phi)
    intensity = np.clip(ground.intensity + ground.intensity_sigma * z, 1.0, 12.0)
    return {"pga": np.exp(ground.ln_pga[model] + residual), "instrumental_intensity": intensity,
            "intensity": degree(intensity).astype(np.float64)}
