"""Many assets brought together by cell and curve set, so that sampling stays within seconds."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskcloud.analysis.quake_book import Block, Book, cells_of, group_matrix
from riskcloud.analysis.quake_draws import QuakeDraws, within_event_field
from riskcloud.analysis.quake_expected import damageable
from riskcloud.catalog import load_card
from riskcloud.kernels import quake as kernel
from riskcloud.types import Floats, Ints

BLOCK_VALUES = 8_000_000
"""Losses held at once: aggregates of a block times realisations (64 MB a stage)."""


@dataclass(frozen=True, slots=True)
class Aggregates:
    """Like assets of a cell: same set, currency and side of the radius.

    item (n_sites,) the aggregate of each site. cell, set_of, key, value, square (n_items,);
    ln_pga, tau, phi (n_models, n_items); shift (n_items,) means by value; gross_level (n_items,
    MAX_LEVELS). lon, lat (n_cells,). site_ground_up, site_gross (n_sites,): parts of what an
    aggregate draws that are the site's, so that each has its own closed-form mean.
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
    value = np.bincount(item, site_value, minlength=n)
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
        value=value, square=np.bincount(item, site_value**2, minlength=n),
        ln_pga=np.stack([mean(part) for part in ground.ln_pga]),
        tau=np.stack([mean(part) for part in ground.tau]),
        phi=np.stack([mean(part) for part in ground.phi]), shift=mean(book.shift),
        gross_level=gross_level, lon=lon, lat=lat, site_ground_up=site_value,
        site_gross=site_value)
    return _calibrated(book, found, site_value)


def _factorized(code: Ints) -> tuple[Ints, Ints]:
    """Position of each code among the distinct ones, and where each first stands."""
    place, found = pd.factorize(code)
    first = np.full(len(found), len(code), np.int64)
    np.minimum.at(first, place, np.arange(len(code)))
    return np.asarray(place, np.int64), first


def _calibrated(book: Book, made: Aggregates, site_value: Floats) -> Aggregates:
    """Give each site its part of its aggregate: expected loss over the aggregate's own mean."""
    from dataclasses import replace

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
                   site_gross=np.nan_to_num(of_gross, posinf=0.0))


def drawn_aggregates(book: Book, made: Aggregates, draws: QuakeDraws, event_id: str, seed: int
                     ) -> Iterator[Block]:
    """Yield blocks of drawn aggregates with the weights that sum them to groups."""
    curves, members = book.curves, draws.n_members
    field = within_event_field(event_id, made.lon, made.lat, members=members, seed=seed)
    location = book.assets.location_of_site
    n = len(made.value)
    matrices = {name: tuple(group_matrix(group.code[location], len(group.key),
                                         book.inside[location], made.item, n, part).tocsc()
                            for part in (made.site_ground_up, made.site_gross))
                for name, group in book.groups.items()}
    size = max(BLOCK_VALUES // members, 1)
    for first in range(0, n, size):
        here = slice(first, min(first + size, n))
        losses = np.empty((2, here.stop - first, members))
        kernel.draw_aggregates(
            made.key[here], draws.seed, made.cell[here], field, made.ln_pga[:, here],
            made.tau[:, here], made.phi[:, here], made.shift[here], made.set_of[here],
            draws.model_of, draws.between, draws.alternative_of, draws.capacity, curves.card_of,
            curves.has_shape, *curves.rows, curves.n_levels, curves.level_ratio,
            made.value[here], made.square[here], made.gross_level[here], losses[0], losses[1])
        yield here.stop, n, {name: (pair[0][:, here], pair[1][:, here])
                             for name, pair in matrices.items()}, (losses[0], losses[1])
