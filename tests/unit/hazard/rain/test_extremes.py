"""Extreme-value fits: right on known distributions, refused where they cannot be believed."""

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.rain import fits
from riskcloud.hazard.rain.extremes import SHAPES, extreme_rain
from riskcloud.hazard.rain.fits import Fits, gev_level
from riskcloud.hazard.rain.sample import RainSample

PERIODS = (10.0, 50.0, 100.0)


def sample(largest, peaks=()):
    largest, peaks = np.asarray(largest, float), np.sort(np.asarray(peaks, float))[::-1]
    day = np.array(["2000-01-01"], "datetime64[D]") + 10 * np.arange(len(peaks))
    return RainSample("made", np.arange(len(largest)) + 1950, largest, np.array([], int), peaks,
                      day, "1950-01-01", "2020-12-31")


def drawn(shape, n, rows=1, seed=3):
    rate = np.random.default_rng(seed).exponential(size=(rows, n))
    parts = (np.full(rows, 160.0), np.full(rows, 60.0), np.full(rows, shape))
    return gev_level(Fits(*parts), np.log(rate))


@pytest.mark.parametrize("shape", [-0.15, 0.0, 0.2])
@pytest.mark.parametrize("fit", [fits.gev_by_l_moments, fits.gev_by_likelihood])
def test_gev_is_found_again(fit, shape):
    found = fit(drawn(shape, 4000, rows=3))
    assert found.location == pytest.approx([160.0] * 3, abs=4.0)  # about three standard errors
    assert found.scale == pytest.approx([60.0] * 3, abs=3.0)
    assert found.shape == pytest.approx([shape] * 3, abs=0.05)


@pytest.mark.parametrize("fit", [fits.gumbel_by_l_moments, fits.gumbel_by_moments,
                                 fits.gumbel_by_likelihood])
def test_gumbel_is_found_again(fit):
    found = fit(drawn(0.0, 4000))
    assert (found.location[0], found.scale[0]) == pytest.approx((160.0, 60.0), abs=4.0)


def test_rows_do_not_touch_each_other():
    samples = drawn(0.1, 40, rows=6)
    together = fits.gev_by_likelihood(samples)
    for k in range(6):
        alone = fits.gev_by_likelihood(samples[k:k + 1])
        assert alone.shape[0] == pytest.approx(together.shape[k], abs=1e-6)


def test_an_implausible_shape_is_refused_and_the_gumbel_kept():
    heavy = drawn(0.95, 60)[0]
    found = extreme_rain(sample(heavy, heavy), PERIODS, replicates=40)
    refused = {one.name: one.refused for one in found.estimates}
    for name in ("gev_l_moments", "gev_likelihood", "pareto_peaks"):
        assert "implausible shape" in refused[name], name
        assert f"expected {SHAPES[0]:g} to {SHAPES[1]:g}" in refused[name]
    assert refused["gumbel_l_moments"] == ""
    assert np.isfinite(found.level_mm).all()
    assert any(note.startswith("gev_l_moments refused: implausible shape")
               for note in found.notes)


def test_a_gumbel_that_the_record_rejects_is_refused():
    found = extreme_rain(sample(drawn(0.25, 150)[0]), PERIODS, replicates=40)
    refused = {one.name: one.refused for one in found.estimates}
    for name in ("gumbel_l_moments", "gumbel_moments", "gumbel_likelihood"):
        assert refused[name].startswith("a shape of 0 is rejected (Z = -"), name
    assert refused["gev_l_moments"] == refused["gev_likelihood"] == ""


def test_a_short_record_has_no_shape_of_its_own():
    found = extreme_rain(sample(drawn(0.1, 25)[0]), PERIODS, replicates=40)
    accepted = [one.name for one in found.estimates if not one.refused]
    assert accepted == ["gumbel_l_moments", "gumbel_moments", "gumbel_likelihood"]


def test_too_few_years_are_refused():
    with pytest.raises(InputError, match="made: 12 complete years of rain, at least 20 are needed"):
        extreme_rain(sample(drawn(0.1, 12)[0]), PERIODS)


@pytest.mark.parametrize("periods", [(100.0, 10.0), (1.0, 10.0), (), (10.0, 10.0), (np.nan,)])
def test_periods_are_checked(periods):
    with pytest.raises(InputError, match="return periods: expected years above 1, ascending"):
        extreme_rain(sample(drawn(0.1, 40)[0]), periods)


def test_a_trend_is_said():
    rising = np.linspace(100.0, 300.0, 60) + drawn(0.0, 60)[0] * 0.3
    found = extreme_rain(sample(rising), PERIODS, replicates=20)
    assert found.trend.p_value < 0.001
    assert found.trend.percent_per_decade > 5.0
    assert any(note.startswith("annual maxima have a trend (+") for note in found.notes)


def test_bands_hold_the_level_and_the_seed_fixes_them():
    one = extreme_rain(sample(drawn(0.1, 80)[0]), PERIODS, replicates=60)
    again = extreme_rain(sample(drawn(0.1, 80)[0]), PERIODS, replicates=60)
    assert (one.low_mm < one.level_mm).all() and (one.level_mm < one.high_mm).all()
    assert (np.diff(one.level_mm) > 0).all()
    assert np.array_equal(one.high_mm, again.high_mm)
