"""Every reader of earthquakes, fed harmed files: a clear error or sound events, no traceback."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.errors import InputError
from riskcloud.hazard.earthquake.formats import read_events, read_shaking_grid
from riskcloud.hazard.earthquake.formats.cenc import OWN

SAMPLES = sorted((Path(__file__).parents[2] / "unit" / "hazard" / "earthquake" / "formats"
                  / "samples").iterdir())
GARBAGE = (b"\0", b"\xff\xfe", b"[" * 5000, b"9" * 400, b"-1", b"null", b"1e999", b"NaN", b"<a>",
           b"<!DOCTYPE x>", b"&amp;", b"&a;", b"\r", b"\n\n", b"," * 3000, b"|" * 50, b"{", b"]}",
           b"\xd9\xa3\xd9\xa3", b"<![CDATA[", b"]]>", b"<!--", b"</value>", b'"', b"true")
N_EACH = 60


def cut(raw, rng):
    return raw[:rng.randrange(len(raw) + 1)]


def flip(raw, rng):
    harmed = bytearray(raw)
    for _ in range(rng.randint(1, 6)):
        harmed[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
    return bytes(harmed)


def stuff(raw, rng):
    place = rng.randrange(len(raw) + 1)
    return raw[:place] + rng.choice(GARBAGE) + raw[place:]


def drop(raw, rng):
    begin = rng.randrange(len(raw))
    return raw[:begin] + raw[begin + rng.randrange(40):]


def shuffled(raw, rng):
    lines = raw.split(b"\n")
    return b"\n".join(rng.sample(lines, len(lines)))


def recoded(raw, rng):
    return raw.decode("utf-8", "replace").encode(rng.choice(("utf-16", "gb18030", "utf-8-sig")),
                                                 "replace")


def swapped(raw, rng):
    """Numbers for words, words for numbers."""
    return raw.replace(rng.choice((b"0", b"1", b"2", b".")), rng.choice((b"x", b"", b"-", b"e")))


HARMS = (cut, flip, stuff, drop, shuffled, recoded, swapped, lambda raw, rng: raw + raw,
         lambda raw, rng: raw.lower(), lambda raw, rng: raw.upper(),
         lambda raw, rng: raw.replace(b"\n", b"\r"))


def check(path: Path, raw: bytes) -> bool:
    """Tell whether events came; they are sound, else the file is named and what is wrong."""
    path.write_bytes(raw)
    readers = [read_events] + ([read_shaking_grid] if b"grid" in raw else [])
    came = False
    for read in readers:
        try:
            found = read(path)
        except InputError as error:
            assert path.name in str(error) and len(str(error)) > len(str(path)) + 5
            continue
        came = True
        for event in found if isinstance(found, list) else [found.event]:
            assert np.isfinite([event.lon, event.lat, event.depth_km, event.magnitude]).all()
            assert -180.0 <= event.lon <= 180.0 and -90.0 <= event.lat <= 90.0
            assert 0.0 <= event.depth_km <= 700.0 and -2.0 <= event.magnitude <= 10.0
            assert event.event_id and event.event_id.isprintable()
            assert event.magnitude_type and all(isinstance(note, str) for note in event.notes)
        if not isinstance(found, list):
            assert all((layer[~np.isnan(layer)] >= 0.0).all() for layer in found.median.values())
    return came


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_harmed_file_gives_events_or_a_clear_error(sample: Path, tmp_path: Path) -> None:
    raw, rng = sample.read_bytes(), random.Random(sample.name)
    assert check(tmp_path / "fuzz", raw), "unharmed it is read"
    for _ in range(N_EACH):
        first, second = rng.choice(HARMS), rng.choice(HARMS)
        harmed = first(raw, rng)
        check(tmp_path / "fuzz", second(harmed, rng) if harmed and rng.random() < 0.5 else harmed)


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=True) | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner,
                                                                max_size=3), max_leaves=6)
KEYS = st.sampled_from((
    "time", "lon", "lat", "depth_km", "magnitude", "magnitude_type", "strike_deg", "dip_deg",
    "length_km", "event_id", "place", "status", "type", "properties", "geometry", "coordinates",
    "features", "shuju", "No1", "mag", "products", "moment-tensor", "id", "events", "latitude",
    *OWN.values()))
OBJECTS = st.dictionaries(KEYS, VALUES | st.dictionaries(KEYS, VALUES, max_size=6), max_size=8)


@settings(max_examples=80)
@given(objects=st.lists(OBJECTS, max_size=3), shape=st.sampled_from((
    "bare", "list", "events", "shuju", "Feature", "FeatureCollection", "cenc_eqlist")))
def test_any_json_gives_events_or_a_clear_error(objects, shape, tmp_path_factory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    first = objects[0] if objects else {}
    value = {"bare": first, "list": objects, "events": {"events": objects},
             "shuju": {"shuju": objects}, "Feature": first | {"type": "Feature"},
             "FeatureCollection": {"type": "FeatureCollection", "features": objects},
             "cenc_eqlist": {"type": "cenc_eqlist"} | {
                 f"No{k}": one for k, one in enumerate(objects)}}[shape]
    check(path, json.dumps(value).encode())
