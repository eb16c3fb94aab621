"""Items made ahead come in order; errors come in their turn; a block left early ends the thread."""

import threading
from collections.abc import Iterator

import pytest

from riskcloud.ahead import ahead


def test_items_and_then_the_error() -> None:
    def numbers() -> Iterator[int]:
        yield from range(5)
        raise ValueError("six")

    got = []
    with pytest.raises(ValueError, match="six"), ahead(numbers()) as items:
        got.extend(items)
    assert got == [0, 1, 2, 3, 4]
    with ahead(iter(range(100))) as items:
        assert list(items) == list(range(100))


def test_a_block_left_early() -> None:
    made = []

    def endless() -> Iterator[int]:
        while True:
            made.append(len(made))
            yield made[-1]

    before = threading.active_count()
    with ahead(endless(), depth=2) as items:
        assert [next(items), next(items)] == [0, 1]
    assert threading.active_count() == before and len(made) <= 6
