"""The list of feeds: which agencies' messages to fetch, from where, read from a TOML file."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints
from urllib.parse import urlsplit

from riskcloud.catalog import samples_dir
from riskcloud.errors import InputError, Problem

KINDS: Final = {
    "message": "one message at a fixed address",
    "file": "a file on this machine, given by the user",
    "run": "one file a model run: {run_date} (YYYYMMDD) and {run_hour} (HH) in its address",
    "nmc_list": "the list of storms of the NMC, then each storm's view_url",
    "hko_list": "the list of storms of the Hong Kong Observatory, then each storm's view_url",
    "jtwc_rss": "the news feed of the JTWC, then each storm's view_url",
}
LISTS: Final = ("nmc_list", "hko_list", "jtwc_rss")
MAX_FEEDS: Final = 64
_MAX_BYTES: Final = 1 << 20
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_PLACEHOLDER: Final = re.compile(r"\{[^}]*\}?|\}")


@dataclass(frozen=True, slots=True)
class Feed:
    """Where one agency's messages are found.

    ``name`` names files of the cache. ``kind`` is one of ``KINDS``. ``url`` and, for lists,
    ``view_url`` are addresses; {storm} stands for a storm's number. ``max_age_h``: older messages
    count as none. ``run_hours`` and ``run_delay_h``: UTC hours of a model's runs and when they are
    out. ``encoding``, ``licence``, ``confirmed`` and ``note`` are for people.
    """

    name: str
    agency: str
    url: str
    kind: str = "message"
    view_url: str = ""
    encoding: str = "utf-8"
    licence: str = ""
    note: str = ""
    confirmed: bool = False
    max_age_h: float = 24.0
    run_hours: tuple[int, ...] = (0, 12)
    run_delay_h: float = 8.0


_TYPES: Final = get_type_hints(Feed)


def feeds_file() -> Path:
    """Return the list of feeds that ships (data/feeds.toml)."""
    return samples_dir().parent / "feeds.toml"


def load_feeds(path: Path | None = None) -> tuple[Feed, ...]:
    """Return the feeds of a TOML file: one table ``[[feed]]`` each, keys as ``Feed``'s fields.

    Parameters
    ----------
    path : the user's own list; None: the list that ships. The address of a feed of kind "file"
        is a path, seen from the list's folder, or a file:// address.

    Raises
    ------
    InputError : no such file, not TOML, or faults, all at once, each with its row, key and remedy.
    """
    path = feeds_file() if path is None else path
    text = _text(path)
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        fault = Problem(int(line.group(1)) if line else 0, "", "", f"mend the TOML: {error}")
        raise InputError(f"{path}: not a TOML file", [fault]) from error
    tables = content.get("feed")
    if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables) or not tables:
        raise InputError(f"{path}: no feeds", [
            Problem(0, "feed", "", "give one table [[feed]] or more, with name, agency and url")])
    rows = [k for k, line in enumerate(text.splitlines(), 1)
            if re.match(r"\s*\[\[\s*feed\s*\]\]", line)]
    rows += [0] * (len(tables) - len(rows))  # written as one array: no rows to tell
    problems = [Problem(0, key, "", "unknown: expected [[feed]]") for key in content
                if key != "feed"]
    if len(tables) > MAX_FEEDS:
        problems.append(Problem(0, "feed", str(len(tables)), f"expected at most {MAX_FEEDS}"))
    seen: set[str] = set()
    for row, table in zip(rows, tables, strict=False):
        problems += [Problem(row, *fault) for fault in _faults(table, seen)]
        seen.add(str(table.get("name")))
    if problems:
        raise InputError(f"{path}: {len(problems)} problem(s)", sorted(set(problems)))
    return tuple(_feed(table, path.resolve().parent) for table in tables)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(f"{path}: larger than {_MAX_BYTES >> 20} MB; expected a list of feeds")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text; save it as UTF-8") from error


def _faults(table: Mapping[str, Any], seen: set[str]) -> Iterator[tuple[str, str, str]]:
    """Yield key, value and remedy of each fault of one feed."""
    for key in ("name", "agency", "url"):
        if not table.get(key):
            yield key, "", "is missing"
    for key, value in table.items():
        if key not in _TYPES:
            yield key, str(value), f"unknown; known: {', '.join(_TYPES)}"
        elif not _fits(value, _TYPES[key]):
            yield key, str(value), f"expected {_WORDS[_TYPES[key]]}"
    name, kind = str(table.get("name", "")), str(table.get("kind", "message"))
    if name and not _NAME.fullmatch(name):
        yield "name", name, "expected a-z, 0-9, - and _, at most 40, first a letter or digit"
    if name in seen:
        yield "name", name, "given twice; every feed needs its own"
    if kind not in KINDS:
        yield "kind", kind, f"expected one of {', '.join(KINDS)}"
    if "max_age_h" in table and _fits(table["max_age_h"], float) and not table["max_age_h"] > 0:
        yield "max_age_h", str(table["max_age_h"]), "expected hours above 0"
    hours = table.get("run_hours", [0])
    if _fits(hours, tuple[int, ...]) and not (hours and all(0 <= h <= 23 for h in hours)):
        yield "run_hours", str(hours), "expected hours 0 to 23, one or more"
    yield from _address_faults(str(table.get("url", "")), str(table.get("view_url", "")), kind)


def _address_faults(url: str, view_url: str, kind: str) -> Iterator[tuple[str, str, str]]:
    allowed = {"run": {"{run_date}", "{run_hour}"}, "message": {"{storm}"}}
    if kind in LISTS and "{storm}" not in view_url:
        yield "view_url", view_url, "a list needs the address of one storm, with {storm} in it"
    if kind == "file":
        if urlsplit(url).scheme not in ("", "file"):
            yield "url", url, "kind = 'file' expects a path or a file:// address"
        return
    for key, address, may in (("url", url, allowed.get(kind, set())),
                              ("view_url", view_url, {"{storm}"})):
        if not address:
            continue
        for found in _PLACEHOLDER.findall(address):
            if found not in may:
                known = ", ".join(sorted(may)) or "none"
                yield key, address, f"unknown placeholder {found}; known here: {known}"
        yield from ((key, address, remedy) for remedy in _not_http(address))


def _not_http(address: str) -> Iterator[str]:
    try:
        parts = urlsplit(_PLACEHOLDER.sub("0", address))
        host, _ = parts.hostname, parts.port  # a port that is none raises
    except ValueError:
        yield "not an address"
        return
    if parts.scheme == "file":
        yield "a file:// address needs kind = 'file'"
    elif parts.scheme not in ("http", "https") or not host:
        yield "expected an http:// or https:// address"
    elif "@" in parts.netloc:
        yield "an address must not hold a user or password"
    elif re.search(r"[\x00-\x20\x7f]", address):
        yield "an address holds no blanks"


_WORDS: Final[dict[Any, str]] = {
    str: "text in quotes", bool: "true or false", float: "a number",
    tuple[int, ...]: "whole numbers in brackets",
}


def _fits(value: Any, kind: Any) -> bool:
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and value == value
    if get_args(kind):
        return isinstance(value, list) and all(type(part) is int for part in value)
    return type(value) is kind


def _feed(table: Mapping[str, Any], folder: Path) -> Feed:
    fields = dict(table)
    if "run_hours" in fields:
        fields["run_hours"] = tuple(fields["run_hours"])
    if fields.get("kind") == "file":
        parts = urlsplit(fields["url"])
        fields["url"] = str(folder / (parts.path if parts.scheme else fields["url"]))
    return Feed(**fields)
