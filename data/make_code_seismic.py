"""Make models/code_seismic/gb50011_2010/pga.csv: Appendix A joined to today's counties.

Run once per change:  python data/make_code_seismic.py FILE
FILE: gb50011_2010_appendixA_seismic_south_china.csv (facts of a national standard, typed).
"""

import sys
from pathlib import Path

import pandas as pd

from riskcloud.catalog import load_card
from riskcloud.geo.geocode.gazetteer import COUNTY, load_gazetteer
from riskcloud.geo.geocode.match import Geocoder
from riskcloud.geo.geocode.reverse import reverse

OUT = load_card("code_seismic", "gb50011_2010").folder / "pga.csv"
PROVINCES = {"港澳特区和台湾省": ""}
TODAY = {"茂名茂港": "茂名市电白区", "梧州蝶山": "梧州市万秀区", "清新": "清远市清新区",
         "潞西": "德宏州芒市", "嘉义": "台湾省嘉义市"}
"""Districts merged or renamed since 2010 that the gazetteer does not lead to (notices of the
Ministry of Civil Affairs), and a name that two places bear."""
WHOLE = ("香港特别行政区", "澳门特别行政区")
"""Kept whole: every place in them has the value."""


def main(path: Path) -> None:
    """Find each place's county; print those not found."""
    gazetteer = load_gazetteer()
    geocoder = Geocoder(gazetteer)
    best: dict[str, list[str]] = {}
    missing = []
    for row in pd.read_csv(path, dtype=str, keep_default_na=False).to_dict("records"):
        words = row["place"] + row["district"]
        unit = find(geocoder, PROVINCES.get(row["province"], row["province"]), words)
        if unit is None:
            missing.append(words)
            continue
        code = gazetteer.code[unit]
        kept = best.get(code)
        if kept is None or float(row["pga_g"]) > float(kept[3]):
            best[code] = [code, gazetteer.name[unit], words, row["pga_g"], row["group"]]
    lines = ["adcode,name,place,pga_g,group"] + [",".join(best[code]) for code in sorted(best)]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(best)} units; not found: {', '.join(missing) or 'none'}")


def find(geocoder: Geocoder, province: str, words: str) -> int | None:
    """Return the county of a place of the table; a city without districts is where its seat is."""
    gazetteer = geocoder.gazetteer
    known = None
    for name in ((TODAY[words],) if words in TODAY else (words, words + "市", words + "县")):
        place = geocoder.find(province + name)
        unit = gazetteer.by_code.get(place.adcode[:6]) if place.adcode else None
        if unit is None or (gazetteer.level[unit] == 1 and gazetteer.name[unit] not in WHOLE):
            continue
        if gazetteer.level[unit] == COUNTY or gazetteer.name[unit] in WHOLE:
            return unit
        known = unit if known is None else known
    if known is None or gazetteer.lon[known] is None:
        return None
    seat = reverse(float(gazetteer.lon[known] or 0), float(gazetteer.lat[known] or 0))[0]
    unit = gazetteer.by_code.get(seat.adcode)
    return unit if unit is not None and gazetteer.within(unit, known) else None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
