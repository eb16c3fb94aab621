"""Rain frequency against published tables, worked examples, and a second implementation."""

import csv

import numpy as np
import pytest
from scipy import optimize, special, stats

from riskcloud.hazard.rain import fits
from riskcloud.hazard.rain.city_formula import general_formula, load_formula
from riskcloud.hazard.rain.extremes import extreme_rain
from riskcloud.hazard.rain.frequency import shipped_record
from riskcloud.hazard.rain.record import read_daily_rain
from riskcloud.hazard.rain.runoff import curve_number_for, runoff_mm
from riskcloud.hazard.rain.sample import sample_of

INCH_MM = 25.4


def test_hong_kongs_50_year_day_rain():
    """Two estimators and the level itself within 410-425 mm; every band holds that range."""
    found = extreme_rain(shipped_record("hko").sample, (50.0,), replicates=200)
    level = {one.name: float(one.level_mm[0]) for one in found.estimates if not one.refused}
    within = [name for name, mm in level.items() if 410.0 <= mm <= 425.0]
    assert {"gumbel_l_moments", "gumbel_moments"} <= set(within)
    assert 410.0 <= found.level_mm[0] <= 430.0
    for one in found.estimates:
        assert one.low_mm[0] < 417.5 < one.high_mm[0], one.name
    assert len(level) == 6


def test_the_shipped_record_is_that_of_the_observatory(shared):
    record = read_daily_rain(shared / "rainfall_flood" / "hko_daily_rainfall_1884_on.csv")
    sample, shipped = sample_of(record), shipped_record("hko").sample
    assert int(record.trace.sum()) == 6904
    assert sample.left_out.tolist() == [1884, 2026]
    for field in ("year", "largest_mm", "left_out", "peak_mm", "peak_day"):
        assert np.array_equal(getattr(sample, field), getattr(shipped, field)), field
    assert (shipped.first_day, shipped.last_day) == (sample.first_day, sample.last_day)


def test_fits_agree_with_scipy():
    """Hong Kong's maxima by scipy's optimiser from a good start (from its own it ends at 5.08)."""
    largest = shipped_record("hko").sample.largest_mm
    gev = fits.gev_by_likelihood(largest[None, :])
    c, location, scale = stats.genextreme.fit(largest, -0.04, loc=163.0, scale=63.0)
    assert (gev.shape[0], gev.location[0], gev.scale[0]) == pytest.approx(
        (-c, location, scale), rel=2e-3)
    gumbel = fits.gumbel_by_likelihood(largest[None, :])
    assert (gumbel.location[0], gumbel.scale[0]) == pytest.approx(
        stats.gumbel_r.fit(largest), rel=1e-4)
    peaks = shipped_record("hko").sample.peak_mm
    excess = peaks[peaks > 120.0] - 120.0
    tail = fits.pareto_by_likelihood(excess[None, :])
    shape, _, scale = stats.genpareto.fit(excess, 0.1, floc=0.0)
    assert (tail.shape[0], tail.scale[0]) == pytest.approx((shape, scale), rel=5e-3)


def test_l_moments_solve_their_equations():
    """Hosking & Wallis (1997), A.6, solved by bisection."""
    largest = shipped_record("hko").sample.largest_mm[None, :]
    first, second, skew = (float(part[0]) for part in fits.l_moments(largest))
    k = optimize.brentq(
        lambda k: 2.0 * (1.0 - 3.0**-k) / (1.0 - 2.0**-k) - 3.0 - skew, -0.5, -1e-4)
    scale = second * k / ((1.0 - 2.0**-k) * special.gamma(1.0 + k))
    found = fits.gev_by_l_moments(largest)
    assert found.shape[0] == pytest.approx(-k, abs=1e-6)
    assert found.scale[0] == pytest.approx(scale, rel=1e-6)
    assert found.location[0] == pytest.approx(
        first - scale * (1.0 - special.gamma(1.0 + k)) / k, rel=1e-6)


def test_guangzhous_curves(shared):
    """The table that the constants of 2011 came with prints mm/h to 0.1."""
    formula = load_formula("guangzhou_2011")
    path = shared / "rainfall_flood" / "guangzhou_idf_single_return_period.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 11
    for row in rows:
        for minutes in (5, 15, 30, 60, 120, 180):
            got = formula.intensity_mm_h(minutes, (float(row["return_period_yr"]),))[0]
            assert got == pytest.approx(float(row[f"mm_per_h_{minutes}min"]), abs=0.06)


@pytest.mark.parametrize(("zone", "period", "minutes", "mm"), [
    ("west", 2, 5, 11.426), ("west", 5, 30, 55.182), ("west", 20, 60, 99.719),
    ("west", 100, 180, 220.739), ("central", 2, 5, 12.475), ("central", 10, 30, 58.706),
    ("central", 100, 60, 110.095), ("east", 5, 30, 50.807), ("east", 100, 120, 176.409)])
def test_shenzhens_tables(zone, period, minutes, mm):
    """Depths of the edition's tables, which are of its interval formulas: within 1 % of ours."""
    got = load_formula(f"shenzhen_2024_{zone}").depth_mm(minutes, (float(period),))[0]
    assert got == pytest.approx(mm, rel=0.01)


def test_guangzhous_general_formula():
    """167 A = 13290.6; within 11 % of the single formulas from 5 years and 30 min on."""
    formula = load_formula("guangzhou_2021")
    periods = (5.0, 10.0, 20.0, 50.0, 100.0)
    assert general_formula(10.0, (1.0,), constants=formula.card["general"])[0] == pytest.approx(
        0.36 * 13290.6 / 49.12**0.956, rel=1e-6)
    for minutes in (30.0, 60.0, 120.0, 180.0):
        assert general_formula(minutes, periods, constants=formula.card["general"]) == (
            pytest.approx(formula.intensity_mm_h(minutes, periods), rel=0.12))


@pytest.mark.parametrize(("number", "inches"), [
    (60, 1.30), (70, 2.04), (80, 2.89), (85, 3.37), (90, 3.88), (98, 4.76)])
def test_runoff_of_tr_55(number, inches):
    """TR-55 (1986), table 2-1, rain of 5.0 inches; quoted from memory of it, to 0.01 inch."""
    assert runoff_mm(5.0 * INCH_MM, number) / INCH_MM == pytest.approx(inches, abs=0.006)


def test_runoff_of_chow():
    """Chow, Maidment & Mays (1988), examples 5.5.1, 5.5.2: 5 in on CN 83.8: 3.25 in; wet 4.13."""
    assert runoff_mm(5.0 * INCH_MM, 83.8) / INCH_MM == pytest.approx(3.25, abs=0.006)
    assert curve_number_for(83.8, "III") == pytest.approx(92.3, abs=0.06)
    assert runoff_mm(5.0 * INCH_MM, 83.8, moisture="III") / INCH_MM == pytest.approx(
        4.13, abs=0.02)  # the book rounds S to 0.83 in
