"""Make models/code_wind/gb50009_2012/stations.csv: basic wind pressures of Table E.5, with places.

Run once per change:  python data/make_code_wind.py FILE
FILE: gb50009_basic_wind_pressure_south_china.csv (facts of a national standard, typed).
Places are those of models/gazetteer/china and, for islands, of models/code_stations.
"""

import csv
import sys
from pathlib import Path
from typing import Final

from riskcloud.catalog import load_card
from riskcloud.geo.geocode.match import Geocoder

OUT: Final = load_card("code_wind", "gb50009_2012").folder / "stations.csv"
PERIODS: Final = (10, 50, 100)
TODAY: Final = {"连县": "连州市", "佛岗": "清远市佛冈县", "高要": "肇庆市高要区",
                "惠阳": "惠州市惠城区", "梅县": "梅州市梅县区", "龙舟": "龙州县", "儋县": "儋州市",
                "香港": "香港特别行政区", "澳门": "澳门特别行政区", "东方": "东方市"}
"""Names of today (notices of the Ministry of Civil Affairs); the station of Huiyang stands in what
is Huicheng today (its number 59298 is Huizhou's; from memory)."""
MOVED: Final = {"电白": ("111.00", "21.51")}
"""Where a county's seat was when its station was set up (Shuidong; from memory, to 0.02 degree)."""
UNKNOWN: Final = ("贺山",)
"""A name that no place of the province bears: left out rather than guessed."""


def main(path: Path) -> None:
    """Find each station's place; print those left out."""
    geocoder = Geocoder()
    islands = {row["name"]: row for row in
               load_card("code_stations", "gb50009_2012").rows("stations.csv")}
    rows, missing = list[list[str]](), list[str]()
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            name = row["station"]
            values = [row[f"w0_R{period}_kPa"] for period in PERIODS]
            if name in MOVED or name in islands:
                lon, lat = MOVED.get(name) or (islands[name]["lon"], islands[name]["lat"])
            else:
                place = geocoder.find(row["province"] + TODAY.get(name, name))
                if name in UNKNOWN or place.lon is None or place.lat is None:
                    missing.append(name)
                    continue
                lon, lat = f"{place.lon:.3f}", f"{place.lat:.3f}"
            rows.append([row["province"], name, lon, lat, row["elevation_m"], *values])
    head = ["province", "station", "lon", "lat", "elevation_m", *(f"w0_{p}_kpa" for p in PERIODS)]
    OUT.write_text("".join(",".join(line) + "\n" for line in [head, *rows]), encoding="utf-8")
    print(f"{len(rows)} stations; left out: {', '.join(missing) or 'none'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
