"""Columns of a loss table by what they mean."""

from collections.abc import Sequence
from typing import Final

from riskcloud.analysis.ep.columns import find_column
from riskcloud.errors import Problem
from riskcloud.exposure.schema import header_key

_NAMES: Final = {"loc_id": "LocNumber", "locnumber": "LocNumber", "accnumber": "AccNumber",
                 "portnumber": "PortNumber", "peril": "peril", "perilcode": "peril",
                 "coverage": "coverage"}
_AS_EP: Final = ("event_id", "member", "year", "date", "annual_rate", "loss", "stage", "currency")
"""Columns known by every spelling that ``riskcloud ep`` knows."""


def loss_headers(headers: Sequence[str]) -> dict[str, str]:
    """Return the headers of a loss table by what they mean."""
    found: dict[str, str] = {}
    for header in headers:
        name = _NAMES.get(header.strip().lower()) or _NAMES.get(header_key(header))
        if name is not None:
            found.setdefault(name, header)
    for name in _AS_EP:
        own = find_column(headers, name)
        if own is not None:
            found[name] = own
    return found


def doubled_headers(headers: Sequence[str], file: str) -> list[Problem]:
    """Return what stands in two columns of a loss table: of one name, or both say where.

    Of other names with several spellings (event_id and event) ours goes before the others.
    """
    problems = []
    for name, header in loss_headers(headers).items():
        others = [other for other in headers if header_key(other) == header_key(header)
                  or (name not in _AS_EP and name in loss_headers([other]))]
        if len(others) > 1:
            problems.append(Problem(1, " / ".join(others), "", f"two columns of {name}: keep one",
                                    file))
    return problems
