"""Make models/storm_history/wp/storms.parquet: the shipped storms, cleaned, winds filled.

Source: models/storm_catalogue/wp. Cleaning is ``climate.catalogue``'s, filling ``fill.fill_track``:
1-min winds of the US centres, else the agency's 10-min wind / 0.93, else wind from pressure. What
is filled once need not be filled for every place that asks. Two runs give the same bytes.
"""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from riskcloud.catalog import load_card
from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.climate.catalogue import Catalogue, read_catalogue
from riskcloud.hazard.typhoon.fill import fill_track
from riskcloud.types import Floats, Track

CARD: Final = load_card("storm_history", "wp")


def as_track(storms: Catalogue, number: int) -> Track:
    """Return one storm of the catalogue as a track whose gaps are open."""
    own = storms.fixes(number)
    silent = np.full(own.stop - own.start, np.nan)
    quadrants = np.full((len(silent), 4), np.nan)
    return Track(
        event_id=str(storms.sid[number]), name="", agency="", time_utc=storms.time_utc[own],
        lon=storms.lon[own], lat=storms.lat[own],
        central_pressure_pa=storms.central_pressure_pa[own], environmental_pressure_pa=silent,
        max_wind_m_s=storms.max_wind_1min_m_s[own], wind_averaging_s=60.0, r_max_m=silent,
        r34_m=quadrants, r50_m=quadrants, r64_m=quadrants)


def filled(storms: Catalogue) -> tuple[Floats, Floats]:
    """Return 1-min wind and central pressure (n_fixes,), NaN where nothing tells them."""
    wind, pressure = np.full((2, len(storms.lon)), np.nan)
    for number in range(len(storms)):
        try:
            track = fill_track(as_track(storms, number))
        except InputError:  # fewer than two fixes with wind or pressure
            continue
        own = storms.fixes(number)
        at = own.start + np.searchsorted(storms.time_utc[own], track.time_utc)
        wind[at], pressure[at] = track.max_wind_m_s, track.central_pressure_pa
    return wind, pressure


def main() -> None:
    """Write the storms."""
    storms, _ = read_catalogue()
    said = CARD["storms"]
    steps = [np.rint(np.nan_to_num(values) / said[step]).astype(np.uint16) for values, step in zip(
        filled(storms), ("wind_step_m_s", "pressure_step_pa"), strict=True)]
    target = CARD.folder / said["file"]
    pq.write_table(pa.table({
        "sid": pa.array(storms.sid[storms.storm]).dictionary_encode(),
        "time": pa.array(storms.time_utc), "lon": pa.array(np.round(storms.lon, 2), pa.float32()),
        "lat": pa.array(np.round(storms.lat, 2), pa.float32()), "wind": pa.array(steps[0]),
        "pressure": pa.array(steps[1])}), target, compression="zstd", compression_level=19)
    print(f"{target}: {len(storms)} storms, {len(storms.lon)} fixes, "
          f"{np.count_nonzero(steps[0])} with a wind, {target.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
