"""What a run of ``riskcloud parametric`` found, whichever way the indexes became known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from riskcloud.analysis.ground import layer_entries
from riskcloud.analysis.parametric.storms import StormRequest, storm_values
from riskcloud.analysis.parametric.summary import (
    UNKNOWN,
    cover_rows,
    event_shares,
    status_of,
    tier_rows,
    totals,
)
from riskcloud.messages import translated
from riskcloud.types import Floats, Outlook
from riskcloud.types.covers import INDEXES, REPORTED, Covers

OnProgress = Callable[[int, int], None]
BEFORE, EVENTS, QUAKE, OBSERVED = "forecast", "events", "quake", "observed"
"""Ways in which indexes become known."""


@dataclass(frozen=True, slots=True)
class Found:
    """summary: what summary.json holds; covers, tiers: rows of the tables; losses: the loss table;
    cards: (kind, name) of the cards used.
    """

    summary: Mapping[str, Any]
    covers: list[dict[str, Any]]
    tiers: list[dict[str, Any]]
    losses: pa.Table
    cards: tuple[tuple[str, str], ...] = ()
    more: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)


def run_storm(covers: Covers, outlook: Outlook, request: StormRequest, *,
              on_progress: OnProgress = lambda done, total: None) -> Found:
    """Return the distribution of payouts of a storm that is forecast.

    Arguments and errors as ``storms.storm_values``.
    """
    values = storm_values(covers, outlook, request,
                          on_share=lambda share: on_progress(int(100 * share), 100))
    event = {"event_id": values.event_id, "name": values.name,
             "agencies": [one.agency for one in (*outlook.advisories, *outlook.ensemble[:1])],
             "issued_utc": _issued(outlook), "wind_models": dict(values.weights),
             "layers": layer_entries(values.layers)}
    return one_event(covers, values.value, values.when, BEFORE, event,
                     notes=(*outlook.notes, *values.notes), cards=values.cards)


def one_event(covers: Covers, value: Floats, when: Any, way: str, event: Mapping[str, Any], *,
              notes: tuple[str, ...] = (), cards: tuple[tuple[str, str], ...] = ()) -> Found:
    """Return what realisations (1, n_members, n_places) of one event pay."""
    status = status_of(covers, value, when)
    paid = event_shares(covers, value, status)
    rows, tiers = cover_rows(covers, value, paid, status), tier_rows(covers, value, status)
    said = (*covers.notes, *notes, *unknown_notes(covers, status, way))
    summary = {"way": way, "event": dict(event), "covers_file": covers.source,
               "n_covers": len(covers), "n_members": len(paid), "totals": totals(covers, paid),
               "covers": rows, "tiers": tiers, **both_languages(said)}
    return Found(summary, rows, tiers, member_table(covers, str(event["event_id"]), paid), cards)


def unknown_notes(covers: Covers, status: list[str], way: str) -> tuple[str, ...]:
    """Return why covers have no payout: what is reported alone, or what this way cannot tell."""
    notes = []
    for c, one in enumerate(status):
        if one != UNKNOWN:
            continue
        if covers.per_day[c] and way != OBSERVED:
            notes.append(f"cover {covers.number[c]}: pays by the day, and how long it lasts is "
                         "known of readings alone (--observed): left out")
        elif INDEXES[covers.index[c]].kind == REPORTED:
            notes.append(f"cover {covers.number[c]}: a signal is reported, not modelled: give it "
                         "with --observed; left out")
        else:
            notes.append(f"cover {covers.number[c]}: nothing here tells its index "
                         f"{covers.index[c]}: left out")
    return tuple(notes)


def both_languages(notes: tuple[str, ...]) -> dict[str, list[str]]:
    """Return notes, each once, in English and Chinese."""
    once = list(dict.fromkeys(notes))
    return {"notes": once, "notes_zh": [translated(note, "zh") for note in once]}


def member_table(covers: Covers, event_id: str, paid: Floats) -> pa.Table:
    """Return payouts above 0 of one event's realisations (n_members, n_covers) as a loss table."""
    member, cover = np.nonzero(np.nan_to_num(paid) > 0.0)
    if not len(member) and len(paid):  # nothing paid is an answer too
        member, cover = np.zeros(1, np.int64), np.zeros(1, np.int64)
    return loss_table(covers, np.full(len(member), event_id, object), member, cover,
                      np.nan_to_num(paid[member, cover]))


def loss_table(covers: Covers, event_id: Any, member: Any, cover: Any, loss: Floats,
               **columns: Any) -> pa.Table:
    """Return payouts as ``riskcloud ep`` reads them: a row an event, member and cover."""
    index = pa.array(np.asarray(cover, np.int32))

    def words(names: Any) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(index, pa.array([str(one) for one in names]))

    table = {"event_id": pa.array([str(one) for one in event_id], pa.string()),
             **{name: pa.array(values) for name, values in columns.items()},
             "member": pa.array(np.asarray(member, np.int32)), "cover": words(covers.number),
             "account": words(covers.words["AccNumber"]),
             "client": words(covers.words["ClientNumber"]),
             "index": words(covers.index), "currency": words(covers.currency),
             "stage": words(["gross"] * len(covers)), "loss": pa.array(loss)}
    return pa.table({name: column.dictionary_decode() if isinstance(column, pa.DictionaryArray)
                     else column for name, column in table.items()})


def _issued(outlook: Outlook) -> str | None:
    times = [one.base_utc for one in (*outlook.advisories, *outlook.ensemble)
             if one.base_utc is not None]
    return f"{max(times)}Z" if times else None
