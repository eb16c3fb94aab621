"""One location, one event, worked by hand; what leaving out weak winds costs."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from riskcloud.analysis.risk.run import Risk, RiskRequest
from riskcloud.exposure.read import read_portfolio
from riskcloud.hazard.typhoon.climate.winds import largest_winds, part_of
from riskcloud.types import Sites

HEADER = ("LocNumber,AccNumber,AssetClass,CountryCode,Longitude,Latitude,BuildingTIV,LocCurrency,"
          "LocDed6All,LocLimit6All\n")
TIV, DEDUCTIBLE, LIMIT = 1_000_000.0, 50_000.0, 600_000.0


def test_one_event_one_site_one_curve(made_up_events, tmp_path):
    """E[loss] = TIV x sum over states of P(state) x consequence, capacity integrated out.

    A lognormal state with median theta and dispersion beta whose capacity is drawn with sigma is a
    lognormal of dispersion (beta^2 + sigma^2)^(1/2); a state's consequence is fixed, so terms act
    on a few amounts: min(max(TIV x consequence - deductible, 0), limit), each with its probability.
    """
    path = tmp_path / "one.csv"
    path.write_text(f"{HEADER}A,1,plant_hydro,CN,114.2,22.5,{TIV},CNY,{DEDUCTIBLE},{LIMIT}\n")
    events = made_up_events(60)
    portfolio = read_portfolio(path)
    whole = Risk(portfolio, events, RiskRequest(wind_models=("holland_2010",)))
    curves, bases = whole.exposed.curves, whole.exposed.winds.bases
    assert curves.curve_id == ("plant_hydro",)
    assert curves.is_fragility[0] and (curves.form == 0).all()  # lognormal
    sites = whole.exposed.assets.sites
    gusts = largest_winds(events, Sites(sites.site_id, sites.lon, sites.lat), n_kept=1,
                          weights={"holland_2010": 1.0}, factors=[bases[0].rows])[0]
    event, gust = int(gusts.event[0, 0]), float(gusts.wind_m_s[0, 0])
    assert gust > 45.0
    n = 1000
    risk = Risk(portfolio, replace(part_of(events, np.array([event])), years=1.0,
                                   year=np.array([1])),
                RiskRequest(wind_models=("holland_2010",), samples=n))
    (found,) = risk.losses()
    sigma = float(curves.spread_sigma[0])
    theta, beta = curves.params[:, 0], curves.params[:, 1]
    reached = norm.cdf(np.log(gust / theta) / np.hypot(beta, sigma))
    share = reached - np.append(reached[1:], 0.0)
    ground_up = TIV * curves.consequence
    gross = np.minimum(np.maximum(ground_up - DEDUCTIBLE, 0.0), LIMIT)
    for stage, amount in enumerate((ground_up, gross)):
        mean = (share * amount).sum()
        error = np.sqrt(((share * amount**2).sum() - mean**2) / n)
        assert mean > 10_000.0
        assert found.loss[0, stage, 0].mean() == pytest.approx(mean, abs=4.0 * error)
        assert set(np.round(found.loss[0, stage, 0], 6)) <= {0.0, *np.round(amount, 6)}
    # the same integral by quadrature over the capacity
    by_hand = quad(lambda z: norm.pdf(z) * norm.cdf(
        np.log(gust / (theta[0] * np.exp(sigma * z))) / beta[0]), -8.0, 8.0)[0]
    assert by_hand == pytest.approx(reached[0], rel=1e-6)


def test_weak_winds_that_are_left_out_cost_little(made_up_events, samples, tmp_path):
    """Winds whose mean damage is below 3e-5 hold at most a thousandth of the AAL of a mixed book.

    Measured on the whole sample and 1,500 events of South China: 1e-4 of ground-up, 1.5e-5 of gross
    (docs/science/risk.md).
    """
    lines = (samples / "pearl_river_portfolio.csv").read_text(encoding="utf-8-sig").splitlines()
    path = tmp_path / "some.csv"
    path.write_text("\n".join([lines[0], *lines[1::25]]), encoding="utf-8")
    portfolio, events = read_portfolio(path), made_up_events(40)
    aal = {}
    for negligible in (1e-8, RiskRequest().negligible):
        risk = Risk(portfolio, events, RiskRequest(samples=4, negligible=negligible))
        for _ in risk.losses():
            pass
        aal[negligible] = risk.locations.sum(axis=0), risk.work["pairs"]
    (all_of_it, pairs), (kept, fewer) = aal.values()
    assert fewer < 0.7 * pairs
    assert (kept <= all_of_it).all()
    assert (kept >= 0.999 * all_of_it).all()
