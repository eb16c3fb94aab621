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
_NOTED = re.compile(r"(?P<rest>.+); (?P<note>\d+ tile\(s\) of elevation .+)")
"""What a layer of elevation is, and what was taken so of its files (see geo.elevation)."""
_OF_FILE = re.compile(r"(?P<file>[^:\n]{1,200}\.\w{1,8}): (?P<rest>.+)", re.DOTALL)
"""A note on a file: its name before the words."""
_REPEATED = re.compile(r"(?P<rest>.+) \(and (?P<n>\d+) more such\)", re.DOTALL)


@cache
def _rows() -> tuple[tuple[str, str, str, str], ...]:
    """Return template, its text before the first and after the last {word}, and its Chinese."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    parts = (re.split(r"\{\w+\}", row["en"]) for row in rows)
    return tuple((row["en"], part[0], part[-1], row["zh"])
                 for row, part in zip(rows, parts, strict=True))


@cache
def _compiled(template: str) -> re.Pattern[str]:
    """Return the pattern of a message whose {words} stand for what differs from case to case."""
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.*?)", re.escape(template)))


def _in_table(text: str) -> str | None:
    """Return the Chinese of the first message that fits; most are told by their ends alone."""
    for template, head, tail, words in _rows():
        if text.startswith(head) and text.endswith(tail):
            match = _compiled(template).fullmatch(text)
            if match:
                return words.format(**match.groupdict())
    return None


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
    noted = _NOTED.fullmatch(text)
    if noted:
        return f"{translated(noted['rest'], lang)}；{translated(noted['note'], lang)}"
    if text.endswith(_LEFT_OUT):  # before the table: a {word} at an end would take it in
        rest = text.removesuffix(_LEFT_OUT)
        words = translated(rest, lang)
        if words != rest:
            return f"{words}：未采用"
    found, of_file = _in_table(text), _OF_FILE.fullmatch(text)
    if found is None and of_file:
        words = translated(of_file["rest"], lang)
        return text if words == of_file["rest"] else f"{of_file['file']}：{words}"
    return found or text


def _where(place: re.Match[str]) -> str:
    file = f"{place['file']}：" if place["file"] else ""
    row = f"第 {place['row']} 行" if place["row"] else "" if place["file"] else "文件"
    cell = f"{place['column']} = {place['cell']}" if place["column"] else ""
    found = "，".join(part for part in (row, cell) if part)
    return f"{file}{found}：" if found else file
