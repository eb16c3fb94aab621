"""What an account does to a book: the same years, events and draws with it, without it, alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.analysis.risk.stages import restart
from riskcloud.errors import InputError, Problem
from riskcloud.loss.statistics.annual import YearLosses
from riskcloud.types import Bools, Floats, Ints

if TYPE_CHECKING:
    from riskcloud.analysis.risk.run import EventLosses, Risk
    from riskcloud.analysis.risk.stages import Stages

MOST: Final = 20
"""Accounts looked at in one run; each takes its own pass through policies and treaties. Ours."""
ADDED: Final = "--add-location"
_HOW: Final = ("with", "without", "alone")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Locations (n_locations,) whose effect is asked: those of an account, or what is added."""

    name: str
    inside: Bools
    added: bool = False


@dataclass(frozen=True, slots=True)
class _Kept:
    """Some of the rows; part: their peril among the event's, where rows tell it; event (n_events,):
    places among those of the run.
    """

    event: Ints
    location: Ints
    part: Ints


class MarginalStages:
    """A book's stages, and behind them those of the book without each candidate, and of it alone.

    What is left out of a book loses nothing: terms, policies and treaties see each account's own
    losses alone, so that no other book need be compiled. ``losses`` returns (n_events, n_stages x
    (1 + 2 x n_candidates), n_groups, n_members); means and names are the book's.
    """

    def __init__(self, stages: "Stages", candidates: Sequence[Candidate]) -> None:
        self.stages, self.candidates = stages, tuple(candidates)
        self.names, self.currencies = stages.names, stages.currencies
        # where terms remember the year, each variant has years of its own
        years = getattr(stages, "years", None)
        self._own: list[Any] = []
        if years is not None and years.remembers:
            again: Any = stages
            self._own = [again.again(str(k)) for k in range(2 * len(self.candidates))]

    def begin(self) -> None:
        """Begin a run: nothing of any year is used."""
        for stages in (self.stages, *self._own):
            restart(stages)

    def notes(self) -> list[str]:
        """Return what the book's stages assume."""
        return list(getattr(self.stages, "notes", list)())

    def losses(self, event: Ints, hits: Any, ratio: Floats, n_groups: int,
               ) -> tuple[Floats, Floats]:
        """Return losses and means, see ``risk.Stages``."""
        whole, mean = self.stages.losses(event, hits, ratio, n_groups)
        found = [whole]
        for k, candidate in enumerate(self.candidates):
            his = candidate.inside[hits.location]
            for how, keep in enumerate((~his, his)):
                own = self._own[2 * k + how] if self._own else None
                found.append(self._part(event, hits, ratio, keep, whole, own))
        return np.concatenate(found, axis=1), mean

    def _part(self, event: Ints, hits: Any, ratio: Floats, keep: Bools, whole: Floats,
              own: Any) -> Floats:
        """Return the losses of some of the rows; events of all or none of them are known.

        own : stages with years of their own, for which no event is known.
        """
        n = len(event) - 1
        kept = np.add.reduceat(np.append(keep, False).astype(np.int64), event[:-1])
        count = np.diff(event)
        kept[count == 0] = 0
        found = np.zeros_like(whole)
        if own is None:
            found[kept == count] = whole[kept == count]
        mixed = np.flatnonzero((kept > 0) & ((kept < count) | (own is not None)))
        if not len(mixed):
            return found
        of = np.repeat(np.arange(n), count)
        rows = np.flatnonzero(keep & np.isin(of, mixed))
        start = np.concatenate([[0], np.cumsum(kept[mixed])])
        part = getattr(hits, "part", None)
        at = getattr(hits, "event", None)
        some: Any = _Kept(np.zeros(n, np.int64)[mixed] if at is None else at[mixed],
                          hits.location[rows], np.zeros(len(rows), np.int64) if part is None
                          else part[rows])
        found[mixed] = (own or self.stages).losses(start, some, ratio[rows], whole.shape[2])[0]
        return found

    def of_book(self, losses: "EventLosses") -> "EventLosses":
        """Return the book's own losses out of those of all."""
        n = len(self.names)
        own = {name: getattr(losses, name)[:, :n] for name in ("loss", "by_peril")
               if getattr(losses, name, None) is not None}
        return replace(losses, **own)


