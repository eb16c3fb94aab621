"""A site's exposure is its own: whatever the order, the company or the turn of its longitude."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.hazard.typhoon.surface import site_exposure

N = 60


def sites(seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {"lon": rng.uniform(112.0, 116.5, N), "lat": rng.uniform(21.0, 23.5, N),
            "height_m": rng.choice([10.0, 10.0, 3.0, 42.0, np.nan], N),
            "terrain": rng.choice(["", "", "C"], N), "on_land": rng.random(N) < 0.5}


@given(st.integers(0, 1000), st.integers(1, N - 1))
@settings(max_examples=12)
def test_order_and_company_change_nothing(seed: int, cut: int) -> None:
    whole = site_exposure(**sites(seed))
    order = np.random.default_rng(seed).permutation(N)
    for part in (order[:cut], order[cut:]):
        alone = site_exposure(**{name: values[part] for name, values in sites(seed).items()})
        for name in ("mean_10min", "sustained_1min", "gust_3s"):
            np.testing.assert_array_equal(getattr(alone, name), getattr(whole, name)[part])


@given(st.integers(0, 1000))
@settings(max_examples=6)
def test_a_turn_of_the_earth_changes_nothing(seed: int) -> None:
    here = sites(seed)
    here["lon"] = np.round(here["lon"], 3) + 0.0005  # off the edges of cells
    turned = site_exposure(**{**here, "lon": here["lon"] - 360.0})
    np.testing.assert_allclose(turned.gust_3s, site_exposure(**here).gust_3s, rtol=1e-9)


@given(st.integers(0, 1000))
@settings(max_examples=6)
def test_means_are_ordered_as_their_periods(seed: int) -> None:
    found = site_exposure(**sites(seed))
    assert np.all(found.mean_10min < found.sustained_1min)
    assert np.all(found.sustained_1min < found.gust_3s)
    assert np.all(found.mean_10min > 0.3) and np.all(found.gust_3s < 1.9)
