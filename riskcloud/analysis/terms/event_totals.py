"""Totals of the events of a loss table by stage and currency; what contracts recover."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from riskcloud.analysis.terms.book import Compiled
from riskcloud.analysis.terms.events import Struck
from riskcloud.analysis.terms.ground_up import GroundUp
from riskcloud.finance.sums import summed
from riskcloud.types import Floats, Ints

MEASURES: Final = ("loss_gul", "loss_il", "loss_ri")
STAGES: Final = ("ground_up", "gross", "net")
MOST_KEPT: Final = 1_000_000
"""Recoveries by event and contract that are kept, 8 MB; beyond them only their sums. Ours."""


class EventTotals:
    """Grows event by event.

    loss (n_events, 3, n_currencies): ground-up, gross, net; by_priority (n_events, n_priorities):
    net behind each; recovered (n_events, n_contracts), None where that would be too much;
    over_ceded: places ceded more than whole. premium: what contracts (n_contracts,) were paid for
    reinstatements, by year, over all members. n_outside: events that struck what was not in force;
    n_undated: events without a date, where the book has dates. insurers (n_events, n_insurers):
    what each pays. reinstated: premium for sums insured that stand again, by year and policy, over
    all members.
    """

    def __init__(self, compiled: Compiled, ground_up: GroundUp) -> None:
        self.compiled = compiled
        book, contracts = compiled.book, compiled.contracts
        words = [word.strip().upper() for word in book.currency.word.to_pylist()]
        of_location = book.currency.code[book.locations.account]
        used = sorted({words[k] for k in np.unique(of_location)})
        self.currencies = used
        place = np.array([used.index(word) if word in used else 0 for word in words], np.int64)
        self._currency: Ints = place[of_location]
        n = len(ground_up)
        self.loss = np.zeros((n, len(STAGES), len(used)))
        n_contracts = 0 if contracts is None else len(contracts.inuring)
        n_priorities = 0 if contracts is None else len(contracts.priorities)
        self.by_priority = np.zeros((n, n_priorities))
        self.recovered = np.zeros((n, n_contracts)) if n * n_contracts <= MOST_KEPT else None
        self._weight: Floats | None = None
        self.annual, self.annual_premium = np.zeros(n_contracts), np.zeros(n_contracts)
        self.over_ceded = 0
        n_insurers = 0 if compiled.panels is None else len(compiled.panels.names)
        self.insurers, self.annual_insurers = np.zeros((n, n_insurers)), np.zeros(n_insurers)
        self.premium: dict[int, Floats] = {}
        self.reinstated: dict[tuple[int, int], float] = {}
        self.treaties = book.treaties
        self._year, self.n_outside = ground_up.year, 0
        self.n_undated = 0
        if compiled.has_dates:
            self.n_undated = n if ground_up.date is None else int(np.isnat(ground_up.date).sum())

    def weigh(self, weight: Floats) -> None:
        """Let ``annual``, ``annual_premium`` (n_contracts,) and ``annual_insurers`` be the sums of
        recoveries, of premium for reinstatements and of what insurers pay, times the weights of
        their events (n_events,).
        """
        self._weight = weight

    def add(self, k: int, losses: Struck) -> None:
        """Take the losses of event k."""
        currency = self._currency[losses.location]
        for stage, values in enumerate((losses.ground_up, losses.gross, losses.net)):
            self.loss[k, stage] = summed(currency, values, len(self.currencies))
        self.by_priority[k] = losses.by_priority
        if self.recovered is not None:
            self.recovered[k] = losses.recovery
        if self._weight is not None:
            self.annual += self._weight[k] * losses.recovery
            self.annual_insurers += self._weight[k] * losses.insurers
            if losses.premium.size:
                self.annual_premium += self._weight[k] * losses.premium
        self.over_ceded += losses.over_ceded
        self.insurers[k] = losses.insurers
        self.n_outside += losses.outside
        year = 0 if self._year is None else int(self._year[k])
        for policy, amount in zip(*losses.reinstated, strict=True):
            key = year, int(policy)
            self.reinstated[key] = self.reinstated.get(key, 0.0) + float(amount)
        if losses.premium.any():
            self.premium[year] = self.premium.get(year, 0.0) + losses.premium

    def notes(self) -> list[str]:
        """Return what was assumed of events and dates."""
        found = []
        if self.n_outside:
            found.append(f"{self.n_outside} event(s) struck policies or locations that were not in "
                         "force on their day: these pay nothing")
        if self.n_undated:
            found.append(f"{self.n_undated} event(s) without a date: whatever the dates of "
                         "policies, locations and contracts, they are covered")
        return found


def premium_rows(totals: EventTotals, ground_up: GroundUp) -> list[dict[str, Any]]:
    """Return what each contract was paid for reinstatements, a row a year and contract.

    The mean over the table's members; without years, the sum over all events.
    """
    treaties = totals.treaties
    if treaties is None:
        return []
    return [{"year": year if ground_up.year is not None else None,
             "ReinsNumber": treaties.number[k], "currency": treaties.currency[k],
             "premium": float(premium[k]) / max(ground_up.n_members, 1)}
            for year, premium in sorted(totals.premium.items())
            for k in np.flatnonzero(premium).tolist()]


def event_rows(totals: EventTotals, ground_up: GroundUp, most: int) -> list[dict[str, Any]]:
    """Return the totals of the first events, a row an event and currency, ``most`` at most."""
    found: list[dict[str, Any]] = []
    for k in range(min(len(ground_up), most)):
        label = ground_up.label[k]
        found += [{**label, "currency": currency,
                   **dict(zip(MEASURES, totals.loss[k, :, c].tolist(), strict=True))}
                  for c, currency in enumerate(totals.currencies)]
    return found[:most]


def mean_rows(totals: EventTotals, ground_up: GroundUp, most: int) -> list[dict[str, Any]]:
    """Return each event's mean over the members of the table, terms applied to each of them.

    A member without a row for an event loses nothing in it.
    """
    occurrence, first, mean = means(totals, ground_up)
    found: list[dict[str, Any]] = []
    for k in occurrence[:most].tolist():
        label: Mapping[str, Any] = ground_up.label[int(first[k])]
        kept = {name: value for name, value in label.items() if name != "member"}
        found += [{**kept, "currency": currency, "n_members": ground_up.n_members,
                   **dict(zip(MEASURES, mean[k, :, c].tolist(), strict=True))}
                  for c, currency in enumerate(totals.currencies)]
    return found[:most]


def means(totals: EventTotals, ground_up: GroundUp) -> tuple[Ints, Ints, Floats]:
    """Return the occurrences of events (in a year) in the table's order, where the first member of
    each stands, and each one's mean over the members (n_occurrences, 3, n_currencies).
    """
    of_event = ground_up.occurrence
    n = int(of_event.max(initial=-1)) + 1
    first = np.full(n, -1)
    first[of_event[::-1]] = np.arange(len(of_event))[::-1]
    mean = np.zeros((n, *totals.loss.shape[1:]))
    np.add.at(mean, of_event, totals.loss)
    return of_event[np.sort(first)], first, mean / max(ground_up.n_members, 1)


def sum_insured_rows(totals: EventTotals, ground_up: GroundUp) -> list[dict[str, Any]]:
    """Return what is due for sums insured that stand again, a row a year and policy (see
    ``premium_rows``).
    """
    accounts, book = totals.compiled.book.accounts, totals.compiled.book
    names = ("AccNumber", "PolNumber", "LayerNumber")
    currency = book.currency.word.to_pylist()
    found: list[dict[str, Any]] = []
    for (year, policy), premium in sorted(totals.reinstated.items()):
        words = {name: accounts.words[name] for name in names}
        found.append({
            "year": year if ground_up.year is not None else None,
            **{name: str(word.word[int(word.code[policy])].as_py())
               for name, word in words.items()},
            "currency": currency[book.currency.code[accounts.account[policy]]],
            "premium": premium / max(ground_up.n_members, 1)})
    return found
