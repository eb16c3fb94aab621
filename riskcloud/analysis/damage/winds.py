"""Gusts of a storm at structures: every track of it by every wind model, with their weights."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from riskcloud.hazard.typhoon.field import model_weights
from riskcloud.hazard.typhoon.fields import maximum_winds, prepare
from riskcloud.hazard.typhoon.sectors import with_land
from riskcloud.hazard.typhoon.surface import SurfaceLayers, site_exposure
from riskcloud.types import Floats, LayerUse, Sites, Track


@dataclass(frozen=True, slots=True)
class Gusts:
    """Largest 3-s gusts at 10 m at the structures' own surface [m/s], by wind field.

    gust_m_s (n_fields, n_sites); weight (n_fields,) sums to 1; name (n_fields,) agency and model;
    layers: what the ground rests on.
    """

    gust_m_s: Floats
    weight: Floats
    name: tuple[tuple[str, str], ...]
    layers: tuple[LayerUse, ...] = ()

    @property
    def mean_m_s(self) -> Floats:
        """Return the weighted mean over the fields (n_sites,)."""
        total = np.zeros(self.gust_m_s.shape[1])
        for weight, field in zip(self.weight, self.gust_m_s, strict=True):
            total += weight * field
        return total


def storm_gusts(tracks: Sequence[Track], lon: Floats, lat: Floats, *,
                terrain: npt.NDArray[np.str_] | None = None, layers: SurfaceLayers | None = None,
                on_progress: Callable[[int, int], None] = lambda done, total: None) -> Gusts:
    """Gusts of one storm at sites by each of its tracks and each wind model.

    Parameters
    ----------
    tracks : the storm as agencies saw it, filled; each counts alike.
    lon, lat : (n_sites,) [deg].
    terrain : (n_sites,) class of GB 50009 of each site where no land cover is given; "B" and None
        are the default ground, whose coast counts.
    layers : land cover and elevation; without them the defaults of ``site_exposure``.

    Returns
    -------
    Gusts; the wind models weigh as in models/wind/default.
    """
    weights = model_weights(None)
    pairs = [(track, model) for track in tracks for model in weights]
    fields = [prepare(track, model) for track, model in pairs]
    sites = Sites(np.arange(len(lon)).astype(str), np.asarray(lon, float), np.asarray(lat, float))
    layers = layers or SurfaceLayers()
    coded = None
    if terrain is not None and layers.land_cover is None:
        coded = np.where(terrain == "B", "", terrain).astype("<U1")
    ground = site_exposure(sites.lon, sites.lat, terrain=coded, layers=layers, on_land=True)
    gusts = maximum_winds(fields, sites, factors=with_land(ground, "gust_3s"),
                          on_progress=lambda done: on_progress(done, len(fields)))
    return Gusts(gusts,
                 np.array([weights[model] / len(tracks) for _, model in pairs]),
                 tuple((track.agency, model) for track, model in pairs), ground.layers)
