"""Where a rupture lies, from what is known of it, and how far sites are from it.

Without a strike the source is a point. With a strike it is a rectangle; length and width that are
not given follow from the magnitude, a dip that is not given is 90 degrees. The hypocentre lies at
the middle of the rectangle (our choice: an event file does not say where on it the rupture began);
if the top edge would then leave the ground the rectangle slides down its own plane until the top
edge is at the surface, with the hypocentre on it still. A width of 0 makes a line source at the
depth of the hypocentre.
"""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from riskcloud.catalog import load_card
from riskcloud.errors import InputError
from riskcloud.hazard.earthquake.event_checks import check_event
from riskcloud.hazard.earthquake.magnitude import moment_magnitude
from riskcloud.hazard.site_checks import checked_sites
from riskcloud.kernels import rupture as kernel
from riskcloud.types import Earthquake, Floats, SourceDistances

SCALING_MODEL: Final = "wells_coppersmith_1994"
"""Card of models/rupture_scaling that gives a length and width where an event has none."""


@dataclass(frozen=True, slots=True)
class Plane:
    """A rectangular rupture; ``is_point`` where no strike is known (then its size is 0).

    lon, lat, depth_km of the hypocentre; strike_deg, dip_deg (Aki and Richards); length_km,
    centred on the hypocentre; width_km down dip; top_depth_km of the upper edge.
    """

    lon: float
    lat: float
    depth_km: float
    strike_deg: float
    dip_deg: float
    length_km: float
    width_km: float
    top_depth_km: float
    is_point: bool


def mechanism(rake_deg: float | None, *, normal: tuple[float, float] = (-150.0, -30.0)) -> str:
    """Return ``reverse``, ``normal``, ``strike_slip`` or ``unknown`` (no rake).

    ``normal``: the rakes of normal slip, which models draw differently; reverse is 30 to 150 [deg].

    Source: the bins of the NGA-West2 models, Boore et al. (2014), Earthquake Spectra 30, 1057-1085,
    and Chiou and Youngs (2014), 1117-1153.
    """
    if rake_deg is None:
        return "unknown"
    rake = (rake_deg + 180.0) % 360.0 - 180.0
    if 30.0 <= rake <= 150.0:
        return "reverse"
    if normal[0] <= rake <= normal[1]:
        return "normal"
    return "strike_slip"


def rupture_plane(event: Earthquake) -> Plane:
    """Return the rupture of an event; see the head of this module for what is filled in.

    Raises
    ------
    InputError : values that cannot be, all of them at once.
    """
    check_event(event)
    if event.strike_deg is None:
        return Plane(event.lon, event.lat, event.depth_km, 0.0, 90.0, 0.0, 0.0, event.depth_km,
                     is_point=True)
    dip = 90.0 if event.dip_deg is None else event.dip_deg
    length, width = rupture_size(event)
    sin_dip = np.sin(np.radians(dip))
    top = max(event.depth_km - 0.5 * width * sin_dip, 0.0)
    return Plane(event.lon, event.lat, event.depth_km, event.strike_deg % 360.0, dip, length, width,
                 float(top), is_point=False)


def rupture_size(event: Earthquake) -> tuple[float, float]:
    """Return length and width [km] as given, else from the magnitude (Mw) and slip type.

    Source: Wells and Coppersmith (1994), Table 2A; models/rupture_scaling.
    """
    if event.length_km is not None and event.width_km is not None:
        return event.length_km, event.width_km
    card = load_card("rupture_scaling", SCALING_MODEL)
    slip = mechanism(event.rake_deg).replace("unknown", "all")
    mw, _ = moment_magnitude(event)
    sizes = [10.0 ** (card[part][slip][0] + card[part][slip][1] * mw)
             for part in ("length", "width")]
    given = (event.length_km, event.width_km)
    length, width = (size if known is None else known
                     for known, size in zip(given, sizes, strict=True))
    return float(length), float(width)


