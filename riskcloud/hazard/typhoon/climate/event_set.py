"""From an archive, an area and a length to a set of stochastic storms and what it rests on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from riskcloud.catalog import load_card
from riskcloud.errors import InputError, NotFoundError, Problem
from riskcloud.hazard.typhoon.climate import resampled, simulated
from riskcloud.hazard.typhoon.climate.area import REACH_M, Area
from riskcloud.hazard.typhoon.climate.catalogue import (
    DEFAULT,
    Catalogue,
    default_file,
    read_catalogue,
)
from riskcloud.hazard.typhoon.climate.comparison import Tally, compare, under_climate
from riskcloud.hazard.typhoon.climate.landfall import load_segments, poisson_interval
from riskcloud.hazard.typhoon.climate.parents import Parents, find_parents
from riskcloud.hazard.typhoon.climate.rates import YearlyCounts, yearly_counts
from riskcloud.hazard.typhoon.climate.scenarios import load_scenario
from riskcloud.types import EventSet

FEWEST_SEASONS: Final = 10
"""Fewer seasons than this say too little of a rate (ours)."""
LEAST_SHARE: Final = 0.5
"""Of the usual share of fixes with a pressure, that a complete season has (ours: agencies analyse
none before a storm forms; shares of complete seasons range from 0.5 to 0.9)."""
MOST_YEARS: Final = 1_000_000

WEST, EAST = 98.0, 180.0
"""Longitudes between which the sample that ships holds all storms."""

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Basis:
    """What an event set is made from: storms of the period near the area, and their counts."""

    area: Area
    catalogue: Catalogue
    period: tuple[int, int]
    parents: Parents
    counts: YearlyCounts
    observed: EventSet
    notes: tuple[str, ...] = ()

    @property
    def n_seasons(self) -> int:
        """Number of seasons of the period."""
        return self.period[1] - self.period[0] + 1


def prepare(area: Area, paths: Sequence[Path] = (), *, skip_bad: bool = False,
            period: tuple[int, int] | None = None,
            ) -> tuple[Basis, tuple[tuple[Path, tuple[Problem, ...]], ...]]:
    """Return what a set for an area rests on, and the rows of the archive that were set aside.

    Parameters
    ----------
    paths : files of the archive (:func:`catalogue.read_catalogue`); the sample that ships without.
    period : first and last season to fit on; that of the card by default, within those of which the
        files have pressures: a season without them would count as one without storms.

    Raises
    ------
    InputError : faults of the files; too few seasons; no storm near the area.
    """
    storms, rejected = read_catalogue(paths, skip_bad=skip_bad)
    wanted = load_card("storm_catalogue", DEFAULT)["fit"]["seasons"] if period is None else period
    first, last = complete_seasons(storms, *wanted)
    if last - first + 1 < FEWEST_SEASONS:
        held = f"{int(storms.season.min())} to {int(storms.season.max())}"
        raise InputError(f"{', '.join(storms.sources)}: {max(last - first + 1, 0)} season(s) with "
                         f"pressures of {wanted[0]} to {wanted[1]}, storms of {held}: at least "
                         f"{FEWEST_SEASONS} seasons are needed for a rate")
    notes = _left_out(storms, wanted, (first, last))
    storms = storms.seasons(first, last)
    parents = find_parents(storms, area)
    counts = yearly_counts(parents.season, first, last)
    observed = resampled.observed_events(parents, area, last - first + 1)
    return Basis(area, storms, (first, last), parents, counts, observed, notes), rejected


def complete_seasons(storms: Catalogue, first: int, last: int) -> tuple[int, int]:
    """Return the first and last season of a span that have pressures as the seasons after them.

    From the last season with a pressure backward, as long as each has at least ``LEAST_SHARE`` of
    the median share of fixes with one; a season without any storm breaks nothing. An empty span
    (first > last) where no season of it has pressures.
    """
    first, last = max(first, int(storms.season.min())), min(last, int(storms.season.max()))
    if last < first:
        return first, last
    season = storms.season[storms.storm]
    own = (season >= first) & (season <= last)
    fixes = np.bincount(season[own] - first, minlength=last - first + 1)
    known = np.bincount(season[own & np.isfinite(storms.central_pressure_pa)] - first,
                        minlength=last - first + 1)
    share = np.where(fixes > 0, known / np.maximum(fixes, 1), np.nan)
    if not known.any():
        return first, first - 1
    end = int(np.flatnonzero(known)[-1])
    start = end
    while start > 0 and not share[start - 1] < LEAST_SHARE * np.nanmedian(share[start:end + 1]):
        start -= 1
    start += int(np.flatnonzero(fixes[start:])[0])
    return first + start, first + end


def _left_out(storms: Catalogue, wanted: tuple[int, int], found: tuple[int, int],
              ) -> tuple[str, ...]:
    """Return a note on seasons that have storms, were to be fitted on, and are not."""
    parts = [(wanted[0], found[0] - 1), (found[1] + 1, wanted[1])]
    return tuple(
        f"seasons {seasons.min()} to {seasons.max()} are left out: pressures are not complete"
        for first, last in parts
        if len(seasons := storms.season[(storms.season >= first) & (storms.season <= last)]))


def _resampled(basis: Basis, years: int, seed: int, threads: int, on_progress: OnProgress | None,
               ) -> Iterator[EventSet]:
    return resampled.resample_events(basis.parents, basis.counts, basis.area, years=years,
                                     seed=seed, threads=threads, on_progress=on_progress)


def _simulated(basis: Basis, years: int, seed: int, threads: int, on_progress: OnProgress | None,
               ) -> Iterator[EventSet]:
    return simulated.simulate(basis.catalogue, basis.area, years=years, seed=seed,
                              on_progress=on_progress)


Method = Callable[[Basis, int, int, int, OnProgress | None], Iterator[EventSet]]
METHODS: Final[dict[str, Method]] = {"resampled": _resampled, "simulated": _simulated}
CARDS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "resampled": (("storm_resampling", "wp"), ("storm_climate", "wp")),
    "simulated": (("storm_climate", "wp"),)}
"""Cards that each method reads beside those of :data:`COMMON_CARDS`."""
COMMON_CARDS: Final = (("storm_catalogue", DEFAULT), ("coast_segments", "south_china"),
                       ("land_decay", "south_china"), ("land_mask", "ne_10m"))


def check_years(years: int) -> None:
    """Raise InputError unless a simulation may have this length."""
    if not 1 <= years <= MOST_YEARS:
        raise InputError(f"years = {years}: expected 1 to {MOST_YEARS}")


def make_events(basis: Basis, tally: Tally, *, method: str, years: int, seed: int,
                threads: int = 1, on_progress: OnProgress | None = None) -> Iterator[EventSet]:
    """Yield an event set in parts, counting each in ``tally``.

    Raises
    ------
    NotFoundError : no such method; the message names those there are. InputError : years.
    """
    check_years(years)
    if method not in METHODS:
        raise NotFoundError(f"no method {method!r}; known: {', '.join(METHODS)}")
    for part in METHODS[method](basis, years, seed, threads, on_progress):
        tally.add(part)
        yield part


def new_tally() -> Tally:
    """Return an empty tally of the coast's segments."""
    return Tally(load_segments())


