import numpy as np
import pytest

from riskcloud.errors import UnitError
from riskcloud.hazard.typhoon.averaging import (
    EXPOSURES,
    gust_3s,
    gust_factor,
    mean_10min,
    sustained,
    sustained_1min,
)


def test_same_period_changes_nothing() -> None:
    wind = np.array([20.0, np.nan])
    np.testing.assert_array_equal(sustained_1min(wind, 60), wind)
    assert gust_factor(600, 600, "at_sea") == 1.0


def test_there_and_back() -> None:
    wind = np.array([18.0, 50.0])
    for period in (60.0, 120.0, 180.0, 600.0):
        back = sustained(sustained(wind, period, 60.0), 60.0, period)
        np.testing.assert_allclose(back, wind, rtol=1e-12)


@pytest.mark.parametrize("period", [0.0, 30.0, 90.0, 3600.0])
def test_unknown_period_is_refused(period: float) -> None:
    with pytest.raises(UnitError, match="no gust factor"):
        sustained_1min(np.array([20.0]), period)
    with pytest.raises(UnitError):
        sustained(np.array([20.0]), period, period)


def test_unknown_exposure_lists_the_known_ones() -> None:
    with pytest.raises(UnitError, match="in_land, off_land, off_sea, at_sea"):
        gust_factor(3, 600, "city")


def test_shorter_periods_never_give_less_wind() -> None:
    for exposure in EXPOSURES:
        ten = [float(mean_10min(np.array(50.0), t, exposure)) for t in (60.0, 120.0, 180.0, 600.0)]
        assert ten == sorted(ten)
        assert float(gust_3s(np.array(50.0), 600, exposure)) > 50.0
