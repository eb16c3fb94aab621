"""Gross losses of a book: ground-up losses through locations, policies and accounts."""

from dataclasses import dataclass

import numpy as np

from riskcloud.finance.program import Program
from riskcloud.finance.sums import summed
from riskcloud.kernels import accounts as kernel
from riskcloud.kernels import levels
from riskcloud.types import Floats


@dataclass(frozen=True, slots=True)
class Gross:
    """Losses of one event: ground_up and after_location (n, 4) of the locations, pair (n_pairs,)
    what each policy pays for each location, gross (n,) what all pay.
    """

    ground_up: Floats
    after_location: Floats
    pair: Floats
    gross: Floats


def struck(program: Program, factor: float) -> Floats:
    """Return ground-up losses (n, 4): ``factor`` of the sums insured where a peril is covered."""
    covered = (program.perils & program.event) != 0
    return np.asarray(program.tiv * np.where(covered, factor, 0.0)[:, None])


def gross_losses(program: Program, ground_up: Floats) -> Gross:
    """Return what policies pay of ground-up losses (n, 4)."""
    n = len(ground_up)
    shape = (n if program.track else 1, levels.N_COVERAGES)
    loss = np.empty_like(ground_up)
    deducted, over, under = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    levels.at_locations(ground_up, program.tiv, program.applies, program.location_mask,
                        program.location_terms, program.location_code, program.participation,
                        program.track, loss, deducted, over, under)
    pair = np.zeros(len(program.pair_policy))
    steps = program.steps
    kernel.at_accounts(
        loss, deducted, over, under, program.tiv, program.perils, program.event,
        program.location_start, program.location, program.policy_start, program.pair_start,
        program.covered, program.attachment, program.limit, program.share, program.account_share,
        program.policy_steps, program.account_steps, steps.kind, steps.mask, steps.wanted,
        steps.term, steps.code, steps.member_start, steps.member, steps.amounts,
        steps.shares, program.track, pair)
    return Gross(ground_up, loss, pair, summed(program.pair_location, pair, n))
