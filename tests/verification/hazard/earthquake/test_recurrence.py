"""Windows, main shocks, the law of magnitudes and smoothing against tables and closed forms."""

import numpy as np
import pytest

from riskcloud.errors import InputError, ModelError
from riskcloud.hazard.earthquake.seismicity.decluster import main_shocks, windows
from riskcloud.hazard.earthquake.seismicity.events import Events, merged
from riskcloud.hazard.earthquake.seismicity.recurrence import (
    bin_rates,
    durations,
    stepp,
    weichert,
)
from riskcloud.hazard.earthquake.seismicity.smooth import neighbour_km, spread_events

# Gardner & Knopoff (1974), Table 1: magnitude, km, days
WINDOWS = [(2.5, 19.5, 6), (3.0, 22.5, 11.5), (3.5, 26, 22), (4.0, 30, 42), (4.5, 35, 83),
           (5.0, 40, 155), (5.5, 47, 290), (6.0, 54, 510), (6.5, 61, 790), (7.0, 70, 915),
           (7.5, 81, 960), (8.0, 94, 985)]
# completeness of the synthetic catalogues: magnitude, year (as in the open toolkit's own test)
COMPLETE = [(3.0, 1990.0), (4.0, 1975.0), (5.0, 1960.0), (6.0, 1930.0), (7.0, 1910.0)]
END = 2010.0


def events(rows):
    return Events(*np.array(rows, float).T)


@pytest.mark.parametrize("magnitude, km, days", WINDOWS)
def test_windows_at_the_values_of_the_table(magnitude, km, days):
    found = windows(magnitude)
    assert found[0] == pytest.approx(km, rel=1e-12)
    assert found[1] == pytest.approx(days, rel=1e-12)


def test_windows_follow_the_fit_of_van_stiphout_2012():
    m = np.arange(2.5, 8.01, 0.1)
    km, days = windows(m)
    fit = np.where(m < 6.5, 10 ** (0.5409 * m - 0.547), 10 ** (0.032 * m + 2.7389))
    np.testing.assert_allclose(km, 10 ** (0.1238 * m + 0.983), rtol=0.05)
    np.testing.assert_allclose(days, fit, rtol=0.16)  # the fit has a step at 6.5, the table none
    assert np.all(np.diff(windows(np.arange(2.0, 9.0, 0.1))[0]) > 0)


def test_a_sequence_leaves_its_main_shock():
    # day, lon, lat, depth, mw; 0.5 degree of latitude is 56 km
    found = main_shocks(events([
        (1000, 100, 25.0, 10, 7.0),
        (1300, 100, 25.5, 10, 5.5),  # within 70 km and 915 days: aftershock
        (1950, 100, 25.5, 10, 5.5),  # after 915 days; and its 290 days do not reach back
        (1300, 100, 25.7, 10, 5.5),  # 78 km away
        (800, 100, 25.1, 10, 5.5),   # its own 290 days reach the main shock: foreshock
        (600, 100, 25.1, 10, 5.5)]))  # 400 days before: its own
    assert found.tolist() == [True, False, True, True, False, True]


def test_merging_keeps_the_better_catalogue_and_what_it_lacks():
    better = events([(10.0, 100, 25, 10, 6.0), (20.0, 100, 25, 10, 6.1)])
    other = events([(10.0 + 60 / 86400, 100.3, 25, 10, 6.4),  # a minute, 30 km: the same
                    (20.0, 102.0, 25, 10, 6.1),                # 200 km away: another
                    (30.0, 100, 25, 10, 5.5)])
    found = merged([better, other], seconds=120.0, km=100.0)
    assert found.day.tolist() == [10.0, 20.0, 20.0, 30.0]
    assert found.mw.tolist() == [6.0, 6.1, 6.1, 5.5]


def test_weichert_reaches_the_factor_of_the_usgs_program():
    """Rate per event at b = 0.8 in bins about 4.5 to 7.5 complete 74, 107, 157 and 157 years.

    0.0124319686: comparison with the USGS implementation in the hazard modeller's toolkit
    (openquake/hmtk, utils_test.test_weichert_factor).
    """
    found = weichert(np.array([4.0, 5.0, 6.0, 7.0, 8.0]), np.array([6.0, 3.0, 0.0, 1.0]),
                     np.array([74.0, 107.0, 157.0, 157.0]), b=0.8)
    assert found.rate / 10 == pytest.approx(0.0124319686, rel=1e-8)
    assert found.rate_error == pytest.approx(found.rate / np.sqrt(10))
    assert np.isnan(found.b_error)


def test_equal_periods_give_the_closed_form_of_grouped_magnitudes():
    """b = ln(1 + width / (mean - first middle)) / (width ln 10): Bender (1983), eq. for many bins.

    Sixty bins stand for infinitely many.
    """
    edges = np.arange(3.0, 9.01, 0.1)
    counts = 1e5 * 10 ** (-1.1 * (edges[:-1] - 3.0))
    middle = edges[:-1] + 0.05
    mean = (counts * middle).sum() / counts.sum()
    closed = np.log1p(0.1 / (mean - middle[0])) / (0.1 * np.log(10))
    found = weichert(edges, counts, np.full(60, 30.0))
    assert found.b == pytest.approx(closed, rel=1e-4)
    assert found.b == pytest.approx(1.1, rel=1e-4)
    assert found.rate == pytest.approx(counts.sum() / 30.0, rel=1e-9)


