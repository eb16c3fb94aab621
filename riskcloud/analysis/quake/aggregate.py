"""Many assets brought together by cell and curve set, so that sampling stays within seconds."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from riskcloud.analysis.quake.book import Block, Book, cells_of, group_matrix
from riskcloud.analysis.quake.draws import QuakeDraws, within_event_field
from riskcloud.analysis.quake.expected import damageable
from riskcloud.catalog import load_card
from riskcloud.kernels import quake as kernel
from riskcloud.types import Floats, Ints

BLOCK_VALUES = 8_000_000
"""Losses held at once: aggregates of a block times realisations (64 MB a stage)."""
UNDRAWN = 0.05
"""Part of the expected loss that follows the rest, in the aggregates that expect least; ours."""
LN_X = np.linspace(np.log(1e-4), np.log(20.0), 560)
"""Nodes of ln(PGA) over capacity: steps of 0.022, a sixth of the steepest curve's beta; ours."""


@dataclass(frozen=True, slots=True)
class Aggregates:
    """Like assets of a cell: same set, currency and side of the radius.

    item (n_sites,) the aggregate of each site. cell, set_of, key, value, square (n_items,);
    ln_pga, tau, phi (n_models, n_items); shift (n_items,) means by value; gross_level (n_items,
    MAX_LEVELS). lon, lat (n_cells,). site_ground_up, site_gross (n_sites,): parts of what an
    aggregate draws that are the site's, so that each has its own closed-form mean. mean,
    mean_gross (n_items,): what the aggregate expects.
    """

    item: Ints
    cell: Ints
    set_of: Ints
    key: np.ndarray
    value: Floats
    square: Floats
    ln_pga: Floats
    tau: Floats
    phi: Floats
    shift: Floats
    gross_level: Floats
    lon: Floats
    lat: Floats
    site_ground_up: Floats
    site_gross: Floats
    mean: Floats
    mean_gross: Floats


def aggregate(book: Book) -> Aggregates:
    """Bring the sites of a book together."""
    assets, ground, curves = book.assets, book.ground, book.curves
    location = assets.location_of_site
    rings = load_card("quake", "default")["sampling"]["cell_km"]
    cell, lon, lat = cells_of(assets.site_lon, assets.site_lat, book.epicentre, rings)
    set_of_site = book.set_of[location]
    currency = assets.words["currency"]
    code = ((cell * len(curves.n_levels) + set_of_site) * len(currency.names)
            + currency.code[location]) * 2 + book.inside[location]
    item, first = _factorized(code)
    n = len(first)
    damage = damageable(assets)
    site_value = damage.sum(axis=1)[location] * assets.share
    value = np.asarray(np.bincount(item, site_value, minlength=n), np.float64)
    weight = np.where(value[item] > 0.0, site_value, 1.0)
    total = np.bincount(item, weight, minlength=n)

    def mean(part: Floats) -> Floats:
        return np.asarray(np.bincount(item, weight * part, minlength=n) / total)

    terms = assets.terms
    gross_level = np.zeros((n, kernel.MAX_LEVELS))
    kernel.add_gross_levels(item, location, assets.share, set_of_site, curves.n_levels,
                            curves.level_ratio, damage, terms.deductible, terms.deductible_share,
                            terms.limit, terms.limit_share, gross_level)
    found = Aggregates(
        item=item, cell=cell[first], set_of=set_of_site[first],
        key=pd.util.hash_array(code[first].astype(np.uint64)),
        value=value,
        square=np.asarray(np.bincount(item, site_value**2, minlength=n), np.float64),
        ln_pga=np.stack([mean(part) for part in ground.ln_pga]),
        tau=np.stack([mean(part) for part in ground.tau]),
        phi=np.stack([mean(part) for part in ground.phi]), shift=mean(book.shift),
        gross_level=gross_level, lon=lon, lat=lat, site_ground_up=site_value,
        site_gross=site_value, mean=value, mean_gross=value)
    return _calibrated(book, found, site_value)


def _factorized(code: Ints) -> tuple[Ints, Ints]:
    """Position of each code among the distinct ones, and where each first stands."""
    place, found = pd.factorize(code)
    first = np.full(len(found), len(code), np.int64)
    np.minimum.at(first, place, np.arange(len(code)))
    return np.asarray(place, np.int64), first


