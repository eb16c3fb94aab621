"""``riskcloud book``: portfolios kept as versioned snapshots: load, list, show."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskcloud.cli.books import STORE, STORE_PATH
from riskcloud.cli.options import (
    DONE,
    JSON,
    LANG,
    SET_ASIDE,
    SKIP_BAD,
    check_coordinates,
    check_lang,
    in_words,
    told_in,
)

if TYPE_CHECKING:
    from riskcloud.store.snapshots import Book

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None,
                  help="Portfolios kept as versioned snapshots: load, list, show.")

_STEPS = 1000  # of the progress bar
_READ_SHARE = 0.7  # of a load's time goes into reading and checking; ours, measured

_WORDS = {
    "name": {"zh": "名称", "en": "name"},
    "version": {"zh": "版本", "en": "version"},
    "n_locations": {"zh": "标的数", "en": "locations"},
    "n_rejected": {"zh": "未采用行数", "en": "rows set aside"},
    "created_utc": {"zh": "载入时间 (UTC)", "en": "loaded (UTC)"},
    "source": {"zh": "来源文件", "en": "source file"},
    "tiv": {"zh": "保额", "en": "sum insured"},
    "extent": {"zh": "范围(西、南、东、北)", "en": "extent (west, south, east, north)"},
    "columns": {"zh": "列", "en": "columns"},
    "path": {"zh": "位置", "en": "where"},
    "none": {"zh": "{store} 中没有组合", "en": "no books in {store}"},
    "loaded": {"zh": "已载入 {name} 第 {version} 版:{n} 个标的,{seconds:.1f} 秒",
               "en": "loaded {name} version {version}: {n} locations, {seconds:.1f} s"},
    "rejected": {"zh": "{n} 行未采用,原因见 {path}",
                 "en": "{n} rows set aside, the reasons are in {path}"},
}

_INDEX_FROM = 1_000_000
"""Locations from which on a load also makes the index that `within` and `quake` use: a second for
each million or so; of smaller books it is made at first use, in no time. Ours."""


@app.command("load")
def load(
    portfolio: Annotated[Path, typer.Argument(help="CSV, XLSX, GeoParquet, GeoPackage, shapefile "
                                                   "or GeoJSON.")],
    name: Annotated[str, typer.Option("--name", help="Name of the book; its next version is "
                                                     "written, earlier ones stay.")],
    skip_bad: SKIP_BAD = False,
    coordinates: Annotated[str | None, typer.Option(
        "--coordinates", help="WGS84, GCJ-02 or BD-09 for rows that do not say it.")] = None,
    out: Annotated[Path | None, typer.Option(
        "--out", help="Folder for a copy of rejected.csv, which lies beside the snapshot.")] = None,
    store: STORE = STORE_PATH,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """Check a portfolio and keep it as the next snapshot of a book."""
    from riskcloud.analysis.books import Loading, load_book
    from riskcloud.analysis.within.index import index_of_book
    from riskcloud.cli.meter import Meter
    from riskcloud.cli.terminal import progress
    from riskcloud.files import to_json

    check_lang(lang)
    check_coordinates(coordinates)
    meter = Meter()
    with progress("book load") as bar, told_in(lang, whole=True):
        book = load_book(store, name, portfolio, Loading(
            skip_bad, coordinates, in_words=lambda problems: in_words(problems, lang),
            on_read=lambda done, total: bar(int(_STEPS * _READ_SHARE * done / total), _STEPS),
            on_write=lambda done, total: bar(int(_STEPS * (
                _READ_SHARE + (1.0 - _READ_SHARE) * done / total)), _STEPS)))
    for stage, seconds in book.manifest["timings_s"].items():
        meter.timings_s[stage] += seconds
    if len(book) >= _INDEX_FROM:  # the snapshot stands already: a kill costs the index alone
        with progress("index") as bar, meter.stage("compute"):
            index_of_book(book, on_progress=bar)
    rejected = _rejected(book, out)
    if as_json:
        typer.echo(to_json({**_record(book, lang), "rejected": rejected, **meter.figures()}))
    else:
        seconds = sum(meter.timings_s.values())
        typer.echo(_word("loaded", lang).format(name=book.name, version=book.version,
                                                n=f"{len(book):,}", seconds=seconds))
        if rejected:
            typer.echo(_word("rejected", lang).format(n=book.manifest["n_rejected"],
                                                      path=rejected))
    return SET_ASIDE if book.manifest["n_rejected"] else DONE


@app.command("list")
def list_books(store: STORE = STORE_PATH, lang: LANG = "zh", as_json: JSON = False) -> int:
    """List the books of a store, each with its current snapshot."""
    from riskcloud.files import to_json
    from riskcloud.store.snapshots import list_books as listed

    check_lang(lang)
    books, damaged = listed(store)
    if as_json:
        typer.echo(to_json({"store": str(store), "books": [_record(book, lang) for book in books],
                            "damaged": damaged}))
        return DONE
    if books:
        _print_list(books, lang)
    elif not damaged:
        typer.echo(_word("none", lang).format(store=store))
    for text in damaged:
        typer.echo(f"! {text}", err=True)
    return DONE


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="Name of the book.")],
    version: Annotated[int | None, typer.Option(
        "--version", min=1, help="An earlier snapshot; else the current one.")] = None,
    verify: Annotated[bool, typer.Option(
        "--verify", help="Also compare the hash of the file of locations.")] = False,
    store: STORE = STORE_PATH,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """Show one snapshot: counts, sums insured, columns, where it came from."""
    from riskcloud.files import to_json
    from riskcloud.store.snapshots import open_book

    check_lang(lang)
    with told_in(lang, whole=True):
        book = open_book(store, name, version)
        if verify:
            book.verify()
    if as_json:
        typer.echo(to_json(_record(book, lang), indent=2))
    else:
        _print_book(book, lang)
    return DONE


def _rejected(book: "Book", out: Path | None) -> str | None:
    """Return where the faults of rows set aside are written, None where there are none."""
    import shutil

    from riskcloud.exposure.rejected import FILE
    from riskcloud.files import written_aside

    path = book.path / FILE
    if not path.is_file():
        return None
    if out is None:
        return str(path)
    with written_aside(out / FILE) as aside:
        shutil.copyfile(path, aside)
    return str(out / FILE)


def _record(book: "Book", lang: str) -> dict[str, Any]:
    """Return all that a manifest says, and where the snapshot is, as the JSON object."""
    from riskcloud.messages import translated

    manifest = dict(book.manifest)
    manifest["notes"] = [translated(note, lang) for note in manifest.get("notes", [])]
    return {"path": str(book.path), **manifest}


def _word(key: str, lang: str) -> str:
    return _WORDS[key][lang]


def _sums(book: "Book") -> str:
    return ", ".join(f"{entry['tiv']:,.0f} {entry['currency']}"
                     for entry in book.manifest["by_currency"])


def _print_list(books: "list[Book]", lang: str) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table()
    for key in ("name", "version", "n_locations", "tiv", "created_utc", "source"):
        table.add_column(_word(key, lang), overflow="fold",
                         justify="right" if key in ("version", "n_locations", "tiv") else "left")
    for book in books:
        source = Path(book.manifest.get("source", {}).get("path", "")).name
        table.add_row(escape(book.name), str(book.version), f"{len(book):,}", _sums(book),
                      _moment(book), escape(source))
    Console(highlight=False).print(table)


def _moment(book: "Book") -> str:
    """Return when a book was loaded, to the minute; the heading says that it is UTC."""
    return str(book.manifest.get("created_utc", ""))[:16].replace("T", " ")


def _print_book(book: "Book", lang: str) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    manifest = book.manifest
    source = manifest.get("source", {})
    facts = {
        "name": book.name, "version": str(book.version), "path": str(book.path),
        "n_locations": f"{len(book):,}", "n_rejected": f"{manifest.get('n_rejected', 0):,}",
        "tiv": _sums(book), "created_utc": _moment(book),
        "extent": ", ".join(f"{value:g}" for value in manifest["extent"]),
        "source": f"{source.get('path', '')} (sha256 {source.get('sha256', '')[:12]})",
        "columns": ", ".join(item["name"] for item in manifest["columns"]),
    }
    table = Table(show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for key, text in facts.items():
        table.add_row(_word(key, lang), escape(text))
    console = Console(highlight=False)
    console.print(table)
    for note in _record(book, lang)["notes"]:
        console.print(f"- {escape(note)}")
