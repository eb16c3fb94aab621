"""Water of a surge at insured locations: level at the coast, level inland, depth, and why."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.analysis.surge.ground import Ground
from riskcloud.errors import InputError
from riskcloud.hazard.flood.depth import read_depths
from riskcloud.hazard.flood.depth_files import DepthRasters
from riskcloud.hazard.typhoon.surge import (
    StormSurge,
    at_sea,
    is_covered,
    level_inland,
    shelf_card,
    sill_m,
    storm_surge,
    surge_card,
)
from riskcloud.hazard.typhoon.surge.given import LevelRaster, read_level
from riskcloud.hazard.typhoon.surge.storm import MODEL, WIND_MODEL, OnProgress
from riskcloud.types import Floats, PlaceLayer, Track

WET, DRY, RIDGE, INLAND, NO_GROUND, NO_COAST, NO_VALUE, SEA = WATER = (
    "wet", "dry", "ridge", "inland", "no_ground", "no_coast", "no_value", "sea")
"""What is said of a location's water; of the last four the depth is unknown."""
MOST_SHIFT_M: Final = 110.0
"""The geoid lies 106 m below the ellipsoid at most: no datum of heights is farther off (ours)."""
DOUBTFUL_TIDE_M: Final = 5.0
"""Tides beyond this above the mean sea occur in few places of the world (ours)."""

SCREEN = ("a screen of the surge, not hydraulics: no waves and run-up, no resonance, no river, no "
          "flow over land; where it could be checked it was right to a third, for compact storms "
          "up to twice too high (docs/science/surge.md)")
NO_TIDE = "no tide given: levels are those of the surge alone (--tide adds it)"
TIDE = "a tide of {tide} m is added, the same everywhere and at any time"
DOUBT = "a tide of {tide} m is unusual: if it is in feet or above another datum, say it in metres"
DATUM = ("tide, water levels and ground elevations must have one datum, which is not checked "
         "(--datum-shift adds what lies between)")
NEVER_NEAR = ("the storm raises no water at the coasts of this portfolio: it never comes near, or "
              "its wind blows off the land")
TIDE_ALONE = ("{n} location(s) lie below the tide itself: if a dike keeps it out, say so in "
              "FloodDefenseHeight; where the storm raises nothing they are dry")
OFF_COAST = "{n} location(s) lie at sea, off the coast: no data"
FAR_INLAND = "{n} location(s) lie more than {km} km from any coast: dry"
NOT_COVERED = "{n} location(s) lie where no shelf is known ({region}): no data"
RIDGES = ("{n} location(s) are dry because the ground between them and the coast stands above the "
          "water; water that comes round it is missed")
NO_RIDGES = "no elevation given: ground between coast and location was not looked at"
ATTENUATED = "the level falls by {loss} m a kilometre over land; the distance is right to 2 km"
ESTUARY_M: Final = 10_000.0
"""Length of shallow, narrow water that a level is doubted behind (ours)."""
ESTUARY = ("{n} location(s) lie behind {km} km and more of shallow, narrow water, as at the head "
           "of an estuary: their level is doubtful, by a half and more")
NO_SIZE = ("{n} of {m} fixes have no radius of maximum wind of their own: it was filled; of a "
           "storm smaller than usual the surge comes out too high")
NO_PRESSURE = "{n} of {m} fixes have no central pressure of their own: it was filled"


@dataclass(frozen=True, slots=True)
class SurgeRequest:
    """What water: of the storm with a tide, or of a raster of levels or of depths.

    ``datum_shift_m`` is added to all levels, to bring them to the datum of the ground.
    """

    tide_m: float = 0.0
    datum_shift_m: float = 0.0
    level: LevelRaster | None = None
    depth: DepthRasters | None = None
    dem: tuple[Path, ...] = ()
    wind_model: str = WIND_MODEL


@dataclass(frozen=True, slots=True)
class Water:
    """Water at the locations, each (n,): level at the coast and there [m], depth [m], what is said.

    depth_m is 0 where dry, NaN where unknown. ``coast`` is None where a raster was given.
    """

    depth_m: Floats
    level_m: Floats
    ground_m: Floats
    said: npt.NDArray[Any]
    coast: StormSurge | None
    layer: PlaceLayer
    notes: tuple[str, ...]
    cards: tuple[tuple[str, str], ...] = field(default=())


def water_of(track: Track, lon: Floats, lat: Floats, ground: Ground, request: SurgeRequest, *,
             on_progress: OnProgress | None = None) -> Water:
    """Return the water at locations.

    Raises
    ------
    InputError : a track that is not filled, a tide that is no number of metres, a raster that
        cannot be used, values that are no elevations.
    """
    if request.depth is not None:
        return _given_depth(lon, lat, request.depth)
    if request.level is not None:
        check_shift(request.datum_shift_m)
        level, layer, notes = read_level(request.level, lon, lat)
        level = level + request.datum_shift_m
        said = np.where(np.isnan(level), NO_VALUE, _said(level, ground.height_m)).astype(object)
        return Water(_depth(level, ground.height_m, said), level, ground.height_m, said, None,
                     layer, (*ground.notes, *notes))
    return _of_storm(track, lon, lat, ground, request, on_progress)


