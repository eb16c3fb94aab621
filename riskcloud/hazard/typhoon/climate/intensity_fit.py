"""Fit of the intensity's evolution on best tracks: one reproducible function, data in, numbers out.

``fit_step`` needs positions and central pressures alone; the wind has its own fit (wind_fit).
"""

from typing import Final

import numpy as np
from scipy.optimize import least_squares

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.climate import intensity as model
from riskcloud.hazard.typhoon.climate.steps import Steps
from riskcloud.kernels.storm_life import N_SURFACES, surface_of
from riskcloud.kernels.storm_steps import (
    SATURATION_HPA,
    STEP_H,
    YOUNG_STEPS,
    at_place,
    in_season,
    residual_row,
    weakness,
)
from riskcloud.types import Bools, Floats, Ints

NORTHERNMOST: Final = 42.0
"""Steps from farther north do not enter the fit: storms there are no longer tropical (ours)."""
LARGEST_CHANGE_HPA: Final = 45.0
"""Changes of more in six hours are taken for faults of the archive (ours)."""
POTENTIAL_QUANTILE: Final = 0.95
POTENTIAL_WIDTHS: Final = (2.5, 1.5, 25.0)
LOCAL_WIDTH: Final = 1.75
"""Widths of the kernels: degrees of longitude, latitude, days; degrees (ours)."""
LOCAL_PRIOR: Final = 6.0
"""Weight of no pull and no lift, in steps of a strong and of a weak storm (ours)."""
OPEN_SEA: Final = 0.02
"""Share of land around a step below which it is one over sea (ours)."""
SCATTER_PRIOR: Final = 50.0
"""Weight of the basin's spread, in steps (ours)."""
LARGEST_SQUARE: Final = 25.0
"""Squared standardised residuals count for no more in the spread of a place (ours)."""
FIRST_SPREAD: Final = (1.6, 0.085)


def fit_step(steps: Steps) -> model.Intensity:
    """Regression of the deficit's change, its residuals, decay over land and ends of storms.

    steps : whole storms of complete years. Sea steps give the regression by weighted least
    squares (weights from the spread, found in a second round), then pull and lift of places; steps
    that touch land give the rates there. The wind is left empty (``fit_wind``).

    Source
    ------
    A regression of the intensity on its last values, after Vickery, Skerlj & Twisdale (2000),
    J. Struct. Eng. 126, 1222-1237; towards a potential that sets its limit, after James & Mason
    (2005), J. Waterw. Port Coast. Ocean Eng. 131, 181-192. Filling over land exponential, at a rate
    that rises with the deficit: Vickery (2005), J. Appl. Meteor. 44, 1913-1924; by the share of
    land within 110 km of the centre, not the land under it: DeMaria, Knaff & Kaplan (2006), J.
    Appl. Meteor. Climatol. 45, 1491-1499. So a storm fills before its centre is ashore, and narrow
    land fills it less. The potential taken from the archive, the terms of latitude, motion and
    season, pull and lift of places are ours.
    """
    usable = _usable(steps)
    if usable.sum() < 500:
        raise InputError(f"fit_step: {int(usable.sum())} steps with pressures: expected 500")
    potential = _potential(steps)
    facts = _facts(steps, potential)
    ahead = steps.ahead(steps.deficit_hpa)
    over_land = steps.over_land
    sea, land = usable & (over_land < OPEN_SEA), usable & (over_land > 0.0)
    change = ahead - steps.deficit_hpa
    scale = np.clip(steps.deficit_hpa, 0.0, SATURATION_HPA)
    spread, strength = np.array(FIRST_SPREAD), np.maximum(steps.deficit_hpa, 0.0) / SATURATION_HPA
    weak = np.array([weakness(d) for d in steps.deficit_hpa])
    local = np.zeros((2, *model.LOCAL_SHAPE))
    coefficients = np.zeros(19)
    scatter = np.ones(len(steps))
    for _ in range(3):
        weight = 1.0 / (spread[0] + spread[1] * scale) / scatter
        pulled = (strength * _at(local[0], model.LOCAL_AXES, steps)
                  + weak * _at(local[1], model.LOCAL_AXES, steps))
        coefficients = _solve(facts[sea], (change - pulled)[sea], weight[sea])
        left = change - facts @ coefficients
        local = _local(steps.take(sea), left[sea], np.stack([strength, weak])[:, sea], weight[sea])
        left = left - (strength * _at(local[0], model.LOCAL_AXES, steps)
                       + weak * _at(local[1], model.LOCAL_AXES, steps))
        spread = _spread((left / scatter)[sea], scale[sea])
        standard = left / (spread[0] + spread[1] * scale)
        scatters = _scatter(steps.take(sea), standard[sea])
        scatter = _at(scatters, model.LOCAL_AXES, steps)
    sea_change = change - left
    rates, on_land = _fit_land(steps, sea_change, ahead, land)
    inland = land & (over_land > 0.9)
    land_spread = _spread((ahead - on_land)[inland], scale[inland])
    parameters = np.concatenate([coefficients, rates, spread, land_spread])
    predicted = np.where(over_land > 0.0, on_land, steps.deficit_hpa + sea_change)
    whole = (scatter * (1.0 - over_land) * (spread[0] + spread[1] * scale)
             + over_land * (land_spread[0] + land_spread[1] * scale))
    peak, _ = life_so_far(steps)
    residuals = _quantiles(((ahead - predicted) / whole)[usable], steps.deficit_hpa[usable],
                           peak[usable], over_land[usable])
    return model.Intensity(parameters, potential, np.concatenate([local, scatters[None]]),
                           residuals, _lysis(steps), model.WindModel(np.zeros(5), np.zeros(4), 0.0))


