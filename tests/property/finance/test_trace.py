"""Steps of a location's loss: each begins where the one before ended, and the end is its loss."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.finance.policies import gross_losses, struck_rows
from riskcloud.finance.program import compile_program
from riskcloud.finance.trace import trace_location

from .test_oed_terms import WTC, make_book, seeds


@settings(max_examples=30)
@given(seeds, st.floats(0.05, 1.5), st.integers(0, 100))
def test_steps_lead_from_ground_up_to_gross(seed, factor, which):
    book = make_book(seed)
    program = compile_program(book.locations, book.accounts, (WTC,))
    rows = struck_rows(program)
    ground_up = program.tiv[rows.location] * factor
    gross = gross_losses(program, rows, ground_up).by_location(len(book.locations))
    location = which % len(book.locations)
    steps = trace_location(program, rows, ground_up, location)
    close = {"rel": 1e-9, "abs": 1e-9}
    own = [step for step in steps if step.policy < 0 and step.stage == "location"]
    behind = ground_up[rows.location == location].sum()
    for step in own:
        assert step.location_in == pytest.approx(behind, **close)
        behind = step.location_out
    total = 0.0
    for policy in np.flatnonzero(book.accounts.account == book.locations.account[location]):
        chain = [step for step in steps if step.policy == policy]
        assert chain[-1].stage == "layer"
        loss = behind
        for step in chain:
            assert step.location_in == pytest.approx(loss, **close)
            assert step.group_in >= step.location_in * (1 - 1e-9) or step.level not in ("6All", "")
            loss = step.location_out
        total += loss
    for step in steps:
        if step.stage in ("account", "account_share"):
            assert step.location_in == pytest.approx(total, **close)
            total = step.location_out
    assert total == pytest.approx(gross[location], **close)
