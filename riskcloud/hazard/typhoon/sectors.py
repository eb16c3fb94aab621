"""Factors of sites by the direction the wind comes from, as the kernel takes them."""

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.surface.profile import loss_per_m_s
from riskcloud.kernels.sectors import COLUMNS, LOSS, SATURATED_M_S, SMOOTH_M_S
from riskcloud.types import N_SECTORS, Floats, SiteExposure

Factors = npt.NDArray[np.floating]
"""Factors (n_sites, N_SECTORS) in either precision, or (n_sites, 2 N_SECTORS) with the land's
share of each direction after them (``with_land``)."""
NONE: npt.NDArray[np.float32] = np.empty((0, COLUMNS), np.float32)
"""No factors: the wind over open water."""


def with_land(exposure: SiteExposure, measure: str) -> Floats:
    """Return the factors of a measure with the land's shares, (n_sites, 2 N_SECTORS)."""
    return np.hstack([getattr(exposure, measure), exposure.land_share])


def weaker(wind_m_s: Floats, land_share: Floats | float) -> Floats:
    """Share of a factor that is left where the wind over water is below the drag's limit, (...,).

    wind_m_s : (...,) 1-min wind over open water.
    land_share : as ``SiteExposure`` has it; broadcasts.

    Source
    ------
    ``surface.profile.loss_per_m_s``.
    """
    lacks = SATURATED_M_S - np.clip(wind_m_s, SMOOTH_M_S, SATURATED_M_S)
    return np.asarray(1.0 - lacks * loss_per_m_s() * land_share)


def relative_factors(factors: Factors) -> tuple[Floats, npt.NDArray[np.float32]]:
    """Largest factor of each site, and its factors as shares of it.

    Parameters
    ----------
    factors : (n_sites, N_SECTORS) on the 1-min wind over water, one of ``SiteExposure``, the same
        in any wind; or (n_sites, 2 N_SECTORS) of :func:`with_land`, less in a weak wind.

    Returns
    -------
    (n_sites,) largest factor, and rows (n_sites, COLUMNS) for the kernel (``kernels/sectors.py``):
    shares of it and what they lose in a weaker wind, in single precision (6e-8 of the factor);
    shares are exactly 1 all round where all twelve are alike.

    Raises
    ------
    InputError : factors of another shape, negative or not finite.
    """
    if factors.ndim != 2 or factors.shape[1] not in (N_SECTORS, 2 * N_SECTORS):
        raise InputError(f"factors by direction: expected (n_sites, {N_SECTORS}), got "
                         f"{factors.shape}")
    if not (np.isfinite(factors) & (factors >= 0.0)).all():
        raise InputError("factors by direction: expected finite numbers from 0")
    own, land = factors[:, :N_SECTORS], factors[:, N_SECTORS:]
    largest = own.max(axis=1, initial=0.0).astype(np.float64)
    relative = np.zeros((len(factors), COLUMNS), np.float32)
    np.divide(own, np.where(largest > 0.0, largest, 1.0)[:, None],
              out=relative[:, :N_SECTORS], casting="same_kind")
    relative[:, N_SECTORS] = relative[:, 0]
    if land.shape[1]:
        np.multiply(land, loss_per_m_s(), out=relative[:, LOSS:LOSS + N_SECTORS],
                    casting="same_kind")
        relative[:, LOSS + N_SECTORS] = relative[:, LOSS]
    return largest, relative


def at_direction(factors: Factors, from_direction_deg: Floats) -> Floats:
    """Factor of each site for a wind from a direction: linear in the angle between two columns.

    factors (n_sites, N_SECTORS or more, of which the first count); from_direction_deg
    (n_sites,) clockwise from north [degrees], NaN in, NaN out. Returns (n_sites,).
    """
    position = np.asarray(from_direction_deg, np.float64) % 360.0 * (N_SECTORS / 360.0)
    known = np.isfinite(position)
    below = np.where(known, position, 0.0).astype(np.int64) % N_SECTORS
    rows = np.arange(len(position))
    low, high = factors[rows, below], factors[rows, (below + 1) % N_SECTORS]
    return np.where(known, low + (position - np.floor(position)) * (high - low), np.nan)


def factor_of(factors: Factors, from_direction_deg: Floats, local_m_s: Floats) -> Floats:
    """Factor of each site on the wind over water that gives a local wind from a direction.

    factors (n_sites, 2 N_SECTORS) of :func:`with_land`; from_direction_deg, local_m_s (n_sites,).
    """
    factor = at_direction(factors, from_direction_deg)
    land = at_direction(factors[:, N_SECTORS:], from_direction_deg)
    found = factor
    for _ in range(8):  # each round leaves a fifth of the error
        found = factor * weaker(local_m_s / found, land)
    return found
