"""Checks of a table of fixes: order, repeats, motion, pressure against its environment."""

from typing import Any, Final

import numpy as np
import pandas as pd

from riskcloud.geo.points import haversine_m
from riskcloud.hazard.source_file import Faults
from riskcloud.types import Bools, Floats
from riskcloud.units import HPA

MAX_SPEED_M_S: Final = 60.0
"""Fastest motion believed between two fixes (our choice: the fastest of 2,700 West Pacific storms
in IBTrACS, after transition, moves at 48 m/s)."""
KEY: Final = ["event_id", "agency", "issued_utc", "base_utc", "member"]
"""What makes a track of its own: storm, whose view, which issue, which member."""
VALUES: Final = ["lat", "lon", "central_pressure_pa", "max_wind_m_s"]


def check_fixes(fixes: pd.DataFrame, faults: Faults) -> pd.DataFrame:
    """Return the fixes sorted by storm and time, repeats dropped, longitudes continuous.

    Faults found are added, not raised: fixes of one time that differ, a pressure above its
    environment, a motion faster than ``MAX_SPEED_M_S``. Unsorted times and identical repeats are
    mended and noted.
    """
    fixes = fixes[fixes[["time_utc", "lat", "lon"]].notna().all(axis=1)]
    storm = pd.Series(fixes.groupby(KEY, sort=False, dropna=False).ngroup(), index=fixes.index)
    order = np.lexsort((fixes["time_utc"].to_numpy(), storm.to_numpy()))
    late = fixes["time_utc"].groupby(storm).diff() < pd.Timedelta(0)
    if late.any():
        row = late.index.to_numpy()[late.to_numpy()][0]
        faults.note(int(row), "", "", "times not in order from here on: sorted")
    fixes, storm = fixes.iloc[order], storm.iloc[order]
    once = _first_of_a_time(fixes, storm, faults)
    fixes, storm = fixes[once], storm[once]
    fixes = fixes.assign(lon=_continuous(fixes["lon"], storm))
    _check_pressure(fixes, faults)
    _check_motion(fixes, storm, faults)
    return fixes


def _first_of_a_time(fixes: pd.DataFrame, storm: "pd.Series[Any]", faults: Faults) -> Bools:
    keyed = fixes[["time_utc", *VALUES]].assign(storm=storm)
    repeated = keyed.duplicated(["storm", "time_utc"])
    identical = keyed.duplicated()
    differ = fixes[repeated & ~identical]
    faults.add(differ.index, "time_utc", differ["time_utc"],
               "another fix of this storm and time says otherwise: keep one")
    if identical.any():
        row = fixes.index.to_numpy()[identical.to_numpy()][0]
        faults.note(int(row), "", "", f"{int(identical.sum())} identical fix(es) dropped")
    return np.asarray(~repeated)


def _continuous(lon: "pd.Series[Any]", storm: "pd.Series[Any]") -> Floats:
    """Unwrap each storm at the dateline; its first longitude lies in [-180, 180)."""
    value, owner = lon.to_numpy(dtype=np.float64), storm.to_numpy()
    first = np.append(True, owner[1:] != owner[:-1]) if len(owner) else np.zeros(0, dtype=bool)
    step = np.diff(value, prepend=value[:1])
    step = (step + 180.0) % 360.0 - 180.0
    start = (value + 180.0) % 360.0 - 180.0
    walked = np.cumsum(np.where(first, 0.0, step))
    begin = np.flatnonzero(first)
    group = np.cumsum(first) - 1
    return np.asarray(np.round(start[begin][group] + walked - walked[begin][group], 9))


def _check_pressure(fixes: pd.DataFrame, faults: Faults) -> None:
    centre, around = fixes["central_pressure_pa"], fixes["environmental_pressure_pa"]
    above = fixes[centre > around]
    faults.add(above.index, "central_pressure_hpa",
               (f"{c / HPA:g}" for c in above["central_pressure_pa"]),
               "above the environmental pressure of its fix; mend one of them, or leave the "
               "environmental pressure blank")


def _check_motion(fixes: pd.DataFrame, storm: "pd.Series[Any]", faults: Faults) -> None:
    lon, lat = fixes["lon"].to_numpy(), fixes["lat"].to_numpy()
    distance = haversine_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    seconds = np.diff(fixes["time_utc"].to_numpy()).astype("timedelta64[s]").astype(np.float64)
    same = np.diff(storm.to_numpy()) == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        speed = np.where(same, distance / seconds, 0.0)
    fast = np.flatnonzero(speed > MAX_SPEED_M_S) + 1
    rows = fixes.iloc[fast]
    places = (f"{y:g}, {x:g}" for y, x in zip(rows["lat"], rows["lon"], strict=True))
    faults.add(rows.index, "lat, lon", places,
               f"moves faster than {MAX_SPEED_M_S:g} m/s from the fix before: check position, "
               "time and storm_id")