def _calibrated(book: Book, made: Aggregates, site_value: Floats) -> Aggregates:
    """Give each site its part of its aggregate: expected loss over the aggregate's own mean."""
    curves, ground = book.curves, book.ground
    mass = np.empty((len(made.value), kernel.MAX_LEVELS))
    mean, gross = np.zeros(len(made.value)), np.zeros(len(made.value))
    for g, weight in enumerate(ground.weight):
        kernel.set_masses(made.set_of, made.ln_pga[g], made.shift,
                          made.tau[g] ** 2 + made.phi[g] ** 2, curves.set_start,
                          curves.set_weight, curves.has_shape, curves.spread, *curves.rows, mass)
        mean += weight * (mass * curves.level_ratio[made.set_of]).sum(axis=1)
        gross += weight * (mass * made.gross_level).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        of_ground_up = book.expected.site_ratio * site_value / (mean * made.value)[made.item]
        of_gross = book.expected.site_gross / gross[made.item]
    return replace(made, site_ground_up=np.nan_to_num(of_ground_up, posinf=0.0),
                   site_gross=np.nan_to_num(of_gross, posinf=0.0), mean=mean * made.value,
                   mean_gross=gross)


def drawn_aggregates(book: Book, made: Aggregates, draws: QuakeDraws, event_id: str, seed: int
                     ) -> Iterator[Block]:
    """Yield blocks of drawn aggregates with the weights that sum them to groups.

    Aggregates that together expect no more than ``UNDRAWN`` of the loss follow the others.
    """
    curves, members = book.curves, draws.n_members
    field = np.ascontiguousarray(
        within_event_field(event_id, made.lon, made.lat, members=members, seed=seed).T)
    location = book.assets.location_of_site
    n = len(made.value)
    matrices = {name: tuple(group_matrix(group.code[location], len(group.key),
                                         book.inside[location], made.item, n, part)
                            for part in (made.site_ground_up, made.site_gross))
                for name, group in book.groups.items()}
    order = np.argsort(-made.mean, kind="stable")
    left = made.mean.sum() - np.cumsum(made.mean[order])
    drawn = order[:int((left > UNDRAWN * made.mean.sum()).sum()) + 1]
    rest = np.setdiff1d(order, drawn, assume_unique=True)
    (tables, moments), sums = _alternative_tables(book), np.zeros((2, members))
    size = max(BLOCK_VALUES // members, 1)
    for first in range(0, len(drawn), size):
        here = np.sort(drawn[first:first + size])
        losses = np.empty((2, len(here), members))
        kernel.draw_aggregates(
            made.key[here], draws.seed, made.cell[here], field, made.ln_pga[:, here],
            made.tau[:, here], made.phi[:, here], made.shift[here], made.set_of[here],
            draws.model_of, draws.between, draws.alternative_of, draws.capacity, curves.card_of,
            curves.has_shape, tables, moments, LN_X[0], 1.0 / (LN_X[1] - LN_X[0]), curves.n_levels,
            made.value[here], made.square[here], made.gross_level[here],
            losses[0], losses[1])
        sums += losses.sum(axis=1)
        yield first + len(here), n, {
            name: (pair[0][:, here], pair[1][:, here])
            for name, pair in matrices.items()}, (losses[0], losses[1])
    if len(rest):
        # a factor, not a sum of money: how far the drawn ones lie from their mean
        factor = sums / sums.mean(axis=1, keepdims=True)
        means = (made.mean[rest], made.mean_gross[rest])
        yield n, n, {name: tuple(
            sparse.csr_array((matrix[:, rest] @ mean)[:, None])
            for matrix, mean in zip(pair, means, strict=True))
            for name, pair in matrices.items()}, (factor[:1], factor[1:])


def _alternative_tables(book: Book) -> tuple[Floats, Floats]:
    """Masses (n_alternatives, n_x, n_levels) of each alternative at known shaking and capacity.

    Second: means of its damage ratio and of the ratio's square (n_alternatives, n_x, 2).
    """
    curves = book.curves
    n = len(curves.curve)
    owner = np.repeat(np.arange(len(curves.n_levels)), np.diff(curves.set_start))
    out = np.zeros((n, len(LN_X), int(curves.n_levels.max(initial=1))))
    mass = np.empty((len(LN_X), kernel.MAX_LEVELS))
    for a in range(n):
        weight = np.zeros(n)
        weight[a] = 1.0
        kernel.set_masses(np.full(len(LN_X), owner[a]), LN_X, np.zeros(len(LN_X)),
                          np.zeros(len(LN_X)), curves.set_start, weight, curves.has_shape,
                          np.zeros(n), *curves.rows, mass)
        out[a] = mass[:, :out.shape[2]]
    ratio = curves.level_ratio[owner, :out.shape[2]]
    moments = [(out * power[:, None]).sum(axis=2) for power in (ratio, ratio**2)]
    return out, np.stack(moments, axis=2)
