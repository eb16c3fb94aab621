"""rejected.csv: whole or not at all, and harmless in a spreadsheet."""

import csv
from pathlib import Path

import pytest

from riskcloud.errors import Problem
from riskcloud.exposure.rejected import defused, write_aside, write_rejected


@pytest.mark.parametrize(("text", "expected"), [
    ("=1+2", "'=1+2"), ("@SUM(A1)", "'@SUM(A1)"), ("+cmd|x", "'+cmd|x"), ("-A1", "'-A1"),
    ("\t=1", "'\t=1"), ("-100", "-100"), ("+5%", "+5%"), ("-1,234.5", "-1,234.5"),
    ("杆塔", "杆塔"), ("", "")])
def test_defused(text: str, expected: str) -> None:
    assert defused(text) == expected


def test_rows_columns_values_reasons(tmp_path: Path) -> None:
    path = tmp_path / "new" / "rejected.csv"
    write_rejected([Problem(5, "建筑物保额", '=A1*"2"', "a formula, put its value")], path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["row", "column", "value", "reason"],
                                          ["5", "建筑物保额", "'=A1*\"2\"",
                                           "a formula, put its value"]]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), write_aside(path) as file:
        file.write("new")
        raise ZeroDivisionError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
