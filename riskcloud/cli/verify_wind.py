"""``riskcloud verify wind``: observed station winds against those of the model."""

from pathlib import Path
from typing import Annotated

import typer

from riskcloud.cli.options import (
    JSON,
    LANG,
    SKIP_BAD,
    check_choice,
    check_lang,
    set_aside,
    wind_model,
)
from riskcloud.cli.surface_options import (
    DEM,
    HEIGHT,
    LAND_COVER,
    LAND_COVER_SCHEME,
    TERRAIN,
    checked_height_m,
    surface_layers,
)


def wind(
    more: Annotated[list[Path] | None, typer.Argument(
        metavar="[TRACK]...", help="More tracks.")] = None,
    track: Annotated[list[Path] | None, typer.Option(
        "--track", help="Best track, any format, of one storm or many; repeated.")] = None,
    observed: Annotated[Path | None, typer.Option(
        "--observed", help="CSV of station winds (docs/verify-wind.md).")] = None,
    agency: Annotated[str | None, typer.Option("--agency", help="Which agency's fixes.")] = None,
    model: Annotated[list[str] | None, typer.Option(
        "--model", help="Wind model, repeated; without it all, by their weights.")] = None,
    measure: Annotated[str | None, typer.Option(
        "--measure", help="gust_3s, mean_10min, mean_1h or sustained_1min; without it the first "
        "that the file has.")] = None,
    land_cover: LAND_COVER = None,
    land_cover_scheme: LAND_COVER_SCHEME = "",
    terrain: TERRAIN = "",
    dem: DEM = None,
    height: HEIGHT = None,
    exclude: Annotated[list[str] | None, typer.Option(
        "--exclude", help="Station left out, by name; repeated.")] = None,
    skip_bad: SKIP_BAD = False,
    lang: LANG = "zh",
    out: Annotated[Path | None, typer.Option(
        "--out", help="Folder for stations.csv, skill.json, scatter.svg, skill.html.")] = None,
    as_json: JSON = False,
) -> int:
    """Compare winds observed at stations with modelled ones: bias (model - observed), RMSE, plot.

    Tracks are matched to observations by sid. Statistics are given overall, by storm, model,
    station and exposure, with and without stations on hilltops.
    """
    from riskcloud.analysis.skill.verify import Request
    from riskcloud.cli.verify_wind_job import run
    from riskcloud.files import to_json

    check_lang(lang)
    tracks = (*(track or ()), *(more or ()))
    if not tracks:
        raise typer.BadParameter("missing --track: give the track of each storm observed")
    if observed is None:
        raise typer.BadParameter("missing --observed: give the CSV of station winds")
    request = Request(
        observed=observed, tracks=tracks, agency=agency, models=_models(model),
        measure=_measure(measure), exclude=tuple(exclude or ()), skip_bad=skip_bad,
        surface=surface_layers(land_cover, land_cover_scheme, dem, terrain=terrain),
        height_m=None if height is None else checked_height_m(height))
    skill, figures = run(request, out, lang)
    if as_json:
        typer.echo(to_json({**skill.summary, **figures, "out": None if out is None else str(out)}))
    else:
        from riskcloud.cli.verify_wind_terminal import print_skill

        print_skill(skill, figures, out, lang)
    return set_aside(skill.rejected, None if out is None else out / "stations.csv", lang)


def _models(names: list[str] | None) -> tuple[str, ...] | None:
    return tuple(dict.fromkeys(wind_model("--model", name) for name in names)) if names else None


def _measure(name: str | None) -> str | None:
    from riskcloud.hazard.typhoon.observed.columns import MEASURES

    if name is not None:
        check_choice("--measure", name, MEASURES)
    return name
