"""One file of an archive of best tracks -> a table of fixes in SI, every fault with its row.

Read are IBTrACS v4 CSV files (WMO and USA columns), subsets of them with ``wind_kt_wmo`` or
``wind_kt_1min``, and plain tables whose headers say unit and averaging period (track_columns);
each as CSV or Parquet.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskcloud.errors import InputError, Problem
from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.averaging import mean_10min
from riskcloud.hazard.typhoon.track_columns import BASIN_AVERAGING, understand
from riskcloud.hazard.typhoon.track_table import BLANK, MAX_BYTES, RANGES, read_table
from riskcloud.types import Bools, Floats
from riskcloud.units import HPA, KNOT

VALUES: Final = ("wmo_pressure_pa", "wmo_wind_m_s", "usa_pressure_pa", "usa_wind_m_s")
"""Columns of a fix beside its position; wmo_wind is a 10-min mean, usa_wind a 1-min mean."""
FIXES: Final = ("sid", "season", "time_utc", "lon", "lat", *VALUES)

_NAMED: Final[dict[str, tuple[str, float]]] = {
    "sid": ("sid", 1.0), "season": ("season", 1.0), "basin": ("basin", 1.0),
    "time": ("time_utc", 1.0), "iso_time": ("time_utc", 1.0),
    "lat": ("lat", 1.0), "lon": ("lon", 1.0),
    "wmo_wind": ("wmo_wind_m_s", KNOT), "wmo_wind_kt": ("wmo_wind_m_s", KNOT),
    "wind_kt_wmo": ("wmo_wind_m_s", KNOT), "wmo_pres": ("wmo_pressure_pa", HPA),
    "wmo_pres_hpa": ("wmo_pressure_pa", HPA), "usa_wind": ("usa_wind_m_s", KNOT),
    "usa_wind_kt": ("usa_wind_m_s", KNOT), "wind_kt_1min": ("usa_wind_m_s", KNOT),
    "usa_pres": ("usa_pressure_pa", HPA), "usa_pres_hpa": ("usa_pressure_pa", HPA),
    "track_type": ("track_type", 1.0),
}
"""Header in small letters -> field and factor to SI, for IBTrACS and what is cut from it."""
_OURS: Final = {"event_id": "sid", "time_utc": "time_utc", "lat": "lat", "lon": "lon",
                "basin": "basin"}
_RANGE_OF: Final = {"lat": "lat", "lon": "lon", "wmo_wind_m_s": "max_wind_m_s",
                    "usa_wind_m_s": "max_wind_m_s", "wmo_pressure_pa": "central_pressure_pa",
                    "usa_pressure_pa": "central_pressure_pa"}


def read_archive_file(path: Path, faults: Faults) -> pd.DataFrame:
    """Return the fixes of one file with the columns ``FIXES``; bad rows are left out and told.

    Parameters
    ----------
    path : CSV or Parquet.
    faults : takes every fault with its row; the rows it names are not in the result.

    Returns
    -------
    One row a fix, in the file's order, indexed by its row in the file. wmo_wind_m_s is brought to
    a 10-min mean; spur tracks of IBTrACS are left out.

    Raises
    ------
    InputError : no such file, not a table, or without a column that is needed.
    """
    table = _read(path)
    fields, averaging = _columns(path, [str(name) for name in table.columns])
    spur = _spur(table, fields)
    fixes = pd.DataFrame(index=table.index)
    good = np.ones(len(table), bool)
    for name in ("lat", "lon", *VALUES):
        header, factor = fields.get(name, ("", 1.0))
        if not header:
            fixes[name] = np.nan
            continue
        fixes[name], bad = _numbers(table[header], name, factor, faults)
        good &= ~bad
    fixes["time_utc"], bad = _times(table[fields["time_utc"][0]], faults)
    good &= ~bad
    fixes["sid"] = table[fields["sid"][0]].astype(str).str.strip().to_numpy()
    unnamed = (fixes["sid"].str.lower().isin(BLANK)).to_numpy()
    faults.add(table.index[unnamed], fields["sid"][0], fixes["sid"][unnamed],
               "a fix needs the id of its storm")
    good &= ~unnamed
    fixes["season"] = _seasons(table, fields)
    basin = table[fields["basin"][0]].to_numpy() if "basin" in fields else None
    fixes["wmo_wind_m_s"] = _as_10min(fixes, basin, averaging)
    return pd.DataFrame(fixes.loc[good & ~spur, list(FIXES)])


def _read(path: Path) -> pd.DataFrame:
    """Return the raw cells of a file, indexed by row as a spreadsheet counts."""
    if path.suffix.lower() not in (".parquet", ".pq"):
        return read_table(path)
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    if path.stat().st_size > MAX_BYTES:
        raise InputError(f"{path}: larger than {MAX_BYTES >> 20} MB; cut out the storms you need")
    import pyarrow
    import pyarrow.parquet as pq

    try:
        table = pd.DataFrame(pq.read_table(path).to_pandas())
    except (pyarrow.ArrowInvalid, OSError) as error:
        raise InputError(f"{path}: not a Parquet file ({error})") from error
    if table.empty:
        raise InputError(f"{path}: empty catalogue", [Problem(0, "", "", "it holds no fix")])
    table.index = pd.RangeIndex(2, len(table) + 2)
    return table


def _columns(path: Path, headers: list[str]) -> tuple[dict[str, tuple[str, float]], float]:
    """Return field -> (header, factor), and the averaging period [s] of wmo_wind (0: the basin's).

    A column ``slp_hpa`` belongs to the agency whose wind stands beside it.
    """
    fields: dict[str, tuple[str, float]] = {}
    averaging, problems = 0.0, list[Problem]()
    lower = {header.strip().lower(): header for header in headers}
    for word, header in lower.items():
        if word in _NAMED:
            field, factor = _NAMED[word]
            fields.setdefault(field, (header, factor))
    for word, header in lower.items():
        column = None if word in _NAMED else understand(header)
        if column is None:
            continue
        if column.field in _OURS:
            fields.setdefault(_OURS[column.field], (header, 1.0))
        elif column.field == "max_wind_m_s" and np.isfinite(column.factor):
            if column.averaging_s == 60.0:
                fields.setdefault("usa_wind_m_s", (header, column.factor))
            elif column.averaging_s is not None:
                fields.setdefault("wmo_wind_m_s", (header, column.factor))
                averaging = column.averaging_s
            else:
                problems.append(Problem(1, header, "", "say the averaging period in the name: "
                                        "1min, 2min, 3min or 10min"))
        elif column.field in ("max_wind_m_s", "central_pressure_pa"):
            if not np.isfinite(column.factor):
                problems.append(Problem(1, header, "", "say the unit in the name, such as kt, "
                                        "m_s or hpa"))
                continue
            usa = "usa_wind_m_s" in fields or any("1min" in name for name in lower)
            fields.setdefault("usa_pressure_pa" if usa and "wmo_wind_m_s" not in fields
                              else "wmo_pressure_pa", (header, column.factor))
    problems += [Problem(1, name, "", "required column is missing")
                 for name in ("sid", "time_utc", "lat", "lon") if name not in fields]
    if not set(VALUES) & set(fields):
        problems.append(Problem(1, "wmo_pres_hpa", "", "a catalogue needs a wind or a pressure "
                                "column, such as wmo_pres_hpa or wind_kt_1min"))
    if problems:
        raise InputError(f"{path}: {len(problems)} problem(s)", sorted(set(problems)))
    return fields, averaging


def _spur(table: pd.DataFrame, fields: dict[str, tuple[str, float]]) -> Bools:
    """Tell the rows of spur tracks, which IBTrACS keeps beside the main track of a storm."""
    if "track_type" not in fields:
        return np.zeros(len(table), bool)
    words = table[fields["track_type"][0]].astype(str).str.lower()
    return np.asarray(words.str.startswith("spur"), bool)


def _numbers(cells: "pd.Series[Any]", field: str, factor: float, faults: Faults,
             ) -> tuple[Floats, Bools]:
    """Return a column in SI, and which rows have a fault."""
    if pd.api.types.is_numeric_dtype(cells):
        number = cells.to_numpy(dtype=np.float64, na_value=np.nan)
        blank = np.isnan(number)
        wrong = np.isinf(number)
    else:
        text = cells.astype(object).fillna("").astype(str).str.strip()
        blank = text.str.lower().isin(BLANK).to_numpy()
        number = pd.to_numeric(text.where(~blank, None), errors="coerce").to_numpy(np.float64)
        wrong = ~blank & ~np.isfinite(number)
    number = np.round(number, 4) if field in ("lat", "lon") else number  # float32 15.1 is 15.1
    faults.add(cells.index[wrong], str(cells.name), cells[wrong], "expected a number")
    low, high = RANGES[_RANGE_OF[field]]
    si = number * factor
    outside = np.isfinite(si) & ((si < low) | (si > high))
    faults.add(cells.index[outside], str(cells.name), cells[outside],
               f"expected {low / factor:g} to {high / factor:g}")
    bad = wrong | outside
    if field in ("lat", "lon"):
        faults.add(cells.index[blank], str(cells.name), cells[blank], "a fix needs its position")
        bad |= blank
    return np.where(bad, np.nan, si), bad


def _times(cells: "pd.Series[Any]", faults: Faults) -> tuple[Any, Bools]:
    """Return times of unit second, UTC; and which rows have none."""
    time = pd.to_datetime(cells if pd.api.types.is_datetime64_any_dtype(cells)
                          else cells.astype(object), utc=True, errors="coerce")
    bad = time.isna().to_numpy()
    faults.add(cells.index[bad], str(cells.name), cells[bad],
               "expected a time such as 2017-08-23T06:00:00Z")
    return time.dt.tz_localize(None).dt.as_unit("s").to_numpy(), bad


def _seasons(table: pd.DataFrame, fields: dict[str, tuple[str, float]]) -> Floats:
    if "season" not in fields:
        return np.full(len(table), np.nan)
    return np.asarray(pd.to_numeric(table[fields["season"][0]], errors="coerce"), np.float64)


def _as_10min(fixes: pd.DataFrame, basin: npt.NDArray[Any] | None, averaging: float) -> Floats:
    """Return the WMO agency's wind as a 10-min mean.

    Without the basin of a fix its longitude tells the agency: New Delhi west of 100 E (3-min),
    the US centres east of 180 (1-min), else Tokyo (10-min): the basins of IBTrACS.
    """
    wind = fixes["wmo_wind_m_s"].to_numpy()
    if averaging:
        return mean_10min(wind, averaging)
    if basin is not None:
        period = np.array([BASIN_AVERAGING.get(str(name).strip(), 600.0) for name in basin])
    else:
        lon = np.mod(fixes["lon"].to_numpy(), 360.0)
        period = np.select([(lon > 30.0) & (lon < 100.0), lon > 180.0], [180.0, 60.0], 600.0)
    result = np.full(len(wind), np.nan)
    for seconds in np.unique(period):
        own = period == seconds
        result[own] = mean_10min(wind[own], float(seconds))
    return result
