"""Remedies and notes, in the reader's language. They are made in English; messages.csv has zh."""

import csv
import re
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("messages.csv")
_PLACE = re.compile(
    r"(?:(?P<file>[^:\n]{1,200}): )?(?:row (?P<row>\d+)|(?P<whole>file))"
    r"(?:, (?P<column>[^=]{1,60}) = (?P<cell>'.*?'|\".*?\"))?: (?P<rest>.+)", re.DOTALL)
"""A note as readers give it: file, row, column and cell (see errors.Problem) before its words."""
_LEFT_OUT = ": left out"
_REPEATED = re.compile(r"(?P<rest>.+) \(and (?P<n>\d+) more such\)", re.DOTALL)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple((_compiled(row["en"]), row["zh"]) for row in rows)


def _compiled(template: str) -> re.Pattern[str]:
    """Return the pattern of a message whose {words} stand for what differs from case to case."""
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.*?)", re.escape(template)))


def translated(text: str, lang: str) -> str:
    """Return a remedy or note in ``lang`` (zh or en); English where there is no translation.

    A note may say before its words where it was found: ``hato.txt: row 3, lat = '95': ...``.
    """
    if lang != "zh":
        return text
    place = _PLACE.fullmatch(text)
    if place:
        words = translated(place["rest"], lang)
        return text if words == place["rest"] else _where(place) + words
    repeated = _REPEATED.fullmatch(text)
    if repeated:
        words = translated(repeated["rest"], lang)
        return text if words == repeated["rest"] else f"{words}（另有 {repeated['n']} 处同样情况）"
    for pattern, words in _patterns():
        match = pattern.fullmatch(text)
        if match:
            return words.format(**match.groupdict())
    if text.endswith(_LEFT_OUT):
        rest = text.removesuffix(_LEFT_OUT)
        words = translated(rest, lang)
        return text if words == rest else f"{words}：未采用"
    return text


def _where(place: re.Match[str]) -> str:
    file = f"{place['file']}：" if place["file"] else ""
    row = f"第 {place['row']} 行" if place["row"] else "" if place["file"] else "文件"
    cell = f"{place['column']} = {place['cell']}" if place["column"] else ""
    found = "，".join(part for part in (row, cell) if part)
    return f"{file}{found}：" if found else file