def _usable(steps: Steps) -> Bools:
    change = steps.ahead(steps.deficit_hpa) - steps.deficit_hpa
    return np.asarray(np.isfinite(change) & (np.abs(change) <= LARGEST_CHANGE_HPA)
                      & (steps.lat < NORTHERNMOST) & np.isfinite(steps.mainland))


def _potential(steps: Steps) -> Floats:
    """Deficit that weighted storms near a place and month exceed in five of a hundred fixes."""
    known = np.flatnonzero(np.isfinite(steps.deficit_hpa))
    known = known[np.argsort(steps.deficit_hpa[known], kind="stable")]
    lon, lat, day, deficit = (values[known] for values in (
        steps.lon, steps.lat, steps.day, steps.deficit_hpa))
    first_lon, step_lon, first_lat, step_lat = model.POTENTIAL_AXES
    grid = np.full(model.POTENTIAL_SHAPE, np.nan)
    months = [(day - (k + 0.5) * 365.25 / 12 + 182.6) % 365.25 - 182.6 for k in range(12)]
    seasons = [np.exp(-0.5 * (apart / POTENTIAL_WIDTHS[2]) ** 2) for apart in months]
    for i in range(grid.shape[1]):
        across = np.exp(-0.5 * ((lat - first_lat - i * step_lat) / POTENTIAL_WIDTHS[1]) ** 2)
        for j in range(grid.shape[2]):
            near = across * np.exp(
                -0.5 * ((lon - first_lon - j * step_lon) / POTENTIAL_WIDTHS[0]) ** 2)
            for k in range(12):
                total = np.cumsum(near * seasons[k])
                if total[-1] >= 20.0:
                    at = np.searchsorted(total, POTENTIAL_QUANTILE * total[-1])
                    grid[k, i, j] = deficit[at]
    return _filled(grid)


def _filled(grid: Floats) -> Floats:
    """Return the grid with its gaps taken from the nearest node of the same or another month."""
    from scipy.ndimage import distance_transform_edt

    gaps = np.isnan(grid)
    if gaps.all():
        raise InputError("fit_step: too few fixes for a potential anywhere")
    nearest = distance_transform_edt(gaps, sampling=(1.5, 1.0, 1.0), return_distances=False,
                                     return_indices=True)
    return np.asarray(np.maximum(grid[tuple(nearest)], 15.0))


def _ends(steps: Steps) -> tuple[Floats, Floats]:
    lon, lat = steps.ahead(steps.lon), steps.ahead(steps.lat)
    return (np.where(np.isfinite(lon), lon, steps.lon), np.where(np.isfinite(lat), lat, steps.lat))


def _at(grid: Floats, axes: tuple[float, ...], steps: Steps) -> Floats:
    lon, lat = _ends(steps)
    where = np.array(axes)
    return np.array([at_place(grid, where, x, y) for x, y in zip(lon, lat, strict=True)])


