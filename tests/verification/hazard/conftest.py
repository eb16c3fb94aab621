"""Wind radii of RSMC Tokyo, to which the size and the core of storms are fitted."""

import csv

import numpy as np
import pytest

from riskcloud.units import KNOT

NAUTICAL_MILE_M = 1852.0
CHECKED_ON = ("1822", "1713")
"""Mangkhut 2018 and Hato 2017: models are checked on them."""


def tokyo(path):
    """Yield storm number, time as IBTrACS writes it, latitude and mean radii of each fix."""
    storm = ""
    for line in path.read_text().splitlines():
        cells = line.split()
        if cells[0] == "66666":
            storm = cells[1]
        elif len(cells) > 10 and len(cells[9]) == 5 and cells[9][1:] != "0000":
            time = cells[0]
            when = f"20{time[:2]}-{time[2:4]}-{time[4:6]} {time[6:]}:00:00"
            r50, r30 = (0.5 * (float(cells[k][1:]) + float(cells[k + 1])) * NAUTICAL_MILE_M
                        for k in (7, 9))
            yield {"storm": storm, "time": when, "lat": float(cells[3]) / 10.0,
                   "wind_kt": float(cells[6]), "r30": r30, "r50": r50}


@pytest.fixture(scope="module")
def fixes(shared):
    """Wind of JTWC, latitude and mean radii of RSMC Tokyo at the fixes that both have."""
    folder = shared / "tropical_cyclones"
    with (folder / "jma_number_to_ibtracs_sid_2015_2021.csv").open() as file:
        sid_of = {row["jma_no"]: row["sid"] for row in csv.DictReader(file)}
    with (folder / "wp_ibtracs_jtwc_1980_2024.csv").open() as file:
        wind_of = {(row["sid"], row["time"]): float(row["wind_kt_1min"])
                   for row in csv.DictReader(file)
                   if row["season"] >= "2015" and row["wind_kt_1min"]}
    found = []
    for row in tokyo(folder / "jma_bst_2015_2021.txt"):
        wind = wind_of.get((sid_of.get(row["storm"]), row["time"]))
        if wind is not None and row["storm"] not in CHECKED_ON:
            found.append((wind * KNOT, row["lat"], row["r30"], row["r50"]))
    return np.array(found).T
