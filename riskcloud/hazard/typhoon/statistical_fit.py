"""Fit of the statistical forecast and of its errors on best tracks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.optimize import least_squares

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon import statistical as model
from riskcloud.hazard.typhoon.averaging import sustained_1min
from riskcloud.hazard.typhoon.regressions import GALE_M_S
from riskcloud.hazard.typhoon.sphere import headings_deg, offset_m
from riskcloud.types import Bools, Floats, Ints, Track

BACK: Final = 4
"""Steps of 6 h of history that a case needs."""
WIDTH: Final = BACK + 1 + model.N_LEADS
FIT_YEARS: Final = (1980, 2005)
WIND_YEARS: Final = (1996, 2005)
"""Years whose errors give the spread of the wind.

The fit's own sample shows a drift: its mean error at 72 h goes from -1.8 m/s in 1980-1985 to
+3.2 m/s in 2001-2005, as winds were analysed differently; errors of position show none. The last
ten years are nearest to today's practice: our choice, made on the fit's years alone.
"""


@dataclass(frozen=True, slots=True)
class Cases:
    """Starts of forecasts and what came of them.

    starts (n,); lon, lat, wind_m_s (n, 1 + n_leads): observed from the start on, NaN after the
    last fix; year (n,).
    """

    starts: model.Starts
    lon: Floats
    lat: Floats
    wind_m_s: Floats
    year: Ints

    def take(self, keep: Bools) -> "Cases":
        """Return the cases where ``keep`` (n,) is True."""
        parts = {name: getattr(self.starts, name)[keep] for name in model.Starts.__slots__}
        return Cases(model.Starts(**parts), self.lon[keep], self.lat[keep], self.wind_m_s[keep],
                     self.year[keep])


@dataclass(frozen=True, slots=True)
class Errors:
    """Observed minus forecast at each lead (n, n_leads); NaN where the storm had ended."""

    along_m: Floats
    cross_m: Floats
    wind_m_s: Floats


def cases_from(tracks: Sequence[Track]) -> Cases:
    """All starts of 34 kt or more at synoptic hours with 24 h of history behind them.

    tracks : best tracks as read, wind of any one averaging period. A case is in the year of its
    start; leads reach 72 h or the storm's last fix.

    Raises
    ------
    InputError : no case in any track.
    """
    windows = [window for track in tracks for window in _windows(track)]
    if not windows:
        raise InputError("no track has a start of 34 kt with 24 h of fixes before it")
    lon, lat, wind = np.stack([window for window, _ in windows], axis=1)
    time = np.array([start for _, start in windows], "datetime64[s]")
    year = time.astype("datetime64[Y]")
    day = (time.astype("datetime64[D]") - year.astype("datetime64[D]")).astype(np.int64)
    back = [0, BACK // 2, BACK]
    starts = model.starts_from_history(lon[:, back], lat[:, back], wind[:, back], day / 365.25)
    return Cases(starts, lon[:, BACK:], lat[:, BACK:], wind[:, BACK:],
                 year.astype(np.int64) + 1970)


def _windows(track: Track) -> list[tuple[Floats, np.datetime64]]:
    """Each start of a track: lon, lat, wind (3, WIDTH) from 24 h before to 72 h after; its time."""
    seconds = track.time_utc.astype("datetime64[s]").astype(np.int64)
    synoptic = seconds % 21600 == 0
    if not synoptic.any():
        return []
    step = seconds[synoptic] // 21600
    place = step - step[0]
    grid = np.full((3, int(place[-1]) + WIDTH), np.nan)
    wind = sustained_1min(track.max_wind_m_s, track.wind_averaging_s)
    for row, values in zip(grid, (track.lon, track.lat, wind), strict=True):
        row[place] = values[synoptic]
    found = list[tuple[Floats, np.datetime64]]()
    for i in range(BACK, int(place[-1]) + 1):
        part = grid[:, i - BACK : i - BACK + WIDTH]
        # 33.5 kt: winds are whole knots and must not be lost to rounding
        if part[2, BACK] > GALE_M_S * 33.5 / 34.0 and np.isfinite(part[:, :BACK + 1]).all():
            found.append((part, np.datetime64(int(step[0] + i) * 21600, "s")))
    return found


def fit(cases: Cases, years: tuple[int, int] = FIT_YEARS) -> model.Coefficients:
    """Least squares for each lead on the cases of the years given (both included).

    First the displacements; then the winds, on the paths those give.
    """
    own = cases.take(_within(cases, years))
    motion = model.motion_predictors(own.starts)
    target = np.stack(offset_m(own.starts.lon[:, None], own.starts.lat[:, None],
                               own.lon[:, 1:], own.lat[:, 1:]))
    displacement = np.stack([[_solve(motion, part[:, k]) for k in range(model.N_LEADS)]
                             for part in target])
    half = model.Coefficients(displacement, np.zeros((model.N_LEADS, len(model.WIND_NAMES))))
    predictors = model.wind_predictors(motion, *model.predict_path(half, own.starts, motion))
    change = own.wind_m_s[:, 1:] - own.wind_m_s[:, :1]
    wind = np.stack([_solve(predictors[:, k], change[:, k]) for k in range(model.N_LEADS)])
    return replace(half, wind=wind)


def _within(cases: Cases, years: tuple[int, int]) -> Bools:
    return np.asarray((cases.year >= years[0]) & (cases.year <= years[1]))


def _solve(predictors: Floats, target: Floats) -> Floats:
    known = np.isfinite(target)
    return np.asarray(np.linalg.lstsq(predictors[known], target[known], rcond=None)[0])


def errors_of(cases: Cases, coefficients: model.Coefficients) -> Errors:
    """Observed minus forecast along and across the forecast's motion, and of the wind."""
    motion = model.motion_predictors(cases.starts)
    lon, lat = model.predict_path(coefficients, cases.starts, motion)
    wind = model.predict_wind(coefficients, cases.starts,
                              model.wind_predictors(motion, lon, lat))
    heading = np.radians(headings_deg(lon, lat))[:, 1:]
    east, north = offset_m(lon[:, 1:], lat[:, 1:], cases.lon[:, 1:], cases.lat[:, 1:])
    return Errors(east * np.sin(heading) + north * np.cos(heading),
                  east * np.cos(heading) - north * np.sin(heading),
                  (cases.wind_m_s - wind)[:, 1:])


