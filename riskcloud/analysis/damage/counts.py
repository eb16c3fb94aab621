"""How many structures a storm should have brought down, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskcloud.analysis.damage.winds import Gusts
from riskcloud.types import Floats
from riskcloud.vulnerability.curve import Curve, Fragility
from riskcloud.vulnerability.library import Choice, choose, load_curve

N_Z: Final = 9
"""Gauss-Hermite nodes over a curve's own spread."""
BIN: Final = 0.004
"""Curves are evaluated at intensities this far apart in their logarithm: sums right to 0.1 %."""
CALM_GUST_M_S: Final = 15.0
"""Below this no curve fails a structure more than once in a million (ours; a near gale's mean)."""
EXPOSED_GUST_M_S: Final = 24.5
"""Structures whose mean modelled gust reaches Beaufort 10 are the exposed of a rate (ours)."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected number lost of one group of structures, by what it hangs on.

    number (n_fields, n_members, N_Z): by wind field, curve of the group and spread of that curve;
    cost the same in CNY. field_weight, member_weight, z_weight sum to 1. curve_id (n_members,).
    total and exposed: structures in the group, and those of them in gusts of
    ``EXPOSED_GUST_M_S`` and more.
    """

    number: Floats
    cost: Floats
    field_weight: Floats
    member_weight: Floats
    z_weight: Floats
    curve_id: tuple[str, ...]
    count_sigma: float
    total: float
    exposed: float

    @property
    def mean(self) -> float:
        """Return the expected number over all of them."""
        return float(self.by_member @ self.member_weight)

    @property
    def mean_cost(self) -> float:
        """Return the expected cost over all of them [CNY]."""
        return float(np.einsum("fmz,f,m,z->", self.cost, self.field_weight, self.member_weight,
                               self.z_weight))

    @property
    def by_member(self) -> Floats:
        """Return the expected number by each curve alone (n_members,)."""
        return np.asarray(np.einsum("fmz,f,z->m", self.number, self.field_weight, self.z_weight))

    @property
    def by_field(self) -> Floats:
        """Return the expected number by each wind field alone (n_fields,)."""
        return np.asarray(np.einsum("fmz,m,z->f", self.number, self.member_weight, self.z_weight))


def expected_losses(table: pd.DataFrame, gusts: Gusts, *, unit_cost: Floats, count_sigma: float,
                    ) -> list[Expected]:
    """Expected number of structures lost, one entry a set of curves.

    Parameters
    ----------
    table : rows of ``exposed.Structures``, in the order of the gusts' sites.
    gusts : of one storm.
    unit_cost : (n,) cost of one structure lost [CNY].
    count_sigma : sd of ln of how many structures there are.

    Returns
    -------
    Entries whose structures share their curves: by the draws of :func:`draw_counts` each has its
    own shares of them, while wind field and count are common to all.
    """
    known = np.isfinite(table["design_gust_m_s"].to_numpy())
    sets: dict[tuple[Choice, ...], npt.NDArray[np.bool_]] = {}
    classes = table["asset_class"].to_numpy(dtype=object)
    for name, has in sorted({(str(c), bool(k)) for c, k in zip(classes, known, strict=True)}):
        chosen = choose(name, "", "CN", has)
        key = tuple(Choice("", "", "", row.design_wind, row.curve_id, row.weight, "")
                    for row in chosen)
        mask = sets.setdefault(key, np.zeros(len(table), dtype=bool))
        mask |= (classes == name) & (known == has)
    mean = gusts.mean_m_s
    return [_of_set(key, table[mask], gusts.gust_m_s[:, mask], gusts.weight, mean[mask],
                    unit_cost[mask], count_sigma) for key, mask in sets.items()]


