"""Errors of forecasts: the statistical forecast on best tracks it never saw; published means.

Fitted on JTWC best tracks 1980-2005, tested on 2006-2023. The 80 % band is that of the error model
a forecast draws from, never of quantiles taken afterwards.
"""

from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr

from riskcloud.catalog import list_cards, load_card
from riskcloud.hazard.typhoon import forecast_error as fe
from riskcloud.hazard.typhoon import statistical, statistical_fit
from riskcloud.hazard.typhoon.averaging import sustained_1min
from riskcloud.hazard.typhoon.sphere import offset_m
from riskcloud.hazard.typhoon.statistical_fit import Cases, Errors
from riskcloud.hazard.typhoon.track import read_tracks
from riskcloud.types import Floats

TEST_YEARS = (2006, 2023)
LEADS = (12, 24, 48, 72)
PARTS = ("along", "cross", "wind")
AGENCIES = [name for name in list_cards(fe.KIND) if name not in fe.NOT_AGENCIES]


@pytest.fixture(scope="module")
def cases(shared: Path) -> Cases:
    path = shared / "tropical_cyclones" / "wp_ibtracs_jtwc_1980_2024.csv"
    return statistical_fit.cases_from(read_tracks(path, fill=False))


@pytest.fixture(scope="module")
def unseen(cases: Cases) -> Errors:
    own = cases.take((cases.year >= TEST_YEARS[0]) & (cases.year <= TEST_YEARS[1]))
    return statistical_fit.errors_of(own, statistical.coefficients())


def observed(errors: Errors, part: str, lead: int) -> Floats:
    values = getattr(errors, part + ("_m_s" if part == "wind" else "_m"))[:, lead // 6 - 1]
    return values[np.isfinite(values)]


@pytest.fixture(scope="module")
def drawn() -> dict[str, Floats]:
    model, lead = fe.error_model("STATISTICAL"), np.array(LEADS, float)
    n = fe.n_dims(len(lead))
    along, cross = fe.draw_position_errors(model, lead, fe.unit_probabilities(4000, 2 * n, 1))
    return {"along": along, "cross": cross,
            "wind": fe.draw_wind_errors(model, lead, fe.unit_probabilities(4000, n, 2))}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("lead", LEADS)
def test_the_band_of_80_percent_holds(unseen, drawn, part, lead) -> None:  # type: ignore[no-untyped-def]
    errors = observed(unseen, part, lead)
    low, high = np.quantile(drawn[part][:, LEADS.index(lead)], [0.1, 0.9])
    inside = np.mean((errors >= low) & (errors <= high))
    assert len(errors) > 4000
    assert 0.75 <= inside <= 0.85  # asked for


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("lead", LEADS)
def test_pit_histograms_are_flat(unseen, part, lead) -> None:  # type: ignore[no-untyped-def]
    model = fe.error_model("STATISTICAL")
    sd = getattr(model, f"sd_{part}" + ("_m_s" if part == "wind" else "_m"))
    pit = ndtr(observed(unseen, part, lead) / np.interp(lead, model.lead_h, sd))
    share = np.histogram(pit, 10, (0.0, 1.0))[0] / len(pit)
    assert share.min() > 0.05 and share.max() < 0.15  # each decile within half of its tenth


def test_the_band_is_narrower_than_climatology(cases) -> None:  # type: ignore[no-untyped-def]
    """At 24 h, against the unconditional 80 % spread of the fit's years: 20 % at least.

    Climatology knows no storm's motion: its along and across are those of the mean displacement.
    """
    model = fe.error_model("STATISTICAL")
    own = cases.take((cases.year >= 1980) & (cases.year <= 2005))
    east, north = offset_m(own.lon[:, 0], own.lat[:, 0], own.lon[:, 4], own.lat[:, 4])
    change = own.wind_m_s[:, 4] - own.wind_m_s[:, 0]
    turn = np.arctan2(np.nanmean(east), np.nanmean(north))
    along, cross = (east * np.sin(turn) + north * np.cos(turn),
                    east * np.cos(turn) - north * np.sin(turn))
    for values, sd in ((along, model.sd_along_m), (cross, model.sd_cross_m),
                       (change, model.sd_wind_m_s)):
        low, high = np.nanquantile(values, [0.1, 0.9])
        assert 2 * 1.2816 * np.interp(24.0, model.lead_h, sd) < 0.8 * (high - low)


def test_shipped_coefficients_are_a_refit(cases) -> None:  # type: ignore[no-untyped-def]
    again, shipped = statistical_fit.fit(cases), statistical.coefficients()
    # seven digits are stored
    assert shipped.displacement == pytest.approx(again.displacement, rel=1e-5, abs=0.1)
    assert shipped.wind == pytest.approx(again.wind, rel=1e-5, abs=1e-5)


def test_shipped_errors_are_those_of_held_out_years(cases) -> None:  # type: ignore[no-untyped-def]
    errors, year = statistical_fit.held_out_errors(cases)
    rows = {float(row["lead_h"]): row
            for row in load_card(fe.KIND, "statistical").rows("errors.csv")}
    for row in statistical_fit.error_table(errors, year):
        for name, value in row.items():
            assert float(rows[row["lead_h"]][name]) == pytest.approx(value, rel=1e-3)
    for part in PARTS:
        found = statistical_fit.fit_lead_correlation(
            getattr(errors, part + ("_m_s" if part == "wind" else "_m")))
        ours = getattr(fe.error_model("jtwc"), part)
        lead = np.arange(6.0, 73.0, 6.0)
        assert ours.matrix(lead) == pytest.approx(
            fe.LeadCorrelation(**found).matrix(lead), abs=0.005)


@pytest.mark.parametrize("name", AGENCIES)
def test_published_means_are_met(name: str) -> None:
    """4,000 draws: mean distance and mean |wind error| within 5 % of the card's, every lead."""
    model, card = fe.error_model(name), load_card(fe.KIND, name)
    rows = card.rows("errors.csv")
    lead = np.unique([float(row["lead_h"]) for row in rows])
    n = fe.n_dims(len(lead))
    along, cross = fe.draw_position_errors(model, lead, fe.unit_probabilities(4000, 2 * n, 7))
    wind = fe.draw_wind_errors(model, lead, fe.unit_probabilities(4000, n, 8))
    for row in rows:
        k = int(np.searchsorted(lead, float(row["lead_h"])))
        if row["mean_position_error_km"]:
            assert np.hypot(along[:, k], cross[:, k]).mean() / 1e3 == pytest.approx(
                float(row["mean_position_error_km"]), rel=0.05)
        if row["mean_absolute_wind_error_m_s"]:
            mean = sustained_1min(np.array([float(row["mean_absolute_wind_error_m_s"])]),
                                  float(card["wind_averaging_s"]))
            assert np.abs(wind[:, k]).mean() == pytest.approx(mean[0], rel=0.05)


def test_hong_kong_table_by_hand() -> None:
    """Table 4.12 of 2018-2021 and 2023: mean errors at 72 h [km] and numbers of forecasts."""
    errors, n = np.array([185, 205, 164, 197, 193]), np.array([162, 155, 138, 228, 210])
    row = next(r for r in load_card(fe.KIND, "hko").rows("errors.csv")
               if r["lead_h"] == "72" and r["mean_position_error_km"])
    assert float(row["mean_position_error_km"]) == pytest.approx((errors * n).sum() / n.sum(),
                                                                 abs=0.05)
    assert int(row["n_cases"]) == n.sum()
