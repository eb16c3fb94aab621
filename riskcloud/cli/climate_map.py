"""``riskcloud climate map``: winds by return period at sites or on a grid, from an event set."""

from pathlib import Path
from typing import Annotated

import typer

from riskcloud.cli.options import JSON, LANG, SKIP_BAD, check_lang, set_aside, told_in, wind_model
from riskcloud.cli.surface_options import (
    DEM,
    HEIGHT,
    LAND_COVER,
    LAND_COVER_SCHEME,
    TERRAIN,
    checked_height_m,
    layer_inputs,
    surface_layers,
)

MOST_PERIODS = 20


def climate_map(
    events: Annotated[Path, typer.Argument(
        help="Folder of an event set (riskcloud climate typhoon).")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the results.")],
    sites: Annotated[Path | None, typer.Option(
        "--sites", help="CSV or Parquet with lon and lat.")] = None,
    grid: Annotated[float | None, typer.Option(
        "--grid", help="Or a grid of this spacing in degrees.")] = None,
    area: Annotated[str | None, typer.Option(
        "--area", metavar="W,S,E,N", help="Of the grid, degrees; default that of the event set.",
    )] = None,
    return_periods: Annotated[str, typer.Option(
        "--return-periods", help="Years, separated by commas.")] = "10,50,100",
    models: Annotated[list[str] | None, typer.Option(
        "--models", help="Wind model; repeatable. Default: all, one drawn for each storm.")] = None,
    climate: Annotated[list[str] | None, typer.Option(
        "--climate", help="Scenario shown beside the present; repeatable.")] = None,
    land_cover: LAND_COVER = None,
    land_cover_scheme: LAND_COVER_SCHEME = "",
    terrain: TERRAIN = "",
    dem: DEM = None,
    height: HEIGHT = None,
    reference_only: Annotated[bool, typer.Option(
        "--reference-only", help="Leave out winds at the sites' own surface: faster.")] = False,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same numbers.")] = 2013,
    file_format: Annotated[str, typer.Option(
        "--format", help="Of the table: csv, parquet or gpkg.")] = "csv",
    skip_bad: SKIP_BAD = False,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """Gusts and 10-min means by return period, with bands and grades; a map and a page.

    At 10 m over open country (GB 50009 terrain B), as design codes state wind, and at the sites'
    own surface and height.
    """
    from riskcloud.cli.climate_map_job import Job, run
    from riskcloud.cli.options import check_choice
    from riskcloud.hazard.typhoon.climate.scenarios import list_scenarios

    check_lang(lang)
    check_choice("--format", file_format, ("csv", "parquet", "gpkg"))
    for name in climate or ():
        check_choice("--climate", name, list_scenarios())
    if (sites is None) == (grid is None):
        raise typer.BadParameter("give either --sites FILE or --grid DEGREES")
    if area is not None and grid is None:
        raise typer.BadParameter("--area belongs to --grid")
    named = tuple(wind_model("--models", name) for name in models or ())
    layers = surface_layers(land_cover, land_cover_scheme, dem, terrain=terrain)
    job = Job(events=events, out=out, sites=sites, grid=grid, area=area,
              periods=parse_periods(return_periods), models=named or None,
              scenarios=tuple(dict.fromkeys(climate or ())), layers=layers,
              layer_files=tuple(layer_inputs(layers)), height_m=checked_height_m(height),
              local=not reference_only, seed=seed, file_format=file_format, lang=lang,
              skip_bad=skip_bad)
    with told_in(lang, whole=True):
        said, rejected = run(job)
    if as_json:
        from riskcloud.files import to_json

        typer.echo(to_json(said))
    else:
        from riskcloud.cli.climate_map_terminal import print_climate

        print_climate(said, lang)
    return set_aside(rejected, out / "wind_climate.csv", lang)


def parse_periods(text: str) -> tuple[float, ...]:
    """Return return periods in years, ascending. Raises the error of wrong usage."""
    try:
        periods = sorted({float(one) for one in text.split(",") if one.strip()})
    except ValueError as error:
        raise typer.BadParameter(
            f"--return-periods {text}: expected years separated by commas") from error
    if not periods or len(periods) > MOST_PERIODS or not all(1.0 < one < 1e7 for one in periods):
        raise typer.BadParameter(f"--return-periods {text}: expected 1 to {MOST_PERIODS} periods "
                                 "of more than a year")
    return tuple(periods)
