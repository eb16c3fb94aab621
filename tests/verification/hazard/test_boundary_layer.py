"""The linear boundary layer of Kepert (2001) against a numerical solution and its limits."""

import numpy as np
import pytest
import scipy.sparse as sparse
from scipy.sparse.linalg import spsolve

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.boundary_layer import kepert_2001, maximum_wind_kepert
from riskcloud.hazard.typhoon.field import default_settings, maximum_wind
from riskcloud.kernels import boundary_layer as kernel
from riskcloud.types import Sites, Track

K, CD = 50.0, 0.002
F = 5e-5


def solved_on_a_grid(radius, gradient, slope, coriolis, motion, n_azimuths=12, n=160, top=9000.0):
    """The linearised equations of the module's docstring by finite differences.

    Azimuth by differences of Fourier's kind, height by second-order ones on a grid that widens
    upwards, drag as a one-sided difference at z = 0, no departure at the top; nothing is assumed
    of the solution's shape. Returns heights and radial and azimuthal wind (n_azimuths, n).
    """
    z = top * np.linspace(0.0, 1.0, n) ** 2
    azimuth = 2.0 * np.pi * np.arange(n_azimuths) / n_azimuths
    k = np.fft.fftfreq(n_azimuths, 1.0 / n_azimuths)
    turn = np.real(np.fft.ifft(1j * k[:, None] * np.fft.fft(np.eye(n_azimuths), axis=0), axis=0))
    d2 = sparse.lil_matrix((n, n))
    for j in range(1, n - 1):
        below, above = z[j] - z[j - 1], z[j + 1] - z[j]
        d2[j, j - 1], d2[j, j + 1] = 2 / (below * (below + above)), 2 / (above * (below + above))
        d2[j, j] = -2 / (below * above)
    inside = np.ones(n)
    inside[[0, -1]] = 0.0
    within, one = sparse.diags(inside), sparse.identity(n_azimuths)
    carried = gradient / radius * sparse.kron(turn, within) - K * sparse.kron(one, d2)
    stable, vorticity = 2 * gradient / radius + coriolis, gradient / radius + slope + coriolis
    h1, h2 = z[1], z[2]
    first = sparse.lil_matrix((n, n))
    first[0, 0], first[0, 1], first[0, 2] = (
        -(h1 + h2) / (h1 * h2), h2 / (h1 * (h2 - h1)), -h1 / (h2 * (h2 - h1)))
    bottom = sparse.lil_matrix((n, n))
    bottom[0, 0] = 1.0
    lid = sparse.lil_matrix((n, n))
    lid[n - 1, n - 1] = 1.0
    edges = [sparse.kron(one, K * first - CD * gradient * share * bottom + lid)
             for share in (1.0, 2.0)]
    cross = sparse.kron(one, within)
    matrix = sparse.bmat([[carried + edges[0], -stable * cross],
                          [vorticity * cross, carried + edges[1]]]).tocsc()
    right = np.zeros((2, n_azimuths, n))
    right[0, :, 0] = CD * gradient * motion * np.cos(azimuth)
    right[1, :, 0] = CD * gradient * (gradient - 2.0 * motion * np.sin(azimuth))
    u, v = spsolve(matrix, right.ravel()).reshape(2, n_azimuths, n)
    return (np.degrees(azimuth), z, u + (motion * np.cos(azimuth))[:, None],
            v + gradient - (motion * np.sin(azimuth))[:, None])


@pytest.mark.parametrize(("radius", "gradient", "slope", "coriolis", "motion"), [
    (40e3, 40.0, 0.0, F, 5.0),  # the eye wall
    (20e3, 30.0, 30.0 / 20e3, F, 8.0),  # within it: solid rotation
    (120e3, 25.0, -0.5 * 25.0 / 120e3, 6e-5, 6.0),  # outside; the asymmetry reaches deep
    (400e3, 12.0, -0.6 * 12.0 / 400e3, 4e-5, 3.0)])
def test_equations_are_solved(radius, gradient, slope, coriolis, motion):
    azimuth, z, u, v = solved_on_a_grid(radius, gradient, slope, coriolis, motion)
    found = kepert_2001(radius, azimuth[:, None], gradient_m_s=gradient,
                        gradient_slope_per_s=slope, coriolis_per_s=coriolis, motion_m_s=motion,
                        height_m=z, viscosity_m2_s=K, drag_coefficient=CD)
    # 0.02 m/s: the numerical solution's own error (halving its steps quarters the difference)
    low = z < 3000.0
    assert np.abs(found.radial_m_s - u)[:, low].max() < 0.02
    assert np.abs(found.azimuthal_m_s - v)[:, low].max() < 0.02


