"""One line of the account of how a location's loss came about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """A rule, its numbers, and where it stands.

    part: location, policy, account or reinsurance; owner: PolNumber or contract. rule: key of its
    words; values: its numbers. file: location, account, clauses, reins_info, reins_scope, ground_up
    or ''; row of the file (0: none) and columns as OED spells them. group: loss of what the rule
    acts on, before and after; own: what of that is the location's; loss: the whole loss of the
    location behind the line (under one policy where part is policy). Of reinsurance group and own
    are of what the contract is to pay, until the line ``recovered``.
    """

    part: str
    owner: str
    rule: str
    values: Mapping[str, Any]
    file: str
    row: int
    columns: tuple[str, ...]
    group: tuple[float, float]
    own: tuple[float, float]
    loss: float
    level: str = ""
