"""Linear boundary layer of a moving cyclone: the surface wind from the gradient wind.

Departures u, v of the wind from the gradient wind V, in a frame that moves with the centre, obey

    (V/r) du/da - (2 V/r + f) v = K d2u/dz2,    (V/r) dv/da + (V/r + dV/dr + f) u = K d2v/dz2

(a azimuth from the motion), vanish aloft, and meet the ground's drag, linear in them, at z = 0:

    K du/dz = Cd V (u + c cos a),    K dv/dz = Cd V (V + 2 v - 2 c sin a),    c speed of the centre.

Each Fourier component is a sum of two decaying exponentials with 2 x 2 amplitudes, solved here from
the equations (the published closed forms follow; tests/verification/hazard/test_boundary_layer.py).
"""

from dataclasses import dataclass

import numpy as np

from riskcloud.catalog import load_card
from riskcloud.errors import InputError
from riskcloud.geo.points import nearest_window
from riskcloud.hazard.typhoon.averaging import sustained_1min
from riskcloud.hazard.typhoon.field import (
    FieldSettings,
    MaximumWind,
    at_hours,
    default_settings,
    field_nodes,
)
from riskcloud.hazard.typhoon.path import follow
from riskcloud.hazard.typhoon.profiles import PROFILES, profile_name
from riskcloud.hazard.typhoon.sectors import NONE, Factors, relative_factors
from riskcloud.kernels import boundary_layer as kernel
from riskcloud.kernels import vortex
from riskcloud.types import Floats, Sites, Track

MODEL = "kepert_2001"
"""Card of models/boundary_layer."""


@dataclass(frozen=True, slots=True)
class LayerWind:
    """Wind of the linear boundary layer: radial (outward) and around the centre [m/s], (...,)."""

    radial_m_s: Floats
    azimuthal_m_s: Floats

    @property
    def speed_m_s(self) -> Floats:
        """Speed of the wind."""
        return np.asarray(np.hypot(self.radial_m_s, self.azimuthal_m_s))

    @property
    def inflow_deg(self) -> Floats:
        """Angle of the wind towards the centre [degrees]."""
        return np.asarray(np.degrees(np.arctan2(-self.radial_m_s, self.azimuthal_m_s)))


def kepert_2001(radius_m: Floats, azimuth_deg: Floats, *, gradient_m_s: Floats,
                gradient_slope_per_s: Floats, coriolis_per_s: Floats | float,
                motion_m_s: Floats | float = 0.0, height_m: Floats | float = 0.0,
                viscosity_m2_s: float | None = None, drag_coefficient: float | None = None,
                ) -> LayerWind:
    """Wind relative to the ground in the linear boundary layer of a moving cyclone.

    Parameters
    ----------
    radius_m : (...,) distance from the centre [m], > 0.
    azimuth_deg : (...,) from the direction of motion, in the cyclone's sense of turning
        (anticlockwise north of the equator): right of the track is -90 there [degrees].
    gradient_m_s, gradient_slope_per_s : (...,) V and dV/dr of the vortex, motion not in it.
    coriolis_per_s : (...,) its sign is ignored.
    motion_m_s : (...,) speed of the centre; the gradient wind relative to the ground is V plus it.
    height_m : (...,) above the surface layer, of which z = 0 is the 10 m level [m].
    viscosity_m2_s, drag_coefficient : K and Cd; None: those of the card.

    Returns
    -------
    LayerWind (...,). All arguments broadcast.

    Raises
    ------
    InputError : a radius that is not positive, a gradient wind below 0.

    Source
    ------
    Kepert (2001), J. Atmos. Sci. 58, 2469-2484, solved anew from its equations. Where the vortex is
    inertially unstable its vorticity counts as a tenth of 2 V/r + f (ours).
    """
    card = load_card("boundary_layer", MODEL)
    arrays = np.broadcast_arrays(*(np.asarray(value, np.float64) for value in (
        radius_m, azimuth_deg, gradient_m_s, gradient_slope_per_s, np.abs(coriolis_per_s),
        motion_m_s, height_m)))
    radius, azimuth, gradient, slope, coriolis, motion, height = (a.ravel() for a in arrays)
    if np.any(radius <= 0.0) or np.any(gradient < 0.0):
        raise InputError("kepert_2001: expected radius_m > 0 and gradient_m_s >= 0")
    viscosity = card["viscosity_m2_s"] if viscosity_m2_s is None else viscosity_m2_s
    drag = card["drag_coefficient"] if drag_coefficient is None else drag_coefficient
    out = np.empty((len(radius), kernel.N_WIND))
    for i in range(len(radius)):
        kernel.wind(height[i], radius[i], gradient[i], slope[i], coriolis[i], motion[i],
                    viscosity, drag, out[i])
    cosine, sine = np.cos(np.radians(azimuth)), np.sin(np.radians(azimuth))
    parts = (out[:, mean] + out[:, along] * cosine + out[:, across] * sine
             for mean, along, across in ((kernel.MEAN_U, kernel.COS_U, kernel.SIN_U),
                                         (kernel.MEAN_V, kernel.COS_V, kernel.SIN_V)))
    return LayerWind(*(np.asarray(part.reshape(arrays[0].shape)) for part in parts))


