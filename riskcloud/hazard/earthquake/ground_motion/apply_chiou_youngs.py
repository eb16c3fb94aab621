"""Chiou and Youngs (2014) on a request: an event and sites in, ``Shaking`` out."""

from riskcloud.hazard.earthquake.ground_motion import tables
from riskcloud.hazard.earthquake.ground_motion.chiou_youngs_2014 import (
    DEFAULT_REGION,
    NAME,
    NORMAL_RAKES,
    chiou_youngs_2014,
    mean_top_depth_km,
)
from riskcloud.hazard.earthquake.ground_motion.request import Request, finish_notes, outside
from riskcloud.hazard.earthquake.magnitude import moment_magnitude
from riskcloud.hazard.earthquake.rupture import describe_source, mechanism, rupture_plane
from riskcloud.types import Shaking


def shaking(request: Request) -> list[Shaking]:
    """Return the measures asked for. Raises ModelError, see ``ground_motion.shaking``."""
    request.check_options(NAME)
    event, vs30, away = request.event, request.ground.vs30_m_s, request.distances
    mw, said = moment_magnitude(event)
    slip = mechanism(event.rake_deg, normal=NORMAL_RAKES)
    plane = rupture_plane(event)
    region = request.region or DEFAULT_REGION
    notes = [*describe_source(event), *said, *request.ground.notes, f"region {region}"]
    if slip == "unknown":
        notes.append("no rake: unspecified mechanism")
    top = plane.top_depth_km
    if plane.is_point:
        top = mean_top_depth_km(mw, slip)
        notes.append(f"top edge of the rupture at the published mean depth, {top:.2f} km; no "
                     "hanging wall term")
    else:
        notes.append(f"top edge of the rupture at {top:.2f} km")
    measured = request.ground.measured
    if not measured.all():
        notes.append("standard deviation of an inferred Vs30"
                     + (" where none was measured" if measured.any() else ""))
    card = tables.card(NAME)
    magnitudes = card["magnitude_range" if slip in ("normal", "reverse") else
                      "magnitude_range_strike_slip"]
    ranges = [*outside("Mw", mw, *magnitudes),
              *outside("r_rup [km]", away.r_rup_km, *card["distance_range_km"]),
              *outside("top edge [km]", top, *card["top_depth_range_km"]),
              *outside("Vs30 [m/s]", vs30, *card["vs30_range_m_s"])]
    notes_out = finish_notes(request, NAME, notes, ranges)
    found = []
    for measure in request.measures:
        median, tau, phi, sigma = chiou_youngs_2014(
            away.r_rup_km, away.r_jb_km, away.r_x_km, vs30, measure=measure, mw=mw, mechanism=slip,
            dip_deg=plane.dip_deg, top_depth_km=top, region=region,
            vs30_measured=measured)
        found.append(Shaking(measure, tables.unit_of(measure), NAME, median, sigma, tau, phi,
                             notes_out))
    return found