def _given_depth(lon: Floats, lat: Floats, rasters: DepthRasters) -> Water:
    found = read_depths(rasters, lon, lat)
    depth = found.depth_m[:, -1]
    unknown = np.full(len(depth), np.nan)
    with np.errstate(invalid="ignore"):
        said = np.where(np.isnan(depth), NO_VALUE, np.where(depth > 0.0, WET, DRY)).astype(object)
    return Water(depth, unknown, unknown, said, None, found.layer, found.notes)


def _said(level: Floats, ground: Floats) -> npt.NDArray[Any]:
    """Return what ground and level say; land below the datum needs its ground known."""
    with np.errstate(invalid="ignore"):
        known = np.where(level > ground, WET, DRY)
        return np.where(np.isnan(ground), np.where(level > 0.0, NO_GROUND, DRY), known)


def _depth(level: Floats, ground: Floats, said: npt.NDArray[Any]) -> Floats:
    unknown = np.isin(said, (NO_GROUND, NO_COAST, NO_VALUE, SEA))
    return np.asarray(np.where(unknown, np.nan, np.where(said == WET, level - ground, 0.0)))


def _of_storm(track: Track, lon: Floats, lat: Floats, ground: Ground, request: SurgeRequest,
              on_progress: OnProgress | None) -> Water:
    card, shelf = surge_card(), shelf_card()
    found = storm_surge(track, lon, lat, tide_m=request.tide_m, wind_model=request.wind_model,
                        on_progress=on_progress)
    check_shift(request.datum_shift_m)
    at_coast = found.level_m + request.datum_shift_m
    level = level_inland(at_coast, found.distance_m, card)
    said = _said(level, ground.height_m).astype(object)
    said[found.surge_m <= 0.0] = DRY  # a tide without a storm is not its water
    far = np.isnan(found.distance_m)
    covered = is_covered(lon, lat)
    said[far] = INLAND
    said[at_sea(lon, lat, ground.height_m, found.distance_m)] = SEA
    said[far & ~covered] = NO_COAST
    notes = [SCREEN, *_tide_notes(request), *ground.notes, *_track_notes(track),
             ATTENUATED.format(loss=f"{card['inland']['loss_m_per_km']:g}")]
    if ground.elevation is None:
        notes.append(NO_RIDGES)
    else:
        wet = np.flatnonzero(said == WET)
        place = found.coast.of_site[wet]
        cut = at_coast[wet] < sill_m(ground.elevation, lon[wet], lat[wet], found.coast.lon[place],
                                     found.coast.lat[place], found.distance_m[wet], card)
        said[wet[cut]] = RIDGE
        notes += [RIDGES.format(n=int(cut.sum()))] * bool(cut.any())
    with np.errstate(invalid="ignore"):
        below = int((level - np.maximum(found.surge_m, 0.0) > ground.height_m).sum())
    notes += [TIDE_ALONE.format(n=below)] * (below > 0 and request.tide_m > 0.0)
    counts = ((OFF_COAST.format(n=int((said == SEA).sum())), SEA),
              (FAR_INLAND.format(n=int((said == INLAND).sum()),
                                 km=f"{card['inland']['farthest_km']:g}"), INLAND),
              (NOT_COVERED.format(n=int((said == NO_COAST).sum()), region=shelf["region"]),
               NO_COAST))
    notes += [words for words, what in counts if (said == what).any()]
    behind = int((found.inner_m >= ESTUARY_M).sum())
    notes += [ESTUARY.format(n=behind, km=f"{ESTUARY_M / 1e3:g}")] * (behind > 0)
    notes += [NEVER_NEAR] * bool(not (np.nan_to_num(found.surge_m) > 0.0).any())
    layer = PlaceLayer("model", f"{card['title']}; {shelf['title']}", "11 km", shelf["date"],
                       "storm surge, a screen")
    return Water(_depth(level, ground.height_m, said), level, ground.height_m, said, found, layer,
                 tuple(dict.fromkeys(notes)),
                 (("surge", MODEL), ("shelf", shelf.name), ("surface", "default"),
                  ("wind", "default"), ("wind_averaging", "harper_2010")))


def check_shift(shift_m: float) -> None:
    """Raise InputError for a shift that is no number of metres between two datums."""
    if not abs(shift_m) <= MOST_SHIFT_M:
        raise InputError(f"datum shift {shift_m:g} m: expected metres, -{MOST_SHIFT_M:g} to "
                         f"{MOST_SHIFT_M:g}")


def _tide_notes(request: SurgeRequest) -> list[str]:
    notes = [TIDE.format(tide=f"{request.tide_m:g}") if request.tide_m else NO_TIDE, DATUM]
    if abs(request.tide_m) > DOUBTFUL_TIDE_M:
        notes.append(DOUBT.format(tide=f"{request.tide_m:g}"))
    return notes


def _track_notes(track: Track) -> list[str]:
    notes = list(track.notes)
    for name, words in (("central_pressure_pa", NO_PRESSURE), ("r_max_m", NO_SIZE)):
        filled = next((one for one in track.filled if one.field == name), None)
        if filled is not None and filled.mask.any():
            notes.append(words.format(n=int(filled.mask.sum()), m=len(track)))
    return notes
