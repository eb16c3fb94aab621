"""Local relief of the land: how high the hills of a region stand above its valleys."""

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from riskcloud.catalog import Card, load_card

RELIEF_MODEL: Final = "terrain_tiles_5min"
CELLS_PER_DEG: Final = 12


def relief_card() -> Card:
    """Return the card of the shipped relief."""
    return load_card("relief", RELIEF_MODEL)


@cache
def _steps() -> npt.NDArray[np.uint8]:
    """Return the steps of all cells, from 90 N and 180 W; 0 where the layer ends."""
    import rasterio

    card = relief_card()
    out = np.zeros((180 * CELLS_PER_DEG, 360 * CELLS_PER_DEG), dtype=np.uint8)
    with rasterio.open(card.file(card["relief"]["file"])) as file:
        top = round((90.0 - file.bounds.top) * CELLS_PER_DEG)
        out[top:top + file.height] = file.read(1)
    out.flags.writeable = False
    return out


def step_m() -> float:
    """Return how many metres of relief a step is."""
    return float(relief_card()["relief"]["step_m"])


def highest_step() -> int:
    """Return the largest step: that relief or more."""
    return int(relief_card()["relief"]["highest_step"])


def relief_steps(row: int, column: int, n_rows: int, n_columns: int) -> npt.NDArray[np.uint8]:
    """Return the relief of a window of cells (n_rows, n_columns), in steps of :func:`step_m`.

    Cells count from 90 N and 180 W and go on around the Earth; beyond the poles, at sea and beyond
    the layer's latitudes it is 0.

    Source: models/relief/terrain_tiles_5min.
    """
    steps = _steps()
    out = np.zeros((n_rows, n_columns), dtype=np.uint8)
    top, bottom = max(row, 0), min(row + n_rows, len(steps))
    if bottom > top:
        columns = np.mod(np.arange(column, column + n_columns), steps.shape[1])
        out[top - row:bottom - row] = steps[top:bottom, columns]
    return out
