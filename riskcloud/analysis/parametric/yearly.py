"""Payouts of index covers under an event set: tiers a year, and a loss table for ``ep``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from riskcloud.analysis.ground import layer_entries
from riskcloud.analysis.parametric.event_set import SetIndexes
from riskcloud.analysis.parametric.run import both_languages, loss_table, unknown_notes
from riskcloud.analysis.parametric.storms import RAIN_NOTE, WIND_NOTE
from riskcloud.analysis.parametric.summary import (
    IN_FORCE,
    UNKNOWN,
    described,
    tier_bounds,
)
from riskcloud.analysis.risk.tables import years_of
from riskcloud.finance.covers import (
    annual_payouts,
    event_payouts,
    index_of,
    our_share,
    tier_reached,
)
from riskcloud.hazard.typhoon.rain import load_model
from riskcloud.types import Floats, Ints
from riskcloud.types.covers import Covers

ALL_YEAR = "covers as they stand all year, whatever their dates of inception and expiry"
OF_YEAR = ("events of a year use up an annual limit in the order of the event set; a year is that "
           "of the simulation")


@dataclass(frozen=True, slots=True)
class YearlyPayouts:
    """Payouts of events that pay anything: event (n_events,) places in the set, our ``paid``
    (n_events, n_covers) within the limits of the years, NaN of covers nothing tells.

    reached (n_covers lists): events by tier, from tier 0.
    """

    event: Ints
    paid: Floats
    reached: tuple[Ints, ...]
    status: tuple[str, ...]


def yearly_payouts(covers: Covers, indexes: SetIndexes,
                   on_progress: Callable[[int, int], None] = lambda done, total: None,
                   ) -> YearlyPayouts:
    """Return what an event set pays.

    Raises
    ------
    InputError : an event set whose years are no whole number, or that lies outside them.
    """
    years_of(indexes.events)
    reached = [np.zeros(covers.tiers_of(c).stop - covers.tiers_of(c).start + 1, np.int64)
               for c in range(len(covers))]
    kept: list[tuple[Ints, Floats]] = []
    known = np.ones(len(covers), bool)
    for block in indexes.blocks(on_progress):
        paid = event_payouts(covers, block.value)
        known &= ~np.isnan(paid).any(axis=0)
        for c, counts in enumerate(reached):
            index = index_of(covers, c, block.value[:, covers.places_of(c)])
            counts += np.bincount(tier_reached(covers, c, index) + 1, minlength=len(counts))
        pays = (np.nan_to_num(paid) > 0.0).any(axis=1)
        kept.append((block.event[pays], paid[pays]))
    event = np.concatenate([one for one, _ in kept])
    paid = np.concatenate([one for _, one in kept])
    year = np.asarray(indexes.events.year)[event]
    paid = our_share(covers, annual_payouts(covers, year, paid))
    status = tuple(IN_FORCE if one else UNKNOWN for one in known)
    return YearlyPayouts(event, paid, tuple(reached), status)


def payout_table(covers: Covers, indexes: SetIndexes, found: YearlyPayouts) -> pa.Table:
    """Return the payouts as a loss table: event_id, year, member 0, cover ... loss."""
    event, cover = np.nonzero(np.nan_to_num(found.paid) > 0.0)
    loss, place = np.nan_to_num(found.paid)[event, cover], found.event[event]
    if not len(event):  # nothing paid in any year is an answer: said by one event that pays nothing
        place, cover, loss = np.zeros(1, np.int64), np.zeros(1, np.int64), np.zeros(1)
    events = indexes.events
    return loss_table(covers, np.asarray(events.event_id)[place], np.zeros(len(place), np.int64),
                      cover, loss, year=np.asarray(events.year)[place].astype(np.int32))


def yearly_rows(covers: Covers, found: YearlyPayouts, years: Ints, n_years: int,
                annual: Sequence[Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return a row a cover and a row a tier.

    years : (n_events,) of ``found.event``; annual : AAL rows by cover, as ``ep`` found them.
    """
    of = {row["name"]: row for row in annual if row["key"] == "cover"}
    covers_rows, tiers = [], []
    for c in range(len(covers)):
        row = described(covers, c) | {"status": found.status[c]}
        told = found.status[c] != UNKNOWN
        own = of.get(covers.number[c], {"aal": 0.0, "standard_error": 0.0, "sd": 0.0})
        paid = np.nan_to_num(found.paid[:, c])
        pays = paid > 0.0
        with_payout = len(np.unique(years[pays]))
        row |= {name: float(own[name]) if told else None
                for name in ("aal", "standard_error", "sd")}
        row |= {"payouts_a_year": float(pays.sum() / n_years) if told else None,
                "p_year": with_payout / n_years if told else None,
                "once_in_yr": n_years / with_payout if told and with_payout else None,
                "largest": float(paid.max(initial=0.0)) if told else None}
        covers_rows.append(row)
        rate: Any = found.reached[c] / n_years
        tiers += [bounds | {"annual_rate": float(one) if told else None,
                            "n_events": int(n) if told else None}
                  for bounds, one, n in zip(tier_bounds(covers, c), rate, found.reached[c],
                                            strict=True)]
    return covers_rows, tiers


def yearly_summary(covers: Covers, indexes: SetIndexes, found: YearlyPayouts, n_years: int,
                   source: str) -> dict[str, Any]:
    """Return what summary.json says of the event set, the ground and what was assumed."""
    facts = indexes.events.facts
    notes = [*covers.notes, ALL_YEAR, *((OF_YEAR,) if np.isfinite(covers.annual_limit).any()
                                        else ())]
    notes += [WIND_NOTE] * indexes.winds + [RAIN_NOTE] * indexes.rain
    notes += unknown_notes(covers, list(found.status), "events")
    return {"way": "events", "covers_file": covers.source, "n_covers": len(covers),
            "n_members": n_years,
            "event": {"event_id": source, "name": source, "method": facts.get("method"),
                      "n_events": len(indexes.events), "years": n_years,
                      "n_events_paid": len(found.event), "wind_models": dict(indexes.weights),
                      "layers": layer_entries(indexes.layers)}, **both_languages(tuple(notes))}


def cards_of(indexes: SetIndexes) -> tuple[tuple[str, str], ...]:
    """Return kind and name of the cards used."""
    cards = [("wind", "default"), ("surface", "default"), ("coastline", "ne_10m"),
             ("wind_averaging", "harper_2010")] if indexes.winds else []
    if indexes.rain:
        cards += [("rain", load_model().name), ("rain", load_model().profile_card.name)]
    return tuple(cards)
