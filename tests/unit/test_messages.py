"""Every remedy and note has a Chinese form."""

import csv
import re
from pathlib import Path

import pytest

from riskcloud import messages
from riskcloud.errors import InputError, NotFoundError
from riskcloud.hazard.typhoon.track import read_tracks


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
        notes |= {f"{path.name}: {note}": path.name for note in found}
    assert len(notes) > 5
    untold = {words: name for words, name in notes.items()
              if not re.search("[\u4e00-\u9fff]", messages.translated(words, "zh"))}
    assert untold == {}


@pytest.mark.parametrize(("note", "told"), [
    ("nmc.json: row 3: a point without time or position: left out",
     "nmc.json：第 3 行：该点没有时间或位置：未采用"),
    ("nmc.json: file: radii of 30 kt wind, 2-min: brought to 34 kt, 1-min",
     "nmc.json：七级（30 节，2 分钟平均）风圈半径：已换算为 34 节（1 分钟平均）"),
    ("file: the XML is cut off or broken here: what stands before is read",
     "文件：XML 在此处中断或损坏：只读取此前的内容"),
    ("row 6, R30 = '0150': radii of 30 kt wind, 10-min: brought to 34 kt, 1-min (and 15 more such)",
     "第 6 行，R30 = '0150'：30 节风圈半径（10 分钟平均）：已换算为 34 节（1 分钟平均）"
     "（另有 15 处同样情况）"),
    ("a.txt: row 2, lat = \"it's\": something new", "a.txt: row 2, lat = \"it's\": something new"),
])
def test_a_note_says_where_it_was_found(note: str, told: str) -> None:
    assert messages.translated(note, "zh") == told
    assert messages.translated(note, "en") == note


def test_an_unknown_message_stays_as_it_is() -> None:
    assert messages.translated("something new", "zh") == "something new"


def test_every_row_is_a_message_and_its_chinese_and_none_stands_twice() -> None:
    found = rows()
    assert [row for row in found if None in row or not all(row.values())] == []
    assert len({row["en"] for row in found}) == len(found)
