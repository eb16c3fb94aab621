"""Shaking of very many sites: the models on a fine grid, interpolated in between."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from riskcloud.analysis.quake.ground import Ground, Source, ground_at
from riskcloud.geo.points import nearest_window
from riskcloud.hazard.earthquake.rupture import source_distances
from riskcloud.kernels import quake_tables as kernel
from riskcloud.types import Floats

STEP_DEG: Final = 0.01
"""Side of a cell, about 1 km: the medians are then within 0.5 % (2.5 % where many Vs30 are given)
at all but the nearest sites (tests/unit/analysis/test_quake_many.py). Ours."""
MAX_NODES: Final = 400_000
"""Nodes of a grid; a wider region gets a wider step. Ours."""
LEVELS: Final = 9
"""Grids between the least and the largest Vs30, even in its logarithm. Ours."""
OTHERS: Final = ("pga_g", "pgv_cm_s", "sigma_ln", "intensity", "intensity_sigma")


def interpolated(source: Source, lon: Floats, lat: Floats, vs30_m_s: Floats,
                 weights: Mapping[str, float]) -> Ground:
    """Return the shaking at sites, as ``quake_ground.ground_at``, interpolated.

    The site class counts by the Vs30 that stands for it. Arrays are float32.
    """
    x = nearest_window(lon, source.event.lon)
    west, south, east, north = x.min(), lat.min(), x.max(), lat.max()
    step = max(STEP_DEG, float(np.sqrt((east - west + STEP_DEG) * (north - south + STEP_DEG)
                                       / MAX_NODES)))
    grid_x = west + step * np.arange(max(int(np.ceil((east - west) / step)) + 1, 2))
    grid_y = south + step * np.arange(max(int(np.ceil((north - south) / step)) + 1, 2))
    ln_vs30 = np.log(vs30_m_s)
    low, high = float(ln_vs30.min()), float(ln_vs30.max())
    levels = np.array([low]) if high - low < 1e-9 else np.linspace(low, high, LEVELS)
    node_lon, node_lat = (part.ravel() for part in np.meshgrid(grid_x, grid_y))
    node_lon = (node_lon + 180.0) % 360.0 - 180.0
    nodes = np.clip(node_lat, -89.9, 89.9)
    distances = source_distances(source.event, node_lon, nodes)  # the same at every Vs30
    grounds = []
    fields = []
    for level in levels:
        ground = ground_at(source, node_lon, nodes, weights=weights,
                           vs30_m_s=np.full(node_lon.size, np.exp(level)), distances=distances)
        stacked = np.concatenate([ground.ln_pga, ground.tau, ground.phi,
                                  np.stack([getattr(ground, name) for name in OTHERS])])
        fields.append(stacked.reshape(len(stacked), len(grid_y), len(grid_x)))
        grounds.append(ground)
    place = np.zeros(len(lon)) if len(levels) == 1 else (ln_vs30 - low) / (levels[1] - levels[0])
    out = np.empty((len(fields[0]), len(lon)), np.float32)
    kernel.interpolate(np.stack(fields), (x - west) / step, (lat - south) / step, place, out)
    one = grounds[0]
    n = len(one.models)
    found: Any = out  # float32 where the type says float64: half the memory of ten million sites
    others = dict(zip(OTHERS, found[3 * n:], strict=True))
    return Ground(models=one.models, weight=one.weight, ln_pga=found[:n], tau=found[n:2 * n],
                  phi=found[2 * n:3 * n], notes=one.notes, **others)
