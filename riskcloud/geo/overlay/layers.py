"""What a user writes of a layer: [NAME=]FILE[@RETURN_PERIOD][:band, variable or column]."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from riskcloud.errors import InputError, Problem

SYNTAX = "[NAME=]FILE[@RETURN_PERIOD_YR][:band, variable or column]"
_URL = re.compile(r"^(/vsi|[A-Za-z][A-Za-z0-9+.-]+://)")
_NAMED = re.compile(r"([^\W\d][\w.-]{0,39})=(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """A layer as asked for: file, name of its columns, return period [yr], and what of it.

    ``named``: the name was given (NAME=), not taken from the file.
    """

    path: Path
    name: str
    return_period_yr: float | None = None
    selector: str = ""
    named: bool = False


def parse_layer(text: str) -> LayerSpec:
    """Return what ``text`` asks for; the longest beginning that is a file is the file.

    Raises
    ------
    InputError : no such file, an address of the network, or a return period that is none.
    """
    if _URL.match(text):
        raise InputError(f"{text}: only files of this machine are read", [
            Problem(0, "layer", text, "download it first (riskcloud data fetch, or a browser)")])
    named = _NAMED.fullmatch(text)
    if named and not Path(text).is_file():
        return replace(parse_layer(named[2]), name=named[1], named=True)
    for end in (len(text), *(k for k in range(len(text) - 1, 0, -1) if text[k] == ":")):
        base, selector = text[:end], text[end + 1:]
        if Path(base).is_file():
            return LayerSpec(Path(base), _tidy(Path(base).stem), None, selector)
        path, at, period = base.rpartition("@")
        if at and ":" not in period and Path(path).is_file():
            return LayerSpec(Path(path), _tidy(Path(path).stem), _period(period, text), selector)
    if Path(text).is_dir():
        raise InputError(f"{text}: a folder, not a file", [
            Problem(0, "layer", text, "give each file of it as a --layer of its own")])
    raise InputError(f"{text}: no such file", [
        Problem(0, "layer", text, f"expected {SYNTAX}")])


def _period(text: str, layer: str) -> float:
    try:
        years = float(text)
    except ValueError:
        years = 0.0
    if not 0.0 < years < 1e9:
        raise InputError(f"{layer}: {text!r} is no return period", [
            Problem(0, "layer", layer, "expected years above 0 after @, such as depth.tif@100")])
    return years


def _tidy(stem: str) -> str:
    return re.sub(r"[^\w.-]+", "_", stem) or "layer"


def with_periods(specs: Sequence[LayerSpec], pattern: str) -> tuple[LayerSpec, ...]:
    """Return specs with the return period that ``pattern`` finds in their file names.

    pattern : words with one ``{rp}`` where the years stand, such as ``rp{rp}``; found anywhere in
        the name. A period given with @ stays; a layer whose name lacks it is one without.

    Raises
    ------
    InputError : no {rp} in the pattern, or no file name that it fits.
    """
    before, mark, after = pattern.partition("{rp}")
    if not mark:
        raise InputError(f"{pattern!r}: no {{rp}} in it", [
            Problem(0, "pattern", pattern, "say where the years stand, such as rp{rp}")])
    found = re.compile(re.escape(before) + r"(\d+(?:\.\d+)?)" + re.escape(after))
    done = []
    for spec in specs:
        match = None if spec.return_period_yr is not None else found.search(spec.path.stem)
        done.append(spec if match is None else
                    replace(spec, return_period_yr=_period(match[1], spec.path.name)))
    if all(spec.return_period_yr is None for spec in done):
        raise InputError(f"no file name with {pattern}", [
            Problem(0, "layer", ", ".join(spec.path.name for spec in specs),
                    f"{pattern} is in none of their names")])
    return tuple(done)


def distinct(names: Sequence[str]) -> list[str]:
    """Return the names, those given again with _2, _3, ... behind."""
    taken: set[str] = set()
    done = []
    for name in names:
        k, free = 1, name
        while free in taken:
            k += 1
            free = f"{name}_{k}"
        taken.add(free)
        done.append(free)
    return done


def stack_name(names: Sequence[str]) -> str:
    """Return a name for layers of one stack: what their names begin with, less its number."""
    common = names[0]
    for name in names:
        while not name.startswith(common):
            common = common[:-1]
    if len(names) == 1:
        return common
    return re.sub(r"[\W_]*(rp|RP|T|return_?period)?[\W_]*\d*[\W_]*$", "", common) or "stack"
