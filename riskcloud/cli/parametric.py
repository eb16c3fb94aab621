"""``riskcloud parametric``: what index covers pay: before a storm, of an event set, as observed."""

from pathlib import Path
from typing import Annotated

import typer

from riskcloud.cli.advisories import AGENCY, ISSUED_AT, STORM
from riskcloud.cli.climate_map import parse_periods
from riskcloud.cli.options import (
    DONE,
    JSON,
    LANG,
    SET_ASIDE,
    SKIP_BAD,
    check_lang,
    told_in,
    wind_model,
)
from riskcloud.cli.surface_options import DEM, LAND_COVER, LAND_COVER_SCHEME, TERRAIN

PERIODS = "10,20,50,100,200,250"
MOST_MEMBERS = 100_000


def parametric(
    covers: Annotated[Path, typer.Argument(
        help="Index covers: CSV, XLSX or Parquet, a row a tier (docs/parametric.md).")],
    advisories: Annotated[list[Path] | None, typer.Argument(
        metavar="ADVISORY...", help="Bulletins or a best track: payouts of the storm's "
                                    "realisations.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write to.")] = None,
    events: Annotated[Path | None, typer.Option(
        "--events", help="Folder of an event set (climate typhoon): payouts a year.")] = None,
    event: Annotated[Path | None, typer.Option(
        "--event", help="An earthquake: event JSON, CENC list, USGS GeoJSON, QuakeML, ShakeMap "
                        "grid.")] = None,
    observed: Annotated[Path | None, typer.Option(
        "--observed", help="Table of readings: Event, Date, Place, Index, Value.")] = None,
    ensemble: Annotated[list[Path] | None, typer.Option(
        "--ensemble", help="Ensemble of the storm: ECMWF BUFR or TIGGE CXML; repeated.")] = None,
    agency: AGENCY = None,
    storm: STORM = None,
    issued_at: ISSUED_AT = None,
    members: Annotated[int, typer.Option(
        "--members", min=2, max=MOST_MEMBERS, help="Realisations of a storm or earthquake.")] = 500,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same numbers.")] = 1,
    wind_models: Annotated[list[str] | None, typer.Option(
        "--wind-models", help="all, or names; repeated.")] = None,
    losses: Annotated[Path | None, typer.Option(
        "--losses", help="Losses by event of the same event set (event_losses.parquet of risk): "
                         "basis risk. With --events.")] = None,
    return_periods: Annotated[str, typer.Option(
        "--return-periods", help="Years, separated by commas. With --events.")] = PERIODS,
    land_cover: LAND_COVER = None,
    land_cover_scheme: LAND_COVER_SCHEME = "",
    terrain: TERRAIN = "",
    dem: DEM = None,
    skip_bad: SKIP_BAD = False,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """Payouts of index covers: chance of each tier, expected payout, return periods."""
    from riskcloud.analysis.parametric.storms import StormRequest
    from riskcloud.cli.parametric_job import Job, run_job
    from riskcloud.cli.surface_options import surface_layers
    from riskcloud.files import to_json

    check_lang(lang)
    given = [bool(advisories or ensemble), events is not None, event is not None,
             observed is not None]
    if sum(given) != 1:
        raise typer.BadParameter("give one of ADVISORY files, --events, --event, --observed")
    if losses is not None and events is None:
        raise typer.BadParameter("--losses: basis risk is of an event set; give --events too")
    named = tuple(wind_model("--wind-models", one) for one in wind_models or () if one != "all")
    layers = surface_layers(land_cover, land_cover_scheme, dem, terrain=terrain)
    settings = {"members": members, "seed": seed, "wind_models": list(named or ("all",)),
                "agency": agency, "storm": storm, "issued_at": issued_at, "terrain": terrain,
                "land_cover_scheme": land_cover_scheme, "skip_bad": skip_bad, "lang": lang,
                "return_periods_yr": list(parse_periods(return_periods))}
    with told_in(lang, whole=True):
        done = run_job(Job(covers, tuple(advisories or ()), tuple(ensemble or ()), events, event,
                           observed, losses, out, StormRequest(named or None, members, seed,
                                                               layers), settings))
    if as_json:
        typer.echo(to_json({**done.summary, **done.figures,
                            "out": None if out is None else str(out)}))
    else:
        from riskcloud.cli.parametric_terminal import print_parametric

        print_parametric(done.summary, done.figures, out, lang)
    return SET_ASIDE if done.set_aside else DONE
