"""Events of every format: values in kilometres and UTC, and what is said of them."""

import json
from pathlib import Path

import numpy as np
import pytest

from riskcloud.errors import InputError, NotFoundError
from riskcloud.hazard.earthquake.formats import (
    event_from_options,
    read_event,
    read_events,
    same_event,
)
from riskcloud.hazard.earthquake.formats.record import magnitude_type

SAMPLES = Path(__file__).parent / "samples"
MAIN = np.datetime64("2021-05-21T13:48:34", "s")
GOOD = {"time": "2021-05-21T13:48:34Z", "lon": 99.87, "lat": 25.67, "depth_km": 8,
        "magnitude": 6.4, "magnitude_type": "Ms", "event_id": "e"}


@pytest.fixture
def write(tmp_path):
    def on(content):
        path = tmp_path / "event"
        raw = content if isinstance(content, bytes) else (
            content if isinstance(content, str) else json.dumps(content)).encode()
        path.write_bytes(raw)
        return path
    return on


def test_our_json_is_read_whole():
    event = read_event(SAMPLES / "event.json")
    assert (event.lon, event.lat, event.depth_km) == (99.87, 25.67, 8.0)
    assert (event.magnitude, event.magnitude_type) == (6.4, "Ms")
    assert event.time_utc == MAIN
    assert (event.strike_deg, event.dip_deg, event.rake_deg) == (315.0, 86.0, -168.0)
    assert (event.length_km, event.width_km) == (20.0, 10.0)
    assert (event.event_id, event.agency, event.status) == ("yangbi_2021", "CENC", "reviewed")
    assert event.place == "云南大理州漾濞县" and event.notes == ()


def test_what_is_missing_is_said(write):
    event = read_event(write({"lon": 99.87, "lat": 25.67, "depth_km": "8", "magnitude": 6.4,
                              "Depth_km": 3, "region": "x"}))
    assert event.time_utc is None and event.magnitude_type == "M"
    said = " ".join(event.notes)
    assert "no time of the earthquake" in said and "no magnitude type: read as M" in said
    assert "did you mean depth_km?" in said and "region" in said


def test_a_time_without_zone_is_utc_and_said(write):
    event = read_event(write(GOOD | {"time": "2021-05-21 13:48:34"}))
    assert event.time_utc == MAIN
    assert any("no zone: read as UTC; for China write +08:00" in note for note in event.notes)


@pytest.mark.parametrize("change, column, words", [
    ({"depth_km": 8000}, "depth_km", "metres where kilometres are meant? then give 8"),
    ({"depth_km": None}, "depth_km", "needs its depth_km"),
    ({"lat": 99.87, "lon": 25.67}, "lat", "look swapped"),
    ({"lat": 130.0, "lon": 103.0}, "lat", "not within -90 to 90"),
    ({"lon": 500}, "lon", "not within -180 to 360 degrees"),
    ({"magnitude": "big"}, "magnitude", "expected a number"),
    ({"magnitude": True}, "magnitude", "expected a number"),
    ({"magnitude": float("nan")}, "magnitude", "expected a number"),
    ({"magnitude": 64}, "magnitude", "not within -2 to 10"),
    ({"time": "yesterday"}, "time", "expected a time such as"),
    ({"dip_deg": 95}, "dip_deg", "not within 0.1 to 90 degrees"),
    ({"status": "sure"}, "status", "expected reviewed or automatic"),
])
def test_faults_of_our_json_are_raised_with_their_remedy(write, change, column, words):
    with pytest.raises(InputError) as error:
        read_events(write([GOOD, GOOD | change]))
    (fault,) = error.value.problems
    assert (fault.row, fault.column) == (2, column) and words in fault.remedy


def test_every_fault_at_once(write):
    with pytest.raises(InputError) as error:
        read_events(write(GOOD | {"depth_km": 8000, "lat": 95, "magnitude": "x"}))
    assert {fault.column for fault in error.value.problems} == {"depth_km", "lat", "magnitude"}


