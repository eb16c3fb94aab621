"""The rate of rain at an offset from a storm's centre, as arrays (the kernel does the same)."""

import numpy as np

from riskcloud.hazard.typhoon.rain.model import RainProfile
from riskcloud.kernels.rain import FADE_M
from riskcloud.types import Floats


def rain_rate_mm_h(east_m: Floats, north_m: Floats, profile: RainProfile, *, reach_m: float,
                   lean: Floats | None = None) -> Floats:
    """Return the rate of rain at offsets from the centre [mm/h], (...,), >= 0.

    Parameters
    ----------
    east_m, north_m : (...,) offset of the site from the centre [m].
    profile : of the storm at that moment; its arrays broadcast.
    reach_m : the rain ends here, fading over ``FADE_M``.
    lean : (..., 4) what the coast adds to the logarithm of the rate by the site's bearing
        (``coast.coast_lean``); None: the same on all sides.

    Source
    ------
    Tuleya et al. (2007): linear from the centre to the radius of the most rain, then exponential.
    The lean comes in with r / sqrt(r^2 + r_peak^2), its second harmonic with the square, so that
    the centre has none: ours.
    """
    r = np.hypot(east_m, north_m)
    inside = np.minimum(r, profile.r_peak_m)
    rate = profile.centre_mm_h + profile.slope_mm_h_m * inside
    x, y = (offset / np.hypot(r, profile.r_peak_m) for offset in (east_m, north_m))
    sin, cos, sin_2, cos_2 = np.zeros(4) if lean is None else np.moveaxis(lean, -1, 0)
    tilt = sin * x + cos * y + sin_2 * 2.0 * x * y + cos_2 * (y * y - x * x)
    rate = rate * np.exp(tilt - (r - inside) * profile.decay_per_m)
    return np.asarray(rate * np.clip(0.5 + (reach_m - r) / FADE_M, 0.0, 1.0))
