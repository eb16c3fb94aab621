"""Bulletins broken in any way give an InputError or what is whole, never a traceback."""

import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.errors import InputError
from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats import (
    hko_xml,
    jma_advisory,
    jtwc_atcg,
    jtwc_warning,
    nmc_json,
)
from riskcloud.hazard.typhoon.formats.source import Source
from riskcloud.hazard.typhoon.track_checks import check_fixes
from riskcloud.hazard.typhoon.track_table import RANGES

WARNING = b"""WTPN31 PGTW 312100
SUBJ/TYPHOON 09W (SAMPLE) WARNING NR 012//
   WARNING POSITION:
   311800Z --- NEAR 18.2N 122.4E
   MAX SUSTAINED WINDS - 135 KT, GUSTS 165 KT
   RADIUS OF 064 KT WINDS - 040 NM NORTHEAST QUADRANT
                            035 NM SOUTHEAST QUADRANT
   RADIUS OF 035 KT WINDS - 190 NM NORTH SEMICIRCLE
                            160 NM ELSEWHERE OVER WATER
   FORECASTS:
   12 HRS, VALID AT:
   010600Z --- 19.0N 120.1E
   MAX SUSTAINED WINDS - 120 KT, GUSTS 145 KT
   24 HRS, VALID AT:
   011800Z --- 19.8N 117.9E
   MAX SUSTAINED WINDS - 025 KT, GUSTS 035 KT
REMARKS:
31AUG20. MINIMUM CENTRAL PRESSURE AT 311800Z IS 922 MB.//
NNNN
"""
ATCG = b"""WTIO31 PGTW 291500
WARNING    ATCG MIL 03B NIO 260929133256
2026092912 03B SAMPLE     004  01 330 07 SATL 030
T000 152N 0874E 055 R050 020 NE QD 025 SE QD 000 SW QD 000 NW QD
T012 163N 0868E 065 R034 060 NE QD 080 SE QD 080 SW QD 040 NW QD
AMP
   MINIMUM CENTRAL PRESSURE AT 291200Z IS 984 MB.
0326092906 146N 877E  50
"""
ADVISORY = b"""WTPQ50 RJTD 300600
RSMC TROPICAL CYCLONE ADVISORY
NAME  TY 2699 SAMPLE (2699)
ANALYSIS
PSTN  300600UTC 20.0N 125.1E GOOD
PRES  945HPA
MXWD  085KT
50KT  120NM NORTH 100NM SOUTH
FORECAST
24HF  310600UTC 21.4N 122.9E 45NM 70%
PRES  950HPA
MXWD  080KT
48HF  010600UTC 22.3N 119.6E 75NM 70% TROPICAL DEPRESSION=
"""
POINT = [1, "202608300600", 0, "TY", 125.0, 20.0, 955, 40, "NW", 18, [["50KTS", 100, 90, 80, 90]],
         {"BABJ": [[12, "202608300600", 123.0, 20.5, 950, 45, "BABJ", "STY"]],
          "RJTD": [[24, "202608300600", 121.0, 21.5, 955, 42, "RJTD", "TY"]]},
         ["202608301530", "x"]]
VIEW = ("cb(" + json.dumps({"typhoon": [
    9, "SAMPLE", "x", 2699, 2699, None, "y", "start",
    [[1, "202608300000", 0, "TY", 126.0, 19.5, 960, 38, "NW", 18, None, None, None], POINT]]},
    separators=(",\n", ": ")) + ")").encode()