def maximum_wind_kepert(track: Track, sites: Sites, *, model: str, factors: Factors | None = None,
                        settings: FieldSettings | None = None) -> MaximumWind:
    """Maximum wind of a track at sites by one profile and the linear boundary layer.

    As ``field.maximum_wind``, with inflow and asymmetry of the theory in place of one angle and a
    share of the motion. The profile is the shape of the gradient wind; its size is such that the
    strongest surface wind around the storm is the advised one, as in the default field (ours).

    Parameters
    ----------
    track, sites, model, factors, settings : as there; of the settings count the largest share of
        motion, calm and the spacing of nodes.

    Returns
    -------
    MaximumWind, its arrays (n_sites,): the largest at any node, raised to the top of the parabola
    through its neighbours in time; the direction is that at the node.

    Raises
    ------
    NotFoundError : unknown model. InputError : a track of one fix or not filled; factors of another
        shape.
    """
    settings = settings or default_settings()
    nodes, winds, per_log_step = _nodes(track, profile_name(model), settings)
    lon = nearest_window(sites.lon, float(np.mean(nodes[:, kernel.LON])))
    n = len(sites)
    largest, relative = (1.0, NONE) if factors is None else relative_factors(factors)
    if factors is not None and len(relative) != n:
        raise InputError(f"factors by direction: expected {n} sites, got {len(relative)}")
    speed, direction, hour = np.empty(n), np.empty(n), np.empty(n)
    kernel.maximum_wind(lon, np.ascontiguousarray(sites.lat, np.float64), nodes, winds,
                        per_log_step, settings.calm_m_s, relative, speed, direction, hour)
    return MaximumWind(speed * largest, direction, at_hours(track, hour), n * len(nodes))


def _nodes(track: Track, model: str, settings: FieldSettings) -> tuple[Floats, Floats, float]:
    """Nodes of the path, surface winds by radius of each, and steps of the radii per unit log."""
    card = load_card("boundary_layer", MODEL)
    path = follow(track, spacing_r_max=settings.spacing_r_max, longest_h=settings.longest_h)
    peak = sustained_1min(path.max_wind_m_s, track.wind_averaging_s)
    still = FieldSettings(0.0, 0.0, 0.0, 0.0, settings.calm_m_s, settings.spacing_r_max,
                          settings.longest_h)
    rows = field_nodes(track, model, still)
    motion = path.motion_m_s
    n_radii = card["radii"]
    relative = np.geomspace(card["innermost_r_max"], card["outermost_r_max"], n_radii)
    winds = np.empty((len(rows), n_radii, kernel.N_WIND))
    kernel.tables(
        PROFILES[model].code, path.r_max_m, np.ascontiguousarray(rows[:, vortex.SHAPE:]),
        path.coriolis_per_s, np.minimum(motion, settings.asymmetry_largest_share * peak), peak,
        relative, card["viscosity_m2_s"], card["drag_coefficient"], card["rounds"], winds)
    towards = np.maximum(motion, 1e-9)
    columns = {
        kernel.LON: path.lon, kernel.LAT: path.lat, kernel.SIN_LAT: np.sin(np.radians(path.lat)),
        kernel.COS_LAT: np.cos(np.radians(path.lat)), kernel.EAST: path.east_m_s / towards,
        kernel.NORTH: path.north_m_s / towards, kernel.SPIN: np.where(path.lat < 0.0, -1.0, 1.0),
        kernel.TIME: path.hour, kernel.FIRST_RADIUS: relative[0] * path.r_max_m}
    nodes = np.empty((len(rows), len(columns)))
    for column, values in columns.items():
        nodes[:, column] = values
    return nodes, winds, (n_radii - 1) / float(np.log(relative[-1] / relative[0]))