def test_published_symmetric_form():
    """A0 = -chi V [1 + i (1 + chi)]/(2 chi^2 + 3 chi + 2), chi = (Cd V/K)/sqrt(I/2K), its real part
    times sqrt(alpha/beta) the radial, its imaginary part the azimuthal departure.
    """
    radius, gradient, slope = 60e3, 45.0, -2e-4
    stable, vorticity = 2 * gradient / radius + F, gradient / radius + slope + F
    chi = CD * gradient / K / np.sqrt(np.sqrt(stable * vorticity) / (2.0 * K))
    amplitude = -chi * gradient * (1.0 + 1j * (1.0 + chi)) / (2.0 * chi**2 + 3.0 * chi + 2.0)
    found = kepert_2001(radius, 0.0, gradient_m_s=gradient, gradient_slope_per_s=slope,
                        coriolis_per_s=F, viscosity_m2_s=K, drag_coefficient=CD)
    assert found.radial_m_s == pytest.approx(amplitude.real * np.sqrt(stable / vorticity))
    assert found.azimuthal_m_s == pytest.approx(gradient + amplitude.imag)


def test_far_out_it_is_ekman():
    """V/r against f: Ekman's spiral over a semi-slip ground, u + iv decays as (1 + i) sqrt(f/2K) z
    (Ekman 1905; the angle between departure and drag is 45 degrees where the drag is weak).
    """
    gradient, coriolis = 10.0, 1e-4
    z = np.linspace(0.0, 2000.0, 21)
    found = kepert_2001(1e9, 0.0, gradient_m_s=gradient, gradient_slope_per_s=0.0,
                        coriolis_per_s=coriolis, height_m=z, viscosity_m2_s=K,
                        drag_coefficient=CD)
    departure = found.azimuthal_m_s - gradient - 1j * found.radial_m_s
    decay = np.exp(-np.sqrt(coriolis / (2.0 * K)) * (1.0 + 1j) * z)
    assert departure / departure[0] == pytest.approx(decay, abs=1e-4)
    weak = kepert_2001(1e9, 0.0, gradient_m_s=gradient, gradient_slope_per_s=0.0,
                       coriolis_per_s=coriolis, viscosity_m2_s=K, drag_coefficient=1e-7)
    assert -weak.radial_m_s == pytest.approx(gradient - weak.azimuthal_m_s, rel=1e-3)


def test_what_the_paper_says():
    """Surface winds 0.7 to 0.9 of the gradient wind at the eye wall, more towards the centre and
    more left of the track (north of the equator); inflow of 10 to 30 degrees outside.
    """
    radius = np.array([15e3, 25e3, 40e3, 80e3, 150e3])
    gradient = np.array([20.0, 35.0, 50.0, 38.0, 28.0])
    slope = np.array([20 / 15e3, 4e-4, 0.0, -0.5 * 38 / 80e3, -0.5 * 28 / 150e3])
    still = kepert_2001(radius, 0.0, gradient_m_s=gradient, gradient_slope_per_s=slope,
                        coriolis_per_s=F)
    share = still.speed_m_s / gradient
    assert 0.7 < share[2] < 0.9 and share[0] > share[2]
    assert np.all(np.diff(still.inflow_deg[:4]) > 0.0)
    assert np.all((still.inflow_deg[3:] > 10.0) & (still.inflow_deg[3:] < 30.0))
    left, right = (kepert_2001(40e3, side, gradient_m_s=50.0, gradient_slope_per_s=0.0,
                               coriolis_per_s=F, motion_m_s=6.0) for side in (90.0, -90.0))
    assert left.speed_m_s / (50.0 - 6.0) > right.speed_m_s / (50.0 + 6.0) > 0.75
    assert right.speed_m_s > left.speed_m_s


def test_kernel_is_its_numpy_twin():
    """One Fourier component by numpy's solver of 2 x 2 equations."""
    radius, gradient, slope, motion, z = 50e3, 42.0, -1e-4, 7.0, 350.0
    stable, vorticity = 2 * gradient / radius + F, gradient / radius + slope + F
    out = np.empty(kernel.N_WIND)
    kernel.wind(z, radius, gradient, slope, F, motion, K, CD, out)
    drag = CD * gradient / K
    found = []
    for k, force in ((0, (0.0, gradient)), (1, (0.5 * motion, 1j * motion))):
        s = np.array([1j, -1j]) * np.sqrt(stable * vorticity)
        q = np.sqrt((s + 1j * k * gradient / radius) / K)
        shape = np.array([np.ones(2), -s / stable])  # v = -s u / (2 V/r + f)
        amplitude = np.linalg.solve(-(shape * (q + drag * np.array([[1.0], [2.0]]))),
                                    drag * np.array(force))
        found.append(shape @ (amplitude * np.exp(-q * z)))
    (u0, v0), (u1, v1) = found
    twin = [u0.real, gradient + v0.real, motion + 2 * u1.real, -2 * u1.imag, 2 * v1.real,
            -motion - 2 * v1.imag]
    assert out == pytest.approx(twin, rel=1e-10)


