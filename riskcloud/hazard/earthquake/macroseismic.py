"""Intensity from magnitude and distance alone: relations fitted to the isoseismals of China.

An isoseismal is an ellipse along the fault; a relation has a long and a short axis. The intensity
of a site is that of the ellipse which passes through it: it falls with distance everywhere.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np

from riskcloud.catalog import list_cards, load_card
from riskcloud.errors import ModelError, NotFoundError
from riskcloud.types import Floats, Ints, Shaking, SourceDistances

KIND: Final = "macroseismic"
STEPS: Final = 48
"""Halvings of 12 degrees: to 1e-13 of one."""
AXES: Final = ("long", "short")
Axis = tuple[Any, Any, Any, Any]
"""a + b M, c by natural logarithm, r0 in km, and the axis' intensity at its centre: of one
earthquake, or arrays of many."""


def macroseismic_models() -> list[str]:
    """Return the names of the relations there are."""
    return list_cards(KIND)


@cache
def _rows(model: str) -> dict[tuple[str, str], dict[str, float]]:
    if model not in macroseismic_models():
        raise NotFoundError(f"no macroseismic relation {model!r}; known: "
                            f"{', '.join(macroseismic_models())}")
    return {(row["region"], row["axis"]): {key: float(row[key]) for key in ("a", "b", "c", "r0_km",
                                                                            "sigma")}
            for row in load_card(KIND, model).rows("coefficients.csv")}


def _axes(model: str, region: str, magnitude_ms: Floats | float) -> tuple[Axis, Axis, float]:
    rows = _rows(model)
    if (region, "long") not in rows:
        known = sorted({name for name, _ in rows})
        raise ModelError(f"{model} has no region {region!r}; it has {', '.join(known)}")
    natural = np.log(10.0) if load_card(KIND, model)["logarithm"] == "lg" else 1.0
    axes = []
    for name in AXES:
        row = rows[region, name]
        start, slope = row["a"] + row["b"] * magnitude_ms, row["c"] / natural
        axes.append((start, slope, row["r0_km"], start + slope * float(np.log(row["r0_km"]))))
    return axes[0], axes[1], rows[region, "long"]["sigma"]


def _radius_km(axis: Axis, intensity: Floats) -> Floats:
    """Return how far an isoseismal reaches along an axis, 0 where it does not exist."""
    start, slope, r0_km, _ = axis
    return np.asarray(np.maximum(np.exp((intensity - start) / slope) - r0_km, 0.0))


def isoseismal_axes_km(degree: float, magnitude_ms: float, *, model: str, region: str,
                       ) -> tuple[float, float]:
    """Return the half axes [km] of the outer line of the zone of a degree, as published."""
    long, short, _ = _axes(model, region, magnitude_ms)
    return (float(_radius_km(long, np.asarray(float(degree)))),
            float(_radius_km(short, np.asarray(float(degree)))))


def macroseismic_intensity(distances: SourceDistances, *, magnitude_ms: float,
                           strike_deg: float | None, region: str, model: str = "xiao_yu_2011",
                           ) -> Shaking:
    """Intensity at sites by a relation of isoseismals.

    Parameters
    ----------
    distances : epicentral distance and azimuth of the sites, (n_sites,).
    magnitude_ms : surface-wave magnitude; the M of the CENC is close to it.
    strike_deg : direction of the long axis; None: circles of the ellipses' area (ours).
    region : tibetan, active, eastern or stable, as the model has it.
    model : a card of models/macroseismic.

    Returns
    -------
    Measure ``intensity`` on the scale on which degree n is [n - 0.5, n + 0.5): half a degree below
    the relation, which gives the outer line of a zone (the card's ``outer_to_middle``).
    ``sigma_ln`` is the relation's in degrees; tau and phi are not published (NaN).

    Raises
    ------
    NotFoundError : no such model. ModelError : no such region in it.

    Source
    ------
    The model's card; the ellipse through the site: ours, as for Yu et al. (2013).
    """
    long, short, sigma = _axes(model, region, magnitude_ms)
    card = load_card(KIND, model)
    distance = np.asarray(distances.epicentral_km, np.float64)
    if strike_deg is None:
        along, across = distance, distance
    else:
        angle = np.radians(distances.azimuth_deg - strike_deg)
        along, across = distance * np.cos(angle), distance * np.sin(angle)
    outer = _solve(long, short, along, across, round_ones=strike_deg is None)
    outer = np.where(np.isnan(distance), np.nan, outer)
    silent = np.full(len(distance), np.nan)
    return Shaking(
        measure="intensity", unit="1", model=model,
        median=np.clip(outer + float(card["outer_to_middle"]), 1.0, 12.0),
        sigma_ln=np.full(len(distance), sigma), tau_ln=silent, phi_ln=silent,
        notes=(f"intensity by {card['title']}, region {region}, Ms {magnitude_ms:g}",))


def mean_intensity(epicentral_km: Floats, *, magnitude_ms: Floats, region: Ints,
                   regions: Sequence[str], model: str = "xiao_yu_2011") -> Floats:
    """Intensity of pairs of a site and an earthquake whose strike is not known, (n_pairs,).

    As :func:`macroseismic_intensity` without strike, for many earthquakes at once.

    Parameters
    ----------
    epicentral_km, magnitude_ms : (n_pairs,).
    region : (n_pairs,) places in ``regions``; -1: NaN.

    Raises
    ------
    NotFoundError : no such model. ModelError : no such region in it.
    """
    out = np.full(len(epicentral_km), np.nan)
    for number, name in enumerate(regions):
        own = np.flatnonzero(region == number)
        if len(own):
            long, short, _ = _axes(model, name, magnitude_ms[own])
            away = np.asarray(epicentral_km[own], np.float64)
            outer = _solve(long, short, away, away, round_ones=True)
            out[own] = np.where(np.isnan(away), np.nan, np.clip(
                outer + float(load_card(KIND, model)["outer_to_middle"]), 1.0, 12.0))
    return out


def _solve(long: Axis, short: Axis, along: Floats, across: Floats, *, round_ones: bool) -> Floats:
    """Return the intensity of the ellipse through each point, by halving."""
    low = np.zeros(len(along))
    high = np.minimum(long[3], short[3]) * np.ones(len(along))
    for _ in range(STEPS):
        middle = 0.5 * (low + high)
        a, b = _radius_km(long, middle), _radius_km(short, middle)
        if round_ones:
            beyond = along * along > a * b
        else:
            beyond = (along * b) ** 2 + (across * a) ** 2 > (a * b) ** 2
        high = np.where(beyond, middle, high)
        low = np.where(beyond, low, middle)
    return np.asarray(0.5 * (low + high))
