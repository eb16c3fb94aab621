"""The hazard profile of places: what each peril can do, has done, and its grade."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.analysis.hazard.grades import (
    NO_GRADE,
    NOT_BY_PERIOD,
    SCALES,
    PerilGrade,
    grade_peril,
    overall,
    period_of,
    scales_of,
)
from riskcloud.analysis.hazard.layers import depth_hazard, layer_hazard, without_layer
from riskcloud.catalog import load_card
from riskcloud.geo.overlay.layers import LayerSpec
from riskcloud.geo.overlay.stated import Stated
from riskcloud.geo.points import haversine_m
from riskcloud.geo.raster import is_land
from riskcloud.hazard.flood.depth_files import DepthRasters
from riskcloud.types import Bools, Ints, PlaceHazard, PlaceHistory, Sites, Track
from riskcloud.units import KM

if TYPE_CHECKING:
    from riskcloud.exposure.claims import Claims
    from riskcloud.hazard.flood.waterlogging import WaterloggingPoints
    from riskcloud.hazard.rain.frequency import RainLayers
    from riskcloud.hazard.rain.history import RainDays

PERIODS: Final = (10.0, 50.0, 100.0, 475.0)
"""Return periods shown [years]; 475 is 10 % in 50 years."""
PERILS: Final = tuple(SCALES)
NO_LAYER: Final = "no layer given: no data"
AT_SEA: Final = ("the site is at sea, or on land too narrow or too new for the land mask of one "
                 "arc minute")
MANY_AT_SEA: Final = ("{n} site(s) at sea, or on land too narrow or too new for the land mask of "
                      "one arc minute")
NEAREST: Final = ("the nearest rain record ({name}) is {km} km away, too far to speak for this "
                  "place; --rain-reach takes it all the same")
WARM_AT: Final = (104.5, 26.6)
"""A place inland with few storms: all that is loaded once, and little else."""
WIDENED: Final = "rain records up to {km} km away taken, as asked; usually {usual} km"
FARTHEST_M: Final = 150.0 * KM
"""Records farther away are not named (ours)."""
SWAPPED: Final = ("the site is at sea; with longitude and latitude the other way round it is on "
                  "land: are they swapped?")


@dataclass(frozen=True, slots=True)
class ProfileRequest:
    """What a profile is asked for, and the layers it may rest on besides those that ship.

    periods : return periods shown [years]; those that grades are read at are added.
    site_class : of GB 50011, (n_sites,) or one; None: class II.
    records : daily rain records of the user's own (hazard.rain.frequency.PlacedSample).
    rain_reach_m : how far a record may speak for a place; None: as usual.
    depth, surge : rasters with return periods, of floods and of water from the sea.
    lightning, landslide : one raster each; stated : what those two do not say.
    history : past events are wanted; tracks : storms of the user's own beside the archive's;
    gauges : days of rainstorm of rain records of the user's own (hazard.rain.history);
    waterlogging, claims : lists of them (hazard.flood.waterlogging, exposure.claims).
    """

    periods: tuple[float, ...] = PERIODS
    site_class: str | npt.NDArray[Any] | None = None
    records: tuple[Any, ...] = ()
    rain_reach_m: float | None = None
    depth: DepthRasters | None = None
    surge: DepthRasters | None = None
    lightning: LayerSpec | None = None
    landslide: LayerSpec | None = None
    stated: Stated = field(default_factory=Stated)
    history: bool = True
    tracks: tuple[Track, ...] = ()
    gauges: "tuple[RainDays, ...]" = ()
    waterlogging: "WaterloggingPoints | None" = None
    claims: "Claims | None" = None
    seed: int = 1


@dataclass(frozen=True, slots=True)
class PerilProfile:
    """One peril at all sites: its hazards, measure by measure, and its grade."""

    peril: str
    hazards: tuple[PlaceHazard, ...]
    graded: PerilGrade

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes of all its hazards, each once."""
        return tuple(dict.fromkeys(note for one in self.hazards for note in one.notes))


@dataclass(frozen=True, slots=True)
class HazardProfile:
    """All perils of sites. overall, n_no_data (n_sites,): the largest grade, perils without one.

    history_covers : of each record (n_sites,) whether it covers a site at all.
    """

    sites: Sites
    perils: tuple[PerilProfile, ...]
    history: tuple[PlaceHistory, ...]
    overall: Ints
    n_no_data: Ints
    at_sea: Bools
    notes: tuple[str, ...] = ()
    tracks: tuple[Track, ...] = ()
    history_covers: tuple[Bools, ...] = ()


def hazard_profile(sites: Sites, request: ProfileRequest) -> HazardProfile:
    """Return what each peril can do and has done at sites, with grades 1 to 5.

    Parameters
    ----------
    sites : degrees WGS84.

    Raises
    ------
    InputError : layers, periods or site classes that cannot be.

    Notes
    -----
    A peril without a layer at a site has no grade there (``NO_GRADE``), whatever else is known.
    """
    hazards = _hazards(sites, request)
    perils = tuple(PerilProfile(peril, found, grade_peril(peril, found, len(sites)))
                   for peril, found in hazards.items())
    worst, unknown = overall([one.graded.grade for one in perils])
    at_sea = ~is_land(sites.lon, sites.lat)
    history, covers = _history(sites, request)
    return HazardProfile(sites, perils, history, worst, unknown, at_sea, _notes(sites, at_sea),
                         request.tracks, covers)


