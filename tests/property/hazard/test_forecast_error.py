"""Draws and displacements hold for any leads, agencies and tracks."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from riskcloud.geo.points import haversine_m
from riskcloud.hazard.typhoon import forecast_error as fe
from riskcloud.hazard.typhoon.sphere import headings_deg

LEADS = st.lists(st.floats(-72.0, 300.0), min_size=1, max_size=12)
AGENCY = st.sampled_from(["USA", "BABJ", "TOKYO", "HKO", "NHC", "ECMWF", "STATISTICAL", "?"])


@given(LEADS, AGENCY, st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_draws_are_finite_zero_before_and_repeat(
    leads: list[float], agency: str, n: int, seed: int
) -> None:
    model, lead = fe.error_model(agency), np.array(leads)
    p = fe.unit_probabilities(n, 2 * fe.n_dims(len(lead)), seed)
    along, cross = fe.draw_position_errors(model, lead, p)
    wind = fe.draw_wind_errors(model, lead, p)
    for drawn in (along, cross, wind):
        assert drawn.shape == (n, len(lead)) and np.isfinite(drawn).all()
        assert (drawn[:, lead < 0] == 0).all()
    again = fe.draw_position_errors(model, lead, p)
    assert (again[0] == along).all() and (again[1] == cross).all()


@given(LEADS, AGENCY)
def test_correlations_are_correlations(leads: list[float], agency: str) -> None:
    model = fe.error_model(agency)
    for part in (model.along, model.cross, model.wind):
        matrix = part.matrix(np.array(leads))
        assert (matrix == matrix.T).all() and (matrix > 0).all() and (np.diag(matrix) == 1).all()
        assert np.linalg.eigvalsh(matrix).min() > -1e-9


@given(st.floats(-180, 360), st.floats(-60, 60), st.floats(0, 360), st.floats(-2e6, 2e6),
       st.floats(-2e6, 2e6))
def test_displacement_has_the_length_of_its_errors(
    lon: float, lat: float, heading: float, along: float, cross: float
) -> None:
    x, y = fe.displace(np.array([lon]), np.array([lat]), np.array([heading]), np.array([along]),
                       np.array([cross]))
    assert abs(haversine_m(lon, lat, x, y)[0] - np.hypot(along, cross)) < 1.0
    assert abs(x[0] - lon) < 180.0


@given(st.lists(st.tuples(st.floats(100, 180), st.floats(-40, 40)), min_size=1, max_size=10))
def test_headings_are_directions(places: list[tuple[float, float]]) -> None:
    lon, lat = np.array(places).T
    heading = headings_deg(lon, lat)
    assert heading.shape == lon.shape and ((heading >= 0) & (heading < 360.0)).all()
