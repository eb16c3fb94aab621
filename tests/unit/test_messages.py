"""Every remedy and note has a Chinese form."""

import csv
import re
from pathlib import Path

import pytest

from riskcloud import messages
from riskcloud.errors import InputError, NotFoundError
from riskcloud.hazard.typhoon.track import read_tracks

PLACE = re.compile(r"(row \d+|file)(, [^=]+ = ('.*?'|\".*?\"))?: ")
REPEATED = re.compile(r" \(and \d+ more such\)$")


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


def words_of(note: str) -> str:
    """Return a reader's note without the place it was found at."""
    return REPEATED.sub("", PLACE.sub("", note, count=1))


@pytest.mark.parametrize("kept", [1.0, 0.8, 0.5])
def test_each_note_of_the_sample_bulletins_has_a_chinese_form(shared: Path, tmp_path: Path,
                                                              kept: float) -> None:
    """Every real bulletin, whole and cut off: what its reader notes is told in Chinese."""
    notes: dict[str, str] = {}
    for path in sorted((shared / "verification" / "tracks").iterdir()):
        if path.name.startswith("SOURCES") or path.stat().st_size > 300_000:
            continue
        raw = path.read_bytes()
        sample = tmp_path / path.name
        sample.write_bytes(raw[: int(kept * len(raw))])
        try:
            found = [note for track in read_tracks(sample, fill=False) for note in track.notes]
        except InputError as error:
            found = [str(problem) for problem in error.problems]
        except NotFoundError:
            continue
        notes |= {words_of(note): path.name for note in found}
    assert len(notes) > 5
    untold = {words: name for words, name in notes.items()
              if not re.search("[\u4e00-\u9fff]", messages.translated(words, "zh"))}
    assert untold == {}


def test_an_unknown_message_stays_as_it_is() -> None:
    assert messages.translated("something new", "zh") == "something new"
