"""Shaking at the sites of a book: several ground-motion models with weights, or a ShakeMap."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.catalog import load_card
from riskcloud.errors import InputError, ModelError
from riskcloud.hazard.earthquake.grid import MODEL as SHAKEMAP
from riskcloud.hazard.earthquake.grid import shaking_from_grid
from riskcloud.hazard.earthquake.ground_motion import model_name, shaking
from riskcloud.hazard.earthquake.ground_motion.regions import region_of
from riskcloud.hazard.earthquake.intensity import GBT_2020_MONOTONE, intensity_from_shaking
from riskcloud.hazard.earthquake.rupture import describe_source, rupture_plane, source_distances
from riskcloud.types import Earthquake, Floats, Shaking, ShakingGrid, SourceDistances

MEASURES: Final = ("pga", "pgv")
CHINESE: Final = "yu_2013"
DEGREE_STEPS: Final = (10.0, 20.0, 30.0, 50.0, 75.0, 100.0, 150.0, 200.0, 250.0, 300.0, 350.0,
                       400.0, 450.0, 500.0)


@dataclass(frozen=True, slots=True)
class Source:
    """What shakes: an origin of an earthquake, and a ShakeMap where there is one."""

    event: Earthquake
    grid: ShakingGrid | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """Shaking of sites by model: lognormals of PGA, and what people read.

    models, weight (n_models,). ln_pga [ln g], tau, phi (n_models, n_sites): median and the two
    standard deviations. pga_g, pgv_cm_s (n_sites,): medians, geometric means over the models by
    weight; sigma_ln of PGA with the spread of the models in it. intensity (n_sites,) by GB/T
    17742-2020 in its form for predicted fields, of the model for intensity
    (:func:`intensity_weights`), with its standard deviation.
    """

    models: tuple[str, ...]
    weight: Floats
    ln_pga: Floats
    tau: Floats
    phi: Floats
    pga_g: Floats
    pgv_cm_s: Floats
    sigma_ln: Floats
    intensity: Floats
    intensity_sigma: Floats
    notes: tuple[str, ...] = ()


def default_weights() -> dict[str, float]:
    """Models of the default ensemble and their weights (models/quake/default)."""
    return {name: float(weight) for name, weight in
            load_card("quake", "default")["ensemble"].items()}


def chosen_weights(models: Sequence[str] | None) -> dict[str, float]:
    """Weights of the models asked for, summing to 1: their part of the ensemble; None all of it.

    Raises
    ------
    ModelError : an unknown model; the message lists those known.
    """
    weights = default_weights()
    if models is None:
        return weights
    names = list(dict.fromkeys(model_name(name) for name in models))
    chosen = {name: weights.get(name, 1.0 / len(weights)) for name in names}
    total = sum(chosen.values())
    return {name: weight / total for name, weight in chosen.items()}


def weights_for(event: Earthquake, models: Sequence[str] | None
                ) -> tuple[dict[str, float], tuple[str, ...]]:
    """Weights of the models asked for at an epicentre, and what was left out of the ensemble.

    The ensemble leaves out the Chinese model where China's regions are far away, and below the
    depth of models/quake/default models whose distance knows no depth. Models that are asked for
    stay; that they know no depth is said.

    Raises
    ------
    ModelError : an unknown model; one that was asked for and does not hold there.
    """
    weights = chosen_weights(models)
    deep = load_card("quake", "default")["depth"]
    blind = [name for name in weights if name in deep["without_depth"]]
    if event.depth_km > deep["shallow_km"]:
        said = (f"depth {event.depth_km:g} km: the ground-motion models are made for shallow "
                "crustal earthquakes; read shaking and losses with care",)
        if models is not None or len(blind) == len(weights):
            return weights, (*said, *(f"{name} knows no depth: as if the earthquake were shallow"
                                      for name in blind))
        rest = [name for name in weights if name not in blind]
        return chosen_weights(rest), (*said, *(f"{name} left out: it knows no depth"
                                               for name in blind))
    if models is None and CHINESE in weights:
        try:
            region_of(event.lon, event.lat)
        except ModelError:
            rest = [name for name in weights if name != CHINESE]
            return chosen_weights(rest), (f"{CHINESE} left out: the epicentre is far from China",)
    return weights, ()


def intensity_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights of the models in the intensity shown, in their order.

    All of it is that of :func:`leading_model`; where there is none, their own weights.
    """
    leading = leading_model(weights)
    return {name: float(name == leading) for name in weights} if leading else dict(weights)


