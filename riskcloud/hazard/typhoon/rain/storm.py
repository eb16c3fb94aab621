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
from riskcloud.hazard.typhoon.rain.model import DEFAULT_MODEL, RainModel, load_model, profile_of
from riskcloud.kernels import rain as kernel
from riskcloud.types import Floats, Sites, Times, Track
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
    path = rain_path(track)
    nodes = rain_nodes(path, track.wind_averaging_s, model)
    n = len(sites)
    if model.coast.strength == 0.0:
        lean = np.zeros((n, 4))
    else:
        land = land_harmonics(sites.lon, sites.lat) if land is None else land
        lean = coast_lean(land, model.coast, south=bool(np.mean(path.lat) < 0.0))
    lon = nearest_window(sites.lon, float(np.mean(path.lon)))
    total, peak, hour, day = (np.zeros(n) for _ in range(4))
    kernel.storm_rain(np.ascontiguousarray(lon), np.ascontiguousarray(sites.lat, np.float64),
                      lean, nodes, model.reach_m, total, peak, hour, day)
    return StormRain(total, peak, at_hours(track, hour), day)


def member_rain(tracks: Sequence[Track], sites: Sites, *, model: RainModel | str = DEFAULT_MODEL,
                on_progress: Callable[[int, int], None] | None = None,
                ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return totals and largest 24 hours of the members of an ensemble [mm].

    Arguments, errors and source as :func:`storm_rain`; (n_members, n_sites) float32 each: 1e-7 of
    a value is lost.
    """
    model = load_model(model) if isinstance(model, str) else model
    land = land_harmonics(sites.lon, sites.lat) if model.coast.strength else None
    total = np.empty((len(tracks), len(sites)), np.float32)
    day = np.empty_like(total)
    for k, track in enumerate(tracks):
        one = storm_rain(track, sites, model=model, land=land)
        total[k], day[k] = one.total_mm, one.day_mm
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
        kernel.LON: path.lon, kernel.LAT: path.lat,
        kernel.SIN_LAT: np.sin(np.radians(path.lat)), kernel.COS_LAT: np.cos(np.radians(path.lat)),
        kernel.HOUR: path.hour, kernel.CENTRE: model.coast.scale * profile.centre_mm_h,
        kernel.SLOPE: model.coast.scale * profile.slope_mm_h_m, kernel.R_PEAK: profile.r_peak_m,
        kernel.DECAY: profile.decay_per_m,
    }
    for row, values in rows.items():
        nodes[row] = values
    return nodes
