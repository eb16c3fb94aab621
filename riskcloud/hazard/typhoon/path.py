"""The path of a storm between its fixes: a smooth curve, and nodes dense enough to be linear."""

from dataclasses import dataclass, replace

import numpy as np

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.averaging import sustained_1min
from riskcloud.hazard.typhoon.between_fixes import Legs, change_so_far
from riskcloud.hazard.typhoon.regressions import card as regression_card
from riskcloud.hazard.typhoon.regressions import mean_of_quadrants_m
from riskcloud.types import Filled, Floats, Track
from riskcloud.units import EARTH_RADIUS_M, EARTH_ROTATION_RAD_S, HOUR

MEAN_KEPT = "the mean of the quadrants at the source's own fixes, linear in time"
M_PER_DEG = EARTH_RADIUS_M * np.pi / 180.0


@dataclass(frozen=True, slots=True)
class Path:
    """Nodes along a track; arrays (n_nodes,), SI, lon continuous.

    hour counts from the first fix. east_m_s and north_m_s are the motion of the centre. r34_m is
    the mean radius of 34 kt wind, given or filled; NaN if the storm never has a gale.
    """

    hour: Floats
    lon: Floats
    lat: Floats
    east_m_s: Floats
    north_m_s: Floats
    central_pressure_pa: Floats
    environmental_pressure_pa: Floats
    pressure_tendency_pa_s: Floats
    max_wind_m_s: Floats
    r_max_m: Floats
    r34_m: Floats

    @property
    def motion_m_s(self) -> Floats:
        """Speed of the centre."""
        return np.asarray(np.hypot(self.east_m_s, self.north_m_s))

    @property
    def coriolis_per_s(self) -> Floats:
        """Coriolis parameter, positive on both hemispheres."""
        return np.asarray(2.0 * EARTH_ROTATION_RAD_S * np.abs(np.sin(np.radians(self.lat))))


def hours_since_start(track: Track) -> Floats:
    """Hours of each fix since the first."""
    seconds = (track.time_utc - track.time_utc[0]) / np.timedelta64(1, "s")
    return np.asarray(seconds, np.float64) / HOUR


def follow(track: Track, *, spacing_r_max: float, longest_h: float) -> Path:
    """Nodes along a track, such that every quantity is linear between two of them.

    Position: a cubic through the fixes whose slope at a fix is that of the parabola through it
    and its neighbours. It needs four fixes around each segment only, so a fix far away changes
    nothing here. Wind and central pressure: linear in time, but what land takes goes over land
    (``between_fixes``). Everything else: linear in time (our choice).

    Parameters
    ----------
    track : filled; its winds keep their averaging period.
    spacing_r_max : largest distance of two nodes [radii of maximum wind].
    longest_h : largest time between two nodes [h].

    Returns
    -------
    Path : the fixes are among its nodes.

    Raises
    ------
    InputError : a track of one fix, or without wind, pressure or Rmax somewhere.

    Source
    ------
    Bessel's rule for the slopes: de Boor (1978), A Practical Guide to Splines, chapter IV.
    """
    _check(track)
    fix = hours_since_start(track)
    slopes = [_bessel_slopes(fix, values) for values in (track.lon, track.lat)]
    hour = _node_hours(track, fix, spacing_r_max, longest_h)
    (lon, lon_rate), (lat, lat_rate) = (
        _hermite(fix, values, slope, hour)
        for values, slope in zip((track.lon, track.lat), slopes, strict=True))
    wind, pressure = _strength(track, fix, hour)
    return Path(
        hour=hour, lon=lon, lat=lat,
        east_m_s=lon_rate * M_PER_DEG * np.cos(np.radians(lat)) / HOUR,
        north_m_s=lat_rate * M_PER_DEG / HOUR,
        central_pressure_pa=pressure,
        environmental_pressure_pa=np.interp(hour, fix, track.environmental_pressure_pa),
        pressure_tendency_pa_s=_tendency(fix, track.central_pressure_pa, hour),
        max_wind_m_s=wind,
        r_max_m=np.interp(hour, fix, track.r_max_m),
        r34_m=np.interp(hour, fix, _mean_r34(track)),
    )


def resample(track: Track, step_h: float) -> Track:
    """The same storm at a regular step, by the interpolation of :func:`follow`.

    step_h : hours between fixes of the result; it starts at the first fix. The
    mean radius of 34 kt wind is kept in all quadrants (as filled: no quadrant of it is given),
    other radii are left out.
    """
    _check(track)
    fix = hours_since_start(track)
    hour = np.arange(0.0, fix[-1] + 1e-9, step_h)
    lon, lat = (_hermite(fix, values, _bessel_slopes(fix, values), hour)[0]
                for values in (track.lon, track.lat))
    unknown = np.full((len(hour), 4), np.nan)
    extent = _mean_r34(track) / regression_card("chavas_knaff_2022")["mean_per_quadrant_maximum"]
    size = np.repeat(np.interp(hour, fix, extent)[:, None], 4, axis=1)
    seconds = np.round(hour * HOUR).astype("timedelta64[s]")
    wind, pressure = _strength(track, fix, hour)
    return replace(
        track, time_utc=track.time_utc[0] + seconds, lon=lon, lat=lat, status=(),
        filled=(Filled("r34_m", "mean_of_quadrants", MEAN_KEPT, np.isfinite(size[:, 0])),),
        central_pressure_pa=pressure, max_wind_m_s=wind,
        environmental_pressure_pa=np.interp(hour, fix, track.environmental_pressure_pa),
        r_max_m=np.interp(hour, fix, track.r_max_m),
        r34_m=size, r50_m=unknown, r64_m=unknown)


