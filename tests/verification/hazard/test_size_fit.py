"""The usual size of western Pacific storms, fitted again to the radii it came from."""

import numpy as np
import pytest

from riskcloud.catalog import load_card
from riskcloud.errors import InputError
from riskcloud.hazard.typhoon import regressions
from riskcloud.hazard.typhoon.size_fit import CAP_M_S, fit_size
from riskcloud.units import KNOT


def test_the_card_is_what_the_radii_give(fixes):
    fit, said = fit_size(*fixes), load_card("track_fill", "jma_radii")
    assert fit.n == said["n"]
    assert fit.mean_radius_m == pytest.approx(said["mean_radius_km"] * 1000.0, rel=2e-3)
    assert fit.wind_power == pytest.approx(said["wind_power"], abs=2e-3)
    assert fit.per_10_degrees == pytest.approx(said["per_10_degrees"], abs=2e-3)
    assert fit.sd == pytest.approx(said["sd_ln"], abs=2e-3)
    assert said["wind_cap_m_s"] == CAP_M_S


def test_the_pressure_at_the_usual_size_is_that_of_best_tracks():
    """JTWC's best tracks of 2005-2013 give 974, 963, 948, 933 hPa at 65, 80, 100, 120 kt.

    The relation of Chavas, Knaff and Klotzbach (2025) asks for a size. With the usual one it gives
    these pressures within 3.5 hPa; with that of Nederhoff et al. (2019) it is 7 hPa too high.
    """
    wind, lat = np.array([65.0, 80.0, 100.0, 120.0]) * KNOT, np.full(4, 20.0)
    environment = regressions.environmental_pressure_pa("WP") / 100.0
    usual, small = (
        environment - regressions.pressure_deficit_pa(
            wind, lat, size, translation_m_s=np.full(4, 5.0)) / 100.0 - [974, 963, 948, 933]
        for size in (regressions.size_m(wind, lat, basin="WP"),
                     regressions.r34_m(wind, lat, basin="WP")))
    assert np.max(np.abs(usual)) < 3.5
    assert np.min(small) > 4.5 and np.mean(small) > 7.0


def test_a_handful_of_fixes_is_no_fit():
    with pytest.raises(InputError, match="too few fixes"):
        fit_size(np.full(5, 40.0), np.full(5, 20.0), np.full(5, 3e5), np.full(5, 1e5))