TRACK = b"""<?xml version="1.0" encoding="UTF-8"?>
<TropicalCycloneTrack tcid="2699"><BulletinHeader>
<BulletinTime>2026-09-01T20:30:00+08:00</BulletinTime></BulletinHeader><WeatherReport>
<TropicalCycloneName>SAMPLE</TropicalCycloneName>
<AnalysisInformation><Intensity>Typhoon</Intensity><MaximumWind>130km/h</MaximumWind>
<Time>2026-09-01T12:00:00+00:00</Time><Latitude>17.10N</Latitude>
<Longitude>126.00E</Longitude></AnalysisInformation>
<ForecastInformation><Index>24</Index><MaximumWind>140km/h</MaximumWind>
<Time>2026-09-02T12:00:00+00:00</Time><Latitude>18.90N</Latitude>
<Longitude>121.30E</Longitude></ForecastInformation>
</WeatherReport></TropicalCycloneTrack>
"""
SAMPLES = {"warning": (jtwc_warning, WARNING), "atcg": (jtwc_atcg, ATCG),
           "advisory": (jma_advisory, ADVISORY), "nmc": (nmc_json, VIEW), "hko": (hko_xml, TRACK)}
GARBAGE = st.one_of(st.binary(max_size=20), st.sampled_from([
    b"\0", b"\xff\xfe", b"[" * 50, b"99999999", b"-1", b"null", b"1e999", b"NaN", b"<a>",
    b"<!DOCTYPE x>", b"&amp;", b"\r", b"\n\n", b" ", b"WARNING POSITION:", b"12 HRS, VALID AT:",
    b"WTPN31 PGTW 000000", b"T999", b"24HF", b"\xd9\xa3\xd9\xa3"]))


@st.composite
def broken(draw: st.DrawFn, raw: bytes) -> bytes:
    """Cut, repeat, swap and drop lines, flip bytes, put garbage in."""
    for _ in range(draw(st.integers(1, 4))):
        lines, place = raw.split(b"\n"), draw(st.integers(0, len(raw)))
        at, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        match draw(st.integers(0, 6)):
            case 0:
                raw = raw[:place]
            case 1:
                raw = raw[place:]
            case 2:
                raw = b"\n".join([*lines[: at + 1], *lines[at:]])
            case 3:
                lines[at], lines[other] = lines[other], lines[at]
                raw = b"\n".join(lines)
            case 4:
                raw = b"\n".join([*lines[:at], *lines[at + 1 :]])
            case 5:
                raw = raw[:place] + bytes([draw(st.integers(0, 255))]) + raw[place + 1 :]
            case _:
                raw = raw[:place] + draw(GARBAGE) + raw[place:]
    return raw


def check(module: ModuleType, raw: bytes) -> None:
    path = Path("fuzz")
    source, faults = Source(path, raw, np.datetime64("2026-09-05", "s")), Faults(path)
    assert module.recognises(source) in (True, False)
    try:
        fixes = module.read(source, faults)
    except InputError as error:
        assert str(error).startswith("fuzz")
        return
    if fixes.empty:
        return
    assert fixes[["lat", "lon"]].notna().all(axis=None) and fixes["time_utc"].notna().all()
    for name, (low, high) in RANGES.items():
        assert fixes[name].dropna().between(low, high).all()
    assert fixes.index.is_unique  # the checks of a track count on it
    check_fixes(fixes, Faults(path))
    assert (fixes["event_id"] != "").all() and (fixes["agency"] != "").all()
    key = ["event_id", "agency", "issued_utc", "base_utc", "member", "time_utc"]
    assert not fixes.duplicated(key).any()
    known = fixes.dropna(subset=["base_utc"])
    assert ((known["time_utc"] - known["base_utc"]).dt.total_seconds() <= 240 * 3600).all()


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=50, derandomize=True, deadline=None)
@given(data=st.data())
def test_broken_bulletins_never_end_in_a_traceback(name: str, data: st.DataObject) -> None:
    module, raw = SAMPLES[name]
    check(module, data.draw(broken(raw)))


@pytest.mark.parametrize("name", SAMPLES)
def test_cut_at_every_byte(name: str) -> None:
    module, raw = SAMPLES[name]
    for place in range(0, len(raw), 7):
        check(module, raw[:place])


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=20, derandomize=True, deadline=None)
@given(raw=st.binary(max_size=300))
def test_any_bytes(name: str, raw: bytes) -> None:
    check(SAMPLES[name][0], raw)
