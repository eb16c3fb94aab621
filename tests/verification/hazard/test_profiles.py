"""Radial profiles against other programs' published values and their own papers' closed forms."""

import json

import numpy as np
import pytest

from riskcloud.hazard.typhoon.profiles import (
    emanuel_rotunno_2011,
    holland_1980,
    holland_2008,
    holland_2010,
    willoughby_2006,
)


@pytest.fixture(scope="module")
def cases(shared):
    text = (shared / "verification" / "wind" / "wind_profiles.json").read_text(encoding="utf-8")
    return {case["id"]: case for case in json.loads(text)["cases"]}


def test_holland_1980_with_and_without_coriolis(cases):
    case = cases["climada_holland1980_profile"]
    for k, row in enumerate(case["inputs"]["rows"]):
        radius = np.array(row["radius_km"]) * 1e3
        arguments = dict(r_max_m=row["rmw_km"] * 1e3, deficit_pa=row["pdelta_hpa"] * 100.0,
                         b=row["B"])
        turning = holland_1980.holland_1980(radius, coriolis_per_s=row["f"], **arguments)
        np.testing.assert_allclose(turning, case["expected"]["with_coriolis_ms"][k], atol=0.01)
        still = holland_1980.holland_1980(radius, **arguments)
        np.testing.assert_allclose(still, case["expected"]["cyclostrophic_ms"][k], atol=0.01)


def test_holland_1980_outside_r_max_against_tcrm(cases):
    case = cases["tcrm_profiles_run_nh"]
    inputs, expected = case["inputs"], case["expected_gradient_wind_ms"]["holland"]
    radius = np.array(inputs["radius_m"])
    found = holland_1980.holland_1980(
        radius, r_max_m=inputs["rmax_m"], deficit_pa=inputs["env_pa"] - inputs["central_pa"],
        b=inputs["holland_beta"],
        # that program turns the Earth once in 86,400 s
        coriolis_per_s=4 * np.pi / 86400.0 * np.sin(np.radians(inputs["lat"])))
    outside = radius > inputs["rmax_m"]  # inside, that program uses a cubic instead
    np.testing.assert_allclose(found[outside], np.array(expected)[outside], atol=1e-4)


def test_holland_1980_b(cases):
    case = cases["climada_holland1980_B"]
    b = holland_1980.b_from_wind(np.array(case["inputs"]["vgrad_ms"], float),
                                 np.array(case["inputs"]["pdelta_hpa"]) * 100.0)
    np.testing.assert_allclose(b, case["expected"]["B_clipped_1_to_2p5"], atol=1e-6)


def test_holland_2008_b_and_peak(cases):
    case = cases["climada_holland2008_bs"]
    inputs = case["inputs"]
    now, before = (np.array(inputs[k]) * 100.0 for k in ("central_hpa", "previous_central_hpa"))
    b = holland_2008.b_surface(
        deficit_pa=np.array(inputs["pdelta_hpa"]) * 100.0, lat=inputs["lat"],
        pressure_tendency_pa_s=(now - before) / 3600.0, motion_m_s=np.array(inputs["vtrans_ms"]))
    np.testing.assert_allclose(b, case["expected"]["b_s"], atol=0.01)
    case = cases["climada_holland2008_vmax"]
    peak = holland_2008.peak_wind(np.array(case["inputs"]["pdelta_hpa"]) * 100.0,
                                  np.array(case["inputs"]["b_s"]))
    np.testing.assert_allclose(peak, case["expected"]["vmax_ms"], atol=1e-6)


def test_holland_2010(cases):
    case = cases["climada_holland2010"]
    inputs = case["inputs"]
    for k, radius in enumerate(inputs["radius_km"]):
        r_max, peak, b_s = (np.array(inputs[name][k]) for name in ("rmw_km", "vmax_ms", "b_s"))
        x = holland_2010.outer_exponent(peak_m_s=peak, r_max_m=r_max * 1e3, b_s=b_s)
        found = holland_2010.holland_2010(np.array(radius) * 1e3, r_max_m=r_max * 1e3,
                                          peak_m_s=peak, b_s=b_s, outer_x=x)
        np.testing.assert_allclose(found, case["expected"]["v_ms"][k], atol=2e-6)


