"""Make models/wind_climate/south_china/wind.tif: typhoon wind by return period on a grid.

The card holds the settings: the set of storms (``climate typhoon``), then the winds at the cells of
the grid over open country (``climate map --grid --reference-only``). Two runs give the same bytes.
Beside the cells, winds are computed at places drawn at random on land, and what interpolating
between the cells gives there is compared and printed. Takes minutes and 3 GB.
"""

import os
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import rasterio
from rasterio.transform import from_origin

from riskcloud.analysis.wind_climate import REFERENCE_MEASURES, ClimateRequest, wind_climate
from riskcloud.catalog import load_card
from riskcloud.geo.points import haversine_m
from riskcloud.geo.raster import is_land
from riskcloud.geo.site_grid import SiteGrid, site_grid
from riskcloud.hazard.events import read_events, write_events
from riskcloud.hazard.typhoon.climate import event_set
from riskcloud.hazard.typhoon.climate.area import Area
from riskcloud.hazard.typhoon.sphere import destination
from riskcloud.types import Bools, EventSet, Floats, Sites

CARD: Final = load_card("wind_climate", "south_china")
PARTS: Final = ("level", "low", "high")
N_CHECKS: Final = 200
"""Places on land at which interpolation is compared (ours)."""


def storms() -> EventSet:
    """Return the set of storms of the card."""
    said = CARD["events"]
    basis, _ = event_set.prepare(Area(*said["area"]))
    tally = event_set.new_tally()
    run: dict[str, Any] = {name: said[name] for name in ("method", "years", "seed")}
    with tempfile.TemporaryDirectory() as folder:
        parts = event_set.make_events(basis, tally, threads=os.cpu_count() or 1, **run)
        write_events(parts, Path(folder) / "events",
                     facts=lambda: event_set.facts_of(basis, tally, **run))
        return read_events(Path(folder) / "events")


def places_on_land(grid: SiteGrid) -> tuple[Floats, Floats]:
    """Return N_CHECKS places between the cells of the grid, drawn at random on land."""
    rng = np.random.default_rng(CARD["events"]["seed"])
    lon = rng.uniform(grid.lon[0], grid.lon[-1], 10 * N_CHECKS)
    lat = rng.uniform(grid.lat[0], grid.lat[-1], 10 * N_CHECKS)
    land = np.flatnonzero(is_land(lon, lat))[:N_CHECKS]
    return lon[land], lat[land]


def near_land(lon: Floats, lat: Floats) -> Bools:
    """Tell which places are land or have land within the card's distance.

    Looked for in sixteen directions at four distances, and on the islands that the code's table has
    stations on: the land mask lacks some of them.
    """
    near, most_m = is_land(lon, lat), 1e3 * CARD["map"]["most_offshore_km"]
    for angle in np.radians(np.arange(0.0, 360.0, 22.5)):
        for share in (0.25, 0.5, 0.75, 1.0):
            away = share * most_m
            x, y = destination(lon, lat, away * np.sin(angle), away * np.cos(angle))
            near |= is_land(x, y)
    for row in load_card("code_stations", "gb50009_2012").rows("stations.csv"):
        near |= haversine_m(lon, lat, float(row["lon"]), float(row["lat"])) <= most_m
    return np.asarray(near)


def write(grid: SiteGrid, bands: dict[str, Floats]) -> Path:
    """Write one band a measure, period and bound, north first; steps of the card, 0 for none."""
    said, target = CARD["map"], CARD.folder / CARD["map"]["file"]
    shape, size = (len(grid.lat), len(grid.lon)), grid.size_deg
    origin = from_origin(grid.lon[0] - size / 2, grid.lat[-1] + size / 2, size, size)
    with rasterio.open(
            target, "w", driver="GTiff", width=shape[1], height=shape[0], count=len(bands),
            dtype="uint16", nodata=0, crs="EPSG:4326", transform=origin, compress="deflate",
            zlevel=9, predictor=2, interleave="band") as file:
        for number, (name, values) in enumerate(bands.items(), 1):
            steps = np.rint(np.nan_to_num(values) / said["step_m_s"]).astype(np.uint16)
            file.write(grid.shaped(steps)[::-1], number)
            file.set_band_description(number, name)
            file.set_band_unit(number, "m/s")
        file.scales = [said["step_m_s"]] * len(bands)
    return target


def main() -> None:
    """Make the grid; say how well it interpolates."""
    said, area = CARD["map"], CARD["events"]["area"]
    grid = site_grid(*area, said["grid_deg"])
    cells, (lon, lat) = grid.sites(), places_on_land(grid)
    chosen = np.flatnonzero(near_land(cells.lon, cells.lat))
    lon, lat = np.append(cells.lon[chosen], lon), np.append(cells.lat[chosen], lat)
    request = ClimateRequest(tuple(said["return_periods_yr"]), seed=said["seed"])
    climate = wind_climate(storms(), Sites(np.arange(len(lon)), lon, lat), request, local=False)
    bands, checks = dict[str, Floats](), dict[str, Floats]()
    for measure in REFERENCE_MEASURES:
        levels = climate.levels["present"][measure]
        for period in request.periods:
            for part in PARTS:
                values = getattr(levels, part)[:, climate.column(period)]
                name = f"{measure}_{period:g}yr_{part}"
                bands[name], checks[name] = np.full(len(cells), np.nan), values[len(chosen):]
                bands[name][chosen] = values[:len(chosen)]
        longest = climate.column(request.periods[-1])
        error = np.nanmedian(levels.error[:, longest] / levels.level[:, longest])
        print(f"{measure}: simulation error at {request.periods[-1]:g} years, median {error:.1%}")
    target = write(grid, bands)
    print(f"{target}: {len(chosen)} of {len(cells)} cells, {target.stat().st_size / 1e3:.0f} kB")
    np.savez_compressed(Path(tempfile.gettempdir()) / "wind_climate_checks.npz",
                        lon=lon[len(chosen):], lat=lat[len(chosen):], **checks)


if __name__ == "__main__":
    main()
