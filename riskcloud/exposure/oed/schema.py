"""The published tables of OED 4 (models/oed): columns of each file, perils, codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from riskcloud.catalog import Card, load_card

CARD = "oed_4.0.0"
FILES = ("Loc", "Acc", "ReinsInfo", "ReinsScope")
TITLES = {"Loc": "location", "Acc": "account", "ReinsInfo": "reinsurance info",
          "ReinsScope": "reinsurance scope"}


@dataclass(frozen=True, slots=True)
class Field:
    """A column: ``status`` R, CR (required with ``needs``), O or '' (not for property)."""

    name: str
    status: str
    kind: str
    default: str
    low: float
    high: float
    needs: tuple[str, ...]

    @property
    def is_number(self) -> bool:
        """Return whether its cells are numbers."""
        return self.kind in ("float", "int", "tinyint", "smallint")


@cache
def card() -> Card:
    """Return the card of the tables."""
    return load_card("oed", CARD)


def _bound(text: str, default: float) -> float:
    return float(text) if text else default


@cache
def fields(file: str) -> Mapping[str, Field]:
    """Return the columns of a file by their name in lower case."""
    return {row["name"].lower(): Field(
        row["name"], row["status"], row["type"], row["default"],
        _bound(row["low"], -float("inf")), _bound(row["high"], float("inf")),
        tuple(filter(None, row["needs"].split(";"))))
        for row in card().rows("fields.csv") if row["file"] == file}


@cache
def single_perils() -> tuple[str, ...]:
    """Return the peril codes that are no group; their place is their bit."""
    return tuple(row["code"] for row in card().rows("perils.csv") if row["covers"] == row["code"])


@cache
def peril_bits() -> Mapping[str, int]:
    """Return the bits of what each peril code, single or group, covers."""
    bit = {code: 1 << k for k, code in enumerate(single_perils())}
    return {row["code"]: sum(bit[code] for code in row["covers"].split(";"))
            for row in card().rows("perils.csv") if set(row["covers"].split(";")) <= set(bit)}


@cache
def all_perils() -> int:
    """Return the bits of every peril."""
    return (1 << len(single_perils())) - 1


@cache
def known_codes(column: str, country: str = "") -> frozenset[str] | None:
    """Return the codes of a column, None where the tables list none (AreaCode: by country)."""
    found = frozenset(row["code"] for row in card().rows("codes.csv")
                      if row["column"] == column and row["country"] == country)
    return found or None