def held_out_errors(cases: Cases, years: tuple[int, int] = FIT_YEARS) -> tuple[Errors, Ints]:
    """Errors of every fifth year by a fit on the rest, five times; and the year of each row."""
    parts, of_year = [], []
    own_years = _within(cases, years)
    for fifth in range(5):
        out = own_years & (cases.year % 5 == fifth)
        kept, own = cases.take(own_years & ~out), cases.take(out)
        parts.append(errors_of(own, fit(kept, years)))
        of_year.append(own.year)
    return (Errors(*(np.concatenate([getattr(part, name) for part in parts])
                     for name in Errors.__slots__)), np.concatenate(of_year))


def error_table(errors: Errors, year: Ints) -> list[dict[str, float]]:
    """Mean errors by lead from held-out ones, as models/forecast_error/statistical has them."""
    recent = (year >= WIND_YEARS[0]) & (year <= WIND_YEARS[1])
    rows = []
    for k in range(model.N_LEADS):
        along, cross, wind = errors.along_m[:, k], errors.cross_m[:, k], errors.wind_m_s[recent, k]
        rows.append({
            "lead_h": (k + 1) * model.STEP_H,
            "mean_position_error_km": float(np.nanmean(np.hypot(along, cross))) / 1e3,
            "mean_absolute_wind_error_m_s": float(np.nanmean(np.abs(wind))),
            "along_per_cross": float(np.nanmean(np.abs(along)) / np.nanmean(np.abs(cross))),
            "n_cases": int(np.isfinite(along).sum())})
    return rows


def fit_lead_correlation(values: Floats) -> dict[str, float]:
    """Parameters of ``forecast_error.LeadCorrelation`` from errors (n, n_leads)."""
    n = values.shape[1]
    seen = np.ones((n, n))
    for i in range(n):
        for j in range(i):
            both = np.isfinite(values[:, i]) & np.isfinite(values[:, j])
            seen[i, j] = seen[j, i] = np.corrcoef(values[both, i], values[both, j])[0, 1]
    lead = np.arange(1, n + 1) * model.STEP_H

    def misfit(p: Floats) -> Any:
        place = np.log(lead + p[2])
        apart = np.abs(np.subtract.outer(place, place))
        return (np.exp(-((apart / p[0]) ** p[1])) - seen).ravel()

    best = least_squares(misfit, [1.0, 1.3, 12.0], bounds=([0.01, 0.5, 1.0], [50.0, 2.0, 100.0]))
    return dict(zip(("scale", "power", "shift_h"), map(float, best.x), strict=True))


def write_coefficients(coefficients: model.Coefficients, folder: Path) -> None:
    """Write displacement.csv and wind.csv as the card holds them."""
    lines = ["lead_h,component," + ",".join(model.MOTION_NAMES)]
    for part, table in zip(("east", "north"), coefficients.displacement, strict=True):
        lines += [f"{(k + 1) * model.STEP_H:g},{part}," + ",".join(f"{v:.7g}" for v in row)
                  for k, row in enumerate(table)]
    (folder / "displacement.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    lines = ["lead_h," + ",".join(model.WIND_NAMES)]
    lines += [f"{(k + 1) * model.STEP_H:g}," + ",".join(f"{v:.7g}" for v in row)
              for k, row in enumerate(coefficients.wind)]
    (folder / "wind.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