class MarginalYears:
    """Keeps the years' sums and largest events of a book with, without and of candidates alone."""

    def __init__(self, stages: MarginalStages, year: Ints, n_years: int, n_members: int) -> None:
        self.stages, self.n_years = stages, n_years
        self._year = np.asarray(year)
        shape = (n_years, len(stages.names) * (1 + 2 * len(stages.candidates)),
                 len(stages.currencies), n_members)
        self._total, self._largest = np.zeros(shape), np.zeros(shape)

    def add(self, losses: "EventLosses") -> None:
        """Add the losses of some events, of the book and its variants."""
        year = self._year[losses.event] - 1
        np.add.at(self._total, year, losses.loss)
        np.maximum.at(self._largest, year, losses.loss)

    def years(self, candidate: int, stage: int, currency: int) -> dict[str, YearLosses]:
        """Return the years with, without, alone of a candidate, by place of stage and currency."""
        n = len(self.stages.names)
        first = (0, n * (1 + 2 * candidate), n * (2 + 2 * candidate))
        return {how: _years(self._total[:, begin + stage, currency],
                            self._largest[:, begin + stage, currency])
                for how, begin in zip(_HOW, first, strict=True)}

    def error(self, candidate: int, stage: int, currency: int) -> float:
        """Return the standard error of the marginal average annual loss.

        That of n_years independent years, each the mean over its samples of the difference: with
        and without have their years in common, so that it is far smaller than either's.
        """
        first = len(self.stages.names) * (1 + 2 * candidate)
        less = (self._total[:, stage, currency]
                - self._total[:, first + stage, currency]).mean(axis=1)
        return float(less.std(ddof=1) / np.sqrt(self.n_years)) if self.n_years > 1 else np.nan


def _years(total: Floats, largest: Floats) -> YearLosses:
    n_years, n_members = total.shape
    key = np.flatnonzero(total.ravel() > 0.0)
    return YearLosses(n_years, n_members, key, total.ravel()[key], largest.ravel()[key])


def find_candidates(risk: "Risk", accounts: Sequence[str], added: Sequence[tuple[str, str, str]],
                    ) -> list[Candidate]:
    """Return the accounts named, and what is added to the book, as sets of locations.

    Parameters
    ----------
    accounts : AccNumber, or PortNumber/AccNumber where several portfolios have it.
    added : keys (PortNumber, AccNumber, LocNumber) of the locations added to the book.

    Raises
    ------
    InputError : an account that the portfolio has not, or that several portfolios have; too many.
    """
    port, account, loc = (_text(risk.table[name]) for name in
                          ("portfolio_id", "account_id", "loc_id"))
    problems, found = [], list[Candidate]()
    for word in dict.fromkeys(accounts):
        first, slash, last = word.partition("/")
        inside = (port == first) & (account == last) if slash else np.zeros(len(port), bool)
        inside = inside if inside.any() else account == word
        owners = sorted(set(port[inside].tolist()))
        if not inside.any():
            problems.append(Problem(0, "--marginal", word, "no such account in the portfolio"))
        elif len(owners) > 1:
            problems.append(Problem(0, "--marginal", word, "several portfolios have this account: "
                                    "write PortNumber/AccNumber"))
        else:
            found.append(Candidate(word, inside))
    if len(found) > MOST:
        problems.append(Problem(0, "--marginal", str(len(found)), f"{MOST} accounts at most"))
    if problems:
        raise InputError(f"--marginal: {len(problems)} problem(s)", problems)
    if added:
        keys = set(added)
        inside = np.array([one in keys for one in zip(port.tolist(), account.tolist(),
                                                      loc.tolist(), strict=True)])
        found.append(Candidate(ADDED, inside, added=True))
    return found


def _text(column: Any) -> npt.NDArray[Any]:
    words = column.astype(object).where(column.notna(), "")
    return np.array([str(word).strip() for word in words], dtype=object)


def location_keys(table: Any) -> list[tuple[str, str, str]]:
    """Return PortNumber, AccNumber and LocNumber of the rows of a portfolio's table."""
    columns = [_text(table[name]).tolist() for name in ("portfolio_id", "account_id", "loc_id")]
    return list(zip(*columns, strict=True))