def test_weichert_finds_the_law_of_synthetic_catalogues_and_its_error():
    """b 0.9, 100 events a year of 3.0 and above, as the toolkit's test has it: 60 catalogues."""
    rng = np.random.default_rng(20)
    edges = np.arange(3.0, 8.01, 0.1)
    years = durations(edges, COMPLETE, END)
    assert years[[0, 9, 10, 25, 49]].tolist() == [20.0, 20.0, 35.0, 50.0, 100.0]
    expected = 100.0 * bin_rates(edges, b=0.9, most=8.0, reference=3.0) * years
    found = [weichert(edges, rng.poisson(expected).astype(float), years) for _ in range(60)]
    b, rate = (np.array([getattr(law, name) for law in found]) for name in ("b", "rate"))
    assert b.mean() == pytest.approx(0.9, abs=0.006)
    assert rate.mean() == pytest.approx(100.0, rel=0.01)
    # the stated errors are the scatter of the answers, as well as 60 of them tell (+- 9 %)
    assert np.mean([law.b_error for law in found]) == pytest.approx(b.std(), rel=0.3)
    assert np.mean([law.rate_error for law in found]) == pytest.approx(rate.std(), rel=0.3)


def test_weichert_refuses_what_has_no_answer():
    edges = np.array([5.0, 5.2, 5.4])
    with pytest.raises(InputError, match="no events within the complete periods"):
        weichert(edges, np.array([3.0, 1.0]), np.zeros(2))
    with pytest.raises(ModelError, match="no b between 0 and 3"):
        weichert(edges, np.array([3.0, 0.0]), np.full(2, 10.0))
    with pytest.raises(InputError, match="equally wide"):
        weichert(np.array([5.0, 5.1, 5.4]), np.ones(2), np.ones(2))


def test_truncated_law_sums_to_one_event_and_ends_at_the_largest():
    edges = np.arange(4.5, 9.01, 0.1)
    share = bin_rates(edges, b=0.9, most=7.5, reference=5.5)
    assert share[edges[:-1] > 5.49].sum() == pytest.approx(1.0)
    assert np.all(share[edges[:-1] > 7.49] < 1e-12)
    assert share[20] / share[10] == pytest.approx(10 ** -0.9, rel=1e-9)


def test_stepp_is_flat_for_a_complete_class():
    year = np.arange(1900.5, 2000.0)
    spans = np.array([10.0, 40.0, 100.0])
    np.testing.assert_allclose(stepp(year, 2000.0, spans), 1.0 / np.sqrt(spans))
    late = stepp(year[year > 1960.0], 2000.0, spans)
    assert late[2] * np.sqrt(100.0) < 0.7


def test_smoothing_keeps_every_event_and_has_the_width_of_frankel_1995():
    lon, lat = np.arange(105.1, 115.0, 0.2), np.arange(20.1, 30.0, 0.2)
    found = spread_events(np.array([110.1]), np.array([25.1]), cell_lon=lon, cell_lat=lat,
                          width_km=50.0)
    assert found.sum() == pytest.approx(1.0, rel=1e-12)
    here, north = found[25, 25], found[27, 25]
    assert here == found.max()
    km = 0.4 * 111.195
    area = np.cos(np.radians(25.5)) / np.cos(np.radians(25.1))
    assert north / here == pytest.approx(np.exp(-(km / 50.0) ** 2) * area, rel=1e-3)
    edge = spread_events(np.array([105.0]), np.array([25.1]), cell_lon=lon, cell_lat=lat,
                         width_km=50.0)
    assert edge.sum() == pytest.approx(0.5, abs=0.01)  # on the border: half of it lies outside


def test_width_of_a_kernel_is_the_way_to_a_neighbour():
    lon, lat = np.array([110.0, 110.0, 110.0, 112.0]), np.array([20.0, 20.5, 21.5, 40.0])
    found = neighbour_km(lon, lat, number=1, least_km=60.0, most_km=300.0)
    np.testing.assert_allclose(found, [60.0, 60.0, 111.195, 300.0], rtol=1e-4)
    assert neighbour_km(lon, lat, number=2, least_km=0.0, most_km=1e9)[0] == pytest.approx(
        1.5 * 111.195, rel=1e-4)


def test_kernels_of_their_own_width_each_keep_one_event():
    lon, lat = np.arange(105.1, 115.0, 0.2), np.arange(20.1, 30.0, 0.2)
    at = np.array([108.0, 111.0]), np.array([24.0, 26.0])
    both = spread_events(*at, cell_lon=lon, cell_lat=lat, width_km=np.array([25.0, 90.0]))
    each = sum(spread_events(x, y, cell_lon=lon, cell_lat=lat, width_km=width) for x, y, width in
               zip(at[0][:, None], at[1][:, None], (25.0, 90.0), strict=True))
    np.testing.assert_allclose(both, each, rtol=1e-12)
    assert both.sum() == pytest.approx(2.0, abs=1e-6)
