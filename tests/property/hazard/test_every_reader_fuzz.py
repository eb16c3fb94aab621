"""Every reader through ``read_advisory``: a clear error or sound tracks, never a traceback."""

import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from riskcloud.errors import InputError, NotFoundError
from riskcloud.hazard.typhoon.outlook import read_advisory

ARRIVED = np.datetime64("2026-09-05T00", "s")
N_TEXT, N_SAMPLE, LARGEST = 12, 3, 8_000
SNIPPETS = {
    "jtwc_warning": b"""WTPN31 PGTW 312100
SUBJ/TYPHOON 09W (SAMPLE) WARNING NR 012//
   WARNING POSITION:
   311800Z --- NEAR 18.2N 122.4E
   MAX SUSTAINED WINDS - 135 KT, GUSTS 165 KT
   FORECASTS:
   12 HRS, VALID AT:
   010600Z --- 19.0N 120.1E
   MAX SUSTAINED WINDS - 120 KT, GUSTS 145 KT
REMARKS:
31AUG26. MINIMUM CENTRAL PRESSURE AT 311800Z IS 922 MB.//
NNNN
""",
    "jtwc_atcg": b"""WTIO31 PGTW 291500
WARNING    ATCG MIL 03B NIO 260829133256
2026082912 03B SAMPLE     004  01 330 07 SATL 030
T000 152N 0874E 055 R050 020 NE QD 025 SE QD 000 SW QD 000 NW QD
T012 163N 0868E 065 R034 060 NE QD 080 SE QD 080 SW QD 040 NW QD
AMP
""",
    "jma_advisory": b"""WTPQ50 RJTD 300600
RSMC TROPICAL CYCLONE ADVISORY
NAME  TY 2699 SAMPLE (2699)
ANALYSIS
PSTN  300600UTC 20.0N 125.1E GOOD
PRES  945HPA
MXWD  085KT
FORECAST
24HF  310600UTC 21.4N 122.9E 45NM 70%
PRES  950HPA
MXWD  080KT=
""",
    "nmc_json": ("cb(" + json.dumps({"typhoon": [
        9, "SAMPLE", "x", 2699, 2699, None, "y", "start",
        [[1, "202608300600", 0, "TY", 125.0, 20.0, 955, 40, "NW", 18,
          [["50KTS", 100, 90, 80, 90]],
          {"BABJ": [[12, "202608300600", 123.0, 20.5, 950, 45, "BABJ", "STY"]]},
          ["202608301530", "x"]]]]}, separators=(",\n", ": ")) + ")").encode(),
    "hko_xml": b"""<?xml version="1.0" encoding="UTF-8"?>
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
""",
    "cxml": b"""<?xml version="1.0"?>
<cxml><header><product>Ensemble</product><generatingApplication><ensemble>
<numMembers>3</numMembers></ensemble></generatingApplication>
<productionCenter>egrr</productionCenter><baseTime>2026-09-01T00:00:00Z</baseTime></header>
<data type="ensembleForecast" member="1"><disturbance ID="x1">
<cycloneName>SAMPLE</cycloneName><cycloneNumber>9</cycloneNumber><basin>Northwest Pacific</basin>
<fix hour="0"><validTime>2026-09-01T00:00:00Z</validTime><latitude units="deg N">18.0</latitude>
<longitude units="deg E">126.0</longitude></fix>
<fix hour="12"><validTime>2026-09-01T12:00:00Z</validTime><latitude units="deg N">19.0</latitude>
<longitude units="deg E">124.0</longitude></fix>
</disturbance></data></cxml>
""",
    "atcf_deck": b"""\
WP, 09, 2026083118, 03, JTWC,   0, 182N, 1224E, 135,  922, TY,  34, NEQ,  190,  160,  160,  190,
WP, 09, 2026083118, 03, JTWC,  12, 190N, 1201E, 120,  935, TY,  34, NEQ,  190,  160,  160,  190,
WP, 09, 2026083118, 03, AVNO,   0, 182N, 1224E,  80,  960, XX,  34, NEQ,    0,    0,    0,    0,
""",
    "tcvitals": b"""\
JTWC 09W SAMPLE    20260831 1200 180N 1230E 285 077 0925 1004 0370 66 046 0093 0093 0093 0093 D
JTWC 09W SAMPLE    20260831 1800 182N 1224E 285 077 0922 1004 0370 67 046 0093 0093 0093 0093 D
""",
    "cma_best_track": b"""66666 0000    3 0009 2699 0 6               Sample              20270111
2026083100 2 170 1262  998  18
2026083106 3 174 1250  990  25
2026083112 3 178 1238  985  28
""",
    "jma_best_track": b"""66666 2699  003 0009 2699 0 6               SAMPLE              20270111
26083100 002 2 170 1262 1000     000
26083106 002 3 174 1250  990     040     00000 0000 90150 0150
26083112 002 3 178 1238  985     045     00000 0000 90150 0150
""",
    "hurdat2": b"""AL092026,             SAMPLE,      2,
20260901, 0600,  , TD, 17.2N,  37.0W,  30, 1006,    0,    0,    0,    0,    0,    0,    0, \
   0,    0,    0,    0,    0,
20260901, 1200,  , TS, 17.3N,  38.4W,  35, 1005,   60,   30,    0,   60,    0,    0, \
   0,    0,    0,    0,    0,    0,
""",
    "csv": b"""storm_id,name,time_utc,lat,lon,central_pressure_hpa,max_wind_1min_m_s
S1,SAMPLE,2026-08-31T12:00:00Z,18.0,123.0,925,66
S1,SAMPLE,2026-08-31T18:00:00Z,18.2,122.4,922,67
""",
}
GARBAGE = (b"\0", b"\xff\xfe", b"[" * 5000, b"9" * 400, b"-1", b"null", b"1e999", b"NaN", b"<a>",
           b"<!DOCTYPE x>", b"&amp;", b"\r", b"\n\n", b"66666", b"," * 3000, b"BUFR", b"7777",
           b"\xd9\xa3\xd9\xa3", b"WTPN31 PGTW 000000\n", b"{", b"T999")
