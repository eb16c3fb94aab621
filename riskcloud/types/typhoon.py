"""Storms, what is known of them, and the wind they bring."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError
from riskcloud.types.arrays import Bools, Floats, Ints, Times, same_length

N_SECTORS = 12
"""Directions that a site's exposure is known for, every 30 degrees clockwise from north."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a track's format lacked and a regression supplied.

    ``field`` is the name of the Track's array, ``method`` the regression's name, ``source`` its
    reference, ``mask`` (n_fixes,) True where the value was filled.
    """

    field: str
    method: str
    source: str
    mask: Bools


@dataclass(frozen=True, slots=True)
class Track:
    """One storm as one agency saw it: best track, advisory or ensemble member.

    Arrays have shape (n_fixes,), times ascending and unique; NaN where the source is silent.
    ``max_wind_m_s`` is the maximum sustained wind at 10 m averaged over ``wind_averaging_s``
    (60 JTWC and NHC, 120 CMA, 600 JMA and most others): one period a track, never mixed.
    ``r34_m``, ``r50_m``, ``r64_m`` are (n_fixes, 4) radii of 34, 50, 64 kt wind in the NE, SE, SW,
    NW quadrants. ``filled`` names what was not in the source. Longitudes are continuous along
    the track (they may pass 180).

    ``issued_utc`` is when a forecast was published, ``base_utc`` the time of the analysis it
    starts from: later fixes are forecasts, their lead counts from it; None for a best track.
    ``member`` numbers the members of an ensemble from 1; 0 is no ensemble. ``notes`` say what the
    source lacked or what of it could not be read.
    """

    event_id: str
    name: str
    agency: str
    time_utc: Times
    lon: Floats
    lat: Floats
    central_pressure_pa: Floats
    environmental_pressure_pa: Floats
    max_wind_m_s: Floats
    wind_averaging_s: float
    r_max_m: Floats
    r34_m: Floats
    r50_m: Floats
    r64_m: Floats
    status: tuple[str, ...] = ()
    filled: tuple[Filled, ...] = ()
    issued_utc: np.datetime64 | None = None
    base_utc: np.datetime64 | None = None
    member: int = 0
    source: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        same_length(
            "Track", time_utc=self.time_utc, lon=self.lon, lat=self.lat,
            central_pressure_pa=self.central_pressure_pa,
            environmental_pressure_pa=self.environmental_pressure_pa,
            max_wind_m_s=self.max_wind_m_s, r_max_m=self.r_max_m,
            r34_m=self.r34_m, r50_m=self.r50_m, r64_m=self.r64_m,
        )

    def __len__(self) -> int:
        return len(self.time_utc)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known of one storm: what agencies say of it, and an ensemble.

    ``advisories`` are tracks as read (nothing filled), one an agency, each with its past and, after
    ``base_utc``, its forecast; a best track without ``base_utc`` is taken as certain. ``ensemble``
    holds member tracks of the same storm, as read. ``anchored``: the members' intensity is
    anchored to the advisories' analysis, else it is the model's own. ``notes`` say what was left
    out or supplied while choosing.
    """

    advisories: tuple[Track, ...]
    ensemble: tuple[Track, ...] = ()
    anchored: bool = True
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.advisories and not self.ensemble:
            raise InputError("an outlook needs an advisory or an ensemble")


@dataclass(frozen=True, slots=True)
class Swath:
    """Maximum wind of an event on a regular grid, for maps.

    lon (nx,), lat (ny,) cell centres ascending, intensity (ny, nx), NaN where not reached.
    """

    lon: Floats
    lat: Floats
    intensity: Floats
    measure: str
    unit: str


@dataclass(frozen=True, slots=True)
class LayerUse:
    """One layer of the ground that a wind rests on: given by the user, or a stated default.

    ``layer`` is ``roughness``, ``coast``, ``relief``, ``elevation`` or ``height``; ``given``
    whether a layer was given (False: the default stands in); ``source`` names the file or the card;
    ``detail`` says its resolution, scheme or value in words (a message of messages.csv).
    """

    layer: str
    given: bool
    source: str
    detail: str


@dataclass(frozen=True, slots=True)
class SiteExposure:
    """What the ground makes of the wind at sites, by the direction the wind comes from.

    Factors (n_sites, N_SECTORS) on the 1-min mean at 10 m over open water: ``mean_10min``,
    ``sustained_1min`` and ``gust_3s`` at the asset's height and its own surface. Column k belongs
    to a wind from 30 k degrees clockwise from north; between two columns the factor is linear in
    the angle. They hold where the sea's drag has reached its limit (33 m/s); ``land_share``
    (n_sites, N_SECTORS), 0 to 1, is how far the wind has become the land's, which has less of a
    weaker one. ``layers`` say what they rest on.
    """

    mean_10min: Floats
    sustained_1min: Floats
    gust_3s: Floats
    land_share: Floats
    layers: tuple[LayerUse, ...] = ()

    def __post_init__(self) -> None:
        same_length("SiteExposure", mean_10min=self.mean_10min,
                     sustained_1min=self.sustained_1min, gust_3s=self.gust_3s,
                     land_share=self.land_share)
        if self.gust_3s.ndim != 2 or self.gust_3s.shape[1] != N_SECTORS:
            raise InputError(f"SiteExposure: expected (n_sites, {N_SECTORS}) factors")


@dataclass(frozen=True, slots=True)
class EventSet:
    """Stochastic storms with their yearly rates, made from a catalogue.

    Events (n_events,): ``event_id``; ``annual_rate`` [1/yr] (1 / years each when simulated);
    ``year`` 1 ... years of the simulated year; ``season`` the historical season the event was made
    from (bootstraps resample seasons). Fixes of event i are ``start[i]:start[i + 1]`` of the arrays
    (n_fixes,): ``hour`` since the event's first fix, lon, lat, 1-min ``max_wind_m_s`` at 10 m over
    water, pressures, ``r_max_m``, ``r34_m`` (mean of the quadrants' largest extents, NaN below a
    gale). ``years`` is the length of the simulation, ``facts`` what the manifest says: method,
    period, catalogue, sampling error.
    """

    event_id: npt.NDArray[Any]
    annual_rate: Floats
    year: Ints
    season: Ints
    start: Ints
    hour: Floats
    lon: Floats
    lat: Floats
    max_wind_m_s: Floats
    central_pressure_pa: Floats
    environmental_pressure_pa: Floats
    r_max_m: Floats
    r34_m: Floats
    years: float
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        same_length("EventSet", event_id=self.event_id, annual_rate=self.annual_rate,
                     year=self.year, season=self.season)
        same_length("EventSet", hour=self.hour, lon=self.lon, lat=self.lat,
                     max_wind_m_s=self.max_wind_m_s,
                     central_pressure_pa=self.central_pressure_pa,
                     environmental_pressure_pa=self.environmental_pressure_pa,
                     r_max_m=self.r_max_m, r34_m=self.r34_m)
        if len(self.start) != len(self.event_id) + 1 or self.start[-1] != len(self.hour):
            raise InputError("EventSet: start does not fit its events and fixes")

    def __len__(self) -> int:
        return len(self.event_id)
