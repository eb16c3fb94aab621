"""Sums of losses by group, event and sample, from rows in any order."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from riskcloud.errors import InputError
from riskcloud.kernels.keyed import add_by_key
from riskcloud.types import Bools, Floats, Ints

STAGE_BITS, CURRENCY_BITS, NAME_BITS, EVENT_BITS, MEMBER_BITS = 2, 5, 20, 22, 14
"""Bits of a key: 4 stages, 32 currencies, 1 M names, 4 M events, 16,384 samples; ours."""
MOST_CELLS: Final = 40_000_000
"""Sums held for one key at most; ours, 1 GB."""
_FULL: Final = 0.6  # of the table's places; ours


@dataclass(frozen=True, slots=True)
class Cells:
    """Summed losses (n,), ascending by group, event, member.

    group : name << 7 | currency << 2 | stage, each a number of its list.
    """

    group: Ints
    event: Ints
    member: Ints
    loss: Floats

    def only(self, keep: Bools) -> "Cells":
        """Return some of the cells."""
        return Cells(self.group[keep], self.event[keep], self.member[keep], self.loss[keep])


def group_of(name: Ints, currency: Ints, stage: Ints) -> Ints:
    """Return the numbers of groups."""
    return np.asarray((name << CURRENCY_BITS | currency) << STAGE_BITS | stage)


def parts_of(group: int) -> tuple[int, int, int]:
    """Return the numbers of a group's name, currency and stage."""
    rest = group >> STAGE_BITS
    return (rest >> CURRENCY_BITS, rest & (1 << CURRENCY_BITS) - 1,
            group & (1 << STAGE_BITS) - 1)


class LossSums:
    """Takes rows of losses and keeps their sums; memory grows with the sums, not the rows."""

    def __init__(self, key: str) -> None:
        self.key, self._filled = key, 0
        self._key = np.full(1 << 16, -1, np.int64)
        self._sum = np.zeros(1 << 16)

    def add(self, group: Ints, event: Ints, member: Ints, loss: Floats) -> None:
        """Add rows (n,). Raises InputError: more sums than are held."""
        packed = (group << EVENT_BITS | event) << MEMBER_BITS | member
        begin = 0
        while begin < len(packed):
            begin, self._filled = add_by_key(
                packed, loss, begin, int(_FULL * len(self._key)), self._key, self._sum,
                self._filled)
            if begin < len(packed):
                self._grow()

    def _grow(self) -> None:
        if self._filled > MOST_CELLS:
            raise InputError(f"--by {self.key}: more than {MOST_CELLS:,} sums by group, event and "
                             "sample: sum by something coarser, or run parts of the file")
        old = np.flatnonzero(self._key >= 0)
        keys, sums = self._key[old], self._sum[old]
        self._key = np.full(4 * len(self._key), -1, np.int64)
        self._sum = np.zeros(len(self._key))
        _, self._filled = add_by_key(keys, sums, 0, len(self._key), self._key, self._sum, 0)

    def cells(self) -> Cells:
        """Return the sums, ascending by group, event and member."""
        used = np.flatnonzero(self._key >= 0)
        packed, loss = self._key[used], self._sum[used]
        order = np.argsort(packed, kind="stable")
        packed, loss = packed[order], loss[order]
        pair = packed >> MEMBER_BITS
        return Cells(pair >> EVENT_BITS, pair & (1 << EVENT_BITS) - 1,
                     packed & (1 << MEMBER_BITS) - 1, loss)
