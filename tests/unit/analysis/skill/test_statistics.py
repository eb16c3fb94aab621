"""Statistics of errors against closed forms, and the parts of the error against a made case."""

import numpy as np
import pytest

from riskcloud.analysis.skill.statistics import agreement, shares_of_error


def test_agreement_by_hand():
    observed = np.array([10.0, 20.0, 40.0, 60.0])
    modelled = np.array([12.0, 18.0, 44.0, 52.0])
    storm = np.array([0, 0, 1, 1])
    found = agreement(observed, modelled, storm)
    assert found["n"] == 4 and found["bias_m_s"] == pytest.approx(-1.0)
    assert found["rmse_m_s"] == pytest.approx(np.sqrt((4 + 4 + 16 + 64) / 4))
    assert found["sd_observed_m_s"] == pytest.approx(observed.std())
    assert found["correlation"] == pytest.approx(np.corrcoef(observed, modelled)[0, 1])
    # departures from the storms' means: -5, 5, -10, 10 observed; -3, 3, -4, 4 modelled
    assert found["station_correlation"] == pytest.approx(110 / np.sqrt(250 * 50))
    assert found["rmse_storm_mean_m_s"] == pytest.approx(np.sqrt(62.5))
    assert found["skill"] == pytest.approx(1 - np.sqrt(22) / np.sqrt(62.5))


def test_agreement_of_nothing_and_of_winds_that_do_not_vary():
    none = agreement(np.empty(0), np.empty(0), np.empty(0, np.int64))
    assert none["n"] == 0 and np.isnan(none["bias_m_s"])
    same = agreement(np.array([30.0, 40.0]), np.array([25.0, 25.0]), np.array([0, 0]))
    assert np.isnan(same["correlation"]) and same["bias_m_s"] == -10.0


def test_the_parts_of_the_error_are_found_again():
    generator = np.random.default_rng(3)
    n_storms, n_stations = 12, 60
    storm = np.repeat(np.arange(n_storms), n_stations)
    station = np.tile(np.arange(n_stations), n_storms)
    error = (generator.normal(0.0, 3.0, n_storms)[storm]
             + generator.normal(0.0, 4.0, n_stations)[station]
             + generator.normal(0.0, 2.0, len(storm)))
    found = shares_of_error(error, storm, [str(one) for one in station])
    local = error - np.array([error[storm == one].mean() for one in storm])
    pairs = [local[i] * local[k] for i in range(len(error))
             for k in range(i % n_stations, i, n_stations)]
    assert found["n_pairs"] == len(pairs)
    assert found["station_m2_s2"] == pytest.approx(np.mean(pairs))
    assert found["station_m2_s2"] == pytest.approx(16.0, rel=0.3)
    assert found["rest_m2_s2"] == pytest.approx(4.0, rel=0.3)
    parts = found["storm_m2_s2"] + found["station_m2_s2"] + found["rest_m2_s2"]
    assert parts == pytest.approx(found["total_m2_s2"])
    assert found["total_m2_s2"] == pytest.approx(np.mean(error**2))


def test_without_a_station_in_two_storms_the_parts_are_not_told_apart():
    found = shares_of_error(np.array([1.0, -1.0, 3.0]), np.array([0, 0, 1]), ["a", "b", "c"])
    assert np.isnan(found["station_m2_s2"]) and found["n_pairs"] == 0
    assert found["storm_m2_s2"] + found["rest_m2_s2"] == pytest.approx(found["total_m2_s2"])
