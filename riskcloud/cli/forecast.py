"""``riskcloud forecast``: a portfolio and a track to losses, report and map."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskcloud.cli.options import (
    DONE,
    JSON,
    LANG,
    SET_ASIDE,
    SKIP_BAD,
    check_coordinates,
    check_lang,
    check_not_input,
    in_words,
    told_in,
    wind_model,
)

if TYPE_CHECKING:
    from riskcloud.exposure.portfolio import Portfolio
    from riskcloud.types import ForecastResult, Track

OUTPUTS = ("loss_table.parquet", "loss_table_locations.parquet", "losses.csv", "losses.parquet",
           "manifest.json", "map.html", "rejected.csv", "report.html", "summary.json")

MOST_MEMBERS = 100_000
"""Ours: sums of a few hundred clients and branches over so many stay within a gigabyte."""


def forecast(
    portfolio: Annotated[Path, typer.Argument(help="Insured assets: CSV, XLSX, GeoParquet, "
                                                   "GeoPackage, shapefile or GeoJSON.")],
    track: Annotated[Path, typer.Argument(help="Typhoon track: IBTrACS or a plain CSV.")],
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")] = Path("out"),
    wind_models: Annotated[list[str] | None, typer.Option(
        "--wind-models", help="all, or names separated by commas or repeated.")] = None,
    members: Annotated[int, typer.Option(
        "--members", min=1, max=MOST_MEMBERS, help="Realisations in all.")] = 500,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same numbers.")] = 1,
    skip_bad: SKIP_BAD = False,
    keep_samples: Annotated[bool, typer.Option(
        "--keep-samples", help="Also write the sampled losses of every location.")] = False,
    coordinates: Annotated[str | None, typer.Option(
        "--coordinates", help="WGS84, GCJ-02 or BD-09 for rows that do not say it.")] = None,
    agency: Annotated[str | None, typer.Option(
        "--agency", help="Which agency's fixes of an IBTrACS file.")] = None,
    storm: Annotated[str | None, typer.Option(
        "--storm", help="Id or name, when the file holds several storms.")] = None,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """Forecast the loss of a typhoon to a portfolio: distribution by asset, client and branch."""
    from riskcloud.analysis.forecast import ForecastRequest
    from riskcloud.cli.meter import Meter
    from riskcloud.cli.terminal import print_forecast
    from riskcloud.files import staged, to_json

    check_lang(lang)
    check_coordinates(coordinates)
    check_not_input((out / name for name in OUTPUTS), (portfolio, track))
    request = ForecastRequest(_names(wind_models), members, seed)
    meter = Meter()
    with meter.stage("read"):
        storm_track, book = _read(track, portfolio, agency=agency, storm=storm, skip_bad=skip_bad,
                                  coordinates=coordinates, lang=lang)
    settings = {"wind_models": list(request.wind_models or ("all",)), "members": members,
                "seed": seed, "skip_bad": skip_bad, "keep_samples": keep_samples, "lang": lang,
                "coordinates": coordinates, "agency": agency, "storm": storm}
    with staged(out, outputs=OUTPUTS) as folder:
        result = _run(book, storm_track, request, folder, meter, keep_samples)
        figures = _write(result, book, folder, meter, lang,
                         {"portfolio": portfolio, "track": track}, settings)
    if as_json:
        typer.echo(to_json({**result.summary, **figures, "out": str(out)}))
    else:
        print_forecast(result, figures, out, lang)
    return SET_ASIDE if book.rejected_rows else DONE


def _names(wind_models: list[str] | None) -> tuple[str, ...] | None:
    """Return the models asked for, each once; None for all."""
    named = [name.strip() for entry in wind_models or () for name in entry.split(",")]
    names = [wind_model("--wind-models", name) for name in named if name not in ("", "all")]
    return None if not names or "all" in named else tuple(dict.fromkeys(names))


def _read(track: Path, portfolio: Path, *, agency: str | None, storm: str | None, skip_bad: bool,
          coordinates: str | None, lang: str) -> tuple["Track", "Portfolio"]:
    """Read both files; where both have faults, all are told, in ``lang``."""
    from riskcloud.errors import InputError
    from riskcloud.exposure.read import read_portfolio
    from riskcloud.hazard.typhoon.track import read_track

    fault: InputError | None = None
    try:
        with told_in(lang):
            storm_track = read_track(track, agency=agency, event_id=storm)
    except InputError as error:
        fault = error
    try:
        with told_in(lang):
            book = read_portfolio(portfolio, skip_bad=skip_bad, coordinate_system=coordinates)
    except InputError as error:
        if fault is None:
            raise
        told = "\n  ".join([error.message, *map(str, error.problems)])
        raise InputError(f"{told}\n{fault.message}", fault.problems) from error
    if fault is not None:
        raise fault
    return storm_track, book


def _run(book: "Portfolio", track: "Track", request: Any, folder: Path, meter: Any,
         keep_samples: bool) -> "ForecastResult":
    from contextlib import ExitStack

    from riskcloud.analysis.forecast import Sinks
    from riskcloud.analysis.forecast import forecast as run_forecast
    from riskcloud.cli.terminal import progress
    from riskcloud.loss.table import LossTableWriter

    with ExitStack() as stack:
        accounts = stack.enter_context(LossTableWriter(
            folder / "loss_table.parquet", event_id=track.event_id, owner="account_id"))
        locations = stack.enter_context(LossTableWriter(
            folder / "loss_table_locations.parquet", event_id=track.event_id,
            owner="loc_id")) if keep_samples else None
        on_progress = stack.enter_context(progress("forecast"))
        with meter.stage("compute"):
            return run_forecast(book, track, request, sinks=Sinks(accounts, locations),
                                on_progress=on_progress)


def _write(result: "ForecastResult", book: "Portfolio", folder: Path, meter: Any, lang: str,
           inputs: dict[str, Path], settings: dict[str, Any]) -> dict[str, Any]:
    """Write all files but those the run wrote itself; return the figures of the run."""
    from riskcloud.analysis.manifest import make_manifest
    from riskcloud.exposure.rejected import write_rejected
    from riskcloud.files import write_json
    from riskcloud.report.outputs import write_losses, write_pages

    with meter.stage("write"):
        write_losses(result.losses, folder)
        write_pages(result, folder, lang=lang)
        if book.rejected:
            write_rejected(in_words(book.rejected, lang), folder / "rejected.csv")
    figures: dict[str, Any] = meter.figures()
    weights = {row["model"]: row["weight"] for row in result.summary["wind_models"]}
    manifest = make_manifest(inputs=inputs, cards=result.manifest["cards"],
                             settings={**settings, "wind_model_weights": weights})
    write_json({**result.summary, **figures}, folder / "summary.json")
    write_json({**manifest, **figures}, folder / "manifest.json")
    return figures