def describe_source(event: Earthquake) -> tuple[str, ...]:
    """Return what was assumed of the source, one note a thing; nothing if all was given."""
    if event.strike_deg is None:
        ignored = [name for name, value in (("dip", event.dip_deg), ("length", event.length_km),
                                            ("width", event.width_km)) if value is not None]
        notes = ["no strike: the source is a point, r_jb is the epicentral and r_rup the "
                 "hypocentral distance, r_x is 0"]
        return (*notes, *(f"{name} not used without a strike" for name in ignored))
    plane, notes = rupture_plane(event), []
    if event.dip_deg is None:
        notes.append("no dip: a vertical rupture")
    missing = [name for name, value in (("length", event.length_km), ("width", event.width_km))
               if value is None]
    if missing:
        title = "Wells & Coppersmith (1994)"
        sizes = {"length": plane.length_km, "width": plane.width_km}
        notes.append(", ".join(f"{name} {sizes[name]:.1f} km" for name in missing)
                     + f" from the magnitude by {title}")
        notes += moment_magnitude(event)[1]
        notes += _size_range(event)
    half = 0.5 * plane.width_km * np.sin(np.radians(plane.dip_deg))
    if half > event.depth_km:
        notes.append("rupture moved down its plane so that its top edge is at the surface")
    return tuple(notes)


def _size_range(event: Earthquake) -> list[str]:
    slip = mechanism(event.rake_deg).replace("unknown", "all")
    low, high = load_card("rupture_scaling", SCALING_MODEL)["range"][slip]
    mw, _ = moment_magnitude(event)
    if low <= mw <= high:
        return []
    return [f"size of the rupture extrapolated: Mw {mw:.2f} outside {low:g} to {high:g}"]


def source_distances(event: Earthquake, lon: Floats, lat: Floats) -> SourceDistances:
    """Distances from sites to the source of an earthquake.

    Parameters
    ----------
    event : the earthquake; see the head of this module for what is filled in.
    lon, lat : (n_sites,) degrees WGS84, longitudes in any window.

    Returns
    -------
    SourceDistances, km and degrees. Epicentral distances are geodesic within 1.5e-6 (12 m at
    10,000 km). The rupture lies in the azimuthal equidistant plane of the epicentre: r_jb and
    r_rup of a 100 km rupture hold within 0.05 km to 500 km and 0.2 % beyond, measured in
    tests/verification. For a point source r_jb is the epicentral and r_rup the hypocentral
    distance and r_x is 0.

    Raises
    ------
    InputError : an event or a site that cannot be.
    """
    plane = rupture_plane(event)
    lon, lat = checked_sites(lon, lat)
    strike, dip = np.radians(plane.strike_deg), np.radians(plane.dip_deg)
    cos_dip, sin_dip = np.cos(dip), np.sin(dip)
    cos_dip = 0.0 if plane.dip_deg == 90.0 else cos_dip
    # the top edge is up dip of the hypocentre: to the left of the strike
    up = (plane.depth_km - plane.top_depth_km) / sin_dip if plane.width_km > 0.0 else 0.0
    source = np.array([plane.lon, plane.lat, plane.depth_km, strike, 0.5 * plane.length_km,
                       -up * cos_dip, cos_dip, sin_dip, plane.top_depth_km, plane.width_km])
    out = np.empty((6, len(lon)))
    kernel.source_distances(lon, lat, source, out)
    if plane.is_point:
        out[kernel.R_JB], out[kernel.R_RUP] = out[kernel.EPICENTRAL], out[kernel.HYPOCENTRAL]
        out[kernel.R_X] = 0.0
    return SourceDistances(*out)


def distances_or_error(event: Earthquake, lon: Floats, lat: Floats,
                       distances: SourceDistances | None) -> SourceDistances:
    """Return distances as given, or computed. Raises InputError if they do not fit the sites."""
    if distances is None:
        return source_distances(event, lon, lat)
    if len(distances.r_jb_km) != len(lon):
        raise InputError(f"{len(distances.r_jb_km)} distances given for {len(lon)} sites")
    return SourceDistances(*(np.require(getattr(distances, field.name), np.float64, ["C", "W"])
                             for field in fields(distances)))
