"""Factors of sites by the direction the wind comes from, as the kernel takes them."""

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError
from riskcloud.kernels.sectors import COLUMNS
from riskcloud.types import N_SECTORS, Floats

Factors = npt.NDArray[np.floating]
"""Factors (n_sites, N_SECTORS) in either precision."""
NONE: npt.NDArray[np.float32] = np.empty((0, COLUMNS), np.float32)
"""No factors: the wind over open water."""


def relative_factors(factors: Factors) -> tuple[Floats, npt.NDArray[np.float32]]:
    """Largest factor of each site, and its factors as shares of it.

    Parameters
    ----------
    factors : (n_sites, N_SECTORS) on the 1-min wind over water, one of ``SiteExposure``.

    Returns
    -------
    (n_sites,) largest factor, and (n_sites, COLUMNS) shares of it, the first again at the end, in
    single precision (6e-8 of the factor); exactly 1 all round where all twelve are alike.

    Raises
    ------
    InputError : factors of another shape, negative or not finite.
    """
    if factors.ndim != 2 or factors.shape[1] != N_SECTORS:
        raise InputError(f"factors by direction: expected (n_sites, {N_SECTORS}), got "
                         f"{factors.shape}")
    if not (np.isfinite(factors) & (factors >= 0.0)).all():
        raise InputError("factors by direction: expected finite numbers from 0")
    largest = factors.max(axis=1, initial=0.0).astype(np.float64)
    relative = np.empty((len(factors), COLUMNS), np.float32)
    np.divide(factors, np.where(largest > 0.0, largest, 1.0)[:, None],
              out=relative[:, :N_SECTORS], casting="same_kind")
    relative[:, N_SECTORS] = relative[:, 0]
    return largest, relative


def at_direction(factors: Factors, from_direction_deg: Floats) -> Floats:
    """Factor of each site for a wind from a direction: linear in the angle between two columns.

    factors (n_sites, N_SECTORS); from_direction_deg (n_sites,) clockwise from north [degrees], NaN
    in, NaN out. Returns (n_sites,).
    """
    position = np.asarray(from_direction_deg, np.float64) % 360.0 * (N_SECTORS / 360.0)
    known = np.isfinite(position)
    below = np.where(known, position, 0.0).astype(np.int64) % N_SECTORS
    rows = np.arange(len(position))
    low, high = factors[rows, below], factors[rows, (below + 1) % N_SECTORS]
    return np.where(known, low + (position - np.floor(position)) * (high - low), np.nan)
