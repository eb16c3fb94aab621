"""CMA best tracks: ids, winds, grades, broken headers and rows. Snippets are made up."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats import cma_best_track as cma
from riskcloud.hazard.typhoon.formats.source import Source

WHOLE = """\
66666 2101    3 0001 2101 0 6 Madeup                             20220101
2021070100 1 109 1302 1000      15
2021070106 5 110 1290  960      45
2021070112 9 112 1281  990       9   20
66666 0000    1 0002 0000 0 6 (nameless)(-)1                     20220101
2021080100 0  95 1200    0       0
"""


def source(text: str) -> Source:
    return Source(Path("x.txt"), text.encode(), np.datetime64("2026-01-01T00", "s"))


def read(text: str) -> tuple[pd.DataFrame, list[str]]:
    faults = Faults(Path("x.txt"))
    return cma.read(source(text), faults), [str(note) for note in faults.notes]


def test_fixes_of_two_storms() -> None:
    fixes, notes = read(WHOLE)
    assert list(fixes["event_id"]) == ["2101"] * 3 + ["CMA-2021-0002-1"]
    assert list(fixes["name"]) == ["MADEUP"] * 3 + [""]
    assert list(fixes["status"]) == ["TD", "STY", "ET", ""]
    assert list(fixes["lat"]) == [10.9, 11.0, 11.2, 9.5]
    assert list(fixes["lon"]) == [130.2, 129.0, 128.1, 120.0]
    assert list(fixes["central_pressure_pa"][:3]) == [100_000.0, 96_000.0, 99_000.0]
    assert list(fixes["max_wind_m_s"][:3]) == [15.0, 45.0, 9.0]
    assert fixes.iloc[3][["central_pressure_pa", "max_wind_m_s"]].isna().all()
    assert (fixes["averaging_s"] == 120.0).all() and fixes["base_utc"].isna().all()
    assert fixes["time_utc"].iloc[1] == pd.Timestamp("2021-07-01T06:00")
    assert list(fixes.index) == [2, 3, 4, 6]
    assert len(notes) == 1 and "below 10 m/s" in notes[0]


def test_a_header_that_announces_more_is_noted() -> None:
    fixes, notes = read(WHOLE.replace("    3 0001", "    4 0001"))
    assert len(fixes) == 4
    assert any("row 1" in note and "announces 4 fixes, 3" in note for note in notes)


def test_a_broken_header_does_not_join_two_storms() -> None:
    fixes, notes = read(WHOLE.replace("66666 0000", "6x666 0000"))
    assert list(fixes["event_id"]) == ["2101"] * 3 + ["CMA-2021-row6"]
    assert any("without the header" in note for note in notes)


def test_a_lost_header_does_not_join_two_storms() -> None:
    lines = WHOLE.splitlines(keepends=True)
    fixes, _ = read("".join(lines[:4] + lines[5:]))
    assert list(fixes["event_id"]) == ["2101"] * 3 + ["CMA-2021-row5"]


@pytest.mark.parametrize(("end", "n_fixes"), [(-2, 1), (-10, 1), (-16, 0)])
def test_a_file_cut_in_its_last_row_keeps_what_is_whole(end: int, n_fixes: int) -> None:
    # cut in the wind, in the pressure (position whole), in the longitude (gone)
    text = WHOLE.replace("   0       0\n", " 998      18\n")
    fixes, _ = read(text[:end])
    last = fixes[fixes["event_id"] == "CMA-2021-0002-1"]
    assert len(last) == n_fixes
    assert last["max_wind_m_s"].isna().all()  # never 1 m/s for 18


def test_a_repeated_storm_is_read_once_and_what_differs_is_noted() -> None:
    first = "".join(WHOLE.splitlines(keepends=True)[:4])
    fixes, notes = read(WHOLE + first.replace("960      45", "  0      45"))
    assert len(fixes) == 4 and fixes["central_pressure_pa"].iloc[1] == 96_000.0
    assert any("more than one fix" in note for note in notes)


def test_impossible_dates_are_left_out() -> None:
    fixes, notes = read(WHOLE.replace("2021070106", "2021073206"))
    assert len(fixes) == 3 and any("neither a header nor a fix" in note for note in notes)


def test_it_recognises_its_own_only() -> None:
    assert cma.recognises(source(WHOLE))
    assert cma.recognises(source("".join(WHOLE.splitlines(keepends=True)[1:3])))
    assert not cma.recognises(source("66666 1713  023 0019 1713 1 0  HATO  20171010\n"
                                     "17081912 002 2 191 1301 1006     000\n"))
    assert not cma.recognises(source("time,lat,lon\n2021070106 5 110 1290  960 45\n"))
    assert not cma.recognises(Source(Path("x"), b"\xff\x00\xfe", np.datetime64("2026", "s")))
    assert not cma.recognises(source(""))