def facts_of(basis: Basis, tally: Tally, *, method: str, years: int, seed: int,
             climates: Sequence[str] = ()) -> dict[str, Any]:
    """Return what a manifest says of an event set: method, period, rates, sampling error.

    climates : scenarios whose rates are told beside the present's; the set stays the present's.
    """
    counts, n = basis.counts, basis.n_seasons
    seen = len(basis.observed)
    low, high = poisson_interval(seen)
    by_season = np.bincount(basis.observed.season - basis.period[0], minlength=n)
    return {
        "method": method, "area": list(basis.area.bounds), "reach_km": REACH_M / 1e3,
        "years": years, "seed": seed,
        "period": {"first": basis.period[0], "last": basis.period[1], "n_seasons": n},
        "catalogue": {
            "sources": list(basis.catalogue.sources), "n_storms": len(basis.catalogue),
            "repairs": [{"kind": one.kind, "n_fixes": one.n_fixes, "n_storms": one.n_storms,
                         "meaning": one.meaning} for one in basis.catalogue.repairs]},
        "observed": {
            "n_storms": seen, "rate_per_year": seen / n, "low": float(low) / n,
            "high": float(high) / n, "relative_sampling_error": float(
                by_season.std(ddof=1) / np.sqrt(n) / by_season.mean()) if seen else None},
        "simulated": {"n_events": tally.n_events, "n_fixes": tally.n_fixes,
                      "rate_per_year": tally.n_events / years},
        "yearly_counts": {
            "law": counts.law, "n_storms": len(basis.parents), "mean": counts.mean,
            "dispersion": counts.dispersion, "dispersion_p": counts.dispersion_p,
            "trend_per_decade": counts.trend_per_decade, "trend_p": counts.trend_p},
        "climate": [under_climate(tally, load_scenario(name), basis.area, years)
                    for name in climates],
        "notes": _notes(basis), **compare(basis.observed, tally, basis.area, years)}


def _notes(basis: Basis) -> list[str]:
    """Return what there is to say of seasons, and of an area at the edge of the sample."""
    west, _, east, _ = basis.area.bounds
    if basis.catalogue.sources == (default_file().name,) and (west < WEST or east > EAST):
        return [*basis.notes, "the sample that ships holds the storms of the western North Pacific "
                "alone: west "
                f"of {WEST:g} E and east of {EAST:g} E rates are too low; give --catalogue"]
    return list(basis.notes)
