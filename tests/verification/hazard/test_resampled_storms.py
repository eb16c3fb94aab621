"""Resampled storms against the archive they are made from, and the fits behind the widths.

Source: IBTrACS (Knapp et al. 2010) as shipped, seasons 1951-2013; for the check of later seasons
the archive of $RISKCLOUD_SHARED.
"""

import numpy as np
import pytest

from riskcloud.catalog import load_card
from riskcloud.hazard.typhoon.climate import event_set, resampled
from riskcloud.hazard.typhoon.climate.area import Area
from riskcloud.hazard.typhoon.climate.catalogue import read_catalogue
from riskcloud.hazard.typhoon.climate.comparison import compare
from riskcloud.hazard.typhoon.climate.displaced import (
    LandWeights,
    decaying_wind_m_s,
    land_weights,
)
from riskcloud.hazard.typhoon.climate.landfall import find_landfalls
from riskcloud.hazard.typhoon.climate.resampling_fit import (
    coast_crossings,
    held_out_ln_likelihood,
    island_crossings,
    memory,
    silverman_width,
)
from riskcloud.hazard.typhoon.land_decay import load_decay

SOUTH_CHINA = Area(105.0, 17.0, 120.0, 26.0)
YEARS = 2000


@pytest.fixture(scope="module")
def basis():
    return event_set.prepare(SOUTH_CHINA)[0]


@pytest.fixture(scope="module")
def compared(basis):
    tally = event_set.new_tally()
    for _ in event_set.make_events(basis, tally, method="resampled", years=YEARS, seed=3):
        pass
    return tally, compare(basis.observed, tally, SOUTH_CHINA, YEARS)


@pytest.fixture(scope="module")
def storms(basis):
    return basis.catalogue


def test_landfalls_by_segment_are_within_their_sampling_error(compared):
    _, found = compared
    rows = found["landfalls"]
    assert len(rows) == 11  # all but Luzon, which reaches out of the area's reach
    # of 22 intervals of 90 % two may be missed by chance; all storms and those of typhoon force
    missed = [row["segment"] for row in rows for name in ("storm", "typhoon")
              if not row[name]["inside"]]
    assert len(missed) <= 2, missed
    # and together, where chance is smaller: 90 % intervals of some 600 and 230 landfalls
    for name in ("storm", "typhoon"):
        seen = sum(row[name]["observed_rate"] for row in rows)
        made = sum(row[name]["simulated_rate"] for row in rows)
        assert made == pytest.approx(seen, rel=1.645 / np.sqrt(63.0 * seen))


def test_central_pressure_at_landfall_is_distributed_as_observed(compared):
    strength = compared[1]["pressure_at_landfall"]
    assert strength["n_observed"] > 500
    assert strength["ks_p"] > 0.05
    # the strongest: the quantile's own sampling error is about 4 hPa (bootstrap of the storms)
    np.testing.assert_allclose(strength["simulated_hpa"], strength["observed_hpa"], atol=6.0)


def test_storms_a_year_have_the_catalogue_s_mean_and_law(basis, compared):
    tally, _ = compared
    assert basis.counts.law == "Poisson"
    seen = len(basis.observed) / basis.n_seasons
    assert tally.n_events / YEARS == pytest.approx(seen, rel=0.05)
    parts = list(resampled.resample_events(basis.parents, basis.counts, basis.area, years=YEARS,
                                           seed=3))
    by_year = np.bincount(parts[0].year, minlength=YEARS + 1)[1:]
    # sd of a variance of 2,000 Poisson counts is 3 %; thinning of Poisson storms keeps the law
    assert by_year.var() / by_year.mean() == pytest.approx(1.0, abs=0.1)


