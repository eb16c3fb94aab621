"""What changed between two forecasts in plain sentences, to be read aloud."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from riskcloud.report.text import Text

UNCHANGED = 0.01
"""Share of the old expected loss below which a change is called none. Our choice."""
LITTLE = 0.05
"""Share of the old expected loss below which a change is called little. Our choice."""
MOST = 0.5
"""Share of what moves the loss one way above which a cause is most of it. Our choice."""
AGAINST = 0.1
"""Share of the change from which a cause that works against it is named. Our choice."""
NARROWER = 0.05
"""Share of the old range's width by which a range must differ to be called narrower or wider. Our
choice: quantiles of 500 realisations are no surer."""
MOST_NAMES = 5
"""Clients that a sentence names; more stand in the tables. Our choice."""
STAYS_KM = 1.0
"""Shift of the centre that is none: bulletins are written to a tenth of a degree. Our choice."""

Entry = Mapping[str, Any]


def loss_sentences(total: Entry, changed: Entry, text: Text) -> list[str]:
    """Return how the expected loss of one currency moved, its range, and why; three to five.

    ``total`` is an entry of changed.json's totals, ``changed`` the whole.
    """
    old, new, currency = total["old"], total["new"], total["currency"]
    if not old["mean"] > 0.0 and not new["mean"] > 0.0:
        return [text("changed.none", currency=currency)]
    ranges = {side: text.money_range(_spoken(total[side]["q05"]), _spoken(total[side]["q95"]),
                                     currency) for side in ("old", "new")}
    width = {side: total[side]["q95"] - total[side]["q05"] for side in ("old", "new")}
    key = ("changed.band_narrower" if width["new"] < (1.0 - NARROWER) * width["old"] else
           "changed.band_wider" if width["new"] > (1.0 + NARROWER) * width["old"] else
           "changed.band")
    return [_movement(total, text), text(key, **ranges), *_causes(total, changed, text)]


def _spoken(value: float) -> float:
    """Return a sum with three significant digits, as one says it."""
    return float(f"{value:.3g}")


def _movement(total: Entry, text: Text) -> str:
    old, new, change = total["old"]["mean"], total["new"]["mean"], total["change"]
    sums = {"old": text.money(old, total["currency"]), "new": text.money(new, total["currency"])}
    if not old > 0.0:
        return text("changed.from_none", **sums)
    if not new > 0.0:
        return text("changed.to_none", **sums)
    if is_unchanged(total):
        return text("changed.unchanged", **sums)
    key = "changed.rose" if change > 0.0 else "changed.fell"
    if abs(change) < LITTLE * old:
        key += "_little"
    return text(key, percent=text.percent(abs(change) / old), **sums)


def is_unchanged(total: Entry) -> bool:
    """Tell whether the expected loss is the same within ``UNCHANGED``."""
    return bool(abs(total["change"]) < UNCHANGED * total["old"]["mean"])


def _causes(total: Entry, changed: Entry, text: Text) -> list[str]:
    """Return the cause that moved the loss most, what it is, and what works against it."""
    currency = total["currency"]
    if is_unchanged(total):
        moved = [part["source"] for part in total["parts"] if part["change"] != 0.0]
        return _fact("lead", changed, text) if moved == ["lead"] else _cancelling(total, text)
    sign = 1.0 if total["change"] > 0.0 else -1.0
    direction = "rise" if sign > 0.0 else "fall"
    parts = sorted(total["parts"], key=lambda part: -sign * part["change"])
    along = [part for part in parts if sign * part["change"] > 0.0]
    if not along:  # the parts are rounding, the change is not: nothing to name
        return []
    main = along[0]
    share = main["change"] / sum(part["change"] for part in along)
    only = sum(part["change"] != 0.0 for part in parts) == 1
    key = "all" if only else "most" if share >= MOST else "part"
    lines = [text(f"changed.{key}_{direction}", source=text(f"changed.source_{main['source']}"),
                  amount=_amount(main["change"], currency, text)),
             *_fact(main["source"], changed, text)]
    against = parts[-1]
    if -sign * against["change"] >= AGAINST * abs(total["change"]):
        lines.append(text("changed.against", source=text(f"changed.source_{against['source']}"),
                          amount=_amount(against["change"], currency, text)))
    return lines


def _cancelling(total: Entry, text: Text) -> list[str]:
    """Return the parts that are large although they leave the sum as it was."""
    large = [part for part in total["parts"]
             if abs(part["change"]) >= UNCHANGED * total["old"]["mean"]]
    if not large:
        return []
    named = [text("changed.cancel_item", source=text(f"changed.source_{part['source']}"),
                  amount=_amount(part["change"], total["currency"], text)) for part in large]
    return [text("changed.cancel", items=text("common.list_join").join(named))]


def _amount(change: float, currency: str, text: Text) -> str:
    key = "changed.more" if change > 0.0 else "changed.less"
    return text(key, amount=text.money(abs(change), currency))


def _fact(source: str, changed: Entry, text: Text) -> list[str]:
    """Return what of the storm or the book stands behind a cause."""
    facts = changed["facts"]
    if source == "track":
        return _track_fact(changed, text)
    if source == "intensity" and any(row["name"] == "anchored"
                                     for row in changed["differences"]["settings"]):
        return [text("changed.fact_anchored")]
    if source in ("intensity", "size"):
        name, digits = ("wind_1min_m_s", 0) if source == "intensity" else ("r_max_km", 0)
        old, new = (facts[name][side] for side in ("old", "new"))
        if old is None or new is None:
            return []
        said = [text.number(value, digits) for value in (old, new)]
        key = f"changed.fact_{source}" + ("_same" if said[0] == said[1] else "")
        return [text(key, old=said[0], new=said[1])]
    if source == "lead":
        return _lead_fact(changed, text)
    if source == "portfolio":
        counts = {name: changed["portfolio"][name] for name in ("n_entered", "n_left",
                                                                "n_revalued")}
        if not any(counts.values()):
            return [text("changed.fact_portfolio_same")]
        return [text("changed.fact_portfolio",
                     **{name: text.number(count) for name, count in counts.items()})]
    return [text("changed.fact_model")]


def _track_fact(changed: Entry, text: Text) -> list[str]:
    old, new = (changed[side]["ensemble_members"] for side in ("previous", "current"))
    if bool(old) != bool(new):
        key = "changed.fact_ensemble_joined" if new else "changed.fact_ensemble_left"
        return [text(key, count=text.number(new or old))]
    facts = changed["facts"]
    distance = facts["distance_km"]
    by = distance["old"] - distance["new"]
    values = {"new": text.number(distance["new"]), "by": text.number(abs(by))}
    if abs(by) >= STAYS_KM:
        return [text("changed.fact_closer" if by > 0.0 else "changed.fact_further", **values)]
    if facts["shift_km"] is not None and facts["shift_km"] >= STAYS_KM:
        return [text("changed.fact_sideways", km=text.number(facts["shift_km"]),
                     towards=text(f"changed.towards_{facts['shift_towards']}"), **values)]
    return [text("changed.fact_track_same", **values)]


def _lead_fact(changed: Entry, text: Text) -> list[str]:
    hours = hours_between(changed)
    if hours is None or not hours > 0.0:
        return [text("changed.fact_lead_other")]
    if changed["previous"]["agencies"] != changed["current"]["agencies"]:
        return [text("changed.fact_lead_agencies", hours=_hours(hours, text))]
    facts = changed["facts"]
    stays = facts["shift_km"] is not None and facts["shift_km"] < STAYS_KM
    return [text("changed.fact_lead_only" if stays else "changed.fact_lead",
                 hours=_hours(hours, text))]


def _hours(hours: float, text: Text) -> str:
    return text.number(hours, 0 if hours == round(hours) else 1)


def hours_between(changed: Entry) -> float | None:
    """Return the hours from the old analysis to the new one; None where one is not known."""
    times = [changed[side]["base_utc"] for side in ("previous", "current")]
    if None in times:
        return None
    old, new = (np.datetime64(time.removesuffix("Z"), "s") for time in times)
    return float((new - old) / np.timedelta64(3600, "s"))


def book_sentences(changed: Entry, text: Text) -> list[str]:
    """Return where gales are expected, when, and how the list of clients changed."""
    facts, clients = changed["facts"], changed["clients"]
    gales = {side: text.number(facts["n_gale"][side]) for side in ("old", "new")}
    if not any(facts["n_gale"].values()):
        lines = [text("changed.gale_none")]
    else:
        same = facts["n_gale"]["old"] == facts["n_gale"]["new"]
        lines = [text("changed.gale_same" if same else "changed.gale", **gales)]
        if facts["first_gale_utc"]["new"] is not None:
            lines.append(text("changed.gale_time",
                              start=text.moment(facts["first_gale_utc"]["new"]),
                              end=text.moment(facts["last_gale_utc"]["new"])))
    counts = {"old": text.number(clients["n_old"]), "new": text.number(clients["n_new"]),
              "entered": text.number(len(clients["entered"])),
              "left": text.number(len(clients["left"]))}
    same = not clients["entered"] and not clients["left"]
    lines.append(text("changed.clients_same" if same else "changed.clients_moved", **counts))
    return [*lines, *(line for part in ("entered", "left")
                      for line in _named_clients(clients[part], part, text))]


def _named_clients(rows: Sequence[Entry], part: str, text: Text) -> list[str]:
    """Return which clients entered or left the list, where they are few enough to be said."""
    names = list(dict.fromkeys(text.label("client_id", row["client_id"]) for row in rows))
    if not 0 < len(names) <= MOST_NAMES:
        return []
    return [text(f"changed.clients_{part}", names=text("common.list_join").join(names))]
