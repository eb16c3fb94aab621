"""A book in OED form, read and checked, as arrays: locations, policies, treaties, terms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from riskcloud.types.arrays import Bools, Floats, Ints, Times

LEVELS = ("1Building", "2Other", "3Contents", "4BI", "5PD", "6All")
"""Coverages that a term acts on, as OED spells the end of a column's name."""
LEVEL_MASK = (0b0001, 0b0010, 0b0100, 0b1000, 0b0111, 0b1111)
"""Coverages (bit 0 building, 1 other, 2 contents, 3 BI) of each level."""


def _all_in_order(rows: Ints, n: int) -> bool:
    return len(rows) == n and bool((rows[1:] > rows[:-1]).all())


@dataclass(frozen=True, slots=True)
class LevelTerms:
    """Terms of one level as written, (n,) each: 0 where there is none.

    Types: 0 amount, 1 share of the loss, 2 share of the sum insured. Codes: OED's.
    """

    deductible: Floats
    deductible_type: Ints
    deductible_code: Ints
    minimum: Floats
    maximum: Floats
    limit: Floats
    limit_type: Ints
    limit_code: Ints

    def take(self, rows: Ints) -> "LevelTerms":
        """Return the terms of some rows."""
        if _all_in_order(rows, len(self.limit)):
            return self
        return LevelTerms(*(getattr(self, name)[rows] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class TermRows:
    """Terms of ``owner`` (n,) by level (position in LEVELS), for ``perils`` (n,), bits.

    row (n,): of the file. A level nobody has terms of is left out.
    """

    owner: Ints
    perils: Ints
    row: Ints
    levels: Mapping[int, LevelTerms]

    def __len__(self) -> int:
        return len(self.owner)


@dataclass(frozen=True, slots=True)
class Payouts:
    """Steps of step functions: owner (a policy), mask (coverages), number, row of the file (n,).

    amounts (n, 8): trigger start and end, payout at the start and the end, deductible, limit, limit
    of extra expenses, and nothing. shares (n, 11): trigger start and end of the sum insured; payout
    at the start of the loss and of the sum insured, at the end of both; extra expenses, debris
    removal, scale; 1 where the step only adds to what an earlier one pays; 1 where it pays only if
    the loss of buildings reaches none of their steps. No end or limit is inf.
    """

    owner: Ints
    mask: Ints
    number: Ints
    row: Ints
    amounts: Floats
    shares: Floats


@dataclass(frozen=True, slots=True)
class Words:
    """A column as codes (n,) and what they stand for; code of a blank is that of ''."""

    code: Ints
    word: Any

    def take(self, rows: Ints) -> "Words":
        """Return the words of some rows."""
        if _all_in_order(rows, len(self.code)):
            return self
        return Words(self.code[rows], self.word)


@dataclass(frozen=True, slots=True)
class Dates:
    """When something is in force (n,) each, both ends included; NaT where the file says nothing."""

    inception: Times
    expiry: Times

    def in_force(self, when: Any) -> Bools:
        """Return which are in force (n,) at a time; an open end is always inside."""
        return np.asarray(~((self.inception > when) | (self.expiry < when)))


@dataclass(frozen=True, slots=True)
class LocationBook:
    """Locations, one a key (PortNumber, AccNumber, LocNumber), in the order of the file.

    row, account (n,); tiv (n, 4); perils (n,) bits of the perils covered; terms: owner is a
    location; more than one row of it where they differ by peril. bi_waiting_days,
    bi_indemnity_days, participation (n,) or None where no row has any. tag_of, tag: pairs of a
    location and a CondTag. words: key and scope columns. dates: None where no row has any.
    """

    row: Ints
    account: Ints
    tiv: Floats
    perils: Ints
    terms: TermRows
    bi_waiting_days: Floats | None
    bi_indemnity_days: Floats | None
    participation: Floats | None
    tag_of: Ints
    tag: Ints
    words: Mapping[str, Words]
    dates: Dates | None = None

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True, slots=True)
class AccountBook:
    """Accounts and their policies (one a PolNumber and LayerNumber).

    policy arrays (n_policies,), sorted by account: account, row, perils covered, attachment, limit
    (0: none), share; account_share (n_accounts,). policy_terms and account_terms: owner is a policy
    or an account. conditions: owner is a policy; condition_tag, priority, restricts (n,) of them.
    payouts: None where no policy has a step function.
    words: key and scope columns by policy. account_words: PortNumber and AccNumber by account.
    dates and hours (n_policies,) (HoursClause, 0 for none): None where no row has any.
    """

    account: Ints
    row: Ints
    perils: Ints
    attachment: Floats
    limit: Floats
    share: Floats
    account_share: Floats
    policy_terms: TermRows
    conditions: TermRows
    condition_tag: Ints
    priority: Ints
    restricts: npt.NDArray[Any]
    account_terms: TermRows
    payouts: Payouts | None
    words: Mapping[str, Words]
    account_words: Mapping[str, Words]
    dates: Dates | None = None
    hours: Floats | None = None

    @property
    def n_accounts(self) -> int:
        """Return how many accounts there are."""
        return len(self.account_share)


@dataclass(frozen=True, slots=True)
class TreatyPeriods:
    """What contracts (n,) say of time.

    by_date: their dates count (UseReinsDates); attaching: they cover policies that begin in their
    period (RA) and not losses that occur in it (LO). days: of the period of their aggregates.
    reinstatements: their number, -1 where the file says nothing (as many as needed, free);
    charges: the share of ``premium`` that each costs, in order; the last holds for all further.
    """

    dates: Dates
    by_date: Bools
    attaching: Bools
    days: Floats
    reinstatements: Ints
    charges: tuple[tuple[float, ...], ...]
    premium: Floats


@dataclass(frozen=True, slots=True)
class Treaties:
    """Reinsurance contracts (n,) in the order of the file, and their scope rows.

    number: ReinsNumber as written; kind QS, SS, PR, CXL, FAC or AXL; risk_level LOC, POL, ACC, LGR
    or ''. amounts: name of the OED column -> (n,), 0 for none, shares 1. scope_of (m,): contract of
    a scope row; scope: columns (m,) of text, '' where blank; scope_ceded (m,), NaN where blank.
    file, scope_file: names of the files they stand in.
    """

    row: Ints
    number: tuple[str, ...]
    name: tuple[str, ...]
    kind: tuple[str, ...]
    risk_level: tuple[str, ...]
    perils: Ints
    inuring: Ints
    currency: tuple[str, ...]
    amounts: Mapping[str, Floats]
    scope_of: Ints
    scope_row: Ints
    scope: Mapping[str, Any]
    scope_ceded: Floats
    periods: TreatyPeriods | None = None
    file: str = ""
    scope_file: str = ""

    def __len__(self) -> int:
        return len(self.number)


@dataclass(frozen=True, slots=True)
class Reach:
    """Where clauses of one kind act (n,): clause (place in ``Clauses``), policy, location, perils.

    policy is -1 for what acts before policies, location -1 for what acts on the policy itself;
    perils: bits. Where one clause alone may act, others have been taken out.
    """

    clause: Ints
    policy: Ints
    location: Ints
    perils: Ints

    def __len__(self) -> int:
        return len(self.clause)


@dataclass(frozen=True, slots=True)
class Clauses:
    """Clauses beside the files (n,), in the order of their file.

    kind, row of the file, mask (bits of the coverages, see LEVEL_MASK), perils (bits); values: name
    of the column -> (n,), NaN where blank; words: Per and Insurer as written, Per 'event' where
    blank. n_keys (n,): how many key columns are filled. group (n,): alike for rows with the same
    keys and perils (the panel of a coinsurance). reach: by kind, of kinds that the file has.
    """

    kind: tuple[str, ...]
    row: Ints
    mask: Ints
    perils: Ints
    values: Mapping[str, Floats]
    words: Mapping[str, tuple[str, ...]]
    n_keys: Ints
    group: Ints
    reach: Mapping[str, Reach]

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True, slots=True)
class OedBook:
    """A whole book: ``currency`` of its amounts, what was noted, and what nothing maps."""

    locations: LocationBook
    accounts: AccountBook
    treaties: Treaties | None
    currency: Words
    notes: tuple[str, ...] = ()
    unmapped: tuple[Mapping[str, Any], ...] = ()
    set_aside: Mapping[str, Any] = field(default_factory=dict)
    clauses: Clauses | None = None
