"""What land takes from a storm's wind, and how much more or less another track would lose.

All winds are 1-min means at 10 m: the callers convert. The decay is that of Kaplan & DeMaria
(1995): the wind falls towards a background wind exponentially with the hours the centre has been
over land, after a first reduction at the coast.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from riskcloud.catalog import load_card
from riskcloud.errors import InputError
from riskcloud.geo.raster import is_land
from riskcloud.types import Floats
from riskcloud.units import KNOT

DEFAULT_MODEL: Final = "south_china"
STEP_H: Final = 0.25
"""Longest time between two looks at the land mask (our choice): at 30 km/h 7.5 km, a few of its
cells."""
COAST_H: Final = 1.0
"""Hours over land in which the reduction at the coast comes into force (our choice: a step there
would let a graze of the coast count as much as an hour inland)."""


@dataclass(frozen=True, slots=True)
class Decay:
    """Constants of a decay: its background wind, rate, and what is left of the wind at the coast.

    V(t) = Vb + (R V0 - Vb) exp(-a t), with Vb ``background_m_s`` (1-min), a ``rate_per_h``,
    R ``coast_factor``.
    """

    background_m_s: float
    rate_per_h: float
    coast_factor: float

    def coast(self, hours: Floats) -> Floats:
        """Return what the coast has left of the wind after these hours over land, 1 to R."""
        return 1.0 - (1.0 - self.coast_factor) * np.clip(hours / COAST_H, 0.0, 1.0)

    def wind(self, wind_m_s: Floats, from_hours: Floats, to_hours: Floats) -> Floats:
        """Return the wind after going from so many hours over land to so many more.

        A wind at or below the background stays; none falls below it. Never rises with
        ``to_hours``; at ``to_hours`` = ``from_hours`` it is the wind given.
        """
        left = wind_m_s * self.coast(to_hours) / self.coast(from_hours) - self.background_m_s
        decayed = (np.maximum(left, 0.0) * np.exp(-self.rate_per_h * (to_hours - from_hours))
                   + self.background_m_s)
        stays = (wind_m_s <= self.background_m_s) | (to_hours <= from_hours)
        return np.where(stays, wind_m_s, np.minimum(decayed, wind_m_s))


@cache
def load_decay(model: str = DEFAULT_MODEL) -> Decay:
    """Return the constants of a card of models/land_decay.

    Raises
    ------
    NotFoundError : no such model; the message names those there are.
    """
    card = load_card("land_decay", model)
    return Decay(background_m_s=float(card["background_wind_kt"]) * KNOT,
                 rate_per_h=float(card["rate_per_h"]), coast_factor=float(card["coast_factor"]))


def background_wind_m_s(model: str = DEFAULT_MODEL) -> float:
    """Return the 1-min wind that storms over land fall to [m/s]."""
    return load_decay(model).background_m_s


def decay_factor(hours: npt.ArrayLike, *, model: str = DEFAULT_MODEL) -> Floats:
    """Return what is left of the wind above the background after hours over land.

    Parameters
    ----------
    hours : (...,) hours over land, >= 0 (less counts as 0).
    model : card of models/land_decay.

    Returns
    -------
    (...,) factor on V - Vb, 1 at 0 h, falling to 0; without the reduction at the coast, which
    ``decayed_wind_m_s`` has.

    Source
    ------
    Kaplan & DeMaria (1995), J. Appl. Meteor. 34, 2499-2512; constants: the card.
    """
    elapsed = np.maximum(np.asarray(hours, float), 0.0)
    return np.asarray(np.exp(-load_decay(model).rate_per_h * elapsed))


def decayed_wind_m_s(wind_m_s: npt.ArrayLike, hours: npt.ArrayLike, *,
                     model: str = DEFAULT_MODEL) -> Floats:
    """Return the wind of a storm that came ashore with ``wind_m_s`` and has been over land since.

    Parameters
    ----------
    wind_m_s : (...,) 1-min maximum wind at landfall [m/s].
    hours : (...,) hours over land, >= 0 (less counts as 0). Broadcasts with ``wind_m_s``.
    model : card of models/land_decay.

    Returns
    -------
    (...,) 1-min maximum wind [m/s]: Vb + (R V0 - Vb) exp(-a t), never above V0 and, for V0 above
    Vb, never below Vb. NaN in, NaN out. R comes into force over the first hour.

    Source
    ------
    Kaplan & DeMaria (1995), J. Appl. Meteor. 34, 2499-2512, without their correction C for the
    distance inland. The first hour's ramp is our choice.
    """
    elapsed = np.maximum(np.asarray(hours, float), 0.0)
    start = np.zeros_like(elapsed)
    return load_decay(model).wind(np.asarray(wind_m_s, float), start, elapsed)


def hours_over_land(lon: npt.ArrayLike, lat: npt.ArrayLike, hour: npt.ArrayLike, *,
                    step_h: float = STEP_H) -> Floats:
    """Return the hours a storm's centre has been over land at each fix, since its first fix.

    Parameters
    ----------
    lon, lat : (..., n_fixes) degrees WGS84; longitudes continuous along a track. Between fixes
        the centre moves straight in them.
    hour : (n_fixes,) or (..., n_fixes) hours since any one time, not falling.
    step_h : longest time between two looks at the land mask [h]; each look counts for its step.

    Returns
    -------
    (..., n_fixes) hours, 0 at the first fix, never falling: land crossed before stays counted.

    Raises
    ------
    InputError : shapes that do not fit, times that fall, a position that is not a number.
    """
    lon, lat, hour = (np.asarray(values, float) for values in (lon, lat, hour))
    if lon.shape != lat.shape or lon.ndim < 1 or hour.shape not in (lon.shape, lon.shape[-1:]):
        raise InputError("hours_over_land: lon and lat need one shape (..., n_fixes), hour that or "
                         f"(n_fixes,); got {lon.shape}, {lat.shape}, {hour.shape}")
    if not step_h > 0.0:
        raise InputError(f"hours_over_land: step_h = {step_h:g}: expected a number above 0")
    duration = np.diff(hour, axis=-1)
    if not np.all(duration >= 0.0):  # also NaN
        raise InputError("hours_over_land: expected times that do not fall along the track")
    total = np.zeros(lon.shape)
    if lon.shape[-1] < 2 or lon.size == 0:
        return total
    longest = duration.reshape(-1, duration.shape[-1]).max(axis=0)
    looks = np.maximum(np.ceil(longest / step_h), 1.0).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(looks)[:-1]])
    leg = np.repeat(np.arange(len(looks)), looks)
    along = (np.arange(len(leg)) - first[leg] + 0.5) / looks[leg]
    land = is_land(lon[..., leg] + along * (lon[..., leg + 1] - lon[..., leg]),
                   lat[..., leg] + along * (lat[..., leg + 1] - lat[..., leg]))
    share = np.add.reduceat(land.astype(float), first, axis=-1) / looks
    np.cumsum(share * duration, axis=-1, out=total[..., 1:])
    return total


def with_land_exposure(wind_m_s: npt.ArrayLike, hours_land_member: npt.ArrayLike,
                       hours_land_source: npt.ArrayLike, *, model: str = DEFAULT_MODEL) -> Floats:
    """Return the winds of tracks that cross other land than the forecast their wind comes from.

    The forecast's wind already holds the land of its own track. Where a member has been over land
    longer, its wind falls on by the decay of the hours more. Where it has been over land for less,
    it is given back what the model says the forecast lost in the hours less, but no more than the
    strongest wind of the forecast since it last had no more land behind it than the member. Where
    both have been over land as long, the wind is the forecast's, bit for bit.

    Parameters
    ----------
    wind_m_s : (n_fixes,) 1-min maximum wind of the forecast [m/s].
    hours_land_member : (n_storms, n_fixes) or (n_fixes,) from ``hours_over_land``.
    hours_land_source : (n_fixes,) the same of the forecast's own track, never falling.
    model : card of models/land_decay.

    Returns
    -------
    as ``hours_land_member``: 1-min maximum wind [m/s]. At each fix it does not rise with the
    member's hours over land, and leaves the forecast's without a step as they part. Land crossed
    stays felt at sea: best tracks regain none of it in two days (docs/science/land-decay.md).

    Raises
    ------
    InputError : shapes that do not fit, or hours of the forecast that fall.

    Source
    ------
    Decay: the card. That a member loses and is given back by its hours alone is our choice; adding
    what was lost, instead of inverting the exponential, keeps a forecast that has died inland from
    being blown up by its rounding.
    """
    wind, member, source = (np.asarray(values, float) for values in (
        wind_m_s, hours_land_member, hours_land_source))
    if wind.ndim != 1 or source.shape != wind.shape or member.shape[-1:] != wind.shape:
        raise InputError("with_land_exposure: expected wind and source (n_fixes,), member "
                         f"(..., n_fixes); got {wind.shape}, {source.shape}, {member.shape}")
    if not np.all(np.diff(source) >= 0.0):
        raise InputError("with_land_exposure: expected hours over land that do not fall")
    decay = load_decay(model)
    more = decay.wind(wind, source, np.maximum(member, source))
    less = _given_back(wind, np.minimum(member, source), source, decay)
    return np.where(member == source, wind, np.where(member > source, more, less))


def _given_back(wind: Floats, member: Floats, source: Floats, decay: Decay) -> Floats:
    """Return the wind of members with at most the forecast's hours over land (..., n_fixes)."""
    if not len(wind):
        return np.zeros(member.shape)
    lost = np.zeros(len(wind))
    lost[1:] = np.cumsum(np.nan_to_num(
        wind[:-1] - decay.wind(wind[:-1], source[:-1], source[1:])))
    raised = wind + lost - np.interp(member, source, lost)
    parted = np.maximum(np.searchsorted(source, member, side="right") - 1, 0)
    cap = np.empty(member.shape)
    for k in range(len(wind)):  # the strongest wind from the parting to this fix
        strongest = np.maximum.accumulate(wind[k::-1])[::-1]
        cap[..., k] = strongest[np.minimum(parted[..., k], k)]
    return np.minimum(raised, cap)
