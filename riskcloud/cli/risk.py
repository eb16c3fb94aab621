"""``riskcloud risk``: a portfolio under an event set, to AAL, OEP and AEP."""

from pathlib import Path
from typing import Annotated

import typer

from riskcloud.cli.books import PORTFOLIO_HELP, STORE, STORE_PATH
from riskcloud.cli.climate_map import parse_periods
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

MOST_SAMPLES = 1000
PERIODS = "10,20,50,100,200,250"


def risk(
    portfolio: Annotated[Path, typer.Argument(help=PORTFOLIO_HELP)],
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")],
    events: Annotated[Path | None, typer.Option(
        "--events", help="Folder of an event set (riskcloud climate typhoon): storms, and how many "
        "years.")] = None,
    years: Annotated[int | None, typer.Option(
        "--years", min=1, help="Simulated years, where no storms are asked for.")] = None,
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
        "--perils", help="wind (default), quake; comma separated or repeated.")] = None,
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
    wanted = _perils(perils)
    _check_years(wanted, events, years)
    if (reins_info is None) != (reins_scope is None):
        raise typer.BadParameter("give --reins-info and --reins-scope, or neither")
    if account is None and (reins_info is not None or rates is not None):
        raise typer.BadParameter("--reins-info, --reins-scope and --rates want --account")
    named = tuple(wind_model("--wind-models", one) for one in wind_models or () if one != "all")
    layers = surface_layers(land_cover, land_cover_scheme, dem, terrain=terrain)
    request = RiskRequest(named or None, samples, seed, layers, checked_height_m(height),
                          perils=wanted, years=years)
    settings = {"perils": list(wanted), "years": years, "samples": samples, "seed": seed,
                "wind_models": list(named or ("all",)), "coordinates": coordinates,
                "return_periods_yr": list(parse_periods(return_periods)), "terrain": terrain,
                "land_cover_scheme": land_cover_scheme, "height_m": request.height_m,
                "skip_bad": skip_bad, "lang": lang}
    files = Files(portfolio, store, events, account, reins_info, reins_scope, rates)
    with told_in(lang, whole=True):
        done = run_job(Job(files, out, request, settings))
    if as_json:
        typer.echo(to_json({**done.summary, **done.figures, "out": str(out)}))
    else:
        from riskcloud.cli.ep_terminal import print_ep

        print_ep(done.summary, done.figures, out, lang)
    return SET_ASIDE if done.set_aside else DONE


def _perils(words: list[str] | None) -> tuple[str, ...]:
    """Return the perils asked for, wind by default. Raises the error of wrong usage."""
    from riskcloud.analysis.risk_perils import PERILS, WIND

    named = {word.strip().lower() for entry in words or (WIND,) for word in entry.split(",")} - {""}
    for word in sorted(named):
        check_choice("--perils", word, PERILS)
    return tuple(name for name in PERILS if name in named)


def _check_years(perils: tuple[str, ...], events: Path | None, years: int | None) -> None:
    """Raise the error of wrong usage where storms or years are missing, or said twice."""
    from riskcloud.analysis.risk_perils import OF_STORMS

    storms = [name for name in perils if name in OF_STORMS]
    if storms and events is None:
        raise typer.BadParameter(f"--perils {','.join(storms)}: give --events, the event set of "
                                 "storms (riskcloud climate typhoon makes one)")
    if events is not None and years is not None:
        raise typer.BadParameter("--years: an event set has its own years; give one of both")
    if events is None and years is None:
        raise typer.BadParameter(f"--perils {','.join(perils)}: give --years, how many to "
                                 "simulate, or --events")
