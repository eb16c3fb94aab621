"""Boore et al. (2014) on a request: an event and sites in, ``Shaking`` out."""

from riskcloud.hazard.earthquake.ground_motion import tables
from riskcloud.hazard.earthquake.ground_motion.boore_2014 import (
    DEFAULT_REGION,
    NAME,
    NORMAL_RAKES,
    boore_2014,
)
from riskcloud.hazard.earthquake.ground_motion.request import Request, finish_notes, outside
from riskcloud.hazard.earthquake.magnitude import moment_magnitude
from riskcloud.hazard.earthquake.rupture import describe_source, mechanism
from riskcloud.types import Shaking


def shaking(request: Request) -> list[Shaking]:
    """Return the measures asked for. Raises ModelError, see ``ground_motion.shaking``."""
    request.check_options(NAME)
    event, vs30 = request.event, request.ground.vs30_m_s
    mw, said = moment_magnitude(event)
    slip = mechanism(event.rake_deg, normal=NORMAL_RAKES)
    region = request.region or DEFAULT_REGION
    notes = [*describe_source(event), *said, *request.ground.notes, f"region {region}"]
    if slip == "unknown":
        notes.append("no rake: unspecified mechanism")
    card = tables.card(NAME)
    magnitudes = card["magnitude_range_normal" if slip == "normal" else "magnitude_range"]
    ranges = [*outside("Mw", mw, *magnitudes),
              *outside("r_jb [km]", request.distances.r_jb_km, *card["distance_range_km"]),
              *outside("Vs30 [m/s]", vs30, *card["vs30_range_m_s"])]
    notes_out = finish_notes(request, NAME, notes, ranges)
    found = []
    for measure in request.measures:
        median, tau, phi, sigma = boore_2014(request.distances.r_jb_km, vs30, measure=measure,
                                             mw=mw, mechanism=slip, region=region)
        found.append(Shaking(measure, tables.unit_of(measure), NAME, median, sigma, tau, phi,
                             notes_out))
    return found
