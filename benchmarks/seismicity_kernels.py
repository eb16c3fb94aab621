"""Which kernel places earthquakes best: each decade of 1980-2023 from what was known before it.

    python benchmarks/seismicity_kernels.py

Prints the mean log-likelihood an event above an even rate over all zones (main shocks of Mw 5.5 and
above; data/make_seismicity.py makes the rates with the pair in the last row but one).
"""

import importlib.util
import sys
from pathlib import Path

import numpy as np
from common import SHARED

from riskcloud.hazard.earthquake.seismicity.decluster import main_shocks
from riskcloud.hazard.earthquake.seismicity.events import Events, distance_km, merged
from riskcloud.hazard.earthquake.seismicity.smooth import neighbour_km
from riskcloud.types import Floats, Ints

DECADES = ((1980, 1990), (1990, 2000), (2000, 2010), (2010, 2024))
EVEN = 10.0
WAYS: dict[str, tuple[tuple[int, float], ...]] = {  # pairs of neighbour (0: none) and width [km]
    "50 km": ((0, 50.0),), "75 km (as before)": ((0, 75.0),), "100 km": ((0, 100.0),),
    "150 km": ((0, 150.0),), "third neighbour": ((3, 0.0),), "sixth neighbour": ((6, 0.0),),
    "50 and 150 km": ((0, 50.0), (0, 150.0)), "second neighbour, 150 km": ((2, 0.0), (0, 150.0)),
    "third neighbour, 150 km": ((3, 0.0), (0, 150.0)),
    "third neighbour, 200 km": ((3, 0.0), (0, 200.0))}


def main() -> None:
    """Print the table."""
    path = Path(__file__).resolve().parent.parent / "data" / "make_seismicity.py"
    spec = importlib.util.spec_from_file_location("make_seismicity", path)
    assert spec is not None and spec.loader is not None
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    raw = [make.read(SHARED / "earthquakes" / name) for name in (
        "isc_gem_china_neighbours_1900_2012.csv", "usgs_m6_china_neighbours_1900_2023.csv",
        "usgs_m5_china_neighbours_2013_2023.csv")]
    events = merged(raw, seconds=120.0, km=100.0)
    events = events.take(events.depth_km <= make.FIT["most_depth_km"])
    events = events.take(main_shocks(events))
    zone = make.zone_numbers(events.lon, events.lat)
    known = make.kept(events, zone)
    events, zone = events.take(known), zone[known]
    area = areas(make)
    print("kernels: all, without Taiwan's zone")
    for words, way in WAYS.items():
        gain, tested = test(events, zone, area, way)
        mainland = zone[tested] != make.ZONES.index("taiwan")
        print(f"{words:26s} {gain.mean():.3f} ({len(gain)})  {gain[mainland].mean():.3f} "
              f"({np.count_nonzero(mainland)})")


def areas(make: object) -> Floats:
    """Return the area of each zone [km2], on cells of a degree."""
    lon, lat = np.arange(70.5, 137.0), np.arange(12.5, 56.0)
    x, y = (grid.ravel() for grid in np.meshgrid(lon, lat))
    zone = make.zone_numbers(x, y)  # type: ignore[attr-defined]
    each = 111.2**2 * np.cos(np.radians(y))
    return np.array([each[zone == k].sum() for k in range(zone.max() + 1)])


def test(events: Events, zone: Ints, area: Floats, way: tuple[tuple[int, float], ...],
         ) -> tuple[Floats, Ints]:
    """Return the gain of each tested event and its position."""
    gains, tested = [], []
    for start, end in DECADES:
        old = events.take(events.year < start)
        new = np.flatnonzero((events.year >= start) & (events.year < end) & (events.mw >= 5.5))
        away = distance_km(events.lon[new][:, None], events.lat[new][:, None], old.lon, old.lat)
        n = np.bincount(zone[events.year < start], minlength=len(area))
        share = EVEN / (n + EVEN)
        density = np.zeros(away.shape)
        for number, width in way:
            wide = (neighbour_km(old.lon, old.lat, number=number, least_km=25.0, most_km=300.0)
                    if number else np.full(len(old), width))
            density += np.exp(-(away / wide) ** 2) / (np.pi * wide**2) / len(way)
        rate = (density * (1.0 - share)[zone[events.year < start]]).sum(axis=1) + (
            share * np.maximum(n, 0.5) / area)[zone[new]]
        gains.append(np.log(rate / n.sum() * area.sum()))
        tested.append(new)
    return np.concatenate(gains), np.concatenate(tested)


if __name__ == "__main__":
    if not SHARED.is_dir():
        sys.exit(f"real data not found at {SHARED} (set RISKCLOUD_SHARED)")
    main()
