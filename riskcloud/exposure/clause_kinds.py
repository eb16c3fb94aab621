"""The kinds of clause that a table of clauses may hold, and the columns of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from riskcloud.exposure.oed.schema import Field

CLAUSES = "Clauses"
"""Name of the table among the files of a book."""
LOCATION_KEYS = ("PortNumber", "AccNumber", "LocNumber", "CondTag", "OccupancyCode", "AssetClass")
POLICY_KEYS = ("PortNumber", "AccNumber", "PolNumber", "LayerNumber")
KEYS = tuple(dict.fromkeys((*LOCATION_KEYS, *POLICY_KEYS)))
"""Columns that say what a clause is for; a blank one is for all."""
AMOUNTS = ("Value", "SumInsured", "Amount", "PerItem", "Maximum", "Premium")
"""Columns in the currency of the account."""
COVERAGE = {"": 0b1111, "all": 0b1111, "6all": 0b1111, "building": 0b0001, "1building": 0b0001,
            "other": 0b0010, "2other": 0b0010, "contents": 0b0100, "3contents": 0b0100,
            "bi": 0b1000, "4bi": 0b1000, "pd": 0b0111, "5pd": 0b0111}
"""Bits of the coverages that a clause is for, by what its Coverage says (OED's levels)."""
PER = ("event", "location")
"""What a deductible or limit is of: all that one event does to the group, or to each location."""
ON_LOCATIONS, ON_GROUPS, ON_POLICIES = "locations", "groups", "policies"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of clause: the columns it reads, and of each group of ``needs`` one at least.

    on: what it acts on: each location before any policy; in each policy the group of its locations;
    the policy. alone: where several reach one place, the one with most keys filled acts, no other.
    """

    name_zh: str
    columns: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]
    on: str
    alone: bool


KINDS: Mapping[str, Kind] = {
    "average": Kind(
        "比例赔偿", ("Coverage", "Value", "SumInsured", "ShareInsured", "AgreedValue",
                 "PaidInFullFrom"),
        (("Value", "SumInsured", "ShareInsured", "AgreedValue"),), ON_LOCATIONS, True),
    "greater_of": Kind(
        "免赔以高者为准", ("Coverage", "Per", "Amount", "ShareOfLoss", "ShareOfInsured",
                    "Maximum"),
        (("Amount", "ShareOfLoss", "ShareOfInsured"),), ON_GROUPS, True),
    "sublimit": Kind(
        "分项限额", ("Coverage", "Per", "Amount", "PerItem", "NumberOfItems", "ShareOfInsured"),
        (("Amount", "PerItem", "ShareOfInsured"),), ON_GROUPS, False),
    "coinsurance": Kind(
        "共保", ("Insurer", "Share", "Lead", "Ours"), (("Insurer",), ("Share",)), ON_POLICIES,
        True),
    "reinstatement": Kind("恢复保额", ("Automatic", "Premium"), (("Automatic",),), ON_POLICIES,
                          True),
}
"""In the order in which they act."""

_TEXT = ("Clause", *KEYS, "Peril", "Coverage", "Per", "Insurer")
_NUMBERS = {"Value": float("inf"), "SumInsured": float("inf"), "Amount": float("inf"),
            "PerItem": float("inf"), "Maximum": float("inf"), "NumberOfItems": 1e9,
            "ShareInsured": 1.0,
            "PaidInFullFrom": 1.0, "ShareOfLoss": 1.0, "ShareOfInsured": 1.0, "Share": 1.0,
            "AgreedValue": 1.0, "Lead": 1.0, "Ours": 1.0, "Automatic": 1.0,
            "Premium": float("inf")}
"""Columns of numbers from 0, and the most that each may hold."""
FLAGS = ("AgreedValue", "Lead", "Ours", "Automatic")
"""Columns of 0 or 1."""
NUMBERS = tuple(_NUMBERS)

FIELDS: Mapping[str, Field] = {
    **{name.lower(): Field(name, "R" if name == "Clause" else "O", "text", "", 0.0, 0.0, ())
       for name in _TEXT},
    **{name.lower(): Field(name, "O", "float", "0", 0.0, most, ())
       for name, most in _NUMBERS.items()}}
"""Columns of a table of clauses, by their name in lower case."""


def kind_of(word: str) -> str:
    """Return the kind that a cell names, in English or Chinese; '' where there is none such."""
    name = word.strip().lower().replace(" ", "_").replace("-", "_")
    if name in KINDS:
        return name
    return next((key for key, kind in KINDS.items() if kind.name_zh == word.strip()), "")
