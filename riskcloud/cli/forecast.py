"""``riskcloud forecast``: a portfolio and what agencies say of a storm to losses, report, map."""

from pathlib import Path
from typing import Annotated

import typer

from riskcloud.cli.advisories import AGENCY, CACHE, FEEDS, ISSUED_AT, REPLAY, STORM
from riskcloud.cli.books import PORTFOLIO_HELP, STORE, STORE_PATH
from riskcloud.cli.clauses import CLAUSES
from riskcloud.cli.options import (
    DONE,
    JSON,
    LANG,
    SET_ASIDE,
    SKIP_BAD,
    check_choice,
    check_coordinates,
    check_lang,
    told_in,
    wind_model,
)
from riskcloud.cli.surface_options import DEM, HEIGHT, LAND_COVER, LAND_COVER_SCHEME, TERRAIN

MOST_MEMBERS = 100_000
"""Ours: sums of a few hundred clients and branches over so many stay within a gigabyte."""

PERILS_OPTION = Annotated[list[str] | None, typer.Option(
    "--perils", help="wind, rain, surge: separated by commas or repeated. Rain and surge are of "
                     "the same storms; their depth wants --dem.")]
TIDE = Annotated[float, typer.Option(
    "--tide", help="Tide that a surge comes on, m above the elevation's datum.")]
ACCOUNT = Annotated[Path | None, typer.Option(
    "--account", help="OED account file: PORTFOLIO is its location file; gross is then what "
                      "its policies pay.")]
REINS_INFO = Annotated[Path | None, typer.Option(
    "--reins-info", help="OED reinsurance info file: net losses too.")]
REINS_SCOPE = Annotated[Path | None, typer.Option(
    "--reins-scope", help="OED reinsurance scope file.")]
RATES = Annotated[Path | None, typer.Option(
    "--rates", help="Table of currency and rate, for a book in several currencies.")]
PREVIOUS = Annotated[Path | None, typer.Option(
    "--previous", help="Folder of an earlier run: also say what changed, and why.")]
ENSEMBLE = Annotated[list[Path] | None, typer.Option(
    "--ensemble", help="Ensemble of the storm: ECMWF BUFR or TIGGE CXML; repeated.")]
ENSEMBLE_INTENSITY = Annotated[str, typer.Option(
    "--ensemble-intensity", help="anchored (to the agencies' analysis) or raw.")]
KEEP_SAMPLES = Annotated[bool, typer.Option(
    "--keep-samples", help="Also write the sampled losses of every location.")]
MEMBERS = Annotated[int, typer.Option(
    "--members", min=1, max=MOST_MEMBERS, help="Realisations in all.")]
WIND_MODELS = Annotated[list[str] | None, typer.Option(
    "--wind-models", help="all, or names separated by commas or repeated.")]
COORDINATES = Annotated[str | None, typer.Option(
    "--coordinates", help="WGS84, GCJ-02 or BD-09 for rows that do not say it.")]


