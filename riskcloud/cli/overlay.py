"""``riskcloud overlay``: values of rasters, attributes of polygons, the nearest feature."""

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
    check_not_input,
    told_in,
)

if TYPE_CHECKING:
    from riskcloud.cli.overlay_files import Subject
    from riskcloud.geo.overlay.engine import Overlay, Wanted
    from riskcloud.geo.overlay.layers import LayerSpec

_SHOWN = 20  # notes shown on a terminal. Ours


def overlay(
    portfolio: Annotated[str, typer.Argument(help=PORTFOLIO_HELP)],
    layer: Annotated[list[str] | None, typer.Option(
        "--layer", help="[NAME=]FILE[@RETURN_PERIOD][:band, variable or column]; repeat it."),
    ] = None,
    nearest: Annotated[list[str] | None, typer.Option(
        "--nearest", help="[NAME=]FILE[:column]: the nearest feature and its distance.")] = None,
    method: Annotated[str, typer.Option("--method", help="nearest or bilinear.")] = "nearest",
    return_period: Annotated[list[float] | None, typer.Option(
        "--return-period", help="Years between those of the layers; repeat it.")] = None,
    return_period_pattern: Annotated[str | None, typer.Option(
        "--return-period-pattern", help="Where file names say the years, such as rp{rp}.")] = None,
    time: Annotated[str | None, typer.Option(
        "--time", help="UTC time, or BEGIN/END for a window.")] = None,
    time_method: Annotated[str, typer.Option(
        "--time-method", help="linear or nearest, for one time.")] = "linear",
    time_statistic: Annotated[str, typer.Option(
        "--time-statistic", help="max, min, mean or sum, for a window.")] = "max",
    layer_crs: Annotated[str | None, typer.Option(
        "--layer-crs", "--crs", help="Reference system of layers that do not say theirs.")] = None,
    layer_unit: Annotated[str | None, typer.Option(
        "--layer-unit", help="Unit of rasters that do not say theirs.")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="Unit wanted, such as m.")] = None,
    nodata: Annotated[str, typer.Option(
        "--nodata", help="auto, none, or the number that is no value.")] = "auto",
    out: Annotated[Path | None, typer.Option(
        "--out", help="CSV or .parquet; without it CSV to the terminal.")] = None,
    coordinate_system: Annotated[str | None, typer.Option(
        "--coordinates", help="WGS84, GCJ-02 or BD-09, for rows that do not say.")] = None,
    store: STORE = STORE_PATH,
    skip_bad: SKIP_BAD = False,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """Lay layers over a portfolio: one row a location, one group of columns a layer."""
    from riskcloud.cli.books import find_portfolio
    from riskcloud.cli.meter import Meter
    from riskcloud.cli.overlay_files import read_subject, write_rejected_rows, write_table
    from riskcloud.cli.terminal import progress
    from riskcloud.geo.overlay.engine import overlay as lay_over

    _check_usage(lang, method, time_method, time_statistic, coordinate_system)
    with told_in(lang, whole=True):
        layers, near = _specs(layer or [], nearest or [], return_period_pattern)
        wanted = _wanted(method, layer_crs, layer_unit, nodata, unit, time, time_method,
                         time_statistic, return_period or [])
        where = find_portfolio(portfolio, store)
        if out is not None:
            check_not_input([out], [where.path, *(one.path for one in (*layers, *near))])
            if out.suffix.lower() not in (".csv", ".parquet", ".pq") and not out.is_dir():
                raise typer.BadParameter(
                    f"--out {out}: expected a name that ends in .csv or .parquet")
        meter = Meter()
        with meter.stage("read"):
            subject = read_subject(where, skip_bad=skip_bad, coordinate_system=coordinate_system)
        with meter.stage("compute"), progress("overlay") as on_progress:
            found = lay_over(subject.assets, layers, nearest=near, wanted=wanted,
                             on_progress=on_progress)
    with meter.stage("write"):
        if out is not None or not as_json:
            write_table(subject, found, out)
        rejected = write_rejected_rows(subject, out, lang)
    _tell(subject, found, out, rejected, lang, as_json, meter.figures())
    return SET_ASIDE if subject.n_rejected else DONE


def _check_usage(lang: str, method: str, time_method: str, statistic: str,
                 coordinates: str | None) -> None:
    from riskcloud.geo.overlay.sample import METHODS
    from riskcloud.geo.overlay.times import METHODS as TIME_METHODS
    from riskcloud.geo.overlay.times import STATISTICS

    check_lang(lang)
    check_choice("--method", method, METHODS)
    check_choice("--time-method", time_method, TIME_METHODS)
    check_choice("--time-statistic", statistic, STATISTICS)
    check_coordinates(coordinates)