def test_without_smoothing_the_storms_are_the_catalogue_s(basis):
    seen = basis.observed
    catalogue = basis.catalogue
    own = find_landfalls(catalogue.start, catalogue.lon, catalogue.lat)
    pressure = catalogue.central_pressure_pa[own.fix]
    strong = own.take((pressure < 97_750.0) & (own.segment == 4))
    made = find_landfalls(seen.start, seen.lon, seen.lat)
    made = made.take((seen.central_pressure_pa[made.fix] < 97_750.0) & (made.segment == 4))
    assert len(made) == len(strong) > 5
    np.testing.assert_allclose(np.sort(made.lat), np.sort(strong.lat), atol=1e-4)


def test_displacement_is_near_the_best_held_out_likelihood(storms):
    width = load_card("storm_resampling", "wp")["position"]["displacement_m"]
    for least_hpa in (10.0, 20.0):
        crossings = coast_crossings(storms, least_hpa)
        gain = {w: held_out_ln_likelihood(crossings, w * 1e3)
                for w in (20, 40, 60, 80, 100, 130, 200, 300)}
        # one unit of ln likelihood is less than what a fitted parameter is worth (Akaike)
        assert held_out_ln_likelihood(crossings, width) > max(gain.values()) - 1.0
        assert gain[20] < max(gain.values()) - 5.0
        assert gain[300] < max(gain.values()) - 5.0


def test_width_and_mean_of_the_deficit(storms):
    card = load_card("storm_resampling", "wp")["strength"]
    values = np.log(coast_crossings(storms, 10.0).deficit_hpa)
    assert silverman_width(values) == pytest.approx(card["ln_deficit"], abs=0.01)
    assert values.mean() == pytest.approx(card["mean_ln_deficit_hpa"], abs=0.02)
    assert values.std() == pytest.approx(card["sample_ln_deficit"], abs=0.02)


def test_memory_and_land_of_islands(storms):
    card = load_card("storm_resampling", "wp")
    land = land_weights(110.0, 3.0, 130.0, 27.0)
    land = LandWeights(land.west, land.south, np.where(land.weight > 0, 100, 0).astype(np.uint8))
    decay, found = load_decay(), {}
    for island in card["island"]:
        crossed = found[island["name"]] = island_crossings(storms, land, tuple(island["box"]))
        known = np.isfinite(crossed.after_hpa[:, 0])
        before = decaying_wind_m_s(crossed.before_hpa[known])
        after = decaying_wind_m_s(crossed.after_hpa[known, 0])
        bias = after - decay.wind(before, np.zeros(known.sum()),
                                  island["weight"] * crossed.hours[known])
        # two standard errors and half a metre per second for the rounding of the weight
        assert abs(bias.mean()) < 2.0 * bias.std() / np.sqrt(known.sum()) + 0.5
    kept = memory(found["Philippines"])[:, 0]  # at once, 24 h and 48 h later
    assert kept[0] > kept[1] > kept[2]
    assert -24.0 / np.log(kept[1] / kept[0]) == pytest.approx(
        card["strength"]["memory_h"], rel=0.35)  # from its two best-known values, 0.05 and 0.07


def test_later_seasons_agree_with_the_rate(shared, basis):
    """Seasons 2014-2024, some strong landfalls of which are left out of the archive by design."""
    folder = shared / "tropical_cyclones"
    later, _ = read_catalogue([folder / "wp_ibtracs_positions_1884_2025.parquet"])
    later = later.seasons(2014, 2024)
    near = SOUTH_CHINA.distance_m(later.lon, later.lat) < 500e3
    strong = near & (later.central_pressure_pa < 99_700.0)
    n = len(np.unique(later.storm[strong]))
    seen = basis.observed
    rate = np.add.reduceat(seen.central_pressure_pa < 99_700.0, seen.start[:-1]).astype(bool)
    expected = rate.sum() / basis.n_seasons * 11
    # three standard deviations of a Poisson count below (storms are missing), two above
    assert expected - 3.0 * np.sqrt(expected) < n < expected + 2.0 * np.sqrt(expected)
