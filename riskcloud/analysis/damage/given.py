"""Structures of a user's own file: a portfolio, or vertices of lines that OpenStreetMap drew."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from riskcloud.analysis.damage.areas import prefecture_of
from riskcloud.analysis.damage.exposed import THIN_M, TRANSFORMER, Structures, thin
from riskcloud.catalog import load_card
from riskcloud.errors import InputError
from riskcloud.exposure.read import read_portfolio
from riskcloud.geo.sites_file import read_sites
from riskcloud.vulnerability.design import design_gust_3s

OSM_COLUMN, OSM_NAME = "osm_way", "line_name"
UNKNOWN_KV = 110
"""Voltage of a line that names none: models/asset_classes, choice "line, voltage unknown"."""
KINDS = ("tower", "pole")


def voltage_of_name(name: Any) -> int:
    """Voltage class [kV] in the name of a line, the highest of several; 110 where there is none."""
    found = [int(kv) for kv in re.findall(r"(\d{2,4})\s*[kK][vV]", str(name))]
    known = [kv for kv in found if kv in (35, 110, 220, 330, 500, 800)]
    return max(known, default=UNKNOWN_KV)


def read_structures(path: Path) -> Structures:
    """Return the structures of a file: a portfolio, or vertices of lines drawn by OpenStreetMap.

    A file with a column ``osm_way`` holds vertices: they are thinned to ``THIN_M`` and count as
    towers of the voltage in ``line_name``, 110 kV where it names none. Any other file is read as a
    portfolio; its towers and poles count, with number and design wind as given.

    Raises
    ------
    InputError : faults of the file, or a file without a tower or pole.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    with path.open("rb") as file:
        head = file.read(4096)
    if OSM_COLUMN.encode() in head.splitlines()[0] if head else False:
        return _vertices(path)
    return _portfolio(path)


def _vertices(path: Path) -> Structures:
    raw, sites = read_sites(path)
    keep = thin(sites.lon, sites.lat)
    names = raw.column(OSM_NAME).to_pylist() if OSM_NAME in raw.column_names else [""] * len(keep)
    voltage = np.array([voltage_of_name(name) for name in names])[keep]
    lon, lat = sites.lon[keep], sites.lat[keep]
    table = pd.DataFrame({
        "kind": "tower", "asset_class": [f"tower_{kv}kv" for kv in voltage],
        "voltage_kv": voltage.astype(float), "lon": lon, "lat": lat, "number": 1.0,
        "supports": 1, "design_gust_m_s": np.nan, "terrain": "B",
        "prefecture": prefecture_of(lon, lat)})
    return Structures(table, {"tower": 0.0}, (path.name,), (
        f"{path.name}: {len(keep)} vertices, {int(keep.sum())} towers: vertices nearer than "
        f"{THIN_M:g} m to another are terminals and detail",))


def _portfolio(path: Path) -> Structures:
    found = read_portfolio(path).table
    classes = {row["asset_class"]: row for row in load_card("", "asset_classes").rows(
        "classes.csv")}
    group = found["asset_class"].map(lambda name: classes[name]["group"])
    part = found[group.isin(KINDS).to_numpy()]
    if part.empty:
        raise InputError(f"{path}: no tower or pole among its {len(found)} location(s)")
    voltage = [float(classes[name]["voltage_kv"] or 10.0) for name in part["asset_class"]]
    number = pd.to_numeric(part["number_of_assets"]).fillna(1.0).to_numpy(float)
    design = part["design_wind_m_s"].to_numpy(float)
    gust = np.full(len(part), np.nan)
    if (known := np.isfinite(design)).any():
        rows = part[known]
        gust[known] = design_gust_3s(
            design[known], averaging_s=rows["design_wind_averaging_s"].to_numpy(float),
            height_m=rows["design_wind_height_m"].to_numpy(float),
            terrain=rows["design_terrain"].astype(str).to_numpy(), local_terrain="B")
    table = pd.DataFrame({
        "kind": part["asset_class"].map(lambda name: classes[name]["group"]).to_numpy(),
        "asset_class": part["asset_class"].to_numpy(), "voltage_kv": voltage,
        "lon": part["lon"].to_numpy(float), "lat": part["lat"].to_numpy(float),
        "number": np.maximum(number, 1.0), "supports": 1, "design_gust_m_s": gust,
        "terrain": "B"})
    table["prefecture"] = prefecture_of(table["lon"].to_numpy(), table["lat"].to_numpy())
    left = len(found) - len(part)
    notes = () if not left else (f"{path.name}: {left} location(s) are neither tower nor pole and "
                                 "do not count",)
    return Structures(table, dict.fromkeys((*KINDS, TRANSFORMER), 0.0), (path.name,), notes)
