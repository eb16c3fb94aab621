"""JMA best tracks: two-digit years, eccentric wind areas, missing winds, cut rows. Made up."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats import jma_best_track as jma
from riskcloud.hazard.typhoon.formats.source import Source
from riskcloud.units import KNOT, NMI

WHOLE = """\
66666 5115  002 0015 5115 0 6               RUTH                19890905        \r
51101400 002 9 293 1291  940                                                    \r
51101406 002 6 310 1300    0                                                    \r
66666 2010  003 0010 2010 1 0             MADEUP                20210101        \r
20083100 002 5 203 1800  950     085     10100 0060 30200 0180         #        \r
20083106 002 4 205 1805  980     060     90050 0050 90100 0100                  \r
20083112 002 7 208 1807 1000     000                                            \r
"""


def source(text: str) -> Source:
    return Source(Path("x.txt"), text.encode(), np.datetime64("2026-01-01T00", "s"))


def read(text: str) -> tuple[pd.DataFrame, list[str]]:
    faults = Faults(Path("x.txt"))
    return jma.read(source(text), faults), [str(note) for note in faults.notes]


def test_fixes() -> None:
    fixes, notes = read(WHOLE)
    assert list(fixes["event_id"]) == ["5115"] * 2 + ["2010"] * 3
    assert list(fixes["name"]) == ["RUTH"] * 2 + ["MADEUP"] * 3
    assert list(fixes["status"]) == ["TS or higher", "L", "TY", "STS", ""]
    assert list(fixes["time_utc"].dt.year) == [1951, 1951, 2020, 2020, 2020]
    assert list(fixes["lon"]) == [129.1, 130.0, 180.0, 180.5, 180.7]
    assert list(fixes["lat"]) == [29.3, 31.0, 20.3, 20.5, 20.8]
    wind = fixes["max_wind_m_s"].to_numpy()
    assert np.isnan(wind[[0, 1, 4]]).all()
    np.testing.assert_allclose(wind[2:4], [85 * KNOT, 60 * KNOT])
    assert np.isnan(fixes["central_pressure_pa"].iloc[1])
    assert (fixes["averaging_s"] == 600.0).all()
    np.testing.assert_allclose(fixes["r50_se"].iloc[3], 50 * NMI)
    r34 = fixes[[f"r34_{q}" for q in ("ne", "se", "sw", "nw")]]
    # 30 kt of ten minutes are 32.3 kt of one: a tenth farther out than 34 kt
    given = r34.notna().all(axis=1)
    assert given.any() and (r34[given].min(axis=None) > 100 * NMI * 0.85)
    assert len(notes) == 1 and "30 kt" in notes[0]


def test_quadrants_of_an_eccentric_area() -> None:
    # circle of radius 80 with its centre 20 to the north east
    aside = 20 * math.cos(math.pi / 4) + math.sqrt(80**2 - 200.0)
    behind = -20 * math.cos(math.pi / 4) + math.sqrt(80**2 - 200.0)
    np.testing.assert_allclose(jma.quadrant_radii_m(1, 100.0, 60.0),
                               [100.0, aside, behind, aside])
    # to the east: both eastern quadrants hold the longest, the western begin square to it
    square = math.sqrt(80**2 - 20**2)
    np.testing.assert_allclose(jma.quadrant_radii_m(2, 100.0, 60.0),
                               [100.0, 100.0, square, square])
    np.testing.assert_allclose(jma.quadrant_radii_m(8, 100.0, 60.0),
                               [100.0, square, square, 100.0])
    assert jma.quadrant_radii_m(9, 50.0, 50.0) == [50.0] * 4
    assert jma.quadrant_radii_m(0, 0.0, 0.0) is None
    assert jma.quadrant_radii_m(3, 0.0, 0.0) is None


@pytest.mark.parametrize("side", range(1, 9))
def test_extents_against_points_of_the_circle(side: int) -> None:
    longest, shortest = 150.0, 30.0
    angle = np.radians(np.arange(0.0, 360.0, 0.01))
    toward = math.radians(45.0 * side)
    east = 60.0 * math.sin(toward) + 90.0 * np.sin(angle)
    north = 60.0 * math.cos(toward) + 90.0 * np.cos(angle)
    azimuth, distance = np.degrees(np.arctan2(east, north)) % 360.0, np.hypot(east, north)
    expected = [distance[(azimuth >= low) & (azimuth <= low + 90.0)].max()
                for low in (0.0, 90.0, 180.0, 270.0)]
    np.testing.assert_allclose(jma.quadrant_radii_m(side, longest, shortest), expected, rtol=1e-3)


@pytest.mark.parametrize(("cut_at", "wind", "radii"), [
    ("20083100 002 5 203 1800  950     08", False, False),
    ("20083100 002 5 203 1800  950     085     101", False, False),
    ("20083100 002 5 203 1800  950     085     10100 0060", True, True),
    ("20083100 002 5 203 1800  9", False, False),
])
def test_a_cut_row_keeps_what_is_whole(cut_at: str, wind: bool, radii: bool) -> None:
    fixes, _ = read(WHOLE[: WHOLE.index(cut_at) + len(cut_at)])
    last = fixes.iloc[-1]
    assert last["lon"] == 180.0 and np.isfinite(last["max_wind_m_s"]) == wind
    assert np.isfinite(last["r50_ne"]) == radii


def test_a_cut_longitude_is_no_position() -> None:
    at = WHOLE.index("1805")
    fixes, notes = read(WHOLE[: at + 3])
    assert len(fixes) == 3 and any("announces 3 fixes, 1" in note for note in notes)


def test_it_recognises_its_own_only() -> None:
    assert jma.recognises(source(WHOLE))
    assert not jma.recognises(source("66666 2101    3 0001 2101 0 6 Madeup   20220101\n"
                                     "2021070100 1 109 1302 1000      15\n"))
    assert not jma.recognises(source("lat,lon\n51101400 002 9 293 1291  940\n"))
