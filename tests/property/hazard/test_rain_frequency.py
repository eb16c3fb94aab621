"""More rain, more runoff; never more than the rain; levels rise with the return period."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.hazard.rain.extremes import extreme_rain
from riskcloud.hazard.rain.runoff import MOISTURES, runoff_mm
from riskcloud.hazard.rain.sample import RainSample

RAIN = st.floats(0.0, 2000.0)
NUMBER = st.floats(5.0, 100.0)


@given(RAIN, RAIN, NUMBER, NUMBER)
def test_runoff_rises_with_rain_and_curve_number(rain, more, number, higher):
    low = runoff_mm(min(rain, more), min(number, higher))
    high = runoff_mm(max(rain, more), max(number, higher))
    assert 0.0 <= low <= high + 1e-9
    assert high <= max(rain, more) + 1e-9
    dry, average, wet = (runoff_mm(rain, number, moisture=one) for one in MOISTURES)
    assert dry <= average + 1e-9 and average <= wet + 1e-9


@settings(max_examples=10)
@given(st.integers(0, 10_000), st.integers(20, 90),
       st.sampled_from([-0.2, -0.05, 1e-9, 0.1, 0.3, 0.5]), st.floats(0.1, 500.0))
def test_levels_rise_and_keep_the_unit(seed, n, shape, scale):
    rate = np.random.default_rng(seed).exponential(size=n)
    largest = scale * (2.5 + np.expm1(-shape * np.log(rate)) / shape)
    largest = np.maximum(largest, 0.0)

    def level(rain):
        peaks = np.sort(rain)[::-1]
        made = RainSample("made", np.arange(n), rain, np.array([], int), peaks,
                          np.zeros(n, "datetime64[D]"), "", "")
        return extreme_rain(made, (2.0, 10.0, 100.0), replicates=20).level_mm

    once = level(largest)
    assert (np.diff(once) > 0.0).all() and np.isfinite(once).all()
    assert np.allclose(level(largest * 2.0), once * 2.0, rtol=1e-2)