def test_a_list_asks_which_one_and_says_that_magnitudes_are_mixed():
    path = SAMPLES / "events.json"
    with pytest.raises(InputError, match="choose one with --event-id") as error:
        read_event(path)
    assert [fault.value for fault in error.value.problems] == ["main", "after"]
    assert read_event(path, "after").magnitude_type == "ML"
    assert read_event(path, "latest").event_id == "after"
    assert read_event(path, "largest").event_id == "main"
    said = read_event(path, "main").notes[-1]
    assert "magnitudes of several types in one file (Ms 1, ML 1)" in said
    with pytest.raises(NotFoundError, match="known: main, after"):
        read_event(path, "other")


def test_the_cenc_list_is_local_time_and_may_be_text():
    events = read_events(SAMPLES / "cenc_list.json")
    assert [event.event_id for event in events] == ["2", "1"]
    event = events[1]
    assert event.time_utc == MAIN and event.agency == "CENC"
    assert (event.lon, event.lat, event.depth_km, event.magnitude) == (99.87, 25.67, 8.0, 6.4)
    assert event.magnitude_type == "M"
    assert [event.status for event in events] == ["automatic", "reviewed"]
    assert any("not a natural earthquake: left out" in note for note in event.notes)


def test_the_bare_list_of_the_cenc(write):
    whole = json.loads((SAMPLES / "cenc_list.json").read_text(encoding="utf-8"))
    assert [event.event_id for event in read_events(write(whole["shuju"]))] == ["2", "1"]


@pytest.mark.parametrize("wrap", ["cb({});", "(({}))", "jQuery_1.x({}) ", "\ufeff{}"])
def test_jsonp_and_bom_do_not_matter(write, wrap):
    text = (SAMPLES / "cenc_list.json").read_text(encoding="utf-8")
    assert len(read_events(write(wrap.replace("{}", text)))) == 2


def test_gb18030_is_read(write):
    text = (SAMPLES / "cenc_list.json").read_text(encoding="utf-8")
    assert read_events(write(text.encode("gb18030")))[0].place == "云南大理州漾濞县"


def test_the_relay_counts_by_number(write):
    events = read_events(SAMPLES / "cenc_relay.json")
    assert [event.event_id for event in events] == ["CD.1", "CD.10"]
    assert events[0].time_utc == MAIN and events[0].status == "automatic"
    bare = json.loads((SAMPLES / "cenc_relay.json").read_text(encoding="utf-8"))
    del bare["type"]
    assert len(read_events(write(bare))) == 2


def test_a_depth_the_cenc_does_not_know_is_ten_km(write):
    bare = json.loads((SAMPLES / "cenc_list.json").read_text(encoding="utf-8"))
    bare["shuju"] = bare["shuju"][1:2]
    bare["shuju"][0]["EPI_DEPTH"] = 0
    event = read_event(write(bare))
    assert event.depth_km == 10.0 and any("no depth: 10 km is taken" in n for n in event.notes)


def test_the_usgs_detail_has_a_plane_of_two():
    event = read_event(SAMPLES / "usgs_detail.geojson")
    assert event.time_utc == np.datetime64("2021-05-21T13:48:37", "s")
    assert (event.lon, event.lat, event.depth_km) == (100.0082, 25.7274, 9.0)
    assert (event.magnitude, event.magnitude_type, event.agency) == (6.1, "Mw", "us")
    assert (event.strike_deg, event.dip_deg, event.rake_deg) == (135.0, 82.0, -165.0)
    assert any("which of them broke is not known (the other: 42.9, 75.1, -8.3)" in note
               for note in event.notes)


def test_a_feed_leaves_blasts_out_and_says_so():
    events = read_events(SAMPLES / "usgs_feed.geojson")
    assert [event.event_id for event in events] == ["us7000e532", "us6000ef2w"]
    assert any("quarry blast" in note and "left out" in note for note in events[0].notes)
    assert events[1].depth_km == 10.0  # none given


