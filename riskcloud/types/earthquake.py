"""Earthquakes and the shaking they bring."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from riskcloud.types.arrays import Floats, same_length


@dataclass(frozen=True, slots=True)
class Earthquake:
    """One earthquake as one agency located it; kilometres as every ground-motion relation has them.

    lon, lat [degrees WGS84] of the epicentre, depth_km of the hypocentre. ``magnitude_type`` as the
    agency gives it (``Mw``, ``Ms``, ``M``, ``ML``, ``mb``); conversions happen where a model needs
    another and are said. ``time_utc`` None where unknown. Strike and dip are Aki and Richards'
    (the plane dips to the right of the strike); strike, dip, rake, length, width are None where
    unknown: the source is then a point. ``event_id`` names the event, ``agency`` whose origin it
    is, ``status`` is ``reviewed``, ``automatic`` or "". ``notes`` say what was assumed.
    """

    event_id: str
    time_utc: np.datetime64 | None
    lon: float
    lat: float
    depth_km: float
    magnitude: float
    magnitude_type: str
    strike_deg: float | None = None
    dip_deg: float | None = None
    rake_deg: float | None = None
    length_km: float | None = None
    width_km: float | None = None
    place: str = ""
    agency: str = ""
    status: str = ""
    source: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceDistances:
    """Distances from sites to an earthquake's source [km], each (n_sites,).

    epicentral_km along the surface, hypocentral_km with depth, r_jb_km to the rupture's surface
    projection, r_rup_km to the rupture, r_x_km across strike from the top edge (positive on the
    hanging wall), azimuth_deg from the epicentre to the site, clockwise from north.
    """

    epicentral_km: Floats
    hypocentral_km: Floats
    r_jb_km: Floats
    r_rup_km: Floats
    r_x_km: Floats
    azimuth_deg: Floats

    def __post_init__(self) -> None:
        same_length("SourceDistances", epicentral_km=self.epicentral_km,
                     hypocentral_km=self.hypocentral_km, r_jb_km=self.r_jb_km,
                     r_rup_km=self.r_rup_km, r_x_km=self.r_x_km, azimuth_deg=self.azimuth_deg)


@dataclass(frozen=True, slots=True)
class Shaking:
    """One measure of ground motion at sites, by one model: a lognormal at each (n_sites,).

    ``measure`` is ``pga``, ``pgv``, ``sa_0.3``, ``sa_1.0``, ... with ``unit`` ``g`` (pga, sa) or
    ``cm/s`` (pgv). median in that unit; sigma_ln the total standard deviation of its logarithm,
    tau_ln the part all sites share (between events), phi_ln the part within the event;
    sigma^2 = tau^2 + phi^2. tau_ln and phi_ln are NaN where the model publishes the total alone.
    ``intensity`` (unit ``1``) is normal instead: median its mean, the sigmas in degrees.
    """

    measure: str
    unit: str
    model: str
    median: Floats
    sigma_ln: Floats
    tau_ln: Floats
    phi_ln: Floats
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        same_length("Shaking", median=self.median, sigma_ln=self.sigma_ln, tau_ln=self.tau_ln,
                     phi_ln=self.phi_ln)


@dataclass(frozen=True, slots=True)
class ShakingGrid:
    """Ground motion on a regular grid, as a ShakeMap gives it.

    lon (nx,), lat (ny,) cell centres ascending; ``median`` and ``sigma_ln`` map a measure (see
    ``Shaking``; ``intensity`` too) to (ny, nx), NaN where the grid is silent. ``sigma_ln`` lacks
    the measures that no uncertainty was given for.
    """

    event: Earthquake
    lon: Floats
    lat: Floats
    median: Mapping[str, Floats]
    unit: Mapping[str, str]
    sigma_ln: Mapping[str, Floats]
    notes: tuple[str, ...] = ()
