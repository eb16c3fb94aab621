"""The winds of an event's realisations at the sites of a portfolio, a chunk of sites at a time."""

from collections.abc import Callable, Iterator

import numpy as np

from riskcloud.analysis.exposed import ExposedAssets
from riskcloud.hazard.typhoon.field import default_settings, drawn_settings
from riskcloud.hazard.typhoon.fields import maximum_winds, prepare
from riskcloud.hazard.typhoon.scenarios import Scenarios
from riskcloud.loss.draws import Draws
from riskcloud.loss.sample import AssetInputs, weighted_quantiles
from riskcloud.types import Floats, Ints, Sites

BAND = (0.05, 0.95)


class Winds:
    """Wind fields of the draws' storms, and what they bring to each location.

    gust_m_s (n_locations,): mean over the realisations of the 3-s gust at the location's own
    surface, at its site that has most; gust_band_m_s (n_locations, 2) its 5 % and 95 % quantiles.
    strongest (n_sites,): largest 1-min wind over water of any realisation. They are known once
    all chunks have been asked for.
    """

    def __init__(self, scenarios: Scenarios, draws: Draws, exposed: ExposedAssets) -> None:
        self._exposed = exposed
        storms = {}
        self._fields = []
        settings = default_settings() if scenarios.n_tracks == 1 else drawn_settings()
        for track, intensity, model in draws.storms:
            key = (int(track), int(intensity))
            if key not in storms:
                storms[key] = scenarios.storm(*key)
            self._fields.append(prepare(storms[key], draws.models[model], settings))
        self._storm_of = draws.storm_of
        n = len(exposed.row)
        self.gust_m_s, self.gust_band_m_s = np.zeros(n), np.zeros((n, 2))
        self.strongest = np.zeros(len(exposed.assets.share))

    def chunks(self, most_values: int) -> Iterator[tuple[int, int]]:
        """Ranges of locations whose sites times the wind fields are at most ``most_values``."""
        start_of = self._exposed.assets.loc_start
        most = max(most_values // len(self._fields), 1)
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
        here, n_fields = slice(first, last), len(self._fields)
        sites = Sites(assets.sites.site_id[here], assets.sites.lon[here], assets.sites.lat[here])
        wind = maximum_winds(self._fields, sites,
                             on_progress=lambda done: on_share(done / n_fields))
        loc_start = assets.loc_start[start:stop + 1] - first
        self.strongest[here] = wind.max(axis=0)
        self._take_gusts(start, stop, wind, loc_start)
        return AssetInputs(
            site_start=loc_start, share=assets.share[here], key=exposed.key[here], wind=wind,
            factor=np.stack([exposed.factor[name][here] for name in exposed.curves.measures]),
            set_of=exposed.set_of[start:stop])

    def _take_gusts(self, start: int, stop: int, wind: Floats, loc_start: Ints) -> None:
        first, last = self._exposed.assets.loc_start[[start, stop]]
        factor = self._exposed.factor["gust_3s"][first:last]
        share = np.bincount(self._storm_of, minlength=len(wind)) / len(self._storm_of)
        mean = np.zeros(wind.shape[1])
        for weight, field in zip(share, wind, strict=True):  # BLAS sums by width: chunks would show
            mean += weight * field
        site = strongest_site(mean * factor, loc_start)
        self.gust_m_s[start:stop] = mean[site] * factor[site]
        self.gust_band_m_s[start:stop] = weighted_quantiles(wind, share, site, BAND) * factor[
            site, None]


def strongest_site(intensity: Floats, loc_start: Ints) -> Ints:
    """Site of each location with the largest intensity (the first of equals)."""
    of_site = np.repeat(np.arange(len(loc_start) - 1), np.diff(loc_start))
    order = np.lexsort((np.arange(len(intensity)), -intensity, of_site))
    return np.asarray(order[loc_start[:-1]])
