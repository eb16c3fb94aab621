"""Rows that came with coordinates: does what they state agree with where they lie?"""

from dataclasses import replace
from typing import Any

import numpy as np

from riskcloud.exposure.geocoding import Geocoded
from riskcloud.geo.geocode.gazetteer import PREFECTURE, ROOT, Gazetteer
from riskcloud.geo.geocode.match import Geocoder
from riskcloud.geo.geocode.place import Place
from riskcloud.geo.geocode.reverse import County, CountyPolygons, reverse
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
    known: dict[int, Any] = {}
    notes, place = [list(note) for note in found.notes], list(found.place)
    for row, county in zip(rows, counties, strict=True):
        hints = [texts[name][row] for name in ("province", "city", "county") if name in texts]
        address = texts["address"][row] if "address" in texts else ""
        stated = geocoder.find(address, hints=hints) if address.strip() or any(hints) else None
        if stated is not None and stated.adcode and not stated.is_ambiguous and (
                doubt := _doubt(stated, county, found.lon[row], found.lat[row], known,
                               geocoder.gazetteer)):
            notes[row].append(doubt)
        if name_county and county.adcode:
            place[row] = Place(
                float(found.lon[row]), float(found.lat[row]), county.quality, "given", "given",
                adcode=county.adcode, province=county.province, city=county.city,
                county=county.county)
    return replace(found, place=place, notes=notes)


def _doubt(stated: Place, lies_in: County, lon: float, lat: float, known: dict[int, Any],
           gazetteer: Gazetteer) -> str:
    """Return what is wrong with a row that names one place and lies in another, or a blank."""
    unit, other = gazetteer.by_code[stated.adcode], gazetteer.by_code.get(lies_in.adcode)
    name = "".join(gazetteer.name[u] for u in reversed(gazetteer.above(unit)))
    if lies_in.how == "polygon":
        county = gazetteer.county(unit)
        agrees = other is None or gazetteer.within(other, unit if county == ROOT else county)
        return "" if agrees else (f"the row names {name}, its coordinates lie in "
                                  f"{lies_in.province}{lies_in.county}")
    area = next((u for u in gazetteer.above(unit) if gazetteer.level[u] == PREFECTURE),
                gazetteer.above(unit)[-1])
    if other is not None and gazetteer.within(other, area):
        return ""
    distance = _nearest_in(area, lon, lat, known, gazetteer)
    if distance < max(_FAR_M, _FARTHER * lies_in.distance_m):
        return ""
    return f"the row names {name}, its coordinates lie {distance / 1000.0:.0f} km from it"


def _nearest_in(area: int, lon: float, lat: float, known: dict[int, Any],
                gazetteer: Gazetteer) -> float:
    """Return the distance [m] to the nearest known point in a prefecture or province."""
    if area not in known:
        inside = [u for u, point in enumerate(gazetteer.point)
                  if point and gazetteer.within(u, area)]
        known[area] = (np.array([gazetteer.lon[u] for u in inside], float),
                       np.array([gazetteer.lat[u] for u in inside], float))
    lons, lats = known[area]
    return float(np.min(haversine_m(lons, lats, lon, lat), initial=np.inf))
