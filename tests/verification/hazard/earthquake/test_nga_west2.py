"""Boore et al. (2014) and Chiou & Youngs (2014) against pygmm, over a wide random grid.

pygmm 0.8.0 (github arkottke/pygmm, MIT) holds to the published tables within 0.0005 % (PGA). Both
programs evaluate the same closed forms, so the tolerance is rounding: 1e-9, far below the 0.01 %
asked for.
"""

import numpy as np
import pytest

from riskcloud.hazard.earthquake.ground_motion.boore_2014 import boore_2014
from riskcloud.hazard.earthquake.ground_motion.chiou_youngs_2014 import (
    chiou_youngs_2014,
    mean_top_depth_km,
)

pygmm = pytest.importorskip("pygmm")

MECHANISMS = {"unknown": "U", "strike_slip": "SS", "normal": "NS", "reverse": "RS"}
N_EVENTS, N_SITES = 48, 10  # each mechanism with each region, dip, and both kinds of top edge
PERIODS = (0.01, 0.05, 0.3, 0.64, 1.0, 3.0, 7.0, 10.0)
MEASURES = ("pga", "pgv", *(f"sa_{period:g}" for period in PERIODS))
BETWEEN = ("sa_0.64", "sa_7")
"""Not published by one of them: tau and phi are interpolated, so that sigma^2 = tau^2 + phi^2."""
TOLERANCE = 1e-9


# pygmm warns of each value outside the limits it recommends
pytestmark = pytest.mark.filterwarnings("ignore:.*recommended limit:UserWarning")


def theirs(model):
    """ln median and sigma of every measure, as pygmm has them."""
    periods = np.log(model.periods)
    rows = []
    for values in (model._ln_resp, model._ln_std):
        spectral = np.interp(np.log(PERIODS), periods, values[model.INDICES_PSA])
        rows.append(np.array([values[model.INDEX_PGA], values[model.INDEX_PGV], *spectral]))
    return rows


def differences(ours, made):
    """Largest difference of ln median, and of sigma at the published periods."""
    ln_median, sigma = theirs(made)
    published = [k for k, measure in enumerate(MEASURES) if measure not in BETWEEN]
    return (np.abs(np.log(ours[:, 0]) - ln_median).max(),
            np.abs(ours[published, 3] - sigma[published]).max())


def events():
    """Magnitudes 4 to 8.5, all mechanisms, dips 15 to 90, tops 0 to 15 km, sites 0 to 400 km."""
    rng = np.random.default_rng(20140715)
    for number in range(N_EVENTS):
        r_jb = np.concatenate([[0.0], rng.uniform(0.0, 20.0, 4), rng.uniform(0.0, 400.0, 5)])
        top = [0.0, rng.uniform(0.0, 15.0)][number // 8 % 2]
        r_rup = np.hypot(r_jb, top) * rng.uniform(1.0, 1.1, N_SITES) + 0.1
        yield dict(mw=rng.uniform(4.0, 8.5), slip=list(MECHANISMS)[number % 4],
                   region=("china", "california", "japan")[number % 3],
                   dip=[90.0, rng.uniform(15.0, 90.0)][number // 4 % 2], top=top, r_jb=r_jb,
                   r_rup=r_rup, r_x=rng.uniform(-1.0, 1.0, N_SITES) * r_rup,
                   vs30=np.exp(rng.uniform(np.log(150.0), np.log(1500.0), N_SITES)))


def test_boore_2014_agrees_with_pygmm():
    model = pygmm.BooreStewartSeyhanAtkinson2014
    for event in events():
        ours = np.array([boore_2014(event["r_jb"], event["vs30"], measure=measure, mw=event["mw"],
                                    mechanism=event["slip"], region=event["region"])
                         for measure in MEASURES])
        assert np.hypot(ours[:, 1], ours[:, 2]) == pytest.approx(ours[:, 3])
        for site in range(N_SITES):
            made = model(pygmm.Scenario(
                mag=event["mw"], dist_jb=event["r_jb"][site], v_s30=event["vs30"][site],
                mechanism=MECHANISMS[event["slip"]], region=event["region"]))
            assert max(differences(ours[..., site], made)) < TOLERANCE
            peaks = [model.INDEX_PGA, model.INDEX_PGV]
            assert ours[:2, 1, site] == pytest.approx(made._tau[peaks], abs=TOLERANCE)
            assert ours[:2, 2, site] == pytest.approx(made._phi[peaks], abs=TOLERANCE)


def test_chiou_youngs_2014_agrees_with_pygmm():
    for number, event in enumerate(events()):
        measured = number % 5 != 0
        ours = np.array([chiou_youngs_2014(
            event["r_rup"], event["r_jb"], event["r_x"], event["vs30"], measure=measure,
            mw=event["mw"], mechanism=event["slip"], dip_deg=event["dip"],
            top_depth_km=event["top"], region=event["region"], vs30_measured=measured)
            for measure in MEASURES])
        assert np.hypot(ours[:, 1], ours[:, 2]) == pytest.approx(ours[:, 3])
        for site in range(N_SITES):
            made = pygmm.ChiouYoungs2014(pygmm.Scenario(
                mag=event["mw"], dist_rup=event["r_rup"][site], dist_jb=event["r_jb"][site],
                dist_x=event["r_x"][site], on_hanging_wall=bool(event["r_x"][site] >= 0.0),
                v_s30=event["vs30"][site], mechanism=MECHANISMS[event["slip"]],
                region=event["region"], dip=event["dip"], depth_tor=event["top"],
                vs_source="measured" if measured else "inferred"))
            assert max(differences(ours[..., site], made)) < TOLERANCE


@pytest.mark.parametrize("slip", MECHANISMS)
def test_the_mean_depth_of_the_top_edge_agrees_with_pygmm(slip):
    for mw in (4.0, 5.0, 5.9, 6.5, 7.5, 8.2):
        assert mean_top_depth_km(mw, slip) == pytest.approx(
            pygmm.ChiouYoungs2014.calc_depth_tor(mw, MECHANISMS[slip]))
