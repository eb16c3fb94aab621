"""Earthquakes of simulated years, drawn from the shipped rates of earthquakes.

The sources are those of ``place_pga``: cells with a rate, a truncated law of magnitudes by zone,
vertical ruptures of any strike centred on their epicentres, as long as Wells and Coppersmith (1994)
have it, the top edge at the mean depth of Chiou and Youngs (2014).
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from riskcloud.catalog import load_card
from riskcloud.errors import InputError
from riskcloud.geo.points import chord_of, unit_vectors
from riskcloud.hazard.earthquake.exceedance import DISTANCES_KM, rupture_distance
from riskcloud.hazard.earthquake.ground_motion.boore_2014 import boore_2014
from riskcloud.hazard.earthquake.ground_motion.chiou_youngs_2014 import (
    chiou_youngs_2014,
    mean_top_depth_km,
)
from riskcloud.hazard.earthquake.ground_motion.regions import MODEL as ZONES
from riskcloud.hazard.earthquake.ground_motion.regions import REGIONS
from riskcloud.hazard.earthquake.ground_motion.yu_2013 import yu_2013
from riskcloud.hazard.earthquake.magnitude import mw_to_ms
from riskcloud.hazard.earthquake.rupture import SCALING_MODEL
from riskcloud.hazard.earthquake.seismicity.rates import SeismicRates, load_rates
from riskcloud.hazard.earthquake.seismicity.recurrence import bin_rates
from riskcloud.hazard.earthquake.site import vs30_of_index
from riskcloud.kernels.hazardcurve import KM_PER_DEG
from riskcloud.types import Earthquake, Floats, Ints
from riskcloud.units import KM

MODEL: Final = "china"
"""Card of models/seismicity."""
LEAST_G: Final = 0.004
"""An earthquake ends where no model's median PGA at class II is larger (ours), or at the distance
where ``place_pga`` ends."""
MOST_EVENTS: Final = 20_000_000
"""Earthquakes drawn at most (ours)."""


@dataclass(frozen=True, slots=True)
class QuakeSet:
    """Earthquakes of simulated years, ascending in time. Arrays (n_events,).

    event_id, year 1 to ``years``; lon, lat [degrees] of the epicentre, mw, strike_deg; region of
    Yu et al. (2013) that holds for the event. reach_km : how far it is looked at.
    """

    event_id: npt.NDArray[Any]
    year: Ints
    lon: Floats
    lat: Floats
    mw: Floats
    strike_deg: Floats
    region: npt.NDArray[Any]
    reach_km: Floats
    years: int

    def __len__(self) -> int:
        return len(self.event_id)

    def event(self, k: int) -> Earthquake:
        """Return one of them: vertical, with the size and depth that its magnitude has."""
        mw = float(self.mw[k])
        top = mean_top_depth_km(mw, "unknown")
        a, b = load_card("rupture_scaling", SCALING_MODEL)["width"]["all"]
        width = 10.0 ** (a + b * mw)
        return Earthquake(
            event_id=str(self.event_id[k]), time_utc=None, lon=float(self.lon[k]),
            lat=float(self.lat[k]), depth_km=top + 0.5 * width, magnitude=mw, magnitude_type="Mw",
            strike_deg=float(self.strike_deg[k]), dip_deg=90.0)


def draw_quakes(lon: Floats, lat: Floats, years: int, *, seed: int, model: str = MODEL) -> QuakeSet:
    """Draw the earthquakes of so many years that may shake any of some sites.

    Parameters
    ----------
    lon, lat : (n_sites,) degrees WGS84, lon -180 to 180. years : simulated, 1 or more.
    seed : each cell's earthquakes are its own, by (seed, cell): other sites change none of them.

    Raises
    ------
    InputError : years that are no number of years, more earthquakes than are held.

    Source
    ------
    A Poisson process in each cell (Cornell 1968, BSSA 58, 1583-1606); magnitudes by the inverse of
    the truncated law of ``recurrence.bin_rates``. Epicentres even within a cell, years even, the
    first and the last plausible region of a zone with equal chance (as ``place_pga``; ours).
    """
    if years < 1:
        raise InputError(f"years = {years}: expected 1 or more")
    rates = load_rates(model)
    cells = _cells_near(rates, lon, lat)
    zone = rates.zone.ravel()[cells]
    yearly = rates.rate.ravel()[cells] * _events_per_reference(rates)[zone]
    if yearly.sum() * years > MOST_EVENTS:
        raise InputError(f"some {yearly.sum() * years:,.0f} earthquakes in {years:,} years: at "
                         f"most {MOST_EVENTS:,} are drawn; simulate fewer years")
    none = np.empty(0, dtype=object), np.empty((6, 0))
    drawn = [none, *(_of_cell(rates, int(cell), float(rate), years, seed)
             for cell, rate in zip(cells, yearly, strict=True))]
    time, x, y, mw, strike, second = np.concatenate([one[1] for one in drawn], axis=1)
    names = np.concatenate([one[0] for one in drawn])
    of = np.repeat(zone, [len(one[0]) for one in drawn[1:]])
    reach = reach_km(model)[np.minimum(_bin_of(rates, mw), len(reach_km(model)) - 1)]
    near = _near(x, y, reach, lon, lat)
    near = near[np.lexsort((names[near], time[near]))]
    pair = _regions(model)
    return QuakeSet(names[near], np.floor(time[near]).astype(np.int64) + 1, x[near], y[near],
                    mw[near], strike[near], pair[of[near], second[near].astype(np.int64)],
                    reach[near], years)


def _of_cell(rates: SeismicRates, cell: int, rate: float, years: int, seed: int,
             ) -> tuple[npt.NDArray[Any], Floats]:
    """Return ids (n,), and time, lon, lat, mw, strike, region (6, n) of a cell's earthquakes."""
    generator = np.random.default_rng([seed, crc32(b"quake"), cell])
    n = int(generator.poisson(rate * years))
    u = generator.random((6, n))
    row, column = divmod(cell, rates.zone.shape[1])
    z = rates.zone[row, column]
    least, most = float(rates.card["hazard"]["least_mw"]), float(rates.most_mw[z])
    b = float(rates.b[z])
    mw = least - np.log10(1.0 - u[3] * (1.0 - 10.0 ** (-b * (most - least)))) / b
    # areas within a cell of 0.2 degrees differ by 0.4 %: even in latitude
    return (np.array([f"Q{cell}-{k}" for k in range(n)], dtype=object), np.stack([
        u[0] * years, rates.west + (column + u[1]) * rates.step,
        rates.south + (row + u[2]) * rates.step, mw, 180.0 * u[4], np.floor(2.0 * u[5])]))