def prepare(request: ProfileRequest) -> None:
    """Load what every profile needs and no site changes: kernels, tables of ground motion, storms.

    A process pays for it once; ``hazard_profile`` does it where it was not done before.
    """
    hazard_profile(Sites(np.array(["0"]), np.array([WARM_AT[0]]), np.array([WARM_AT[1]])),
                   replace(ProfileRequest(), history=request.history))


def periods_for(peril: str, request: ProfileRequest) -> tuple[float, ...]:
    """Return the periods asked for and those that the peril's scales grade, ascending."""
    graded = {period_of(scale) for scale in scales_of(peril)} - {NOT_BY_PERIOD}
    return tuple(sorted({*request.periods, *graded}))


def _hazards(sites: Sites, request: ProfileRequest) -> dict[str, tuple[PlaceHazard, ...]]:
    """Return the hazards of each peril, in the order of ``PERILS``."""
    found = {"typhoon": _typhoon(sites, request), "rainstorm": _rain(sites, request),
             "flood": _depth("flood", request.depth, sites, request),
             "surge": _depth("surge", request.surge, sites, request),
             "earthquake": _earthquake(sites, request)}
    for peril, spec in (("lightning", request.lightning), ("landslide", request.landslide)):
        found[peril] = ((without_layer(peril, (NOT_BY_PERIOD,), len(sites), NO_LAYER),)
                        if spec is None else (layer_hazard(
                            peril, spec, sites.lon, sites.lat, stated=request.stated),))
    return {peril: found[peril] for peril in PERILS}


def _typhoon(sites: Sites, request: ProfileRequest) -> tuple[PlaceHazard, ...]:
    from riskcloud.hazard.typhoon.climate.place import place_wind

    return place_wind(sites.lon, sites.lat, periods=periods_for("typhoon", request))


def _rain(sites: Sites, request: ProfileRequest) -> tuple[PlaceHazard, ...]:
    """Return rain of 24 hours from records and, where a city's formula tells it, of an hour."""
    from riskcloud.hazard.rain.frequency import REACH_M, default_layers, design_rain

    layers, periods = default_layers(*request.records), periods_for("rainstorm", request)
    if request.rain_reach_m is not None:
        layers = replace(layers, reach_m=request.rain_reach_m)
    day, hour = (design_rain(sites.lon, sites.lat, periods=periods, layers=layers, measure=measure,
                             seed=request.seed) for measure in ("rain_24h", "rain_1h"))
    if request.rain_reach_m is not None:
        day = replace(day, notes=(*day.notes, WIDENED.format(
            km=f"{request.rain_reach_m / KM:g}", usual=f"{REACH_M / KM:g}")))
    if not day.known.any():
        day = replace(day, notes=(*day.notes, *_nearest_record(sites, layers)))
    return (day, hour) if hour.known.any() else (day,)


def _nearest_record(sites: Sites, layers: "RainLayers") -> tuple[str, ...]:
    """Say of one place how far the nearest rain record is, and how to take it all the same."""
    if len(sites) != 1 or not layers.records:
        return ()
    away = [float(haversine_m(sites.lon[0], sites.lat[0], one.lon, one.lat))
            for one in layers.records]
    nearest = int(np.argmin(away))
    if away[nearest] > FARTHEST_M:
        return ()
    record = layers.records[nearest]
    name = record.sample.name if record.is_given else str(
        load_card("rain_record", record.sample.name).get("place") or record.sample.name)
    return (NEAREST.format(name=name, km=f"{away[nearest] / KM:.0f}"),)


def _depth(peril: str, rasters: DepthRasters | None, sites: Sites, request: ProfileRequest,
           ) -> tuple[PlaceHazard, ...]:
    periods = periods_for(peril, request)
    if rasters is None:
        return (without_layer(peril, periods, len(sites), NO_LAYER),)
    return (depth_hazard(peril, rasters, sites.lon, sites.lat, periods),)


def _earthquake(sites: Sites, request: ProfileRequest) -> tuple[PlaceHazard, ...]:
    from riskcloud.hazard.earthquake.place import place_pga

    return (place_pga(sites.lon, sites.lat, periods=periods_for("earthquake", request),
                      site_class=request.site_class),)


def _history(sites: Sites, request: ProfileRequest,
             ) -> tuple[tuple[PlaceHistory, ...], tuple[Bools, ...]]:
    """Return the records of past events, and which sites each covers."""
    if not request.history:
        return (), ()
    from riskcloud.analysis.hazard.events import covered, past_events

    found = past_events(sites, tracks=request.tracks, gauges=request.gauges,
                        waterlogging=request.waterlogging, claims=request.claims)
    return found, tuple(covered(one, sites) for one in found)


def _notes(sites: Sites, at_sea: Bools) -> tuple[str, ...]:
    """Say of a place alone that it is at sea, and whether its coordinates look swapped."""
    if not at_sea.any():
        return ()
    if len(sites) > 1:
        return (MANY_AT_SEA.format(n=int(at_sea.sum())),)
    lon, lat = float(sites.lon[0]), float(sites.lat[0])
    if abs(lon) <= 90.0 and is_land(np.array([lat]), np.array([lon]))[0]:
        return (SWAPPED,)
    return (AT_SEA,)


def is_unknown(profile: HazardProfile) -> Bools:
    """Tell the sites (n_sites,) of which no peril has a grade."""
    return np.asarray(profile.overall == NO_GRADE)
