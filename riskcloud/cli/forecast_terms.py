"""Policies and treaties beside a forecast's portfolio: read, checked, made ready."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from riskcloud.cli.options import told_in

if TYPE_CHECKING:
    from riskcloud.analysis.terms.book import Compiled
    from riskcloud.errors import Problem
    from riskcloud.exposure.portfolio import Portfolio


def read_terms(files: Mapping[str, Path], location: Path, portfolio: "Portfolio",
               perils: tuple[str, ...], *, skip_bad: bool, lang: str,
               ) -> "tuple[Portfolio, Compiled | None, tuple[Problem, ...]]":
    """Return the portfolio's locations that the book has, the book made ready, and its faults.

    files : account, reins_info, reins_scope, clauses and rates; without any the portfolio as it is,
        and None.
    location : the portfolio's file, which must be an OED location file.

    Raises
    ------
    InputError : faults of the files (without skip_bad), or perils that are not covered together.
    """
    if not files:
        return portfolio, None, ()
    from riskcloud.analysis.forecast_terms import check_one_loss, event_code
    from riskcloud.analysis.terms.book import compile_book
    from riskcloud.analysis.terms.book_locations import check_numbers, matched
    from riskcloud.exposure.oed.book import read_book
    from riskcloud.exposure.oed.currencies import converted_portfolio, read_rates

    with told_in(lang, whole=True):
        check_numbers(portfolio)
        rates = read_rates(files["rates"]) if "rates" in files else None
        book, problems = read_book(location, files["account"],
                                   reins_info=files.get("reins_info"),
                                   reins_scope=files.get("reins_scope"), rates=rates,
                                   clauses=files.get("clauses"), skip_bad=skip_bad)
        compiled = compile_book(book, event_code(perils))
        check_one_loss(compiled)
        held = matched(portfolio, book)
        if rates is not None:
            held = converted_portfolio(held, rates)
    return replace(held, notes=(*held.notes, *book.notes, *compiled.notes)), compiled, problems
