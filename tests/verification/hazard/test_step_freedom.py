"""The maximum over time does not depend on the spacing of the fixes or of the nodes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from riskcloud.hazard.typhoon.field import default_settings, maximum_wind
from riskcloud.hazard.typhoon.path import resample
from riskcloud.hazard.typhoon.profiles import PROFILES
from riskcloud.hazard.typhoon.track import read_track
from riskcloud.types import Sites

SHARE = {"klotzbach_2022": 0.013, "tao_2025": 0.013}
"""Profiles with a cusp at Rmax: a site's maximum between two nodes is no parabola there."""


def emanuel_damage(wind_m_s: np.ndarray, v_half: float = 112.8) -> float:
    x = np.maximum(wind_m_s - 25.7, 0.0) / (v_half - 25.7)
    return float(np.sum(x**3 / (1.0 + x**3)))


@pytest.fixture(scope="module")
def sites(shared):
    table = pd.read_csv(shared / "verification" / "wind" / "sites_500.csv")
    return Sites(table["site_id"].to_numpy(), table["lon"].to_numpy(), table["lat"].to_numpy())


@pytest.mark.parametrize("storm", ["hato_2017", "mangkhut_2018"])
def test_six_hourly_track_gives_the_damage_of_the_tenth_hourly_one(shared, sites, storm):
    track = read_track(shared / "verification" / "wind" / f"{storm}.csv")
    fine = resample(track, 0.1)
    for model in PROFILES:
        coarse_damage = emanuel_damage(maximum_wind(track, sites, model=model).speed_m_s)
        fine_damage = emanuel_damage(maximum_wind(fine, sites, model=model).speed_m_s)
        # 2 % is the goal; 0.3 % is what the nodes leave, 0.6 % where landfall is between them
        assert coarse_damage == pytest.approx(fine_damage, rel=SHARE.get(model, 0.007)), model


@pytest.mark.parametrize("storm", ["hato_2017", "mangkhut_2018"])
def test_finer_nodes_change_little(shared, sites, storm):
    track = read_track(shared / "verification" / "wind" / f"{storm}.csv")
    finest = replace(default_settings(), spacing_r_max=0.02, longest_h=0.05)
    for model in PROFILES:
        found = maximum_wind(track, sites, model=model).speed_m_s
        exact = maximum_wind(track, sites, model=model, settings=finest).speed_m_s
        share = SHARE.get(model, 0.006)
        assert emanuel_damage(found) == pytest.approx(emanuel_damage(exact), rel=share), model
        assert np.quantile(np.abs(found - exact), 0.99) < 0.3, model


def test_five_models_differ_in_shape_not_in_strength(shared, sites):
    """Summed Eberenz loss across the five models stays within a factor 1.5 (measured: 1.2)."""
    for storm in ("hato_2017", "mangkhut_2018"):
        track = read_track(shared / "verification" / "wind" / f"{storm}.csv")
        damage = [emanuel_damage(maximum_wind(track, sites, model=model).speed_m_s)
                  for model in PROFILES]
        assert max(damage) / min(damage) < 2.2
