"""tcvitals: several storms, repeats, the long form, cut lines. Lines are made up in its form."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats import tcvitals
from riskcloud.hazard.typhoon.formats.source import Source

LONG = ("NHC  05L MADEUP    20230815 0600 142N 0245W 290 072 0975 1007 0278 35 030 0150 0140 0100 "
        "0120 D 0080 0070 -999 0060 72 175N 370W 0040 0030 0020 0030 HU\n")
SHORT = ("JTWC 11W ELEVEN    20230723 0600 174N 1284E 310 067 1002 1005 0537 13 092 "
         "-999 -999 -999 -999 M\n"
         "JTWC 11W NAMED     20230723 1200 183N 1251E 300 088 0998 1006 0555 18 074 "
         "0130 0259 0278 0093 D\n")


def source(text: str) -> Source:
    return Source(Path("x.txt"), text.encode(), np.datetime64("2026-01-01T00", "s"))


def read(text: str) -> tuple[pd.DataFrame, list[str]]:
    faults = Faults(Path("x.txt"))
    return tcvitals.read(source(text), faults), [str(note) for note in faults.notes]


def test_the_long_form() -> None:
    fixes, notes = read(LONG)
    assert not notes
    fix = fixes.iloc[0]
    assert (fix["event_id"], fix["name"], fix["agency"], fix["basin"], fix["status"]) == (
        "AL052023", "MADEUP", "NHC", "NA", "HU")
    assert (fix["lat"], fix["lon"]) == (14.2, -24.5)
    assert fix["central_pressure_pa"] == 97_500.0
    assert fix["environmental_pressure_pa"] == 100_700.0
    assert (fix["max_wind_m_s"], fix["averaging_s"], fix["r_max_m"]) == (35.0, 60.0, 30_000.0)
    assert list(fix[["r34_ne", "r34_se", "r34_sw", "r34_nw"]]) == [150e3, 140e3, 100e3, 120e3]
    assert list(fix[["r50_ne", "r50_se", "r50_nw"]]) == [80e3, 70e3, 60e3]
    assert np.isnan(fix["r50_sw"]) and fix["r64_ne"] == 40e3


def test_a_storm_is_one_track_with_its_last_analysis_as_base() -> None:
    fixes, notes = read(SHORT + LONG)
    pacific = fixes[fixes["event_id"] == "WP112023"]
    assert not notes and len(pacific) == 2
    assert (pacific["base_utc"] == pd.Timestamp("2023-07-23T12:00")).all()
    assert (pacific["issued_utc"] == pacific["base_utc"]).all()
    assert list(pacific["name"]) == ["NAMED", "NAMED"]
    assert np.isnan(pacific["r34_ne"].iloc[0])


def test_of_one_time_the_last_line_stays() -> None:
    fixes, notes = read(SHORT + SHORT.splitlines(keepends=True)[1].replace("183N", "184N"))
    assert len(fixes) == 2 and fixes["lat"].iloc[1] == 18.4
    assert "the last one is kept" in notes[0]


def test_other_centres_and_later_seasons_are_other_tracks() -> None:
    other = SHORT.replace("JTWC 11W", "NHC  11W")
    later = SHORT.replace("202307", "202407")
    invest = SHORT.replace("11W", "90W") + SHORT.replace("11W", "90W").replace("202307", "202308")
    fixes, _ = read(SHORT + other + later + invest)
    assert set(zip(fixes["event_id"], fixes["agency"], strict=True)) == {
        ("WP112023", "JTWC"), ("WP112023", "NHC"), ("WP112024", "JTWC"), ("WP902023", "JTWC"),
        ("WP902023-0823", "JTWC")}


def test_seasons_of_the_southern_hemisphere_end_in_their_year() -> None:
    line = SHORT.splitlines(keepends=True)[0].replace("11W", "03S").replace("202307", "202311")
    fixes, _ = read(line.replace("174N 1284E", "174S 0884E"))
    assert fixes["event_id"].iloc[0] == "SH032024" and fixes["basin"].iloc[0] == "SI"
    assert (fixes["lat"].iloc[0], fixes["lon"].iloc[0]) == (-17.4, 88.4)


@pytest.mark.parametrize(("upto", "known"), [
    ("0120", {"r34_nw": True}), ("0140 01", {"r34_ne": False, "r_max_m": True}),
    ("0278 3", {"max_wind_m_s": False, "central_pressure_pa": True}), ("245W", {"lat": True}),
])
def test_a_cut_line_gives_what_is_whole(upto: str, known: dict[str, bool]) -> None:
    fixes, _ = read(LONG[: LONG.index(upto) + len(upto)])
    assert {name: bool(np.isfinite(fixes[name].iloc[0])) for name in known} == known


def test_what_cannot_be_is_left_out_and_noted() -> None:
    later = LONG.replace("0975 1007", "1007 0975").replace("0815", "0816")
    fixes, notes = read(LONG.replace("142N", "-99N") + SHORT.replace("174N", "174S")
                        + "rubbish\n" + later)
    assert list(fixes["event_id"]) == ["WP112023", "AL052023"]
    assert np.isnan(fixes["environmental_pressure_pa"].iloc[1])
    for words in ("possible time", "hemisphere", "not a line", "not above the central"):
        assert any(words in note for note in notes)


def test_it_recognises_its_own_only() -> None:
    assert tcvitals.recognises(source(LONG)) and tcvitals.recognises(source(SHORT.lower()))
    assert not tcvitals.recognises(source("lat,lon,name\n" + LONG))
    assert not tcvitals.recognises(source("WTPN31 PGTW 172100\nWARNING POSITION:\n"))
