"""Each radial profile is its plain NumPy twin, at one radius, at many, and row by row."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.kernels import profiles as kernel


def holland(r, r_max, p):
    y = (r_max / r) ** p[0]
    return p[3] * (np.sqrt(p[1] * y * np.exp(1.0 - y) + (p[2] * r) ** 2) - p[2] * r)


def holland_2010(r, r_max, p):
    y = (r_max / r) ** p[0]
    x = np.where(r < r_max, 0.5, 0.5 + (np.minimum(r, p[3]) - r_max) * p[2])
    return p[1] * (y * np.exp(1.0 - y)) ** np.maximum(x, p[4])


def emanuel_rotunno_2011(r, r_max, p):
    s = (r / r_max) ** 2
    momentum = p[0] * (2.0 * s / (2.0 - p[1] + p[1] * s)) ** (1.0 / (2.0 - p[1]))
    return p[3] * (momentum / r - p[2] * r)


def willoughby_2006(r, r_max, p):
    xi = np.clip((r - p[4]) / np.where(r_max > 20e3, 25e3, 15e3), 0.0, 1.0)
    w = 126 * xi**5 - 420 * xi**6 + 540 * xi**7 - 315 * xi**8 + 70 * xi**9
    inner = np.minimum((r / r_max) ** p[1], 2.0)
    outer = (1.0 - p[3]) * np.exp(-(r - r_max) * p[2]) + p[3] * np.exp(-(r - r_max) / 25e3)
    return p[0] * ((1.0 - w) * inner + w * np.minimum(outer, 2.0))


R_MAX = st.floats(8e3, 120e3)
# code -> twin, and the ranges of its five parameters (p4 of Willoughby is a share of r_max)
CASES = {
    kernel.HOLLAND: (holland, ((0.5, 3.0), (50.0, 8000.0), (0.0, 7e-5), (0.7, 1.0), (0.0, 0.0))),
    kernel.HOLLAND_2010: (holland_2010, ((0.5, 2.5), (10.0, 90.0), (-2e-6, 2e-6), (1.3e5, 6e5),
                                         (0.3, 0.5))),
    kernel.EMANUEL_ROTUNNO_2011: (emanuel_rotunno_2011, ((1e5, 8e6), (0.05, 1.9), (0.0, 7e-5),
                                                         (0.7, 1.0), (0.0, 0.0))),
    kernel.WILLOUGHBY_2006: (willoughby_2006, ((10.0, 90.0), (0.05, 2.5), (1 / 2e6, 1 / 2e4),
                                               (0.0, 1.0), (0.2, 1.0))),
}


@st.composite
def storms(draw):
    code = draw(st.sampled_from(sorted(CASES)))
    r_max = draw(R_MAX)
    p = [draw(st.floats(low, high)) for low, high in CASES[code][1]]
    if code == kernel.WILLOUGHBY_2006:
        p[4] *= r_max
    return code, r_max, np.array(p)


@settings(max_examples=200, deadline=None)
@given(storms(), st.lists(st.floats(1.0, 1.5e6), min_size=1, max_size=20))
def test_kernel_is_its_numpy_twin(storm, radii):
    code, r_max, p = storm
    radius = np.array([*radii, r_max])
    expected = CASES[code][0](radius, r_max, p)
    # exp and log of the kernels are good to 5e-15; differences cancel where the Coriolis term wins
    close = {"rtol": 1e-11, "atol": 1e-9}
    out = np.empty_like(radius)
    kernel.profile_speeds(code, radius, r_max, p, out)
    np.testing.assert_allclose(out, expected, **close)
    rows = np.empty_like(radius)
    kernel.profile_speed_rows(code, radius, np.full_like(radius, r_max),
                              np.repeat(p[:, None], len(radius), axis=1), rows)
    np.testing.assert_array_equal(rows, out)


@pytest.mark.parametrize("code", sorted(CASES))
def test_nan_survives(code):
    p = np.array([(low + high) / 2 for low, high in CASES[code][1]])
    out = np.zeros(2)
    kernel.profile_speeds(code, np.array([np.nan, 5e4]), 3e4, p, out)
    assert np.isnan(out[0]) and np.isfinite(out[1])
