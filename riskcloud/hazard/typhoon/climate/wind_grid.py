"""The shipped grid of typhoon wind by return period, read between its cells and periods."""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from riskcloud.catalog import Card, load_card
from riskcloud.geo.points import nearest_window
from riskcloud.types import Bools, Floats

KIND: Final = "wind_climate"
DEFAULT: Final = "south_china"
"""Card of models/wind_climate."""
PARTS: Final = ("level", "low", "high")


@dataclass(frozen=True, slots=True)
class WindGrid:
    """Winds at the centres of square cells.

    west, south [degrees] are the grid's own edges; ``periods`` [years], ascending; ``wind_m_s``
    maps a measure to (ny, nx, n_periods, 3): level, 5 %, 95 %, from the south and the west, NaN
    where no wind above calm comes that often.
    """

    card: Card
    west: float
    south: float
    size_deg: float
    periods: Floats
    wind_m_s: dict[str, npt.NDArray[np.float32]]

    def inside(self, lon: Floats, lat: Floats) -> Bools:
        """Tell the points (n,) in a cell that has a value at any period."""
        known = np.asarray(np.isfinite(next(iter(self.wind_m_s.values()))[..., 0]).any(axis=-1))
        ny, nx = known.shape
        column, row = self._places(lon, lat)
        out = (column >= -0.5) & (column <= nx - 0.5) & (row >= -0.5) & (row <= ny - 0.5)
        i, j = (np.clip(np.floor(np.where(out, place, 0.0) + 0.5).astype(np.int64), 0, n - 1)
                for place, n in ((column, nx), (row, ny)))
        return np.asarray(out & known[j, i])

    def _places(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Column and row of points, 0 at the centre of the first cell."""
        nx = next(iter(self.wind_m_s.values())).shape[1]
        own = nearest_window(lon, self.west + 0.5 * nx * self.size_deg)
        return ((own - self.west) / self.size_deg - 0.5,
                (np.asarray(lat) - self.south) / self.size_deg - 0.5)

    def at(self, measure: str, lon: Floats, lat: Floats, periods: tuple[float, ...]) -> Floats:
        """Wind of a measure at points by return period, (n, n_periods, 3) [m/s].

        Bilinear between the centres of four cells, the nearest cell's where one of them has no
        value and in the outer half of the cells at the edge; linear in the logarithm of the return
        period. NaN outside the grid and for periods it does not span: nothing is extrapolated.
        """
        values = self.wind_m_s[measure]
        ny, nx = values.shape[:2]
        column, row = self._places(lon, lat)
        outside = ~self.inside(lon, lat)
        column = np.clip(np.where(outside, 0.0, column), 0.0, nx - 1.0)
        row = np.clip(np.where(outside, 0.0, row), 0.0, ny - 1.0)
        i, j = (np.minimum(place.astype(np.int64), n - 2)
                for place, n in ((column, nx), (row, ny)))
        u, v = (part[:, None, None] for part in (column - i, row - j))
        four = [values[j + b, i + a].astype(np.float64) for b in (0, 1) for a in (0, 1)]
        between = ((1 - v) * ((1 - u) * four[0] + u * four[1])
                   + v * ((1 - u) * four[2] + u * four[3]))
        nearest = values[np.floor(row + 0.5).astype(np.int64),
                         np.floor(column + 0.5).astype(np.int64)]
        between = np.where(np.isnan(between), nearest, between)
        between[outside] = np.nan
        return _by_period(between, self.periods, periods)


def _by_period(values: Floats, known: Floats, wanted: tuple[float, ...]) -> Floats:
    """Interpolate (n, n_known, ...) in the logarithm of the period; NaN beyond the known ones."""
    out = np.full((len(values), len(wanted), *values.shape[2:]), np.nan)
    for p, period in enumerate(wanted):
        k = int(np.searchsorted(known, period))
        if k < len(known) and known[k] == period:
            out[:, p] = values[:, k]
        elif 0 < k < len(known):
            share = np.log(period / known[k - 1]) / np.log(known[k] / known[k - 1])
            out[:, p] = (1.0 - share) * values[:, k - 1] + share * values[:, k]
    return out


@cache
def load_grid(name: str = DEFAULT) -> WindGrid:
    """Return a grid of models/wind_climate. Raises NotFoundError."""
    import rasterio

    card = load_card(KIND, name)
    said = card["map"]
    with rasterio.open(card.file(said["file"])) as file:
        steps, names = file.read()[:, ::-1], list(file.descriptions)
        bounds, size = file.bounds, float(file.transform.a)
    winds = np.where(steps > 0, steps * np.float32(said["step_m_s"]), np.float32(np.nan))
    periods = tuple(said["return_periods_yr"])
    measures = list(dict.fromkeys(one.rsplit("_", 2)[0] for one in names))
    found = {measure: np.stack([np.stack([
        winds[names.index(f"{measure}_{period:g}yr_{part}")] for part in PARTS], axis=-1)
        for period in periods], axis=-2) for measure in measures}
    for one in found.values():
        one.flags.writeable = False
    return WindGrid(card, float(bounds.left), float(bounds.bottom), size, np.array(periods), found)
