"""``riskcloud within``: what is insured within a distance of a point, by branch, place, policy."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskcloud.cli.books import PORTFOLIO_HELP, STORE, STORE_PATH
from riskcloud.cli.options import (
    DONE,
    JSON,
    LANG,
    SET_ASIDE,
    SKIP_BAD,
    check_choice,
    check_coordinates,
    check_lang,
    in_words,
    told_in,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from riskcloud.analysis.within.answer import Within
    from riskcloud.cli.books import Found
    from riskcloud.exposure.portfolio import Portfolio
    from riskcloud.store.index import LocationIndex

GROUPS = ("branch", "place", "asset_class", "policy")
OUTPUTS = ("by_asset_class.csv", "by_branch.csv", "by_place.csv", "policies.csv", "rejected.csv",
           "rows.csv", "rows.parquet", "within.json")


def within(
    portfolio: Annotated[str, typer.Argument(help=PORTFOLIO_HELP)],
    lon: Annotated[float, typer.Option("--lon", help="Longitude of the point, degrees WGS84.")],
    lat: Annotated[float, typer.Option("--lat", help="Latitude of the point, degrees WGS84.")],
    radius_km: Annotated[float, typer.Option("--radius-km", help="Distance on the ellipsoid.")],
    at: Annotated[str | None, typer.Option(
        "--at", help="When the policies are in force (UTC, or with an offset); now without it.",
    )] = None,
    by: Annotated[list[str] | None, typer.Option(
        "--by", help="Tables to show: branch, place, asset_class, policy (repeat; all).")] = None,
    policies: Annotated[int | None, typer.Option(
        "--policies", min=0, help="List that many policies of --json, the largest; else all.",
    )] = None,
    out: Annotated[Path | None, typer.Option(
        "--out", help="Folder for all tables; or a .csv or .parquet file for the list of "
                      "locations, a .json file for the answer.")] = None,
    store: STORE = STORE_PATH,
    lang: LANG = "zh",
    as_json: JSON = False,
    skip_bad: SKIP_BAD = False,
    coordinates: Annotated[str | None, typer.Option(
        "--coordinates", help="WGS84, GCJ-02 or BD-09, for rows that do not say.")] = None,
) -> int:
    """What is in force within a distance of a point: sums insured, people, by branch and place.

    The distance is exact, on the ellipsoid; a policy partly inside shows its sum inside and in all.
    """
    from riskcloud.cli.books import find_portfolio
    from riskcloud.cli.meter import Meter

    check_lang(lang)
    if coordinates is not None:
        check_coordinates(coordinates)
    for name in by or ():
        check_choice("--by", name, GROUPS)
    moment = _checked(lon, lat, radius_km, at)
    meter = Meter()
    with told_in(lang, whole=True):
        source = find_portfolio(portfolio, store)
        _check_out(out, source.path)
        with meter.stage("read"):
            index, read = _index(source, skip_bad, coordinates)
    from riskcloud.analysis.within.answer import find_within

    with meter.stage("load"):
        find_within(index, lon, lat, 1e-6, moment)
    with meter.stage("compute"):
        found = find_within(index, lon, lat, radius_km, moment)
    answer = _answer(found, source, read, lang, policies if as_json or out else 0)
    with meter.stage("write"):
        if out is not None:
            _write(found, answer, out, source, read, lang)
    answer |= {"out": None if out is None else str(out), **meter.figures()}
    _tell(found, answer, as_json, by or list(GROUPS), lang)
    return SET_ASIDE if read is not None and read.rejected_rows else DONE


def _checked(lon: float, lat: float, radius_km: float, at: str | None) -> Any:
    """Return the moment asked about. Raises the error of wrong usage."""
    from riskcloud.analysis.within.search import check_place
    from riskcloud.errors import InputError

    try:
        check_place(lon, lat, radius_km)
    except InputError as error:
        raise typer.BadParameter(error.message) from error
    from datetime import UTC, datetime

    import numpy as np

    try:  # pandas would do too, and takes half a second to load
        moment = datetime.now(UTC) if at is None else datetime.fromisoformat(at.strip())
    except ValueError as error:
        raise typer.BadParameter(f"--at {at}: expected a time such as 2021-05-21T21:48Z") from error
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return np.datetime64(moment, "s")


def _check_out(out: Path | None, portfolio: Path) -> None:
    from riskcloud.cli.options import check_not_input

    if out is None:
        return
    if out.suffix and not out.is_dir():
        check_choice("--out: a file that ends in", out.suffix.lower(),
                     (".csv", ".parquet", ".json"))
        check_not_input([out], [portfolio])
    else:
        check_not_input([out / name for name in OUTPUTS], [portfolio])


def _index(source: "Found", skip_bad: bool, coordinates: str | None,
           ) -> "tuple[LocationIndex, Portfolio | None]":
    """Return the index of a book, or a portfolio read from a file and its index."""
    from riskcloud.analysis.within.index import index_folder, index_of_book, index_of_portfolio
    from riskcloud.cli.books import read_found

    if source.book is None:
        read = read_found(source, skip_bad=skip_bad, coordinate_system=coordinates)
        return index_of_portfolio(read), read
    if index_folder(source.book).is_dir():
        return index_of_book(source.book), None
    from riskcloud.cli.terminal import progress

    with progress("index") as bar:
        return index_of_book(source.book, on_progress=bar), None


def _answer(found: "Within", source: "Found", read: "Portfolio | None", lang: str,
            most_policies: int | None) -> dict[str, Any]:
    """Return the JSON object but for figures of the run."""
    from riskcloud.analysis.within.answer import as_record
    from riskcloud.cli.books import book_entry
    from riskcloud.messages import translated

    kept: Mapping[str, Any] = {} if source.book is None else source.book.manifest
    notes = [*(kept.get("notes", ()) if read is None else read.notes), *found.notes]
    return {
        **as_record(found, most_policies=most_policies),
        "portfolio": {"source": str(source.path), "n_locations": len(found.index),
                      "n_rejected": (kept.get("n_rejected", 0) if read is None
                                     else read.rejected_rows),
                      **book_entry(source)},
        "notes": [translated(note, lang) for note in notes]}


def _write(found: "Within", answer: "Mapping[str, Any]", out: Path, source: "Found",
           read: "Portfolio | None", lang: str) -> None:
    """Write the folder of tables, or the one file, whole or not at all."""
    from riskcloud.analysis.within.rows import rows_of_book, rows_of_portfolio, write_rows
    from riskcloud.exposure.rejected import write_rejected
    from riskcloud.files import staged, write_json, written_aside

    if out.suffix.lower() == ".json" and not out.is_dir():
        write_json(answer, out)
        return
    if source.book is not None:
        tables = rows_of_book(source.book, found.rows, found.distance_m)
    else:
        assert read is not None, "a file was read"
        tables = rows_of_portfolio(read, found.rows, found.distance_m)
    if out.suffix and not out.is_dir():
        with written_aside(out) as aside:
            write_rows(tables, **{out.suffix.lower()[1:]: aside})
        return
    with staged(out, outputs=OUTPUTS) as folder:
        write_rows(tables, csv=folder / "rows.csv", parquet=folder / "rows.parquet")
        write_json(answer, folder / "within.json")
        for name in ("by_branch", "by_place", "by_asset_class", "policies"):
            _write_table(answer[name], folder / f"{name}.csv")
        if read is not None and read.rejected:
            write_rejected(in_words(read.rejected, lang), folder / "rejected.csv")


def _write_table(records: "list[Mapping[str, Any]]", path: Path) -> None:
    """Write records as CSV with a byte-order mark, formulas defused; none at all: an empty file."""
    import csv

    from riskcloud.files import defused

    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if records:
            writer.writerow(records[0])
        for item in records:
            writer.writerow([
                defused(cell) if isinstance(cell, str)
                else f"{cell:.2f}" if key.startswith("tiv") else cell
                for key, cell in item.items()])


def _tell(found: "Within", answer: "Mapping[str, Any]", as_json: bool, by: list[str],
          lang: str) -> None:
    if as_json:
        from riskcloud.files import to_json

        typer.echo(to_json(answer))
        return
    from riskcloud.cli.within_tables import print_within

    print_within(found, answer, by, lang)
