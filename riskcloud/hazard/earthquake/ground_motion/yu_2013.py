"""Yu, Li and Xiao (2013) at sites: the attenuation behind the zonation map GB 18306-2015.

The model gives the motion along two axes, along the strike and across it, as a function of
epicentral distance. Between them the curve of equal motion is an ellipse with these half axes; the
motion at a site is that of the ellipse through it (``kernels/yu_2013.py``), so that it falls with
distance everywhere and equals the published form on the axes.

Without a strike each ellipse is replaced by the circle of the same area (our choice: the area
shaken above any level, and so the expected loss of an even portfolio, stays the same).
"""

from functools import cache
from typing import Final

import numpy as np

from riskcloud.errors import ModelError
from riskcloud.hazard.earthquake.ground_motion import tables
from riskcloud.kernels import yu_2013 as kernel
from riskcloud.types import Floats
from riskcloud.units import GRAVITY_M_S2

NAME: Final = "yu_2013"
MEASURES: Final = ("pga", "pgv")
DISTANCES: Final = ("epicentral", "openquake_15km")
"""What R is: ``epicentral``, as published; ``openquake_15km``, as that program has it: a depth of
15 km whatever the event's. Its two axes then reach different levels, which it interpolates in a way
that fails below 1 cm/s2; here they are weighted by the squared cosines of the azimuth (ours)."""


def yu_2013(epicentral_km: Floats, azimuth_deg: Floats, *, measure: str, ms: float, region: str,
            strike_deg: float | None, distance: str = "epicentral") -> tuple[Floats, float]:
    """Ground motion at site class II.

    Parameters
    ----------
    epicentral_km, azimuth_deg : (n,) distance [km] and direction from the epicentre [degrees].
    measure : ``pga`` [g] or ``pgv`` [cm/s].
    ms : surface-wave magnitude.
    region : ``tibetan``, ``active``, ``eastern`` or ``stable``.
    strike_deg : direction of the long axis; None where unknown.
    distance : one of ``DISTANCES``.

    Returns
    -------
    Median (n,) and the total standard deviation of its natural logarithm: the model has no split.

    Raises
    ------
    ModelError : a measure, region or distance that the model does not have.

    Source
    ------
    models/ground_motion/yu_2013/card.toml.
    """
    if measure not in MEASURES:
        raise ModelError(f"{NAME} has no {measure!r}; it has {', '.join(MEASURES)}")
    if distance not in DISTANCES:
        raise ModelError(f"{NAME} has no distance {distance!r}; it has {', '.join(DISTANCES)}")
    lines = axis_lines(region, measure, ms)
    names = sorted(lines, key=lambda axis: _at_zero(lines[axis]))  # the inner axis first
    axes = np.array([*lines[names[0]], *lines[names[1]]])
    sigma = _rows(region, measure)["long"]["sigma_ln"]
    circle = strike_deg is None
    inner_azimuth = (strike_deg or 0.0) + (90.0 if names[0] == "short" else 0.0)
    inner, outer, out = (np.empty(len(epicentral_km)) for _ in range(3))
    kernel.ellipse_axes(epicentral_km, azimuth_deg, inner_azimuth, axes, circle, inner, outer)
    scale = 1.0 if measure == "pgv" else 0.01 / GRAVITY_M_S2
    if distance == "epicentral":
        kernel.levels(inner, outer, axes, scale, out)
    else:
        depth = float(tables.card(NAME)["openquake_depth_km"])
        kernel.levels_at_depth(inner, outer, azimuth_deg, inner_azimuth, axes, circle, depth, scale,
                               out)
    return out, sigma


def axis_lines(region: str, measure: str, ms: float) -> dict[str, tuple[float, float, float]]:
    """Return a, c, d of ln Y = a + c ln(R + d) along the ``long`` and the ``short`` axis.

    R in km, Y in cm/s2 (pga) or cm/s (pgv).

    Raises
    ------
    ModelError : a region or measure the model does not have.
    """
    high = "_high" if ms > tables.card(NAME)["magnitude_break"] else ""
    return {axis: (row[f"a{high}"] + row[f"b{high}"] * ms, row["c"],
                   row["d"] * float(np.exp(row["e"] * ms)))
            for axis, row in _rows(region, measure).items()}


def _at_zero(line: tuple[float, float, float]) -> float:
    a, c, d = line
    return a + c * float(np.log(d))


@cache
def _table() -> dict[tuple[str, str], dict[str, dict[str, float]]]:
    """Return the coefficients by region and measure, then axis, then column."""
    keep = ("a", "b", "a_high", "b_high", "c", "d", "e", "sigma_ln")
    table: dict[tuple[str, str], dict[str, dict[str, float]]] = {}
    for row in tables.card(NAME).rows("coefficients.csv"):
        axes = table.setdefault((row["region"], row["measure"]), {})
        axes[row["axis"]] = {key: float(row[key]) for key in keep}
    return table


def _rows(region: str, measure: str) -> dict[str, dict[str, float]]:
    known = list(dict.fromkeys(name for name, _ in _table()))
    if region not in known:
        raise ModelError(f"{NAME} has no region {region!r}; it has {', '.join(known)}")
    return _table()[region, measure]
