"""What a model is asked: an event, distances, ground; and the notes that go with the answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError, ModelError
from riskcloud.hazard.earthquake.site import (
    DEFAULT_CLASS,
    checked_vs30,
    class_indices,
    vs30_of_index,
)
from riskcloud.types import Bools, Earthquake, Floats, Ints, SourceDistances


@dataclass(frozen=True, slots=True)
class Ground:
    """The ground under sites: vs30_m_s (n,) of each, known or of its class.

    class_index (n,) positions in ``site.CLASSES``, -1 where none was given; None where none was
    given at all. has_vs30 (n,): where a Vs30 was given, and measured (n,): where it was measured.
    notes say what was assumed.
    """

    vs30_m_s: Floats
    class_index: Ints | None
    has_vs30: Bools
    measured: Bools
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """One event at sites, for one model."""

    event: Earthquake
    measures: tuple[str, ...]
    region: str | None
    options: Mapping[str, str]
    distances: SourceDistances
    ground: Ground
    strict: bool

    def check_options(self, model: str, known: Iterable[str] = ()) -> None:
        """Raise ModelError for an option that the model does not take."""
        if unknown := sorted(set(self.options) - set(known)):
            raise ModelError(f"{model} has no option {', '.join(unknown)}; it has "
                             f"{', '.join(known) or 'none'}")


def resolve_ground(n: int, vs30_m_s: Floats | float | None,
                   site_class: Sequence[Any] | npt.NDArray[Any] | None,
                   vs30_measured: Bools | None = None) -> Ground:
    """Return Vs30 and class of n sites: Vs30 goes before class, class II where neither is known.

    A Vs30 counts as measured where it is given, unless ``vs30_measured`` (n,) says otherwise.

    Raises
    ------
    InputError : arrays that do not fit the sites, a Vs30 that cannot be, an unknown class.
    """
    index = None
    if site_class is not None:
        if len(site_class) != n:
            raise InputError(f"{len(site_class)} site classes given for {n} sites")
        index = class_indices(site_class)
    typical = vs30_of_index(np.full(n, -1) if index is None else index)
    unknown = np.ones(n, dtype=bool) if index is None else index < 0
    if vs30_m_s is None:
        nowhere = np.zeros(n, dtype=bool)
        return Ground(typical, index, nowhere, nowhere, _said(unknown))
    vs30 = np.asarray(vs30_m_s, np.float64)
    if vs30.shape not in ((), (n,)):
        raise InputError(f"{vs30.size} Vs30 given for {n} sites")
    vs30 = np.broadcast_to(vs30, (n,))
    missing = np.isnan(vs30)
    vs30 = checked_vs30(np.where(missing, typical, vs30))
    if vs30_measured is not None and np.shape(vs30_measured) != (n,):
        raise InputError(f"{np.size(vs30_measured)} times measured or not given for {n} sites")
    measured = ~missing if vs30_measured is None else ~missing & vs30_measured
    return Ground(vs30, index, ~missing, measured, _said(missing & unknown))


def _said(unknown: Bools) -> tuple[str, ...]:
    count = int(unknown.sum())
    if count == 0:
        return ()
    sites = "all sites" if count == len(unknown) else f"{count} of {len(unknown)} sites"
    speed = float(vs30_of_index(np.array([-1]))[0])
    return (f"{sites} without Vs30 and class: taken as class {DEFAULT_CLASS}, "
            f"Vs30 {speed:g} m/s",)


def outside(what: str, values: Floats | float, low: float, high: float) -> list[str]:
    """Return a note if values leave the range a model was made for; nothing if none does."""
    values = np.atleast_1d(np.asarray(values, np.float64))
    if values.size == 0:
        return []
    least, most = float(values.min()), float(values.max())
    if low <= least and most <= high:
        return []
    shown = [f"{value:.4g}" if abs(value) < 1e4 else f"{value:.0f}" for value in (least, most)]
    found = " to ".join(dict.fromkeys(shown))
    return [f"{what} of {found}: the model was made for {low:g} to {high:g}"]


def finish_notes(request: Request, model: str, notes: Iterable[str], ranges: Sequence[str],
                 ) -> tuple[str, ...]:
    """Return all notes, each once, the ranges last. Raises ModelError for a range with strict."""
    if ranges and request.strict:
        raise ModelError(f"{model}: {'; '.join(ranges)}")
    return tuple(dict.fromkeys([*notes, *ranges]))
