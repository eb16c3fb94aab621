"""Make models/grid_exposure/south_china_synthetic/cells.csv: people, land and design wind by cell.

Needs the real data ($RISKCLOUD_SHARED): the population density (WorldPop, CC BY 4.0) and the
basic wind pressures of GB 50009-2012, Table E.5. Run by hand: python data/make_exposure_cells.py
"""

import csv
import os
from pathlib import Path

import numpy as np
import pandas as pd
import rasterio
from scipy.spatial import cKDTree

from riskcloud.analysis.damage.areas import prefecture_of
from riskcloud.catalog import load_card
from riskcloud.geo.raster import is_land

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("RISKCLOUD_SHARED", ROOT.parent / "shared")) / "data"
TARGET = ROOT / "models" / "grid_exposure" / "south_china_synthetic" / "cells.csv"
STEP_DEG = 0.1
WINDOW = (104.4, 117.4, 18.2, 26.5)
PROVINCES = {"44": "guangdong", "45": "guangxi", "46": "hainan"}
SUBPOINTS = 5
"""Points a side of a cell at which land is looked up."""
STATIONS = 3
"""Code stations whose wind a cell is given, by inverse distance squared (ours)."""
HEAD = """\
# Made by data/make_exposure_cells.py; do not edit. One row a land cell of 0.1 degrees:
# lon, lat centre; province; prefecture code; land_km2; people (2010); v10, v100 basic wind [m/s]
# (10-min mean, 10 m, open country) of 10 and 100 years by the nearest three stations of GB 50009,
# Table E.5
"""


def centres() -> tuple[np.ndarray, np.ndarray]:
    """Centres of all cells of the window."""
    west, east, south, north = WINDOW
    lon, lat = np.meshgrid(np.arange(west, east, STEP_DEG) + STEP_DEG / 2,
                           np.arange(south, north, STEP_DEG) + STEP_DEG / 2)
    return lon.ravel(), lat.ravel()


def land_km2(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Land within each cell by the product's own mask."""
    offset = (np.arange(SUBPOINTS) + 0.5) / SUBPOINTS * STEP_DEG - STEP_DEG / 2
    dx, dy = (grid.ravel() for grid in np.meshgrid(offset, offset))
    land = is_land((lon[:, None] + dx).ravel(), (lat[:, None] + dy).ravel())
    share = land.reshape(len(lon), -1).mean(axis=1)
    return share * (STEP_DEG * 111.2) ** 2 * np.cos(np.radians(lat))


def density(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """People per km2 (NaN outside China and over sea); a coastal gap takes the nearest value."""
    with rasterio.open(SHARED / "assets" / "population_density_0p2deg_china.tif") as file:
        values, (rows, columns) = file.read(1), rasterio.transform.rowcol(file.transform, lon, lat)
    return values[rows, columns]


def filled(lon: np.ndarray, lat: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Fill cells without a value whose nearest known one is within a cell of the source."""
    known = np.isfinite(people)
    distance, nearest = cKDTree(np.c_[lon, lat][known]).query(np.c_[lon, lat])
    return np.where(known, people, np.where(distance <= 0.21, people[known][nearest], np.nan))


def residents(code: np.ndarray, people: np.ndarray) -> np.ndarray:
    """People scaled so that each prefecture (Hainan: the province) has those of the 2010 census."""
    rows = load_card("grid_exposure", "south_china_synthetic").rows("prefectures.csv")
    for row in rows:
        prefix = row["prefecture"].rstrip("0") if row["prefecture"][2:] == "0000" else row[
            "prefecture"]
        here = np.char.startswith(code.astype(str), prefix)
        people[here] *= float(row["residents_2010"]) / people[here].sum()
    return people


def code_winds(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Basic wind of 10 and 100 years at each cell (n, 2)."""
    table = pd.read_csv(SHARED / "design_codes" / "gb50009_basic_wind_pressure_south_china.csv")
    table = table[table.approx_lon.notna()]
    tree = cKDTree(np.c_[table.approx_lon * 0.92, table.approx_lat])
    distance, nearest = tree.query(np.c_[lon * 0.92, lat], k=STATIONS)
    weight = 1.0 / np.maximum(distance, 0.05) ** 2
    winds = table[["v10min_R10_ms", "v10min_R100_ms"]].to_numpy()[nearest]
    return np.asarray((winds * weight[..., None]).sum(axis=1) / weight.sum(axis=1)[:, None])


def main() -> None:
    """Write the cells."""
    lon, lat = centres()
    area, people = land_km2(lon, lat), filled(lon, lat, density(lon, lat))
    code = prefecture_of(lon, lat)
    province = np.array([PROVINCES.get(c[:2], "") for c in code])
    keep = (area > 0) & np.isfinite(people) & (province != "")
    people = residents(code, np.where(keep, people * area, 0.0))
    winds = code_winds(lon, lat)
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        file.write(HEAD)
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["lon", "lat", "province", "prefecture", "land_km2", "people", "v10", "v100"])
        for i in np.flatnonzero(keep):
            out.writerow([f"{lon[i]:.2f}", f"{lat[i]:.2f}", province[i], code[i],
                          f"{area[i]:.1f}", f"{people[i]:.0f}", f"{winds[i, 0]:.1f}",
                          f"{winds[i, 1]:.1f}"])


if __name__ == "__main__":
    main()
