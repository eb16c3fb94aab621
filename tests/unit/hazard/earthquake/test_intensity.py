"""Intensity of sites from the ground motion there: mean, spread, and what it is called."""

import numpy as np
import pytest

from riskcloud.errors import ModelError, NotFoundError
from riskcloud.hazard.earthquake.felt import felt_areas
from riskcloud.hazard.earthquake.gmice import worden_2012, worden_2012_inverse
from riskcloud.hazard.earthquake.intensity import (
    CONVERSIONS,
    degree,
    instrumental_intensity,
    intensity_from_shaking,
    roman,
)
from riskcloud.hazard.earthquake.macroseismic import macroseismic_intensity
from riskcloud.types import Shaking, SourceDistances

N = 200_000


def shaking(measure, median, tau=0.3, phi=0.4):
    """Return one site's ground motion."""
    median = np.atleast_1d(np.asarray(median, float))
    return Shaking(measure=measure, unit="cm/s" if measure == "pgv" else "g", model="m",
                   median=median, sigma_ln=np.full(len(median), np.hypot(tau, phi)),
                   tau_ln=np.full(len(median), tau), phi_ln=np.full(len(median), phi))


@pytest.mark.parametrize("conversion", CONVERSIONS)
@pytest.mark.parametrize("pga, pgv", [(0.03, 2.0), (0.3, 30.0)])
def test_the_spread_is_that_of_drawn_ground_motion(conversion, pga, pgv):
    found = intensity_from_shaking([shaking("pga", pga), shaking("pgv", pgv)],
                                   conversion=conversion)
    rng = np.random.default_rng(1)
    first, other = rng.standard_normal((2, N))
    sigma = np.hypot(0.3, 0.4) * 0.1  # small: the delta method is exact for a straight line
    a = pga * np.exp(sigma * first)
    v = pgv * np.exp(sigma * (0.73 * first + np.sqrt(1.0 - 0.73**2) * other))
    if conversion == "worden_2012":
        drawn, _, scatter = worden_2012("pgv", v)
        expected = np.hypot(drawn.std() * 10.0, scatter)
    else:
        drawn = instrumental_intensity(a, v, edition=conversion)
        expected = drawn.std() * 10.0
    assert found.sigma_ln[0] == pytest.approx(expected, rel=0.01)
    assert found.median[0] == pytest.approx(drawn.mean(), abs=0.01)
    assert found.sigma_ln**2 == pytest.approx(found.tau_ln**2 + found.phi_ln**2)
    assert (found.measure, found.unit, found.model) == ("intensity", "1", "m")


def test_notes_name_the_edition():
    motion = [shaking("pga", 0.1), shaking("pgv", 10.0)]
    said = [intensity_from_shaking(motion, conversion=one).notes[-1] for one in CONVERSIONS]
    assert said == ["intensity by GB/T 17742-2020", "intensity by GB/T 17742-2008",
                    "intensity by GB/T 17742-2020, monotone",
                    "intensity by MMI, Worden et al. (2012) from pgv"]


def test_the_monotone_form_differs_where_acceleration_alone_has_reached_six():
    """By the standard's own numbers: I_A 7.0 and I_V 5.8, 5.99, 6.0; I_A 5.9 and I_V 6.5."""
    by_a, by_v = np.array([7.0, 7.0, 7.0, 5.9, 6.2, 5.0]), np.array([5.8, 5.99, 6.0, 6.5, 5.4, 4.0])
    pga = 10.0 ** ((by_a - 6.59) / 3.17) / 9.80665
    pgv = 100.0 * 10.0 ** ((by_v - 9.77) / 3.00)
    pgv[2] *= 1.0 + 1e-12
    published = instrumental_intensity(pga, pgv)
    assert published == pytest.approx([6.4, 6.495, 6.0, 6.2, 5.8, 4.5])
    found = instrumental_intensity(pga, pgv, edition="gbt_17742_2020_monotone")
    assert found == pytest.approx([6.0, 6.0, 6.0, 6.2, 5.8, 4.5])
    assert np.isnan(instrumental_intensity(np.nan, 3.0, edition="gbt_17742_2020_monotone"))


