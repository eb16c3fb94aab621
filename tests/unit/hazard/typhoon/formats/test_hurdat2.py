"""HURDAT2: radii, missing marks, header counts, cut files. Rows are made up in its form."""

from pathlib import Path

import numpy as np
import pandas as pd

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats import hurdat2
from riskcloud.hazard.typhoon.formats.source import Source
from riskcloud.units import KNOT, NMI

WHOLE = """\
AL012021,             MADEUP,      2,
20210901, 0000,  , TS, 20.0N,  50.0W,  50,  995,  100,   80,    0,   90,   40,   30,    0,    0,\
    0,    0,    0,    0,   25,
20210901, 0630, L, HU, 20.5N,   1.5E, -99, -999, -999, -999, -999, -999, -999, -999, -999, -999,\
 -999, -999, -999, -999, -999,
EP022021,            UNNAMED,      1,
20210905, 1200,  , TD, 12.0N, 120.0W,  25, 1008,    0,    0,    0,    0,    0,    0,    0,    0,\
    0,    0,    0,    0,
"""


def source(text: str) -> Source:
    return Source(Path("x.txt"), text.encode(), np.datetime64("2026-01-01T00", "s"))


def read(text: str) -> tuple[pd.DataFrame, list[str]]:
    faults = Faults(Path("x.txt"))
    return hurdat2.read(source(text), faults), [str(note) for note in faults.notes]


def test_fixes() -> None:
    fixes, notes = read(WHOLE)
    assert not notes
    assert list(fixes["event_id"]) == ["AL012021", "AL012021", "EP022021"]
    assert list(fixes["name"]) == ["MADEUP", "MADEUP", ""]
    assert list(fixes["basin"]) == ["NA", "NA", "EP"]
    assert list(fixes["lon"]) == [-50.0, 1.5, -120.0] and fixes["lat"].iloc[1] == 20.5
    first, second, third = (fixes.iloc[i] for i in range(3))
    assert first["max_wind_m_s"] == 50 * KNOT and first["central_pressure_pa"] == 99_500.0
    assert list(first[["r34_ne", "r34_se", "r34_sw", "r34_nw"]]) == [
        100 * NMI, 80 * NMI, 0.0, 90 * NMI]
    assert first["r50_ne"] == 40 * NMI and np.isnan(first["r64_ne"])
    assert first["r_max_m"] == 25 * NMI
    assert second[["max_wind_m_s", "central_pressure_pa", "r34_ne", "r_max_m"]].isna().all()
    assert second["time_utc"] == pd.Timestamp("2021-09-01T06:30")
    assert np.isnan(third["r34_ne"]) and np.isnan(third["r_max_m"])


def test_a_header_whose_count_is_wrong_is_noted() -> None:
    fixes, notes = read(WHOLE.replace("      1,", "     40,"))
    assert len(fixes) == 3 and "announces 40 fixes, 1" in notes[0]


def test_a_cut_end_gives_no_half_number() -> None:
    text = WHOLE[: WHOLE.index("100,") + 2]  # "10" of a radius of 100
    fixes, _ = read(text)
    assert np.isnan(fixes["r34_ne"].iloc[0]) and fixes["central_pressure_pa"].iloc[0] == 99_500.0


def test_without_headers_fixes_stand_alone() -> None:
    lines = WHOLE.splitlines(keepends=True)
    fixes, notes = read("".join(lines[1:3]))
    assert list(fixes["event_id"]) == ["HURDAT2-2021-row1"] * 2
    assert any("without the header" in note for note in notes)


def test_unreadable_numbers_are_noted() -> None:
    fixes, notes = read(WHOLE.replace("  995,", "  9z5,").replace("  50,", " 500,", 1))
    assert fixes["central_pressure_pa"].isna().iloc[0] and fixes["max_wind_m_s"].isna().iloc[0]
    assert len(notes) == 2 and "9z5" in notes[1] and "500" in notes[0]


def test_it_recognises_its_own_only() -> None:
    assert hurdat2.recognises(source(WHOLE)) and hurdat2.recognises(source(WHOLE.lower()))
    assert not hurdat2.recognises(source("date,time,x,status,lat,lon\n" + WHOLE))
    assert not hurdat2.recognises(source("AL, 09, 2008090106,   , BEST,   0, 172N,  370W,  30,\n"))
