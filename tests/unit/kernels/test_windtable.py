"""Tables of profiles: places and speeds beside the formulas themselves."""

import numpy as np
import pytest

from riskcloud.hazard.typhoon.fields import prepare
from riskcloud.hazard.typhoon.profiles import PROFILES
from riskcloud.hazard.typhoon.track import read_track
from riskcloud.kernels import windtable
from riskcloud.kernels.profiles import profile_speeds
from riskcloud.kernels.vortex import R_MAX, SHAPE, background


@pytest.mark.parametrize("ratio_sq", [1.0, 1.03, 0.999999, 2.0, 3.7e-3, 41.5])
def test_places_count_sixteenths_of_an_octave(ratio_sq):
    place, share = windtable.place_of(ratio_sq)
    octave, step = divmod(place, windtable.PER_OCTAVE)
    low = 2.0 ** (octave + windtable.FIRST_OCTAVE)
    found = low * (1.0 + (step + share) / windtable.PER_OCTAVE)
    assert found == pytest.approx(ratio_sq, rel=1e-12) and 0.0 <= share < 1.0


def test_places_beyond_the_ends_are_held():
    assert windtable.place_of(0.0) == (0, 0.0)
    assert windtable.place_of(1e300) == (windtable.N_PLACES - 2, 1.0)


def test_fading_is_that_of_the_field():
    r = np.geomspace(1.0, 2e7, 400)
    found = [windtable.fading(one) for one in r]
    np.testing.assert_allclose(found, [background(one) for one in r], atol=1e-5)


@pytest.mark.parametrize("model", list(PROFILES))
def test_speeds_are_those_of_the_profile(samples, model):
    """To a thousandth in the mean and 0.2 m/s at a bend; at r_max exactly."""
    field = prepare(read_track(samples / "hato_2017.csv"), model)
    nodes = field.nodes[:: max(len(field.nodes) // 12, 1)].copy()
    table = np.empty((len(nodes), windtable.N_PLACES))
    windtable.fill_table(field.code, nodes, table, np.empty((len(nodes), windtable.N_COLUMNS)))
    for node, speeds in zip(nodes, table, strict=True):
        radius, exact = node[R_MAX] * np.append(np.geomspace(0.1, 30.0, 500), 1.0), np.empty(501)
        profile_speeds(field.code, radius, node[R_MAX], node[SHAPE:], exact)
        found = np.array([windtable.speed_of_node(one, node[R_MAX], speeds) for one in radius])
        error = np.abs(found - np.maximum(exact, 0.0))
        assert error[-1] < 1e-9 and error.mean() < 0.01 and error.max() < 0.2
