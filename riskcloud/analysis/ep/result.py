"""Everything ``riskcloud ep`` finds: by group, return period and contribution, and its summary."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from riskcloud.analysis.ep.basis import Basis
from riskcloud.analysis.ep.columns import STAGES
from riskcloud.analysis.ep.contributions import contributions, diversification
from riskcloud.analysis.ep.gather import NO_CURRENCY, Gathered
from riskcloud.analysis.ep.layers import layer_costs
from riskcloud.analysis.ep.run import (
    Entry,
    Group,
    Sampling,
    group_statistics,
    groups,
    rates_of,
    sampling_of,
)
from riskcloud.loss.statistics.annual import YearLosses, curve_of
from riskcloud.loss.statistics.compound import AggregatePoints, tail
from riskcloud.loss.statistics.layers import Layer
from riskcloud.loss.statistics.poisson import occurrence_exceedance
from riskcloud.messages import translated
from riskcloud.types import Floats

CURVE_POINTS: Final = 60
"""Return periods at which a curve is kept for its picture; ours."""
SUMMARY_GROUPS: Final = 200
"""Groups of a key, currency and stage in the summary, the largest by AAL; the files have all. Ours.
"""
LONGEST_OF_RATES: Final = 1000.0
"""Return period to which curves of rates are drawn at least; ours."""


@dataclass(frozen=True, slots=True)
class EpResult:
    """summary : what summary.json holds. annual, points, contributions, layers : rows of tables."""

    summary: Mapping[str, Any]
    annual: Sequence[Entry]
    points: Sequence[Entry]
    contributions: Sequence[Entry]
    layers: Sequence[Entry] = ()


def statistics(found: Gathered, basis: Basis, periods: Sequence[float], *, source: str = "",
               notes: Sequence[str] = (), layers: Sequence[Layer] = (),
               on_progress: Callable[[int, int], None] | None = None) -> EpResult:
    """Return the statistics of a year of everything gathered.

    Parameters
    ----------
    found, basis : losses by event, and how often events are. periods : return periods, ascending.
    source : the loss table's name. notes : to say beside those of the basis. layers : to be priced
    on the whole of each currency and stage.
    """
    sampling = sampling_of(found, basis)
    annual: list[Entry] = []
    points: list[Entry] = []
    shares: list[Entry] = []
    curves: list[Entry] = []
    costs: list[Entry] = []
    wholes: dict[tuple[str, str], tuple[Group, YearLosses | AggregatePoints]] = {}
    done, total = 0, sum(len(np.unique(cells.group)) for cells in found.cells.values())
    for key in found.cells:
        kept: dict[tuple[str, str], tuple[list[Group], list[float], list[list[Entry]]]] = {}
        for group in groups(found, key, basis.known):
            figures, rows, first = group_statistics(group, sampling, periods)
            annual.append(figures)
            points += rows
            if not key:
                wholes[group.currency, group.stage] = group, first
                curves += _curves(group, sampling, first, max(periods, default=1.0))
                costs += layer_costs(group, sampling, layers)
            else:
                parts = kept.setdefault((group.currency, group.stage), ([], [], []))
                parts[0].append(group)
                parts[1].append(figures["aal"])
                parts[2].append(rows)
            done += 1
            if on_progress is not None:
                on_progress(done, total)
        for pair, (members, aal, alone) in kept.items():
            shares += contributions(*wholes[pair], members, aal, alone, sampling, periods)
    said = [*basis.notes, *_notes(found, sampling, periods), *notes]
    told = _told(annual)
    summary = {"losses": source, **_facts(found, basis, sampling, periods),
               **{name: [row for row in rows if row["key"] == "all" or _who(row) in told]
                  for name, rows in (("annual", annual), ("exceedance", points),
                                     ("contributions", shares))},
               "n_groups": {key: len(np.unique(cells.group)) for key, cells in found.cells.items()
                            if key}, "diversification": diversification(shares),
               "layer_costs": costs, "curves": curves, "notes": said,
               "notes_zh": [translated(note, "zh") for note in said]}
    return EpResult(summary, annual, points, shares, costs)


def _who(row: Entry) -> tuple[str, str, str, str]:
    return row["key"], row["currency"], row["stage"], row["name"]


def _told(annual: Sequence[Entry]) -> set[tuple[str, str, str, str]]:
    """Return the groups that stand in the summary: of each key the largest by AAL."""
    books: dict[tuple[str, str, str], list[Entry]] = {}
    for row in annual:
        books.setdefault(_who(row)[:3], []).append(row)
    return {_who(row) for rows in books.values()
            for row in sorted(rows, key=lambda one: (-one["aal"], one["name"]))[:SUMMARY_GROUPS]}


def _facts(found: Gathered, basis: Basis, sampling: Sampling, periods: Sequence[float],
           ) -> dict[str, Any]:
    said = {group["stage"] for group in _whos(found, basis)}
    stages = [stage for stage in STAGES if stage in said]
    return {"return_periods_yr": list(periods), "frequency": basis.kind, "source": basis.source,
            "n_years": basis.n_years or None, "n_samples": sampling.n, "n_rows": found.n_rows,
            "n_events": int((basis.known & (found.first_row >= 0)).sum()),
            "n_rejected": rejected_rows(found, basis), "stages": stages,
            "currencies": sorted({group["currency"] for group in _whos(found, basis)}),
            "keys": [key for key in found.cells if key]}


def rejected_rows(found: Gathered, basis: Basis) -> int:
    """Return how many rows were set aside: with a fault, or of events without year or rate."""
    return found.faults.bad_rows + int(found.rows_of[~basis.known].sum())


def _whos(found: Gathered, basis: Basis) -> list[Entry]:
    return [group.who for group in groups(found, "", basis.known)]


def _notes(found: Gathered, sampling: Sampling, periods: Sequence[float]) -> list[str]:
    notes = []
    if found.currencies == [NO_CURRENCY] and found.columns.currency is None:
        notes.append("the file names no currency (XXX): say it with --currency")
    if found.columns.member is not None and sampling.n > 1:
        cells = found.cells[""]
        pair = np.unique(cells.event << 27 | cells.group, return_counts=True)[1]
        short = int((pair < sampling.n).sum())
        if short:
            notes.append(f"{short} event(s) have losses in fewer than the {sampling.n} samples: 0 "
                         "taken in the others")
    basis = sampling.basis
    above = [period for period in periods if basis.kind == "years" and period > basis.n_years]
    if above and sampling.n > 1 and max(above) <= basis.n_years * sampling.n:
        notes.append("return periods beyond the years rest on samples of the same events")
    if basis.kind == "rates":
        how = "independently of one another (Poisson)" if basis.activity_cv == 0.0 else (
            "in clusters: a year's rates share one gamma factor with a coefficient of variation of "
            f"{basis.activity_cv:g} (negative binomial)")
        notes.append(f"events with rates strike {how}; the rates are taken as given, so that no "
                     "sampling band is stated")
    return notes


def _curves(group: Group, sampling: Sampling, first: YearLosses | AggregatePoints, longest: float,
            ) -> list[Entry]:
    """Return OEP and AEP of a group by return period, for a picture."""
    calc = sampling.calcs()[0]
    if isinstance(first, YearLosses):
        period = _spread(1.0, float(first.n_years))
        found: list[tuple[str, Floats]] = [
            (basis, curve_of(first, occurrence=basis == "OEP").at_period(period)[0])
            for basis in ("OEP", "AEP")]
    else:
        period = _spread(1.01, max(longest, LONGEST_OF_RATES))
        largest = occurrence_exceedance(rates_of(group, sampling, calc), period)[0]
        found = [("OEP", largest), ("AEP", np.maximum(tail(first.lattice, period)[0], largest))]
    return [{**group.who, "calc": calc, "basis": basis, "return_period_yr": period.tolist(),
             "loss": loss.tolist()} for basis, loss in found]


def _spread(first: float, last: float) -> Floats:
    return np.geomspace(first, max(last, first), CURVE_POINTS if last > first else 1)
