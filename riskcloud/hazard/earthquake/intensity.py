"""Seismic intensity from ground motion: the Chinese scale (2020 and 2008), modified Mercalli.

Degree n is [n - 0.5, n + 0.5). The edition of the scale, or the conversion, goes with every value.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from riskcloud.catalog import Card, load_card
from riskcloud.errors import ModelError, NotFoundError
from riskcloud.hazard.earthquake.gmice import worden_2012
from riskcloud.types import Floats, Ints, Shaking
from riskcloud.units import GRAVITY_M_S2

GBT_2020: Final = "gbt_17742_2020"
GBT_2008: Final = "gbt_17742_2008"
GBT_2020_MONOTONE: Final = "gbt_17742_2020_monotone"
"""The 2020 rule for predicted fields: it never falls as motion grows (see its card)."""
WORDEN: Final = "worden_2012"
EDITIONS: Final = (GBT_2020, GBT_2008, GBT_2020_MONOTONE)
CONVERSIONS: Final = (*EDITIONS, WORDEN)
"""Ways from ground motion to intensity; the first is the default."""
ROMAN: Final = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def instrumental_intensity(pga_g: Floats, pgv_cm_s: Floats, *, edition: str = GBT_2020,
                           decimals: int | None = None) -> Floats:
    """Instrumental intensity of the Chinese scale.

    Parameters
    ----------
    pga_g, pgv_cm_s : (...,) peak acceleration [g] and velocity [cm/s], > 0; they broadcast. The
        standard means the resultant of three components from 0.1 to 10 Hz.
    edition : ``gbt_17742_2020``, ``gbt_17742_2008`` (its table as a continuous number, ours) or
        ``gbt_17742_2020_monotone`` (for predicted fields, ours).
    decimals : 1 rounds as the standard reports it; None keeps all, for areas and averages.

    Returns
    -------
    (...,) intensity from 1.0 to 12.0. NaN in, NaN out. With 2020 it falls by up to half of
    I_A - I_V where both components reach 6.0: the standard's rule, not smoothed.

    Source
    ------
    GB/T 17742-2020 annex A, equations A.5 to A.7 (how read: models/intensity/gbt_17742_2020).
    """
    by_a, by_v, weight_a = _components(pga_g, pgv_cm_s, edition)
    card = _numbers(edition)
    found = np.clip(weight_a * by_a + (1.0 - weight_a) * by_v, card["lowest"], card["highest"])
    if edition == GBT_2020_MONOTONE:
        limit = card["velocity_alone_from"]
        found = np.where(by_v < limit, np.minimum(found, limit), found)
    return found if decimals is None else np.round(found, decimals)


def _components(pga_g: Floats, pgv_cm_s: Floats, edition: str) -> tuple[Floats, Floats, Floats]:
    """Return the intensity by acceleration, by velocity, and the weight of the former."""
    if edition not in EDITIONS:
        raise NotFoundError(f"no edition {edition!r} of the Chinese scale; known: "
                            f"{', '.join(EDITIONS)}")
    card = _numbers(edition)
    with np.errstate(divide="ignore"):  # no motion is minus infinity, cut to I
        lg_a, lg_v = np.broadcast_arrays(
            np.log10(np.asarray(pga_g, np.float64) * GRAVITY_M_S2),
            np.log10(np.asarray(pgv_cm_s, np.float64) / 100.0))
    slope_a, slope_v = _slopes(edition)
    if edition != GBT_2008:
        by_a, by_v = slope_a * lg_a + card["acceleration"][1], slope_v * lg_v + card["velocity"][1]
        limit = card["velocity_alone_from"]
        return by_a, by_v, np.where((by_a >= limit) & (by_v >= limit), 0.0, 0.5)
    by_a = 7.0 + slope_a * (lg_a - np.log10(card["pga_at_seven_m_s2"]))
    by_v = 7.0 + slope_v * (lg_v - np.log10(card["pgv_at_seven_m_s"]))
    return by_a, by_v, np.full(by_a.shape, 0.5)


def _numbers(edition: str) -> Card:
    """Return the card that holds an edition's numbers."""
    card = load_card("intensity", edition)
    return load_card("intensity", card["numbers_of"]) if edition == GBT_2020_MONOTONE else card


