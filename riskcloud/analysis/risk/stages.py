"""Damage ratios of events to losses by stage: ground-up, and gross by a portfolio's own terms."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from riskcloud.finance.terms import LocationTerms, location_losses
from riskcloud.kernels import eventdraws as kernel
from riskcloud.types import Bools, Floats, Ints

GROUND_UP, GROSS, NET = "ground_up", "gross", "net"


class Rows(Protocol):
    """Rows of damage ratios: of which location, and of which peril of the event."""

    @property
    def event(self) -> Ints:
        """Return the place of each event among those of the run (n_events,)."""

    @property
    def location(self) -> Ints:
        """Return the location of each row (n_rows,)."""

    @property
    def part(self) -> Ints:
        """Return the place of each row's peril among the kind's codes (n_rows,)."""


class Stages(Protocol):
    """What turns damage ratios into losses by stage."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the stages, ground-up first."""

    @property
    def currencies(self) -> npt.NDArray[Any]:
        """Return the currencies of the losses (n_groups,)."""

    def losses(self, event: Ints, hits: Rows, ratio: Floats, n_groups: int,
               ) -> tuple[Floats, Floats]:
        """Return losses (n_events, n_stages, n_groups, n_members), and the rows' means by stage.

        event (n_events + 1,) says which rows are an event's. A group is a currency and a peril of
        the event: currency x n_codes + part.
        """


def restart(stages: Any) -> None:
    """Let stages that remember earlier events forget them: a run begins."""
    begin = getattr(stages, "begin", None)
    if begin is not None:
        begin()


@dataclass(frozen=True, slots=True)
class LocationStages:
    """Ground-up, and gross by the terms that stand in the portfolio's own rows.

    value (n_locations, 4) of what is damaged, group (n_locations,) place of the currency; n_parts
    perils that are told apart in an event.
    """

    value: Floats
    terms: LocationTerms
    group: Ints
    currencies: npt.NDArray[Any]
    n_parts: int = 1
    names: tuple[str, ...] = (GROUND_UP, GROSS)

    def losses(self, event: Ints, hits: Rows, ratio: Floats, n_groups: int,
               ) -> tuple[Floats, Floats]:
        """Return losses and means, see ``Stages``.

        Terms act on what all perils of an event cost a location; what they leave is shared as the
        ground-up loss is (ours).
        """
        total = np.zeros((len(event) - 1, 2, n_groups, ratio.shape[1]))
        mean = np.zeros((len(ratio), 2))
        if self.n_parts == 1:
            self._alone(event, hits.location, 0, ratio, total, mean)
            return total, mean
        of_event = np.repeat(np.arange(len(event) - 1), np.diff(event))
        key = of_event * len(self.value) + hits.location
        same = np.append(False, key[1:] == key[:-1])
        several = same | np.append(same[1:], False)
        for part in range(self.n_parts):
            rows = np.flatnonzero(~several & (hits.part == part))
            own = np.zeros((len(rows), 2))
            self._alone(np.searchsorted(rows, event), hits.location[rows], part, ratio[rows], total,
                        own)
            mean[rows] = own
        rows = np.flatnonzero(several)
        if len(rows):
            mean[rows] = self._together(of_event[rows], hits.location[rows], hits.part[rows],
                                        ratio[rows], ~same[rows], total)
        return total, mean

    def _alone(self, event: Ints, location: Ints, part: int, ratio: Floats, total: Floats,
               mean: Floats) -> None:
        terms = self.terms
        kernel.location_losses(event, location, self.group * self.n_parts + part, ratio,
                               self.value, terms.deductible, terms.deductible_share, terms.limit,
                               terms.limit_share, total, mean)

    def _together(self, event: Ints, location: Ints, part: Ints, ratio: Floats, fresh: Bools,
                  total: Floats) -> Floats:
        """Add the losses of locations with several rows each, of which ``fresh`` begins one."""
        first, of_sum = np.flatnonzero(fresh), np.cumsum(fresh) - 1
        whole, place = np.add.reduceat(ratio, first, axis=0), location[first]
        terms = LocationTerms(*(getattr(self.terms, name)[place] for name in (
            "deductible", "deductible_share", "limit", "limit_share")))
        *_, sums = location_losses(0, whole, self.value[place], terms)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(ratio > 0.0, ratio / whole[of_sum], 0.0)
        group = self.group[location] * self.n_parts + part
        mean = np.empty((len(ratio), 2))
        for stage in range(2):
            loss = share * sums[of_sum, :, stage]
            np.add.at(total[:, stage], (event, group), loss)
            mean[:, stage] = loss.mean(axis=1)
        return mean
