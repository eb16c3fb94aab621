"""Location terms: the kernel is its plain NumPy twin."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.kernels import terms as kernel


def after(loss, deductible, deductible_share, limit, limit_share):
    left = np.maximum(loss - deductible - deductible_share * loss, 0.0)
    # inf is no limit, also where the loss is zero
    cap = np.where(np.isinf(limit_share), np.inf,
                   np.where(np.isinf(limit_share), 0.0, limit_share) * loss)
    return np.minimum(np.minimum(left, limit), cap)


def twin(first, ratio, value, deductible, deductible_share, limit, limit_share):
    here = slice(first, first + len(ratio))

    def term(array, columns):
        return array[here][:, None, columns]

    ground_up = ratio[:, :, None] * value[here][:, None, :]
    four = slice(0, 4)
    left = after(ground_up, term(deductible, four), term(deductible_share, four),
                 term(limit, four), term(limit_share, four))
    whole, kept = ground_up.sum(axis=2), left.sum(axis=2)
    site = after(kept, *(array[here][:, None, kernel.SITE] for array in (
        deductible, deductible_share, limit, limit_share)))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(kept > 0.0, site / kept, 0.0)
    return ground_up, left * share[:, :, None], np.stack([whole, site], axis=2)


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 6), members=st.integers(1, 5),
       first=st.integers(0, 3))
def test_kernel_is_its_numpy_twin(seed, n, members, first):
    rng = np.random.default_rng(seed)
    n_all = first + n + 1
    value = rng.choice([0.0, 1.0, 1e6], (n_all, 4)) * rng.random((n_all, 4))
    ratio = rng.choice([0.0, 1.0, 0.5], (n, members)) * rng.random((n, members))
    deductible = rng.choice([0.0, 10.0, 1e5], (n_all, 5)) * rng.random((n_all, 5))
    deductible_share = rng.choice([0.0, 0.3], (n_all, 5))
    limit = np.where(rng.random((n_all, 5)) < 0.5, np.inf, 1e5 * rng.random((n_all, 5)))
    limit_share = np.where(rng.random((n_all, 5)) < 0.5, np.inf, rng.random((n_all, 5)))
    found = np.empty((n, members, 4)), np.empty((n, members, 4)), np.empty((n, members, 2))
    kernel.location_losses(first, ratio, value, deductible, deductible_share, limit, limit_share,
                           *found)
    expected = twin(first, ratio, value, deductible, deductible_share, limit, limit_share)
    for got, known in zip(found, expected, strict=True):
        np.testing.assert_allclose(got, known, rtol=1e-12, atol=1e-9)
    ground_up, gross, total = found
    assert np.all(gross <= ground_up + 1e-9)
    np.testing.assert_allclose(gross.sum(axis=2), total[:, :, 1], rtol=1e-12, atol=1e-9)
