"""The reach of a storm's speeds against its own profile, and what the tests for legs leave out."""

import numpy as np
import pytest

from riskcloud.hazard.typhoon.climate.winds import draw_models, event_nodes
from riskcloud.hazard.typhoon.field import drawn_settings, model_weights
from riskcloud.hazard.typhoon.profiles import PROFILES
from riskcloud.kernels import profiles, vortex, windreach

CALM_M_S, INFLOW_RAD = 5.5, np.radians(22.6)


@pytest.fixture(scope="module")
def events(made_up_events):
    return made_up_events(3)


def reach_of(nodes, start, code):
    shape = np.concatenate([nodes[a:b, vortex.SHAPE:].T.ravel()
                            for a, b in zip(start[:-1], start[1:], strict=True)])
    reach = np.empty((len(nodes), windreach.N_LEVELS), np.float32)
    summary = np.empty((len(start) - 1, windreach.SUMMARY))
    windreach.reach_of_events(np.full(len(start) - 1, code), nodes, shape, start, CALM_M_S, reach,
                              summary)
    return reach, summary


@pytest.mark.parametrize("model", list(model_weights()))
def test_no_wind_beyond_its_reach(events, model):
    code = PROFILES[model].code
    nodes, start = event_nodes(events, np.arange(len(events)), model, drawn_settings())
    reach, summary = reach_of(nodes, start, code)
    rng = np.random.default_rng(4)
    for k in rng.integers(0, len(nodes), 40):
        radius = nodes[k, vortex.R_MAX] * np.geomspace(1.0, 60.0, 2000)
        speed = np.empty(2000)
        profiles.profile_speeds(code, radius, nodes[k, vortex.R_MAX], nodes[k, vortex.SHAPE:],
                                speed)
        fade = 0.5 * (1.0 - np.tanh(0.5 * vortex.FADING_PER_M * (radius - vortex.HALF_FADED_M)))
        speed = np.maximum(speed, 0.0) + fade * nodes[k, vortex.MOTION]
        for bar in rng.uniform(CALM_M_S, max(speed.max(), CALM_M_S), 20):
            far = windreach.reach_at(reach, k, *windreach.level_of(bar, CALM_M_S))
            # ``windclimate.BETWEEN`` stands between a bar and what is asked for
            assert radius[speed >= bar / 0.97].max(initial=0.0) <= far
        event = np.searchsorted(start, k, side="right") - 1
        assert speed.max() <= summary[event, 0]
        assert (reach[k] <= summary[event, 5:] * (1.0 + 1e-6)).all()


def test_legs_left_out_are_weaker_than_the_bar(events):
    model, settings = "klotzbach_2022", drawn_settings()
    names, weights = list(model_weights()), model_weights()
    chosen = np.flatnonzero(draw_models(events, weights) == names.index(model))
    nodes, start = event_nodes(events, chosen, model, settings)
    reach, summary = reach_of(nodes, start, PROFILES[model].code)
    rng, seen = np.random.default_rng(7), 0
    for _ in range(400):
        e = int(rng.integers(len(chosen)))
        own, own_reach = nodes[start[e]:start[e + 1]], reach[start[e]:start[e + 1]]
        lon, lat, bar = rng.uniform(107.0, 118.0), rng.uniform(18.0, 25.0), rng.uniform(6.0, 35.0)
        place = np.array([lon, lat, np.sin(np.radians(lat)), np.cos(np.radians(lat)), 10e3])
        left = np.ones(len(own) - 1, bool)
        if not windreach.is_far(place, summary[e], bar, CALM_M_S):
            first, last = windreach.legs_near(place, own, own_reach, bar, CALM_M_S)
            leg, parts = np.empty(len(own), np.int64), np.empty(len(own), np.int64)
            found = windreach.legs_within(
                place, own, own_reach, first, last, bar, CALM_M_S, np.cos(INFLOW_RAD),
                np.sin(INFLOW_RAD), 0.25, 0.35, leg, parts) if last else 0
            left[leg[:found]] = False
        for k in np.flatnonzero(left):
            for w in (0.0, 0.5, 1.0):
                assert speed_at(own, k + w, lon, lat, PROFILES[model].code) <= bar / 0.97
        seen += (~left).sum()
    assert seen > 100


def speed_at(nodes, position, lon, lat, code):
    sites = [np.array([one]) for one in (
        lon, lat, np.sin(np.radians(lat)), np.cos(np.radians(lat)))]
    state, u, v = np.empty((6 + profiles.N_SHAPE, 1)), np.empty(1), np.empty(1)
    vortex.winds_at(code, *sites, nodes, False, np.array([position]), np.cos(INFLOW_RAD),
                    np.sin(INFLOW_RAD), state, u, v)
    return float(np.hypot(u[0], v[0]))
