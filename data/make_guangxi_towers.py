"""Make models/grid_exposure/guangxi_osm/towers.parquet from vertices of OpenStreetMap's lines.

Needs the real data ($RISKCLOUD_SHARED). Run by hand: python data/make_guangxi_towers.py
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd

from riskcloud.analysis.damage.exposed import thin
from riskcloud.analysis.damage.given import voltage_of_name

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("RISKCLOUD_SHARED", ROOT.parent / "shared")) / "data"
SOURCE = SHARED / "assets" / "guangxi_osm_power_line_vertices.csv"
TARGET = ROOT / "models" / "grid_exposure" / "guangxi_osm" / "towers.parquet"


def main() -> None:
    """Write the towers."""
    vertices = pd.read_csv(SOURCE)
    towers = vertices[thin(vertices.lon.to_numpy(), vertices.lat.to_numpy())]
    pd.DataFrame({
        "lon_1e5": np.round(towers.lon * 1e5).astype("int32"),
        "lat_1e5": np.round(towers.lat * 1e5).astype("int32"),
        "voltage_kv": [voltage_of_name(name) for name in towers.line_name],
    }).astype({"voltage_kv": "int16"}).to_parquet(TARGET, index=False, compression="zstd")


if __name__ == "__main__":
    main()