def test_quakeml_takes_what_is_preferred_and_metres():
    event = read_event(SAMPLES / "quake.xml")
    assert (event.lon, event.lat, event.depth_km) == (100.0082, 25.7274, 9.0)
    assert (event.magnitude, event.magnitude_type) == (6.1, "Mw")
    assert (event.strike_deg, event.agency, event.status) == (135.0, "us", "reviewed")
    assert event.event_id == "us7000e532" and event.time_utc.astype(str).endswith("13:48:37")
    assert not any("preferred" in note and "none of" in note for note in event.notes)


def test_quakeml_without_preference_follows_the_rule(write):
    text = (SAMPLES / "quake.xml").read_text(encoding="utf-8")
    for name in ("Origin", "Magnitude", "FocalMechanism"):
        begin, end = text.index(f"<preferred{name}ID>"), text.index(f"</preferred{name}ID>")
        text = text[:begin] + text[end + len(f"</preferred{name}ID>"):]
    event = read_event(write(text))
    assert event.agency == "us" and event.magnitude_type == "Mw"  # reviewed; Mw before Ms, mb
    said = " ".join(event.notes)
    assert "none of 2 origins is preferred: taken is us" in said
    assert "none of 3 magnitudes is preferred (mb 6.0, Mw 6.1, Ms 6.4): taken is Mw 6.1" in said
    event = read_event(write(text.replace("<type>mww</type>", "<type>ML</type>")
                             .replace("<evaluationMode>manual</evaluationMode>", "")))
    assert event.magnitude_type == "Ms" and event.magnitude == 6.4
    assert event.agency == "us", "neither reviewed: the latest made"


def test_a_rejected_origin_does_not_count(write):
    text = (SAMPLES / "quake.xml").read_text(encoding="utf-8")
    text = text.replace("<preferredOriginID>smi:o/2</preferredOriginID>", "").replace(
        "<evaluationMode>manual</evaluationMode>", "<evaluationStatus>rejected</evaluationStatus>")
    event = read_event(write(text))
    assert event.agency == "BJI" and not any("origins" in note for note in event.notes)


def test_a_preferred_origin_that_is_not_there_is_said(write):
    text = (SAMPLES / "quake.xml").read_text(encoding="utf-8")
    event = read_event(write(text.replace("<preferredOriginID>smi:o/2", "<preferredOriginID>x")))
    assert any("what is preferred is not in the file" in note for note in event.notes)


def test_kilometres_in_quakeml_are_asked_about(write):
    text = (SAMPLES / "quake.xml").read_text(encoding="utf-8")
    event = read_event(write(text.replace("<value>9000.0<", "<value>9.0<")))
    assert event.depth_km == pytest.approx(0.009)
    assert any("if kilometres were meant" in note for note in event.notes)
    event = read_event(write(text.replace("<depth><value>9000.0</value></depth>", "")))
    assert event.depth_km == 10.0 and any("no depth" in note for note in event.notes)


@pytest.mark.parametrize("name", ["fdsn.txt", "comcat.csv"])
def test_lists_as_text(name):
    event = read_events(SAMPLES / name)[0]
    assert (event.lon, event.lat, event.depth_km, event.magnitude) == (100.0082, 25.7274, 9.0, 6.1)
    assert event.magnitude_type == "Mw" and event.place == "25 km NW of Dali, China"
    assert event.time_utc == np.datetime64("2021-05-21T13:48:37", "s")


def test_the_catalogues_of_the_shared_data(shared):
    events = read_events(shared / "earthquakes" / "yangbi_2021_sequence_usgs.csv")
    assert len(events) == 6
    main = max(events, key=lambda event: event.magnitude)
    assert main.event_id == "us7000e532" and main.magnitude_type == "Mw"
    isc_gem = shared / "earthquakes" / "isc_gem_china_neighbours_1900_2012.csv"
    assert len(read_events(isc_gem)) == 3319


