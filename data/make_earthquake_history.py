"""Make models/earthquake_history/china/events.parquet: the earthquakes that site hazard rests on.

Run once per change:  python data/make_earthquake_history.py FOLDER
FOLDER, sources and merging are those of make_seismicity.py; aftershocks and deep earthquakes stay
in. Beside each stands the region of its epicentre, which says how intensity falls with distance.
What is written is derived from ISC-GEM and keeps its licence. Two runs give the same bytes.
"""

import sys
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from make_seismicity import FIT, read, with_history

from riskcloud.catalog import load_card
from riskcloud.errors import ModelError
from riskcloud.hazard.earthquake.ground_motion.regions import region_of
from riskcloud.hazard.earthquake.seismicity.events import merged

CARD: Final = load_card("earthquake_history", "china")
FILES: Final = ("isc_gem_china_neighbours_1900_2012.csv", "usgs_m6_china_neighbours_1900_2023.csv",
                "usgs_m5_china_neighbours_2013_2023.csv")


def region(lon: float, lat: float) -> str:
    """Return the region of an epicentre, "" far from all."""
    try:
        return region_of(lon, lat)[0]
    except ModelError:
        return ""


def main(folder: Path) -> None:
    """Read, merge, write."""
    events = merged([read(folder / name) for name in FILES], seconds=FIT["same_seconds"],
                    km=FIT["same_km"])
    n_catalogued = len(events)
    events = with_history(events)
    n_older = len(events) - n_catalogued
    events = events.take(np.argsort(events.day, kind="stable"))
    places = {(float(row["lon"]), float(row["lat"])): row["place"]
              for row in load_card("seismicity", "china").rows("historical.csv")}
    names = [places.get((x, y), "") for x, y in zip(events.lon, events.lat, strict=True)]
    seconds = np.rint(events.day * 86400.0).astype("timedelta64[s]")
    target = CARD.folder / CARD["events"]["file"]
    pq.write_table(pa.table({
        "time": pa.array(np.datetime64("1900-01-01", "s") + seconds),
        "lon": pa.array(np.round(events.lon, 3), pa.float32()),
        "lat": pa.array(np.round(events.lat, 3), pa.float32()),
        "depth_km": pa.array(np.round(events.depth_km, 1), pa.float32()),
        "mw": pa.array(np.round(events.mw, 2), pa.float32()),
        "region": pa.array([region(x, y) for x, y in zip(events.lon, events.lat, strict=True)]
                           ).dictionary_encode(),
        "place": pa.array(names).dictionary_encode()}),
        target, compression="zstd", compression_level=19)
    print(f"{target}: {len(events)} earthquakes, {n_older} of them before the catalogues, "
          f"{target.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
