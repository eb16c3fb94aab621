"""What the readers of text bulletins share."""

from pathlib import Path

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats import bulletin_text as bt
from riskcloud.hazard.typhoon.formats.source import Source
from riskcloud.units import NMI

BASE = np.datetime64("2026-08-30T18:00:00", "s")


def source(raw: bytes) -> Source:
    return Source(Path("x.txt"), raw, BASE)


def test_text_is_upper_case_ascii_without_tags_and_knows_its_rows() -> None:
    file = bt.bulletin_text(source("<pre>one\r\r\ntwo &amp; \u0663\rthree</pre>".encode()))
    assert file.text.split() == ["ONE", "TWO", "&", "?", "THREE"]
    assert [file.row(file.text.index(word)) for word in ("ONE", "TWO", "THREE")] == [1, 2, 3]


def test_a_file_too_large_is_refused() -> None:
    with pytest.raises(InputError, match="larger than 4 MB"):
        bt.bulletin_text(source(b"x" * (bt.MAX_BYTES + 1)))


@pytest.mark.parametrize(("clock", "expected"), [
    ((30, 18, 0), "2026-08-30T18:00:00"), ((31, 6, 0), "2026-08-31T06:00:00"),
    ((1, 0, 0), "2026-09-01T00:00:00"), ((30, 12, 0), None), ((32, 0, 0), None),
    ((1, 24, 0), None), ((0, 0, 0), None),
])
def test_time_after_finds_the_next_time_of_that_clock(
        clock: tuple[int, int, int], expected: str | None) -> None:
    time = bt.time_after(BASE, *clock)
    assert time == (None if expected is None else np.datetime64(expected))


def test_time_after_knows_that_months_differ_in_length() -> None:
    assert bt.time_after(np.datetime64("2026-02-27T00:00:00"), 30, 0, 0) is None
    assert bt.time_after(np.datetime64("2024-02-28T00:00:00"), 29, 0, 0) == np.datetime64(
        "2024-02-29T00:00:00")


def test_quadrants_and_semicircles_fill_the_compass() -> None:
    assert bt.quadrants([(30, "NORTHEAST", "QUADRANT"), (20, "SOUTHWEST", "QUADRANT")]) == [
        30 * NMI, None, 20 * NMI, None]
    assert bt.quadrants([(90, "", "")]) == [90 * NMI] * 4
    assert bt.quadrants([(60, "NORTH", "SEMICIRCLE"), (40, "ELSEWHERE", "")]) == [
        60 * NMI, 40 * NMI, 40 * NMI, 60 * NMI]
    # the southeast and northwest quadrants lie half in each half
    assert bt.quadrants([(140, "NORTHEAST", "SEMICIRCLE"), (110, "ELSEWHERE", "")]) == [
        140 * NMI, 125 * NMI, 110 * NMI, 125 * NMI]
    assert bt.quadrants([(20, "NORTHEAST", "QUADRANT"), (0, "SOUTHEAST", "QUADRANT")]) == [
        20 * NMI, 0.0, None, None]
    assert bt.quadrants([(0, "", "")]) is None
    assert bt.quadrants([]) is None


def test_a_place_outside_the_basin_of_the_storm_is_none() -> None:
    assert bt.position("23.8", "N", "117.4", "E", "W") == (117.4, 23.8)
    assert bt.position("23.8", "S", "117.4", "E", "W") is None
    assert bt.position("23.8", "N", "117.4", "W", "W") is None
    assert bt.position("15.0", "N", "179.5", "W", "W") == (-179.5, 15.0)
    assert bt.position("15.0", "S", "60.0", "E", "S") == (60.0, -15.0)
    assert bt.position("95.0", "N", "60.0", "E") is None
    assert bt.position("23.8", "S", "117.4", "E") == (117.4, -23.8)


@pytest.mark.parametrize(("number", "expected"), [
    ("02W", ("WP022026", "WP")), ("05B", ("IO052026", "NI")), ("23P", ("SH232027", "SP")),
    ("23S", ("SH232027", "SI")), ("09L", ("AL092026", "NA")), ("01C", ("CP012026", "EP")),
    ("14E", ("EP142026", "EP")), ("", ("JTWC-2026-08-30T18", "")),
])
def test_storm_numbers_become_ids(number: str, expected: tuple[str, str]) -> None:
    assert bt.storm_id(number, BASE) == expected


def test_of_two_records_of_a_time_the_fuller_stays_and_the_other_is_noted() -> None:
    faults = Faults(Path("x.txt"))
    poor = {"row": 1, "time_utc": BASE, "lat": 10.0, "max_wind_m_s": None}
    full = {"row": 2, "time_utc": BASE, "lat": 10.0, "max_wind_m_s": 20.0}
    assert bt.one_a_time([poor, full], faults) == [full]
    assert [note.row for note in faults.notes] == [1]
    assert bt.one_a_time([full, full | {"row": 3}], faults) == [full | {"row": 3}]
    assert len(faults.notes) == 1  # an identical one is not worth a word


def test_records_of_one_row_get_rows_of_their_own() -> None:
    rows = [record["row"] for record in bt.own_rows({"row": row} for row in (1, 1, 4, 4, 2))]
    assert rows == [1, 5, 4, 6, 2]
