"""Whether sites can be: every fault at once."""

import numpy as np

from riskcloud.errors import InputError, Problem
from riskcloud.types import Floats


def checked_sites(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return contiguous coordinates. Raises InputError for unequal lengths or bad values."""
    # a kernel compiles anew for arrays that may not be written, as Parquet readers hand them out
    lon = np.require(np.atleast_1d(lon), np.float64, ["C", "W"])
    lat = np.require(np.atleast_1d(lat), np.float64, ["C", "W"])
    if lon.ndim != 1 or lon.shape != lat.shape:
        raise InputError(f"sites: lon of shape {lon.shape} and lat of shape {lat.shape}; "
                         "expected two arrays of one length")
    bad = ~((np.abs(lat) <= 90.0) & (np.abs(lon) <= 720.0))
    if bad.any():
        problems = [Problem(int(i) + 1, "lon, lat", f"{lon[i]:g}, {lat[i]:g}",
                            "not a longitude and a latitude in degrees")
                    for i in np.flatnonzero(bad)]
        raise InputError(f"sites: {len(problems)} problem(s)", problems)
    return lon, lat
