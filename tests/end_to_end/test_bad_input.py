"""Bad input through the command line: a clear error, the right status, nothing lost."""

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from riskcloud.files import staged

pytestmark = pytest.mark.usefixtures("coarse_picture")

TRACK_HEAD = "storm_id,name,time_utc,lat,lon,central_pressure_hpa,max_wind_1min_m_s"
FIXES = tuple(f"S1,HATO,2017-08-2{2 + i // 4}T{6 * (i % 4):02d}:00:00Z,{21 + 0.15 * i:g},"
              f"{116 - 0.7 * i:g},960,45" for i in range(8))
HEAD = ("LocNumber,AccNumber,AssetClass,CountyName,Longitude,Latitude,BuildingTIV,LocCurrency,"
        "LocInceptionDate,LocExpiryDate")
GOOD = tuple(f"L{i},A{i % 2},substation,香洲区,{113.2 + 0.05 * i:g},22.3,1000000,CNY,"
             "2017-01-01,2017-12-31" for i in range(4))
BAD = {  # line -> column, value and words of the remedy
    "L9,A,substation,,x,22,1,CNY,,": ("Longitude", "x", "expected a number"),
    "L9,A,substation,,22.3,113.4,1,CNY,,": ("Latitude", "113.4", "swapped"),
    "L9,A,substation,,113,95,1,CNY,,": ("Latitude", "95", "expected -90 to 90"),
    "L9,A,substation,,113,22,-5,CNY,,": ("BuildingTIV", "-5", "expected 0 to"),
    "L0,A,substation,,113,22,1,CNY,,": ("LocNumber", "L0", "the number of row 2 again"),
    "L9,A,towr,,113,22,1,CNY,,": ("AssetClass", "towr", "not an asset class"),
    "L9,A,substation,,113,22,1,RMBX,,": ("LocCurrency", "RMBX", "did you mean CNY?"),
    "L9,A,substation,,113,22,1,CNY,2017-02-01,2017-01-01":
        ("LocExpiryDate", "2017-01-01", "expiry before inception"),
    "L9,A,substation,,113,22,=1+1,CNY,,": ("BuildingTIV", "=1+1", "a formula"),
    "L9,A,substation,,113,22,1e15,CNY,,": ("BuildingTIV", "1e15", "expected 0 to"),
    "L9,A,substation,,,,1,CNY,,": ("Latitude", "", "no coordinates"),
}


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def on(name: str, *lines: str) -> Path:
        path = tmp_path / name
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        return path
    return on


@pytest.fixture
def track(write: Any) -> Path:
    return Path(write("track.csv", TRACK_HEAD, *FIXES))


@pytest.fixture
def book(write: Any) -> Path:
    return Path(write("book.csv", HEAD, *GOOD))


@pytest.mark.parametrize("line", BAD)
def test_a_bad_row_is_told_with_row_column_value_and_remedy(
        line: str, run: Any, write: Any, track: Path, tmp_path: Path) -> None:
    path, out = write("bad.csv", HEAD, *GOOD, line), tmp_path / "out"
    ran = run("forecast", path, track, "--out", out)
    column, value, remedy = BAD[line]
    assert ran.status == 2 and str(path) in ran.err
    assert f"row 6, {column} = {value!r}: " in ran.err
    in_english = run("forecast", path, track, "--out", out, "--lang", "en")
    assert remedy in in_english.err
    assert not out.exists()


