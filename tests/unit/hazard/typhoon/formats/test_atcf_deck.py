"""ATCF decks: radii, leads, analyses, ensembles, broken lines. Lines are made up in its form."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats import atcf_deck
from riskcloud.hazard.typhoon.formats.source import Source
from riskcloud.units import KNOT, NMI

A_DECK = """\
WP, 14, 2017082212, 01, CARQ, -12, 203N, 1200E,  50,    0, TS,  34, AAA,    0,    0,    0,    0,
WP, 14, 2017082212, 01, CARQ,   0, 205N, 1180E,  60,  982, TS,  34, NEQ,  100,   90,   60,   80,\
 1006,  180,  25,   0,   0,   ,   0,    ,   0,   0,       HATO, D,
WP, 14, 2017082212, 01, CARQ,   0, 205N, 1180E,  60,  982, TS,  50, NEQ,   40,   30,   20,   30,\
 1006,  180,  25,   0,   0,   ,   0,    ,   0,   0,       HATO, D,
WP, 14, 2017082212, 03, JTWC,  12, 212N, 1162E,  75,    0, TY,  34, NEQ,  110,  100,   70,   90,
WP, 14, 2017082212, 03, JTWC,  12, 212N, 1162E,  75,    0, TY,  64, NEQ,   30,   25,    0,   20,
WP, 14, 2017082212, 03, JTWC,  24, 217N, 1140E,  85,    0, TY,  50, AAA,   45,    0,    0,    0,
WP, 14, 2017082212, 03, AVNO, 000, 206N, 1181E,  55,  985, XX,  34, SEQ,   90,   60,   80,  100,
WP, 14, 2017082212, 03, AVNO, 012, 213N, 1160E,   0,    0,
WP, 14, 2017082212, 03, IVCN,  12,   0N,    0W,  80,    0,   ,   0,    ,    0,    0,    0,    0,
"""
BEST = """\
WP, 14, 2017082300,   , BEST,   0, 215N, 1145E,  90,  960, TY,  34, NEQ,  110,  100,   70,   90,\
 1004,  180,  20,   0,   0,   W,   0,    ,   0,   0,   FIFTEEN, D,
WP, 14, 2017082304, 50, BEST,   0, 221N, 1132E,  95,  958, TY,  34, NEQ,  110,  100,   70,   90,\
 1004,  180,  20,   0,   0,   W,   0,    ,   0,   0,       HATO, D,
