"""What two origins of one earthquake do not agree on: who is within the radius of one alone."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from riskcloud.analysis.quake.holding import Holding
from riskcloud.analysis.within.sums import roots
from riskcloud.geo.points import haversine_m
from riskcloud.units import KM

if TYPE_CHECKING:
    from riskcloud.analysis.quake.run import OriginResult

NAMED: Final = 20
"""Locations and policies named, those with most to lose; ours."""


def difference(holding: Holding, origins: Sequence["OriginResult"], locations: pd.DataFrame,
               policies: pd.DataFrame) -> dict[str, Any]:
    """Return the distance of the first two origins, and what is inside for both or one alone.

    All locations and policies are counted; the tables, which hold so many at most, give the names
    of the first. A policy counts once, whatever its currencies.
    """
    first, second = origins[0].source.event, origins[1].source.event
    policy_of = [roots(holding.index.policies, one.sums.policies.policy) for one in origins[:2]]
    return {
        "distance_km": float(haversine_m(first.lon, first.lat, second.lon, second.lat)) / KM,
        "locations": _compared([_sums_of_locations(one) for one in origins[:2]],
                               _names(locations, "loc_id")),
        "policies": _compared([_sums_of_policies(holding, one, policy) for one, policy
                               in zip(origins[:2], policy_of, strict=True)],
                              _names(policies, "policy_id"))}


def _sums_of_locations(one: "OriginResult") -> pd.DataFrame:
    """Row, currency and sum insured of each location inside."""
    assets = one.book.assets
    return pd.DataFrame({"key": one.rows[one.inside],
                         "currency": assets.words["currency"].spread()[one.inside],
                         "tiv": assets.tiv[one.inside]})


def _sums_of_policies(holding: Holding, one: "OriginResult", policy: Any) -> pd.DataFrame:
    """Policy, currency and whole sum insured, an entry a currency, of each policy inside."""
    found = one.sums.policies
    names = np.array(holding.index.names.currencies, dtype=object)
    return pd.DataFrame({"key": policy, "currency": names[found.currency],
                         "tiv": found.tiv_total})


def _compared(inside: Sequence[pd.DataFrame], names: tuple[list[str], list[str]]
              ) -> dict[str, Any]:
    first, second = (np.unique(table["key"].to_numpy()) for table in inside)
    return {"both": len(np.intersect1d(first, second, assume_unique=True)),
            "only_first": _only(inside[0], second, names[0]),
            "only_second": _only(inside[1], first, names[1])}


def _only(inside: pd.DataFrame, other: Any, names: Iterable[str]) -> dict[str, Any]:
    """Count and sum what is inside for one origin and not among the ``other``'s keys."""
    alone = inside[~np.isin(inside["key"].to_numpy(), other)]
    sums = alone.groupby("currency")["tiv"].sum().sort_values(ascending=False, kind="stable")
    return {"n": int(alone["key"].nunique()),
            "tiv": {str(currency): float(tiv) for currency, tiv in sums.items()},
            "first": list(names)}


def _names(table: pd.DataFrame, column: str) -> tuple[list[str], list[str]]:
    """Names, in the table's order, of those inside for the first alone and the second alone.

    What has no name is left out.
    """
    sides = [set(table.loc[table[inside], column]) for inside in ("inside", "origin_2_inside")]
    words = [str(word) for word in dict.fromkeys(table[column]) if word]
    return ([word for word in words if word in sides[0] and word not in sides[1]][:NAMED],
            [word for word in words if word in sides[1] and word not in sides[0]][:NAMED])
