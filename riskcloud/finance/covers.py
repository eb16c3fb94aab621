"""What index covers pay: values of their indexes to payouts, tiers, limits by event and year.

Values are (..., n_places) in the units of the thresholds, NaN where not known; what rests on an
unknown value is NaN. All in float64.
"""

import numpy as np

from riskcloud.types import Floats, Ints
from riskcloud.types.covers import EACH, INDEXES, LARGEST, Covers

NO_TIER = -1


def tier_reached(covers: Covers, cover: int, value: Floats) -> Ints:
    """Return the tier of a cover, from 0, that values (...,) reach; NO_TIER below the first, and
    where not known.
    """
    tiers = covers.tiers_of(cover)
    severe = INDEXES[covers.index[cover]].sign * np.asarray(value, np.float64)
    found = np.searchsorted(covers.tiers.start[tiers], severe, side="right") - 1
    return np.where(np.isnan(severe), NO_TIER, found)


def tier_payout(covers: Covers, cover: int, value: Floats) -> Floats:
    """Return what the tiers of a cover pay at values (...,), before any limit.

    Beyond the end of the last tier it stays what it is there.
    """
    tiers = covers.tiers_of(cover)
    severe = INDEXES[covers.index[cover]].sign * np.asarray(value, np.float64)
    at = tier_reached(covers, cover, value)
    start, end, pays, pays_end = (getattr(covers.tiers, name)[tiers][at] for name in (
        "start", "end", "pays", "pays_end"))
    with np.errstate(invalid="ignore"):  # -inf: a storm that stays outside
        found = np.minimum(pays + (severe - start) / (end - start) * (pays_end - pays), pays_end)
    return np.where(np.isnan(severe), np.nan, np.where(at == NO_TIER, 0.0, found))


def index_of(covers: Covers, cover: int, value: Floats) -> Floats:
    """Return the index that a cover is told by: (..., n_places) values to (...,).

    The value itself of one place; of several the worst, for the rule ``mean`` the mean by weight.
    """
    rule = covers.rule[cover]
    value = np.asarray(value, np.float64)
    if value.shape[-1] == 1:
        return value[..., 0]
    if rule in (EACH, LARGEST):
        return np.asarray(value.max(axis=-1) if INDEXES[covers.index[cover]].sign > 0
                          else value.min(axis=-1))
    weight = covers.places.weight[covers.places_of(cover)]
    return np.asarray((value * weight).sum(axis=-1) / weight.sum())


def event_payouts(covers: Covers, values: Floats, days: Floats | None = None) -> Floats:
    """Return what each cover pays for each event, at 100 %: tiers, days, limit of the event.

    Parameters
    ----------
    values : (..., n_places) of all covers' places, in the order of ``covers.places``.
    days : (..., n_places) how long it lasted, for covers that pay by the day.

    Returns
    -------
    (..., n_covers), from 0 to the event limit; NaN where a value it rests on is NaN.
    """
    values = np.asarray(values, np.float64)
    out = np.empty((*values.shape[:-1], len(covers)))
    for c in range(len(covers)):
        here = covers.places_of(c)
        by_place = covers.rule[c] == EACH or (covers.per_day[c] and covers.rule[c] == LARGEST)
        if by_place:  # the worst of days and tiers together is not that of tiers alone
            paid = tier_payout(covers, c, values[..., here])
            if covers.per_day[c]:
                paid = paid * _days(covers, c, days, values[..., here])
            found = (paid * covers.places.weight[here]).sum(axis=-1) \
                if covers.rule[c] == EACH else paid.max(axis=-1)
        else:
            found = tier_payout(covers, c, index_of(covers, c, values[..., here]))
            if covers.per_day[c]:
                found = found * _days(covers, c, days, values[..., here]).max(axis=-1)
        out[..., c] = np.minimum(found, covers.event_limit[c])
    return out


def _days(covers: Covers, cover: int, days: Floats | None, value: Floats) -> Floats:
    """Return the days that count, of each place: beyond the waiting days, up to the most."""
    if days is None:
        return np.full(value.shape, np.nan)
    here = np.asarray(days, np.float64)[..., covers.places_of(cover)]
    return np.asarray(np.clip(here - covers.waiting_days[cover], 0.0, covers.most_days[cover]))


def annual_payouts(covers: Covers, year: Ints, payout: Floats) -> Floats:
    """Return what is paid of event payouts within the limits of their years, at 100 %.

    Parameters
    ----------
    year : (n_events,) of each event; events of one year in the order in which they happen.
    payout : (n_events, ..., n_covers) of :func:`event_payouts`; NaN uses nothing up.

    Returns
    -------
    As ``payout``: an event has what the limit leaves after those before it.
    """
    payout = np.asarray(payout, np.float64)
    if not np.isfinite(covers.annual_limit).any() or not len(payout):
        return payout.copy()
    group, of = np.unique(year, return_inverse=True)
    order = np.argsort(of, kind="stable")
    count = np.bincount(of)
    rank = np.empty(len(of), np.int64)
    rank[order] = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    left = np.broadcast_to(covers.annual_limit, (len(group), *payout.shape[1:])).copy()
    out = np.empty(payout.shape)
    for k in range(int(count.max())):
        at = np.flatnonzero(rank == k)
        out[at] = np.minimum(payout[at], left[of[at]])
        left[of[at]] -= np.nan_to_num(out[at])
    return out


def our_share(covers: Covers, paid: Floats) -> Floats:
    """Return our part of payouts (..., n_covers)."""
    return np.asarray(paid) * covers.share
