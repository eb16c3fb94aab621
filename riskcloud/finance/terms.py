"""Terms of a location: deductibles and limits of its coverages and of the site."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from riskcloud.kernels import terms as kernel
from riskcloud.types import COVERAGES, Floats

LEVELS = (*COVERAGES, "all")
AMOUNT, SHARE_OF_LOSS, SHARE_OF_VALUE = 0, 1, 2
"""OED codes of LocDedType and LocLimitType."""


@dataclass(frozen=True, slots=True)
class LocationTerms:
    """Arrays (n_locations, 5): four coverages, then the site as a whole.

    deductible and limit are amounts in the location's currency (limit inf: none); the shares are
    parts of the loss the term acts on (deductible_share 0, limit_share inf: none).
    """

    deductible: Floats
    deductible_share: Floats
    limit: Floats
    limit_share: Floats


def location_terms(columns: Mapping[str, npt.NDArray[np.float64]], value: Floats) -> LocationTerms:
    """Terms from the columns ``ded_<level>``, ``ded_<level>_type``, ``limit_<level>`` and its type.

    columns : name -> (n_locations,), NaN for blank; a missing column counts as blank.
    value : (n_locations, 4) sums insured of the coverages.
    A limit of 0 or blank means none. Types: 0 amount, 1 share of the loss, 2 share of the value.

    Source: Open Exposure Data 4.0, LocDed*, LocDedType*, LocLimit*, LocLimitType*.
    """
    n = len(value)
    base = np.column_stack([value, value.sum(axis=1)])
    deductible, limit = np.zeros((n, 5)), np.full((n, 5), np.inf)
    deductible_share, limit_share = np.zeros((n, 5)), np.full((n, 5), np.inf)
    for k, level in enumerate(LEVELS):
        if f"ded_{level}" in columns:  # most books have terms of few levels
            amount = _column(columns, f"ded_{level}", n)
            kind = _column(columns, f"ded_{level}_type", n)
            deductible[:, k] = np.where(kind == AMOUNT, amount, 0.0)
            deductible[:, k] += np.where(kind == SHARE_OF_VALUE, amount * base[:, k], 0.0)
            deductible_share[:, k] = np.where(kind == SHARE_OF_LOSS, amount, 0.0)
        if f"limit_{level}" not in columns:
            continue
        cap = _column(columns, f"limit_{level}", n)
        kind = _column(columns, f"limit_{level}_type", n)
        given = cap > 0.0
        limit[:, k] = np.where(given & (kind == AMOUNT), cap, np.inf)
        limit[:, k] = np.where(given & (kind == SHARE_OF_VALUE), cap * base[:, k], limit[:, k])
        limit_share[:, k] = np.where(given & (kind == SHARE_OF_LOSS), cap, np.inf)
    return LocationTerms(deductible, deductible_share, limit, limit_share)


def _column(columns: Mapping[str, npt.NDArray[np.float64]], name: str, n: int) -> Floats:
    given = np.asarray(columns.get(name, np.zeros(n)), np.float64)
    return np.where(np.isnan(given), 0.0, given)


def location_losses(first: int, ratio: Floats, value: Floats,
                    terms: LocationTerms) -> tuple[Floats, Floats, Floats]:
    """Ground-up and gross losses (n, n_members, 4) of the locations from ``first`` on.

    ratio : (n, n_members) damage ratios; value (n_locations, 4) and terms of all locations.
    Returns both, and their sums over the coverages (n, n_members, 2).

    The coverages' terms come first; the site's act on what they leave, and the result goes back
    to the coverages in proportion to what each had left. A share of the loss is of the loss that
    a term acts on: of the site's, what the coverages leave.

    Source: Open Exposure Data 4.0, order of the levels 1 to 4, then 6, and type 1, "percentage of
    loss"; which loss: ktools, appendix FM Profiles, rules 5, 15 and 16, whose loss is "the input
    loss to the calculation". The proportion is our choice. Verified against OasisLMF's validation
    suite (tests/verification/finance) and ``finance.policies`` (tests/property/finance).
    """
    shape = (*ratio.shape, kernel.N_COVERAGES)
    ground_up, gross, total = np.empty(shape), np.empty(shape), np.empty((*ratio.shape, 2))
    kernel.location_losses(first, ratio, value, terms.deductible, terms.deductible_share,
                           terms.limit, terms.limit_share, ground_up, gross, total)
    return ground_up, gross, total
