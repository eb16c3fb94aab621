"""What a portfolio knows of the locations or accounts of a loss table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from riskcloud.exposure.portfolio import Portfolio

_COLUMNS: Final[Mapping[str, str]] = {"client": "client_id", "account": "account_id",
                                      "location": "loc_id", "policy": "policy_id",
                                      "portfolio": "portfolio_id"}
"""Names of keys whose column in a portfolio is called otherwise."""
_KINDS: Final[Mapping[str, str]] = {"location": "loc_id", "account": "account_id"}


@dataclass(frozen=True, slots=True)
class Owners:
    """Names of locations or accounts: of each key, the name of each id (None: it has several)."""

    of: Mapping[str, Mapping[str, str | None]]

    @property
    def names(self) -> frozenset[str]:
        """Return the keys that can be looked up."""
        return frozenset(self.of)

    def name(self, key: str, owner: str) -> str | None:
        """Return the name of an owner by a key, None where it is unknown or has several."""
        return self.of[key].get(owner)


def owners_of(portfolio: Portfolio, kind: str, keys: frozenset[str]) -> Owners:
    """Return what a portfolio knows by ``keys`` of its locations or accounts (``kind``).

    Keys that are no column of it are left out.
    """
    table = portfolio.table
    ids = table[_KINDS[kind]].astype(str).str.strip()
    found: dict[str, Mapping[str, str | None]] = {}
    for key in sorted(keys):
        column = _COLUMNS.get(key, key)
        if column not in table.columns or column == "geometry":
            continue
        pairs = pd.DataFrame({"owner": ids, "name": table[column].astype(str)}).drop_duplicates()
        several = set(pairs.loc[pairs["owner"].duplicated(), "owner"])
        found[key] = {owner: None if owner in several else name
                      for owner, name in zip(pairs["owner"], pairs["name"], strict=True)}
    return Owners(found)
