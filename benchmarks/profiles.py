"""Radial profiles against the wind radii of RSMC Tokyo: 50 kt from that of 30 kt and the peak.

Each profile gets the 1-min peak, Rmax by Chavas and Knaff (2022) and the radius of 30 kt; the error
of its radius of 50 kt (10-min winds, half the sum of longest and shortest) is printed by wind. The
storms that models are checked on (Mangkhut 2018, Hato 2017) are left out.
"""

import os
from pathlib import Path

import numpy as np

from riskcloud.hazard.typhoon import regressions
from riskcloud.hazard.typhoon.averaging import sustained_1min
from riskcloud.hazard.typhoon.profiles import PROFILES
from riskcloud.hazard.typhoon.profiles.storm import StormState
from riskcloud.kernels.profiles import profile_speed_rows
from riskcloud.units import EARTH_ROTATION_RAD_S, HPA, KNOT, NMI

SHARED = Path(os.environ.get("RISKCLOUD_SHARED", Path(__file__).resolve().parents[2] / "shared"))
CHECKED_ON = ("1822", "1713")
FALL_50_TO_30 = 0.468
"""Exponent of the wind between the two radii: the median of these fixes (size_fit.py)."""
MOTION_M_S = 5.0
CLASSES = (31.0, 41.0, 50.0, 60.0, 75.0)


def fixes(path: Path) -> np.ndarray:
    """Wind (1-min) [m/s], pressure [Pa], latitude, radii of 30 and 50 kt [m] of each fix."""
    rows, storm = [], ""
    for line in path.read_text().splitlines():
        cells = line.split()
        if cells[0] == "66666":
            storm = cells[1]
        elif len(cells) > 10 and len(cells[9]) == 5 and storm not in CHECKED_ON:
            r50, r30 = (0.5 * (float(cells[k][1:]) + float(cells[k + 1])) * NMI for k in (7, 9))
            rows.append((float(cells[6]) * KNOT, float(cells[5]) * HPA, float(cells[3]) / 10.0,
                         r30, r50))
    found = np.array(rows)
    found[:, 0] = sustained_1min(found[:, 0], 600.0)
    keep = (found[:, 4] > 0) & (found[:, 3] > found[:, 4]) & (found[:, 0] > CLASSES[0])
    return found[keep & (found[:, 2] < 32.0)].T


def radius_of(name: str, storm: StormState, wind_m_s: float) -> np.ndarray:
    """Largest radius at which a profile still has a wind [m], (n,)."""
    profile, n = PROFILES[name], len(storm.lat)
    shape, out = np.ascontiguousarray(profile.node_shape(storm).T), np.empty(n)
    found = storm.r_max_m.copy()
    for radius in np.geomspace(1000e3, 15e3, 500):
        profile_speed_rows(profile.code, np.full(n, radius), storm.r_max_m, shape, out)
        new = (out >= wind_m_s) & (found == storm.r_max_m) & (radius > storm.r_max_m)
        found[new] = radius
    return found


def main() -> None:
    """Print a line a profile."""
    wind, pressure, lat, r30, r50 = fixes(
        SHARED / "data" / "tropical_cyclones" / "jma_bst_2015_2021.txt")
    at_30, at_50 = (float(sustained_1min(np.array(kt * KNOT), 600.0)) for kt in (30.0, 50.0))
    r34 = r30 * (at_30 / regressions.GALE_M_S) ** (1.0 / FALL_50_TO_30)
    environment = regressions.environmental_pressure_pa("WP")
    storm = StormState(
        lat=lat, r_max_m=regressions.r_max_from_r34_m(wind, lat, r34),
        peak_m_s=wind - 0.56 * MOTION_M_S, central_pressure_pa=pressure,
        deficit_pa=np.maximum(environment - pressure, 0.0),
        pressure_tendency_pa_s=np.zeros(len(lat)), motion_m_s=np.full(len(lat), MOTION_M_S),
        coriolis_per_s=2.0 * EARTH_ROTATION_RAD_S * np.sin(np.radians(lat)), r34_m=r34)
    print(f"{len(lat)} fixes; ln(radius of 50 kt, modelled / reported)")
    print(f"{'profile':22s}  bias    sd  rmse   bias by 1-min wind {CLASSES} m/s")
    for name in PROFILES:
        error = np.log(radius_of(name, storm, at_50) / r50)
        by_class = [error[(wind >= low) & (wind < high)].mean()
                    for low, high in zip(CLASSES[:-1], CLASSES[1:], strict=True)]
        print(f"{name:22s} {error.mean():+.2f}  {error.std():.2f}  "
              f"{np.sqrt(np.mean(error**2)):.3f}  " + " ".join(f"{b:+.2f}" for b in by_class))


if __name__ == "__main__":
    main()
