"""CSV in pieces: letters and rows cut through; a blank first line is told, not guessed."""

import hashlib
from pathlib import Path

import pyarrow as pa
import pytest

from riskcloud.errors import InputError
from riskcloud.exposure import csv_file, encoding
from riskcloud.exposure.csv_file import open_csv
from riskcloud.exposure.raw import RawTable


@pytest.mark.parametrize("data", [b"\nLocNumber,Longitude\n1,113\n", b"\r\n\r\n1", b"\r0"])
def test_a_blank_first_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "book.csv"
    path.write_bytes(data)
    with pytest.raises(InputError, match="row 1 is no CSV header") as found:
        list(open_csv(path).chunks)
    assert "remove it" in str(found.value)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are looked at 7 bytes at a time, and parsed in blocks of 64."""
    monkeypatch.setattr(encoding, "CHUNK", 7)
    monkeypatch.setattr(encoding, "WINDOW", 1 << 10)
    monkeypatch.setattr(csv_file, "_BLOCK", 64)


@pytest.mark.parametrize(("name", "found"), [
    ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gb18030", "gb18030"), ("utf-16", "utf-16")])
def test_letters_and_rows_cut_through(tmp_path: Path, tiny: None, name: str, found: str) -> None:
    path = tmp_path / "book.csv"
    rows = [f"L{i},广东省电网公司🗼{i}" for i in range(40)]
    rows[20] = "L20,one,too many"
    path.write_bytes("\r\n".join(["LocNumber,LocName", *rows, ""]).encode(name))
    facts = encoding.text_facts(path)
    assert (facts.encoding, facts.n_lines) == (found, 41)
    assert facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    chunks = list(open_csv(path).chunks)
    assert len(chunks) > 1 and chunks[0].headers == ("LocNumber", "LocName")
    cells = [column.to_pylist() for column in zip_columns(chunks)]
    assert cells == [[row.split(",")[k] for row in rows if row != rows[20]] for k in range(2)]
    numbers = [int(row) for chunk in chunks for row in chunk.row]
    assert numbers == [row for row in range(2, 42) if row != 22]
    assert [item.row for chunk in chunks for item in chunk.problems] == [22]


def zip_columns(chunks: list[RawTable]) -> list[pa.ChunkedArray]:
    return [pa.chunked_array([part for chunk in chunks for part in chunk.columns[k].chunks])
            for k in range(len(chunks[0].headers))]


def test_ragged_rows_at_the_very_end(tmp_path: Path, tiny: None) -> None:
    path = tmp_path / "book.csv"
    path.write_text("LocNumber,LocName\n" + "L,x\n" * 30 + "a\nb\n")
    problems = [item for chunk in open_csv(path).chunks for item in chunk.problems]
    assert [item.row for item in problems] == [32, 33]


def test_a_long_line_is_read_in_larger_blocks(tmp_path: Path,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "WINDOW", 100)
    monkeypatch.setattr(csv_file, "_BLOCK", 300)
    path = tmp_path / "book.csv"
    path.write_text("LocNumber,LocName\nL1," + "x" * 1000 + "\nL2,y\n")
    (chunk,) = open_csv(path).chunks
    assert chunk.columns[1].to_pylist() == ["x" * 1000, "y"]


def test_a_file_of_one_line_without_end_is_looked_at_in_pieces(tmp_path: Path, tiny: None) -> None:
    path = tmp_path / "book.csv"
    path.write_bytes("标的编号\r".encode() * 50)
    assert encoding.text_facts(path).encoding == "utf-8"
    path.write_bytes("标的编号\r".encode() * 50 + "中".encode()[:2])
    with pytest.raises(InputError, match="unknown text encoding"):
        encoding.text_facts(path)
