"""Geocoding against lists: hand-written ones, every county in several forms, measured points."""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from riskcloud.geo.geocode.gazetteer import COUNTY, load_gazetteer
from riskcloud.geo.geocode.match import Geocoder
from riskcloud.geo.points import haversine_m

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def geocoder():
    return Geocoder()


def rows_of(name):
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def is_right(place, expected):
    if expected == "AMBIGUOUS":
        return place.quality <= 0.5 and len(place.candidates) > 1
    if expected == "NONE":
        return place.quality == 0.0 and place.lon is None
    return place.adcode[:6] in expected.split("|") and place.lon is not None


@pytest.mark.parametrize("name", ["hard_addresses.csv", "second_addresses.csv"])
def test_hand_written_addresses(geocoder, name):
    """The issue asks for 90 % right and none wrong with a quality above 0.8."""
    rows = rows_of(name)
    assert len(rows) > 180
    wrong = [(row, geocoder.find(row["address"])) for row in rows
             if not is_right(geocoder.find(row["address"]), row["expected"])]
    assert len(wrong) <= 0.05 * len(rows), wrong
    assert not [item for item in wrong if item[1].quality > 0.8]


def written_forms(gazetteer, unit):
    """Return one county as people write it: in full, without suffixes, without province."""
    line = gazetteer.above(unit)[::-1]
    names = [gazetteer.name[part] for part in line]
    keys = [gazetteer.key[part] for part in line]
    yield "in full", "".join(names) + "人民路12号"
    yield "without suffixes", "".join(keys)
    if len(names) == 3:
        yield "without province", names[1] + names[2] + "解放大道7号"
        yield "short city", keys[1] + names[2] + "中山路1号"
    yield "without city", keys[0] + names[-1]
    latin = [gazetteer.pinyin[part].title() for part in line[::-1]]
    yield "in English", f"{latin[0]} {'County' if names[-1][-1] == '县' else 'District'}, " + (
        ", ".join(latin[1:])) + ", China"


def test_every_county_in_several_forms(geocoder):
    """At least 99 % of all counties right, in each form; names that a province has twice stand
    for both, and 陕西 and 山西 share a reading, so such addresses are left out of the count."""
    gazetteer = geocoder.gazetteer
    counties = [u for u in range(len(gazetteer.code)) if gazetteer.level[u] == COUNTY
                and not (gazetteer.code[u] < "70" and gazetteer.code[u][4] == "7")]
    assert len(counties) > 2850
    meant = defaultdict(set)
    for unit in counties:
        for form, text in written_forms(gazetteer, unit):
            meant[form, text].add(gazetteer.code[unit])
    right, total, sure = defaultdict(int), defaultdict(int), []
    for (form, text), codes in meant.items():
        if len(codes) > 1 or ("Shanxi" in text and form == "in English"):
            continue
        place = geocoder.find(text)
        total[form] += 1
        right[form] += place.adcode in codes
        if place.adcode not in codes and place.quality > 0.8:
            sure.append((text, place.adcode, place.quality))
    assert not sure
    shares = {form: right[form] / total[form] for form in total}
    assert min(shares.values()) >= 0.99, shares


def test_points_against_a_map_service(shared):
    """Shipped points lie where a map service has the centres (its data are of unclear licence and
    do not ship). Medians in km; the bounds are twice what docs/geocoding.md measures."""
    gazetteer = load_gazetteer()
    distance = defaultdict(list)
    with (shared / "gazetteer" / "cn_adcode_centres.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            unit = gazetteer.by_code.get(row["adcode"])
            if unit is not None and gazetteer.point[unit]:
                distance[gazetteer.point[unit]].append(float(haversine_m(
                    gazetteer.lon[unit], gazetteer.lat[unit],
                    float(row["lon"]), float(row["lat"]))) / 1000.0)
    medians = {point: float(np.median(km)) for point, km in distance.items()}
    assert len(distance["county"]) > 1900
    assert medians["province"] < 3.0
    assert medians["prefecture"] < 3.0
    assert medians["county"] < 1.7
    assert medians["townships"] < 16.0
    assert np.quantile(distance["county"], 0.9) < 9.0


def test_townships_lie_by_their_county(shared):
    """Township points are at most some tens of kilometres from the centre of their county."""
    gazetteer = load_gazetteer()
    with (shared / "gazetteer" / "cn_adcode_centres.csv").open(encoding="utf-8") as file:
        centres = {row["adcode"]: (float(row["lon"]), float(row["lat"]))
                   for row in csv.DictReader(file)}
    towns = [u for u in range(len(gazetteer.code)) if gazetteer.point[u] == "township"
             and gazetteer.code[gazetteer.parent[u]] in centres]
    assert len(towns) > 10_000
    centre = np.array([centres[gazetteer.code[gazetteer.parent[u]]] for u in towns])
    km = haversine_m(np.array([gazetteer.lon[u] for u in towns], float),
                     np.array([gazetteer.lat[u] for u in towns], float),
                     centre[:, 0], centre[:, 1]) / 1000.0
    assert np.median(km) < 25.0
    assert np.quantile(km, 0.98) < 120.0
