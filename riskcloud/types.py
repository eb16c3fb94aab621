"""Frozen dataclasses that cross folders: arrays, a unit, ids. They check shape and little else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError

if TYPE_CHECKING:  # pandas takes 0.3 s to import; nothing here needs it at run time
    import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Times = npt.NDArray[np.datetime64]
"""UTC, unit second (``datetime64[s]``); NaT where unknown."""

COVERAGES = ("building", "other", "contents", "bi")
"""Coverages in the order of every array of losses and sums insured (bi: business interruption)."""
STAGES = ("ground_up", "gross")
"""Stages of a loss: before any terms, after the location's."""


def _same_length(owner: str, **arrays: npt.NDArray[Any]) -> None:
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        raise InputError(f"{owner}: arrays of unequal length {lengths}")


@dataclass(frozen=True, slots=True)
class Sites:
    """Points at which a hazard is wanted.

    site_id (n_sites,) str; lon, lat (n_sites,) degrees WGS84, lon in any 360-degree window.
    """

    site_id: npt.NDArray[Any]
    lon: Floats
    lat: Floats

    def __post_init__(self) -> None:
        _same_length("Sites", site_id=self.site_id, lon=self.lon, lat=self.lat)

    def __len__(self) -> int:
        return len(self.lon)

    def first(self, n: int) -> "Sites":
        """Return the first n sites."""
        return Sites(self.site_id[:n], self.lon[:n], self.lat[:n])


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
        _same_length(
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
class Footprint:
    """Sparse intensity of events at sites (CSR): row ``event``, column ``site_idx``.

    indptr (n_events + 1,), site_idx and intensity (n_pairs,). ``measure`` is a name such as
    ``gust_3s``, ``unit`` its unit (``m/s``). Wind also has the direction the wind of the maximum
    comes from (degrees clockwise from north) and its time.
    """

    event_id: npt.NDArray[Any]
    n_sites: int
    indptr: Ints
    site_idx: Ints
    intensity: Floats
    measure: str
    unit: str
    from_direction_deg: Floats | None = None
    time_utc: Times | None = None

    def __post_init__(self) -> None:
        _same_length("Footprint", site_idx=self.site_idx, intensity=self.intensity)
        if len(self.indptr) != len(self.event_id) + 1 or self.indptr[-1] != len(self.site_idx):
            raise InputError("Footprint: indptr does not fit its events and pairs")


@dataclass(frozen=True, slots=True)
class CurveArrays:
    """Damage curves as the sampling kernel takes them (built by ``vulnerability.library``).

    A *set* is what one asset class draws from: alternative curves with weights. A *curve* is one
    or more rows (one a damage state of a fragility curve, in ascending severity; exactly one for
    a vulnerability curve). All arrays are contiguous.

    set_start (n_sets + 1,), set_curve (n_members,), set_weight (n_members,): the curves of a set
    are ``set_curve[set_start[s]:set_start[s + 1]]``, their weights sum to 1.
    row_start (n_curves + 1,): rows of a curve. measure (n_curves,): position in ``measures``.
    is_fragility (n_curves,). spread_sigma (n_curves,): standard deviation of ln(capacity), the
    curve's own uncertainty, drawn once a realisation. precision (n_curves,): the beta precision
    phi of the damage ratio of one asset given its mean (variance = m(1-m)/(1+phi)), inf for
    fragility curves.
    form (n_rows,): a code of ``kernels.curves``; params (n_rows, 4). consequence (n_rows,): mean
    damage ratio in that state (1.0 for vulnerability rows). state (n_rows,): position in
    ``states``, -1 for vulnerability rows. table_start (n_rows + 1,), table_x, table_y: nodes of
    tabulated curves.
    """

    measures: tuple[str, ...]
    states: tuple[str, ...]
    curve_id: tuple[str, ...]
    set_start: Ints
    set_curve: Ints
    set_weight: Floats
    row_start: Ints
    measure: Ints
    is_fragility: Bools
    spread_sigma: Floats
    precision: Floats
    form: Ints
    params: Floats
    consequence: Floats
    state: Ints
    table_start: Ints
    table_x: Floats
    table_y: Floats


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
        _same_length("SourceDistances", epicentral_km=self.epicentral_km,
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
        _same_length("Shaking", median=self.median, sigma_ln=self.sigma_ln, tau_ln=self.tau_ln,
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


@dataclass(frozen=True, slots=True)
class ForecastResult:
    """What one forecast found; every output file is written from this.

    summary holds what summary.json holds (docs/outputs.md); losses is one row a location with the
    columns of losses.csv and lon, lat, province, county; manifest the inputs, cards, settings and
    versions that reproduce it. track is the likeliest track, filled; outlook what it was made
    from; paths the tracks drawn (time_utc, lon, lat of each). The sampled losses went to disk
    while they were made.
    """

    summary: Mapping[str, Any]
    losses: "pd.DataFrame"
    track: Track
    swath: Swath
    outlook: Outlook
    paths: tuple[tuple[Times, Floats, Floats], ...] = ()
    manifest: Mapping[str, Any] = field(default_factory=dict)