def _facts(steps: Steps, potential: Floats) -> Floats:
    """Predictors of the change over sea (n, 19): kernels.storm_steps.deficit_ahead's terms."""
    lon, lat = _ends(steps)
    axes = np.array(model.POTENTIAL_AXES)
    limit = np.array([in_season(potential, axes, day + STEP_H / 24.0, x, y)
                      for day, x, y in zip(steps.day, lon, lat, strict=True)])
    d = steps.deficit_hpa
    change = d - steps.shifted(d, 1)
    d1, d2, d3 = (np.nan_to_num(v) for v in (
        change, steps.shifted(change, 1), steps.shifted(change, 2)))
    before = np.nan_to_num(steps.shifted(steps.over_land, 1))
    season = np.cos(2.0 * np.pi * (steps.day - 240.0) / 365.25)
    peak, age = life_so_far(steps)
    young = np.maximum(1.0 - age / YOUNG_STEPS, 0.0)
    return np.column_stack([
        np.ones_like(d), d1 * (1.0 - before), d1 * before, d2, d3, d, d * d / limit, limit, lat,
        lat * lat, d * lat, before * d, steps.east, steps.north, season, season * d,
        1.0 - d / peak, young, peak - d])


def life_so_far(steps: Steps) -> tuple[Floats, Floats]:
    """Largest deficit of each fix's storm until then [hPa], and steps since its first; (n,)."""
    peak, age = np.full(len(steps), model.LEAST_HPA), np.zeros(len(steps))
    for i, deficit in enumerate(np.maximum(np.nan_to_num(steps.deficit_hpa), model.LEAST_HPA)):
        follows = i > 0 and steps.storm[i] == steps.storm[i - 1]
        born = follows and (age[i - 1] > 0.0 or np.isfinite(steps.deficit_hpa[i - 1]))
        peak[i] = max(deficit, peak[i - 1]) if follows else deficit
        age[i] = age[i - 1] + 1.0 if born else 0.0
    return peak, age


def _solve(facts: Floats, target: Floats, weight: Floats) -> Floats:
    return np.asarray(np.linalg.lstsq(facts * weight[:, None], target * weight, rcond=None)[0])


def _local(sea: Steps, left: Floats, parts: Floats, weight: Floats) -> Floats:
    """What the regression leaves at each node (2, LOCAL_SHAPE): pull of strong, lift of weak.

    Kernel-weighted least squares on both parts (2, n), each drawn to none (a ridge).
    """
    square, right = np.empty((*model.LOCAL_SHAPE, 2, 2)), np.empty((*model.LOCAL_SHAPE, 2, 1))
    for a, part in enumerate(parts):
        # the prior counts steps of the storms that a part is for
        precision = weight**2 / np.median(weight[part >= 0.7]) ** 2 * part
        right[..., a, 0] = _gathered(sea, precision * left)
        for b, other in enumerate(parts):
            square[..., a, b] = _gathered(sea, precision * other)
        square[..., a, a] += LOCAL_PRIOR
    return np.asarray(np.moveaxis(np.linalg.solve(square, right)[..., 0], -1, 0))


def _scatter(sea: Steps, standard: Floats) -> Floats:
    """Kernel-weighted root mean square of the standardised residual at each node."""
    square = np.minimum(standard**2, LARGEST_SQUARE)
    return np.asarray(np.sqrt((_gathered(sea, square) + SCATTER_PRIOR)
                              / (_gathered(sea, np.ones_like(square)) + SCATTER_PRIOR)))


def _gathered(sea: Steps, values: Floats) -> Floats:
    """Sum of values (n,) at each node of LOCAL_SHAPE, weighted by a Gaussian of LOCAL_WIDTH."""
    first_lon, step_lon, first_lat, step_lat = model.LOCAL_AXES
    rows, columns = model.LOCAL_SHAPE
    lat = (sea.lat - first_lat - step_lat * np.arange(rows)[:, None]) / LOCAL_WIDTH
    lon = (sea.lon - first_lon - step_lon * np.arange(columns)[:, None]) / LOCAL_WIDTH
    return np.asarray((np.exp(-0.5 * lat**2) * values) @ np.exp(-0.5 * lon**2).T)