"""


def source(text: str) -> Source:
    return Source(Path("x.dat"), text.encode(), np.datetime64("2026-01-01T00", "s"))


def read(text: str) -> tuple[pd.DataFrame, list[str]]:
    faults = Faults(Path("x.dat"))
    return atcf_deck.read(source(text), faults), [str(note) for note in faults.notes]


def members(prefix: str, numbers: range, lead: int = 12) -> str:
    return "".join(f"WP, 14, 2017082212, 03, {prefix}{n:02d}, {lead:3d}, 21{n % 10}N, 1160E,  40,"
                   "  990, XX,\n" for n in numbers)


def radii(fix: pd.Series, speed: int) -> list[float]:
    return [round(fix[f"r{speed}_{q}"] / NMI, 6) for q in ("ne", "se", "sw", "nw")]


def test_a_best_track() -> None:
    fixes, notes = read(BEST)
    assert not notes and list(fixes["agency"]) == ["JTWC", "JTWC"]
    assert list(fixes["event_id"]) == ["WP142017"] * 2 and list(fixes["name"]) == ["HATO"] * 2
    assert fixes["base_utc"].isna().all() and fixes["issued_utc"].isna().all()
    assert list(fixes["time_utc"]) == [pd.Timestamp("2017-08-23T00:00"),
                                       pd.Timestamp("2017-08-23T04:50")]
    fix = fixes.iloc[0]
    assert (fix["lat"], fix["lon"], fix["status"]) == (21.5, 114.5, "TY")
    assert fix["max_wind_m_s"] == 90 * KNOT and fix["averaging_s"] == 60.0
    assert fix["central_pressure_pa"] == 96_000.0
    assert fix["environmental_pressure_pa"] == 100_400.0
    assert fix["r_max_m"] == 20 * NMI and radii(fix, 34) == [110, 100, 70, 90]


def test_the_analysis_completes_the_official_forecast() -> None:
    fixes, notes = read(A_DECK)
    assert sorted(set(fixes["agency"])) == ["AVNO", "JTWC"]
    jtwc = fixes[fixes["agency"] == "JTWC"].sort_values("time_utc")
    base = pd.Timestamp("2017-08-22T12:00")
    assert (jtwc["base_utc"] == base).all() and (jtwc["issued_utc"] == base).all()
    assert list((jtwc["time_utc"] - base).dt.total_seconds() / 3600) == [-12, 0, 12, 24]
    past, analysis, first, second = (jtwc.iloc[i] for i in range(4))
    assert np.isnan(past["central_pressure_pa"]) and np.isnan(past["r34_ne"])
    assert analysis["r_max_m"] == 25 * NMI and radii(analysis, 50) == [40, 30, 20, 30]
    assert radii(first, 34) == [110, 100, 70, 90] and radii(first, 64) == [30, 25, 0, 20]
    assert radii(second, 50) == [45, 45, 45, 45] and np.isnan(second["central_pressure_pa"])
    assert any("CARQ" in note for note in notes)


def test_an_analysis_supplies_what_the_forecast_lacks_at_its_time() -> None:
    own = ("WP, 14, 2017082212, 03, JTWC,   0, 205N, 1180E,  65,    0, TY,"
           "  34, NEQ,  120,  90,  60,  80,\n")
    fixes, _ = read(A_DECK + own)
    fix = fixes[(fixes["agency"] == "JTWC") & (fixes["time_utc"] == fixes["base_utc"])].iloc[0]
    assert fix["max_wind_m_s"] == 65 * KNOT and radii(fix, 34) == [120, 90, 60, 80]
    assert fix["central_pressure_pa"] == 98_200.0 and fix["r_max_m"] == 25 * NMI


def test_without_official_forecast_the_analysis_stays() -> None:
    others = [line for line in A_DECK.splitlines(keepends=True) if "JTWC" not in line]
    fixes, _ = read("".join(others))
    assert sorted(set(fixes["agency"])) == ["AVNO", "CARQ"]
    assert (fixes["agency"] == "CARQ").sum() == 2


@pytest.mark.parametrize(("basin", "tech", "agency"), [
    ("AL", "OFCL", "NHC"), ("CP", "OFCL", "CPHC"), ("WP", "WRNG", "JTWC"), ("EP", "HWRF", "HWRF")])
def test_official_techniques_are_named_after_their_agency(basin: str, tech: str,
                                                          agency: str) -> None:
    fixes, _ = read(f"{basin}, 09, 2008090106, 03, {tech},  12, 172N, 1370W,  30, 1006, TD,\n" * 2)
    assert list(fixes["agency"]) == [agency]


def test_models_leads_and_radii_from_another_quadrant() -> None:
    fixes, notes = read(A_DECK)
    avno = fixes[fixes["agency"] == "AVNO"]
    assert radii(avno.iloc[0], 34) == [100, 90, 60, 80]  # SEQ: SE, SW, NW, NE as written
    assert np.isnan(avno["max_wind_m_s"].iloc[1]) and avno["status"].iloc[0] == ""
    assert any("without a position" in note for note in notes)


def test_members_of_ensembles_are_numbered() -> None:
    control = "WP, 14, 2017082212, 03, AC00,  12, 211N, 1160E,  40,  990, XX,\n"
    fixes, notes = read(members("AP", range(1, 21)) + control + members("EN", range(1, 6))
                        + members("ZZ", range(1, 3)))
    gefs = fixes[fixes["agency"] == "GEFS"]
    assert sorted(gefs["member"]) == list(range(1, 22))
    assert sorted(fixes[fixes["agency"] == "EN"]["member"]) == [1, 2, 3, 4, 5]
    assert (fixes[fixes["agency"].isin(["ZZ01", "ZZ02"])]["member"] == 0).all()
    assert any("the control is member 21" in note for note in notes)
    assert any("AP01 to AP20" in note for note in notes)


def test_broken_lines_are_left_out_and_noted() -> None:
    broken = (
        "WP, 14, , 03, AVNO,  18, 190N,  880E,  50,\n"  # no date-time group
        "WP, 14, 2017082212, 03, AVNO, abc, 190N, 1180E,  50,\n"
        "WP, 14, 2017082212, 03, AVNO, 999, 190N, 1180E,  50,\n"
        "WP, 14, 2017082212, 03, AVNO, -12, 190N, 1180E,  50,\n"  # the past is for analyses
        "WP, 14, 2017082212, 03, AVNO,  18, 190S, 1180E,  50,\n"
        "WP, 14, 2017082212, 03, AVNO,  18, 19xN, 1180E,  50,\n"
        "WP, 14, 2017082212, 03, ,  18, 190N, 1180E,  50,\n"
        "WP, 14, 2017082212, 03\n")
    whole, _ = read(A_DECK)
    fixes, notes = read(A_DECK + broken)
    assert len(fixes) == len(whole)
    for words in ("date-time group", "lead in hours", "hemisphere", "not a position", "cut before"):
        assert any(words in note for note in notes)
    assert any("and 2 more" in note for note in notes)  # alike notes are gathered


def test_a_blank_basin_is_that_of_the_others() -> None:
    line = "WP, 14, 2017082212, 03, AVNO, 012"
    fixes, notes = read(A_DECK.replace(line, line.replace("WP", "  ")))
    assert set(fixes["event_id"]) == {"WP142017"}
    assert any("no known basin" in note for note in notes)


def test_a_cut_end_gives_no_half_number() -> None:
    text = A_DECK + "WP, 14, 2017082212, 03, JTWC,  36, 220N, 1100E,  4"
    fixes, _ = read(text)
    last = fixes[fixes["time_utc"] == pd.Timestamp("2017-08-24T00:00")].iloc[0]
    assert last["lon"] == 110.0 and np.isnan(last["max_wind_m_s"])


def test_a_number_used_again_is_another_storm() -> None:
    fixes, _ = read(A_DECK + A_DECK.replace("201708", "201808")
                    + BEST.replace("WP, 14", "SH, 02").replace("20170823", "20171223")
                    .replace("215N", "150S").replace("221N", "155S"))
    assert set(fixes["event_id"]) == {"WP142017", "WP142018", "SH022018"}
    assert set(fixes[fixes["event_id"] == "SH022018"]["basin"]) == {"SI"}


def test_two_positions_of_one_time_give_one_fix() -> None:
    poor = "WP, 14, 2017082300,   , BEST,   0, 230N, 1145E,   0,    0, TY,\n"
    fixes, notes = read(BEST + poor)
    assert len(fixes) == 2 and fixes["lat"].iloc[0] == 21.5
    assert any("the fuller one is kept" in note for note in notes)


def test_pressure_not_below_its_environment_and_wild_numbers() -> None:
    fixes, notes = read(BEST.replace("1004", " 955").replace("  95,", " 950,"))
    assert fixes["environmental_pressure_pa"].isna().all()
    assert np.isnan(fixes["max_wind_m_s"].iloc[1])
    assert any("not above the central" in note for note in notes)


def test_it_recognises_its_own_only() -> None:
    assert atcf_deck.recognises(source(A_DECK)) and atcf_deck.recognises(source(BEST.lower()))
    assert not atcf_deck.recognises(source("basin,cy,dtg,num,tech,tau,lat,lon\n" + A_DECK))
    assert not atcf_deck.recognises(source("AL012021,             MADEUP,      2,\n"
                                           "20210901, 0000,  , TS, 20.0N,  50.0W,  50,  995,\n"))
