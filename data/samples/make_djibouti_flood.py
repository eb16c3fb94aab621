"""Make the flood sample: three river flood depths of Djibouti and a synthetic book beside them.

Depths are WRI Aqueduct's (Ward et al. 2020, CC BY 4.0; scenario RCP 4.5, 2030, MIROC-ESM-CHEM),
cut to a window and packed without loss; no such raster of China may be passed on. Nothing in the
book is a real asset, client or policy: places are cells of the raster, wet and dry, drawn with a
seed; sums and terms are ours.

    python make_djibouti_flood.py FOLDER_OF_AQUEDUCT_TILES [OUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import rasterio
from rasterio.windows import Window
from sample_parts import write_rows

SEED = 20201214
MARK = "SYNTHETIC-DJIBOUTI"
NAME = "inunriver_rcp4p5_MIROC-ESM-CHEM_2030_rp{years:05d}.tif"
PERIODS = (10, 100, 1000)
WINDOW = Window(0, 60, 200, 170)  # the wadis of the west and south, and some of the sea
WET_M = 0.1
HEADER = ("PortNumber", "AccNumber", "PolNumber", "LocNumber", "ClientNumber", "BranchName",
          "AssetClass", "OccupancyCode", "CountryCode", "Longitude", "Latitude",
          "CoordinateSystem", "BuildingTIV", "ContentsTIV", "BITIV", "LocCurrency", "Basement",
          "FirstFloorHeight", "FirstFloorHeightUnit", "LocDed6All")
KINDS = (("building_residential", 1050), ("building_commercial", 1100), ("building_public", 1231),
         ("building_public", 1252), ("building_industrial", 1150), ("substation", 2530),
         ("equipment", 1300), ("plant_thermal", 2510), ("tower_110kv", 2531))


def cut(source: Path, target: Path) -> tuple[np.ndarray, rasterio.Affine]:
    """Write the window of a tile; return its values and transform."""
    with rasterio.open(source) as file:
        values, place = file.read(1, window=WINDOW), file.window_transform(WINDOW)
        profile = {**file.profile, "width": values.shape[1], "height": values.shape[0],
                   "transform": place, "compress": "deflate", "zlevel": 9, "predictor": 3,
                   "tiled": False, "blockysize": values.shape[0]}
    with rasterio.open(target, "w", **profile) as file:
        file.write(values, 1)
        file.units = ("m",)
        file.update_tags(source="WRI Aqueduct Floods, CC BY 4.0, cut", licence="CC BY 4.0")
    return values, place


def rows(depth: np.ndarray, place: rasterio.Affine) -> list[dict[str, object]]:
    """Return the book: half of it where 1000 years are wet, the rest anywhere with a value."""
    rng = np.random.default_rng(SEED)
    wet, known = np.argwhere(depth > WET_M), np.argwhere(depth >= 0.0)
    made = []
    for k in range(60):
        row, column = (wet if k % 2 == 0 else known)[rng.integers(len(wet if k % 2 == 0
                                                                     else known))]
        lon, lat = place * (column + rng.uniform(0.1, 0.9), row + rng.uniform(0.1, 0.9))
        kind, occupancy = KINDS[k % len(KINDS)]
        building = kind.startswith("building")
        made.append({
            "PortNumber": MARK, "AccNumber": f"A{k % 5 + 1}", "PolNumber": f"P{k % 5 + 1}",
            "LocNumber": f"D{k + 1:03d}", "ClientNumber": f"client {k % 5 + 1}",
            "BranchName": ("West", "South")[k % 2], "AssetClass": kind,
            "OccupancyCode": occupancy, "CountryCode": "", "Longitude": round(lon, 5),
            "Latitude": round(lat, 5), "CoordinateSystem": "WGS84",
            "BuildingTIV": int(rng.integers(2, 80)) * 50_000,
            "ContentsTIV": int(rng.integers(0, 20)) * 25_000 if building else 0,
            "BITIV": 100_000 if k % 10 == 0 else 0, "LocCurrency": "USD",
            "Basement": (0, 6, 2)[k % 3] if building else 0,
            "FirstFloorHeight": 0.3 if building and k % 4 == 0 else "",
            "FirstFloorHeightUnit": 2, "LocDed6All": 5_000})
    return made


def main(tiles: Path, out: Path) -> None:
    """Write the tiles and the book."""
    for years in PERIODS:
        values, place = cut(tiles / NAME.format(years=years), out / f"djibouti_rp{years:05d}.tif")
    write_rows(out / "djibouti_portfolio.csv", HEADER, rows(values, place))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).parent)
