"""What commands that take bulletins share: files, addresses and times to an outlook."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riskcloud.cli.options import told_in
from riskcloud.errors import InputError, NotFoundError, Problem

if TYPE_CHECKING:
    import numpy as np

    from riskcloud.hazard.typhoon.outlook import Reading
    from riskcloud.types import Outlook

ISSUED_AT = Annotated[str | None, typer.Option(
    "--issued-at", help="What was known at that time (UTC, or with an offset): a best track after "
                        "it counts as a forecast; bulletins without a year are dated by it.")]
AGENCY = Annotated[str | None, typer.Option(
    "--agency", help="Which agency's fixes of a file that holds several.")]
FEEDS = Annotated[str | None, typer.Option(
    "--feeds", help="Also fetch what agencies publish: a TOML of addresses, or `default` for the "
                    "list that ships (docs/feeds.md).")]
CACHE = Annotated[Path, typer.Option(
    "--cache", help="Folder where fetched messages are kept.")]
REPLAY = Annotated[Path | None, typer.Option(
    "--replay", help="Folder of kept messages to use in place of the network.")]
STORM = Annotated[str | None, typer.Option(
    "--storm", help="Id or name, when a file holds several storms.")]


def utc_time(option: str, text: str | None) -> "np.datetime64 | None":
    """Return a time as UTC; without an offset it is UTC. Raises the error of wrong usage."""
    import numpy as np
    import pandas as pd

    if text is None:
        return None
    time = pd.to_datetime(text.strip(), utc=True, errors="coerce", format="ISO8601")
    if pd.isna(time):
        raise typer.BadParameter(f"{option} {text}: expected a time such as 2017-08-22T06:00Z")
    return np.datetime64(time.strftime("%Y-%m-%dT%H:%M:%S"), "s")


def read_files(paths: Sequence[Path], *, agency: str | None, storm: str | None,
               issued_at: "np.datetime64 | None", skip_bad: bool, lang: str,
               ) -> "tuple[list[Reading], list[str]]":
    """Read bulletins; every file's faults at once, or, with ``skip_bad``, those left out said."""
    from riskcloud.hazard.typhoon.outlook import read_advisory

    readings, faults, left_out = [], list[InputError](), []
    for path in paths:
        try:
            with told_in(lang):
                readings.append(read_advisory(path, agency=agency, storm=storm,
                                              arrived_utc=issued_at))
        except InputError as error:
            faults.append(error)
        except NotFoundError as error:
            faults.append(InputError(str(error)))
    if faults and not (skip_bad and readings):
        raise joined(faults)
    left_out = [f"{error.message.splitlines()[0]}: left out" for error in faults]
    return readings, left_out


def fetch_readings(feeds: str | None, cache: Path, replay: Path | None, *, agency: str | None,
                   storm: str | None, issued_at: "np.datetime64 | None",
                   ) -> "tuple[list[Reading], list[str]]":
    """Fetch feeds and read what came; a silent or unreadable agency is said, never an error."""
    from riskcloud.cli.terminal import progress
    from riskcloud.hazard.typhoon.feeds.addresses import load_feeds
    from riskcloud.hazard.typhoon.feeds.fetch import fetch
    from riskcloud.hazard.typhoon.outlook import read_advisory

    if feeds is None:
        return [], []
    readings, notes = [], []
    with progress("feeds") as on_progress:
        found = fetch(load_feeds(None if feeds == "default" else Path(feeds)), cache,
                      now_utc=issued_at, replay=replay, on_progress=on_progress)
    for message in found:
        if message.path is None:
            notes.append(f"feed {message.feed.name}: {message.message}")
            continue
        try:
            readings.append(read_advisory(
                message.path, agency=agency, storm=storm, optional=True,
                arrived_utc=message.arrived_utc))
        except (InputError, NotFoundError) as error:
            notes.append(f"feed {message.feed.name}: {str(error).splitlines()[0]}")
    return readings, notes


def joined(faults: Sequence[InputError]) -> InputError:
    """Return one error that tells several files' faults."""
    *before, last = faults
    told: list[str] = []
    problems: list[Problem] = list(last.problems)
    for error in before:
        told += [error.message, *(f"  {problem}" for problem in error.problems)]
    return InputError("\n  ".join([*told, last.message]), problems)


def read_outlook(advisories: Sequence[Path], ensembles: Sequence[Path], *, agency: str | None,
                 storm: str | None, issued_at: "np.datetime64 | None", anchored: bool,
                 skip_bad: bool, lang: str, fetched: "Sequence[Reading]" = (),
                 silent: Sequence[str] = ()) -> "tuple[Outlook, bool]":
    """Read bulletins and ensembles; return what is known, and whether a file was left out.

    fetched : what feeds brought; it follows the files. silent : the feeds that brought nothing.
    """
    from dataclasses import replace

    from riskcloud.hazard.typhoon.outlook import make_outlook

    if not advisories and not ensembles and not fetched:
        raise InputError("no bulletin to forecast from: give ADVISORY files, --ensemble, or "
                         "--feeds that answer", [Problem(0, "", "", note) for note in silent])
    readings, left_out = read_files(
        [*advisories, *ensembles], agency=agency, storm=storm, issued_at=issued_at,
        skip_bad=skip_bad, lang=lang)
    own = set(ensembles)
    outlook = make_outlook([*(r for r in readings if r.path not in own), *fetched],
                           [r for r in readings if r.path in own], issued_at=issued_at,
                           anchored=anchored, set_aside=left_out if skip_bad else None)
    return replace(outlook, notes=(*left_out, *outlook.notes)), bool(left_out)
