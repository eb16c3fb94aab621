"""Sums by key against a dictionary."""

import numpy as np

from riskcloud.analysis.ep.sums import LossSums, group_of, parts_of


def test_sums_are_those_of_a_dictionary():
    rng = np.random.default_rng(2)
    n = 200_000
    group, event = rng.integers(0, 40, n), rng.integers(0, 5_000, n)
    member, loss = rng.integers(0, 3, n), rng.integers(1, 100, n).astype(float)
    sums = LossSums("client")
    for begin in range(0, n, 60_000):  # the table grows on the way
        part = slice(begin, begin + 60_000)
        sums.add(group[part], event[part], member[part], loss[part])
    plain: dict[tuple[int, int, int], float] = {}
    for key, value in zip(zip(group.tolist(), event.tolist(), member.tolist(), strict=True),
                          loss.tolist(), strict=True):
        plain[key] = plain.get(key, 0.0) + value
    cells = sums.cells()
    found = zip(cells.group.tolist(), cells.event.tolist(), cells.member.tolist(), strict=True)
    assert list(found) == sorted(plain)
    assert cells.loss.tolist() == [plain[key] for key in sorted(plain)]


def test_a_group_is_name_currency_and_stage():
    packed = group_of(np.array([12345]), np.array([31]), np.array([3]))
    assert parts_of(int(packed[0])) == (12345, 31, 3)