@pytest.mark.parametrize("name, root, words", [
    ("billion laughs", "quake.xml", b'<!DOCTYPE q [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'),
    ("external", "quake.xml", b'<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    ("doctype", "grid.xml", b'<!DOCTYPE shakemap_grid SYSTEM "http://127.0.0.1/x.dtd">'),
])
def test_xml_with_entities_is_refused(write, name, root, words):
    raw = (SAMPLES / root).read_bytes()
    head, rest = raw.split(b"?>", 1)
    with pytest.raises(InputError) as error:
        read_events(write(head + b"?>" + words + rest))
    assert "a file with entities of its own is not read" in str(error.value)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_entities_hide_behind_no_encoding(write, encoding):
    text = (SAMPLES / "quake.xml").read_text(encoding="utf-8").split("?>", 1)[1]
    assert read_event(write(text.encode(encoding))).magnitude == 6.1
    with pytest.raises(InputError, match="refused"):
        read_events(write(f'<!DOCTYPE q [<!ENTITY a "b">]>{text}'.encode(encoding)))
    with pytest.raises(InputError, match="unknown encoding"):
        read_events(write(f'<?xml version="1.0" encoding="utf-7"?>{text}'))


@pytest.mark.parametrize("content, words", [
    (b"", "empty"), (b"  \n", "empty"), (b"<html><body>503</body></html>", "a web page"),
    (b"<!DOCTYPE html><p>x", "a web page"), (b"\0\1\2", "binary"), (b'{"shuju": [', "broken JSON"),
    (b"[" * 100_000, "broken JSON"), (b'{"lon": ' + b"9" * 5000 + b"}", "broken JSON"),
    (b'{"lon": 1, "lon": 2, "lat": 3}', "stands twice"), (b"{}", "no event file that is known"),
    (b"[]", "no event file that is known"), (b"hello", "no event file that is known"),
    (b"(" * 3_000_000 + b"{" + b")" * 3_000_000, "no event file that is known"),
    (b"(" * 5 + b"{}" + b")" * 5, "broken JSON"), (b"cb({", "broken JSON"),
    (b"Time (UTC),lon,lat\n1,2,3\n", "no event file that is known"),
    (b'{"shuju": []}', "no earthquake in it"), (b"<kml></kml>", "XML with root 'kml'"),
    (b'{"type": "FeatureCollection", "features": []}', "no earthquake in it"),
    (b'{"type": "Feature"}', "needs its lon"), (b"<quakeml>", "broken XML"),
])
def test_what_is_no_event_file_is_told(write, content, words):
    with pytest.raises(InputError, match=words):
        read_events(write(content))


def test_no_file_and_a_folder(tmp_path):
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(InputError, match=path.name):
            read_events(path)


def test_an_earthquake_given_by_hand_is_checked():
    event = event_from_options(lon=99.87, lat=25.67, depth_km=8.0, magnitude=6.4, strike_deg=315.0,
                               magnitude_type="Ms", time="2021-05-21T21:48:34+08:00")
    assert event.time_utc == MAIN and event.strike_deg == 315.0 and event.notes == ()
    with pytest.raises(InputError) as error:
        event_from_options(lon=99.87, lat=25.67, depth_km=8000.0, magnitude=64.0)
    assert {fault.column for fault in error.value.problems} == {"depth_km", "magnitude"}


def test_two_catalogues_of_one_earthquake():
    cenc, usgs = read_event(SAMPLES / "event.json"), read_event(SAMPLES / "quake.xml")
    assert same_event(cenc, usgs)
    assert not same_event(cenc, read_event(SAMPLES / "events.json", "after"))
    far = event_from_options(lon=101.5, lat=25.67, depth_km=8.0, magnitude=6.4)
    assert not same_event(cenc, far)


@pytest.mark.parametrize("given, family", [
    ("mww", "Mw"), ("Mwc", "Mw"), ("MW", "Mw"), ("ms_20", "Ms"), ("MS", "Ms"), ("Ms7", "Ms"),
    ("ml", "ML"), ("MLv", "ML"), ("mb", "mb"), ("mB", "mB"), ("mb_lg", "mbLg"), ("M", "M"),
    ("md", "Md"), ("MJMA", "Mj"), ("Richter", "Richter")])
def test_magnitude_types_are_told_by_family(given, family):
    assert magnitude_type(given) == family
