"""A uniform surface against the codes and papers it rests on; its response against Deaves."""

import numpy as np
import pytest

from riskcloud.hazard.typhoon.surface.profile import (
    gust_law,
    marine_mean,
    sea_z0_m,
    straight,
    terrain_mean,
    terrain_z0_m,
    uniform_mean,
    uniform_turbulence,
)
from riskcloud.hazard.typhoon.surface.response import (
    arrived,
    fetch_tables,
    layer_height_m,
    level_of,
    local_share,
    stepped_mean,
)

GB_50009 = {"A": (1.284, 0.12, 300.0), "B": (1.0, 0.15, 350.0), "C": (0.544, 0.22, 450.0),
            "D": (0.262, 0.30, 550.0)}
"""GB 50009-2012, 8.2.1: pressure at 10 m, exponent of the speed, gradient height."""


@pytest.mark.parametrize("terrain", GB_50009)
def test_coded_terrains_have_the_ratios_of_gb_50009(terrain):
    pressure, exponent, gradient = GB_50009[terrain]
    height = np.array([10.0, 30.0, 100.0, gradient, 900.0])
    ratio = terrain_mean(height, terrain) / terrain_mean(np.array(10.0), "B")
    expected = np.sqrt(pressure) * (np.minimum(height, gradient) / 10.0) ** exponent
    np.testing.assert_allclose(ratio, expected, rtol=1e-12)


@pytest.mark.parametrize("terrain", GB_50009)
def test_the_roughness_of_a_class_gives_its_wind_at_10_m(terrain):
    ratio = uniform_mean(10.0, terrain_z0_m(terrain)) / uniform_mean(10.0, 0.05)
    assert ratio == pytest.approx(np.sqrt(GB_50009[terrain][0]), rel=1e-9)


def test_all_classes_meet_at_the_gradient_height():
    """8.2.1's four laws give one wind aloft, its printed pressure 2.91 over B's at 10 m."""
    at_10m = terrain_mean(np.array(10.0), "B")
    aloft = [float(terrain_mean(np.array(900.0), name) / at_10m) ** 2 for name in GB_50009]
    np.testing.assert_allclose(aloft, 2.91, atol=0.01)  # table 8.2.1's last rows


# EN 1991-1-4:2005, figure 4.2: c_r(10 m) = k_r ln(10 / z0) of categories 0, I, II, III, IV, by hand
@pytest.mark.parametrize(("z0", "factor"), [
    (0.003, 1.266), (0.01, 1.173), (0.05, 1.007), (0.3, 0.755), (1.0, 0.540)])
def test_uniform_mean_is_eurocodes(z0, factor):
    assert uniform_mean(10.0, z0) / uniform_mean(10.0, 0.05) == pytest.approx(
        factor / 1.007, abs=1e-3)


def test_the_sea_is_that_of_the_saturated_drag():
    """C_d 0.0025 (Donelan et al. 2004), k 0.4: z0 = 10 exp(-0.4 / sqrt(0.0025)) = 3.35 mm."""
    assert sea_z0_m() == pytest.approx(10.0 * np.exp(-8.0), rel=1e-12)
    assert float(uniform_mean(10.0, sea_z0_m())) == pytest.approx(1.0, rel=1e-12)


# Harper et al. (2010), Table 1.1, 3 s and 60 s within 600 s; at sea 60 s by Table 1.2
HARPER = [(0.10, 1.23, 1 / 0.93), (0.15, 1.38, 1.11), (0.20, 1.52, 1.16), (0.25, 1.66, 1.21)]


@pytest.mark.parametrize(("intensity", "gust", "sustained"), HARPER)
def test_gusts_are_harpers_in_his_four_exposures(intensity, gust, sustained):
    law = gust_law()
    at = np.array([intensity])
    assert straight(at, law.intensity, law.gust_3s)[0] == pytest.approx(gust, rel=1e-12)
    assert straight(at, law.intensity, law.sustained_1min)[0] == pytest.approx(sustained, rel=1e-12)
    assert marine_mean() == 0.93


def test_turbulence_is_harpers_at_sea_and_in_land_and_grows_with_roughness():
    z0 = np.geomspace(1e-4, 2.0, 60)
    intensity = uniform_turbulence(10.0, z0)
    assert np.all(np.diff(intensity) > 0.0)
    assert float(uniform_turbulence(10.0, sea_z0_m())) == pytest.approx(0.10, rel=1e-9)
    assert float(uniform_turbulence(10.0, 0.10)) == pytest.approx(0.25, rel=1e-9)


