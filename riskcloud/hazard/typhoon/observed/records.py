"""What stations reported, one record a station and storm."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from riskcloud.errors import Problem


@dataclass(frozen=True, slots=True)
class Observed:
    """Largest winds that one station reported of one storm (or of a window of time in it).

    wind_m_s by measure (``columns.MEASURES``), NaN where not reported; from_deg and time_utc by
    measure where the file says them. window: first and last moment, None for the whole storm.
    ground_m, anemometer_m (above sea level) and height_m (of the anemometer above the ground) are
    NaN where the file is silent. ``cells`` are the row's cells by header, as written.
    """

    row: int
    station: str
    lon: float
    lat: float
    wind_m_s: Mapping[str, float]
    sid: str = ""
    event: str = ""
    jma_no: str = ""
    season: str = ""
    ground_m: float = float("nan")
    anemometer_m: float = float("nan")
    height_m: float = float("nan")
    window: tuple[np.datetime64, np.datetime64] | None = None
    from_deg: Mapping[str, float] = field(default_factory=dict)
    time_utc: Mapping[str, np.datetime64] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Observations:
    """The rows of a file that hold, the measures it has, rows set aside, and what was assumed."""

    path: Path
    rows: tuple[Observed, ...]
    measures: tuple[str, ...]
    rejected: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
