"""Regular grids of sites: the cell centres of an area."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from riskcloud.errors import InputError
from riskcloud.types import Floats, Sites

MOST_CELLS: Final = 4_000_000
"""Cells of a grid at most (our choice)."""


@dataclass(frozen=True, slots=True)
class SiteGrid:
    """Cell centres lon (nx,), lat (ny,) ascending, ``size_deg`` apart; rows from the south."""

    lon: Floats
    lat: Floats
    size_deg: float

    def sites(self) -> Sites:
        """Return the cells as sites, longitude running fastest."""
        lon, lat = (values.ravel() for values in np.meshgrid(self.lon, self.lat))
        return Sites(np.arange(lon.size), lon, lat)

    def shaped(self, values: Floats) -> Floats:
        """Return values of the sites (n_sites,) as (ny, nx), south first."""
        return np.asarray(values).reshape(len(self.lat), len(self.lon))


def site_grid(west: float, south: float, east: float, north: float, size_deg: float) -> SiteGrid:
    """Return the grid of an area; it may reach over the area's east and north by part of a cell.

    Raises
    ------
    InputError : a spacing that is not positive, wider than the area, or so fine that there would
        be more than ``MOST_CELLS`` cells.
    """
    if not (np.isfinite(size_deg) and 0.0 < size_deg <= min(east - west, north - south)):
        raise InputError(f"grid of {size_deg:g} degrees: expected more than 0 and no more than the "
                         f"area's {east - west:g} by {north - south:g} degrees")
    nx = int(np.ceil((east - west) / size_deg - 1e-9))
    ny = int(np.ceil((north - south) / size_deg - 1e-9))
    if nx * ny > MOST_CELLS:
        raise InputError(f"grid of {size_deg:g} degrees: {nx * ny} cells; expected {MOST_CELLS} at "
                         "most: a wider spacing or a smaller area")
    # rounded: 110 + 0.05 / 2 and its neighbours are not to carry binary dust into the files
    lon = np.round(west + (np.arange(nx) + 0.5) * size_deg, 9)
    lat = np.round(south + (np.arange(ny) + 0.5) * size_deg, 9)
    return SiteGrid(lon, lat, size_deg)
