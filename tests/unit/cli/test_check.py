"""``riskcloud check``: statuses, one JSON object, files, two languages."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from riskcloud.cli.check import check

HEAD = "LocNumber,AssetClass,Longitude,Latitude,BuildingTIV,LocCurrency"
GOOD, BAD = "L1,substation,113.5,22.3,100,CNY", "L2,substation,22.3,113.5,=1+1,CNY"
Run = Any


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def on(*lines: str, **options: Any) -> tuple[int, str]:
        path = tmp_path / "book.csv"
        path.write_text("\n".join([*lines, ""]))
        settings = {"lang": "zh", "as_json": False, "out": None, "skip_bad": False,
                    "coordinate_system": None} | options
        return check(path, **settings), capsys.readouterr().out
    return on


def test_a_clean_file_leaves_with_0_and_says_so(run: Run) -> None:
    status, text = run(HEAD, GOOD)
    assert status == 0 and "没有发现问题。" in text and "变电站" in text
    status, text = run(HEAD, GOOD, lang="en")
    assert status == 0 and "No fault found." in text and "substation" in text


def test_faults_leave_with_2_and_are_told_by_row(run: Run) -> None:
    status, text = run(HEAD, GOOD, BAD)
    assert status == 2
    assert "经度与纬度似乎颠倒" in text and "=1+1" in text and "没有发现问题" not in text
    assert run(HEAD, GOOD, BAD, skip_bad=True)[0] == 3
    assert run(HEAD, BAD, skip_bad=True)[0] == 2  # no good row is left


def test_json_is_one_object(run: Run) -> None:
    status, text = run(HEAD, GOOD, BAD, as_json=True, lang="en")
    answer = json.loads(text)
    assert status == 2 and answer["ok"] is False and answer["n_rejected"] == 1
    assert {(fault["row"], fault["column"]) for fault in answer["problems"]} == {
        (3, "BuildingTIV"), (3, "Latitude")}
    assert answer["understood"]["by_currency"] == [
        {"currency": "CNY", "n_locations": 1, "tiv": 100.0}]
    assert answer["columns_used"]["LocNumber"] == "loc_id"
    assert set(answer["timings_s"]) == {"read"}


def test_faults_of_the_file(run: Run) -> None:
    status, text = run("LocNumber,AssetClass,Longitude,Latitude,BuildingTIV", GOOD[:-4],
                       as_json=True)
    answer = json.loads(text)
    assert status == 2 and "understood" not in answer
    assert answer["problems"] == [
        {"row": 1, "column": "LocCurrency", "value": "", "reason": "缺少必需列"}]
    status, text = run("")
    assert status == 2 and "应有一行表头" in text


def test_out_holds_all_faults_and_the_answer(run: Run, tmp_path: Path) -> None:
    run(HEAD, GOOD, BAD, out=tmp_path / "out", lang="en")
    with (tmp_path / "out" / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["row"], row["value"]) for row in rows] == [("3", "'=1+1"), ("3", "113.5")]
    answer = json.loads((tmp_path / "out" / "check.json").read_text(encoding="utf-8"))
    assert len(answer["problems"]) == 2
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "check.json", "rejected.csv"]


def test_a_cell_cannot_write_markup(run: Run) -> None:
    _, text = run(HEAD, GOOD, "L2,[bold]x[/bold],113.5,22.3,1,CNY")
    assert "[bold]x[/bold]" in text