def test_turbulence_falls_with_height_as_in_eurocode():
    """EN 1991-1-4, 4.7: I is inverse to ln(z / z0)."""
    ratio = uniform_turbulence(50.0, 0.05) / uniform_turbulence(10.0, 0.05)
    assert ratio == pytest.approx(np.log(200.0) / np.log(1000.0), rel=1e-12)


@pytest.mark.parametrize("z0", [sea_z0_m(), 0.01, 0.05, 0.1, 0.3, 1.0, 2.0])
def test_a_gust_over_rough_ground_is_no_stronger_than_over_water(z0):
    """The air aloft is the same; AS/NZS 1170.2 and ASCE 7 lower the gust with each category."""
    law = gust_law()

    def gust(z0: float) -> float:
        return float(uniform_mean(10.0, z0) * straight(
            uniform_turbulence(10.0, z0), law.intensity, law.gust_3s))

    assert gust(z0) < 1.02 * gust(sea_z0_m())  # 1 % more on the smoothest land: two tables meet


# --- how fast it changes

def test_the_internal_layer_solves_its_equation():
    x = np.array([100.0, 1e3, 1e4, 1e5])
    ratio = layer_height_m(x, 0.05) / 0.05
    np.testing.assert_allclose(ratio * (np.log(ratio) - 1.0), 0.9 * x / 0.05, rtol=1e-9)


def deaves_1981(x_m, from_z0, to_z0, friction_m_s=1.7, coriolis=5.5e-5):
    """Fetch factor K_x behind a change from smooth to rough (ESDU 82026, after Deaves 1981).

    As quoted in Cook (1985), The designer's guide to wind loading, part 1; typhoon friction.
    """
    x = np.log10(x_m)
    step = np.log(to_z0 / from_z0) / (friction_m_s / (coriolis * to_z0)) ** 0.23
    return 1.0 + 0.67 * step ** 0.85 * (0.1143 * x**2 - 1.372 * x + 4.087)


@pytest.mark.parametrize(("land", "tolerance"), [(0.05, 0.02), (0.3, 0.035), (1.0, 0.05)])
def test_wind_behind_the_coast_agrees_with_deaves(land, tolerance):
    """Two published models of different make, from half a kilometre to 100 km."""
    x = np.array([500.0, 1e3, 2e3, 5e3, 1e4, 3e4, 1e5])
    ours = stepped_mean(x, 10.0, from_z0_m=sea_z0_m(), to_z0_m=land) / uniform_mean(10.0, land)
    np.testing.assert_allclose(ours, deaves_1981(x, sea_z0_m(), land), rtol=tolerance)


@pytest.mark.parametrize("land", [0.01, 0.1, 0.3, 1.0])
@pytest.mark.parametrize("seaward", [False, True])
def test_one_response_serves_all_pairs(land, seaward):
    """What ``arrived`` claims: other steps, both ways, arrive within 0.1 beyond a kilometre."""
    x = np.array([1e3, 3e3, 1e4, 3e4, 1e5])
    pair = (land, sea_z0_m()) if seaward else (sea_z0_m(), land)
    there = stepped_mean(x, 10.0, from_z0_m=pair[0], to_z0_m=pair[1])
    start, end = uniform_mean(10.0, pair[0]), uniform_mean(10.0, pair[1])
    part = np.log(there / start) / np.log(end / start)
    np.testing.assert_allclose(part, arrived(x, 10.0), atol=0.1)


@pytest.mark.parametrize("height", [2.0, 10.0, 35.0, 100.0, 200.0])
def test_a_step_arrives_from_none_to_all_and_later_aloft(height):
    x = np.geomspace(1.0, 1e6, 200)
    part = arrived(x, height)
    assert part[0] == 0.0 and part[-1] == 1.0
    assert np.all(np.diff(part) >= -1e-12)
    assert np.all(arrived(x, height) >= arrived(x, height * 1.5) - 0.03)


def test_the_weights_of_a_fetch_sum_to_one_at_every_height():
    tables = fetch_tables()
    assert np.all(tables.weight >= 0.0)
    for weights in (tables.weight.sum(axis=1), tables.near.sum(), tables.zone.sum()):
        np.testing.assert_allclose(weights, 1.0, rtol=1e-12)
    ten = int(level_of(np.array(10.0)))
    assert level_of(np.array(10.0)) == ten and tables.height_m[ten] == 10.0


def test_the_surroundings_have_no_say_above_their_own_layer():
    assert local_share(10.0) == pytest.approx(1.0)
    assert 0.0 < local_share(25.0) < 2.0 / 3.0
    assert local_share(60.0) == 0.0
