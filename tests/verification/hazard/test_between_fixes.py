"""Winds between fixes against those that best tracks have there.

JTWC's six-hourly winds of storms that come ashore between two fixes twelve hours apart; the fix in
the middle is left out and told from both. Landfalls in South China from 2006 on, which the decay
was not fitted to (docs/science/land-decay.md). Winds are rounded to 5 kt.
"""

import numpy as np
import pytest

from riskcloud.geo.raster import is_land
from riskcloud.hazard.typhoon.between_fixes import Legs, change_so_far
from riskcloud.hazard.typhoon.track import read_tracks
from riskcloud.units import KNOT


@pytest.fixture(scope="module")
def thirds(shared):
    """Longitude, latitude, wind of three fixes in a row, six hours apart: (3, n) each."""
    rows = []
    for track in read_tracks(shared / "tropical_cyclones" / "wp_ibtracs_jtwc_1980_2024.csv",
                             fill=False):
        hour = (track.time_utc - track.time_utc[0]) / np.timedelta64(1, "h")
        wind = track.max_wind_m_s
        for i in range(1, len(hour) - 1 if track.event_id >= "2006" else 0):
            near = slice(i - 1, i + 2)
            if np.all(np.diff(hour[near]) == 6.0) and np.isfinite(wind[near]).all():
                rows.append((track.lon[near], track.lat[near], wind[near]))
    lon, lat, wind = np.moveaxis(np.array(rows), 0, -1)
    ashore = is_land(lon, lat)
    keep = (~ashore[0] & ashore[2] & (wind[0] >= 34.0 * KNOT) & (wind[2] < wind[0])
            & (lon[1] > 105.0) & (lon[1] < 120.0) & (lat[1] > 18.0) & (lat[1] < 27.0))
    return lon[:, keep], lat[:, keep], wind[:, keep], ashore[:, keep]


def errors(thirds):
    """Error of the wind in the middle [kt]: on a line in time, and with the land."""
    lon, lat, wind, _ = thirds
    n = lon.shape[1]
    changed = change_so_far(Legs((lon[0], lon[2]), (lat[0], lat[2]), np.full(n, 12.0),
                                 (wind[0], wind[2])), np.arange(n), np.full(n, 0.5))
    line = 0.5 * (wind[0] + wind[2])
    with_land = wind[0] + changed * (wind[2] - wind[0])
    return (line - wind[1]) / KNOT, (with_land - wind[1]) / KNOT


def test_storms_keep_their_wind_up_to_the_coast(thirds):
    """Still at sea in the middle: a line is 3 to 4 kt too weak, with the land 1 to 2 too strong."""
    at_sea = ~thirds[3][1]
    line, with_land = (error[at_sea] for error in errors(thirds))
    assert at_sea.sum() > 70
    assert line.mean() < -2.5 and abs(with_land.mean()) < 2.0
    assert np.mean(with_land**2) < np.mean(line**2)


def test_of_all_landfalls_the_error_is_no_larger(thirds):
    line, with_land = errors(thirds)
    assert len(line) > 150
    assert abs(with_land.mean()) < abs(line.mean())
    assert np.mean(with_land**2) ** 0.5 < np.mean(line**2) ** 0.5 + 0.15