def leading_model(names: Iterable[str]) -> str:
    """Return the model whose intensity is shown: that of models/quake/default ([intensity] there
    says why) where it is among the names, the only one where there is one, else "" for their mean.
    """
    known = tuple(names)
    if len(known) == 1:
        return known[0]
    leading = str(load_card("quake", "default")["intensity"]["model"])
    return leading if leading in known else ""


def default_vs30() -> float:
    """Vs30 of a site that says nothing of its ground [m/s]."""
    return float(load_card("quake", "default")["site"]["vs30_m_s"])


def ground_at(source: Source, lon: Floats, lat: Floats, *, weights: Mapping[str, float],
              vs30_m_s: Floats | None = None, site_class: npt.NDArray[Any] | None = None,
              distances: SourceDistances | None = None) -> Ground:
    """Return the shaking of an origin at sites.

    Parameters
    ----------
    lon, lat : (n_sites,) degrees WGS84.
    weights : model -> weight; a ShakeMap goes before all models, where it is silent.
    vs30_m_s, site_class : (n_sites,), NaN and "" unknown; None for all unknown.
    distances : of the sites where they are known already.

    Raises
    ------
    ModelError, InputError : as ``hazard.earthquake.ground_motion.shaking``.
    """
    if source.grid is None:
        if distances is None:  # once for all models
            distances = source_distances(source.event, lon, lat)
        event, about_depth = _held(source.event)
        found = {name: shaking(event, lon, lat, model=name, measures=MEASURES,
                               vs30_m_s=vs30_m_s, site_class=site_class, distances=distances)
                 for name in weights}
        ground = _summed(found, np.array(list(weights.values())),
                         common=describe_source(source.event))
        return replace(ground, notes=(*ground.notes, *about_depth))
    missing = [name for name in MEASURES if name not in source.grid.median]
    if missing:
        raise ModelError(f"the ShakeMap grid has no {' and no '.join(missing)}; it has "
                         f"{', '.join(source.grid.median)}")
    mapped = shaking_from_grid(source.grid, lon, lat, MEASURES)
    silent = int(np.isnan(mapped[0].median).sum())
    if silent:
        said = f"{silent} of {len(lon)} site(s) lie outside the ShakeMap: no shaking, no loss"
        mapped = [replace(mapped[0], notes=(*mapped[0].notes, said)), *mapped[1:]]
    return _summed({SHAKEMAP: mapped}, np.ones(1))


def _held(event: Earthquake) -> tuple[Earthquake, tuple[str, ...]]:
    """Return the event as models see it but for distances, and what is said of it.

    Terms of the depth of the top edge grow without bound: it is held where the models' data end,
    distances stay those of the true source.
    """
    deepest = float(load_card("quake", "default")["depth"]["most_top_km"])
    below = rupture_plane(event).top_depth_km - deepest
    if below <= 0.0:
        return event, ()
    return replace(event, depth_km=event.depth_km - below), (
        f"top edge of the rupture held at {deepest:g} km in terms other than distance",)


