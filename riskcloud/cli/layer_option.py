"""The option ``--layer``: a layer in words, as reinsurers write it."""

import re
from typing import TYPE_CHECKING, Any, Final

import typer

if TYPE_CHECKING:
    from riskcloud.loss.statistics.layers import Layer

_EXPECTED: Final = (
    'expected "LIMIT xs ATTACHMENT", after it if wanted "; reinstatements 1,0.5" (charges as '
    'shares of the premium; none) and "; aggregate LIMIT xs ATTACHMENT"; a LIMIT may be unlimited')
_AMOUNTS: Final = re.compile(r"(\S+)\s+xs\s+(\S+)")


def parse_layer(words: str) -> "Layer":
    """Return the layer that an option says. Raises the error of wrong usage."""
    from riskcloud.errors import InputError
    from riskcloud.loss.statistics.layers import Layer

    first, *others = (part.strip() for part in words.split(";"))
    limit, attachment = _amounts(first, words)
    more: dict[str, Any] = {}
    for part in others:
        name, _, rest = part.partition(" ")
        if name == "reinstatements" and "charges" not in more:
            more["charges"] = _charges(rest, words)
        elif name == "aggregate" and "aggregate_limit" not in more:
            more["aggregate_limit"], more["aggregate_attachment"] = _amounts(rest.strip(), words)
        else:
            raise typer.BadParameter(f"--layer {words}: {_EXPECTED}")
    try:
        return Layer(attachment, limit, **more)
    except InputError as error:
        raise typer.BadParameter(f"--layer {words}: {error}") from error


def _amounts(part: str, words: str) -> tuple[float, float]:
    found = _AMOUNTS.fullmatch(part)
    if found is None:
        raise typer.BadParameter(f"--layer {words}: {_EXPECTED}")
    limit, attachment = found.groups()
    return (float("inf") if limit == "unlimited" else _number(limit, words),
            _number(attachment, words))


def _number(text: str, words: str) -> float:
    try:
        value = float(text.replace("_", ""))
    except ValueError as error:
        raise typer.BadParameter(f"--layer {words}: {_EXPECTED}") from error
    if not 0.0 <= value < 1e300:
        raise typer.BadParameter(f"--layer {words}: {_EXPECTED}")
    return value


def _charges(text: str, words: str) -> tuple[float, ...]:
    """Return the charges of reinstatements; ``none`` or nothing: there are none."""
    parts = [part.strip() for part in text.split(",") if part.strip() not in ("", "none")]
    if len(parts) > 20:
        raise typer.BadParameter(f"--layer {words}: expected 20 reinstatements at most")
    return tuple(_number(part, words) for part in parts)