def _events_per_reference(rates: SeismicRates) -> Floats:
    """Earthquakes from the least magnitude on per one from the reference on (n_zones,)."""
    least = float(rates.card["hazard"]["least_mw"])
    return np.array([float(bin_rates(np.array([least, most]), b=b, most=most,
                                     reference=rates.reference_mw)[0])
                     for b, most in zip(rates.b, rates.most_mw, strict=True)])


def _cells_near(rates: SeismicRates, lon: Floats, lat: Floats) -> Ints:
    """Return the cells with a rate that may reach a site, ascending."""
    row, column = np.divmod(np.flatnonzero((rates.zone >= 0) & (rates.rate > 0.0)),
                            rates.zone.shape[1])
    x, y = rates.west + (column + 0.5) * rates.step, rates.south + (row + 0.5) * rates.step
    most = float(rates.card["hazard"]["most_km"])
    diagonal = rates.step * KM_PER_DEG  # more than half of it
    found = _near(x, y, np.full(len(x), most + diagonal), lon, lat)
    return np.sort(row[found] * rates.zone.shape[1] + column[found])


def _near(x: Floats, y: Floats, reach: Floats, lon: Floats, lat: Floats) -> Ints:
    """Return which places have a site within their reach [km]."""
    if not len(x):
        return np.zeros(0, np.int64)
    away, _ = cKDTree(unit_vectors(lon, lat)).query(unit_vectors(x, y))
    return np.flatnonzero(away <= chord_of(KM * reach))


def _bin_of(rates: SeismicRates, mw: Floats) -> Ints:
    hazard = rates.card["hazard"]
    return np.asarray(np.floor((mw - hazard["least_mw"]) / hazard["bin_mw"]), np.int64)


@cache
def reach_km(model: str = MODEL) -> Floats:
    """Return how far an earthquake of each bin of magnitude is looked at (n_bins,) [km].

    To where the largest of the models' medians along the strike, at class II, is ``LEAST_G``; at
    most as far as ``place_pga`` goes. Bins are those of the card from its least magnitude on.
    """
    rates = load_rates(model)
    hazard = rates.card["hazard"]
    edges = np.arange(hazard["least_mw"], rates.most_mw.max() + hazard["bin_mw"], hazard["bin_mw"])
    r, along = DISTANCES_KM, np.zeros(len(DISTANCES_KM))
    vs30 = vs30_of_index(np.full(len(r), -1))
    out = np.empty(len(edges) - 1)
    for k, mw in enumerate(edges[1:]):
        r_jb = rupture_distance(r, along, float(mw))
        medians = [yu_2013(r, along, measure="pga", ms=mw_to_ms(float(mw)), region=region,
                           strike_deg=0.0)[0] for region in REGIONS]
        medians.append(boore_2014(r_jb, vs30, measure="pga", mw=float(mw),
                                  mechanism="unknown")[0])
        medians.append(chiou_youngs_2014(
            np.hypot(r_jb, mean_top_depth_km(float(mw), "unknown")), r_jb, along, vs30,
            measure="pga", mw=float(mw), mechanism="unknown", dip_deg=90.0)[0])
        above = np.flatnonzero(np.max(medians, axis=0) >= LEAST_G)
        out[k] = r[min(above[-1] + 1, len(r) - 1)] if len(above) else 0.0
    return np.minimum(np.maximum.accumulate(out), float(hazard["most_km"]))


@cache
def _regions(model: str) -> npt.NDArray[Any]:
    """Return the first and the last plausible region of each zone (n_zones, 2)."""
    zones = load_card("earthquake_regions", ZONES)["zones"]
    found = [zones[parent]["regions"] for parent in load_rates(model).parents]
    return np.array([[names[0], names[-1]] for names in found], dtype=object)