def _strength(track: Track, fix: Floats, hour: Floats) -> tuple[Floats, Floats]:
    """Return wind and central pressure at hours within those of the fixes."""
    k = np.clip(np.searchsorted(fix, hour, side="right") - 1, 0, len(fix) - 2)
    share = (hour - fix[k]) / np.diff(fix)[k]
    lon, lat, wind, pressure = ((values[:-1], values[1:]) for values in (
        track.lon, track.lat, track.max_wind_m_s, track.central_pressure_pa))
    one_minute = (sustained_1min(wind[0], track.wind_averaging_s),
                  sustained_1min(wind[1], track.wind_averaging_s))
    changed = change_so_far(Legs(lon, lat, np.diff(fix), one_minute), k, share)
    first, second = (np.where(share == 1.0, last[k], first[k] + changed * (last - first)[k])
                     for first, last in (wind, pressure))
    return first, second


def _check(track: Track) -> None:
    if len(track) < 2:
        raise InputError(f"track {track.event_id}: one fix only; a path needs two or more")
    for name in ("central_pressure_pa", "environmental_pressure_pa", "max_wind_m_s", "r_max_m"):
        if np.isnan(getattr(track, name)).any():
            raise InputError(f"track {track.event_id}: {name} missing at some fix (fill it first)")


def _mean_r34(track: Track) -> Floats:
    """Mean radius of 34 kt wind at each fix, held where a storm has no gale; NaN if it never has.

    Agencies report the largest radius within each quadrant (0: none there). The mean around the
    storm is 0.85 times the mean of the four: Chavas and Knaff (2022), Weather and Forecasting 37,
    563-579 (models/track_fill/chavas_knaff_2022). That a storm keeps its size between is ours.
    """
    mean = mean_of_quadrants_m(track.r34_m)
    around = regression_card("chavas_knaff_2022")["mean_per_quadrant_maximum"] * mean
    known = np.flatnonzero(mean > 0.0)
    if not len(known):
        return np.full(len(track), np.nan)
    hour = hours_since_start(track)
    return np.asarray(np.interp(hour, hour[known], around[known]))


def _bessel_slopes(x: Floats, y: Floats) -> Floats:
    """Slope at each fix of the parabola through it and its neighbours (at the ends, theirs)."""
    step, chord = np.diff(x), np.diff(y) / np.diff(x)
    if len(x) == 2:
        return np.full(2, chord[0])
    inner = (step[1:] * chord[:-1] + step[:-1] * chord[1:]) / (step[:-1] + step[1:])
    return np.concatenate([[2 * chord[0] - inner[0]], inner, [2 * chord[-1] - inner[-1]]])


def _hermite(x: Floats, y: Floats, slope: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Value and rate of the cubic with given values and slopes at the fixes."""
    k = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
    h = x[k + 1] - x[k]
    s = (at - x[k]) / h
    value = ((1 + 2 * s) * (1 - s) ** 2 * y[k] + s * (1 - s) ** 2 * h * slope[k]
             + s**2 * (3 - 2 * s) * y[k + 1] + s**2 * (s - 1) * h * slope[k + 1])
    rate = (6 * s * (s - 1) * (y[k] - y[k + 1]) / h + (1 - s) * (1 - 3 * s) * slope[k]
            + s * (3 * s - 2) * slope[k + 1])
    return value, rate


def _node_hours(track: Track, fix: Floats, spacing_r_max: float, longest_h: float) -> Floats:
    east = np.diff(track.lon) * np.cos(np.radians(0.5 * (track.lat[1:] + track.lat[:-1])))
    # a cubic may be longer than its chord: 20 % more nodes than the chord asks for
    length = 1.2 * M_PER_DEG * np.hypot(east, np.diff(track.lat))
    smallest = np.minimum(track.r_max_m[1:], track.r_max_m[:-1])
    pieces = np.ceil(np.maximum(length / (spacing_r_max * smallest), np.diff(fix) / longest_h))
    parts = [np.linspace(fix[i], fix[i + 1], int(max(n, 1)), endpoint=False)
             for i, n in enumerate(pieces)]
    return np.concatenate([*parts, fix[-1:]])


def _tendency(fix: Floats, pressure: Floats, at: Floats) -> Floats:
    """Rate of a piecewise linear pressure, Pa/s: the slope of the segment at each node."""
    k = np.clip(np.searchsorted(fix, at, side="right") - 1, 0, len(fix) - 2)
    return np.asarray((np.diff(pressure) / np.diff(fix))[k] / HOUR)
