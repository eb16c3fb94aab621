"""Who pays what of a coinsured policy: shares by insurer, and their losses beside ours.

The followers settle as the leader does: of the same loss, each its share. What the shares leave of
the whole nobody here pays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from riskcloud.finance.sums import summed
from riskcloud.types import Bools, Floats, Ints
from riskcloud.types.terms import OedBook

if TYPE_CHECKING:
    from riskcloud.analysis.terms.book import Compiled


@dataclass(frozen=True, slots=True)
class Panels:
    """Shares of insurers (n,): policy, insurer ('' for what is left of the whole), share of the
    whole, share by ours; leads, ours (n,). names and payer: distinct insurers in each currency.
    """

    policy: Ints
    insurer: tuple[str, ...]
    share: Floats
    to_ours: Floats
    leads: Bools
    ours: Bools
    names: tuple[tuple[str, str], ...]
    payer: Ints


def panels_of(book: OedBook) -> Panels | None:
    """Return the panels of a book, None where nothing is coinsured."""
    clauses = book.clauses
    reach = None if clauses is None else clauses.reach.get("coinsurance")
    if clauses is None or reach is None or not len(reach):
        return None
    order = np.lexsort((clauses.row[reach.clause], reach.policy))
    clause, policy = reach.clause[order], reach.policy[order]
    share, leads, ours = (clauses.values[name][clause] for name in ("Share", "Lead", "Ours"))
    insured = np.unique(policy)
    total = summed(np.searchsorted(insured, policy), share, len(insured))
    left = np.flatnonzero(total < 1.0 - 1e-9)
    insurer = [*(clauses.words["Insurer"][k] for k in clause), *[""] * len(left)]
    policy = np.concatenate([policy, insured[left]])
    share = np.concatenate([share, 1.0 - total[left]])
    of_none = np.zeros(len(left), dtype=bool)
    is_lead, is_ours = (np.concatenate([flag == 1.0, of_none]) for flag in (leads, ours))
    own = np.ones(len(book.accounts.account))
    own[policy[is_ours]] = share[is_ours]
    currency = [word.strip().upper() for word in book.currency.word.to_pylist()]
    code = book.currency.code[book.accounts.account[policy]]
    payers = [(name, currency[k]) for name, k in zip(insurer, code, strict=True)]
    names = sorted(set(payers), key=lambda payer: (payer[0] == "", payer))
    place = {name: k for k, name in enumerate(names)}
    return Panels(policy, tuple(insurer), share, share / own[policy], is_lead, is_ours,
                  tuple(names), np.array([place[payer] for payer in payers], dtype=np.int64))


def by_insurer(panels: Panels, paid: Floats) -> Floats:
    """Return what each insurer of ``names`` pays, from what we pay by policy."""
    return summed(panels.payer, paid[panels.policy] * panels.to_ours, len(panels.names))


def insurers_pay(panels: Panels | None, policy: Ints, paid: Floats) -> Floats:
    """Return what each insurer of ``names`` pays of an event, from what we pay by outcome (n_out,).

    policy (n_out,): of each outcome. Empty where nothing is coinsured.
    """
    if panels is None:
        return np.empty(0)
    return by_insurer(panels, summed(policy, paid, int(panels.policy.max()) + 1))


def panel_rows(book: OedBook, panels: Panels) -> list[dict[str, Any]]:
    """Return the shares by policy and insurer; the row without insurer is what they leave."""
    names = ("PortNumber", "AccNumber", "PolNumber", "LayerNumber")
    words = {name: book.accounts.words[name] for name in names}
    order = np.lexsort((np.array([name == "" for name in panels.insurer]), panels.policy))
    return [{**{name: str(word.word[int(word.code[panels.policy[k]])].as_py())
                for name, word in words.items()},
             "Insurer": panels.insurer[k], "Share": float(panels.share[k]),
             "Lead": bool(panels.leads[k]), "Ours": bool(panels.ours[k])} for k in order]


def insurer_rows(panels: Panels, losses: Sequence[Floats]) -> list[dict[str, Any]]:
    """Return what each insurer pays of each event; whether it leads a panel, and is ours."""
    own, leads = ({panels.names[k] for k in panels.payer[flag]}
                  for flag in (panels.ours, panels.leads))
    return [{"Insurer": name, "currency": currency, "Lead": (name, currency) in leads,
             "Ours": (name, currency) in own,
             "losses": [float(event[k]) for event in losses]}
            for k, (name, currency) in enumerate(panels.names)]


def coinsurance_facts(compiled: "Compiled", losses: Sequence[Floats]) -> dict[str, Any]:
    """Return ``panels`` and ``insurers`` of a book, from each event's losses by insurer."""
    if compiled.panels is None:
        return {}
    return {"coinsurance": {"panels": panel_rows(compiled.book, compiled.panels),
                            "insurers": insurer_rows(compiled.panels, losses)}}


def coinsurance_means(book: OedBook, panels: Panels, mean: Floats) -> dict[str, Any]:
    """Return ``panels`` and ``insurers`` of a book, these with the mean loss of each (n_names,)."""
    rows = insurer_rows(panels, [mean])
    return {"panels": panel_rows(book, panels),
            "insurers": [{**{name: row[name] for name in ("Insurer", "currency", "Lead", "Ours")},
                          "mean": row["losses"][0]} for row in rows]}


def shares_of(book: OedBook) -> dict[str, Any]:
    """Return ``coinsurance`` with the ``panels`` of a book, nothing where there are none."""
    panels = panels_of(book)
    return {} if panels is None else {"coinsurance": {"panels": panel_rows(book, panels)}}
