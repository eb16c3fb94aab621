"""Rows that came with coordinates: does what they state agree with where they lie?"""

from dataclasses import replace
from typing import Any

import numpy as np

from riskcloud.exposure.geocoding import Geocoded
from riskcloud.geo.geocode.match import Geocoder
from riskcloud.geo.geocode.place import Place
from riskcloud.geo.geocode.reverse import CountyPolygons, reverse
from riskcloud.geo.points import haversine_m

_FAR_M, _FARTHER = 30_000.0, 3.0
"""Without polygons a stated county is doubted where the nearest known place of its prefecture is
this far, and this many times as far as the nearest known place of all. Ours: docs/geocoding.md."""


def check_given(found: Geocoded, geocoder: Geocoder, polygons: CountyPolygons | None, *,
                name_county: bool) -> Geocoded:
    """Return the table with notes on rows whose coordinates and names disagree.

    With ``name_county`` those rows also get the county they lie in.
    """
    rows = np.flatnonzero(found.had)
    if not len(rows):
        return found
    counties = reverse(found.lon[rows], found.lat[rows], polygons, gazetteer=geocoder.gazetteer)
    texts = {name: found.raw.columns[found.position[name]].to_pylist()
             for name in ("address", "province", "city", "county") if name in found.position}
    notes, place = [list(note) for note in found.notes], list(found.place)
    for row, county in zip(rows, counties, strict=True):
        hints = [texts[name][row] for name in ("province", "city", "county") if name in texts]
        address = texts["address"][row] if "address" in texts else ""
        stated = geocoder.find(address, hints=hints) if address.strip() or any(hints) else None
        if stated is not None and stated.adcode and not stated.is_ambiguous and (
                doubt := _doubt(stated, county, found.lon[row], found.lat[row], geocoder)):
            notes[row].append(doubt)
        if name_county and county.adcode:
            place[row] = Place(
                float(found.lon[row]), float(found.lat[row]), county.quality, "given", "given",
                adcode=county.adcode, province=county.province, city=county.city,
                county=county.county)
    return replace(found, place=place, notes=notes)


def _doubt(stated: Place, lies_in: Any, lon: float, lat: float, geocoder: Geocoder) -> str:
    """Return what is wrong with a row that names one place and lies in another, or a blank."""
    gazetteer = geocoder.gazetteer
    unit, other = gazetteer.by_code[stated.adcode], gazetteer.by_code.get(lies_in.adcode)
    name = "".join(gazetteer.name[u] for u in reversed(gazetteer.above(unit)))
    if lies_in.how == "polygon":
        county = gazetteer.county(unit)
        agrees = other is None or gazetteer.within(other, unit if county == -1 else county)
        return "" if agrees else (f"the row names {name}, its coordinates lie in "
                                  f"{lies_in.province}{lies_in.county}")
    distance = _nearest_in_prefecture(unit, lon, lat, geocoder)
    if distance is None or distance < max(_FAR_M, _FARTHER * lies_in.distance_m):
        return ""
    return f"the row names {name}, its coordinates lie {distance / 1000.0:.0f} km from it"


def _nearest_in_prefecture(unit: int, lon: float, lat: float, geocoder: Geocoder) -> float | None:
    """Return the distance [m] to the nearest known point in the prefecture of a unit."""
    gazetteer = geocoder.gazetteer
    line = gazetteer.above(unit)
    area = next((u for u in line if gazetteer.level[u] <= 2), line[-1])
    code = gazetteer.code[area]
    start = code[:2] if gazetteer.level[area] == 1 else code[:4]
    inside = [u for u in range(len(gazetteer.code))
              if gazetteer.code[u].startswith(start) and gazetteer.point[u]]
    if not inside:
        return None
    return float(np.min(haversine_m(
        np.array([gazetteer.lon[u] for u in inside], float),
        np.array([gazetteer.lat[u] for u in inside], float), lon, lat)))