Harm = Callable[[bytes, random.Random], bytes]


def lines_of(change: Callable[[list[bytes], random.Random], list[bytes]]) -> Harm:
    return lambda raw, rng: b"\n".join(change(raw.split(b"\n"), rng))


def cut(raw: bytes, rng: random.Random) -> bytes:
    return raw[: rng.randrange(len(raw) + 1)]


def flip(raw: bytes, rng: random.Random) -> bytes:
    harmed = bytearray(raw)
    for _ in range(rng.randint(1, 6)):
        harmed[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
    return bytes(harmed)


def stuff(raw: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(raw) + 1)
    return raw[:place] + rng.choice(GARBAGE) + raw[place:]


ONE_DOCUMENT = ("csv",)
"""Its header row, twice, is no fix: a clear error."""
HARMS: dict[str, Harm] = {
    "cut": cut,
    "headless": lambda raw, rng: raw[rng.randrange(len(raw)):],
    "repeated": lambda raw, rng: raw + raw,
    "shuffled": lines_of(lambda lines, rng: rng.sample(lines, len(lines))),
    "backwards": lines_of(lambda lines, rng: lines[::-1]),
    "a line twice": lines_of(lambda lines, rng: [*lines, rng.choice(lines)]),
    "a line less": lines_of(lambda lines, rng: rng.sample(lines, len(lines) - 1) or lines),
    "flipped": flip,
    "stuffed": stuff,
    "hemisphere": lambda raw, rng: re.sub(
        rb"(?<=\d)[NSEW]", lambda m: bytes([b"SNWE"[b"NSEW".index(m[0])]]), raw),
    "basin": lambda raw, rng: re.sub(rb"\bWP\b|(?<=\d\d)W\b|\bAL(?=\d)", b"SH", raw),
    "yearless": lambda raw, rng: re.sub(rb"\b(?:19|20)\d\d", b"", raw),
    "other year": lambda raw, rng: re.sub(rb"\b20\d\d", b"1926", raw),
    "lower": lambda raw, rng: raw.lower(),
    "old Mac": lambda raw, rng: raw.replace(b"\n", b"\r"),
    "one line": lambda raw, rng: raw.replace(b"\n", b" "),
}


def check(path: Path, raw: bytes) -> bool:
    """Tell whether tracks came; they are sound, and what did not come is told with the file."""
    path.write_bytes(raw)
    try:
        reading = read_advisory(path, arrived_utc=ARRIVED)
    except (InputError, NotFoundError) as error:
        assert path.name in str(error) and len(str(error)) > len(str(path)) + 10
        return False
    assert reading.tracks
    for track in reading.tracks:
        assert len(track) and track.event_id
        assert np.isfinite([track.lon, track.lat]).all() and (np.abs(track.lat) <= 90.0).all()
        assert (np.diff(track.time_utc) > np.timedelta64(0, "s")).all()
        wind = track.max_wind_m_s[np.isfinite(track.max_wind_m_s)]
        assert ((wind >= 0.0) & (wind <= 130.0)).all()
        assert (track.base_utc is None) == (track.issued_utc is None)
    return True


@pytest.mark.parametrize("name", SNIPPETS)
def test_a_snippet_is_read_whole(name: str, tmp_path: Path) -> None:
    assert check(tmp_path / "fuzz", SNIPPETS[name])


@pytest.mark.parametrize("name", SNIPPETS)
def test_a_harmed_snippet_gives_tracks_or_a_clear_error(name: str, tmp_path: Path) -> None:
    rng = random.Random(name)
    read = {kind: check(tmp_path / "fuzz", harm(SNIPPETS[name], rng))
            for kind, harm in HARMS.items()}
    assert read["repeated"] or name in ONE_DOCUMENT, "what came twice is whole twice"
    for _ in range(N_TEXT):
        first, second = rng.choice(list(HARMS.values())), rng.choice(list(HARMS.values()))
        check(tmp_path / "fuzz", second(first(SNIPPETS[name], rng) or b"x", rng))


def test_two_formats_in_one_file(tmp_path: Path) -> None:
    read = 0
    for one in SNIPPETS.values():
        for other in random.Random(one).sample(list(SNIPPETS.values()), 4):
            read += check(tmp_path / "fuzz", one + other)
    assert read >= len(SNIPPETS), "what is whole of one of two is kept"


def test_harmed_samples_give_tracks_or_a_clear_error(shared: Path, tmp_path: Path) -> None:
    storms = shared / "tropical_cyclones"
    paths = sorted([*(shared / "verification" / "tracks").iterdir(), *storms.glob("*BST.txt"),
                    storms / "jma_bst_2015_2021.txt", *(storms / "forecasts").glob("*.bufr4")])
    read = 0
    for path in paths:
        raw, rng = path.read_bytes(), random.Random(path.name)
        binary = raw.startswith(b"BUFR") or b"\0" in raw[:999]
        raw = raw if binary else raw[:LARGEST]
        read += check(tmp_path / path.name, raw)
        known = [cut, flip, stuff] if binary else list(HARMS.values())
        harms = rng.sample(known, 1 if binary else N_SAMPLE)
        for harm in harms:
            check(tmp_path / path.name, harm(raw, rng))
    assert read >= len(paths) - 4  # lists of sources and storms, no position
