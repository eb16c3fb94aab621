"""What the events of a simulated year leave to those after them, sample by sample.

Source: docs/science/terms.md, A year. Event sets say the year of an event and no date: within a
year events act in the order of their set.
"""

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from riskcloud.analysis.terms.book import Compiled, Used, unused
from riskcloud.analysis.terms.years import A_YEAR
from riskcloud.errors import InputError
from riskcloud.kernels import contracts as kernel
from riskcloud.kernels.annual import N_USED
from riskcloud.types import Bools, Floats, Ints

if TYPE_CHECKING:
    from riskcloud.analysis.risk.run import Risk

MOST_BYTES: Final = 2e9
"""What years that all are kept may take. Ours."""


def contracts_of_a_year(compiled: Compiled) -> Bools:
    """Return which contracts remember the year (n_contracts,)."""
    if compiled.contracts is None:
        return np.zeros(0, dtype=bool)
    term = compiled.contracts.term
    return np.asarray((term[:, kernel.AGG_ATTACHMENT] > 0.0)
                      | np.isfinite(term[:, kernel.AGG_LIMIT]))


class SimulatedYears:
    """State of each sample in the year of the events that come; none where nothing remembers.

    shared : by year, what contracts have used of it in events of other kinds, which came before;
        the same for all kinds of a run, None for one kind alone.
    """

    def __init__(self, compiled: Compiled, year: Ints, n_members: int,
                 shared: dict[int, Floats] | None = None) -> None:
        self._compiled, self._n, self._shared = compiled, n_members, shared
        self._of_year = contracts_of_a_year(compiled)
        self.remembers = len(compiled.program.follows) > 0 or bool(self._of_year.any())
        self._year = 0
        self._used: list[Used] = []
        self._all: dict[int, list[Used]] | None = None
        if self.remembers and not in_order(year):  # every year is kept
            self._check_memory(len(np.unique(year)))
            self._all = {}
        self.premium = np.zeros(len(self._of_year))

    def begin(self) -> None:
        """Forget everything: the first event of a run comes next."""
        self._year, self._used = 0, []
        self._all = None if self._all is None else {}
        self.premium[:] = 0.0

    def _check_memory(self, n_years: int) -> None:
        size = 8 * n_years * self._n * (len(self._compiled.program.follows) * N_USED
                                        + 2 * len(self._of_year))
        if size > MOST_BYTES:
            raise InputError(f"annual terms of {n_years} years whose events do not stand by year "
                             f"need {size / 1e9:.0f} GB: make the event set again, in order of "
                             "year")

    def used(self, year: int) -> list[Used] | None:
        """Return what each member has used of a year before its next event, which adds to it."""
        if not self.remembers:
            return None
        if year != self._year or not self._used:
            self.keep()
            self._year = year
            if self._all is not None and year in self._all:
                self._used = self._all[year]
                return self._used
            self._used = [unused(self._compiled) for _ in range(self._n)]
            if self._all is not None:
                self._all[year] = self._used
            if self._shared is not None and year in self._shared:
                for one, kept in zip(self._used, self._shared[year], strict=True):
                    one.contracts[self._of_year] = kept
        return self._used

    def keep(self) -> None:
        """Keep what contracts have used of the year for events of other kinds."""
        if self._shared is not None and self._used and self._of_year.any():
            self._shared[self._year] = np.stack([one.contracts[self._of_year]
                                                 for one in self._used])


def book_stages(stages: Any) -> Any:
    """Return the stages of a book that others may stand around; None where there is no book."""
    own = getattr(stages, "stages", stages)
    return own if hasattr(own, "years") else None


def premium_rows(risk: "Risk") -> list[dict[str, Any]]:
    """Return what each contract is paid for reinstatements, the mean of a year and sample."""
    of_book = [one for one in map(book_stages, risk.stages_of.values()) if one is not None]
    if not of_book or of_book[0].compiled.book.treaties is None:
        return []
    treaties = of_book[0].compiled.book.treaties
    premium = np.sum([one.years.premium for one in of_book], axis=0)
    return [{"ReinsNumber": treaties.number[k], "currency": treaties.currency[k],
             "annual_premium": float(premium[k]) / risk.years}
            for k in np.flatnonzero(premium).tolist()]


def in_order(year: Ints) -> bool:
    """Return whether events stand by year."""
    return bool((np.diff(year) >= 0).all())


def notes_of(compiled: Compiled, n_kinds: int) -> list[str]:
    """Return what is assumed of terms that remember the year."""
    found = list(compiled.notes)
    treaties = compiled.book.treaties
    if len(compiled.program.follows) and n_kinds > 1:
        found.append("annual terms of policies see storms, floods and earthquakes of a year apart")
    if contracts_of_a_year(compiled).any() and n_kinds > 1:
        found.append("contracts of a year see its storms first, then floods, then earthquakes")
    if treaties is not None and treaties.periods is not None \
            and not np.isin(treaties.periods.days, A_YEAR).all():
        found.append("periods of contracts other than a year are taken for a year")
    return found
