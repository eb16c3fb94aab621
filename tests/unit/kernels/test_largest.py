"""Words of value and event, and the heap of the largest, against NumPy."""

import numpy as np
import pytest

from riskcloud.kernels.largest import event_of, keep, sort_descending, value_of, word_of


@pytest.mark.parametrize(("value", "event"), [(1e-3, 0), (33.25, 7), (95.0, 2**31 - 1)])
def test_a_word_gives_back_its_value_and_event(value, event):
    word = word_of(value, event)
    assert value_of(word) == np.float32(value)
    assert event_of(word) == event
    assert word > 0


def test_words_sort_as_their_values():
    values = np.array([5.5, 5.5000005, 17.0, 40.0, 80.0])
    words = [word_of(value, 2**31 - 1 - k) for k, value in enumerate(values)]
    assert words == sorted(words)


@pytest.mark.parametrize("n", [3, 40, 500])
def test_a_heap_keeps_the_largest(n):
    rng = np.random.default_rng(n)
    values, k = rng.uniform(6.0, 70.0, n).astype(np.float32), 25
    heaps = np.zeros((1, k), np.int64)
    for event, value in enumerate(values):
        keep(heaps[0], word_of(value, event))
    sort_descending(heaps)
    kept = min(n, k)
    expected = np.argsort(-values, kind="stable")[:kept]
    assert [event_of(word) for word in heaps[0][:kept]] == expected.tolist()
    assert [value_of(word) for word in heaps[0][:kept]] == values[expected].tolist()
    assert not heaps[0][kept:].any()
