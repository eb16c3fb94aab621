"""The answer to "what is insured within this distance", as it is told and written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskcloud.analysis.within.search import RowNumbers, distances_m, find_rows
from riskcloud.analysis.within.sums import PolicySums, RowSums, summarise
from riskcloud.store.index import LocationIndex
from riskcloud.types import Floats, Ints


@dataclass(frozen=True, slots=True)
class Within:
    """Rows found around a point, their distances, and their sums.

    rows (n,) ascending; distance_m (n,) exact; ``notes`` say how they were counted.
    """

    lon: float
    lat: float
    radius_km: float
    at: np.datetime64
    index: LocationIndex
    rows: RowNumbers
    distance_m: Floats
    sums: RowSums
    notes: tuple[str, ...] = ()


def find_within(index: LocationIndex, lon: float, lat: float, radius_km: float,
                at: np.datetime64) -> Within:
    """Return what is in force at a time (UTC) within a radius [km] of a point [degrees WGS84].

    Raises
    ------
    InputError : no such place, radius or time (``within.check_place``).
    """
    rows = find_rows(index, lon, lat, radius_km, at)
    away = distances_m(index, rows, lon, lat)
    sums = summarise(index, rows, at, distance_m=away)
    return Within(lon, lat, radius_km, at, index, rows, away, sums, _notes(index, rows, sums))


def _notes(index: LocationIndex, rows: RowNumbers, sums: RowSums) -> tuple[str, ...]:
    notes = []
    if sums.n_without_policy_id:
        notes.append(f"{sums.n_without_policy_id} location(s) found without a policy number: each "
                     "counts as a policy of its own")
    place = np.searchsorted(rows, index.lines.row)
    found = np.append(rows, -1)[place] == index.lines.row
    is_area = index.lines.is_area[found]
    if n_lines := int((~is_area).sum()):
        notes.append(f"{n_lines} line(s) found: the distance is to the nearest point, the sum "
                     "insured is counted whole")
    if n_areas := int(is_area.sum()):
        notes.append(f"{n_areas} polygon(s) found: the distance is to the nearest point, 0 inside; "
                     "the sum insured is counted whole")
    return tuple(notes)


def ranked(sums: PolicySums, index: LocationIndex) -> Ints:
    """Return the entries in the order they are listed: by currency, the largest sum inside first.

    Of equal sums the policy that comes first in the book.
    """
    money = np.argsort(np.argsort(np.array(index.names.currencies, dtype=str)))
    return np.lexsort((sums.policy, -sums.tiv_inside, money[sums.currency])) \
        if len(sums) else np.zeros(0, np.int64)


def policy_records(found: Within, most: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield one record a policy and currency, as ``ranked``; up to ``most``."""
    sums, names = found.sums.policies, found.index.names
    for k in ranked(sums, found.index)[:most]:
        nearest = sums.nearest_m[k] / 1000.0
        yield {
            "policy_id": found.index.policies.name(int(sums.policy[k])),
            "branch": names.branches[sums.branch[k]],
            "currency": names.currencies[sums.currency[k]],
            "tiv_inside": float(sums.tiv_inside[k]), "tiv_total": float(sums.tiv_total[k]),
            "n_inside": int(sums.n_inside[k]), "n_total": int(sums.n_total[k]),
            "nearest_km": None if np.isnan(nearest) else round(float(nearest), 6),
            "partly_inside": bool(sums.partly[k])}


def as_record(found: Within, *, most_policies: int | None = None) -> Mapping[str, Any]:
    """Return the answer as one JSON object (docs/within.md)."""
    sums = found.sums
    return {
        "lon": found.lon, "lat": found.lat, "radius_km": found.radius_km,
        "at_utc": f"{np.datetime_as_string(found.at, unit='s')}Z",
        "n_locations": sums.n_locations, "n_policies": sums.n_policies,
        "n_partly_inside": sums.n_partly_inside, "n_assets": sums.n_assets,
        "insured_people": sums.insured_people, "n_without_people": sums.n_without_people,
        "n_without_policy_id": sums.n_without_policy_id,
        "totals": sums.totals, "by_branch": sums.by_branch, "by_place": sums.by_place,
        "by_asset_class": sums.by_asset_class,
        "policies": list(policy_records(found, most_policies))}
