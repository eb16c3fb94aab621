"""Damaged best tracks and decks: what is whole, or nothing with a note; never another error."""

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats import (
    atcf_deck,
    cma_best_track,
    hurdat2,
    jma_best_track,
    tcvitals,
)
from riskcloud.hazard.typhoon.formats.source import Source
from riskcloud.hazard.typhoon.track_checks import KEY
from riskcloud.hazard.typhoon.track_table import RANGES

ARRIVED = np.datetime64("2026-08-01T00", "s")
SAMPLES: dict[ModuleType, str] = {
    cma_best_track: """\
66666 2101    3 0001 2101 0 6 Madeup                             20220101
2021070100 1 109 1302 1000      15
2021070106 5 110 1290  960      45
2021070112 9 112 1281  990       9   20
66666 0000    2 0002 0000 0 6 (nameless)(-)1                     20220101
2021080100 0  95 1200  998      10
2021080106 1  97 1190  996      13
""",
    jma_best_track: """\
66666 5115  002 0015 5115 0 6               RUTH                19890905        \r
51101400 002 9 293 1291  940                                                    \r
51101406 002 6 310 1300  950                                                    \r
66666 2010  002 0010 2010 1 0             MADEUP                20210101        \r
20083100 002 5 203 1800  950     085     10100 0060 30200 0180         #        \r
20083106 002 4 205 1805  980     060     90050 0050 90100 0100                  \r
""",
    hurdat2: """\
AL012021,             MADEUP,      2,
20210901, 0000,  , TS, 20.0N,  50.0W,  50,  995,  100,   80,    0,   90,   40,   30,    0,   20,
20210901, 0630, L, HU, 20.5N,   1.5E, -99, -999, -999, -999, -999, -999, -999, -999, -999, -999,
EP022021,            UNNAMED,      1,
20210905, 1200,  , TD, 12.0N, 120.0W,  25, 1008,    0,    0,    0,    0,    0,    0,    0,    0,
""",
    atcf_deck: """\
WP, 14, 2017082212, 01, CARQ, -12, 203N, 1200E,  50,    0, TS,  34, AAA,   90,    0,    0,    0,
WP, 14, 2017082212, 01, CARQ,   0, 205N, 1180E,  60,  982, TS,  50, NEQ,   40,   30,   20,   30,\
 1006,  180,  25,   0,   0,   ,   0,    ,   0,   0,       HATO, D,
WP, 14, 2017082212, 03, JTWC,  12, 212N, 1162E,  75,    0, TY,  34, SWQ,  110,  100,   70,   90,
WP, 14, 2017082212, 03, AP01,  24, 217N, 1140E,  85,  970, XX,
WP, 14, 2017082212, 03, AC00,  24, 217N, 1140E,  85,  970, XX,
WP, 14, 2017082300,   , BEST,   0, 215N, 1145E,  90,  960, TY,  64, NEQ,   30,   25,    0,   20,
""",
    tcvitals: """\
NHC  05L MADEUP    20230815 0600 142N 0245W 290 072 0975 1007 0278 35 030 0150 0140 0100 0120 D \
0080 0070 -999 0060 72 175N 370W 0040 0030 0020 0030 HU
JTWC 11W ELEVEN    20230723 0600 174N 1284E 310 067 1002 1005 0537 13 092 -999 -999 -999 -999 M
JTWC 11W NAMED     20230723 1200 183N 1251E 300 088 0998 1006 0555 18 074 0130 0259 0278 0093 D
""",
}
PLACE = st.floats(0.0, 1.0)
EDITS = st.lists(
    st.tuples(st.sampled_from(("cut", "behead", "flip", "insert", "delete", "repeat", "swap",
                               "case", "ends")),
              PLACE, PLACE, st.binary(max_size=8)),
    min_size=1, max_size=4)


def damaged(raw: bytes, edits: list[tuple[str, float, float, bytes]]) -> bytes:
    for kind, first, second, extra in edits:
        i = int(first * len(raw))
        lines = raw.splitlines(keepends=True) or [b""]
        a, b = (min(int(x * len(lines)), len(lines) - 1) for x in (first, second))
        if kind == "cut":
            raw = raw[:i]
        elif kind == "behead":
            raw = raw[i:]
        elif kind == "flip":
            raw = raw[:i] + extra + raw[i + len(extra):]
        elif kind == "insert":
            raw = raw[:i] + extra + raw[i:]
        elif kind == "case":
            raw = raw.lower()
        elif kind == "ends":
            raw = raw.replace(b"\n", b"\r") if first < 0.5 else raw.replace(b"\n", b" \r\r\n")
        else:
            if kind == "delete":
                del lines[a]
            elif kind == "repeat":
                lines.insert(b, lines[a])
            else:
                lines[a], lines[b] = lines[b], lines[a]
            raw = b"".join(lines)
    return raw


@pytest.mark.parametrize("module", SAMPLES, ids=lambda module: module.__name__.split(".")[-1])
@settings(max_examples=50, derandomize=True, deadline=None)
@given(edits=EDITS)
def test_damage_gives_what_is_whole(
    module: ModuleType, edits: list[tuple[str, float, float, bytes]]
) -> None:
    raw = damaged(SAMPLES[module].encode(), edits)
    source = Source(Path("damaged.txt"), raw, ARRIVED)
    for other in SAMPLES:
        assert other.recognises(source) in (True, False)
    faults = Faults(source.path)
    fixes = module.read(source, faults)
    assert not faults.found
    assert not fixes.duplicated([*KEY, "time_utc"]).any()
    assert (fixes["event_id"].str.len() > 0).all()
    for name in ("lat", "lon"):
        assert fixes[name].between(*RANGES[name]).all()
    if not fixes["time_utc"].empty:
        assert fixes["time_utc"].notna().all()
        lead = fixes["time_utc"] - fixes["base_utc"]
        assert (lead.dropna().abs() <= np.timedelta64(3660, "D")).all()
    if raw.strip() and fixes.empty:
        assert faults.notes  # the caller's error says why


@pytest.mark.parametrize("module", SAMPLES, ids=lambda module: module.__name__.split(".")[-1])
def test_a_cut_gives_no_other_number(module: ModuleType) -> None:
    raw = SAMPLES[module].encode()
    whole = module.read(Source(Path("x"), raw, ARRIVED), Faults(Path("x")))
    for end in range(0, len(raw), 3):
        part = module.read(Source(Path("x"), raw[:end], ARRIVED), Faults(Path("x")))
        assert set(part.index) <= set(whole.index)
        shared = part.index
        np.testing.assert_array_equal(part.loc[shared, "lat"], whole.loc[shared, "lat"])
        np.testing.assert_array_equal(part.loc[shared, "lon"], whole.loc[shared, "lon"])
        for name in ("central_pressure_pa", "max_wind_m_s", "r34_ne", "r50_ne", "r_max_m"):
            known = part.loc[shared, name].notna().to_numpy()
            got, true = (table.loc[shared, name].to_numpy()[known] for table in (part, whole))
            np.testing.assert_array_equal(got, true)  # missing perhaps, never another number


@pytest.mark.parametrize("module", SAMPLES, ids=lambda module: module.__name__.split(".")[-1])
@settings(max_examples=25, derandomize=True, deadline=None)
@given(raw=st.binary(max_size=300))
def test_noise_is_nobodys(module: ModuleType, raw: bytes) -> None:
    source = Source(Path("noise"), raw, ARRIVED)
    assert module.recognises(source) is False
    assert module.read(source, Faults(source.path)).empty