def _slopes(edition: str) -> tuple[float, float]:
    """Return degrees a decade of acceleration and of velocity."""
    if edition == GBT_2008:
        return 1.0 / float(np.log10(2.0)), 1.0 / float(np.log10(2.0))
    card = _numbers(edition)
    return float(card["acceleration"][0]), float(card["velocity"][0])


def degree(intensity: Floats) -> Ints:
    """Degree n of intensities in [n - 0.5, n + 0.5): (...,) 1 to 12, 0 where NaN."""
    value = np.floor(np.asarray(intensity, np.float64) + 0.5)
    return np.where(np.isnan(value), 0.0, np.clip(value, 1.0, 12.0)).astype(np.int64)


def roman(degrees: npt.ArrayLike) -> npt.NDArray[np.str_]:
    """Roman numerals of degrees 1 to 12: (...,) text, "" for 0."""
    return np.asarray(ROMAN)[np.asarray(degrees, np.int64)]


def intensity_from_shaking(shakings: Sequence[Shaking], *, conversion: str = GBT_2020) -> Shaking:
    """Intensity of sites from the ground motion that one model gives there.

    Parameters
    ----------
    shakings : measures of one model at the same sites. The Chinese scale needs pga and pgv;
        ``worden_2012`` takes the first there is of pgv, pga, sa_1.0, sa_0.3, sa_3.0.
    conversion : one of ``CONVERSIONS``.

    Returns
    -------
    Measure ``intensity``, unit 1: ``median`` is its mean, the sigmas are in degrees, by the delta
    method (PGA and PGV correlated as the card says). Worden's own scatter is in sigma and phi; the
    Chinese standard publishes none, so none is in. The notes are those of the ground motion, and
    one that names edition or conversion.

    Raises
    ------
    ModelError : ground motion that the conversion needs is not there. NotFoundError : no such
        conversion; the message lists those known.
    """
    if conversion not in CONVERSIONS:
        raise NotFoundError(f"no conversion to intensity {conversion!r}; known: "
                            f"{', '.join(CONVERSIONS)}")
    given = {one.measure: one for one in shakings}
    if conversion == WORDEN:
        return _by_worden(given)
    missing = [name for name in ("pga", "pgv") if name not in given]
    if missing:
        raise ModelError(f"{conversion} needs pga and pgv: {', '.join(missing)} missing (there is "
                         f"{', '.join(given) or 'nothing'})")
    pga, pgv = given["pga"], given["pgv"]
    _, _, weight_a = _components(pga.median, pgv.median, conversion)
    slope_a, slope_v = (slope / np.log(10.0) for slope in _slopes(conversion))
    rho = float(_numbers(conversion)["correlation"])

    def spread(of_a: Floats, of_v: Floats) -> Floats:
        a, v = slope_a * weight_a * of_a, slope_v * (1.0 - weight_a) * of_v
        return np.asarray(np.sqrt(a * a + 2.0 * rho * a * v + v * v))

    edition = load_card("intensity", conversion)["edition"]
    return Shaking(
        measure="intensity", unit="1", model=pga.model,
        median=instrumental_intensity(pga.median, pgv.median, edition=conversion),
        sigma_ln=spread(pga.sigma_ln, pgv.sigma_ln), tau_ln=spread(pga.tau_ln, pgv.tau_ln),
        phi_ln=spread(pga.phi_ln, pgv.phi_ln),
        notes=(*dict.fromkeys([*pga.notes, *pgv.notes]), f"intensity by {edition}"))


def _by_worden(given: Mapping[str, Shaking]) -> Shaking:
    card = load_card("intensity", WORDEN)
    name = next((one for one in card["preference"] if one in given), None)
    if name is None:
        raise ModelError(f"{WORDEN} needs one of {', '.join(card['preference'])} (there is "
                         f"{', '.join(given) or 'nothing'})")
    motion = given[name]
    mean, slope, scatter = worden_2012(name, motion.median)
    return Shaking(
        measure="intensity", unit="1", model=motion.model, median=mean,
        sigma_ln=np.hypot(slope * motion.sigma_ln, scatter), tau_ln=slope * motion.tau_ln,
        phi_ln=np.hypot(slope * motion.phi_ln, scatter),
        notes=(*motion.notes, f"intensity by {card['edition']} from {name}"))