def test_emanuel_rotunno_2011_peaks_at_the_given_wind(cases):
    case = cases["climada_er11"]
    for row, expected in zip(case["inputs"]["rows"], case["expected"]["v_ms"], strict=True):
        r_max, f = row["rmw_km"] * 1e3, row["f"]
        radius = np.array(row["radius_km"]) * 1e3
        found = emanuel_rotunno_2011.emanuel_rotunno_2011(
            radius, r_max_m=r_max, peak_m_s=row["vmax_ms"], coriolis_per_s=f)
        # that program leaves - f r / 2 out; here the peak is the given one
        near = found > 0.0  # far out the wind ends here, and does not there
        np.testing.assert_allclose((found + 0.5 * f * radius)[near], np.array(expected)[near],
                                   atol=2e-6)
        assert near.sum() >= 2
        assert emanuel_rotunno_2011.emanuel_rotunno_2011(
            np.array(r_max), r_max_m=r_max, peak_m_s=row["vmax_ms"], coriolis_per_s=f,
        ) == pytest.approx(row["vmax_ms"], rel=1e-12)


def test_emanuel_rotunno_2011_solves_the_papers_equation():
    """Equation 36, checked in its implicit form for several C_k/C_d."""
    radius, r_max, peak, f = np.linspace(1e3, 4e5, 50), 4e4, 55.0, 5e-5
    for c in (0.4, 0.7, 1.0, 1.4):
        v = emanuel_rotunno_2011.emanuel_rotunno_2011(
            radius, r_max_m=r_max, peak_m_s=peak, coriolis_per_s=f, ck_cd=c)
        inside = v > 0.0
        m = radius * v + 0.5 * f * radius**2
        m_max = r_max * peak + 0.5 * f * r_max**2
        s = (radius / r_max) ** 2
        np.testing.assert_allclose(((m / m_max) ** (2 - c))[inside],
                                   (2 * s / (2 - c + c * s))[inside], rtol=1e-9)


def test_willoughby_2006_closed_forms():
    """Equation 1: power law well inside, dual exponential well outside, the peak at r_max."""
    r_max, peak, lat = np.array(40e3), np.array(50.0), np.array(20.0)
    form = willoughby_2006.shape(peak, r_max, lat)
    # equations 11a to 11c by hand: ln 40 = 3.688879
    assert form.n == pytest.approx(2.1340 + 0.385 - 0.4522 * 3.688879 - 0.076, abs=1e-6)
    assert form.x1_m == pytest.approx((287.6 - 97.1 + 7.799 * 3.688879 + 36.38) * 1e3, rel=1e-6)
    assert form.near_share == pytest.approx(0.5913 + 0.145 - 0.1361 * 3.688879 - 0.084, abs=1e-6)
    start = willoughby_2006.blend_start_m(r_max, form)
    assert start < r_max < start + 25e3

    def wind(radius):
        return willoughby_2006.willoughby_2006(radius, r_max_m=r_max, peak_m_s=peak, form=form)

    inner = np.linspace(2e3, float(start), 20)
    np.testing.assert_allclose(wind(inner), 50.0 * (inner / 40e3) ** form.n, rtol=1e-12)
    outer = np.linspace(float(start) + 25e3, 5e5, 20)
    np.testing.assert_allclose(
        wind(outer), 50.0 * ((1 - form.near_share) * np.exp(-(outer - 40e3) / form.x1_m)
                             + form.near_share * np.exp(-(outer - 40e3) / 25e3)), rtol=1e-12)
    around = np.linspace(20e3, 80e3, 60001)
    assert wind(r_max) == pytest.approx(50.0, rel=1e-12)
    assert abs(around[np.argmax(wind(around))] - 40e3) < 5.0


def test_vickery_wadhera_2008_by_hand():
    """Equation 23 for r_max 40 km at 20 N: sqrt(4.98810e-5 x 40e3) = 1.412530."""
    f = 2 * 7.2921159e-5 * np.sin(np.radians(20.0))
    b = holland_1980.b_vickery_wadhera_2008(np.array(40e3), np.array(-f))
    assert b == pytest.approx(1.833 - 0.326 * 1.412530, abs=1e-6)
