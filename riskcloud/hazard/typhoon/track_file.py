"""Tracks as one table, one row a fix: what was understood of any format, and read back alike."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from riskcloud.files import defused
from riskcloud.types import Floats, Times, Track
from riskcloud.units import HOUR, HPA, KM

QUADRANTS: Final = ("ne", "se", "sw", "nw")
COLUMNS: Final = (
    "storm_id", "name", "agency", "member", "issued_utc", "base_utc", "lead_h", "time_utc", "lat",
    "lon", "central_pressure_hpa", "environmental_pressure_hpa", "max_wind_m_s",
    "wind_averaging_s", "rmw_km", *(f"r{speed}_{q}_km" for speed in (34, 50, 64)
                                    for q in QUADRANTS), "status",
)
"""Columns of the table (docs/outputs.md); blank where the source is silent."""


def track_frame(tracks: Iterable[Track]) -> pd.DataFrame:
    """Return the fixes of tracks as a table with ``COLUMNS``; times are texts such as
    2017-08-23T06:00:00Z, winds keep their averaging period.
    """
    parts = [_frame(track) for track in tracks]
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def write_tracks(tracks: Iterable[Track], path: Path) -> None:
    """Write the table of tracks as CSV; ``read_tracks(path, fill=False)`` reads them back."""
    table = track_frame(tracks)
    for name in ("storm_id", "name", "agency", "status"):
        table[name] = [defused(str(cell)) for cell in table[name]]
    table.to_csv(path, index=False, lineterminator="\n")


def _frame(track: Track) -> pd.DataFrame:
    n = len(track)
    radii = {f"r{speed}_{q}_km": getattr(track, f"r{speed}_m")[:, k] / KM
             for speed in (34, 50, 64) for k, q in enumerate(QUADRANTS)}
    return pd.DataFrame({
        "storm_id": track.event_id, "name": track.name, "agency": track.agency,
        "member": track.member, "issued_utc": _said(track.issued_utc, n),
        "base_utc": _said(track.base_utc, n), "lead_h": lead_hours(track),
        "time_utc": _texts(track.time_utc), "lat": track.lat,
        "lon": np.round((track.lon + 180.0) % 360.0 - 180.0, 9),
        "central_pressure_hpa": track.central_pressure_pa / HPA,
        "environmental_pressure_hpa": track.environmental_pressure_pa / HPA,
        "max_wind_m_s": track.max_wind_m_s, "wind_averaging_s": track.wind_averaging_s,
        "rmw_km": track.r_max_m / KM, **radii,
        "status": list(track.status) if track.status else [""] * n,
    })


def lead_hours(track: Track) -> Floats:
    """Hours of each fix after the analysis (n_fixes,), <= 0 for the past; NaN for a best track."""
    if track.base_utc is None:
        return np.full(len(track), np.nan)
    seconds = (track.time_utc - track.base_utc) / np.timedelta64(1, "s")
    return np.asarray(seconds, np.float64) / HOUR


def _texts(times: Times) -> list[str]:
    return [f"{text}Z" for text in np.datetime_as_string(times.astype("datetime64[s]"))]


def _said(time: np.datetime64 | None, n: int) -> list[str]:
    return [""] * n if time is None else _texts(np.full(n, time, "datetime64[s]"))
