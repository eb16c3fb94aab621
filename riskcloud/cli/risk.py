"""``riskcloud risk``: a portfolio under an event set, to AAL, OEP and AEP."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riskcloud.cli.books import PORTFOLIO_HELP, STORE, STORE_PATH
from riskcloud.cli.climate_map import parse_periods
from riskcloud.cli.options import (
    DONE,
    JSON,
    LANG,
    SET_ASIDE,
    SKIP_BAD,
    check_coordinates,
    check_lang,
    told_in,
    wind_model,
)
from riskcloud.cli.risk_marginal import ADD_ACCOUNT, ADD_LOCATION, MARGINAL, asked_for
from riskcloud.cli.surface_options import DEM, HEIGHT, LAND_COVER, LAND_COVER_SCHEME, TERRAIN

if TYPE_CHECKING:
    from riskcloud.cli.risk_job import Done

MOST_SAMPLES = 1000
PERIODS = "10,20,50,100,200,250"
NOT_YET = ("rain", "surge", "flood", "quake")


def risk(
    portfolio: Annotated[Path, typer.Argument(help=PORTFOLIO_HELP)],
    events: Annotated[Path, typer.Option(
        "--events", help="Folder of an event set (riskcloud climate typhoon).")],
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")],
    account: Annotated[Path | None, typer.Option(
        "--account", help="OED account file: gross by its policies; PORTFOLIO is then the OED "
        "location file.")] = None,
    reins_info: Annotated[Path | None, typer.Option(
        "--reins-info", help="OED reinsurance info file: net.")] = None,
    reins_scope: Annotated[Path | None, typer.Option(
        "--reins-scope", help="OED reinsurance scope file.")] = None,
    rates: Annotated[Path | None, typer.Option(
        "--rates", help="Table of currency and rate, for accounts in several currencies.")] = None,
    perils: Annotated[list[str] | None, typer.Option(
        "--perils", help="wind (rain, surge, flood and quake: not yet).")] = None,
    samples: Annotated[int, typer.Option(
        "--samples", min=1, max=MOST_SAMPLES, help="Draws of the damage of each event.")] = 10,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same numbers.")] = 1,
    wind_models: Annotated[list[str] | None, typer.Option(
        "--wind-models", help="Wind model; repeatable. Default: all, one drawn for each storm.",
    )] = None,
    return_periods: Annotated[str, typer.Option(
        "--return-periods", help="Years, separated by commas.")] = PERIODS,
    coordinates: Annotated[str | None, typer.Option(
        "--coordinates", help="WGS84, GCJ-02 or BD-09 for rows that do not say it.")] = None,
    marginal: MARGINAL = None,
    add_location: ADD_LOCATION = None,
    add_account: ADD_ACCOUNT = None,
    land_cover: LAND_COVER = None,
    land_cover_scheme: LAND_COVER_SCHEME = "",
    terrain: TERRAIN = "",
    dem: DEM = None,
    height: HEIGHT = None,
    skip_bad: SKIP_BAD = False,
    store: STORE = STORE_PATH,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """Losses of a portfolio in simulated years: by event and year, AAL, OEP, AEP."""
    from riskcloud.analysis.risk import RiskRequest
    from riskcloud.cli.risk_job import Files, Job, run_job
    from riskcloud.cli.surface_options import checked_height_m, surface_layers
    from riskcloud.files import to_json

    check_lang(lang)
    check_coordinates(coordinates)
    _check_perils(perils)
    if (reins_info is None) != (reins_scope is None):
        raise typer.BadParameter("give --reins-info and --reins-scope, or neither")
    if account is None and (reins_info is not None or rates is not None):
        raise typer.BadParameter("--reins-info, --reins-scope and --rates want --account")
    named = tuple(wind_model("--wind-models", one) for one in wind_models or () if one != "all")
    layers = surface_layers(land_cover, land_cover_scheme, dem, terrain=terrain)
    request = RiskRequest(named or None, samples, seed, layers, checked_height_m(height))
    asked = asked_for(marginal, add_location, add_account, account)
    settings = {"perils": ["wind"], "samples": samples, "seed": seed,
                "wind_models": list(named or ("all",)), "coordinates": coordinates,
                "return_periods_yr": list(parse_periods(return_periods)), "terrain": terrain,
                "land_cover_scheme": land_cover_scheme, "height_m": request.height_m,
                "skip_bad": skip_bad, "lang": lang,
                "marginal": list(asked.accounts)}
    files = Files(portfolio, store, events, account, reins_info, reins_scope, rates)
    with told_in(lang, whole=True):
        done = run_job(Job(files, out, request, settings, asked))
    if as_json:
        typer.echo(to_json({**done.summary, **done.figures, "out": str(out)}))
    else:
        _print(done, out, lang)
    return SET_ASIDE if done.set_aside else DONE


def _print(done: "Done", out: Path, lang: str) -> None:
    from riskcloud.cli.ep_terminal import print_ep
    from riskcloud.cli.risk_marginal import print_marginal

    print_ep(done.summary, done.figures, out, lang)
    print_marginal(done.summary, out, lang)


def _check_perils(words: list[str] | None) -> None:
    """Raise the error of wrong usage for any peril but wind."""
    named = {word.strip().lower() for entry in words or () for word in entry.split(",")} - {""}
    for word in sorted(named - {"wind"}):
        raise typer.BadParameter(
            f"--perils {word}: not yet part of risk; wind is (of one storm riskcloud forecast "
            "--perils has rain and surge, flood and quake are commands of their own)"
            if word in NOT_YET else f"--perils {word}: expected wind")
