"""Historical storms made ready for resampling: pressure deficits without gaps, near an area."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon import regressions
from riskcloud.hazard.typhoon.climate.area import REACH_M, Area, spans
from riskcloud.hazard.typhoon.climate.catalogue import Catalogue
from riskcloud.hazard.typhoon.climate.displaced import LandWeights, Parent, land_weights
from riskcloud.hazard.typhoon.climate.local_strength import LocalStrength, local_strength
from riskcloud.types import Floats, Ints
from riskcloud.units import HPA

LEAST_DEFICIT_PA: Final = 10.0 * HPA
"""A storm that nowhere near the area has this deficit is no storm of gale force (ours)."""
WEAK_PA: Final = 2.0 * HPA
"""Deficit where no agency analysed a pressure: before a storm formed, after it had died (ours)."""
MARGIN_M: Final = 300e3
"""Storms this far beyond the reach may be displaced into it (ours: nearly four standard
deviations)."""
LIMIT_OVER_RECORD: Final = 1.1
"""Deficits are held below this many times the record of their latitudes (ours)."""
BAND_DEG: Final = 2.5
AROUND_DEG: Final = 5.0
"""Land is known so far beyond the historical tracks (ours: six standard deviations)."""
EXTRA: Final = 4
"""Steps that a track goes on after its last fix (ours): storms that died ashore would have lived on
where a displaced track is still at sea; where they died at sea they stay weak."""


@dataclass(frozen=True, slots=True)
class Parents:
    """Historical storms near an area, and the sea and land around them."""

    storms: tuple[Parent, ...]
    local: LocalStrength
    land: LandWeights

    def __len__(self) -> int:
        return len(self.storms)

    @property
    def season(self) -> Ints:
        """Season of each storm (n_storms,)."""
        return np.array([one.season for one in self.storms], np.int64)


def find_parents(catalogue: Catalogue, area: Area) -> Parents:
    """Return the storms of a catalogue that may concern an area.

    Fixes from one day before to one day after a storm is within ``REACH_M`` and ``MARGIN_M`` are
    taken.

    Raises
    ------
    InputError : no storm with a pressure comes near; the message says how near they come.
    """
    environment = regressions.environmental_pressure_pa("WP")
    deficit = environment - catalogue.central_pressure_pa
    distance = area.distance_m(catalogue.lon, catalogue.lat)
    near = (distance < REACH_M + MARGIN_M) & (deficit >= LEAST_DEFICIT_PA)
    first, last = spans(near, catalogue.start, before=4, after=4)
    storms = np.flatnonzero(last >= first)
    if not len(storms):
        raise _nothing_near(catalogue, area, distance, deficit)
    limit = record_deficits(catalogue.lat, deficit)
    parents = []
    for k in storms:
        own = slice(int(first[k]), int(last[k]) + 1)
        lon, lat = catalogue.lon[own], catalogue.lat[own]
        if len(lon) < 2:
            continue
        filled = _without_gaps(deficit[own])
        if own.stop == catalogue.start[k + 1]:
            lon, lat, filled = _gone_on(lon), _gone_on(lat), np.append(filled, [filled[-1]] * EXTRA)
        parents.append(Parent(
            sid=str(catalogue.sid[k]), season=int(catalogue.season[k]), lon=lon, lat=lat,
            deficit_pa=filled, limit_pa=limit(lat),
            environment_pa=environment))
    return Parents(tuple(parents), local_strength(catalogue.lon, catalogue.lat, np.log(
        np.where(deficit >= LEAST_DEFICIT_PA, deficit, np.nan) / HPA)), _land_around(parents))


def _land_around(parents: list[Parent]) -> LandWeights:
    """Return the land of the window that displaced storms may come to."""
    lon = np.concatenate([one.lon for one in parents])
    lat = np.concatenate([one.lat for one in parents])
    return land_weights(lon.min() - AROUND_DEG, lat.min() - AROUND_DEG, lon.max() + AROUND_DEG,
                        lat.max() + AROUND_DEG)


def _gone_on(place: Floats) -> Floats:
    """Return positions that go on for ``EXTRA`` steps as the last two steps went."""
    back = min(2, len(place) - 1)
    step = (place[-1] - place[-1 - back]) / back
    return np.concatenate([place, place[-1] + step * np.arange(1, EXTRA + 1)])


def _without_gaps(deficit: Floats) -> Floats:
    """Return deficits with gaps filled linearly, and weak where none was analysed at the ends."""
    known = np.flatnonzero(np.isfinite(deficit))
    place = np.arange(len(deficit))
    filled = np.interp(place, known, np.maximum(deficit[known], WEAK_PA))
    return np.where((place < known[0]) | (place > known[-1]), WEAK_PA, filled)


def record_deficits(lat: Floats, deficit_pa: Floats) -> Any:
    """Return a function latitude -> largest deficit allowed [Pa].

    The record of each band of ``BAND_DEG`` of |lat| and its neighbours, times
    ``LIMIT_OVER_RECORD``; linear between the bands' middles.
    """
    known = np.isfinite(deficit_pa)
    band = np.floor(np.abs(lat[known]) / BAND_DEG).astype(np.int64)
    record = np.full(int(band.max()) + 3, WEAK_PA)
    np.maximum.at(record, band + 1, deficit_pa[known])
    wide = np.max([record[:-2], record[1:-1], record[2:]], axis=0)
    middles = (np.arange(len(wide)) + 0.5) * BAND_DEG

    def limit(at: npt.ArrayLike) -> Floats:
        return np.asarray(LIMIT_OVER_RECORD * np.interp(np.abs(np.asarray(at)), middles, wide))

    return limit


def _nothing_near(catalogue: Catalogue, area: Area, distance: Floats, deficit: Floats,
                  ) -> InputError:
    said = ",".join(f"{value:g}" for value in area.bounds)
    known = np.flatnonzero(deficit >= LEAST_DEFICIT_PA)
    if not len(known):
        return InputError(f"area {said}: no storm of the catalogue has a central pressure below "
                          "998 hPa: give one with pressures")
    best = known[np.argmin(distance[known])]
    return InputError(
        f"area {said}: no storm of the catalogue came within "
        f"{(REACH_M + MARGIN_M) / 1e3:.0f} km of it; the nearest was {distance[best] / 1e3:.0f} km "
        f"away at {catalogue.lon[best]:.0f} E, {catalogue.lat[best]:.0f} N: choose an area near "
        "the storms, or give a catalogue of its own basin (--catalogue)")