def _summed(found: Mapping[str, Sequence[Shaking]], weight: Floats,
            common: Sequence[str] = ()) -> Ground:
    """Return models weighed together; common: notes of the source, which no model's name leads."""
    pga, pgv = (list(part) for part in zip(*found.values(), strict=True))
    degrees = [intensity_from_shaking([one, other], conversion=GBT_2020_MONOTONE)
               for one, other in zip(pga, pgv, strict=True)]
    ln_pga = np.log(_silent(np.stack([one.median for one in pga])))
    tau, phi = (np.stack(part) for part in zip(*(split_sigma(one) for one in pga), strict=True))
    mean = np.stack([one.median for one in degrees])
    # a ShakeMap's own sigma may be silent where its PGA is given a default: the same for both
    sigma = np.stack([np.nan_to_num(one.sigma_ln, nan=0.7) for one in degrees])
    middle = weight @ ln_pga
    shown = np.array(list(intensity_weights(dict(zip(found, weight, strict=True))).values()))
    intensity = shown @ mean
    said: dict[str, list[str]] = {}
    for name, shakings in found.items():
        for note in dict.fromkeys(note for one in shakings for note in one.notes):
            said.setdefault(note, []).append(name)
    notes = (note if note in common or len(names) == len(found) else
             f"{', '.join(names)}: {note}" for note, names in said.items())
    return Ground(
        models=tuple(found), weight=weight, ln_pga=ln_pga, tau=tau, phi=phi,
        pga_g=np.exp(middle),
        pgv_cm_s=np.exp(weight @ np.log(_silent(np.stack([one.median for one in pgv])))),
        sigma_ln=np.sqrt(weight @ (tau**2 + phi**2 + (ln_pga - middle) ** 2)),
        intensity=intensity,
        intensity_sigma=np.sqrt(shown @ (sigma**2 + (mean - intensity) ** 2)),
        notes=tuple(notes))


def _silent(median: Floats) -> Floats:
    """Medians with what a ShakeMap does not cover as next to nothing."""
    return np.maximum(np.nan_to_num(median, nan=0.0), 1e-6)


def split_sigma(pga: Shaking) -> tuple[Floats, Floats]:
    """Between-event and within-event sigma; a total alone is split as the card says."""
    split = load_card("quake", "default")["split"]
    total = np.where(np.isnan(pga.sigma_ln), split["shakemap_sigma_ln"], pga.sigma_ln)
    share = np.full(total.shape, float(split["between_events"]))
    tau = np.where(np.isnan(pga.tau_ln), total * np.sqrt(share), pga.tau_ln)
    phi = np.where(np.isnan(pga.phi_ln), total * np.sqrt(1.0 - share), pga.phi_ln)
    return tau, phi


def reach_km(source: Source, weights: Mapping[str, float], at_least_km: float) -> float:
    """Distance up to which losses are computed [km].

    As far as the strongest direction has intensity V (4.5), mean of the models by weight, at the
    default site: generous, for that mean is above the intensity shown. At least
    ``at_least_km`` and at most what models/quake/default says.

    Raises
    ------
    InputError : the radius asked for lies beyond the longest distance of the analysis.
    """
    from pyproj import Geod

    card = load_card("quake", "default")["reach"]
    if at_least_km > card["most_km"]:
        raise InputError(f"--radius-km {at_least_km:g}: expected at most {card['most_km']:g} km")
    steps = np.array(DEGREE_STEPS)
    azimuth = np.arange(0.0, 360.0, 30.0)
    distance, towards = (part.ravel() for part in np.meshgrid(steps, azimuth, indexing="ij"))
    event = source.event
    lon, lat, _ = Geod(ellps="WGS84").fwd(
        np.full(distance.shape, event.lon), np.full(distance.shape, event.lat), towards,
        1000.0 * distance)
    mean = np.zeros(len(distance))
    for name, weight in ({SHAKEMAP: 1.0} if source.grid is not None else weights).items():
        mean += weight * ground_at(source, np.asarray(lon), np.asarray(lat),
                                   weights={name: 1.0}).intensity
    felt = (mean.reshape(len(steps), -1) >= card["least_intensity"]).any(axis=1)
    last = int(np.flatnonzero(felt).max()) + 1 if felt.any() else 0
    return float(max(at_least_km, steps[min(last, len(steps) - 1)], card["least_km"]))