def forecast(
    portfolio: Annotated[Path, typer.Argument(help=PORTFOLIO_HELP)],
    advisories: Annotated[list[Path] | None, typer.Argument(
        metavar="ADVISORY...", help="Bulletins, ensembles or a best track, of any agencies, as "
                                    "they came.")] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")] = Path("out"),
    wind_models: WIND_MODELS = None,
    members: MEMBERS = 500,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same numbers.")] = 1,
    skip_bad: SKIP_BAD = False,
    keep_samples: KEEP_SAMPLES = False,
    coordinates: COORDINATES = None,
    agency: AGENCY = None,
    storm: STORM = None,
    issued_at: ISSUED_AT = None,
    ensemble: ENSEMBLE = None,
    ensemble_intensity: ENSEMBLE_INTENSITY = "anchored",
    feeds: FEEDS = None,
    cache: CACHE = Path("riskcloud-feeds"),
    replay: REPLAY = None,
    previous: PREVIOUS = None,
    land_cover: LAND_COVER = None,
    land_cover_scheme: LAND_COVER_SCHEME = "",
    terrain: TERRAIN = "",
    dem: DEM = None,
    height: HEIGHT = None,
    perils: PERILS_OPTION = None,
    tide: TIDE = 0.0,
    account: ACCOUNT = None,
    reins_info: REINS_INFO = None,
    reins_scope: REINS_SCOPE = None,
    clauses: CLAUSES = None,
    rates: RATES = None,
    store: STORE = STORE_PATH,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """Forecast the loss of a typhoon to a portfolio: distribution by asset, client and branch."""
    from riskcloud.analysis.forecast import ForecastRequest
    from riskcloud.cli.forecast_job import Job, run_job
    from riskcloud.cli.surface_options import checked_height_m, surface_layers
    from riskcloud.cli.terminal import print_forecast
    from riskcloud.files import to_json

    check_lang(lang)
    check_coordinates(coordinates)
    check_choice("--ensemble-intensity", ensemble_intensity, ("anchored", "raw"))
    if not advisories and not ensemble and feeds is None:
        raise typer.BadParameter("give an ADVISORY, --ensemble or --feeds")
    terms = _terms(account, reins_info, reins_scope, clauses, rates)
    names = _names(wind_models)
    wanted = _perils(perils, tide)
    layers = surface_layers(land_cover, land_cover_scheme, dem, terrain=terrain)
    height_m = checked_height_m(height)
    settings = {"wind_models": list(names or ("all",)), "members": members, "seed": seed,
                "skip_bad": skip_bad, "keep_samples": keep_samples, "lang": lang,
                "coordinates": coordinates, "agency": agency, "storm": storm,
                "issued_at": issued_at, "anchored": ensemble_intensity == "anchored",
                "feeds": feeds, "terrain": terrain, "land_cover_scheme": land_cover_scheme,
                "height_m": height_m, "perils": list(wanted), "tide_m": tide}
    with told_in(lang, whole=True):
        done = run_job(Job(portfolio, store, tuple(advisories or ()), tuple(ensemble or ()), out,
                           ForecastRequest(names, members, seed, layers, height_m, wanted, tide),
                           settings, cache, replay, previous, terms))
    if as_json:
        typer.echo(to_json({**done.result.summary, **done.figures, "out": str(out)}))
    else:
        print_forecast(done.result, done.figures, out, lang)
    return SET_ASIDE if done.set_aside else DONE


def _terms(account: Path | None, reins_info: Path | None, reins_scope: Path | None,
           clauses: Path | None, rates: Path | None) -> dict[str, Path]:
    """Return the OED files given, by name. Raises the error of wrong usage."""
    if (reins_info is None) != (reins_scope is None):
        raise typer.BadParameter("--reins-info and --reins-scope belong together")
    if reins_info is not None and account is None:
        raise typer.BadParameter("--reins-info: treaties act on policies; give --account too")
    if clauses is not None and account is None:
        raise typer.BadParameter("--clauses: they act on policies; give --account too")
    if rates is not None and account is None:
        raise typer.BadParameter("--rates wants --account")
    files = {"account": account, "reins_info": reins_info, "reins_scope": reins_scope,
             "clauses": clauses, "rates": rates}
    return {name: path for name, path in files.items() if path is not None}


def _names(wind_models: list[str] | None) -> tuple[str, ...] | None:
    """Return the models asked for, each once; None for all."""
    named = [name.strip() for entry in wind_models or () for name in entry.split(",")]
    names = [wind_model("--wind-models", name) for name in named if name not in ("", "all")]
    return None if not names or "all" in named else tuple(dict.fromkeys(names))


def _perils(words: list[str] | None, tide_m: float) -> tuple[str, ...]:
    """Return the perils asked for, wind always among them. Raises the error of wrong usage."""
    from riskcloud.analysis.water.storm import PERILS, SURGE, WIND

    named = {word.strip().lower() for entry in words or (WIND,) for word in entry.split(",")}
    for word in sorted(named - {""}):
        check_choice("--perils", word, PERILS)
    if WIND not in named:
        raise typer.BadParameter("--perils: wind is part of every forecast; for one peril alone "
                                 "there are riskcloud rain, flood and surge")
    if tide_m and SURGE not in named:
        raise typer.BadParameter("--tide: a surge comes on it; give --perils wind,surge")
    return tuple(name for name in PERILS if name in named)
