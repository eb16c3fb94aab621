"""Remarks of our event JSON: shown with the event, never called unknown."""

import json

import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.earthquake.formats import read_event

EVENT = {"time": "2021-05-21T21:48:34+08:00", "lon": 99.87, "lat": 25.67, "depth_km": 8,
         "magnitude": 6.4, "magnitude_type": "M"}


def read(tmp_path, **more):
    path = tmp_path / "event.json"
    path.write_text(json.dumps(EVENT | more), encoding="utf-8")
    return read_event(path)


@pytest.mark.parametrize(("given", "shown"), [
    ("strike assumed", ("strike assumed",)),
    (["one\ntwo", " ", "three"], ("one two", "three")),
    ([], ()), (None, ()), ("x" * 900, ("x" * 400,)),
])
def test_remarks_are_shown_with_the_event(tmp_path, given, shown):
    assert read(tmp_path, notes=given).notes == shown


@pytest.mark.parametrize("given", [7, {"a": "b"}, ["a", 1]])
def test_what_is_no_text_is_a_fault(tmp_path, given):
    with pytest.raises(InputError) as caught:
        read(tmp_path, notes=given)
    assert "expected a text, or a list of texts" in str(caught.value.problems[0])


def test_too_many_remarks_are_a_fault(tmp_path):
    with pytest.raises(InputError) as caught:
        read(tmp_path, notes=["a"] * 21)
    assert "expected at most 20 texts" in str(caught.value.problems[0])


def test_the_samples_say_that_their_mechanism_is_assumed(samples):
    for name in ("cenc", "usgs"):
        notes = read_event(samples / f"yangbi_2021_{name}.json").notes
        assert "strike, dip and rake are placeholders" in notes[0]
