"""Compound distributions and layers against the package aggregate 0.30.1.

Source: aggregate_values.csv, made by make_aggregate_values.py. Both are a Fourier transform on a
lattice, but by different hands. Discrete losses lie on both lattices: all must agree to the ten
digits of the file. Of continuous ones aggregate puts each loss on the nearest point, which moves
quantiles by a step at most and means by a second-order term; ours keeps means and tells how far a
quantile may be off.
"""

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from riskcloud.loss.statistics.compound import aggregate_exceedance
from riskcloud.loss.statistics.layers import Layer, lattice_layer_cost, poisson_layer_cost
from riskcloud.loss.statistics.poisson import occurrence_exceedance, rate_losses
from riskcloud.loss.statistics.severity import Severity, compound_exceedance

PERIODS = np.array([5, 10, 20, 50, 100, 250.0])
LOSS = np.array([10.0, 20.0, 50.0, 100.0, 200.0])
CHANCE = np.array([0.40, 0.30, 0.15, 0.10, 0.05])


def cases():
    with Path(__file__).with_name("aggregate_values.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def layer_of(words, where):
    """Limit and attachment of a sentence's layer; none lets all pass."""
    if f"{where} ceded to " not in words:
        return np.inf, 0.0
    part = words.split(f"{where} ceded to ")[1].split(" ")
    return float(part[0]), float(part[2])


def severity_of(words):
    kind, mean, _, cv = words.split("sev ")[1].split(" ")[:4]
    limit, attachment = layer_of(words, "occurrence")
    return Severity({"lognorm": "lognormal"}.get(kind, kind), float(mean), float(cv), attachment,
                    limit)


def number_of(words):
    number = float(words.split(" ")[0])
    return number, float(words.split("mixed gamma ")[1].split(" ")[0]) if "mixed" in words else 0.0


@cache
def sum_of(words):
    """The year's sum behind the layer by event, as ours finds it."""
    number, activity_cv = number_of(words)
    if "dsev" not in words:
        return compound_exceedance(severity_of(words), number, PERIODS, activity_cv=activity_cv)
    limit, attachment = layer_of(words, "occurrence")
    left = np.clip(LOSS - attachment, 0.0, limit)
    return aggregate_exceedance(rate_losses(number * CHANCE, left, activity_cv=activity_cv),
                                PERIODS)


CASES = cases()
PLAIN = [case for case in CASES if "aggregate ceded" not in case["declaration"]]
LAYERED = [case for case in CASES if "occurrence" in case["declaration"]
           or "aggregate ceded" in case["declaration"]]


def exact(case):
    return "dsev" in case["declaration"]


def column(case, name):
    return np.array([float(case[f"{name}_{t:g}"]) for t in PERIODS])


@pytest.mark.parametrize("case", PLAIN, ids=lambda case: case["case"])
def test_losses_by_return_period(case):
    found = sum_of(case["declaration"])
    step = 0.0 if exact(case) else float(case["step"])
    assert (np.abs(found.loss - column(case, "q")) <= found.error + step).all()
    assert found.error.max() <= 1.5e-3 * max(found.loss.max(), found.tvar.max())
    # heavy_rare: aggregate's lattice ends at 4,096 and loses 1.8e-4 of the mean, in the tail
    rel = 1e-8 if exact(case) else 2e-4 if "heavy" in case["case"] else 5e-6
    assert found.tvar == pytest.approx(column(case, "tvar"), rel=rel, abs=2e-4 if "heavy" in
                                       case["case"] else 0.0)


@pytest.mark.parametrize("case", PLAIN, ids=lambda case: case["case"])
def test_mean_and_spread(case):
    found = sum_of(case["declaration"]).lattice
    point = np.arange(len(found.probability)) * found.step
    mean = (found.probability * point).sum()
    sd = np.sqrt((found.probability * (point - mean) ** 2).sum())
    rel = 1e-8 if exact(case) else 5e-3 if "heavy" in case["case"] else 5e-6
    assert [mean, sd] == pytest.approx([float(case["mean"]), float(case["sd"])], rel=rel)
    if "layer" not in case["case"] and not exact(case):
        severity, (number, cv) = severity_of(case["declaration"]), number_of(case["declaration"])
        # closed form: mean m E[X], variance m E[X^2] + (c m E[X])^2, without the losses of which
        # 1e11 years bring one: 3.5e-5 of the variance where the tail is heavy
        assert mean == pytest.approx(number * severity.mean, rel=1e-7)
        assert sd**2 == pytest.approx(severity.mean**2 * (
            number * (1 + severity.cv**2) + (cv * number) ** 2), rel=5e-5)


@pytest.mark.parametrize("case", LAYERED, ids=lambda case: case["case"])
def test_cost_of_layers(case):
    words = case["declaration"]
    limit, attachment = layer_of(words, "occurrence")
    most, least = layer_of(words, "aggregate")
    layer = Layer(attachment, limit, aggregate_attachment=least, aggregate_limit=most)
    number, activity_cv = number_of(words)
    if exact(case):
        found = poisson_layer_cost(layer, number * CHANCE, LOSS, activity_cv=activity_cv)
    else:
        found = lattice_layer_cost(layer, sum_of(words).lattice)
    rel = 1e-8 if exact(case) else 2e-5
    assert [found.capped, found.sd] == pytest.approx([float(case["mean"]), float(case["sd"])],
                                                     rel=rel)
    # chances of a continuous sum at one point: each side's lattice moves it by a step's mass
    loose = 1e-8 if exact(case) else 1e-2
    assert found.attaches == pytest.approx(float(case["attaches"]), rel=loose)
    if case["exhausts"]:
        assert found.exhausts == pytest.approx(float(case["exhausts"]), rel=loose)


def test_one_limit_a_year_is_a_layer_without_reinstatement():
    """aggregate's ``aggregate ceded to 100 xs 0`` is our layer with no charge at all."""
    case = next(one for one in CASES if one["case"] == "discrete_layer_of_one_limit")
    found = poisson_layer_cost(Layer(50.0, 100.0, ()), 0.5 * CHANCE, LOSS)
    assert found.capped == pytest.approx(float(case["mean"]), rel=1e-8)
    assert found.exhausts == pytest.approx(float(case["exhausts"]), rel=1e-8)


def test_largest_event_of_clustered_years_by_hand():
    """A negative binomial number with c = 1 is geometric: P(N = 0) = 1 / (1 + rate)."""
    events = rate_losses(0.5 * CHANCE, LOSS, activity_cv=1.0)
    # rates above: 200: 0.025, 100: 0.075, 50: 0.15; P(largest >= x) = rate / (1 + rate)
    loss, tvar = occurrence_exceedance(events, np.array([10.0, 50.0]))
    assert loss.tolist() == [50.0, 200.0]  # 0.075/1.075 = 0.0698 < 0.1 < 0.15/1.15 = 0.1304
    by_hand = (200 * (0.025 / 1.025) + 100 * (0.075 / 1.075 - 0.025 / 1.025)
               + 50 * (0.1 - 0.075 / 1.075)) / 0.1
    assert tvar[0] == pytest.approx(by_hand, rel=1e-12)
