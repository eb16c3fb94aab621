"""``riskcloud book``: load, list, show; and a book's name where a portfolio is asked for."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("coarse_picture")

HEAD = "LocNumber,AssetClass,Longitude,Latitude,BuildingTIV,LocCurrency,InsuredPeople"
GOOD, BAD = "L{},substation,113.5,22.3,100,CNY,7", "L2,substation,22.3,113.5,=1+1,CNY,"


def portfolio(folder: Path, *lines: str, name: str = "book.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([HEAD, *lines, ""]))
    return path


def test_load_list_show(run: Any, tmp_path: Path) -> None:
    path = portfolio(tmp_path, GOOD.format(1), GOOD.format(2))
    assert run("book", "list", "--lang", "en")[:2] == (0, f"no books in {tmp_path / 'store'}\n")
    status, text, _ = run("book", "load", path, "--name", "south", "--lang", "en")
    assert status == 0 and "loaded south version 1: 2 locations" in text
    status, text, _ = run("book", "load", path, "--name", "south", "--json")
    first = json.loads(text)
    assert (first["version"], first["n_locations"], first["n_rejected"]) == (2, 2, 0)
    assert first["by_currency"] == [{"currency": "CNY", "n_locations": 2, "tiv_building": 200.0,
                                     "tiv": 200.0}]
    assert set(first["timings_s"]) == {"load", "read", "compute", "write"}
    assert first["peak_memory_mb"] > 0.0 and first["rejected"] is None
    listed = json.loads(run("book", "list", "--json")[1])
    assert [(item["name"], item["version"]) for item in listed["books"]] == [("south", 2)]
    assert "south" in run("book", "list")[1]
    shown = json.loads(run("book", "show", "south", "--version", 1, "--verify", "--json")[1])
    assert shown["version"] == 1 and shown["source"]["path"] == str(path)
    assert "insured_people" in run("book", "show", "south")[1]


def test_rows_set_aside_are_told_beside_the_snapshot(run: Any, tmp_path: Path) -> None:
    path = portfolio(tmp_path, GOOD.format(1), BAD, GOOD.format(1))
    status, _, told = run("book", "load", path, "--name", "south", "--lang", "en")
    assert status == 2 and "the number of row 2 again" in told
    assert run("book", "show", "south")[0] == 2  # nothing of it was kept
    status, text, _ = run("book", "load", path, "--name", "south", "--skip-bad", "--json")
    answer = json.loads(text)
    assert status == 3 and answer["n_rejected"] == 2 and answer["n_locations"] == 1
    with Path(answer["rejected"]).open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["row"], row["column"], row["reason"]) for row in csv.DictReader(file)]
    assert Path(answer["rejected"]).parent == Path(answer["path"])
    assert rows == [("3", "BuildingTIV", "单元格是公式：请填写数值"),
                    ("3", "Latitude", "经度与纬度似乎颠倒"),
                    ("4", "LocNumber", "与第 2 行编号重复")]
    out = tmp_path / "out"
    answer = json.loads(run("book", "load", path, "--name", "south", "--skip-bad", "--json",
                            "--out", out)[1])
    assert answer["rejected"] == str(out / "rejected.csv") and answer["version"] == 2
    assert (out / "rejected.csv").is_file()


@pytest.mark.parametrize(("argv", "status", "told"), [
    (("load", "nothing.csv", "--name", "south"), 2, "没有这个文件"),
    (("load", "book.csv", "--name", "../up", "--lang", "en"), 2, "is no name of a book"),
    (("load", "book.csv"), 64, "--name"),
    (("load", "book.csv", "--name", "south", "--coordinates", "Mars"), 64, "expected WGS84"),
    (("show", "north"), 2, "store 中没有组合 'north'；现有："),
])
def test_wrong_usage_and_wrong_names(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                     argv: tuple[str, ...], status: int, told: str) -> None:
    portfolio(tmp_path, GOOD.format(1))
    monkeypatch.chdir(tmp_path)
    found, _, error = run("book", *argv)
    assert found == status and told in error


def test_a_book_serves_where_a_file_does(run: Any, tmp_path: Path, samples: Path) -> None:
    lines = (samples / "pearl_river_portfolio.csv").read_text(encoding="utf-8-sig").splitlines()
    path = tmp_path / "book.csv"
    path.write_text("\n".join([lines[0], *lines[1::150]]), encoding="utf-8")
    assert run("book", "load", path, "--name", "south")[0] == 0
    summaries = []
    for name, source in (("file", path), ("book", "south")):
        out = tmp_path / name
        status, text, _ = run("forecast", source, samples / "hato_2017.csv", "--members", 5,
                              "--wind-models", "H08", "--out", out, "--json")
        assert status == 0
        summaries.append(json.loads(text))
    by_file, by_book = summaries
    for one, other in zip(by_file["total"], by_book["total"], strict=True):
        assert one["tiv"] == pytest.approx(other["tiv"], rel=1e-12)
        assert one["n_locations"] == other["n_locations"]
    manifest = json.loads((tmp_path / "book" / "manifest.json").read_text())
    assert (manifest["book"]["name"], manifest["book"]["version"]) == ("south", 1)
    assert manifest["book"]["sha256"] == manifest["inputs"]["portfolio"]["sha256"]
    status, text, _ = run("check", "south", "--json")
    assert status == 0 and json.loads(text)["understood"]["n_locations"] == len(lines[1::150])
    status, _, told = run("check", "north", "--lang", "en", "--out", tmp_path / "c")
    assert status == 2
