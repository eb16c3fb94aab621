"""ECMWF tracks in BUFR: messages made here, whole, empty, cut and damaged."""

import atexit
import json
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats import ecmwf_bufr
from riskcloud.hazard.typhoon.formats.source import Source

ARRIVED = np.datetime64("2026-09-01T00", "s")


def source(raw, name="x.bufr"):
    return Source(Path(name), raw, ARRIVED)


def read(raw):
    faults = Faults(Path("x.bufr"))
    fixes = ecmwf_bufr.read(source(raw), faults)
    return fixes, [note.remedy for note in faults.notes]


def message(storm="21W", name="MADEUP", *, lat=((20.0, 21.0), (22.0, None), (None, 25.0)),
            steps=(12, 36), members=(1, 2), month=9, compressed=1, wind=30.0):
    """A message of two members with positions at 0 h and each step; None is missing."""
    if find_spec("eccodes") is None:
        pytest.skip("ecCodes is not installed (extra bufr)")
    return made(json.dumps({"storm": storm, "name": name, "lat": lat, "steps": steps,
                            "members": members, "month": month, "compressed": compressed,
                            "wind": wind}))


@cache
def maker():
    """The process that makes messages, one for all tests: ecCodes takes long to load."""
    script = Path(__file__).with_name("make_bufr.py")
    process = subprocess.Popen([sys.executable, "-P", str(script)], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE)
    atexit.register(process.communicate)  # its stdin is closed: it ends
    return process


@cache
def made(parts):
    maker().stdin.write(parts.encode() + b"\n")
    maker().stdin.flush()
    return maker().stdout.read(int(maker().stdout.readline()))


@pytest.mark.parametrize("compressed", [1, 0])
def test_each_member_keeps_the_steps_where_it_has_a_position(compressed):
    fixes, notes = read(message(compressed=compressed))
    got = [(int(f.member), str(f.time_utc)[:13], f.lat) for f in fixes.itertuples()]
    assert got == [(1, "2026-09-01 00", 20.0), (1, "2026-09-01 12", 22.0),
                   (2, "2026-09-01 00", 21.0), (2, "2026-09-02 12", 25.0)]
    assert set(fixes["event_id"]) == {"WP212026"} and set(fixes["name"]) == {"MADEUP"}
    assert set(fixes["agency"]) == {"ECMWF"} and set(fixes["averaging_s"]) == {600.0}
    assert (fixes["max_wind_m_s"] == 30.0).all() and (fixes["central_pressure_pa"] == 96e3).all()
    assert fixes[["r34_ne", "r34_se", "r34_sw", "r34_nw"]].iloc[0].tolist() == [1e5, 2e5, 3e5, 4e5]
    assert fixes["r50_ne"].isna().all()
    assert (fixes["issued_utc"] == fixes["base_utc"]).all() and notes == []
    assert fixes.index.is_unique


@pytest.mark.parametrize(("storm", "month", "event", "basin"), [
    ("09L", 8, "AL092026", "NA"), ("22S", 3, "SH222026", "SI"), ("03S", 11, "SH032027", "SI"),
    ("05P", 7, "SH052027", "SP"), ("02B", 5, "IO022026", "NI"), ("71W", 5, "WP712026", "WP"),
    ("01C", 5, "CP012026", "EP"), ("XYZ", 5, "XYZ2026", ""),
])
def test_identifier_follows_basin_and_season(storm, month, event, basin):
    fixes, _ = read(message(storm, storm, month=month))
    assert set(fixes["event_id"]) == {event} and set(fixes["basin"]) == {basin}
    assert set(fixes["name"]) == {""}  # its own number is no name


def test_a_file_of_several_storms_repeats_and_headers_is_read():
    one, two = message("21W", "ONE"), message("22W", "TWO")
    fixes, notes = read(b"\r\nIUCT01 ECMF 010000\r\r\n" + one + b"\r\n" + two + one)
    assert fixes.groupby("event_id").size().to_dict() == {"WP212026": 4, "WP222026": 4}
    assert notes == ["4 fix(es) given twice: the first of each is kept"]


