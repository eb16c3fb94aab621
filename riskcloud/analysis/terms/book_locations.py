"""Which location of a book each row of a portfolio is: both are read from one OED file."""

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from riskcloud.errors import InputError, Problem
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.types import Ints
from riskcloud.types.terms import OedBook

KEYS: Final = {"PortNumber": "portfolio_id", "AccNumber": "account_id", "LocNumber": "loc_id"}
"""What names a location in OED, and the columns of a portfolio that hold it."""


def book_places(book: OedBook, table: pd.DataFrame) -> Ints:
    """Return each row's place among the book's locations (n,), -1 for none."""
    words = book.locations.words
    columns = [np.asarray(words[name].word.to_pylist(), dtype=object)[words[name].code]
               for name in KEYS]
    place = {_key(*parts): k for k, parts in enumerate(zip(*columns, strict=True))}
    own = [table[name].astype(object).where(table[name].notna(), "").to_numpy()
           for name in KEYS.values()]
    return np.array([place.get(_key(*parts), -1) for parts in zip(*own, strict=True)],
                    dtype=np.int64)


def _key(*parts: Any) -> tuple[str, ...]:
    return tuple(str(part).strip() for part in parts)


def matched(portfolio: Portfolio, book: OedBook) -> Portfolio:
    """Return the locations of a portfolio that its book has, with a note on how many it has not.

    Both are read from one file: a row that only one of them set aside is left out.

    Raises
    ------
    InputError : none of them.
    """
    known = book_places(book, portfolio.table) >= 0
    left = int((~known).sum())
    if left == len(portfolio):
        raise InputError(f"{portfolio.source}: no location that the account file's book has")
    if not left:
        return portfolio
    note = f"{left} location(s) left out: not in the book of the account file"
    return replace(portfolio.select(known), notes=(*portfolio.notes, note))


def check_numbers(portfolio: Portfolio) -> None:
    """Raise InputError where several accounts have a location number."""
    name = portfolio.table["loc_id"].astype(str)
    again = np.flatnonzero(name.duplicated().to_numpy())
    if len(again):
        raise InputError(f"{portfolio.source}: {len(again)} problem(s)", [
            Problem(0, "LocNumber", str(name.iloc[k]), "several accounts have this number, and a "
                    "forecast names locations by it alone: make it unique") for k in again])
