"""The storms of a basin as its archive has them: read, cleaned, and what was done to them.

Source of the archive: IBTrACS, Knapp et al. (2010), Bull. Amer. Meteor. Soc. 91, 363-376. A sample
of it ships (models/storm_catalogue/wp); whole files of IBTrACS are read as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskcloud.catalog import load_card
from riskcloud.errors import InputError, NotFoundError, Problem
from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.averaging import sustained_1min
from riskcloud.hazard.typhoon.climate.archive_file import VALUES, read_archive_file
from riskcloud.hazard.typhoon.climate.cleaning import Repair, clean
from riskcloud.types import Bools, Floats, Ints, Times

DEFAULT: Final = "wp"
"""Card of models/storm_catalogue that is read where no file is given."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Storms of an archive, cleaned: one fix every six hours.

    Storms (n_storms,): ``sid``; ``season`` the year they count for. Fixes of storm i are
    ``start[i]:start[i + 1]`` of the arrays (n_fixes,): ``time_utc``; ``lon`` continuous along a
    storm, ``lat`` [degrees]; ``wmo_pressure_pa`` and ``wmo_wind_m_s`` (10-min mean) of the agency
    responsible, Tokyo here; ``usa_pressure_pa`` and ``usa_wind_m_s`` (1-min mean) of the US
    centres; NaN where they are silent. ``repairs`` say what was put right, ``sources`` the files.
    """

    sid: npt.NDArray[Any]
    season: Ints
    start: Ints
    time_utc: Times
    lon: Floats
    lat: Floats
    wmo_pressure_pa: Floats
    wmo_wind_m_s: Floats
    usa_pressure_pa: Floats
    usa_wind_m_s: Floats
    repairs: tuple[Repair, ...] = ()
    sources: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.sid)

    @property
    def storm(self) -> Ints:
        """Position of each fix's storm (n_fixes,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    @property
    def central_pressure_pa(self) -> Floats:
        """Pressure of the responsible agency, of the US centres where it is silent [Pa]."""
        return np.where(np.isfinite(self.wmo_pressure_pa), self.wmo_pressure_pa,
                        self.usa_pressure_pa)

    @property
    def max_wind_1min_m_s(self) -> Floats:
        """1-min wind of the US centres; where they are silent the 10-min wind / 0.93 [m/s].

        Source of the factor: Harper et al. (2010), Table 1.2.
        """
        return np.where(np.isfinite(self.usa_wind_m_s), self.usa_wind_m_s,
                        sustained_1min(self.wmo_wind_m_s, 600.0))

    def fixes(self, storm: int) -> slice:
        """Return where the fixes of one storm stand."""
        return slice(int(self.start[storm]), int(self.start[storm + 1]))

    def take(self, storms: Bools) -> "Catalogue":
        """Return the storms where ``storms`` (n_storms,) is True."""
        of_fix = storms[self.storm]
        parts: dict[str, Any] = {name: getattr(self, name)[of_fix]
                                 for name in ("time_utc", "lon", "lat", *VALUES)}
        counts = np.diff(self.start)[storms]
        return replace(self, sid=self.sid[storms], season=self.season[storms],
                       start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), **parts)

    def seasons(self, first: int, last: int) -> "Catalogue":
        """Return the storms of the seasons from ``first`` to ``last``, both included."""
        return self.take((self.season >= first) & (self.season <= last))

    def frame(self) -> pd.DataFrame:
        """Return one row a fix: sid, season and the arrays of fixes."""
        storm = self.storm
        return pd.DataFrame({"sid": self.sid[storm], "season": self.season[storm],
                             **{name: getattr(self, name)
                                for name in ("time_utc", "lon", "lat", *VALUES)}})


def default_file(name: str = DEFAULT) -> Path:
    """Return the archive's sample that ships. Raises NotFoundError: no card of that name."""
    card = load_card("storm_catalogue", name)
    return card.file(card["storms"]["file"])


def read_catalogue(paths: Sequence[Path] = (), *, skip_bad: bool = False,
                   ) -> tuple[Catalogue, tuple[tuple[Path, tuple[Problem, ...]], ...]]:
    """Return the storms of one or several files, cleaned, and the rows set aside by file.

    Parameters
    ----------
    paths : CSV or Parquet, as :func:`archive_file.read_archive_file` reads them; the sample that
        ships where none is given. Fixes of one storm at one time are joined: positions of the
        first file that has it, and each wind and pressure of the first that has them.
    skip_bad : leave out rows that cannot be read, instead of refusing the file.

    Raises
    ------
    InputError : faults of the files by row; no storm left.
    """
    paths = tuple(paths) or (default_file(),)
    tables, rejected, problems = [], [], list[Problem]()
    for path in paths:
        faults = Faults(path)
        tables.append(read_archive_file(path, faults))
        found = tuple(sorted(set(faults.found)))
        if found:
            rejected.append((path, found))
            problems += found if len(paths) == 1 else [
                replace(one, remedy=f"{one.remedy} ({path.name})") for one in found]
    if problems and not skip_bad:
        named = ", ".join(str(path) for path, _ in rejected)
        raise InputError(f"{named}: {len(problems)} problem(s)", problems)
    fixes, repairs = clean(_joined(tables))
    if fixes.empty:
        raise InputError(f"{', '.join(map(str, paths))}: no storm of two fixes or more")
    sources = tuple(path.name for path in paths)
    return _to_catalogue(fixes, repairs, sources), tuple(rejected)


def _joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put the values of later files beside the fixes of earlier ones."""
    joined = tables[0]
    for table in tables[1:]:
        table = table.drop_duplicates(["sid", "time_utc"])
        key = pd.MultiIndex.from_frame(table[["sid", "time_utc"]])
        known = pd.MultiIndex.from_frame(joined[["sid", "time_utc"]])
        place = key.get_indexer(known)
        found = place >= 0
        for name in VALUES:
            values = joined[name].to_numpy(float).copy()
            other = np.where(found, table[name].to_numpy(float)[place], np.nan)
            joined[name] = np.where(np.isfinite(values), values, other)
        new = ~table["sid"].isin(joined["sid"].unique()).to_numpy()
        joined = pd.concat([joined, table[new]])
    return joined


def _to_catalogue(fixes: pd.DataFrame, repairs: tuple[Repair, ...],
                  sources: tuple[str, ...]) -> Catalogue:
    sid = fixes["sid"].to_numpy(dtype=object)
    first = np.flatnonzero(np.concatenate([[True], sid[1:] != sid[:-1]]))
    time = fixes["time_utc"].to_numpy().astype("datetime64[s]")
    year = time[first].astype("datetime64[Y]").astype(np.int64) + 1970
    said = fixes["season"].to_numpy(float)[first]
    by_id = np.array([float(name[:4]) if name[:7].isdigit() else np.nan
                      for name in map(str, sid[first])])
    season = np.where(np.isfinite(said), said, np.where(np.isfinite(by_id), by_id, year))
    return Catalogue(
        sid=sid[first], season=season.astype(np.int64),
        start=np.concatenate([first, [len(sid)]]).astype(np.int64), time_utc=time,
        **{name: fixes[name].to_numpy(float) for name in ("lon", "lat", *VALUES)},
        repairs=repairs, sources=sources)


def find_storm(catalogue: Catalogue, sid: str) -> int:
    """Return the position of a storm by its id. Raises NotFoundError."""
    found = np.flatnonzero(catalogue.sid == sid)
    if not len(found):
        raise NotFoundError(f"no storm {sid!r} among {len(catalogue)}")
    return int(found[0])
