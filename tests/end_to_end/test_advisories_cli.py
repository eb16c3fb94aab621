"""Bulletins through the command line: the right status, and words a duty officer understands."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

pytestmark = pytest.mark.usefixtures("coarse_picture")

BOOK = """LocNumber,AssetClass,Longitude,Latitude,BuildingTIV,LocCurrency
L1,substation,113.5,22.2,1000000,CNY
L2,tower_35kv,113.8,22.1,200000,CNY
L3,building_public,113.1,22.4,500000,CNY
"""
WARNING = """WTPN31 PGTW 222100
SUBJ/TYPHOON 15W (HATO) WARNING NR 012//
   WARNING POSITION:
   221800Z --- NEAR 20.4N 116.5E
   MAX SUSTAINED WINDS - 075 KT, GUSTS 090 KT
   FORECASTS:
   12 HRS, VALID AT:
   230600Z --- 22.0N 113.7E
   MAX SUSTAINED WINDS - 085 KT, GUSTS 105 KT
   24 HRS, VALID AT:
   231800Z --- 22.9N 110.5E
   MAX SUSTAINED WINDS - 040 KT, GUSTS 055 KT
NNNN
"""
ADVISORY = """WTPQ50 RJTD 221800
RSMC TROPICAL CYCLONE ADVISORY
NAME  TY 1713 HATO (1713)
ANALYSIS
PSTN  221800UTC 20.4N 116.4E GOOD
PRES  970HPA
MXWD  065KT
FORECAST
12HF  230600UTC 21.9N 113.8E 45NM 70%
PRES  965HPA
MXWD  070KT
24HF  231800UTC 22.8N 110.6E 75NM 70%
MXWD  040KT=
"""
DEAD = ADVISORY.replace("221800", "181800").replace("230600", "190600").replace("2318", "1918")
OTHER = WARNING.replace("15W (HATO)", "16W (PAKHAR)").replace("20.4N 116.5E", "15.0N 125.0E")
SOUTH = WARNING.replace("N 11", "S 11")
VITALS = """\
JTWC 15W HATO      20170822 0600 206N 1190E 285 077 0985 1004 0370 26 046 0093 0093 0093 0093 D
JTWC 15W HATO      20170822 1200 206N 1177E 285 077 0980 1004 0370 31 046 0093 0093 0093 0093 D
JTWC 15W HATO      20170822 1800 207N 1165E 285 077 0975 1004 0370 36 046 0093 0093 0093 0093 D
"""
AT = ("--issued-at", "2017-08-22T21:30Z")
ARRIVED = np.datetime64("2017-08-22T21:10", "s").astype(int)
FILES = {"jtwc.txt": WARNING, "rsmc.txt": ADVISORY, "dead.txt": DEAD, "other.txt": OTHER,
         "south.txt": SOUTH, "vitals.txt": VITALS, "again.txt": WARNING, "head.txt": WARNING[:100],
         "analysis.txt": WARNING[:190], "page.html": "<html><body>Service, closed</body></html>",
         "feeds.toml": "feed = [", "empty.txt": ""}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        os.utime(tmp_path / name, (ARRIVED, ARRIVED))
    (tmp_path / "junk.bin").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "book.csv").write_text(BOOK, encoding="utf-8")
    (tmp_path / "none").mkdir()
    return tmp_path


@pytest.fixture
def forecast(folder: Path, run: Any) -> Any:
    def on(*argv: str, out: str = "out") -> Any:
        paths = [folder / word if (folder / word).exists() else word for word in argv]
        return run("forecast", folder / "book.csv", *paths, "--out", folder / out, "--lang", "en",
                   "--members", 8, "--wind-models", "holland_1980")
    return on


def notes_of(folder: Path) -> str:
    return (folder / "out" / "summary.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("argv, status, words", [
    (("jtwc.txt", "other.txt", *AT), 2, ("other.txt", "PAKHAR", "HATO", "bulletins of one storm")),
    (("jtwc.txt", "dead.txt", *AT), 2, ("dead.txt", "4.1 days old", "leave it out")),
    (("south.txt", *AT), 2, ("south.txt", "row 4", "swapped hemisphere")),
    (("head.txt", *AT), 2, ("head.txt", "fix")),
    (("analysis.txt", *AT), 2, ("analysis.txt", "a single fix", "give a bulletin with a forecast")),
    (("junk.bin", *AT), 2, ("junk.bin", "it is binary", "expected one of: ECMWF")),
    (("page.html", *AT), 2, ("page.html", "a web page")),
    (("empty.txt", *AT), 2, ("empty.txt", "empty")),
    (("none", *AT), 2, ("a folder; give the file",)),
    (("missing.txt", *AT), 2, ("missing.txt: no such file",)),
    (("jtwc.txt", "--issued-at", "2017-08-22T20:00Z"), 2, ("not known then", "a later --issued")),
    (("jtwc.txt", "--issued-at", "2017-08-27T20:00Z"), 2, ("jtwc.txt", "5.1 days old")),
    (("jtwc.txt", "--issued-at", "yesterday"), 64, ("yesterday", "2017-08-22T06:00Z")),
    (("jtwc.txt", *AT, "--feeds", "feeds.toml"), 2, ("feeds.toml", "TOML")),
    (("jtwc.txt", *AT, "--previous", "none"), 2, ("previous forecast again",)),
    (("jtwc.txt", *AT, "--previous", "missing"), 2, ("missing: no such folder",)),
    ((*AT, "--feeds", "default", "--replay", "none"), 2, ("no bulletin to forecast from",)),
    (AT, 64, ("give an ADVISORY",)),
    (("junk.bin", *AT, "--skip-bad"), 2, ("junk.bin",)),
    (("dead.txt", *AT, "--skip-bad"), 2, ("no bulletin of the storm is alive", "dead.txt")),
])
def test_bad_bulletins_are_told(argv: tuple[str, ...], status: int, words: tuple[str, ...],
                                forecast: Any, folder: Path) -> None:
    ran = forecast(*argv)
    assert ran.status == status, ran.err
    for word in words:
        assert word in ran.err
    assert not ran.out and not list(folder.glob("out/*"))


@pytest.mark.parametrize("argv, status, agencies, words", [
    (("jtwc.txt", "rsmc.txt", *AT), 0, {"JTWC", "JMA"}, ("gives no year and month",)),
    (("jtwc.txt", "again.txt", *AT), 0, {"JTWC"}, ("an older word of JTWC",)),
    (("analysis.txt", "rsmc.txt", *AT), 0, {"JMA"}, ("ends before its forecast", "a single fix")),
    (("vitals.txt", *AT), 0, {"STATISTICAL"}, ("statistical forecast",)),
    (("junk.bin", "dead.txt", "other.txt", "rsmc.txt", *AT, "--skip-bad", "--storm", "HATO"), 3,
     {"JMA"}, ("it is binary", "days old", "other.txt")),
    (("rsmc.txt", *AT, "--feeds", "default", "--replay", "none"), 0, {"JMA"},
     ("feed jtwc: nothing of it was saved",)),
    (("jtwc.txt", "--issued-at", "2017-08-23T05:30+08:00"), 0, {"JTWC"}, ()),
])
def test_what_is_whole_goes_on_and_what_is_not_is_said(
        argv: tuple[str, ...], status: int, agencies: set[str], words: tuple[str, ...],
        forecast: Any, folder: Path) -> None:
    ran = forecast(*argv)
    assert ran.status == status, ran.err
    assert set(pd.read_csv(folder / "out" / "tracks.csv")["agency"]) == agencies
    for word in words:
        assert word in notes_of(folder)


def test_a_run_s_tracks_are_an_advisory_again(forecast: Any, folder: Path) -> None:
    assert forecast("jtwc.txt", *AT).status == 0
    shutil.copy(folder / "out" / "tracks.csv", folder / "again.csv")
    assert forecast("again.csv", *AT, out="second").status == 0
    first, second = (pd.read_csv(folder / name / "losses.csv") for name in ("out", "second"))
    pd.testing.assert_frame_equal(first, second, rtol=1e-6)


def test_an_earlier_run_of_another_storm_or_broken_is_told(forecast: Any, folder: Path) -> None:
    assert forecast("jtwc.txt", *AT, out="before").status == 0
    ran = forecast("other.txt", *AT, "--previous", "before")
    assert ran.status == 2 and "a forecast of another storm" in ran.err and "PAKHAR" in ran.err
    ran = forecast("rsmc.txt", *AT, "--previous", "before", out="before")
    assert ran.status == 2 and "give another --out" in ran.err
    kept = folder / "before" / "losses.parquet"
    kept.write_bytes(kept.read_bytes()[:200])
    ran = forecast("rsmc.txt", *AT, "--previous", "before")
    assert ran.status == 2 and "losses.parquet" in ran.err and "leave --previous out" in ran.err
    assert not list(folder.glob("out/*"))


def test_track_shows_each_file_and_what_was_left_out(
        folder: Path, run: Any) -> None:
    paths = [folder / name for name in ("jtwc.txt", "junk.bin", "none")]
    ran = run("track", *paths, *AT, "--lang", "en")
    assert ran.status == 2 and "junk.bin" in ran.err and "a folder" in ran.err and not ran.out
    ran = run("track", *paths, *AT, "--lang", "en", "--skip-bad", "--json")
    shown = json.loads(ran.out)
    assert ran.status == 3 and len(shown["tracks"]) == 1
    assert "it is binary: left out" in " ".join(shown["notes"])
    ran = run("track", paths[0], "--out", paths[0])
    assert ran.status == 2 and paths[0].read_text(encoding="utf-8") == WARNING
