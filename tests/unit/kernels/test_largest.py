"""Words of value and event, and the heap of the largest, against NumPy."""

import numpy as np
import pytest

from riskcloud.kernels.largest import event_of, keep, unpack_descending, value_of, word_of


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
    heaps.sort(axis=1)
    wind, found = np.empty((1, k), np.float32), np.empty((1, k), np.int32)
    unpack_descending(heaps, np.array([0]), wind, found)
    kept = min(n, k)
    expected = np.argsort(-values, kind="stable")[:kept]
    assert found[0, :kept].tolist() == expected.tolist()
    assert wind[0, :kept].tolist() == values[expected].tolist()
    assert not wind[0, kept:].any() and (found[0, kept:] == -1).all()


def test_rows_are_unpacked_in_the_order_asked_for():
    words = np.array([[0, word_of(20.0, 1)], [word_of(7.0, 2), word_of(9.0, 3)]])
    wind, event = np.empty((2, 2), np.float32), np.empty((2, 2), np.int32)
    unpack_descending(words, np.array([1, 0]), wind, event)
    assert wind.tolist() == [[9.0, 7.0], [20.0, 0.0]]
    assert event.tolist() == [[3, 2], [1, -1]]
