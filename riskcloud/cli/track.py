"""``riskcloud track``: what was understood of bulletins, decks and ensembles, in one schema."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskcloud.cli.advisories import (
    AGENCY,
    CACHE,
    FEEDS,
    ISSUED_AT,
    REPLAY,
    STORM,
    fetch_readings,
    read_files,
    utc_time,
)
from riskcloud.cli.options import (
    DONE,
    JSON,
    LANG,
    SET_ASIDE,
    SKIP_BAD,
    check_lang,
    check_not_input,
    told_in,
)

if TYPE_CHECKING:
    from riskcloud.types import Track


def track(
    files: Annotated[list[Path] | None, typer.Argument(
        metavar="FILE...", help="Bulletins, decks, best tracks or ensembles as they came.")] = None,
    out: Annotated[Path | None, typer.Option(
        "--out", help="CSV to write; without it the CSV goes to the terminal.")] = None,
    agency: AGENCY = None,
    storm: STORM = None,
    issued_at: ISSUED_AT = None,
    feeds: FEEDS = None,
    cache: CACHE = Path("riskcloud-feeds"),
    replay: REPLAY = None,
    skip_bad: SKIP_BAD = False,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """Show what was understood of track files: one row a fix, in one schema (docs/outputs.md)."""
    from riskcloud.files import to_json, written_aside
    from riskcloud.hazard.typhoon.track_file import track_frame, write_tracks
    from riskcloud.messages import translated

    check_lang(lang)
    if not files and feeds is None:
        raise typer.BadParameter("give a FILE, or --feeds")
    if out is not None:
        check_not_input([out], files or [])
    when = utc_time("--issued-at", issued_at)
    with told_in(lang, whole=True):
        readings, left_out = read_files(files or [], agency=agency, storm=storm, issued_at=when,
                                        skip_bad=skip_bad, lang=lang)
    fetched, silent = fetch_readings(feeds, cache, replay, agency=agency, storm=storm,
                                     issued_at=when)
    tracks = [one for reading in (*readings, *fetched) for one in reading.tracks]
    of_files = (f"{one.source}: {note}" for one in tracks for note in one.notes)
    notes = dict.fromkeys([*left_out, *silent, *of_files])
    if out is not None:
        with written_aside(out) as aside:
            write_tracks(tracks, aside)
    if as_json:
        typer.echo(to_json({"tracks": [_described(one) for one in tracks], "notes": list(notes),
                            "out": None if out is None else str(out)}))
    elif out is None:
        typer.echo(track_frame(tracks).to_csv(index=False, lineterminator="\n"), nl=False)
    if not as_json:
        n_fixes = sum(map(len, tracks))
        for note in notes:
            typer.echo(translated(note, lang), err=True)
        typer.echo(f"{len(tracks)} track(s), {n_fixes} fix(es)" if lang == "en"
                   else f"{len(tracks)} 条路径，{n_fixes} 个定位点", err=True)
    return SET_ASIDE if left_out else DONE


def _described(one: "Track") -> dict[str, Any]:
    """A track's head, and its fixes as rows of the schema."""
    from riskcloud.hazard.typhoon.track_file import track_frame

    table = track_frame([one])
    head = {name: _plain(table[name].iloc[0]) for name in (
        "storm_id", "name", "agency", "member", "issued_utc", "base_utc", "wind_averaging_s")}
    rows = table.drop(columns=list(head)).to_dict("records")
    return {**head, "source": one.source, "n_fixes": len(one), "notes": list(one.notes),
            "fixes": [{str(key): _plain(value) for key, value in row.items()} for row in rows]}


def _plain(value: Any) -> Any:
    """Return a cell for JSON: None where blank."""
    value = value.item() if hasattr(value, "item") else value
    return None if value == "" or value != value else value
