"""The page and tables of what an account does to a book: with it, without it, alone."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from riskcloud import __version__
from riskcloud.files import write_text
from riskcloud.report.ep import HEADLINE_YR
from riskcloud.report.figures import column_unit, currency_title, in_unit
from riskcloud.report.outputs import defused_table
from riskcloud.report.pages import render_page
from riskcloud.report.tables import Table
from riskcloud.report.text import Text, load_text

Entry = Mapping[str, Any]
_AMOUNTS = ("without", "with", "marginal", "alone")


def write_marginal(found: Mapping[str, Any], folder: Path, *, samples: int, years: int,
                   lang: str) -> None:
    """Write marginal.csv, marginal.parquet and marginal.html."""
    table = pd.DataFrame(list(found["rows"]))
    table.to_parquet(folder / "marginal.parquet", index=False)
    defused_table(table).to_csv(folder / "marginal.csv", index=False, encoding="utf-8-sig")
    write_text(folder / "marginal.html", render_marginal(found, samples, years, load_text(lang)))


def render_marginal(found: Mapping[str, Any], samples: int, years: int, text: Text) -> str:
    """Return the page as one HTML file that needs nothing else."""
    candidates = [_candidate(one, found["rows"], text) for one in found["candidates"]]
    return render_page("marginal.html.j2", text, {
        "title": text("marginal.name", accounts=_joined([one["name"] for one in candidates], text)),
        "line": text("marginal.basis", years=text.number(years), samples=text.number(samples)),
        "candidates": candidates,
        "definitions": [text(f"marginal.{key}") for key in (
            "how", "alone_is", "error_is", "order")],
        "provenance": text("provenance.version", version=__version__)})


def _joined(words: Sequence[str], text: Text) -> str:
    return ("、" if text.lang == "zh" else ", ").join(words)


def candidate_name(candidate: Entry, text: Text) -> str:
    """Return the account's name, or that it is what was added."""
    return text("marginal.added") if candidate["added"] else str(candidate["account"])


def rows_of(rows: Sequence[Entry], candidate: Entry) -> list[Entry]:
    """Return the rows of one candidate."""
    return [row for row in rows if (row["account"], row["added"]) == (
        candidate["account"], candidate["added"])]


def _candidate(candidate: Entry, rows: Sequence[Entry], text: Text) -> dict[str, Any]:
    own = rows_of(rows, candidate)
    return {"name": candidate_name(candidate, text),
            "facts": text("marginal.facts", n=text.number(candidate["n_locations"]),
                          tiv=_joined([text.money(value, code)
                                       for code, value in candidate["tiv"].items()], text)),
            "tiles": _tiles(own, text), "tables": marginal_tables(own, text)}


def _tiles(rows: Sequence[Entry], text: Text) -> list[dict[str, str]]:
    """Return what the account adds behind all terms: AAL, OEP and AEP of the headline period."""
    last = [row for row in rows if row["stage"] == rows[-1]["stage"]]
    periods = sorted({row["return_period_yr"] for row in last if row["return_period_yr"]})
    period = HEADLINE_YR if HEADLINE_YR in periods else (periods or [None])[-1]
    shown = [row for row in last if row["statistic"] == "AAL" or (
        row["statistic"] in ("OEP", "AEP") and row["return_period_yr"] == period)]
    return [{"label": _statistic(row, text), "value": _signed(row, text),
             "under": text("marginal.from_to", stage=text.label("ep_stage", row["stage"]),
                           first=text.money(row["without"], row["currency"]),
                           last=text.money(row["with"], row["currency"]))} for row in shown]


def _statistic(row: Entry, text: Text) -> str:
    if row["return_period_yr"] is None:
        return text(f"marginal.{row['statistic'].lower()}")
    basis, _, tvar = row["statistic"].partition("_")
    return text("marginal.tvar" if tvar else "marginal.loss", basis=basis,
                years=f"{row['return_period_yr']:,g}")


def _signed(row: Entry, text: Text) -> str:
    amount = text.money(abs(row["marginal"]), row["currency"])
    return f"−{amount}" if row["marginal"] < 0.0 else f"+{amount}"


def marginal_tables(rows: Sequence[Entry], text: Text) -> list[Table]:
    """Return a table a currency and stage: the book without, with, the difference, alone."""
    found = []
    for currency in dict.fromkeys(row["currency"] for row in rows):
        for stage in dict.fromkeys(row["stage"] for row in rows):
            own = [row for row in rows if (row["currency"], row["stage"]) == (currency, stage)]
            if own:
                found.append(_table(own, currency, stage, text))
    return found


def _table(rows: Sequence[Entry], currency: str, stage: str, text: Text) -> Table:
    units = {small: column_unit([abs(row[name]) for row in rows for name in ("without", "with")
                                 if (row["statistic"] == "AAL") == small], currency, text.lang)
             for small in (True, False)}

    def cells(row: Entry) -> tuple[str, ...]:
        unit = units[row["statistic"] == "AAL"]
        without, with_it, less, alone = (
            _amount(row[name], unit, text) for name in _AMOUNTS)
        return without, with_it, less, _share(row["marginal_share"], text), alone

    def unit_of(row: Entry) -> str:
        return units[row["statistic"] == "AAL"].label

    shown = tuple((text("marginal.in_unit", what=_statistic(row, text), unit=unit_of(row)),
                   *cells(row)) for row in rows)
    error = next(row["standard_error"] for row in rows if row["statistic"] == "AAL")
    note = "" if error != error else text("marginal.error", error=text.money(error, currency))
    headings = (text("marginal.statistic"), *(text(f"marginal.{name}") for name in (
        "without", "with", "difference", "share", "alone")))
    return Table(text("marginal.table", stage=text.label("ep_stage", stage),
                      currency=currency_title(currency, text.lang)), headings, shown,
                 kind="floods", note=note)


def _amount(value: float, unit: Any, text: Text) -> str:
    return f"−{in_unit(-value, unit, text.lang)}" if value < 0.0 else in_unit(
        value, unit, text.lang)


def _share(value: float, text: Text) -> str:
    return f"−{text.percent(-value)}" if value < 0.0 else text.percent(value)
