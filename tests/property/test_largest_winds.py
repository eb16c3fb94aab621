"""What is left out of the largest winds of an event set could not have entered them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.hazard.typhoon.climate import winds as subject
from riskcloud.hazard.typhoon.climate.winds import largest_winds
from riskcloud.hazard.typhoon.field import model_weights
from riskcloud.types import Sites


@pytest.fixture(scope="module")
def events(made_up_events):
    return made_up_events(60)


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32 - 1), n_sites=st.integers(1, 60), n_kept=st.integers(1, 60),
       width=st.sampled_from([0.3, 3.0, 12.0]), per_block=st.sampled_from([37, 2000]))
def test_pruned_winds_are_the_largest_of_all(events, seed, n_sites, n_kept, width, per_block):
    rng = np.random.default_rng(seed)
    sites = Sites(np.arange(n_sites), rng.uniform(118.0 - width, 118.0, n_sites),
                  rng.uniform(20.0, 20.0 + 0.6 * width, n_sites))
    factors = [None, rng.uniform(0.4, 1.3, (n_sites, 12)), np.full((n_sites, 12), 1.2)]
    with pytest.MonkeyPatch.context() as patch:
        # a sample that misleads about some sites: they are done again
        patch.setattr(subject, "SMALLEST_SAMPLE", 1.0)
        patch.setattr(subject, "SAMPLE_SAFETY", 0.5)
        patch.setattr(subject, "EVENTS_PER_BLOCK", per_block)
        pruned = largest_winds(events, sites, n_kept=n_kept, weights=model_weights(),
                               factors=factors)
    # room for every event: the bar never rises above calm, nothing is left out
    whole = largest_winds(events, sites, n_kept=len(events), weights=model_weights(),
                          factors=factors, primed=False)
    for some, everything in zip(pruned, whole, strict=True):
        np.testing.assert_array_equal(some.wind_m_s, everything.wind_m_s[:, :n_kept])
        np.testing.assert_array_equal(some.event, everything.event[:, :n_kept])
    # alike in all directions: the wind over water times the factor
    np.testing.assert_allclose(whole[2].wind_m_s, 1.2 * whole[0].wind_m_s, rtol=1e-6)