def storm(motion_deg_h=0.15, lat=20.0, wind=45.0, hours=36):
    n = hours // 6 + 1
    hour = 6.0 * np.arange(n)
    unknown = np.full((n, 4), np.nan)
    return Track(
        event_id="made", name="MADE", agency="none",
        time_utc=np.datetime64("2020-08-01T00:00:00") + (hour * 3600).astype("timedelta64[s]"),
        lon=120.0 - motion_deg_h * hour, lat=np.full(n, lat),
        central_pressure_pa=np.full(n, 95000.0), environmental_pressure_pa=np.full(n, 100800.0),
        max_wind_m_s=np.full(n, wind), wind_averaging_s=60.0, r_max_m=np.full(n, 40e3),
        r34_m=unknown, r50_m=unknown, r64_m=unknown)


def grid(lat=20.0, n=60):
    north = np.linspace(lat - 4.0, lat + 4.0, n)
    return Sites(np.arange(n).astype(str), np.full(n, 117.0), north)


def test_advised_maximum_is_the_fields_own_and_south_mirrors_north():
    sites = grid(n=400)
    found = maximum_wind_kepert(storm(), sites, model="holland_1980")
    # 1 %: sites 2 km apart, table of radii 4 % apart
    assert found.speed_m_s.max() == pytest.approx(45.0, rel=0.01)
    # moving west, the right of the track is north of it
    north, south = (found.speed_m_s[there].max() for there in (sites.lat > 20.3, sites.lat < 19.7))
    assert north > south + 3.0
    some = slice(None, None, 8)
    mirrored = maximum_wind_kepert(storm(lat=-20.0), Sites(
        sites.site_id[some], sites.lon[some], -sites.lat[some]), model="holland_1980")
    assert mirrored.speed_m_s == pytest.approx(found.speed_m_s[some], abs=1e-9)
    assert (180.0 - mirrored.from_direction_deg) % 360.0 == pytest.approx(
        found.from_direction_deg[some], abs=1e-6, nan_ok=True)


def test_nodes_and_factors():
    """Finer nodes change little; factors alike multiply; the field resembles the default one."""
    from dataclasses import replace

    sites, track = grid(), storm()
    settings = default_settings()
    coarse = maximum_wind_kepert(track, sites, model="holland_1980", settings=settings)
    fine = maximum_wind_kepert(track, sites, model="holland_1980", settings=replace(
        settings, spacing_r_max=0.05))
    assert np.abs(fine.speed_m_s - coarse.speed_m_s).max() < 0.2
    simple = maximum_wind(track, sites, model="holland_1980").speed_m_s
    strong = simple > 8.0  # either field ends at calm
    assert coarse.speed_m_s[strong] == pytest.approx(simple[strong], rel=0.35)
    same = maximum_wind_kepert(track, sites, model="holland_1980", factors=np.full((60, 12), 0.7))
    reached = coarse.speed_m_s > 0.0
    assert same.speed_m_s[reached] == pytest.approx(0.7 * coarse.speed_m_s[reached])
    only_north = np.zeros((60, 12))
    only_north[:, 0] = 1.0
    north = maximum_wind_kepert(track, sites, model="holland_1980", factors=only_north)
    assert np.all(north.speed_m_s <= coarse.speed_m_s + 1e-9)
    with pytest.raises(InputError, match="factors by direction"):
        maximum_wind_kepert(track, sites, model="holland_1980", factors=np.ones((3, 12)))
    with pytest.raises(InputError, match="radius_m > 0"):
        kepert_2001(0.0, 0.0, gradient_m_s=1.0, gradient_slope_per_s=0.0, coriolis_per_s=F)


def test_command(tmp_path, samples):
    """``riskcloud wind --boundary-layer kepert_2001`` is another field, as strong."""
    import json

    from typer.testing import CliRunner

    from riskcloud.cli.app import app

    sites = tmp_path / "sites.csv"
    lat = np.linspace(21.0, 23.5, 40)
    sites.write_text("id,lon,lat\n" + "".join(f"{k},113.6,{y:.4f}\n" for k, y in enumerate(lat)))
    found = {}
    for layer in ("simple", "kepert_2001"):
        ran = CliRunner().invoke(app, [
            "wind", str(samples / "hato_2017.csv"), "--sites", str(sites), "--measure",
            "marine_1min", "--boundary-layer", layer, "--json"])
        found[layer] = json.loads(ran.stdout)
        assert found[layer]["boundary_layer"] == layer
    ratio = found["kepert_2001"]["max_intensity"] / found["simple"]["max_intensity"]
    assert 0.9 < ratio < 1.1 and ratio != 1.0
