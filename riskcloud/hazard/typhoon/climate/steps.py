"""Best tracks as steps of six hours: what the models of storms' lives are fitted on."""

from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.climate.land import land_near
from riskcloud.hazard.typhoon.regressions import environmental_pressure_pa
from riskcloud.hazard.typhoon.sphere import offset_m
from riskcloud.kernels.storm_steps import STEP_H, steps_over_land
from riskcloud.types import Bools, Floats, Ints
from riskcloud.units import HOUR, HPA

BASIN: Final = "WP"


def environment_hpa() -> float:
    """Mean pressure around the storms of the western North Pacific [hPa]; see regressions."""
    return environmental_pressure_pa(BASIN) / HPA


@dataclass(frozen=True, slots=True)
class Steps:
    """Fixes six hours apart, storm by storm in time, and the step that follows each; (n,).

    storm: 0, 1, ... by storm; season: its year; day: of the year, 0 to 366; lon (0 to 360),
    lat; deficit_hpa: environmental minus central pressure, NaN where none; east, north: motion to
    the next fix [m/s]; mainland, island, high: shares of land around that step (land.land_near);
    all NaN at a storm's last fix and before a gap.
    """

    storm: Ints
    season: Ints
    day: Floats
    lon: Floats
    lat: Floats
    deficit_hpa: Floats
    east: Floats
    north: Floats
    mainland: Floats
    island: Floats
    high: Floats

    def __len__(self) -> int:
        return len(self.storm)

    def take(self, keep: Bools | Ints) -> "Steps":
        """Return the fixes kept. Rows before and after are found by position: keep whole storms."""
        return Steps(**{f.name: getattr(self, f.name)[keep] for f in fields(self)})

    def shifted(self, values: Floats, back: int) -> Floats:
        """Return values (n,) of the fix ``back`` steps before; NaN in another storm or a gap."""
        found = np.full(len(self), np.nan)
        if back < len(self):
            found[back:] = np.where(self._unbroken(back), values[: len(self) - back], np.nan)
        return found

    @property
    def over_land(self) -> Floats:
        """Share of land around the step from each fix (n,)."""
        return np.asarray(self.mainland + self.island + self.high)

    def ahead(self, values: Floats) -> Floats:
        """Return values (n,) of the next fix; NaN at a storm's last and before a gap."""
        found = np.full(len(self), np.nan)
        found[:-1] = values[1:]
        return np.where(np.isfinite(self.east), found, np.nan)

    def _unbroken(self, back: int) -> Bools:
        whole = np.isfinite(self.east)
        kept = np.ones(len(self) - back, bool)
        for k in range(back):
            kept &= whole[k : len(self) - back + k]
        return kept


def make_steps(storm: npt.ArrayLike, season: npt.ArrayLike, time_utc: npt.NDArray[Any],
               lon: npt.ArrayLike, lat: npt.ArrayLike, central_pressure_pa: npt.ArrayLike) -> Steps:
    """Return the steps of best tracks.

    Parameters
    ----------
    storm, season : (n,) a number a storm, ascending; its year.
    time_utc : (n,) times, ascending within a storm. Fixes between synoptic hours (00, 06, 12,
        18 UTC) are left out.
    lon, lat : (n,) degrees; longitudes 0 to 360.
    central_pressure_pa : (n,) NaN where unknown.

    Raises
    ------
    InputError : storms or times out of order.
    """
    numbers, when = np.asarray(storm, np.int64), time_utc.astype("datetime64[s]").astype(np.int64)
    if np.any(np.diff(numbers) < 0) or np.any((np.diff(when) <= 0) & (np.diff(numbers) == 0)):
        raise InputError("make_steps: expected storms together, their times ascending")
    keep = when % int(STEP_H * HOUR) == 0
    numbers, when = numbers[keep], when[keep]
    x, y, pressure, year = (np.asarray(v, float)[keep] for v in (
        lon, lat, central_pressure_pa, season))
    follows = np.zeros(len(when), bool)
    follows[:-1] = (np.diff(numbers) == 0) & (np.diff(when) == int(STEP_H * HOUR))
    east, north, mainland, island, high = (np.full(len(when), np.nan) for _ in range(5))
    i = np.flatnonzero(follows)
    moved = offset_m(x[i], y[i], x[i + 1], y[i + 1])
    east[i], north[i] = (part / (STEP_H * HOUR) for part in moved)
    shares = np.empty((3, len(i)))
    steps_over_land(land_near(), x[i], y[i], x[i + 1], y[i + 1], shares)
    mainland[i], island[i], high[i] = shares
    dates = when.astype("datetime64[s]")
    day = (dates - dates.astype("datetime64[Y]").astype("datetime64[s]")).astype(float) / 86400.0
    return Steps(numbers, year.astype(np.int64), day, x, y, environment_hpa() - pressure / HPA,
                 east, north, mainland, island, high)

