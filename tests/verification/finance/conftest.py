"""A book written as OED files and run: rows as dicts of what matters, the rest filled in."""

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from riskcloud.analysis.terms.book import Losses, compile_book, factor_losses
from riskcloud.analysis.terms.event_totals import EventTotals
from riskcloud.analysis.terms.events import Struck, struck_losses
from riskcloud.analysis.terms.ground_up import read_ground_up
from riskcloud.exposure.oed.book import read_book
from riskcloud.exposure.oed.currencies import Rates
from riskcloud.types.terms import OedBook

LOCATION = {"PortNumber": "1", "AccNumber": "1", "CountryCode": "CN", "LocPerilsCovered": "AA1",
            "LocCurrency": "CNY", "LocPeril": "AA1"}
ACCOUNT = {"PortNumber": "1", "AccNumber": "1", "PolNumber": "1", "PolPerilsCovered": "AA1",
           "AccCurrency": "CNY", "PolPeril": "AA1", "CondPeril": "AA1", "AccPeril": "AA1"}
INFO = {"ReinsPeril": "AA1", "PlacedPercent": 1, "ReinsCurrency": "CNY", "InuringPriority": 1}

Rows = Sequence[Mapping[str, Any]]


def write_oed(path: Path, rows: Rows, filled: Mapping[str, Any]) -> Path:
    """Write rows as CSV; a LocNumber that is not given counts from 1."""
    full = [{**filled, **row} for row in rows]
    names = list(dict.fromkeys(name for row in full for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(full)
    return path


@pytest.fixture
def write_book(tmp_path: Path) -> Callable[..., OedBook]:
    """Maker of books: locations in the order of the rows."""
    def write(locations: Rows, accounts: Rows, *, info: Rows = (), scope: Rows = (),
              clauses: Rows = (), rates: Rates | None = None) -> OedBook:
        numbered = [{"LocNumber": str(k + 1), **row} for k, row in enumerate(locations)]
        files = [write_oed(tmp_path / "location.csv", numbered, LOCATION),
                 write_oed(tmp_path / "account.csv", accounts, ACCOUNT)]
        treaties = {}
        if info:
            treaties = {"reins_info": write_oed(tmp_path / "info.csv", info, INFO),
                        "reins_scope": write_oed(tmp_path / "scope.csv", scope, {})}
        if clauses:
            treaties["clauses"] = write_oed(tmp_path / "clauses.csv", clauses, {})
        return read_book(*files, rates=rates, **treaties)[0]
    return write


@pytest.fixture
def run_oed(write_book: Callable[..., OedBook]) -> Callable[..., Losses]:
    """Maker of losses by location."""
    def run(locations: Rows, accounts: Rows, *, info: Rows = (), scope: Rows = (),
            clauses: Rows = (), factor: float = 1.0, peril: str | None = None) -> Losses:
        book = write_book(locations, accounts, info=info, scope=scope, clauses=clauses)
        compiled = compile_book(book, peril)
        (losses,) = factor_losses(compiled, [factor])
        assert (losses.net <= losses.gross * (1 + 1e-12)).all()
        assert (losses.gross <= losses.ground_up * (1 + 1e-12)).all()
        return losses
    return run


def by_hand(*values: float) -> Any:
    """Return values to compare with: exact but for the last bits of float64."""
    return pytest.approx(np.asarray(values, dtype=np.float64), rel=1e-12, abs=1e-9)


@pytest.fixture
def run_years(write_book: Callable[..., OedBook], tmp_path: Path) -> Callable[..., list[Struck]]:
    """Maker of losses of events: years, each a list of events, each a loss or losses by location.

    dates: of each event, in a row. Each member has the same events. All losses are of buildings.
    ``ran``: is given the totals of the run and its loss table; ``then`` is called with the book
    made ready, the table and the losses.
    """
    def run(locations: Rows, accounts: Rows, years: Sequence[Sequence[Any]], *, info: Rows = (),
            scope: Rows = (), has_years: bool = True, dates: Sequence[str] | None = None,
            members: int = 1, ran: list[Any] | None = None,
            then: Callable[..., None] | None = None, clauses: Rows = ()) -> list[Struck]:
        book = write_book(locations, accounts, info=info, scope=scope, clauses=clauses)
        rows = event_rows(years, has_years=has_years, dates=dates, members=members)
        path = write_oed(tmp_path / "losses.csv", rows, {})
        with read_ground_up(path, book)[0] as table:
            compiled = compile_book(book, None, parts=table.parts)
            found = list(struck_losses(compiled, table))
            totals = EventTotals(compiled, table)
            for k, losses in enumerate(found):
                totals.add(k, losses)
                assert (losses.net <= losses.gross * (1 + 1e-12) + 1e-9).all()
                assert (losses.gross <= losses.ground_up * (1 + 1e-12) + 1e-9).all()
            if then is not None:
                then(compiled, table, found)
            if ran is not None:
                ran += [totals, table]
        return found
    return run


def event_rows(years: Sequence[Sequence[Any]], *, has_years: bool = True,
               dates: Sequence[str] | None = None, members: int = 1) -> list[dict[str, Any]]:
    """Return years of events as rows of a loss table; the last member's events come first in it.

    An event that is a list of dicts is rows as they are.
    """
    found: list[dict[str, Any]] = []
    n = 0
    for year, events in enumerate(years):
        for event in events:
            label: dict[str, Any] = {"event_id": n}
            if dates is not None:
                label["date"] = dates[n]
            elif has_years:
                label["year"] = year + 1
            n += 1
            for member in reversed(range(members)):
                found += [{**label, "member": member, "AccNumber": 1, "LocNumber": k + 1,
                           "loss": loss} for k, loss in enumerate(np.atleast_1d(event))] \
                    if not isinstance(event, list) else [
                        {**label, "member": member, "AccNumber": 1, **row} for row in event]
    return found
