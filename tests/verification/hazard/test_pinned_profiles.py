"""Profiles pinned at the gale's radius, against their equations and Emanuel's (2004) outer wind.

The outer wind is integrated here from dM/dr = chi (r V)^2 / (r0^2 - r^2), M = r V + f r^2 / 2
(Chavas, Lin and Emanuel 2015, J. Atmos. Sci. 72, 3647-3662), chi = 1.5 s/m.
"""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from riskcloud.hazard.typhoon.profiles import klotzbach_2022 as klotzbach
from riskcloud.hazard.typhoon.profiles import tao_2025 as tao
from riskcloud.hazard.typhoon.regressions import GALE_M_S

CASES = [(40.0, 60e3, 280e3, 20.0), (33.0, 90e3, 300e3, 18.5), (60.0, 30e3, 300e3, 20.5),
         (50.0, 45e3, 200e3, 28.0)]


def coriolis(lat):
    return 2.0 * 7.292e-5 * np.sin(np.radians(lat))


def outer_winds(outer_m, f, radius_m):
    """Winds of the outer solution that ends at ``outer_m`` [m/s]."""
    def slope(r, m):
        spin = m[0] - 0.5 * f * r**2
        return [tao.CHI * spin**2 / (outer_m**2 - r**2)]

    start = outer_m * 0.9999
    # M is 0.5 f r0^2 at the end and flat there
    found = solve_ivp(slope, (start, radius_m.min()), [0.5 * f * outer_m**2], rtol=1e-8,
                      atol=1.0, t_eval=radius_m[::-1], method="LSODA")
    return (found.y[0][::-1] - 0.5 * f * radius_m**2) / radius_m


def emanuel_2004(pin_radius, f):
    """Return the outer radius whose wind at the pinned radius is a gale, and the wind around it."""
    near = pin_radius * np.array([1.0, 1.02])
    outer = brentq(lambda r0: outer_winds(r0, f, near)[0] - GALE_M_S, 1.5 * pin_radius, 5e6)
    return outer, outer_winds(outer, f, near)


@pytest.mark.parametrize(("peak", "r_max", "pin_radius", "lat"), CASES)
def test_the_outer_exponent_is_emanuels(peak, r_max, pin_radius, lat):
    f = coriolis(lat)
    _, wind = emanuel_2004(pin_radius, f)
    exponent = -np.log(wind[1] / wind[0]) / np.log(1.02)
    found = klotzbach.outer_exponent(np.array(pin_radius), GALE_M_S, np.array(0.5 * f))
    assert found == pytest.approx(exponent, abs=0.005)


@pytest.mark.parametrize(("peak", "r_max", "pin_radius", "lat"), CASES)
def test_both_give_the_peak_and_the_gale_and_fall_outwards(peak, r_max, pin_radius, lat):
    given = {"peak_m_s": np.array(peak), "r_max_m": np.array(r_max), "pin_m_s": GALE_M_S,
             "pin_radius_m": np.array(pin_radius), "coriolis_per_s": np.array(coriolis(lat))}
    radius = np.array([0.5 * r_max, r_max, pin_radius])
    rankine = klotzbach.form(**given)
    complete = tao.form(**given)
    for found in (
            klotzbach.klotzbach_2022(radius, r_max_m=np.array(r_max), peak_m_s=np.array(peak),
                                     shape=rankine),
            tao.tao_2025(radius, r_max_m=np.array(r_max), shape=complete)):
        np.testing.assert_allclose(found, [0.5 * peak, peak, GALE_M_S], rtol=1e-9)
    far = np.linspace(r_max, 3e6, 4000)
    for wind in (
            klotzbach.klotzbach_2022(far, r_max_m=np.array(r_max), peak_m_s=np.array(peak),
                                     shape=rankine),
            tao.tao_2025(far, r_max_m=np.array(r_max), shape=complete)):
        assert np.all(np.diff(wind) <= 1e-9) and np.all(wind >= 0.0)


@pytest.mark.parametrize(("peak", "r_max", "pin_radius", "lat"), CASES)
def test_angular_momentum_is_linear_in_the_core_and_smooth_outside(peak, r_max, pin_radius, lat):
    """Tao et al.: M linear from r_max; M and V meet at both joints; V ends at the outer radius."""
    f = coriolis(lat)
    shape = tao.form(peak_m_s=np.array(peak), r_max_m=np.array(r_max), pin_m_s=GALE_M_S,
                     pin_radius_m=np.array(pin_radius), coriolis_per_s=np.array(f))
    inner_end = float(0.5 * shape.rise_m_s / shape.half_f_per_s)
    core = np.linspace(r_max, min(inner_end, pin_radius), 9)
    wind = tao.tao_2025(core, r_max_m=np.array(r_max), shape=shape)
    momentum = core * wind + 0.5 * f * core**2
    np.testing.assert_allclose(np.diff(momentum, 2), 0.0, atol=1e-6 * momentum.max())
    for joint in (inner_end, float(shape.r_outer_m)):
        sides = tao.tao_2025(joint * np.array([1 - 1e-9, 1 + 1e-9]), r_max_m=np.array(r_max),
                             shape=shape)
        assert sides[0] == pytest.approx(sides[1], rel=1e-6)
    outer, _ = emanuel_2004(pin_radius, f)
    level = shape.rise_m_s**2 / (4 * shape.half_f_per_s) + shape.at_axis_m2_s
    end = float(shape.r_outer_m + np.sqrt(level / shape.half_f_per_s))
    assert tao.tao_2025(np.array([end * 0.999, end * 1.001]), r_max_m=np.array(r_max),
                        shape=shape) == pytest.approx([0.0, 0.0], abs=0.05)
    assert end == pytest.approx(outer, rel=0.35)  # an approximation, and of another inner part
