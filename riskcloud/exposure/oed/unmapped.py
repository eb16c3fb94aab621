"""What a book holds that the published tables do not map: columns, and codes by count."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskcloud.exposure.oed.schema import known_codes
from riskcloud.exposure.oed.table import OedTable

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
            if table.has(column):
                found += _odd(file, column, table.text(column), known_codes(column))
        if table.has("AreaCode") and table.has("CountryCode"):
            found += _odd_areas(table)
    return tuple(found)


def _odd(file: str, column: str, text: Any, known: frozenset[str] | None,
         ) -> list[dict[str, Any]]:
    counts = pc.value_counts(text)
    return [{"file": file, "column": column, "value": str(item["values"]),
             "count": int(item["counts"].as_py())}
            for item in counts if item["values"].as_py().strip()
            and known is not None and item["values"].as_py().strip() not in known]


def _odd_areas(table: OedTable) -> list[dict[str, Any]]:
    country, area = table.words("CountryCode"), table.text("AreaCode")
    found: list[dict[str, Any]] = []
    for k, name in enumerate(country.word.to_pylist()):
        known = known_codes("AreaCode", name)
        if known is not None:
            rows = pa.array(np.flatnonzero(country.code == k))
            found += _odd(table.path.name, "AreaCode", area.take(rows), known)
    return found
