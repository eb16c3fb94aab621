"""Options and files of ``riskcloud risk`` for the marginal effect of accounts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from riskcloud.analysis.risk.marginal import Candidate, MarginalYears
    from riskcloud.analysis.risk.run import Risk
    from riskcloud.errors import Problem
    from riskcloud.exposure.added import JoinedFile
    from riskcloud.exposure.portfolio import Portfolio

OUTPUTS = ("marginal.csv", "marginal.html", "marginal.parquet")
MARGINAL = Annotated[list[str] | None, typer.Option(
    "--marginal", help="Account of the portfolio (AccNumber or PortNumber/AccNumber): the book "
    "with it, without it, and it alone; repeatable.")]
ADD_LOCATION = Annotated[Path | None, typer.Option(
    "--add-location", help="Locations that are not in the portfolio yet: what they would do to it.",
)]
ADD_ACCOUNT = Annotated[Path | None, typer.Option(
    "--add-account", help="OED account file of the locations added.")]


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose marginal effect is asked: accounts of the portfolio, and files to be added."""

    accounts: Sequence[str] = ()
    location: Path | None = None
    account: Path | None = None

    def __bool__(self) -> bool:
        return bool(self.accounts) or self.location is not None

    @property
    def inputs(self) -> dict[str, Path]:
        """Return the files read."""
        named = {"add_location": self.location, "add_account": self.account}
        return {name: path for name, path in named.items() if path is not None}


def asked_for(accounts: Sequence[str] | None, location: Path | None, account: Path | None,
              book: Path | None) -> Asked:
    """Return what was asked for. Raises the error of wrong usage."""
    if account is not None and (location is None or book is None):
        raise typer.BadParameter("--add-account wants --add-location and --account")
    names = [word.strip() for entry in accounts or () for word in entry.split(",")]
    return Asked(tuple(name for name in names if name), location, account)


@dataclass(frozen=True, slots=True)
class Added:
    """A portfolio with what is added: keys of the new locations; files as the book reads them."""

    portfolio: "Portfolio"
    keys: Sequence[tuple[str, str, str]]
    files: "tuple[JoinedFile, JoinedFile] | None" = None

    def told(self, problems: "Iterable[Problem]") -> "tuple[Problem, ...]":
        """Return faults of joined files as those of the files they are of."""
        found = tuple(problems)
        for file in self.files or ():
            found = tuple(file.told(item) for item in found)
        return found


def add_files(asked: Asked, portfolio: "Portfolio", path: Path, account: Path | None,
              folder: Path, *, skip_bad: bool, coordinates: str | None) -> Added:
    """Return a portfolio with the locations to be added; joined OED files are kept in ``folder``.

    Raises
    ------
    InputError : faults of the files; locations that are in the portfolio already.
    """
    if asked.location is None:
        return Added(portfolio, ())
    from riskcloud.analysis.risk.marginal import location_keys
    from riskcloud.errors import InputError, Problem
    from riskcloud.exposure.added import join_files, join_portfolios
    from riskcloud.exposure.read import read_portfolio

    more = read_portfolio(asked.location, skip_bad=skip_bad, coordinate_system=coordinates,
                          by_account=account is not None)
    known, keys = set(location_keys(portfolio.table)), location_keys(more.table)
    twice = [Problem(0, "LocNumber", "/".join(key), "in the portfolio already: --marginal asks for "
                     "an account that is in it", asked.location.name)
             for key in keys if key in known]
    if twice:
        raise InputError(f"{asked.location}: {len(twice)} problem(s)", twice)
    both = join_portfolios(portfolio, more)
    if account is None:
        return Added(both, keys)
    accounts = [account] if asked.account is None else [account, asked.account]
    return Added(both, keys, (join_files([path, asked.location], folder / "locations"),
                              join_files(accounts, folder / "accounts")))


def wrap(risk: "Risk", asked: Asked, added: Added) -> "list[Candidate]":
    """Let a run compute the book with and without the candidates; return these."""
    from riskcloud.analysis.risk.marginal import MarginalStages, find_candidates

    found = find_candidates(risk, asked.accounts, added.keys)
    for kind, stages in tuple(risk.stages_of.items()):
        risk.use(MarginalStages(stages, found), kind)
    return found


def answer(risk: "Risk", years: "MarginalYears", periods: Sequence[float], folder: Path,
           lang: str) -> dict[str, Any]:
    """Write marginal.csv, .parquet and .html; return what summary.json holds of them."""
    from riskcloud.analysis.risk.marginal_rows import candidate_facts, marginal_rows
    from riskcloud.report.marginal import write_marginal

    found = {"candidates": candidate_facts(risk, years), "rows": marginal_rows(years, periods)}
    write_marginal(found, folder, samples=risk.request.samples, years=years.n_years, lang=lang)
    return {"marginal": found}


def retold(error: Any, added: Added) -> Any:
    """Return an InputError whose faults name the files that were given."""
    return type(error)(error.message, [replace(item) for item in added.told(error.problems)])


def print_marginal(summary: Mapping[str, Any], out: Path, lang: str) -> None:
    """Print the tables of each candidate, where any was asked of."""
    if "marginal" not in summary:
        return
    from rich.console import Console

    from riskcloud.cli.ep_terminal import framed
    from riskcloud.report.marginal import candidate_name, marginal_tables, rows_of
    from riskcloud.report.text import load_text

    text, console, found = load_text(lang), Console(), summary["marginal"]
    for candidate in found["candidates"]:
        console.print(candidate_name(candidate, text), markup=False)
        for table in marginal_tables(rows_of(found["rows"], candidate), text):
            console.print(framed(table))
    console.print(text("marginal.files", page=str(out / "marginal.html")), soft_wrap=True)
