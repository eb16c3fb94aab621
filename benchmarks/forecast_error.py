"""How well the statistical forecast knows its own errors, on best tracks it was not fitted on.

    python benchmarks/forecast_error.py

Fitted on JTWC best tracks 1980-2005, tested on 2006-2023: share of observations within the 80 %
band (asked: 75-85 %), the PIT histogram by tenths, the band against the unconditional spread of
the fit's years (asked at 24 h: 20 % narrower), and mean errors beside the agencies'.
"""

import numpy as np
from common import SHARED, machine
from scipy.special import ndtr

from riskcloud.catalog import list_cards
from riskcloud.hazard.typhoon import forecast_error as fe
from riskcloud.hazard.typhoon import statistical, statistical_fit
from riskcloud.hazard.typhoon.sphere import offset_m
from riskcloud.hazard.typhoon.track import read_tracks

Q90 = 1.2815516


def main() -> None:
    """Print the tables."""
    path = SHARED / "tropical_cyclones" / "wp_ibtracs_jtwc_1980_2024.csv"
    if not path.is_file():
        raise SystemExit(f"needs the shared data; none at {path}")
    cases = statistical_fit.cases_from(read_tracks(path, fill=False))
    own = cases.take(cases.year <= 2005)
    test = cases.take((cases.year >= 2006) & (cases.year <= 2023))
    errors = statistical_fit.errors_of(test, statistical.coefficients())
    model = fe.error_model("STATISTICAL")
    print(f"{len(own.year):,} starts 1980-2005, {len(test.year):,} of 2006-2023; {machine()}")
    print(f"{'lead h':>6} {'part':6} {'n':>6} {'in band':>8} {'band':>7} {'climate':>8} "
          f"{'narrower':>8}  PIT by tenths, %")
    for lead in (12, 24, 48, 72):
        k = lead // 6
        east, north = offset_m(own.lon[:, 0], own.lat[:, 0], own.lon[:, k], own.lat[:, k])
        turn = np.arctan2(np.nanmean(east), np.nanmean(north))  # climatology knows no storm's own
        rows = (
            ("along", errors.along_m, model.sd_along_m,
             east * np.sin(turn) + north * np.cos(turn), 1e3),
            ("cross", errors.cross_m, model.sd_cross_m,
             east * np.cos(turn) - north * np.sin(turn), 1e3),
            ("wind", errors.wind_m_s, model.sd_wind_m_s,
             own.wind_m_s[:, k] - own.wind_m_s[:, 0], 1.0))
        for part, seen, sd, climate, unit in rows:
            values = seen[:, k - 1][np.isfinite(seen[:, k - 1])]
            z = values / np.interp(lead, model.lead_h, sd)
            band = 2 * Q90 * np.interp(lead, model.lead_h, sd) / unit
            spread = float(np.diff(np.nanquantile(climate, [0.1, 0.9]))[0]) / unit
            tenths = np.histogram(ndtr(z), 10, (0, 1))[0] / len(z) * 100
            print(f"{lead:6d} {part:6} {len(z):6,} {np.mean(np.abs(z) <= Q90):8.1%} {band:7.1f} "
                  f"{spread:8.1f} {1 - band / spread:8.0%}  "
                  + " ".join(f"{share:4.1f}" for share in tenths))
    print("bands: km along and across, m/s of wind")
    _agencies()


def _agencies() -> None:
    print("\n"
          f"{'agency':12} mean position error, km | mean |wind error|, m/s 1-min, at 24 48 72 h")
    for name in list_cards(fe.KIND):
        if name in fe.NOT_AGENCIES:
            continue
        model, lead = fe.error_model(name), np.array([24.0, 48.0, 72.0])
        n = fe.n_dims(3)
        along, cross = fe.draw_position_errors(model, lead, fe.unit_probabilities(4096, 2 * n, 1))
        wind = fe.draw_wind_errors(model, lead, fe.unit_probabilities(4096, n, 2))
        print(f"{name:12} "
              + " ".join(f"{v:6.0f}" for v in np.hypot(along, cross).mean(axis=0) / 1e3) + " | "
              + " ".join(f"{v:5.1f}" for v in np.abs(wind).mean(axis=0)))


if __name__ == "__main__":
    main()
