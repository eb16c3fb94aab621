"""Grades by class, with "no data" and "below" as grades of their own."""

import numpy as np
import pytest

from riskcloud.errors import NotFoundError
from riskcloud.hazard.grades import grade_of, load_scale


def test_zones_by_the_100_year_gust_in_km_per_hour():
    scale = load_scale("nathan_tropical_cyclone")
    gust = np.array([75.9, 76.0, 141.9, 142.0, 185.0, 213.0, 252.0, 299.9, 300.0, np.nan]) / 3.6
    assert grade_of(scale, gust).tolist() == ["below", "0", "0", "1", "2", "3", "4", "4", "5",
                                              "no_data"]
    assert scale.return_period_yr == 100.0
    assert scale.measure == "gust_3s"
    assert scale.title("3", "zh") == "3 区"


def test_wind_force_of_a_mean():
    scale = load_scale("gbt_28591_2012")
    assert grade_of(scale, np.array([0.0, 10.8, 32.6, 32.7, 61.3])).tolist() == [
        "0", "6", "11", "12", "17+"]
    assert scale.return_period_yr is None


def test_an_unknown_scale_is_answered_with_the_known_ones():
    with pytest.raises(NotFoundError, match="gbt_28591_2012, .*nathan_tropical_cyclone"):
        load_scale("none")
