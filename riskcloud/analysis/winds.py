"""The winds of an event's realisations at the sites of a portfolio, a chunk of sites at a time."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from riskcloud.analysis.exposed import ExposedAssets
from riskcloud.hazard.typhoon.field import default_settings, drawn_settings
from riskcloud.hazard.typhoon.fields import maximum_winds, maximum_winds_by_measure, prepare
from riskcloud.hazard.typhoon.scenarios import Scenarios
from riskcloud.loss.draws import Draws
from riskcloud.loss.sample import AssetInputs, weighted_quantiles
from riskcloud.types import Floats, Ints, Sites

BAND = (0.05, 0.95)
MOST_SITES = 250_000
"""Sites of a chunk at most: their factors by direction are held in double precision."""


class Winds:
    """Wind fields of the draws' storms, and what they bring to each location.

    gust_m_s (n_locations,): mean over the realisations of the 3-s gust at the location's own
    surface, at its site that has most; gust_band_m_s (n_locations, 2) its 5 % and 95 % quantiles.
    strongest (n_bases, n_sites): largest wind of each base of any realisation. They are known
    once all chunks have been asked for.
    """

    def __init__(self, scenarios: Scenarios, draws: Draws, exposed: ExposedAssets) -> None:
        self._exposed = exposed
        storms = {}
        self._fields = []
        self._drawn = scenarios.n_tracks > 1
        settings = drawn_settings() if self._drawn else default_settings()
        for track, intensity, model in draws.storms:
            key = (int(track), int(intensity))
            if key not in storms:
                storms[key] = scenarios.storm(*key)
            self._fields.append(prepare(storms[key], draws.models[model], settings))
        self._storm_of = draws.storm_of
        n = len(exposed.row)
        self.gust_m_s, self.gust_band_m_s = np.zeros(n), np.zeros((n, 2))
        self.strongest = np.zeros((len(exposed.winds.bases), len(exposed.assets.share)))

    def chunks(self, most_values: int) -> Iterator[tuple[int, int]]:
        """Ranges of locations whose sites times wind fields and bases are at most most_values."""
        start_of = self._exposed.assets.loc_start
        n_winds = len(self._fields) * len(self._exposed.winds.bases)
        most = min(max(most_values // n_winds, 1), MOST_SITES)
        start, n = 0, len(start_of) - 1
        while start < n:
            stop = int(np.searchsorted(start_of, start_of[start] + most, side="right")) - 1
            stop = min(max(stop, start + 1), n)
            yield start, stop
            start = stop

    def inputs(self, start: int, stop: int, on_share: Callable[[float], None]) -> AssetInputs:
        """What the sampler needs of locations ``start`` to ``stop``, counted from 0.

        on_share is called with the share of the fields that are done.
        """
        exposed, assets = self._exposed, self._exposed.assets
        first, last = int(assets.loc_start[start]), int(assets.loc_start[stop])
        here, bases = slice(first, last), exposed.winds.bases
        sites = Sites(assets.sites.site_id[here], assets.sites.lon[here], assets.sites.lat[here])
        wind = np.zeros((len(bases), len(self._fields), last - first))
        if self._drawn:
            wind = maximum_winds_by_measure(
                self._fields, sites, wanted=[base.wanted[here] for base in bases],
                factors=[None if base.rows is None else base.rows[here] for base in bases],
                on_progress=lambda done: on_share(done / len(self._fields)))
        else:
            self._one_by_one(sites, here, wind, on_share)
        loc_start = assets.loc_start[start:stop + 1] - first
        self.strongest[:, here] = wind.max(axis=1)
        self._take_gusts(start, stop, wind[0], loc_start)
        return AssetInputs(
            site_start=loc_start, share=assets.share[here], key=exposed.key[here], wind=wind,
            base_of=exposed.winds.base_of,
            factor=np.ascontiguousarray(exposed.winds.factor[:, here]),
            set_of=exposed.set_of[start:stop])

    def _one_by_one(self, sites: Sites, here: slice, wind: Floats,
                    on_share: Callable[[float], None]) -> None:
        """Write the winds of a storm that is known, to the last digit, a base at a time."""
        for k, base in enumerate(self._exposed.winds.bases):
            at = np.flatnonzero(base.wanted[here])
            wind[k][:, at] = maximum_winds(
                self._fields, Sites(sites.site_id[at], sites.lon[at], sites.lat[at]),
                factors=None if base.rows is None else base.rows[here][at],
                on_progress=partial(self._share, on_share, k))

    def _share(self, on_share: Callable[[float], None], base: int, done: int) -> None:
        on_share((base + done / len(self._fields)) / len(self._exposed.winds.bases))

    def _take_gusts(self, start: int, stop: int, wind: Floats, loc_start: Ints) -> None:
        share = np.bincount(self._storm_of, minlength=len(wind)) / len(self._storm_of)
        mean = np.zeros(wind.shape[1])
        for weight, field in zip(share, wind, strict=True):  # BLAS sums by width: chunks would show
            mean += weight * field
        site = strongest_site(mean, loc_start)
        self.gust_m_s[start:stop] = mean[site]
        self.gust_band_m_s[start:stop] = weighted_quantiles(wind, share, site, BAND)


def strongest_site(intensity: Floats, loc_start: Ints) -> Ints:
    """Site of each location with the largest intensity (the first of equals)."""
    of_site = np.repeat(np.arange(len(loc_start) - 1), np.diff(loc_start))
    order = np.lexsort((np.arange(len(intensity)), -intensity, of_site))
    return np.asarray(order[loc_start[:-1]])
