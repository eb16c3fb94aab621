"""Return-period stacks: values at the periods of the layers, and between them in ln(period)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError, Problem
from riskcloud.geo.overlay.raster import RasterLayer
from riskcloud.geo.overlay.sample import NODATA, OK, sample_points
from riskcloud.types import Floats


@dataclass(frozen=True, slots=True)
class Stacked:
    """Values of a stack: period_yr (n_periods,) ascending; value, status (n_points, n_periods)."""

    period_yr: Floats
    value: Floats
    status: npt.NDArray[np.uint8]
    unit: str
    notes: tuple[str, ...] = ()


def sample_stack(layers: Sequence[RasterLayer], period_yr: Sequence[float], lon: Floats,
                 lat: Floats, *, method: str = "nearest") -> Stacked:
    """Return the values of layers of return periods at points.

    Parameters
    ----------
    layers, period_yr : one band each, with its return period [yr]; any order.
    lon, lat : (n_points,) degrees WGS84.

    Raises
    ------
    InputError : a period given twice, layers of several bands, or of different units.
    """
    periods = np.asarray(period_yr, np.float64)
    if len(np.unique(periods)) < len(periods):
        twice = [f"{value:g}" for value in np.unique(periods) if (periods == value).sum() > 1]
        raise InputError(f"return period {', '.join(twice)} given twice", [
            Problem(0, "return_period_yr", twice[0], "give one layer a return period")])
    units = {layer.unit for layer in layers}
    if len(units) > 1:
        raise InputError("a stack of different units: " + ", ".join(
            sorted(repr(unit) for unit in units)))
    value = np.empty((len(lon), len(layers)))
    status = np.empty(value.shape, np.uint8)
    notes: list[str] = []
    for k, place in enumerate(np.argsort(periods)):
        if len(layers[place].bands) != 1:
            raise InputError(f"{layers[place].source}: {len(layers[place].bands)} bands; "
                             "expected one a return period")
        found = sample_points(layers[place], lon, lat, method=method)
        value[:, k], status[:, k] = found.value[:, 0], found.status[:, 0]
        notes += [f"{layers[place].source}: {note}"
                  for note in (*layers[place].notes, *found.notes)]
    falling = np.any(np.diff(value, axis=1) < 0.0, axis=1)
    if falling.any():
        notes.append(f"{int(falling.sum())} place(s) where a longer return period has the "
                     "smaller value")
    return Stacked(np.sort(periods), value, status, layers[0].unit, tuple(dict.fromkeys(notes)))


def at_period(stacked: Stacked, period_yr: float) -> tuple[Floats, npt.NDArray[Any]]:
    """Return value and status (n_points,) at a return period [yr], straight in ln(period).

    NaN where one of the two layers around it has no value: nodata is unknown, not dry. At a
    layer's own period that layer alone counts.

    Raises
    ------
    InputError : a period beyond those of the stack; nothing is extrapolated.
    """
    periods = stacked.period_yr
    if not periods[0] <= period_yr <= periods[-1]:
        raise InputError(f"return period {period_yr:g} years is beyond the stack", [Problem(
            0, "return_period_yr", f"{period_yr:g}",
            f"give years from {periods[0]:g} to {periods[-1]:g}: nothing is extrapolated")])
    above = int(np.searchsorted(periods, period_yr))
    if periods[above] == period_yr:
        return stacked.value[:, above], stacked.status[:, above]
    share = np.log(period_yr / periods[above - 1]) / np.log(periods[above] / periods[above - 1])
    low, high = stacked.value[:, above - 1], stacked.value[:, above]
    status = np.maximum(stacked.status[:, above - 1], stacked.status[:, above])
    value = np.where(low == high, low, low + share * (high - low))
    return value, np.where(np.isnan(value) & (status == OK), NODATA, status).astype(np.uint8)
