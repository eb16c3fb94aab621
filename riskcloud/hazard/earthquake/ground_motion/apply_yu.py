"""Yu et al. (2013) on a request: an event and sites in, ``Shaking`` out."""

from typing import Final

import numpy as np

from riskcloud.errors import ModelError
from riskcloud.hazard.earthquake.ground_motion import tables
from riskcloud.hazard.earthquake.ground_motion.regions import region_of
from riskcloud.hazard.earthquake.ground_motion.request import (
    Ground,
    Request,
    finish_notes,
    outside,
)
from riskcloud.hazard.earthquake.ground_motion.yu_2013 import NAME, yu_2013
from riskcloud.hazard.earthquake.magnitude import surface_magnitude
from riskcloud.hazard.earthquake.site import factor_of_index, index_of_vs30
from riskcloud.types import Ints, Shaking

SITE_FACTORS: Final = ("site_class", "vs30", "none")


def shaking(request: Request) -> list[Shaking]:
    """Return the measures asked for. Raises ModelError, see ``ground_motion.shaking``."""
    request.check_options(NAME, ("distance", "site_factor"))
    event = request.event
    ms, said = surface_magnitude(event)
    if request.region is None:
        region, about_region = region_of(event.lon, event.lat)
    else:
        region, about_region = request.region, (f"region {request.region}, as asked",)
    distance = request.options.get("distance", str(tables.card(NAME)["distance_default"]))
    notes = [*said, *about_region]
    if event.strike_deg is None:
        notes.append("no strike: circles of the same area in place of ellipses")
    if distance != "epicentral":
        notes.append(f"distance as {distance}")
    classes, about_site = _classes(request.ground, request.options.get("site_factor", "site_class"))
    card = tables.card(NAME)
    magnitudes = card["magnitude_range_stable" if region == "stable" else "magnitude_range"]
    epicentral = request.distances.epicentral_km
    ranges = [*outside("Ms", ms, *magnitudes),
              *outside("epicentral distance [km]", epicentral, *card["distance_range_km"])]
    notes_out = finish_notes(request, NAME, [*notes, *about_site], ranges)
    found = []
    for measure in request.measures:
        median, sigma = yu_2013(epicentral, request.distances.azimuth_deg, measure=measure, ms=ms,
                                region=region, strike_deg=event.strike_deg, distance=distance)
        if classes is not None and measure == "pga":
            median = median * factor_of_index(median, classes)
        unknown = np.full(len(median), np.nan)
        found.append(Shaking(measure, tables.unit_of(measure), NAME, median,
                             np.full(len(median), sigma), unknown, unknown.copy(), notes_out))
    return found


def _classes(ground: Ground, option: str) -> tuple[Ints | None, list[str]]:
    """Return the class (position) of each site for a factor, None for none, and what to say."""
    if option not in SITE_FACTORS:
        raise ModelError(f"{NAME} has no site_factor {option!r}; it has {', '.join(SITE_FACTORS)}")
    factor = "PGA times the site factor of GB 18306-2015 Table E.1; PGV has none"
    if option == "vs30" and ground.has_vs30.any():
        given = -1 if ground.class_index is None else ground.class_index
        return (np.where(ground.has_vs30, index_of_vs30(ground.vs30_m_s), given),
                [factor + " (classes from Vs30)"])
    if option != "none" and ground.class_index is not None:
        return ground.class_index, [factor]
    notes = ["motion at site class II"]
    if ground.has_vs30.any():
        notes.append("Vs30 not used: the model knows site classes only")
    return None, notes
