"""Files whole or not at all, JSON that every parser reads, cells that do not run."""

import json
import tempfile
from pathlib import Path

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.files import (
    defused,
    folder_aside,
    sha256_of,
    staged,
    to_json,
    write_text,
    written_aside,
)


@pytest.mark.parametrize(("text", "expected"), [
    ("=1+2", "'=1+2"), ("@SUM(A1)", "'@SUM(A1)"), ("+cmd|x", "'+cmd|x"), ("-A1", "'-A1"),
    ("\t=1", "'\t=1"), ("-100", "-100"), ("+5%", "+5%"), ("-1,234.5", "-1,234.5"),
    ("杆塔", "杆塔"), ("", "")])
def test_defused(text: str, expected: str) -> None:
    assert defused(text) == expected


def test_a_file_replaces_the_old_one_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "page.html"
    write_text(path, "first")
    write_text(path, "第二")
    assert path.read_text(encoding="utf-8") == "第二"
    assert list(path.parent.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), written_aside(path) as aside:
        aside.write_text("new")
        raise ZeroDivisionError
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "broken \ud800")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_replaced_only_when_all_its_files_are_there(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with staged(out) as folder:
        (folder / "a").write_text("1")
    with pytest.raises(ZeroDivisionError), staged(out) as folder:
        (folder / "a").write_text("2")
        raise ZeroDivisionError
    assert [path.name for path in out.iterdir()] == ["a"]
    assert (out / "a").read_text() == "1"


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("mine")
    with pytest.raises(InputError, match="is a file; expected a folder"), staged(path):
        pass
    assert path.read_text() == "mine"


def test_json_knows_no_nan() -> None:
    content = {"a": np.float64("nan"), "b": (np.int64(3), float("inf")), "c": {"名": None}, 5: True}
    assert json.loads(to_json(content)) == {"a": None, "b": [3, None], "c": {"名": None}, "5": True}


def test_sha256_of_a_published_vector(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc")  # FIPS 180-4, the example of one block
    assert sha256_of(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_folder_made_aside_may_be_written_to_in_turn(tmp_path: Path) -> None:
    with folder_aside(tmp_path, ".a-") as folder:  # its own lock is not in the way
        write_text(folder / "x.txt", "x")
        assert (folder / "x.txt").read_text() == "x"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_cleared_before_it_was_locked_is_made_again(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, made = tempfile.mkdtemp, []

    def cleared(**options: str) -> str:
        made.append(real(**options))
        if len(made) == 1:  # as another process does that takes it for a dead one's
            Path(made[0]).rmdir()
        return made[-1]

    monkeypatch.setattr(tempfile, "mkdtemp", cleared)
    with folder_aside(tmp_path, ".a-") as folder:
        assert len(made) == 2 and str(folder) == made[1] and folder.is_dir()
