"""What arrays are called, and sites: the words every other type uses."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Times = npt.NDArray[np.datetime64]
"""UTC, unit second (``datetime64[s]``); NaT where unknown."""


def same_length(owner: str, **arrays: npt.NDArray[Any]) -> None:
    """Raise InputError where arrays that belong together differ in length."""
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        raise InputError(f"{owner}: arrays of unequal length {lengths}")


@dataclass(frozen=True, slots=True)
class Sites:
    """Points at which a hazard is wanted.

    site_id (n_sites,) str; lon, lat (n_sites,) degrees WGS84, lon in any 360-degree window.
    """

    site_id: npt.NDArray[Any]
    lon: Floats
    lat: Floats

    def __post_init__(self) -> None:
        same_length("Sites", site_id=self.site_id, lon=self.lon, lat=self.lat)

    def __len__(self) -> int:
        return len(self.lon)

    def first(self, n: int) -> "Sites":
        """Return the first n sites."""
        return Sites(self.site_id[:n], self.lon[:n], self.lat[:n])
