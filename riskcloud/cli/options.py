"""Options and exit statuses that commands share."""

from typing import Annotated

import typer

from riskcloud.errors import InputError

DONE, OUR_FAULT, BAD_INPUT, SET_ASIDE, WRONG_USAGE = 0, 1, 2, 3, 64
"""Exit statuses: done, our fault, bad input, done with rows set aside, wrong usage."""

LANG = Annotated[str, typer.Option("--lang", help="zh or en: language of what is shown.")]
JSON = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
SKIP_BAD = Annotated[bool, typer.Option(
    "--skip-bad", help="Go on with the good rows; write the bad ones to rejected.csv.")]


def check_lang(lang: str) -> None:
    """Raise InputError unless the language is one we speak."""
    if lang not in ("zh", "en"):
        raise InputError(f"--lang {lang}: expected zh or en")
