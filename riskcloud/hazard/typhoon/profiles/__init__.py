"""Radial wind profiles by name. Each module documents one, with its source.

``PROFILES`` is where a profile enters: name -> code of the kernel formula and the function that
turns a storm into the formula's parameters.
"""

from collections.abc import Callable
from dataclasses import dataclass

from riskcloud.errors import NotFoundError
from riskcloud.hazard.typhoon.profiles import (
    emanuel_rotunno_2011,
    holland_1980,
    holland_2008,
    holland_2010,
    klotzbach_2022,
    tao_2025,
    willoughby_2006,
)
from riskcloud.hazard.typhoon.profiles.storm import StormState
from riskcloud.kernels import profiles as kernel
from riskcloud.types import Floats


@dataclass(frozen=True, slots=True)
class Profile:
    """Code of the kernel formula, and storm -> shape rows (n_nodes, N_SHAPE)."""

    code: int
    node_shape: Callable[[StormState], Floats]


PROFILES = {
    "holland_1980": Profile(kernel.HOLLAND, holland_1980.node_shape),
    "holland_2008": Profile(kernel.HOLLAND, holland_2008.node_shape),
    "holland_2010": Profile(kernel.HOLLAND_2010, holland_2010.node_shape),
    "emanuel_rotunno_2011": Profile(kernel.EMANUEL_ROTUNNO_2011, emanuel_rotunno_2011.node_shape),
    "klotzbach_2022": Profile(kernel.KLOTZBACH_2022, klotzbach_2022.node_shape),
    "tao_2025": Profile(kernel.TAO_2025, tao_2025.node_shape),
    "willoughby_2006": Profile(kernel.WILLOUGHBY_2006, willoughby_2006.node_shape),
}
ALIASES = {"H1980": "holland_1980", "H80": "holland_1980", "H08": "holland_2008",
           "H10": "holland_2010", "ER11": "emanuel_rotunno_2011", "K22": "klotzbach_2022",
           "T25": "tao_2025", "W06": "willoughby_2006"}
"""Short names of the field."""


def profile_name(name: str) -> str:
    """Return the full name of a profile or of its short form. Raises NotFoundError."""
    full = ALIASES.get(name.strip().upper(), name.strip().lower())
    if full not in PROFILES:
        raise NotFoundError(f"no wind model {name!r}; known: {', '.join(PROFILES)}")
    return full
