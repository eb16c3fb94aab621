"""``riskcloud quake``: an earthquake to the policies within a radius, and what they may lose."""

from pathlib import Path
from typing import Annotated

import typer

from riskcloud.cli.books import PORTFOLIO_HELP, STORE, STORE_PATH
from riskcloud.cli.options import (
    DONE,
    JSON,
    LANG,
    SET_ASIDE,
    SKIP_BAD,
    check_coordinates,
    check_lang,
    told_in,
)

MOST_MEMBERS = 20_000
"""Ours: sums of a few hundred groups over so many stay within a gigabyte."""


def quake(
    portfolio: Annotated[str, typer.Argument(help=PORTFOLIO_HELP)],
    event: Annotated[list[Path] | None, typer.Option(
        "--event", help="The earthquake: event JSON, CENC list, USGS GeoJSON, QuakeML, FDSN text, "
        "ComCat CSV, ShakeMap grid.xml; repeat for another catalogue's origin of it.")] = None,
    event_id: Annotated[str | None, typer.Option(
        "--event-id", help="Which of several earthquakes in a file: an id, latest, largest.",
    )] = None,
    lon: Annotated[float | None, typer.Option("--lon", help="Epicentre, degrees.")] = None,
    lat: Annotated[float | None, typer.Option("--lat", help="Epicentre, degrees.")] = None,
    depth_km: Annotated[float | None, typer.Option("--depth-km", help="Of the hypocentre.")] = None,
    magnitude: Annotated[float | None, typer.Option("--magnitude")] = None,
    magnitude_type: Annotated[str, typer.Option(
        "--magnitude-type", help="Mw, Ms, M, ML or mb.")] = "M",
    strike: Annotated[float | None, typer.Option("--strike", help="Of the fault, degrees.")] = None,
    dip: Annotated[float | None, typer.Option("--dip", help="Degrees.")] = None,
    rake: Annotated[float | None, typer.Option("--rake", help="Degrees.")] = None,
    time: Annotated[str | None, typer.Option(
        "--time", help="Of the earthquake: 2021-05-21T21:48+08:00; without zone UTC.")] = None,
    radius_km: Annotated[float, typer.Option(
        "--radius-km", min=0.001, help="Policies within it are listed.")] = 50.0,
    model: Annotated[list[str] | None, typer.Option(
        "--model", help="Ground-motion model, repeated; without it the weighted ensemble.")] = None,
    uncertainty: Annotated[Path | None, typer.Option(
        "--uncertainty", help="uncertainty.xml of a ShakeMap grid.")] = None,
    members: Annotated[int, typer.Option(
        "--members", min=2, max=MOST_MEMBERS, help="Realisations.")] = 500,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same numbers.")] = 1,
    out: Annotated[Path, typer.Option("--out", help="Folder to write to.")] = Path("out"),
    skip_bad: SKIP_BAD = False,
    coordinates: Annotated[str | None, typer.Option(
        "--coordinates", help="WGS84, GCJ-02 or BD-09 for rows that do not say it.")] = None,
    store: STORE = STORE_PATH,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """List policies near an earthquake, by branch, with shaking, expected loss and a map.

    Give --event (twice for two catalogues), or --lon --lat --depth-km --magnitude.
    """
    from riskcloud.cli.quake_job import Asked, Job, run_job
    from riskcloud.files import to_json

    check_lang(lang)
    check_coordinates(coordinates)
    by_hand = {"lon": lon, "lat": lat, "depth_km": depth_km, "magnitude": magnitude}
    _check_one_way(event, by_hand)
    if event_id is not None and not event:
        raise typer.BadParameter("--event-id chooses from a file given as --event")
    if uncertainty is not None and not event:
        raise typer.BadParameter("--uncertainty belongs to a ShakeMap grid given as --event")
    asked = Asked(tuple(event or ()), event_id, uncertainty, {
        **by_hand, "magnitude_type": magnitude_type, "time": time, "strike_deg": strike,
        "dip_deg": dip, "rake_deg": rake})
    settings = {"radius_km": radius_km, "models": _models(model), "members": members,
                "seed": seed, "skip_bad": skip_bad, "coordinates": coordinates, "lang": lang}
    with told_in(lang, whole=True):
        done = run_job(Job(portfolio, store, asked, out, settings))
    if as_json:
        typer.echo(to_json({**done.result.summary, **done.figures, "out": str(out)}))
    else:
        from riskcloud.cli.quake_terminal import print_quake

        print_quake(done.result, done.figures, out, lang)
    return SET_ASIDE if done.set_aside else DONE


def _check_one_way(event: list[Path] | None, by_hand: dict[str, float | None]) -> None:
    """Raise the error of wrong usage unless the earthquake is given in one way, and whole."""
    given = [name for name, value in by_hand.items() if value is not None]
    if event and given:
        raise typer.BadParameter("give --event, or --lon --lat --depth-km --magnitude, not both")
    if not event and len(given) < len(by_hand):
        missing = " ".join(f"--{name.replace('_', '-')}" for name in by_hand if name not in given)
        raise typer.BadParameter(f"give --event, or --lon --lat --depth-km --magnitude; "
                                 f"missing: {missing if given else '--event'}")


def _models(model: list[str] | None) -> list[str] | None:
    """Return the models asked for, each once; None for the ensemble."""
    from riskcloud.errors import ModelError
    from riskcloud.hazard.earthquake.ground_motion import model_name

    names = [part.strip() for entry in model or () for part in entry.split(",") if part.strip()]
    if not names or "all" in names or "default" in names:
        return None
    try:
        return list(dict.fromkeys(model_name(name) for name in names))
    except ModelError as error:
        raise typer.BadParameter(f"--model: {error}") from error
