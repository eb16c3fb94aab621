"""Peak storm surge at the coast: inverse barometer, wind along the shelf, current across it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.catalog import Card, load_card
from riskcloud.errors import InputError
from riskcloud.geo.points import nearest_window
from riskcloud.hazard.typhoon.averaging import card as averaging_card
from riskcloud.hazard.typhoon.field import at_hours, default_settings, field_nodes
from riskcloud.hazard.typhoon.path import Path, follow
from riskcloud.hazard.typhoon.profiles import PROFILES, profile_name
from riskcloud.hazard.typhoon.profiles.holland_2008 import b_surface
from riskcloud.hazard.typhoon.surge.shelf import (
    Coast,
    coast_of,
    farthest_m,
    inner_water_m,
    read_shelf,
)
from riskcloud.kernels import surge as kernel
from riskcloud.kernels import vortex
from riskcloud.types import Floats, Times, Track
from riskcloud.units import GRAVITY_M_S2, KM

OnProgress = Callable[[int, int], None]
MODEL: Final = "bathystrophic"
WIND_MODEL: Final = "holland_2008"
MEMBER_DENSITY: Final = 0.5
"""Nodes of a member beside those of a single storm (ours): half as dense, surges change by 0.06 m
at most (701 points of the coast, Hato, Mangkhut, Hagupit, Nida and Utor)."""
MOST_TIDE_M: Final = 12.0
"""No tide of the sea is higher (Bay of Fundy: 8 m above the mean): a tide beyond it is in another
unit (ours)."""
POINTS_AT_ONCE: Final = 128
"""Points of the coast between two words on the progress. Ours."""


@dataclass(frozen=True, slots=True)
class StormSurge:
    """Peak water of a storm at the coast nearest to sites, (n_sites,).

    ``level_m`` the tide and the surge; ``surge_m`` above the tide, >= 0, the sum of ``pressure_m``
    (inverse barometer), ``wind_m`` (along the way to deep water) and ``current_m`` (across it) at
    the moment of the peak, ``time_utc`` (NaT: no surge). ``distance_m`` from that coast, ``coast``
    the points; ``inner_m`` of shallow, narrow water before it, where the level is doubtful. NaN for
    a site that has no coast: too far inland, or outside the shelf.
    """

    level_m: Floats
    surge_m: Floats
    pressure_m: Floats
    wind_m: Floats
    current_m: Floats
    time_utc: Times
    distance_m: Floats
    inner_m: Floats
    coast: Coast
    tide_m: float


def surge_card(name: str = MODEL) -> Card:
    """Return a card of models/surge. Raises NotFoundError for an unknown name."""
    return load_card("surge", name)


def storm_surge(track: Track, lon: Floats, lat: Floats, *, tide_m: float = 0.0,
                model: str = MODEL, wind_model: str = WIND_MODEL,
                on_progress: OnProgress | None = None) -> StormSurge:
    """Return the peak surge of a storm at the coast nearest to sites.

    The path is followed by nodes dense enough that the times of the track's fixes do not matter.
    Numbers of a screen: no waves, no resonance, no river, no flow over land.

    Parameters
    ----------
    track : filled; its winds may have any averaging period.
    lon, lat : (n_sites,) degrees WGS84, any window of longitude.
    tide_m : level of the tide during the peak, above the datum that levels are wanted in [m]. It
        deepens the water too.
    model : a card of models/surge.
    wind_model : a name of ``PROFILES`` or its short form.
    on_progress : called with points of the coast done, and all.

    Returns
    -------
    StormSurge, in the order of the sites.

    Raises
    ------
    NotFoundError : no such model. InputError : a track of one fix, or not filled; a tide that is
        no number of metres.

    Source
    ------
    models/surge; docs/science/surge.md.
    """
    card = surge_card(model)
    check_tide(tide_m)
    coast = coast_of(lon, lat, farthest_m=farthest_m(card))
    found = coast_surge(track, coast, card, tide_m=tide_m, wind_model=wind_model,
                        on_progress=on_progress)
    rows = found[coast.of_site] if len(found) else np.empty((len(coast.of_site), kernel.N_FOUND))
    rows[coast.of_site < 0] = np.nan
    surge, pressure, wind, current, hour = rows.T
    inner = np.append(inner_water_m(coast.point), np.nan)[coast.of_site]
    return StormSurge(tide_m + surge, surge, pressure, wind, current, at_hours(track, hour),
                      coast.distance_m, inner, coast, tide_m)


def member_coast_surge(tracks: Sequence[Track], coast: Coast, *, tide_m: float = 0.0,
                       model: str = MODEL, wind_model: str = WIND_MODEL,
                       on_progress: OnProgress | None = None) -> npt.NDArray[np.float32]:
    """Return the peak surge of the members of an ensemble at points of the coast [m].

    (n_members, n_points) float32; arguments, errors and source as :func:`storm_surge`. Nodes are
    ``MEMBER_DENSITY`` as dense as those of a single storm.
    """
    card = surge_card(model)
    check_tide(tide_m)
    out = np.empty((len(tracks), len(coast.point)), np.float32)
    for k, track in enumerate(tracks):
        out[k] = coast_surge(track, coast, card, tide_m=tide_m, wind_model=wind_model,
                             denser=MEMBER_DENSITY)[:, kernel.TOTAL]
        if on_progress is not None:
            on_progress(k + 1, len(tracks))
    return out


def check_tide(tide_m: float) -> None:
    """Raise InputError for a tide that is no number of metres."""
    if not abs(tide_m) <= MOST_TIDE_M:
        raise InputError(f"tide {tide_m:g} m: expected metres, -{MOST_TIDE_M:g} to "
                         f"{MOST_TIDE_M:g}; is it in feet or centimetres?")


def coast_surge(track: Track, coast: Coast, card: Card, *, tide_m: float,
                wind_model: str = WIND_MODEL, denser: float = 1.0,
                on_progress: OnProgress | None = None) -> Floats:
    """Return the kernel's rows for points of the coast, (n_points, N_FOUND).

    ``denser``: so many times the nodes of the card. Other arguments as :func:`storm_surge`.
    """
    shelf, n = read_shelf(), len(coast.point)
    found = np.zeros((n, kernel.N_FOUND))
    nodes, storm = surge_nodes(track, card, wind_model=wind_model, denser=denser)
    if n == 0:
        return found
    counts = shelf.start[coast.point + 1] - shelf.start[coast.point]
    start = np.concatenate([[0], np.cumsum(counts)])
    pick = np.arange(start[-1]) + np.repeat(shelf.start[coast.point] - start[:-1], counts)
    segments = np.ascontiguousarray(shelf.segments[:, pick])
    centre = float(np.mean(nodes[:, vortex.LON]))
    segments[kernel.LON_AT] = nearest_window(segments[kernel.LON_AT], centre)
    lon, numbers = nearest_window(coast.lon, centre), _numbers(card, tide_m)
    code = PROFILES[profile_name(wind_model)].code
    for first in range(0, n, POINTS_AT_ONCE):
        here = slice(first, first + POINTS_AT_ONCE)
        kernel.storm_surge(code, lon[here], coast.lat[here], start[first:], segments, nodes, storm,
                           numbers, found[here])
        if on_progress is not None:
            on_progress(min(first + POINTS_AT_ONCE, n), n)
    return found


def surge_nodes(track: Track, card: Card, *, wind_model: str, denser: float = 1.0,
                ) -> tuple[Floats, Floats]:
    """Return the nodes of the wind field along a track, and (2, n_nodes) deficit [Pa] and b."""
    spacing, longest = (card["storm"][name] / denser for name in ("spacing_r_max", "longest_h"))
    path = follow(track, spacing_r_max=spacing, longest_h=longest)
    nodes = field_nodes(track, wind_model, replace(default_settings(), spacing_r_max=spacing,
                                                   longest_h=longest))
    return nodes, _pressures(path)


def _pressures(path: Path) -> Floats:
    deficit = np.maximum(path.environmental_pressure_pa - path.central_pressure_pa, 0.0)
    b = b_surface(deficit_pa=deficit, pressure_tendency_pa_s=path.pressure_tendency_pa_s,
                  lat=path.lat, motion_m_s=path.motion_m_s)
    return np.stack([deficit, b])


def _numbers(card: Card, tide_m: float) -> Floats:
    sea, water = load_card("surface", "default")["sea"], card["water"]
    inflow = np.radians(default_settings().inflow_deg)
    out = np.empty(kernel.N_NUMBERS)
    rows: dict[int, Any] = {
        kernel.MEAN_FACTOR: averaging_card()["vmax_600_per_60_at_sea"],
        kernel.DRAG_AT_REST: sea["drag_intercept"],
        kernel.DRAG_PER_M_S: sea["drag_slope_per_m_s"],
        kernel.DRAG_LEAST_WIND: sea["smooth_wind_m_s"], kernel.DRAG_MOST: sea["largest_drag"],
        kernel.AIR_PER_WATER: water["air_density_kg_m3"] / water["density_kg_m3"],
        kernel.FRICTION: GRAVITY_M_S2 * card["bottom"]["manning_n"] ** 2,
        kernel.WATER_WEIGHT: water["density_kg_m3"] * GRAVITY_M_S2,
        kernel.REACH: card["storm"]["reach_km"] * KM, kernel.TIDE: tide_m,
        kernel.COS_INFLOW: np.cos(inflow), kernel.SIN_INFLOW: np.sin(inflow),
    }
    for row, value in rows.items():
        out[row] = value
    return out
