"""The usual size of western Pacific storms, fitted again to the radii it came from."""

import csv

import numpy as np
import pytest

from riskcloud.catalog import load_card
from riskcloud.errors import InputError
from riskcloud.hazard.typhoon import regressions
from riskcloud.hazard.typhoon.size_fit import CAP_M_S, fit_size
from riskcloud.units import KNOT

NAUTICAL_MILE_M = 1852.0
CHECKED_ON = ("1822", "1713")
"""Mangkhut 2018 and Hato 2017: models are checked on them."""


def tokyo(path):
    """Yield storm number, time as IBTrACS writes it, latitude and mean radii of each fix."""
    storm = ""
    for line in path.read_text().splitlines():
        cells = line.split()
        if cells[0] == "66666":
            storm = cells[1]
        elif len(cells) > 10 and len(cells[9]) == 5 and cells[9][1:] != "0000":
            time = cells[0]
            when = f"20{time[:2]}-{time[2:4]}-{time[4:6]} {time[6:]}:00:00"
            r50, r30 = (0.5 * (float(cells[k][1:]) + float(cells[k + 1])) * NAUTICAL_MILE_M
                        for k in (7, 9))
            yield {"storm": storm, "time": when, "lat": float(cells[3]) / 10.0,
                   "wind_kt": float(cells[6]), "r30": r30, "r50": r50}


@pytest.fixture(scope="module")
def fixes(shared):
    """Wind of JTWC, latitude and mean radii of RSMC Tokyo at the fixes that both have."""
    folder = shared / "tropical_cyclones"
    with (folder / "jma_number_to_ibtracs_sid_2015_2021.csv").open() as file:
        sid_of = {row["jma_no"]: row["sid"] for row in csv.DictReader(file)}
    with (folder / "wp_ibtracs_jtwc_1980_2024.csv").open() as file:
        wind_of = {(row["sid"], row["time"]): float(row["wind_kt_1min"])
                   for row in csv.DictReader(file)
                   if row["season"] >= "2015" and row["wind_kt_1min"]}
    found = []
    for row in tokyo(folder / "jma_bst_2015_2021.txt"):
        wind = wind_of.get((sid_of.get(row["storm"]), row["time"]))
        if wind is not None and row["storm"] not in CHECKED_ON:
            found.append((wind * KNOT, row["lat"], row["r30"], row["r50"]))
    return np.array(found).T


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
