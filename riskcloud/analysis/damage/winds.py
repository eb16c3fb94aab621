"""Gusts of a storm at structures: every track of it by every wind model, with their weights."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from riskcloud.geo.raster import is_land
from riskcloud.hazard.typhoon.field import model_weights
from riskcloud.hazard.typhoon.fields import maximum_winds, prepare
from riskcloud.hazard.typhoon.surface import local_factors
from riskcloud.types import Floats, Sites, Track


@dataclass(frozen=True, slots=True)
class Gusts:
    """Largest 3-s gusts at 10 m at the structures' own surface [m/s], by wind field.

    gust_m_s (n_fields, n_sites); weight (n_fields,) sums to 1; name (n_fields,) agency and model.
    """

    gust_m_s: Floats
    weight: Floats
    name: tuple[tuple[str, str], ...]

    @property
    def mean_m_s(self) -> Floats:
        """Return the weighted mean over the fields (n_sites,)."""
        total = np.zeros(self.gust_m_s.shape[1])
        for weight, field in zip(self.weight, self.gust_m_s, strict=True):
            total += weight * field
        return total


def storm_gusts(tracks: Sequence[Track], lon: Floats, lat: Floats, *,
                on_progress: Callable[[int, int], None] = lambda done, total: None) -> Gusts:
    """Gusts of one storm at sites by each of its tracks and each wind model.

    Parameters
    ----------
    tracks : the storm as agencies saw it, filled; each counts alike.
    lon, lat : (n_sites,) [deg].

    Returns
    -------
    Gusts; the wind models weigh as in models/wind/default.
    """
    weights = model_weights(None)
    pairs = [(track, model) for track in tracks for model in weights]
    fields = [prepare(track, model) for track, model in pairs]
    sites = Sites(np.arange(len(lon)).astype(str), np.asarray(lon, float), np.asarray(lat, float))
    marine = maximum_winds(fields, sites, on_progress=lambda done: on_progress(done, len(fields)))
    factor = local_factors(is_land(sites.lon, sites.lat))["gust_3s"]
    return Gusts(marine * factor,
                 np.array([weights[model] / len(tracks) for _, model in pairs]),
                 tuple((track.agency, model) for track, model in pairs))