def test_what_is_missing_is_named():
    with pytest.raises(ModelError, match="pgv missing"):
        intensity_from_shaking([shaking("pga", 0.1)])
    with pytest.raises(NotFoundError, match="known: gbt_17742_2020, gbt_17742_2008, "
                       "gbt_17742_2020_monotone, worden_2012"):
        intensity_from_shaking([], conversion="jma")
    with pytest.raises(ModelError, match="needs one of pgv, pga"):
        intensity_from_shaking([shaking("sa_0.2", 0.1)], conversion="worden_2012")
    with pytest.raises(ModelError, match=r"no sa_2\.0; it has pga"):
        worden_2012("sa_2.0", np.array([0.1]))
    with pytest.raises(NotFoundError, match="no edition"):
        instrumental_intensity(np.array(0.1), np.array(1.0), edition="1980")


def test_no_motion_and_unknown_motion():
    found = instrumental_intensity(np.array([0.0, np.nan, 0.5]), np.array([0.0, 1.0, 0.0]))
    assert found[0] == 1.0 and np.isnan(found[1]) and found[2] == 1.0
    assert np.isnan(worden_2012("pga", np.array([np.nan]))[0][0])
    assert np.isnan(worden_2012_inverse("pga", np.array([0.5, 10.5, np.nan]))[0]).all()
    assert degree(np.array([np.nan, 1.0, 12.0])).tolist() == [0, 1, 12]


def test_roman_numerals():
    assert roman([0, 1, 4, 6, 9, 12]).tolist() == ["", "I", "IV", "VI", "IX", "XII"]


def distances(km, azimuth):
    return SourceDistances(*(np.asarray(km, float),) * 5, np.asarray(azimuth, float))


@pytest.mark.parametrize("model", ["xiao_yu_2011", "wang_2000"])
def test_a_macroseismic_intensity_falls_with_distance_in_every_direction(model):
    km = np.geomspace(0.01, 400.0, 200)
    at = [macroseismic_intensity(distances(km, np.full(200, azimuth)), magnitude_ms=7.0,
                                 strike_deg=30.0, region="tibetan", model=model).median
          for azimuth in (30.0, 60.0, 120.0, 210.0)]
    assert all((np.diff(one) <= 0.0).all() for one in at)
    np.testing.assert_allclose(at[0], at[3])  # either way along strike
    near = at[2] > 4.0  # beyond, the published axes cross
    assert (at[0] >= at[1])[near].all() and (at[1] >= at[2])[near].all()


def test_without_strike_circles_have_the_ellipses_area():
    found = macroseismic_intensity(distances([20.0, 20.0, np.nan], [0.0, 77.0, 0.0]),
                                   magnitude_ms=6.4, strike_deg=None, region="tibetan")
    assert found.median[0] == found.median[1] and np.isnan(found.median[2])
    assert found.sigma_ln[0] == 0.6636 and np.isnan(found.tau_ln).all()
    with pytest.raises(ModelError, match="has no region 'mars'; it has active, eastern"):
        macroseismic_intensity(distances([1.0], [0.0]), magnitude_ms=6.0, strike_deg=None,
                               region="mars")
    with pytest.raises(NotFoundError, match="known: wang_2000, xiao_yu_2011"):
        macroseismic_intensity(distances([1.0], [0.0]), magnitude_ms=6.0, strike_deg=None,
                               region="tibetan", model="x")


def test_felt_areas_are_those_of_circles():
    from riskcloud.geo.points import haversine_m

    def rings(lon, lat):
        return 8.0 - haversine_m(100.0, 60.0, lon, lat) / 20_000.0
    found = felt_areas(rings, 100.0, 60.0, degrees=(6, 7), reach_km=60.0, cell_km=0.5)
    for n, radius in ((6, 50.0), (7, 30.0)):
        assert found[n] == pytest.approx(np.pi * radius**2, rel=0.003)