def _spread(left: Floats, scale: Floats) -> Floats:
    """Straight line of the standard deviation against the deficit, by classes of 5 hPa."""
    group = np.minimum(scale // 5.0, 8).astype(np.int64)
    rows = [(scale[group == k].mean(), left[group == k].std(), np.sqrt((group == k).sum()))
            for k in range(9) if (group == k).sum() >= 10]
    x, sd, weight = np.array(rows).T
    slope, level = np.polyfit(x, sd, 1, w=weight / sd)
    return np.array([max(level, 0.3), max(slope, 0.0)])


def _fit_land(steps: Steps, sea_change: Floats, ahead: Floats,
              land: Bools) -> tuple[Floats, Floats]:
    """Parameters 19 to 25 of the step, and the deficits they lead to (n,).

    Filling a0 + a1 deficit [1/h] over the mainland, islands, the high island; power of the share.
    """
    over_land = np.maximum(steps.over_land, 1e-9)
    start = steps.deficit_hpa + (1.0 - over_land) * sea_change
    strength = np.maximum(steps.deficit_hpa, 0.0)

    def filled(p: Floats) -> Floats:
        rate = ((p[0] + p[1] * strength) * steps.mainland
                + (p[2] + p[3] * strength) * steps.island
                + (p[4] + p[5] * strength) * steps.high) / over_land
        kept = np.exp(-STEP_H * rate * over_land ** p[6])
        return np.asarray(np.where(start > 0.0, start * kept, start))

    weight = 1.0 / (1.0 + 0.06 * np.clip(steps.deficit_hpa[land], 0.0, SATURATION_HPA))
    found = least_squares(lambda p: (filled(p) - ahead)[land] * weight,
                          [0.03, 1e-3, 0.01, 5e-4, 0.01, 5e-4, 0.7],
                          x_scale=[0.01, 1e-3, 0.01, 1e-3, 0.01, 1e-3, 0.1],
                          bounds=([0.0] * 6 + [0.2], [0.3, 0.01] * 3 + [1.5])).x
    return np.asarray(found), filled(found)


def _quantiles(standard: Floats, deficit: Floats, peak: Floats, over_land: Floats) -> Floats:
    edges = np.array(model.RESIDUAL_EDGES_HPA)
    row = np.array([residual_row(d, most, share, edges)
                    for d, most, share in zip(deficit, peak, over_land, strict=True)])
    at = np.linspace(0.0, 1.0, model.N_QUANTILES)
    at[0], at[-1] = 0.0005, 0.9995  # the extremes of the sample are mostly faults
    return np.stack([np.quantile(standard[row == k], at) for k in range(len(edges) + 3)])


def _lysis(steps: Steps) -> Floats:
    """Share of fixes that are a storm's last with a pressure, one fix and a share added."""
    known = np.flatnonzero(np.isfinite(steps.deficit_hpa) & (steps.lat < 50.0))
    last = np.ones(len(known), bool)
    last[:-1] = steps.storm[known][1:] != steps.storm[known][:-1]
    surface, level, band = lysis_class(steps, known)
    table = np.zeros((N_SURFACES, len(model.LYSIS_DEFICIT_HPA) + 1, len(model.LYSIS_LAT) + 1))
    count = np.zeros_like(table)
    np.add.at(table, (surface, level, band), last)
    np.add.at(count, (surface, level, band), 1.0)
    return np.asarray((table + last.mean()) / (count + 1.0))


def lysis_class(steps: Steps, rows: Ints) -> tuple[Ints, Ints, Ints]:
    """Surface (storm_life.surface_of), deficit and latitude class of rows with a deficit."""
    before = np.nan_to_num(steps.shifted(steps.mainland, 1))[rows]
    deficit = np.maximum(steps.deficit_hpa[rows], model.LEAST_HPA)
    peak = life_so_far(steps)[0][rows]
    surface = [surface_of(*facts) for facts in zip(before, steps.lon[rows], deficit, peak,
                                                   strict=True)]
    return (np.array(surface, np.int64),
            np.searchsorted(model.LYSIS_DEFICIT_HPA, deficit, side="right"),
            np.searchsorted(model.LYSIS_LAT, steps.lat[rows], side="right"))
