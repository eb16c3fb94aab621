"""Pack the archive of storms that ships: models/storm_catalogue/wp/storms.parquet.

Run once per change of the source:  python data/make_storm_catalogue.py FOLDER
FOLDER holds wp_ibtracs_positions_1884_2025.parquet and wp_ibtracs_jtwc_1980_2024.csv (IBTrACS:
Knapp et al. 2010). Seasons to 2013 are taken, as they stand: the cleaning is riskcloud's.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

LAST_SEASON = 2013
OUT = Path(__file__).resolve().parent.parent / "models/storm_catalogue/wp/storms.parquet"


def main(folder: Path) -> None:
    """Join positions, the agency's values and the 1-min winds; write them compactly."""
    fixes = pd.read_parquet(folder / "wp_ibtracs_positions_1884_2025.parquet")
    fixes = fixes[fixes["sid"].str[:4].astype(int) <= LAST_SEASON]
    usa = pd.read_csv(folder / "wp_ibtracs_jtwc_1980_2024.csv", parse_dates=["time"])
    usa = usa.rename(columns={"wind_kt_1min": "usa_wind_kt", "slp_hpa": "usa_pres_hpa"})
    fixes = fixes.merge(usa[["sid", "time", "usa_wind_kt", "usa_pres_hpa"]],
                        on=["sid", "time"], how="left").sort_values(["sid", "time"])
    columns = {"sid": pa.array(fixes["sid"]).dictionary_encode(),
               "time": pa.array(fixes["time"].astype("datetime64[s]"))}
    for name in ("lat", "lon", "wmo_wind_kt", "wmo_pres_hpa", "usa_wind_kt", "usa_pres_hpa"):
        columns[name] = pa.array(np.round(fixes[name].to_numpy(float), 2).astype(np.float32),
                                 from_pandas=True)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), OUT, compression="zstd", compression_level=19)
    print(f"{OUT}: {len(fixes)} fixes, {fixes['sid'].nunique()} storms, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
