"""Structures that ship or are given, and the counts drawn of them."""

import numpy as np
import pytest

from riskcloud.analysis.damage.corridors import draw_corridors, structures_along
from riskcloud.analysis.damage.counts import Expected, _binned, draw_counts
from riskcloud.analysis.damage.exposed import code_wind, default_structures, thin
from riskcloud.analysis.damage.given import read_structures, voltage_of_name
from riskcloud.errors import InputError
from riskcloud.geo.points import haversine_m


@pytest.fixture(scope="module")
def ours():
    return default_structures()


def test_corridors_are_as_long_as_asked_and_repeat_by_seed():
    lon, lat = np.meshgrid(np.arange(110.0, 113.0, 0.1), np.arange(22.0, 24.0, 0.1))
    args = (lon.ravel(), lat.ravel(), np.ones(lon.size))
    kwargs = {"area_km2": 68_000.0, "length_km": 12_000.0, "half_cell_deg": 0.05}
    ends = draw_corridors(np.random.default_rng(1), *args, **kwargs)
    assert np.array_equal(ends, draw_corridors(np.random.default_rng(1), *args, **kwargs))
    assert haversine_m(*ends.T).sum() == pytest.approx(12_000e3, rel=1e-3)
    x, y, of = structures_along(ends, 350.0)
    assert len(x) == pytest.approx(12_000e3 / 350.0, rel=0.02)
    within = of[:-1] == of[1:]
    steps = haversine_m(x[:-1], y[:-1], x[1:], y[1:])[within]
    assert np.median(steps) == pytest.approx(350.0, rel=0.02)


def test_the_numbers_follow_the_published_lengths(ours):
    table = ours.table
    code = table["prefecture"].str[:2]
    towers = table[(table["kind"] == "tower") & (table["voltage_kv"] >= 110) & (code == "44")]
    assert towers["number"].sum() == pytest.approx(0.18 * 173_482 / 0.35, rel=0.06)
    poles = table[(table["kind"] == "pole") & (code == "45")]["number"].sum()
    assert poles == pytest.approx(46_026_683 * 2.8 / 60.0, rel=0.05)
    assert table["design_gust_m_s"].between(23.5 * 1.6, 80.0).all()
    assert len(table[(table["kind"] == "tower") & (code == "45")
                     & (table["voltage_kv"] >= 110)]) > 25_000


def test_code_wind_gives_its_own_nodes():
    assert code_wind(np.array([20.0]), np.array([30.0]), np.array([10.0])) == pytest.approx(20.0)
    assert code_wind(np.array([20.0]), np.array([30.0]), np.array([100.0])) == pytest.approx(30.0)


def test_vertices_nearer_than_fifty_metres_are_one_tower():
    lat = np.array([22.0, 22.0002, 22.0030, 22.0031])
    assert thin(np.full(4, 110.0), lat).tolist() == [True, False, True, False]
    assert voltage_of_name("220kV A;500 kV B") == 500 and voltage_of_name(None) == 110


def test_a_portfolio_without_towers_is_refused(samples, tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_structures(tmp_path / "none.csv")
    given = read_structures(samples / "pearl_river_portfolio.csv")
    assert set(given.table["kind"]) <= {"tower", "pole"} and len(given) > 0
    assert "neither tower nor pole" in given.notes[0]


def test_bins_keep_number_and_mean_of_the_logarithm():
    x, n = np.array([30.0, 41.7, 55.0]), np.array([1.0, 2.0, 3.0])
    at, number, value = _binned(x, n, 10.0 * n)
    assert number.sum() == pytest.approx(6.0) and value.sum() == pytest.approx(60.0)
    assert number @ np.log(at) == pytest.approx(n @ np.log(x))


def test_draws_keep_the_expected_number_and_cost():
    number = np.full((2, 1, 9), 40.0)
    group = Expected(number, 100.0 * number, np.array([0.5, 0.5]), np.ones(1), np.full(9, 1 / 9),
                     ("c",), 0.3, 1e4, 1e3)
    drawn = draw_counts([group], rng=np.random.default_rng(1), cost_sigma=0.5)
    assert drawn.number.mean() == pytest.approx(group.mean, rel=0.02)
    assert drawn.cost.mean() == pytest.approx(group.mean_cost, rel=0.03)
    assert np.std(drawn.number) == pytest.approx(np.hypot(40.0**0.5, 40.0 * 0.307), rel=0.05)


def test_curves_share_a_group_and_keep_its_mean():
    """Dirichlet's law with n pseudo-structures: variance w (1 - w) / (n + 1) of a share."""
    number = np.zeros((1, 2, 9))
    number[0, 1] = 1000.0
    group = Expected(number, 5.0 * number, np.ones(1), np.array([0.7, 0.3]), np.full(9, 1 / 9),
                     ("none", "many"), 0.0, 1e4, 1e3)
    drawn = draw_counts([group], rng=np.random.default_rng(1)).number
    assert drawn.mean() == pytest.approx(group.mean, rel=0.02) == pytest.approx(300.0, rel=0.02)
    assert drawn.std() == pytest.approx(1000.0 * (0.7 * 0.3 / 3.0) ** 0.5, rel=0.03)
    assert (drawn < 10.0).mean() < 0.2  # one curve for all would leave seven in ten at nothing
