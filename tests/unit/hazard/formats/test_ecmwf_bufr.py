"""ECMWF tracks in BUFR: messages made here, whole, empty, cut and damaged."""

from pathlib import Path

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.formats import ecmwf_bufr
from riskcloud.hazard.typhoon.formats.source import Source
from riskcloud.hazard.typhoon.track_table import Faults

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
    ec = pytest.importorskip("eccodes")
    handle = ec.codes_bufr_new_from_samples("BUFR4")
    n = len(members)
    header = {"masterTablesVersionNumber": 35, "bufrHeaderCentre": 98, "numberOfSubsets": n,
              "compressedData": compressed}
    for key, value in header.items():
        ec.codes_set(handle, key, value)
    factors = np.full(1 if compressed else n, len(steps))
    ec.codes_set_array(handle, "inputDelayedDescriptorReplicationFactor", factors)
    ec.codes_set(handle, "unexpandedDescriptors", 316082)
    texts = {"stormIdentifier": storm, "longStormName": name}
    base = {"year": 2026, "month": month, "day": 1, "hour": 0, "minute": 0}
    per = 1 if compressed else n  # uncompressed, the keys of each member follow one another
    for i in range(per):
        for key, text in texts.items():
            ec.codes_set(handle, f"#{i + 1}#{key}", text)
        for key, value in base.items():
            ec.codes_set(handle, f"#{i + 1}#{key}", value)

        def put(key, rank, values, i=i):
            values = [ec.CODES_MISSING_DOUBLE if v is None else v for v in values]
            if compressed:
                ec.codes_set_array(handle, f"#{rank}#{key}", np.array(values))
            else:
                rank += i * {"timePeriod": len(steps), "ensembleMemberNumber": 1,
                             "windSpeedThreshold": 3 * len(lat),
                             "windSpeedAt10M": len(lat), "pressureReducedToMeanSeaLevel": len(lat),
                             "effectiveRadiusWithRespectToWindSpeedsAboveThreshold": 12 * len(lat),
                             }.get(key, 1 + 2 * len(lat))
                ec.codes_set(handle, f"#{rank}#{key}", values[i])

        put("ensembleMemberNumber", 1, [ec.CODES_MISSING_LONG if m is None else m
                                        for m in members])
        for k, step in enumerate(steps, 1):
            put("timePeriod", k, [step] * n)
        for k, north in enumerate(lat):
            put("latitude", 2 * k + 2, north)
            put("longitude", 2 * k + 2, [None if v is None else 125.0 for v in north])
            put("pressureReducedToMeanSeaLevel", k + 1, [96000.0] * n)
            put("windSpeedAt10M", k + 1, [wind] * n)
            for j, threshold in enumerate((18, 26, 33)):
                put("windSpeedThreshold", 3 * k + j + 1, [threshold] * n)
            for q in range(4):
                put("effectiveRadiusWithRespectToWindSpeedsAboveThreshold", 12 * k + q + 1,
                    [100_000.0 * (q + 1)] * n)
    ec.codes_set(handle, "pack", 1)
    raw = ec.codes_get_message(handle)
    ec.codes_release(handle)
    return raw


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
    assert fixes["event_id"].nunique() == 1 and "only the first 1 messages" in notes[0]


def test_content_tells_the_format():
    assert ecmwf_bufr.recognises(source(message(), "advisory.csv"))
    for raw in (b"", b"BUFR", b"name,lat,lon\nBUFRED,1,2\n", b"x" * 5000 + b"BUFR\0\0\x08\x04",
                b"source,lat\nBUFR,3", "台风".encode("gb18030")):
        assert not ecmwf_bufr.recognises(source(raw))


def test_without_eccodes_the_remedy_is_named(monkeypatch):
    def missing():
        raise ImportError("eccodes")

    monkeypatch.setattr(ecmwf_bufr, "_quiet_eccodes", missing)
    with pytest.raises(InputError, match=r"pip install 'riskcloud\[bufr\]'"):
        read(b"BUFR\0\0\x08\x04")
