"""Remedies and notes, in the reader's language. They are made in English; messages.csv has zh."""

import csv
import re
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("messages.csv")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple((_compiled(row["en"]), row["zh"]) for row in rows)


def _compiled(template: str) -> re.Pattern[str]:
    """Return the pattern of a message whose {words} stand for what differs from case to case."""
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.*?)", re.escape(template)))


def translated(text: str, lang: str) -> str:
    """Return a remedy or note in ``lang`` (zh or en); English where there is no translation."""
    if lang != "zh":
        return text
    for pattern, words in _patterns():
        match = pattern.fullmatch(text)
        if match:
            return words.format(**match.groupdict())
    return text
