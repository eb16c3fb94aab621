"""Layers on the losses of a year: what they are expected to pay, and the premium that covers it."""

from collections.abc import Sequence
from dataclasses import asdict

from riskcloud.analysis.ep.run import Entry, Group, Sampling
from riskcloud.loss.statistics.layers import (
    Layer,
    LayerCost,
    poisson_layer_cost,
    simulated_layer_cost,
)


def layer_costs(group: Group, sampling: Sampling, layers: Sequence[Layer]) -> list[Entry]:
    """Return the cost of each layer on a group's losses, samples as extra years (see ``Layer``)."""
    rows = []
    for layer in layers:
        cost = _cost(group, sampling, layer)
        rows.append({
            **group.who, "calc": sampling.calcs()[0], "attachment": layer.attachment,
            "limit": layer.limit, "aggregate_attachment": layer.aggregate_attachment,
            "aggregate_limit": layer.limit_a_year,
            "reinstatements": None if layer.charges is None else len(layer.charges),
            **asdict(cost)})
    return rows


def _cost(group: Group, sampling: Sampling, layer: Layer) -> LayerCost:
    basis, cells = sampling.basis, group.cells
    if basis.year is not None and basis.kind == "years":
        return simulated_layer_cost(
            layer, basis.year[cells.event], cells.loss, n_years=basis.n_years,
            sample=sampling.place[cells.member], n_samples=sampling.n)
    assert basis.annual_rate is not None
    return poisson_layer_cost(layer, basis.annual_rate[cells.event] / sampling.n, cells.loss,
                              activity_cv=sampling.activity_cv)
