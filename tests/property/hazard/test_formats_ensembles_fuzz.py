"""Readers of ensembles on damaged files: what is whole, or an InputError; never anything else."""

import re
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.errors import InputError
from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats import cxml, ecmwf_bufr
from riskcloud.hazard.typhoon.formats.source import Source

ARRIVED = np.datetime64("2026-01-01T00", "s")
KEY = ["event_id", "agency", "issued_utc", "base_utc", "member", "time_utc"]
EXAMPLES = settings(max_examples=50, derandomize=True, deadline=None)
FEW = settings(max_examples=30, derandomize=True, deadline=None)
"""Each whole message starts a decoder, a process of its own."""
damage = st.lists(
    st.tuples(st.sampled_from(["cut", "flip", "insert", "drop", "double", "swap"]),
              st.floats(0, 1), st.floats(0, 1), st.binary(max_size=12)),
    min_size=1, max_size=4)


def harm(raw, edits):
    for kind, a, b, extra in edits:
        i, j = sorted((int(a * len(raw)), int(b * len(raw))))
        if kind == "cut":
            raw = raw[:i]
        elif kind == "flip":
            raw = raw[:i] + extra + raw[i + len(extra):]
        elif kind == "insert":
            raw = raw[:i] + extra + raw[i:]
        elif kind == "drop":
            raw = raw[:i] + raw[min(j, i + 200):]
        elif kind == "double":
            raw = raw[:j] + raw[i:j][:5000] + raw[j:]
        else:
            lines = re.split(rb"(?<=\n)", raw)
            x, y = int(a * (len(lines) - 1)), int(b * (len(lines) - 1))
            lines[x], lines[y] = lines[y], lines[x]
            raw = b"".join(lines)
    return raw


def check(module, raw):
    faults = Faults(Path("x"))
    source = Source(Path("x"), raw, ARRIVED)
    module.recognises(source)
    try:
        fixes = module.read(source, faults)
    except InputError:
        return
    assert isinstance(fixes, pd.DataFrame)
    assert not faults.found
    assert not fixes.duplicated(KEY).any() and fixes.index.is_unique
    assert fixes["lat"].between(-90, 90).all() and fixes["time_utc"].notna().all()
    assert len(fixes) or faults.notes  # nothing is left out in silence


@pytest.fixture(scope="module")
def samples(shared):
    if find_spec("eccodes") is None:
        pytest.skip("ecCodes is not installed (extra bufr)")
    folder = shared / "verification" / "tracks"
    one, many = (folder / f"ecmwf_22S_HEROLD_2020031912.{kind}.bufr4" for kind in ("det", "eps"))
    text = (folder / "cxml_sample_track.xml").read_bytes()
    return {"one": one.read_bytes(), "many": many.read_bytes(), "xml": text[:9000] + b"\n</data>"}


@FEW
@given(edits=damage, which=st.sampled_from(["one", "many"]))
def test_bufr_damaged_anywhere(samples, edits, which):
    check(ecmwf_bufr, harm(samples[which], edits))


@FEW
@given(which=st.sampled_from(["one", "many"]), ends=st.booleans(),
       bytes_=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=40))
def test_bufr_with_whole_frame_and_damaged_inside(samples, which, ends, bytes_):
    """Lengths and end stay, so that the damage reaches the decoder."""
    raw = bytearray(samples[which])
    for a, value in bytes_:
        first = 8 + 22 if ends else 220
        raw[first + int(a * (len(raw) - 5 - first))] = value
    check(ecmwf_bufr, bytes(raw))


@EXAMPLES
@given(edits=damage)
def test_cxml_damaged_anywhere(samples, edits):
    check(cxml, harm(samples["xml"], edits))


@settings(max_examples=25, derandomize=True, deadline=None)
@given(raw=st.binary(max_size=300))
def test_any_bytes(samples, raw):
    check(ecmwf_bufr, raw)
    check(ecmwf_bufr, b"BUFR" + raw)
    check(cxml, raw)
    check(cxml, b"<cxml>" + raw)
