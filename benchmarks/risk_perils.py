"""``riskcloud risk`` by peril: processor seconds of 1,000 years and 10,000 assets.

    python benchmarks/risk_perils.py [N_ASSETS] [YEARS] [EVENTS]

The portfolio is the sample of the Pearl River, repeated with places shifted by up to 0.3 degrees.
EVENTS is the folder of a storm set (made up without it), of which the first YEARS years are run.
Ground of 2 m with hollows of 1 m over its middle (1.35 degrees), where three depth rasters have
water at a third of the places. Each peril is run once for few years before (compilation) and then
timed: the making ready and the years apart.
"""

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from climate_events import made_up_events
from common import machine, peak_mb
from forecast import SAMPLES, enlarge

from riskcloud.analysis.risk.flood import FloodRequest
from riskcloud.analysis.risk.run import Risk, RiskRequest
from riskcloud.exposure.read import read_portfolio
from riskcloud.hazard.events import read_events
from riskcloud.hazard.flood.depth_files import DepthRasters, parse_depths
from riskcloud.hazard.typhoon.climate.winds import part_of
from riskcloud.hazard.typhoon.surface import SurfaceLayers

WEST, NORTH, STEP = 113.0, 23.3, 0.0009
SHAPE = (1500, 1500)


def raster(path: Path, values: np.ndarray) -> Path:
    """Write a raster over the portfolio."""
    import rasterio
    from rasterio.transform import from_origin

    with rasterio.open(path, "w", driver="GTiff", width=SHAPE[1], height=SHAPE[0], count=1,
                       dtype="float32", crs="EPSG:4326",
                       transform=from_origin(WEST, NORTH, STEP, STEP)) as file:
        file.write(values.astype("float32"), 1)
        file.units = ("m",)
    return path


def main() -> None:
    """Print a line a peril."""
    n, years = (int(sys.argv[k]) if len(sys.argv) > k else default
                for k, default in ((1, 10_000), (2, 20)))
    events = read_events(Path(sys.argv[3])) if len(sys.argv) > 3 else made_up_events(years)
    some = part_of(events, np.flatnonzero(np.asarray(events.year) <= years))
    some = replace(some, years=float(years))
    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        enlarge(SAMPLES / "pearl_river_portfolio.csv", folder / "book.csv", n)
        book = read_portfolio(folder / "book.csv")
        rough = rng.random((SHAPE[0] // 6, SHAPE[1] // 6)).repeat(6, 0).repeat(6, 1)
        dem = raster(folder / "ground.tif", 2.0 + 0.5 * rough - 1.0 * (rough < 0.2))
        wet = rough < 0.33
        files = [raster(folder / f"rp{period:04d}.tif", wet * depth)
                 for period, depth in ((10, 0.3), (100, 1.0), (500, 2.0))]
        flood = FloodRequest(DepthRasters(parse_depths([str(file) for file in files])))
        layers = SurfaceLayers(dem=(dem,))
        print(f"{n:,} assets, {years} years ({len(some)} storms), 10 samples; {machine()}")
        cases = {"wind": ("wind",), "wind, surge": ("wind", "surge"),
                 "wind, rain": ("wind", "rain"), "flood": ("flood",), "quake": ("quake",)}
        for title, perils in cases.items():
            storms = some if "wind" in perils else None
            own = years if storms is not None else 50 * years
            request = RiskRequest(perils=perils, years=None if storms is not None else own,
                                  layers=layers if len(perils) > 1 else None, tide_m=0.5 * (
                                      "surge" in perils), flood=flood)
            first = None if storms is None else replace(
                part_of(storms, np.arange(5)), years=float(years))
            for _ in Risk(book, first, replace(request, years=None if first is not None else
                                               years)).losses():
                pass
            begin = time.process_time()
            risk = Risk(book, storms, request)
            ready = time.process_time()
            losses = list(risk.losses())
            busy = time.process_time() - ready
            told = "" if risk.water is None else f"; {len(risk.water.exposure)} looked at for water"
            print(f"{title}: {busy * 1000.0 / own:,.1f} s of one core for 1,000 years, "
                  f"{ready - begin:.1f} s to make ready; {sum(len(one.event) for one in losses)} "
                  f"events of {own} years{told}; {peak_mb():.0f} MB", flush=True)


if __name__ == "__main__":
    main()
