"""Rain with its model's error drawn."""

import numpy as np
import pytest

from riskcloud.hazard.typhoon.rain import load_model


def test_the_error_drawn_is_the_band():
    # 5 % and 95 % of a standard normal are -1.6449 and 1.6449
    model = load_model()
    low, high = model.band_mm(np.array([100.0, 0.0]))
    drawn = model.drawn_mm(np.array([[100.0], [0.0]]), np.array([-1.6449, 1.6449]))
    assert drawn[0] == pytest.approx([low[0], high[0]], rel=1e-3)
    assert drawn[1].tolist() == [0.0, 0.0]
