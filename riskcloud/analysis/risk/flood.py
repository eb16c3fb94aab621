"""Floods of simulated years from depth rasters by return period: one draw a year and region."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from riskcloud.analysis.flood.losses import NO_BI, FloodExposure, flood_exposure
from riskcloud.analysis.risk.perils import FLOOD, Struck
from riskcloud.errors import InputError, Problem
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.geo.overlay.stack import Stacked, at_period
from riskcloud.hazard.flood.depth import read_depths
from riskcloud.hazard.flood.depth_files import DepthRasters
from riskcloud.types import Floats, Ints
from riskcloud.vulnerability.flood import KIND, FloodCurves, flood_ratio

MOST_CELL_DEG: Final = 360.0
COMMON = ("flood: one return period a year for the whole portfolio: all places flood together, "
          "which overstates the sum where it spreads over several river basins (--flood-cell)")
CELLS = ("flood: one return period a year for each cell of {cell} degrees, cells independent of "
         "each other; a basin that a border cuts floods in parts")
ENDS = ("flood: nothing below a return period of {first} years; beyond {last} years the depth "
        "stays what it is there")
ALIKE = "flood: curves of depth have no spread, so the samples of a flood are alike"
UNKNOWN = ("{n} location(s) have no depth in one of the rasters or more: their loss by flood is "
           "not in the figures of those years")


@dataclass(frozen=True, slots=True)
class FloodRequest:
    """Depth rasters, and the side of the cells that flood on their own [degrees]; None: one."""

    rasters: DepthRasters
    cell_deg: float | None = None


@dataclass(frozen=True, slots=True)
class FloodSet:
    """Floods of simulated years, ascending in year: event_id, year, period_yr, cell (n_events,)."""

    event_id: npt.NDArray[Any]
    year: Ints
    period_yr: Floats
    cell: Ints
    years: float

    def __len__(self) -> int:
        return len(self.event_id)


def draw_floods(names: list[str], first_yr: float, years: int, seed: int) -> FloodSet:
    """Draw a return period for each year and cell; those below ``first_yr`` are no flood.

    names : of the cells. Each cell's draws are its own, by (seed, name).

    The largest flood of a year is above that of T years with probability 1 / T, so that a uniform
    number u draws T = 1 / u.
    """
    found = []
    for k, name in enumerate(names):
        chance = 1.0 - np.random.default_rng([seed, crc32(b"flood"), crc32(name.encode())]
                                             ).random(years)
        year = np.flatnonzero(1.0 / chance >= first_yr)
        found.append((year + 1, 1.0 / chance[year], np.full(len(year), k)))
    year, period, cell = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.lexsort((cell, year))
    year, period, cell = year[order], period[order], cell[order]
    ids = np.array([f"F{y}{names[k]}" for y, k in zip(year, cell, strict=True)], dtype=object)
    return FloodSet(ids, year, period, cell, float(years))


class FloodDamage:
    """Floods over a portfolio, its locations in the order of ``portfolio``.

    Raises
    ------
    InputError : rasters that cannot be used (``read_depths``), or without return periods.
    """

    def __init__(self, portfolio: Portfolio, request: FloodRequest, *, years: int, samples: int,
                 seed: int) -> None:
        self._exposure: FloodExposure = flood_exposure(portfolio)
        self._samples, self._request = samples, request
        lon, lat = self._exposure.lon, self._exposure.lat
        self.depths = read_depths(request.rasters, lon, lat)
        if self.depths.is_scenario:
            raise InputError("a depth raster without a return period", [Problem(
                0, "--depth", self.depths.layer.source, "a year's floods want return periods: "
                "write it behind the file, such as depth.tif@100")])
        with np.errstate(invalid="ignore"):
            wet = ~(self.depths.depth_m[:, -1] == 0.0) & self._exposure.can_flood
        self._location = np.flatnonzero(wet)
        name = cell_names(lon[wet], lat[wet], request.cell_deg)
        names, cell = np.unique(name, return_inverse=True)
        self._of_cell = [np.flatnonzero(cell == k) for k in range(len(names))]
        periods = self.depths.period_yr
        self.floods = draw_floods([str(one) for one in names] or [""], periods[0], years, seed)
        unknown = int(np.isnan(self.depths.depth_m[wet]).any(axis=1).sum())
        how = COMMON if request.cell_deg is None else CELLS.format(cell=f"{request.cell_deg:g}")
        self.notes: tuple[str, ...] = (
            how, ENDS.format(first=f"{periods[0]:g}", last=f"{periods[-1]:g}"), ALIKE,
            *([UNKNOWN.format(n=unknown)] * (unknown > 0)), *self.depths.notes,
            *(note for note in self._exposure.notes if note not in (*portfolio.notes, NO_BI)))

    def cards(self) -> list[tuple[str, str]]:
        """Return kind and name of every model card used."""
        return [(KIND, name) for name in self._exposure.curves.cards]

    def struck(self, most_draws: int, first_event: int = 0,
               on_progress: Callable[[int, int], None] = lambda done, total: None,
               ) -> Iterator[Struck]:
        """Yield the damage of all floods in the order of their set; see ``QuakeDamage.struck``."""
        held: list[tuple[int, Ints, Floats]] = []
        size = 0
        for k in range(len(self.floods)):
            location, ratio = self._of_event(k)
            if len(location):
                held.append((k + first_event, location, ratio))
                size += len(location) * self._samples
            if size >= most_draws:
                yield self._joined(held)
                held, size = [], 0
                on_progress(k + 1, len(self.floods))
        if held:
            yield self._joined(held)

    def _of_event(self, k: int) -> tuple[Ints, Floats]:
        """Return the locations that a flood damages, and their ratios (n,)."""
        if not len(self._location):
            return np.empty(0, np.int64), np.empty(0)
        rows = self._location[self._of_cell[self.floods.cell[k]]]
        periods = np.array(self.depths.period_yr)
        depth, _ = at_period(Stacked(periods, self.depths.depth_m[rows], self.depths.status[rows],
                                     "m"), float(min(self.floods.period_yr[k], periods[-1])))
        curves = self._exposure.curves
        own = FloodCurves(curves.curves, curves.curve_of[rows], curves.status[rows])
        ratio = np.nan_to_num(flood_ratio(own, self._exposure.floors.part(rows), depth))
        return rows[ratio > 0.0], ratio[ratio > 0.0]

    def _joined(self, held: list[tuple[int, Ints, Floats]]) -> Struck:
        start = np.concatenate([[0], np.cumsum([len(location) for _, location, _ in held])])
        location = np.concatenate([location for _, location, _ in held])
        ratio = np.concatenate([ratio for *_, ratio in held])
        return Struck(FLOOD, np.array([k for k, _, _ in held], np.int64), start.astype(np.int64),
                      location, np.zeros(len(location), np.int64),
                      np.repeat(ratio[:, None], self._samples, axis=1))


def cell_names(lon: Floats, lat: Floats, cell_deg: float | None) -> npt.NDArray[Any]:
    """Return the name of each place's cell (n,); "" where there is one for all.

    Raises
    ------
    InputError : cells that are no number of degrees.
    """
    if cell_deg is None:
        return np.full(len(lon), "", dtype=object)
    if not 0.0 < cell_deg <= MOST_CELL_DEG:
        raise InputError(f"flood cells of {cell_deg:g} degrees: expected more than 0, at most "
                         f"{MOST_CELL_DEG:g}")
    west = np.floor((np.mod(lon + 180.0, 360.0) - 180.0) / cell_deg).astype(np.int64)
    south = np.floor(lat / cell_deg).astype(np.int64)
    return np.array([f"-{x}_{y}" for x, y in zip(west, south, strict=True)], dtype=object)
