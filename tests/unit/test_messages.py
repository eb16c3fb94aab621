"""Every remedy and note has a Chinese form."""

import csv
import re
from pathlib import Path

import pytest

from riskcloud import messages


def rows() -> list[dict[str, str]]:
    path = Path(messages.__file__).with_name("messages.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["en"][:30])
def test_each_message_is_found_and_keeps_its_words(row: dict[str, str]) -> None:
    words = re.findall(r"\{(\w+)\}", row["en"])
    text = row["en"].format(**{word: f"<{word}>" for word in words})
    expected = row["zh"].format(**{word: f"<{word}>" for word in words})
    assert messages.translated(text, "zh") == expected
    assert messages.translated(text, "en") == text


def test_an_unknown_message_stays_as_it_is() -> None:
    assert messages.translated("something new", "zh") == "something new"