def test_the_good_rows_go_on_and_the_bad_ones_are_written_with_reasons(
        run: Any, write: Any, track: Path, tmp_path: Path) -> None:
    path, out = write("bad.csv", HEAD, *GOOD, *BAD), tmp_path / "out"
    for lang, reason in (("zh", "应为数字或留空"), ("en", "expected a number, or nothing")):
        ran = run("forecast", path, track, "--out", out, "--members", 5, "--skip-bad",
                  "--lang", lang)
        assert ran.status == 3
        with (out / "rejected.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert list(rows[0]) == ["row", "column", "value", "reason"]
        assert rows[0] == {"row": "6", "column": "Longitude", "value": "x", "reason": reason}
        assert {row["row"] for row in rows} == {str(6 + i) for i in range(len(BAD))}
        with (out / "losses.csv").open(encoding="utf-8-sig", newline="") as file:
            assert [row["loc_id"] for row in csv.DictReader(file)] == ["L0", "L1", "L2", "L3"]
    # the next run without faults leaves no rows of the last one behind
    assert run("forecast", write("book.csv", HEAD, *GOOD), track, "--out", out,
               "--members", 5).status == 0
    assert not (out / "rejected.csv").exists()


@pytest.mark.parametrize("lines", [(HEAD,), ("My book" + "," * 9, HEAD, *GOOD),
                                   (HEAD.replace("Latitude", "Lattitude"), *GOOD)])
def test_faults_of_the_file_name_the_file(lines: tuple[str, ...], run: Any, write: Any,
                                          track: Path, tmp_path: Path) -> None:
    path = write("odd.csv", *lines)
    ran = run("forecast", path, track, "--out", tmp_path / "out", "--skip-bad")
    assert ran.status == 2 and f"error: {path}" in ran.err and "row 1" in ran.err
    ran = run("forecast", path, track, "--out", tmp_path / "out", "--skip-bad", "--lang", "en")
    assert ran.status == 2 and f"error: {path}: " in ran.err and "row 1" in ran.err


def test_no_policy_in_force_is_said_with_the_time(run: Any, write: Any, track: Path,
                                                  tmp_path: Path) -> None:
    path = write("old.csv", HEAD, *(line.replace("2017-", "2015-") for line in GOOD))
    ran = run("forecast", path, track, "--lang", "en", "--out",
              tmp_path / "out")
    assert ran.status == 2
    assert "none of the 4 location(s) is in force" in ran.err and "2017-08-2" in ran.err
    assert not any((tmp_path / "out").glob("*"))


@pytest.mark.parametrize("argv", [
    ("forecast", "book.csv"), ("nope",), ("forecast", "book.csv", "track.csv", "--members", "0"),
    ("forecast", "book.csv", "track.csv", "--members", "100000000"),
    ("forecast", "book.csv", "track.csv", "--lang", "fr"), ("check", "book.csv", "--lang", "fr"),
    ("curves", "--lang", "fr"),
    ("forecast", "book.csv", "track.csv", "--wind-models", "all,nope"),
    ("forecast", "book.csv", "track.csv", "--wind-models", "nope"),
    ("forecast", "book.csv", "track.csv", "--coordinates", "XX"),
    ("wind", "track.csv", "--sites", "sites.csv", "--preset", "x"),
    ("wind", "track.csv", "--sites", "sites.csv", "--model", "x"),
    ("wind", "track.csv", "--sites", "sites.csv", "--measure", "x"),
    ("wind", "track.csv", "--sites", "sites.csv", "--boundary-layer", "x"),
    ("wind", "track.csv", "--sites", "sites.csv", "--preset", "climada-6", "--model", "w06"),
    ("wind", "track.csv", "--sites", "sites.csv", "--preset", "climada-6", "--measure", "gust_3s"),
])
def test_wrong_usage_leaves_with_64(argv: tuple[str, ...], run: Any, book: Path, track: Path,
                                    write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    write("sites.csv", "lon,lat", "113,22")
    monkeypatch.chdir(book.parent)
    ran = run(*argv)
    assert ran.status == 64 and "Error: " in ran.err
    assert not (book.parent / "out").exists()


@pytest.mark.parametrize("column, cell, words", [
    ("rmax_km", "0.001", "expected 1 to 1000"), ("rmax_km", "5000", "expected 1 to 1000"),
    ("max_wind_1min_m_s", "200", "expected 0 to 120"),
    ("max_wind_1min_m_s", "inf", "expected a number"), ("lat", "nan", "needs its position"),
    ("environmental_pressure_hpa", "950", "above the environmental pressure"),
    ("time_utc", "2017-13-01", "expected a time"),
])
def test_a_bad_track_is_told_by_row(column: str, cell: str, words: str, run: Any, write: Any,
                                    book: Path) -> None:
    head = TRACK_HEAD.split(",")
    names = head if column in head else [*head, column]
    rows = [dict(zip(head, line.split(","), strict=True)) | {column: cell} for line in FIXES]
    path = write("odd.csv", ",".join(names), *(",".join(row[n] for n in names) for row in rows))
    sites = write("sites.csv", "lon,lat", "113,22")
    for argv in (("forecast", book, path, "--out", path.parent / "out"),
                 ("wind", path, "--sites", sites)):
        ran = run(*argv, "--lang", "en")
        assert ran.status == 2 and str(path) in ran.err and "row 2, " in ran.err
        assert words in ran.err
    assert not (path.parent / "out").exists()


def test_faults_of_both_files_are_told_in_the_reader_s_language(
        run: Any, write: Any, tmp_path: Path) -> None:
    book = write("bad.csv", HEAD, *GOOD, next(iter(BAD)))
    track = write("odd.csv", TRACK_HEAD, FIXES[0].replace(",45", ",strong"), *FIXES[1:])
    for lang, words in (("en", ("expected a number, or nothing", "expected a number")),
                        ("zh", ("应为数字或留空", "应为数字"))):
        ran = run("forecast", book, track, "--out", tmp_path / "out", "--lang", lang)
        assert ran.status == 2 and "Traceback" not in ran.err
        assert f"row 6, Longitude = 'x': {words[0]}" in ran.err
        assert f"row 2, max_wind_1min_m_s = 'strong': {words[1]}" in ran.err


def test_every_fault_is_told_not_the_first_twenty(run: Any, write: Any, tmp_path: Path) -> None:
    bad = [next(iter(BAD)).replace(",", f"{k},", 1) for k in range(30)]
    book = write("bad.csv", HEAD, *GOOD, *bad)
    odd = write("odd.csv", TRACK_HEAD, FIXES[0].replace(",45", ",strong"), *FIXES[1:])
    good = write("good.csv", TRACK_HEAD, *FIXES)
    for track in (good, odd):
        ran = run("forecast", book, track, "--out", tmp_path / "out", "--lang", "en")
        assert ran.status == 2
        assert ran.err.count("Longitude = 'x'") == 30


def test_what_nobody_foresaw_is_told_without_a_traceback(
        run: Any, book: Path, track: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise KeyError("lost")

    monkeypatch.setattr("riskcloud.analysis.forecast.forecast", broken)
    ran = run("forecast", book, track, "--out", book.parent / "out")
    assert ran.status == 1 and "our fault: KeyError: 'lost'" in ran.err
    assert not ran.out and not list((book.parent / "out").iterdir())


@pytest.mark.parametrize("lines, words", [
    (FIXES[:1], "at least two"),
    ((*FIXES, FIXES[3].replace("960", "950")), "keep one"),
    ((*FIXES, *(line.replace("S1", "S2") for line in FIXES)), "--storm"),
])
def test_a_track_that_is_none_says_what_to_do(lines: tuple[str, ...], words: str, run: Any,
                                              write: Any, book: Path) -> None:
    ran = run("forecast", book, write("t.csv", TRACK_HEAD, *lines), "--out", book.parent / "out",
              "--lang", "en")
    assert ran.status == 2 and words in ran.err


@pytest.mark.parametrize("content, words", [
    (b"lon,lon,lat\n113,114,22\n", "two columns"), (b"PAR1" + bytes(200), "not a table"),
    (b"site,lon,lat\na,113,22\nb,113,22,5\n", "row 3"), (b"lon,lat\n", "no site in it"),
    (b"lon,lat\n,22\nx,99\n", "row 3, lat = '99'"), (b"lon,lat\n\xff\xfe\xe9,1\n", "UTF-8"),
])
def test_a_bad_file_of_sites_is_told(content: bytes, words: str, run: Any, track: Path) -> None:
    sites = track.parent / "sites.csv"
    sites.write_bytes(content)
    ran = run("wind", track, "--sites", sites, "--lang", "en")
    assert ran.status == 2 and str(sites) in ran.err and words in ran.err and not ran.out


def test_an_out_that_cannot_be_written_is_told(run: Any, book: Path, track: Path,
                                               write: Any) -> None:
    sites, file = write("sites.csv", "lon,lat", "113,22"), write("file")
    for out in (file, file / "sub", Path("/proc/no/such")):
        for argv in (("forecast", book, track, "--members", 2), ("check", book),
                     ("wind", track, "--sites", sites)):
            if argv[0] == "wind" and out == file:
                continue  # there a file is what is asked for
            ran = run(*argv, "--out", out)
            assert ran.status == 2 and str(out.parent) in ran.err, argv
            assert "cannot be written to" in ran.err or "is a file" in ran.err
    for out, words in ((book.parent, "is a folder"), (Path("/dev/null"), "is a device")):
        ran = run("wind", track, "--sites", sites, "--out", out)
        assert ran.status == 2 and words in ran.err


def test_no_input_is_overwritten(run: Any, track: Path, write: Any, tmp_path: Path) -> None:
    book, sites = write("losses.csv", HEAD, *GOOD), write("sites.csv", "lon,lat", "113,22")
    before = {path: path.read_bytes() for path in (book, track, sites)}
    for argv in (("forecast", book, track, "--out", tmp_path, "--lang", "en"),
                 ("wind", track, "--sites", sites, "--out", track),
                 ("wind", track, "--sites", sites, "--out", sites)):
        ran = run(*argv)
        assert ran.status == 2 and "would be overwritten" in ran.err
    assert {path: path.read_bytes() for path in before} == before


def test_what_a_killed_run_leaves_is_cleared_by_the_next(book: Path, track: Path, run: Any,
                                                         tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "summary.json").write_text("previous")
    code = ("import sys, pathlib, time; from riskcloud.files import staged\n"
            "with staged(pathlib.Path(sys.argv[1])) as folder:\n"
            "    (folder / 'summary.json').write_text('half'); print('x', flush=True)\n"
            "    time.sleep(60)\n")
    with subprocess.Popen([sys.executable, "-c", code, str(out)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with staged(out):  # a second run meanwhile leaves the folder of the first alone
            pass
        assert len(list(out.glob(".riskcloud-*"))) == 1
        os.kill(other.pid, signal.SIGKILL)
    assert (out / "summary.json").read_text() == "previous"
    assert len(list(out.glob(".riskcloud-*"))) == 1
    began = time.perf_counter()
    assert run("forecast", book, track, "--out", out, "--members", 2).status == 0
    assert time.perf_counter() - began < 30.0
    assert not list(out.glob(".*")) and (out / "summary.json").read_text() != "previous"


def test_a_run_killed_while_it_replaces_is_completed_by_the_next(tmp_path: Path) -> None:
    out = tmp_path / "out"
    ready = out / ".riskcloud-ready-x"
    ready.mkdir(parents=True)
    (ready / "b.txt").write_text("new")  # a.txt was moved already
    (out / "a.txt").write_text("new")
    (out / "b.txt").write_text("old")
    with pytest.raises(ZeroDivisionError), staged(out):
        raise ZeroDivisionError
    assert {path.name: path.read_text() for path in out.iterdir()} == {
        "a.txt": "new", "b.txt": "new"}
