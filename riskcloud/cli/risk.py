"""``riskcloud risk``: a portfolio under an event set, to AAL, OEP and AEP."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riskcloud.cli.books import PORTFOLIO_HELP, STORE, STORE_PATH
from riskcloud.cli.clauses import CLAUSES
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
from riskcloud.cli.risk_options import (
    ACCOUNT,
    COORDINATES,
    DEPTH,
    DEPTH_UNIT,
    EVENTS,
    FLOOD_CELL,
    LAYER_CRS,
    NODATA,
    NODATA_DRY,
    OUT,
    PERILS,
    RATES,
    REINS_INFO,
    REINS_SCOPE,
    RETURN_PERIODS,
    SAMPLES,
    SEED,
    TIDE,
    WIND_MODELS,
    YEARS,
    check_terms,
    check_years,
    wanted_flood,
    wanted_perils,
)
from riskcloud.cli.surface_options import DEM, HEIGHT, LAND_COVER, LAND_COVER_SCHEME, TERRAIN

if TYPE_CHECKING:
    from riskcloud.cli.risk_job import Done

PERIODS = "10,20,50,100,200,250"


def risk(
    portfolio: Annotated[Path, typer.Argument(help=PORTFOLIO_HELP)],
    out: OUT,
    events: EVENTS = None,
    years: YEARS = None,
    account: ACCOUNT = None,
    reins_info: REINS_INFO = None,
    reins_scope: REINS_SCOPE = None,
    rates: RATES = None,
    clauses: CLAUSES = None,
    perils: PERILS = None,
    tide: TIDE = 0.0,
    depth: DEPTH = None,
    depth_unit: DEPTH_UNIT = None,
    nodata: NODATA = "auto",
    nodata_dry: NODATA_DRY = False,
    layer_crs: LAYER_CRS = None,
    flood_cell: FLOOD_CELL = None,
    samples: SAMPLES = 10,
    seed: SEED = 1,
    wind_models: WIND_MODELS = None,
    return_periods: RETURN_PERIODS = PERIODS,
    coordinates: COORDINATES = None,
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
    from riskcloud.analysis.risk.run import RiskRequest
    from riskcloud.cli.risk_job import Files, Job, run_job
    from riskcloud.cli.surface_options import checked_height_m, surface_layers
    from riskcloud.files import to_json

    check_lang(lang)
    check_coordinates(coordinates)
    wanted = wanted_perils(perils, tide)
    check_years(wanted, events, years)
    flood = wanted_flood(wanted, depth, depth_unit, nodata, nodata_dry, layer_crs, flood_cell)
    check_terms(account, reins_info, reins_scope, rates, clauses)
    named = tuple(wind_model("--wind-models", one) for one in wind_models or () if one != "all")
    layers = surface_layers(land_cover, land_cover_scheme, dem, terrain=terrain)
    request = RiskRequest(named or None, samples, seed, layers, checked_height_m(height),
                          perils=wanted, years=years, tide_m=tide)
    asked = asked_for(marginal, add_location, add_account, account)
    settings = {"perils": list(wanted), "years": years, "tide_m": tide, "samples": samples,
                "seed": seed, "wind_models": list(named or ("all",)),
                "coordinates": coordinates, "terrain": terrain,
                "return_periods_yr": list(parse_periods(return_periods)),
                "land_cover_scheme": land_cover_scheme, "height_m": request.height_m,
                "skip_bad": skip_bad, "lang": lang, "depth_unit": depth_unit, "nodata": nodata,
                "nodata_dry": nodata_dry, "layer_crs": layer_crs, "flood_cell_deg": flood_cell,
                "marginal": list(asked.accounts)}
    files = Files(portfolio, store, events, account, reins_info, reins_scope, rates, clauses)
    with told_in(lang, whole=True):
        request = replace(request, flood=None if flood is None else flood())
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
