"""What a book holds that the published tables do not map: columns, and codes by count."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from riskcloud.exposure.oed.schema import FILES, known_codes
from riskcloud.exposure.oed.table import OedTable
from riskcloud.types.terms import Words

_CODED = ("OccupancyCode", "ConstructionCode", "CountryCode")


def find_unmapped(tables: Sequence[OedTable]) -> tuple[Mapping[str, Any], ...]:
    """Return file, column, value and count of each code that no table lists; columns have value ''.

    Columns named Flexi... are the file's own and are left out.
    """
    found: list[dict[str, Any]] = []
    for table in tables:
        file = table.path.name
        found += [{"file": file, "column": name, "value": "", "count": len(table)}
                  for name in table.unknown if not name.lower().startswith("flexi")]
        for column in _CODED:
            if table.has(column) and table.file in FILES:
                found += _odd(file, column, table.words(column), known_codes(column))
        if table.has("AreaCode") and table.has("CountryCode"):
            found += _odd_areas(table)
    return tuple(found)


def _odd(file: str, column: str, words: Words,
         known: frozenset[str] | None) -> list[dict[str, Any]]:
    counts = np.bincount(words.code, minlength=len(words.word))
    return [{"file": file, "column": column, "value": word, "count": int(count)}
            for word, count in zip(words.word.to_pylist(), counts, strict=True)
            if count and word.strip() and known is not None and word.strip() not in known]


def _odd_areas(table: OedTable) -> list[dict[str, Any]]:
    country, area = table.words("CountryCode"), table.words("AreaCode")
    found: list[dict[str, Any]] = []
    for k, name in enumerate(country.word.to_pylist()):
        known = known_codes("AreaCode", name)
        if known is not None:
            found += _odd(table.path.name, "AreaCode",
                          area.take(np.flatnonzero(country.code == k)), known)
    return found
