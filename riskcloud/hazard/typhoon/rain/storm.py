"""Rain of a storm at sites: the total, the largest rate, the largest 24 hours, and its grade."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.geo.points import nearest_window
from riskcloud.hazard.grades import grade_of, load_scale
from riskcloud.hazard.typhoon.averaging import sustained_1min
from riskcloud.hazard.typhoon.field import at_hours
from riskcloud.hazard.typhoon.path import Path, follow
from riskcloud.hazard.typhoon.rain.coast import coast_lean, land_harmonics
from riskcloud.hazard.typhoon.rain.model import (
    DEFAULT_MODEL,
    CoastTerm,
    RainModel,
    load_model,
    profile_of,
)
from riskcloud.kernels import rain as kernel
from riskcloud.kernels.hilbert import hilbert_keys
from riskcloud.types import Floats, Ints, Sites, Times, Track
from riskcloud.units import KM

GRADE_SCALE: Final = "gbt_28592_2012"
NODE_SPACING_M: Final = 15.0 * KM
LONGEST_H: Final = 1.0
"""Nodes of the path (ours): nodes ten times denser change no total of 1 mm and more by more than
0.3 %, and no largest rate by more than 3 %."""


@dataclass(frozen=True, slots=True)
class StormRain:
    """What a storm rains on sites, (n_sites,): 0 beyond its reach, never NaN.

    ``total_mm`` over the whole track; ``peak_mm_h`` the largest rate and ``peak_time_utc`` when
    (NaT where no rain); ``day_mm`` the largest 24 hours, whenever they begin.
    """

    total_mm: Floats
    peak_mm_h: Floats
    peak_time_utc: Times
    day_mm: Floats


def storm_rain(track: Track, sites: Sites, *, model: RainModel | str = DEFAULT_MODEL,
               land: Floats | None = None) -> StormRain:
    """Return the rain of a storm at sites, of the storm's own circulation alone.

    The path is followed by nodes dense enough that the rate is linear between them, so the times
    of the track's fixes do not matter. Rain of the monsoon, and remote rain of a storm's moisture,
    are not in it.

    Parameters
    ----------
    track : filled; its winds may have any averaging period.
    sites : anywhere; longitudes in any window.
    model : a model, or a name of models/rain.
    land : (n_sites, 4) of ``coast.land_harmonics``, where it is known already.

    Returns
    -------
    StormRain, its arrays in the order of the sites.

    Raises
    ------
    NotFoundError : no such model. InputError : a track of one fix, or not filled.

    Source
    ------
    models/rain; docs/science/rain.md.
    """
    model = load_model(model) if isinstance(model, str) else model
    ordered = _ordered(sites, model, land)
    total, day, peak, hour = _rain_of(track, ordered, model, peaks=True)
    return StormRain(total, peak, at_hours(track, hour), day)


@dataclass(frozen=True, slots=True)
class _Ordered:
    """Sites along a Hilbert curve: lon, lat (n,); land (n, 4), None where no coast counts; back
    (n,) the place of each site of the caller; leans by hemisphere (south or not), once made.
    """

    lon: Floats
    lat: Floats
    land: Floats | None
    back: Ints
    leans: dict[bool, Floats]

    def lean(self, term: CoastTerm, *, south: bool) -> Floats:
        """What the coast adds by bearing, (4, n): the same for all storms of a hemisphere."""
        if south not in self.leans:
            self.leans[south] = (np.zeros((4, len(self.lon))) if self.land is None else
                                 np.ascontiguousarray(coast_lean(self.land, term, south=south).T))
        return self.leans[south]


def _ordered(sites: Sites, model: RainModel, land: Floats | None) -> _Ordered:
    lon, lat = np.asarray(sites.lon, np.float64), np.asarray(sites.lat, np.float64)
    keys = np.empty(len(lon), np.uint32)
    hilbert_keys(np.mod(lon + 180.0, 360.0) - 180.0, lat, keys)
    order = np.argsort(keys, kind="stable")
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    lon, lat = lon[order], lat[order]
    if model.coast.strength == 0.0:
        land = None
    else:
        land = land_harmonics(lon, lat) if land is None else land[order]
    return _Ordered(lon, lat, land, back, {})


def _rain_of(track: Track, sites: _Ordered, model: RainModel, *, peaks: bool
             ) -> tuple[Floats, Floats, Floats, Floats]:
    """Return total, day, and the peak with its hour (empty if not wanted), as the caller counts."""
    path = rain_path(track)
    n = len(sites.lon)
    total, day, peak, hour = np.empty(n), np.empty(n), *(np.empty(n * peaks) for _ in range(2))
    kernel.storm_rain(nearest_window(sites.lon, float(np.mean(path.lon))), sites.lat,
                      sites.lean(model.coast, south=bool(np.mean(path.lat) < 0.0)),
                      rain_nodes(path, track.wind_averaging_s, model), model.reach_m,
                      total, day, peak, hour)
    back = sites.back
    return total[back], day[back], *((peak[back], hour[back]) if peaks else (peak, hour))


def member_rain(tracks: Sequence[Track], sites: Sites, *, model: RainModel | str = DEFAULT_MODEL,
                on_progress: Callable[[int, int], None] | None = None,
                ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return totals and largest 24 hours of the members of an ensemble [mm].

    Arguments, errors and source as :func:`storm_rain`; (n_members, n_sites) float32 each: 1e-7 of
    a value is lost.
    """
    model = load_model(model) if isinstance(model, str) else model
    ordered = _ordered(sites, model, None)
    total = np.empty((len(tracks), len(sites)), np.float32)
    day = np.empty_like(total)
    for k, track in enumerate(tracks):
        total[k], day[k] = _rain_of(track, ordered, model, peaks=False)[:2]
        if on_progress is not None:
            on_progress(k + 1, len(tracks))
    return total, day


def rain_grades(day_mm: Floats) -> npt.NDArray[Any]:
    """Return the grade of each rain of 24 hours (...,) [mm] by GB/T 28592: text; NaN ``no_data``.

    Values count to 0.1 mm, as the standard's bounds do.
    """
    return grade_of(load_scale(GRADE_SCALE), np.round(day_mm, 1))


def rain_path(track: Track, *, denser: float = 1.0) -> Path:
    """Return the nodes along a track that its rain is summed over; ``denser`` times as many."""
    # the storm's own Rmax says nothing of its rain: one spacing for all
    spacing = np.full(len(track), NODE_SPACING_M / denser)
    return follow(replace(track, r_max_m=spacing), spacing_r_max=1.0,
                  longest_h=LONGEST_H / denser)


def rain_nodes(path: Path, averaging_s: float, model: RainModel) -> Floats:
    """Nodes for the kernel along a path (``kernels/rain.py``)."""
    profile = profile_of(model.profile_card, sustained_1min(path.max_wind_m_s, averaging_s))
    nodes = np.empty((kernel.N_ROWS, len(path.hour)))
    rows = {
        kernel.LON: path.lon, kernel.LAT: path.lat, kernel.HOUR: path.hour,
        kernel.CENTRE: model.coast.scale * profile.centre_mm_h,
        kernel.SLOPE: model.coast.scale * profile.slope_mm_h_m, kernel.R_PEAK: profile.r_peak_m,
        kernel.DECAY: profile.decay_per_m,
    }
    for row, values in rows.items():
        nodes[row] = values
    return nodes
