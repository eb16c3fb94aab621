"""Fill what a track lacks by named regressions, and flag every value that was filled.

Order: gaps between known fixes (linear in time), environmental pressure, wind from pressure,
pressure from wind, radius of maximum wind (by the radii of 50 and 64 kt where given), radius of 34
kt wind. Fixes at either end that give
neither wind nor pressure are dropped: nothing can be said of the storm there. Gaps are bridged once
more after the winds, for a fix that lacks both between one that has wind and one with pressure.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from riskcloud.errors import InputError
from riskcloud.geo.points import haversine_m
from riskcloud.hazard.typhoon import averaging, regressions
from riskcloud.hazard.typhoon.core_radii import r_max_from_core_radii_m
from riskcloud.hazard.typhoon.regressions import GALE_M_S
from riskcloud.types import Bools, Filled, Floats, Track

PER_FIX: Final = (
    "time_utc", "lon", "lat", "central_pressure_pa", "environmental_pressure_pa", "max_wind_m_s",
    "r_max_m", "r34_m", "r50_m", "r64_m",
)
BLANK_BELOW_GALE: Final = ("TOKYO", "JMA", "WMO")
INTERPOLATION: Final = ("linear_in_time", "between the source's own values (our choice)")


@dataclass(slots=True)
class _Work:
    """A track's arrays while they are being filled, and the flags so far."""

    track: Track
    basin: str
    values: dict[str, Any]  # (n_fixes,) or (n_fixes, 4) arrays by field name
    flags: list[Filled] = field(default_factory=list)

    def fill(self, name: str, new: Floats, method: str, source: str) -> None:
        """Put ``new`` where ``name`` is unknown and ``new`` is not; flag those fixes."""
        old = self.values[name]
        mask: Bools = np.isnan(old) & np.isfinite(new)
        if mask.any():
            self.values[name] = np.where(mask, new, old)
            self.flags.append(Filled(name, method, source, mask))

    def fill_by(self, name: str, new: Floats, card: str) -> None:
        """Fill by the regression of a card."""
        self.fill(name, new, card, str(regressions.card(card)["source"]))


def take(track: Track, keep: Bools) -> Track:
    """Return the track with the fixes where ``keep`` (n_fixes,) is True, flags included."""
    cut = {name: getattr(track, name)[keep] for name in PER_FIX}
    status = tuple(s for s, k in zip(track.status, keep, strict=True) if k) if track.status else ()
    flags = tuple(replace(flag, mask=flag.mask[keep]) for flag in track.filled)
    return replace(track, status=status, filled=flags, **cut)


def translation_m_s(track: Track) -> Floats:
    """Speed of the storm's motion at each fix [m/s], (n_fixes,), >= 0.

    Great-circle distance over time between neighbours: one-sided at the ends, the mean of both
    sides between. Source: our choice; the distance is that of :func:`haversine_m`.
    """
    distance = haversine_m(track.lon[:-1], track.lat[:-1], track.lon[1:], track.lat[1:])
    leg = distance / np.diff(track.time_utc).astype("timedelta64[s]").astype(np.float64)
    return np.asarray(0.5 * (np.append(leg, leg[-1]) + np.append(leg[0], leg)))


def trim(track: Track) -> Track:
    """Drop the fixes at either end that have neither wind nor central pressure.

    Raises
    ------
    InputError : fewer than two fixes are left.
    """
    known = np.isfinite(track.max_wind_m_s) | np.isfinite(track.central_pressure_pa)
    where = np.flatnonzero(known)
    if len(where) < 2:
        raise InputError(
            f"{track.source}: storm {track.event_id}: {len(where)} fix(es) with wind or central "
            "pressure; at least 2 are needed (choose another agency?)"
        )
    keep = np.zeros(len(track), dtype=bool)
    keep[where[0] : where[-1] + 1] = True
    return track if keep.all() else take(track, keep)


def fill_track(track: Track) -> Track:
    """Return the track with wind, pressures, Rmax and R34 known at every fix, fills flagged.

    Parameters
    ----------
    track : as read; NaN where its source is silent. Values that are known never change.

    Returns
    -------
    Track : trimmed at its ends (:func:`trim`); ``filled`` says field, method, source and fixes.
        ``r34_m`` stays NaN below 34 kt, ``r50_m`` and ``r64_m`` are not filled. Filling twice
        changes nothing.

    Raises
    ------
    InputError : fewer than two fixes with wind or pressure.

    Source
    ------
    Each flag names its own; see :mod:`riskcloud.hazard.typhoon.regressions`.
    """
    track = trim(track)
    middle = len(track) // 2
    work = _Work(
        track=track,
        basin=regressions.basin_of(float(track.lon[middle]), float(track.lat[middle])),
        values={name: getattr(track, name) for name in PER_FIX[3:8]},
    )
    for step in STEPS:
        step(work)
    return replace(track, filled=(*track.filled, *work.flags), **work.values)


