"""What a PORTFOLIO argument names: a file, or a book of the store."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from riskcloud.exposure.portfolio import Portfolio
    from riskcloud.store.snapshots import Book

STORE = Annotated[Path, typer.Option(
    "--store", envvar="RISKCLOUD_STORE", show_envvar=False,
    help="Folder that keeps books and other state; else $RISKCLOUD_STORE.")]
STORE_PATH = Path("riskcloud-store")
"""Where state is kept when neither --store nor $RISKCLOUD_STORE says it."""
PORTFOLIO_HELP = ("Insured assets: CSV, XLSX, GeoParquet, GeoPackage, shapefile or GeoJSON, or the "
                  "name of a book (riskcloud book list).")


@dataclass(frozen=True, slots=True)
class Found:
    """The file that holds a portfolio, and the book it is of, None where it is the user's own."""

    path: Path
    book: "Book | None"


def find_portfolio(portfolio: str | Path, store: Path) -> Found:
    """Return where a portfolio is: a file that exists wins over a book of that name.

    Raises
    ------
    InputError : neither; says which books there are. StoreError : the book is damaged.
    """
    from riskcloud.errors import InputError
    from riskcloud.store.snapshots import book_names, open_book

    path = Path(portfolio)
    if path.exists():
        return Found(path, None)
    known = book_names(store)
    if str(portfolio) not in known:
        books = ", ".join(known) or "none"
        raise InputError(f"{portfolio}: no such file, and no book of that name in {store}; "
                         f"books: {books}")
    book = open_book(store, str(portfolio))
    return Found(book.locations, book)


def book_entry(found: Found) -> dict[str, Any]:
    """Return what a run's manifest says of the book it used; nothing of a file of the user's."""
    book = found.book
    if book is None:
        return {}
    return {"book": {"name": book.name, "version": book.version,
                     "sha256": book.manifest["sha256"], "source": book.manifest.get("source")}}


def open_portfolio(portfolio: str | Path, store: Path = STORE_PATH, *, skip_bad: bool = False,
                   coordinate_system: str | None = None) -> "Portfolio":
    """Return the locations of a file or of a book's current snapshot.

    ``skip_bad`` and ``coordinate_system`` are for files: a book was checked when it was loaded.

    Raises
    ------
    InputError : no such file or book; faults of a file. StoreError : the book is damaged.
    """
    return read_found(find_portfolio(portfolio, store), skip_bad=skip_bad,
                      coordinate_system=coordinate_system)


def read_found(found: Found, *, skip_bad: bool, coordinate_system: str | None,
               by_account: bool = False) -> "Portfolio":
    """Return the locations of a portfolio that was found (see ``open_portfolio``).

    by_account : see ``read_portfolio``.
    """
    if found.book is not None:
        from riskcloud.analysis.books import book_portfolio

        return book_portfolio(found.book)
    from riskcloud.exposure.read import read_portfolio

    return read_portfolio(found.path, skip_bad=skip_bad, coordinate_system=coordinate_system,
                          by_account=by_account)
