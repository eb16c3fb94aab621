"""Index covers under an event set: payouts to a loss table, then the statistics of ``ep``."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from riskcloud.analysis.ep.result import EpResult
    from riskcloud.analysis.parametric.run import Found
    from riskcloud.analysis.parametric.storms import StormRequest
    from riskcloud.types import EventSet
    from riskcloud.types.covers import Covers


def of_event_set(covers: "Covers", events: "EventSet", source: Path, request: "StormRequest",
                 settings: Mapping[str, Any],
                 losses: "tuple[Mapping[str, Any], str] | None" = None) -> "Found":
    """Return payouts a year with their OEP and AEP, as ``riskcloud ep`` finds them.

    losses : of ``basis_risk.event_set_losses``, for basis risk.
    """
    import numpy as np

    from riskcloud.analysis.parametric.basis_risk import basis_rows
    from riskcloud.analysis.parametric.event_set import SetIndexes
    from riskcloud.analysis.parametric.run import Found
    from riskcloud.analysis.parametric.yearly import (
        cards_of,
        payout_table,
        yearly_payouts,
        yearly_rows,
        yearly_summary,
    )
    from riskcloud.analysis.risk.tables import years_of
    from riskcloud.cli.terminal import progress

    indexes = SetIndexes(covers, events, request)
    with progress("parametric") as on_progress:
        paid = yearly_payouts(covers, indexes, on_progress)
    n_years = years_of(events)
    table = payout_table(covers, indexes, paid)
    result = _statistics(table, n_years, settings, str(source))
    rows, tiers = yearly_rows(covers, paid, np.asarray(events.year)[paid.event], n_years,
                              result.annual)
    summary = yearly_summary(covers, indexes, paid, n_years, source.name)
    more = {"ep": list(result.points), "aal": list(result.annual)}
    if losses is not None:
        more["basis_risk"] = basis_rows(covers, events, paid, losses[0], n_years)
        summary |= {"basis_risk": more["basis_risk"], "basis_stage": losses[1]}
    # the statistics first: notes, and what both name, are those of the covers
    merged = {**result.summary, **summary, "covers": rows, "tiers": tiers,
              "notes": [*summary["notes"], *result.summary["notes"]],
              "notes_zh": [*summary["notes_zh"], *result.summary["notes_zh"]]}
    return Found(merged, rows, tiers, table, cards_of(indexes), more)


def _statistics(table: Any, n_years: int, settings: Mapping[str, Any], source: str) -> "EpResult":
    import pyarrow.parquet as pq

    from riskcloud.analysis.ep.basis import find_basis
    from riskcloud.analysis.ep.gather import gather
    from riskcloud.analysis.ep.result import statistics

    with TemporaryDirectory() as folder:
        path = Path(folder) / "event_losses.parquet"
        pq.write_table(table, path)
        found = gather(path, keys=["cover"])
        basis = find_basis(found, path.name, n_years=n_years)
    asked = settings["return_periods_yr"]
    periods = [one for one in asked if one <= n_years] or [float(n_years)]
    return statistics(found, basis, periods, source=source)