def _specs(layer: list[str], nearest: list[str], pattern: str | None,
           ) -> tuple[list["LayerSpec"], list["LayerSpec"]]:
    """Return the layers asked for; every one that cannot be is told at once."""
    from riskcloud.errors import InputError
    from riskcloud.geo.overlay.layers import parse_layer, with_periods
    from riskcloud.geo.overlay.raster import driver_of

    if not layer and not nearest:
        raise typer.BadParameter("give a --layer or a --nearest")
    done, faults = [], []
    for text in (*layer, *nearest):
        try:
            done.append(parse_layer(text))
        except InputError as error:
            faults.append(error)
    if faults:
        raise InputError("; ".join(fault.message for fault in faults),
                         [problem for fault in faults for problem in fault.problems])
    layers, near = done[:len(layer)], done[len(layer):]
    if pattern is not None:
        rasters = [driver_of(spec.path) != "" for spec in layers]
        periods = iter(with_periods([one for one, is_raster in zip(layers, rasters, strict=True)
                                     if is_raster], pattern))
        layers = [next(periods) if is_raster else one
                  for one, is_raster in zip(layers, rasters, strict=True)]
    return layers, near


def _wanted(method: str, crs: str | None, layer_unit: str | None, nodata: str, unit: str | None,
            time: str | None, time_method: str, statistic: str, periods: list[float],
            ) -> "Wanted":
    from riskcloud.geo.overlay.engine import Wanted
    from riskcloud.geo.overlay.stated import Stated
    from riskcloud.geo.overlay.times import parse_time

    if nodata not in ("auto", "none"):
        try:
            float(nodata)
        except ValueError as error:
            raise typer.BadParameter(f"--nodata {nodata}: expected auto, none or a number"
                                     ) from error
    if bad := [period for period in periods if not 0.0 < period < 1e9]:
        raise typer.BadParameter(f"--return-period {bad[0]:g}: expected years above 0")
    choice = None if time is None else parse_time(time, method=time_method, statistic=statistic)
    return Wanted(method=method, stated=Stated(crs=crs, unit=layer_unit, nodata=nodata), unit=unit,
                  time=choice, return_period_yr=tuple(sorted(set(periods))))


def _tell(subject: "Subject", found: "Overlay", out: Path | None, rejected: Path | None, lang: str,
          as_json: bool, figures: dict[str, Any]) -> None:
    from riskcloud.files import to_json
    from riskcloud.messages import translated

    notes = [translated(note, lang) for note in dict.fromkeys([*subject.notes, *found.notes])]
    if as_json:
        typer.echo(to_json({
            "n_locations": len(subject.assets.lon), "n_rejected": subject.n_rejected,
            "columns": ["loc_id", "lon", "lat", *found.columns], "layers": found.layers,
            "counts": _counts(found), "notes": notes, "out": None if out is None else str(out),
            "rejected": None if rejected is None else str(rejected), **figures}))
        return
    _tell_rejected(subject, rejected, lang)
    for note in notes[:_SHOWN]:
        typer.echo(note, err=True)
    if len(notes) > _SHOWN:
        typer.echo(f"... {len(notes) - _SHOWN} (--json)", err=True)


def _tell_rejected(subject: "Subject", rejected: Path | None, lang: str) -> None:
    """Say how many rows were set aside and where, or which and why where no file has them."""
    from riskcloud.cli.options import in_words

    if not subject.n_rejected:
        return
    if rejected is None:
        for problem in in_words(subject.rejected[:_SHOWN], lang):
            typer.echo(str(problem), err=True)
    where = "" if rejected is None else f": {rejected}" if lang == "en" else f"：{rejected}"
    words = "{} row(s) set aside" if lang == "en" else "{} 行未采用"
    typer.echo(words.format(subject.n_rejected) + where, err=True)


def _counts(found: "Overlay") -> dict[str, dict[str, int]]:
    """Return how many locations have each status, by column."""
    import numpy as np

    done = {}
    for name, values in found.columns.items():
        if name.endswith("_status"):
            words, n = np.unique(values.astype(str), return_counts=True)
            done[name.removesuffix("_status")] = {str(w): int(k) for w, k in
                                                  zip(words, n, strict=True)}
    return done
