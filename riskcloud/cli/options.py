"""Options and exit statuses that commands share."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from riskcloud.errors import InputError, NotFoundError, Problem, StoreError
from riskcloud.messages import translated

DONE, OUR_FAULT, BAD_INPUT, SET_ASIDE, WRONG_USAGE = 0, 1, 2, 3, 64
"""Exit statuses: done, our fault, bad input, done with rows set aside, wrong usage."""

LANG = Annotated[str, typer.Option("--lang", help="zh or en: language of what is shown.")]
JSON = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
SKIP_BAD = Annotated[bool, typer.Option(
    "--skip-bad", help="Go on with the good rows; write the bad ones to rejected.csv.")]


def check_choice(option: str, value: str, known: Iterable[str]) -> None:
    """Raise the error of wrong usage unless ``value`` is one of those known."""
    if value not in known:
        raise typer.BadParameter(f"{option} {value}: expected one of {', '.join(known)}")


def check_heeded(used: Mapping[str, bool], by: str, given: bool) -> None:
    """Raise the error of wrong usage for options used that nothing heeds: ``by`` is not given."""
    if lost := [option for option, said in used.items() if said and not given]:
        raise typer.BadParameter(f"{', '.join(lost)}: only with {by}")


def check_lang(lang: str) -> None:
    """Raise the error of wrong usage unless the language is one we speak."""
    check_choice("--lang", lang, ("zh", "en"))


def check_coordinates(system: str | None) -> None:
    """Raise the error of wrong usage unless a coordinate system is known, or None."""
    from riskcloud.exposure.codes import code_key, code_table

    if system is not None and code_key(system) not in code_table("coordinate_system"):
        raise typer.BadParameter(f"--coordinates {system}: expected WGS84, GCJ-02 or BD-09")


def wind_model(option: str, name: str) -> str:
    """Return the full name of a wind model. Raises the error of wrong usage for an unknown one."""
    from riskcloud.hazard.typhoon.profiles import profile_name

    try:
        return profile_name(name)
    except NotFoundError as error:
        raise typer.BadParameter(f"{option}: {error}") from error


def check_not_input(out: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Raise InputError if a file to write is one that is read."""
    written = {path.resolve() for path in out}
    for path in inputs:
        if path.resolve() in written:
            raise InputError(f"{path}: this input would be overwritten; write elsewhere")


def in_words(problems: Iterable[Problem], lang: str) -> list[Problem]:
    """Return problems with their remedies in ``lang``."""
    return [replace(item, remedy=translated(item.remedy, lang)) for item in problems]


@contextmanager
def told_in(lang: str, *, whole: bool = False) -> Iterator[None]:
    """Say the problems of an InputError of the block in ``lang``.

    ``whole``: also what stands above them, a NotFoundError and a StoreError.
    """
    try:
        yield
    except InputError as error:
        message = _headline(error.message, lang) if whole else error.message
        raise InputError(message, in_words(error.problems, lang)) from error
    except (NotFoundError, StoreError) as error:
        raise type(error)(translated(str(error), lang) if whole else str(error)) from error


def _headline(message: str, lang: str) -> str:
    parts = message.split("; ")  # several headlines in one, or one that has a ";" in it
    told = [translated(part, lang) for part in parts]
    if any(one == other for one, other in zip(parts, told, strict=True)):
        return translated(message, lang)
    return "；".join(told)


def set_aside(rejected: Sequence[Problem], out: Path | None, lang: str) -> int:
    """Write the rows left out to rejected.csv beside ``out``, else show them; return the status."""
    from riskcloud.exposure.rejected import write_rejected

    if not rejected:
        return DONE
    if out is None:
        for problem in rejected:
            typer.echo(translated(str(problem), lang), err=True)
    else:
        write_rejected(in_words(rejected, lang), out.with_name("rejected.csv"))
    rows = len({problem.row for problem in rejected})
    typer.echo(f"{rows} row(s) set aside" if lang == "en" else f"{rows} 行未采用", err=True)
    return SET_ASIDE
