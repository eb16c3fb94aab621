"""Realisations of an earthquake's loss: sums by group, site by site or on cells."""

from collections.abc import Callable, Iterator

import numpy as np

from riskcloud.analysis.quake.aggregate import aggregate, drawn_aggregates
from riskcloud.analysis.quake.book import Block, Book, Samples, cells_of, group_matrix, site_keys
from riskcloud.analysis.quake.draws import QuakeDraws, within_event_field
from riskcloud.analysis.quake.expected import damageable
from riskcloud.catalog import load_card
from riskcloud.finance.terms import LocationTerms, location_losses
from riskcloud.kernels import quake as kernel

BLOCK_VALUES = 8_000_000
"""Losses held at once: items of a block times realisations (64 MB a stage)."""
DIRECT_CELL_KM = 1.0
"""Sites of one such cell share the residual within the event when every site is drawn. Ours."""


def sample(book: Book, draws: QuakeDraws, event_id: str, seed: int, *,
           on_progress: Callable[[int, int], None] = lambda done, total: None) -> Samples:
    """Sample the losses of a book.

    Few sites are drawn one by one, with their terms on every realisation. Many are brought
    together by cell, curve set, currency and side of the radius: each aggregate has the shaking
    of its middle, scaled to its assets' own expected loss.
    """
    n_sites, members = len(book.assets.site_lon), draws.n_members
    most = float(load_card("quake", "default")["sampling"]["most_direct"])
    direct = n_sites * members <= most
    blocks = _direct(book, draws, event_id, seed) if direct else drawn_aggregates(
        book, aggregate(book), draws, event_id, seed)
    sums = {name: np.zeros((2, len(group.key) * 2, members))
            for name, group in book.groups.items()}
    n_items = 0
    for done, total, weights, losses in blocks:
        for name, (of_ground_up, of_gross) in weights.items():
            sums[name][0] += of_ground_up @ losses[0]
            sums[name][1] += of_gross @ losses[1]
        n_items += losses[0].shape[0]
        on_progress(done, total)
    shaped = {name: part.reshape(2, -1, 2, members) for name, part in sums.items()}
    return Samples(ground_up={name: part[0] for name, part in shaped.items()},
                   gross={name: part[1] for name, part in shaped.items()}, direct=direct,
                   n_items=n_items)



def _direct(book: Book, draws: QuakeDraws, event_id: str, seed: int) -> Iterator[Block]:
    assets, curves, ground, members = book.assets, book.curves, book.ground, draws.n_members
    cell, lon, lat = cells_of(assets.site_lon, assets.site_lat, book.epicentre,
                              [[np.inf, DIRECT_CELL_KM]])
    field = within_event_field(event_id, lon, lat, members=members, seed=seed)
    set_of_site = book.set_of[assets.location_of_site]
    key, value = site_keys(assets), damageable(assets)
    size = max(BLOCK_VALUES // (4 * members), 1)
    for first in range(0, len(assets), size):
        last = min(first + size, len(assets))
        begin, end = assets.site_start[first], assets.site_start[last]
        ratio = np.empty((last - first, members))
        kernel.draw_ratios(
            assets.site_start[first:last + 1] - begin, assets.share[begin:end], key[begin:end],
            draws.seed, cell[begin:end], field, ground.ln_pga[:, begin:end],
            ground.tau[:, begin:end], ground.phi[:, begin:end], book.shift[begin:end],
            set_of_site[begin:end], draws.model_of, draws.between, draws.alternative_of,
            draws.capacity, curves.card_of, curves.has_shape, *curves.rows, curves.n_levels,
            curves.level_ratio, ratio)
        terms = LocationTerms(*(getattr(assets.terms, name)[first:last] for name in (
            "deductible", "deductible_share", "limit", "limit_share")))
        _, _, total = location_losses(0, ratio, value[first:last], terms)
        ones = np.ones(last - first)
        weights = {name: (group_matrix(group.code[first:last], len(group.key),
                                       book.inside[first:last], np.arange(last - first),
                                       last - first, ones),) * 2
                   for name, group in book.groups.items()}
        yield last, len(assets), weights, (np.ascontiguousarray(total[:, :, 0]),
                                           np.ascontiguousarray(total[:, :, 1]))