def _of_set(members: Sequence[Choice], table: pd.DataFrame, gust: Floats, field_weight: Floats,
            mean: Floats, unit_cost: Floats, count_sigma: float) -> Expected:
    z, z_weight = np.polynomial.hermite_e.hermegauss(N_Z)
    number = np.zeros((len(gust), len(members), N_Z))
    cost = np.zeros_like(number)
    many, supports = table["number"].to_numpy(float), table["supports"].to_numpy(int)
    design = table["design_gust_m_s"].to_numpy(float)
    curves = [load_curve(member.curve_id) for member in members]
    for f, field in enumerate(gust):
        for each in np.unique(supports):
            here = (field >= CALM_GUST_M_S) & (supports == each)
            binned = {by_ratio: _binned(field[here] / (design[here] if by_ratio else 1.0),
                                        many[here], (many * unit_cost)[here])
                      for by_ratio in {curve.measure == "gust_ratio" for curve in curves}}
            for m, curve in enumerate(curves):
                x, pieces, value = binned[curve.measure == "gust_ratio"]
                for k, node in enumerate(z):
                    lost = collapse_probability(curve, x, float(np.exp(curve.spread_sigma * node)))
                    # a platform on two poles is down when one of them is
                    lost = 1.0 - (1.0 - lost) ** each
                    number[f, m, k] += float(pieces @ lost)
                    cost[f, m, k] += float(value @ lost)
    return Expected(number, cost, field_weight, np.array([row.weight for row in members]),
                    z_weight / z_weight.sum(), tuple(row.curve_id for row in members), count_sigma,
                    float(many.sum()), float(many[mean >= EXPOSED_GUST_M_S].sum()))


def _binned(x: Floats, number: Floats, value: Floats) -> tuple[Floats, Floats, Floats]:
    """Intensities every ``BIN`` of their logarithm, with the structures and costs there.

    Each is shared to both neighbours so that the mean of ln x stays.
    """
    if not len(x):
        return np.ones(1), np.zeros(1), np.zeros(1)
    place = np.log(x) / BIN
    low = np.floor(place).astype(np.int64)
    first = int(low.min())
    up, n = place - low, int(low.max()) - first + 2
    sums = [np.asarray(np.bincount(low - first, weights * (1.0 - up), n) + np.bincount(
        low - first + 1, weights * up, n), dtype=np.float64) for weights in (number, value)]
    return np.exp((first + np.arange(n)) * BIN), sums[0], sums[1]


def collapse_probability(curve: Curve, intensity: Floats, factor: float) -> Floats:
    """Chance that a structure is lost: that of the curve's worst state, or its mean damage ratio.

    A curve whose worst state costs less than the whole (a conductor down, the pole standing) loses
    that share of the structure.
    """
    if isinstance(curve, Fragility):
        worst = curve.evaluate(intensity, factor)[-1]
        return np.asarray(worst * min(float(curve.consequence[-1]), 1.0))
    return curve.mean_ratio(intensity, factor)


@dataclass(frozen=True, slots=True)
class Draws:
    """Drawn numbers lost and their cost [CNY], (n_draws,) each."""

    number: Floats
    cost: Floats


def draw_counts(groups: Sequence[Expected], *, rng: np.random.Generator, n_draws: int = 20_000,
                cost_sigma: float = 0.0) -> Draws:
    """Draw what a storm brings down in groups of structures together.

    Wind field, how many structures there are and what one costs are drawn once for all groups, the
    shares of the curves and their spread once a group, the number itself from Poisson's law:
    structures fail by themselves given all that (the binomial law of rare events; clusters along a
    line are not in it).

    A province's poles are of many makes, ages and sites, and each curve is of one make: a group
    is a mixture. Its shares follow Dirichlet's law around the weights, with as many
    pseudo-structures as curves (ours: between one curve for all and the weights for certain).
    The mean is that of the weights.

    Parameters
    ----------
    groups : of one storm, the same wind fields. cost_sigma : sd of ln of the cost of one.

    Source
    ------
    The number of rare independent failures: Le Cam (1960), Pacific J. Math. 10, 1181-1197.
    """
    number, cost = np.zeros(n_draws), np.zeros(n_draws)
    if not groups:
        return Draws(number, cost)
    field = rng.choice(len(groups[0].field_weight), size=n_draws, p=groups[0].field_weight)
    many, dear = rng.standard_normal(n_draws), rng.standard_normal(n_draws)
    for group in groups:
        share = rng.dirichlet(len(group.member_weight) * group.member_weight, size=n_draws)
        spread = rng.choice(N_Z, size=n_draws, p=group.z_weight)
        lost, price = (np.einsum("dm,dm->d", share, table[field, :, spread])
                       for table in (group.number, group.cost))
        s = group.count_sigma
        expected = lost * np.exp(s * many - 0.5 * s * s)
        drawn = rng.poisson(expected).astype(float)
        each = np.divide(price, lost, out=np.zeros(n_draws), where=lost > 0.0)
        number += drawn
        cost += drawn * each
    return Draws(number, cost * np.exp(cost_sigma * dear - 0.5 * cost_sigma**2))
