"""Smoothed seismicity: events spread over the cells around them."""

import numpy as np

from riskcloud.hazard.earthquake.seismicity.events import distance_km
from riskcloud.types import Floats

REACH = 3.0
"""Kernels end at so many widths (exp(-9) of the middle): ours."""


def spread_events(lon: Floats, lat: Floats, *, cell_lon: Floats, cell_lat: Floats,
                  width_km: Floats | float) -> Floats:
    """Return how many events each cell gets, (ny, nx): the kernel's sum over a grid is one event.

    lon, lat : (n,) of events. cell_lon (nx,), cell_lat (ny,) : centres of a regular grid. An event
    outside it gives what reaches in. width_km : the correlation distance c in exp(-(d / c)^2), one
    for all or (n,).

    Source
    ------
    Frankel (1995), Seism. Res. Lett. 66(4), 8-21, eq. 1, there with counts by cell; here from each
    event's own place, as Frankel's sum tends to with small cells.
    """
    counts = np.zeros((len(cell_lat), len(cell_lon)))
    d_lon, d_lat = cell_lon[1] - cell_lon[0], cell_lat[1] - cell_lat[0]
    for x, y, width in zip(lon, lat, np.broadcast_to(width_km, np.shape(lon)), strict=True):
        rows = int(np.ceil(REACH * width / 111.2 / d_lat))
        columns = int(np.ceil(REACH * width / 111.2 / np.cos(np.radians(y)) / d_lon)) + 1
        i, j = round((y - cell_lat[0]) / d_lat), round((x - cell_lon[0]) / d_lon)
        near_j = np.arange(j - columns, j + columns + 1)
        near_i = np.arange(i - rows, i + rows + 1)
        grid_lon, grid_lat = cell_lon[0] + near_j * d_lon, cell_lat[0] + near_i * d_lat
        away = distance_km(x, y, grid_lon[None, :], grid_lat[:, None])
        kernel = np.exp(-(away / width) ** 2) * np.cos(np.radians(grid_lat))[:, None]
        kernel[away > REACH * width] = 0.0
        kernel /= kernel.sum()
        inside_i = (near_i >= 0) & (near_i < len(cell_lat))
        inside_j = (near_j >= 0) & (near_j < len(cell_lon))
        counts[np.ix_(near_i[inside_i], near_j[inside_j])] += kernel[np.ix_(inside_i, inside_j)]
    return counts


def neighbour_km(lon: Floats, lat: Floats, *, number: int, least_km: float,
                 most_km: float) -> Floats:
    """Return the distance from each event to its so-manieth neighbour [km], (n,), within bounds.

    The width of a kernel of its own for each event: narrow where earthquakes crowd.

    Source
    ------
    Helmstetter, Kagan and Jackson (2007), Seism. Res. Lett. 78, 78-86; Gaussian kernels here.
    """
    out = np.empty(len(lon))
    for i, (x, y) in enumerate(zip(lon, lat, strict=True)):
        away = np.sort(distance_km(x, y, lon, lat))
        out[i] = away[min(number, len(away) - 1)]
    return np.clip(out, least_km, most_km)