def test_a_cut_message_is_noted_and_whole_ones_are_kept():
    one, two = message("21W", "ONE"), message("22W", "TWO")
    for cut in (4, 8, 30, 200, len(two) - 1):
        fixes, notes = read(one + two[:cut])
        assert set(fixes["event_id"]) == {"WP212026"}
        assert "message 2 could not be read" in notes[0] and "cut off" in notes[0]
    fixes, notes = read(one[:100] + two)
    assert set(fixes["event_id"]) == {"WP222026"} and "message 1" in notes[0]


def test_no_storm_is_said():
    nothing = ((None, None),) * 3
    fixes, notes = read(message(lat=nothing))
    assert fixes.empty
    assert "2 of 2 member(s) have no position" in notes[0]
    assert notes[-1] == "no tropical cyclone with a position was found in this file"
    assert read(b"BUFR\0\0\x08\x04")[0].empty


def test_members_without_a_number_get_the_next_free_one():
    fixes, notes = read(message(members=(None, 1)))
    assert sorted(set(fixes["member"])) == [1, 2] and "next free" in notes[0]
    fixes, notes = read(message(members=(0, 7)))
    assert sorted(set(fixes["member"])) == [1, 7] and "next free" in notes[0]


def test_another_template_edition_or_structure_is_refused_in_words():
    raw = bytearray(message())
    other = raw.copy()
    other[7] = 3
    assert "edition 3 of BUFR" in read(bytes(other))[1][0]
    third = 8 + int.from_bytes(raw[8:11], "big")
    other = raw.copy()
    other[third + 7 : third + 9] = b"\xc7\x01"
    assert "not a table of tropical cyclone tracks" in read(bytes(other))[1][0]
    other = raw.copy()
    other[third + 4 : third + 6] = b"\xff\xff"
    assert "65535 members" in read(bytes(other))[1][0]
    other = raw.copy()
    other[third : third + 3] = b"\xff\xff\xff"
    assert "do not fit its length" in read(bytes(other))[1][0]


def test_messages_and_fixes_are_limited(monkeypatch):
    monkeypatch.setattr(ecmwf_bufr, "MAX_MESSAGES", 2)
    fixes, notes = read(b"".join(message(f"{k}W") for k in range(21, 24)))
    assert fixes["event_id"].nunique() == 2 and "only the first 2 messages" in notes[-1]
    monkeypatch.setattr(ecmwf_bufr, "MAX_FIXES", 3)
    fixes, notes = read(b"".join(message(f"{k}W") for k in range(21, 24)))
    assert fixes["event_id"].nunique() == 1 and "only the first 1 messages" in notes[-1]


def test_content_tells_the_format():
    assert ecmwf_bufr.recognises(source(message(), "advisory.csv"))
    for raw in (b"", b"BUFR", b"name,lat,lon\nBUFRED,1,2\n", b"x" * 5000 + b"BUFR\0\0\x08\x04",
                b"source,lat\nBUFR,3", "台风".encode("gb18030")):
        assert not ecmwf_bufr.recognises(source(raw))


def test_without_eccodes_the_remedy_is_named(monkeypatch, tmp_path):
    whole = message()
    absent = tmp_path / "bufr_elements.py"
    absent.write_text(f"import sys; sys.exit({ecmwf_bufr.NOT_INSTALLED})")
    monkeypatch.setattr(ecmwf_bufr, "DECODER", absent)
    with pytest.raises(InputError, match=r"pip install 'riskcloud\[bufr\]'"):
        read(whole)


def test_a_message_that_kills_the_decoder_leaves_the_others(monkeypatch, tmp_path):
    first, second = message("21W"), message("22W")
    deadly = tmp_path / "bufr_elements.py"
    deadly.write_text(
        "import os, sys\n"
        f"sys.argv[0] = {str(ecmwf_bufr.DECODER)!r}\n"
        "given = sys.stdin.buffer.read()\n"
        "import subprocess\n"
        f"flag = {str(tmp_path / 'died')!r}\n"
        "if not os.path.exists(flag): open(flag, 'w'); os.abort()\n"
        "sys.exit(subprocess.run([sys.executable, '-P', sys.argv[0]], input=given).returncode)\n")
    monkeypatch.setattr(ecmwf_bufr, "DECODER", deadly)
    fixes, notes = read(first + second)
    assert set(fixes["event_id"]) == {"WP222026"}
    assert any("message 1 could not be read" in note for note in notes)

