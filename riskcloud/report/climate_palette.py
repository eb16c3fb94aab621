"""Colours and classes of winds by return period, and of hazard grades."""

import tomllib
from dataclasses import dataclass
from functools import cache

import numpy as np

from riskcloud.catalog import dashboards_dir
from riskcloud.types import Floats, Ints


@dataclass(frozen=True, slots=True)
class WindClasses:
    """Classes of a measure: lower bounds [m/s] ascending, their colours, and that of no data."""

    lower: Floats
    colours: tuple[str, ...]
    none: str

    def class_of(self, wind_m_s: Floats) -> Ints:
        """Return the class of each wind: 0 below the first (or NaN), then 1 to n."""
        wind = np.nan_to_num(np.asarray(wind_m_s, np.float64), nan=0.0)
        return np.asarray(np.searchsorted(self.lower, wind, side="right"), np.int64)


@cache
def _raw() -> dict[str, list[float] | list[str] | str]:
    path = dashboards_dir() / "styles" / "palette.toml"
    section: dict[str, list[float] | list[str] | str] = tomllib.loads(
        path.read_text(encoding="utf-8"))["wind_climate"]
    return section


@cache
def wind_classes(measure: str) -> WindClasses:
    """Return the classes of a measure; gusts have their own."""
    raw = _raw()
    kind = "gust" if "gust" in measure else "mean"
    return WindClasses(np.array(raw[f"{kind}_from_m_s"], np.float64),
                       tuple(str(one) for one in raw["colours"]), str(raw["none"]))


@cache
def pressure_lines_kpa() -> tuple[float, ...]:
    """Return the basic wind pressures [kPa] drawn as lines on still maps."""
    return tuple(float(one) for one in _raw()["pressure_lines_kpa"])
