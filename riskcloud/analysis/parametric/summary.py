"""What realisations say of each cover: chance of each tier, mean and quantiles of the payout."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from riskcloud.analysis.parametric.places import in_force
from riskcloud.finance.covers import (
    annual_payouts,
    event_payouts,
    index_of,
    our_share,
    tier_reached,
)
from riskcloud.types import Floats, Times
from riskcloud.types.covers import INDEXES, Covers

QUANTILES: Final = (0.05, 0.5, 0.95)
UNKNOWN: Final = "unknown"
"""Status of a cover whose index nothing tells."""
NOT_IN_FORCE: Final = "not_in_force"
IN_FORCE: Final = "in_force"


def status_of(covers: Covers, value: Floats, when: Times) -> list[str]:
    """Return whether each cover is in force and its index is known in any realisation.

    value (..., n_places); when (n_places,), NaT unknown.
    """
    known = ~np.asarray(np.isnan(value).reshape(-1, value.shape[-1]).all(axis=0))
    out = []
    for c in range(len(covers)):
        here = covers.places_of(c)
        times = when[here][~np.isnat(when[here])]
        held = not len(times) or bool(in_force(covers, times)[:, c].any())
        out.append(UNKNOWN if not known[here].all() else IN_FORCE if held else NOT_IN_FORCE)
    return out


def event_shares(covers: Covers, value: Floats, status: Sequence[str]) -> Floats:
    """Return our payouts of one event's realisations (n_members, n_covers).

    value (1, n_members, n_places). 0 where a cover is not in force, NaN where nothing tells.
    """
    paid = event_payouts(covers, value)
    paid = np.asarray(our_share(covers, annual_payouts(covers, np.zeros(1, np.int64), paid))[0])
    paid[:, [one == NOT_IN_FORCE for one in status]] = 0.0
    return paid


def cover_rows(covers: Covers, value: Floats, paid: Floats, status: Sequence[str],
               ) -> list[dict[str, Any]]:
    """Return one row a cover: what it is, its index, the distribution of its payout."""
    rows = []
    for c, about in enumerate(map(INDEXES.__getitem__, covers.index)):
        row = described(covers, c) | {"status": status[c]}
        index = index_of(covers, c, value[0][:, covers.places_of(c)])
        # a storm that stays outside an area has no value there
        index = np.where(np.isfinite(index), index, np.nan)
        row |= {f"index_{name}": number for name, number in _spread(
            index, whole=about.whole).items()}
        row |= {"unit": about.unit, "p_inside": _share(np.isfinite(index))}
        told = paid[:, c] if status[c] != UNKNOWN else np.full(len(paid), np.nan)
        row |= {f"payout_{name}": number for name, number in _spread(told).items()}
        row["p_payout"] = _share(told > 0.0) if status[c] != UNKNOWN else None
        row["payout_most"] = None if np.isnan(told).any() else float(told.max())
        rows.append(row)
    return rows


def described(covers: Covers, c: int) -> dict[str, Any]:
    """Return what a cover is: its keys, index, places, currency, limits, days (None: none)."""
    here = covers.places_of(c)
    limits = {name: None if np.isinf(values[c]) else float(values[c]) for name, values in (
        ("event_limit", covers.event_limit), ("annual_limit", covers.annual_limit),
        ("most_days", covers.most_days))}
    words = {"account": "AccNumber", "client": "ClientNumber", "cover_name": "CoverName"}
    return {"cover": covers.number[c], **{name: covers.words[word][c] if word in covers.words
                                          else "" for name, word in words.items()},
            "index": covers.index[c],
            "place": "; ".join(dict.fromkeys(filter(None, covers.places.name[here]))),
            "n_places": here.stop - here.start, "rule": covers.rule[c],
            "currency": covers.currency[c], "share": float(covers.share[c]),
            "payout_per": "day" if covers.per_day[c] else "event",
            "waiting_days": float(covers.waiting_days[c]), **limits}


def tier_rows(covers: Covers, value: Floats, status: Sequence[str]) -> list[dict[str, Any]]:
    """Return one row a tier, the tier 0 below the first: its bounds, what it pays, its chance.

    The chance is that the index, of several places the worst, lies in the tier: those of a cover
    add up to 1.
    """
    rows = []
    for c in range(len(covers)):
        index = index_of(covers, c, value[0][:, covers.places_of(c)])
        reached = tier_reached(covers, c, index) + 1
        n = covers.tiers_of(c).stop - covers.tiers_of(c).start + 1
        chance: Any = np.bincount(reached, minlength=n) / len(reached)
        for row, p in zip(tier_bounds(covers, c), chance, strict=True):
            known = status[c] != UNKNOWN
            rows.append(row | {"probability": float(p) if known else None})
    return rows


def tier_bounds(covers: Covers, c: int) -> list[dict[str, Any]]:
    """Return the tiers of a cover, from 0, which pays nothing: bounds in the index's own unit."""
    here, sign = covers.tiers_of(c), INDEXES[covers.index[c]].sign
    start, end = (sign * getattr(covers.tiers, name)[here] for name in ("start", "end"))
    rows = [{"cover": covers.number[c], "tier": 0, "from": None, "to": float(start[0]),
             "payout": 0.0, "payout_to": 0.0}]
    rows += [{"cover": covers.number[c], "tier": k + 1, "from": float(start[k]),
              "to": float(end[k]) if np.isfinite(end[k]) else None,
              "payout": float(covers.tiers.pays[here][k]),
              "payout_to": float(covers.tiers.pays_end[here][k])} for k in range(len(start))]
    return rows


def totals(covers: Covers, paid: Floats) -> list[dict[str, Any]]:
    """Return the distribution of the sum of payouts by currency, of covers that are known."""
    rows = []
    currency = np.array(covers.currency)
    known = ~np.isnan(paid).any(axis=0)
    for name in dict.fromkeys(covers.currency):
        here = (currency == name) & known
        total = paid[:, here].sum(axis=1)
        rows.append({"currency": name, "n_covers": int((currency == name).sum()),
                     "n_known": int(here.sum()), "p_payout": _share(total > 0.0),
                     **{f"payout_{key}": number for key, number in _spread(total).items()},
                     "payout_most": float(total.max())})
    return rows


def _share(where: Any) -> float:
    return float(np.mean(where))


def _spread(values: Floats, *, whole: bool = False) -> dict[str, float | None]:
    """Return mean, standard deviation and quantiles of values (n,); None where none is known.

    whole: quantiles are among the values, as of classes.
    """
    known = values[~np.isnan(values)]
    names = ("mean", "sd", *(f"q{round(100 * p):02d}" for p in QUANTILES))
    if not len(known):
        return dict.fromkeys(names)
    method: Any = "inverted_cdf" if whole else "linear"
    numbers = (known.mean(), known.std(), *np.quantile(known, QUANTILES, method=method))
    return {name: float(number) for name, number in zip(names, numbers, strict=True)}