def _gaps(work: _Work) -> None:
    hours = (work.track.time_utc - work.track.time_utc[0]).astype(np.float64)
    for name in ("central_pressure_pa", "environmental_pressure_pa", "max_wind_m_s", "r_max_m"):
        known = np.isfinite(work.values[name])
        if known.sum() >= 2:
            inside = np.interp(hours, hours[known], work.values[name][known], np.nan, np.nan)
            if name == "environmental_pressure_pa":
                centre = work.values["central_pressure_pa"]
                inside = np.where(inside < centre, centre, inside)
            work.fill(name, inside, *INTERPOLATION)


def _environment(work: _Work) -> None:
    name = "environmental_pressure_pa"
    known = np.flatnonzero(np.isfinite(work.values[name]))
    centre = work.values["central_pressure_pa"]
    if len(known):
        held = np.interp(np.arange(len(centre)), known, work.values[name][known])
        work.fill(name, np.fmax(held, centre), "nearest", "the source's own nearest value")
        return
    usual = np.full(len(centre), regressions.environmental_pressure_pa(work.basin))
    # a weak low may lie in a high environment: its deficit is then zero, never negative
    work.fill_by(name, np.fmax(usual, centre), "butke_2012")


def _one_minute(work: _Work) -> Floats:
    wind = work.values["max_wind_m_s"]
    return averaging.sustained_1min(wind, work.track.wind_averaging_s)


def _wind(work: _Work) -> None:
    centre, lat = work.values["central_pressure_pa"], work.track.lat
    missing = np.isnan(work.values["max_wind_m_s"])
    if not missing.any():
        return
    deficit = np.where(missing, work.values["environmental_pressure_pa"] - centre, np.nan)
    strong = regressions.wind_from_deficit_m_s(
        deficit, lat, basin=work.basin, translation_m_s=translation_m_s(work.track)
    )
    weak = np.minimum(regressions.weak_wind_m_s(centre), GALE_M_S)
    # RSMC Tokyo gives no wind below 35 kt: where it is silent in a storm of known winds, it is weak
    cap = GALE_M_S if work.track.agency in BLANK_BELOW_GALE and not missing.all() else np.inf
    for wind, name in ((strong, "chavas_knaff_klotzbach_2025"), (weak, "atkinson_holliday_1977")):
        own = averaging.sustained(wind, 60.0, work.track.wind_averaging_s)
        own = np.minimum(own, cap)
        work.fill_by("max_wind_m_s", own, name)


def _pressure(work: _Work) -> None:
    name, lat = "central_pressure_pa", work.track.lat
    if not np.isnan(work.values[name]).any():
        return
    wind, environment = _one_minute(work), work.values["environmental_pressure_pa"]
    size = _observed_size(work)
    size = np.where(np.isnan(size), regressions.size_m(wind, lat, basin=work.basin), size)
    motion = translation_m_s(work.track)
    deficit = regressions.pressure_deficit_pa(wind, lat, size, translation_m_s=motion)
    work.fill_by(name, environment - deficit, "chavas_knaff_klotzbach_2025")
    weak = np.minimum(regressions.weak_pressure_pa(wind), environment)
    work.fill_by(name, weak, "atkinson_holliday_1977")


def _observed_size(work: _Work) -> Floats:
    """Mean radius of 34 kt wind; four quadrants of 0 are no size."""
    mean = regressions.mean_of_quadrants_m(work.values["r34_m"])
    return np.where(mean > 0.0, mean, np.nan)


def _size(work: _Work) -> None:
    wind, lat = _one_minute(work), work.track.lat
    observed = _observed_size(work)
    by_size = regressions.r_max_from_r34_m(wind, lat, observed)
    usual = regressions.usual_r_max_m(wind, lat, basin=work.basin)
    work.fill_by("r_max_m", _by_core_radii(work, np.where(np.isnan(by_size), usual, by_size)),
                 "core_radii")
    work.fill_by("r_max_m", by_size, "chavas_knaff_2022")
    work.fill_by("r_max_m", usual, regressions.usual_r_max_card(work.basin))
    size = regressions.size_m(wind, lat, basin=work.basin, r_max=work.values["r_max_m"])
    _fill_quadrants(work, np.where(np.isnan(observed), size, np.nan))


def _by_core_radii(work: _Work, expected: Floats) -> Floats:
    """Radius of maximum wind by the radii of 50 and 64 kt; NaN where there are none."""
    wind, observed = _one_minute(work), _observed_size(work)
    size = regressions.size_m(wind, work.track.lat, basin=work.basin, r_max=expected)
    around = regressions.card("chavas_knaff_2022")["mean_per_quadrant_maximum"]
    return r_max_from_core_radii_m(
        work.track, wind_m_s=wind, motion_m_s=translation_m_s(work.track), expected_m=expected,
        gale_radius_m=around * np.where(np.isnan(observed), size, observed))


def _fill_quadrants(work: _Work, size: Floats) -> None:
    mask = np.isfinite(size)
    if mask.any():
        r34 = np.where(mask[:, None], size[:, None], work.values["r34_m"])
        work.values["r34_m"] = r34
        name = regressions.size_card(work.basin)
        work.flags.append(Filled("r34_m", name, str(regressions.card(name)["source"]), mask))


STEPS: Final[tuple[Callable[[_Work], None], ...]] = (
    _gaps, _environment, _wind, _gaps, _pressure, _size,
)
