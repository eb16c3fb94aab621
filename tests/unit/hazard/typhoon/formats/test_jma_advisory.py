"""Advisories of RSMC Tokyo: made-up values in the layout of real ones."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats import jma_advisory
from riskcloud.hazard.typhoon.formats.source import Source
from riskcloud.units import KNOT, NMI

ADVISORY = """WTPQ50 RJTD 300600
RSMC TROPICAL CYCLONE ADVISORY
NAME  TY 2699 SAMPLE (2699) UPGRADED FROM STS
ANALYSIS
PSTN  300600UTC 20.0N 125.1E GOOD
MOVE  NW 06KT
PRES  945HPA
MXWD  085KT
GUST  120KT
50KT  120NM NORTH 100NM SOUTH
30KT  325NM NORTH 300NM SOUTH
FORECAST
24HF  310600UTC 21.4N 122.9E 45NM 70%
MOVE  W SLOWLY
PRES  950HPA
MXWD  080KT
GUST  115KT
48HF  010600UTC 22.3N 119.6E 75NM 70%
MOVE  WNW 08KT
PRES  975HPA
MXWD  055KT
GUST  080KT
72HF  020600UTC 23.0N 116.4E 100NM 70% TROPICAL DEPRESSION=
"""


def read(text: str, arrived: str = "2026-08-30T07:00:00") -> tuple[pd.DataFrame, str]:
    faults = Faults(Path("a.txt"))
    source = Source(Path("a.txt"), text.encode(), np.datetime64(arrived, "s"))
    assert jma_advisory.recognises(source)
    fixes = jma_advisory.read(source, faults)
    return fixes, " | ".join(map(str, faults.notes))


def test_analysis_and_forecasts() -> None:
    fixes, notes = read(ADVISORY)
    assert list(fixes["time_utc"].astype(str)) == [
        "2026-08-30 06:00:00", "2026-08-31 06:00:00", "2026-09-01 06:00:00", "2026-09-02 06:00:00"]
    assert set(fixes["base_utc"].astype(str)) == {"2026-08-30 06:00:00"}
    assert fixes[["lat", "lon"]].to_numpy().tolist() == [
        [20.0, 125.1], [21.4, 122.9], [22.3, 119.6], [23.0, 116.4]]
    np.testing.assert_allclose(fixes["max_wind_m_s"], np.array([85, 80, 55, np.nan]) * KNOT)
    np.testing.assert_allclose(fixes["central_pressure_pa"], [94500, 95000, 97500, np.nan])
    assert list(fixes["status"]) == ["TY", "", "", "TD"]
    assert set(fixes["event_id"]) == {"2699"} and set(fixes["name"]) == {"SAMPLE"}
    assert set(fixes["averaging_s"]) == {600.0} and set(fixes["agency"]) == {"JMA"}
    assert [fixes[f"r50_{q}"].iloc[0] / NMI for q in ("ne", "se", "sw", "nw")] == [
        120, 100, 100, 120]
    assert fixes["r34_ne"].iloc[0] / NMI == pytest.approx(0.894 * 325, rel=2e-3)
    assert "radii of 30 kt wind, 10-min: brought to 34 kt" in notes
    assert "taken from the bulletin's arrival" in notes


@pytest.mark.parametrize(("line", "expected"), [
    ("50KT  40NM", [40] * 4), ("50KT  120NM NORTHEAST 60NM SOUTHWEST", [120, 90, 60, 90]),
    ("50KT  120NM EAST 60NM WEST", [120, 120, 60, 60]),
])
def test_radii_all_round_and_in_halves(line: str, expected: list[float]) -> None:
    fixes, _ = read(ADVISORY.replace("50KT  120NM NORTH 100NM SOUTH", line))
    found = [fixes[f"r50_{q}"].iloc[0] / NMI for q in ("ne", "se", "sw", "nw")]
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("change", [
    str.lower, lambda text: " ".join(text.split()), lambda text: text.replace("\n", "\r\r\n"),
    lambda text: "<pre>" + text + "</pre>", lambda text: text + "NNNN\n" + text,
])
def test_dress_does_not_matter(change) -> None:  # noqa: ANN001
    plain, _ = read(ADVISORY)
    dressed, _ = read(change(ADVISORY))
    pd.testing.assert_frame_equal(plain.reset_index(drop=True), dressed.reset_index(drop=True))


@pytest.mark.parametrize(("old", "new", "n_fixes", "said"), [
    ("21.4N", "21.4S", 3, "swapped hemisphere"), ("21.4N", "2?.4N", 3, "no readable position"),
    ("310600UTC", "311200UTC", 3, "dated otherwise"),
    ("PSTN  300600UTC", "PSTN  3X0600UTC", 0, "time of the analysis cannot be read"),
    ("PSTN  300600UTC", "PSTN  250600UTC", 0, "not that of the heading"),
    ("TY 2699 SAMPLE (2699)", "TD", 4, "no storm number"),
    ("2699", "1199", 4, "a storm of 2011"), ("PSTN", "PXTN", 0, "without an analysed position"),
])
def test_what_is_broken_is_said_and_the_rest_is_read(old: str, new: str, n_fixes: int,
                                                    said: str) -> None:
    fixes, notes = read(ADVISORY.replace(old, new))
    assert len(fixes) == n_fixes
    assert said in notes


def test_two_storms_are_two_tracks() -> None:
    other = ADVISORY.replace("2699", "2698").replace("SAMPLE", "OTHER").replace("Q50", "Q51")
    fixes, _ = read(ADVISORY + other)
    assert fixes.groupby("event_id").size().to_dict() == {"2698": 4, "2699": 4}


@pytest.mark.parametrize("end", ["50KT  120NM NORTH 100NM SOUTH", "50KT  120NM NORTH 100NM",
                                 "50KT  120NM NORT", "50KT  120NM"])
def test_a_radius_cut_off_is_not_taken_for_one_all_round(end: str) -> None:
    fixes, notes = read(ADVISORY[: ADVISORY.index(end) + len(end)])
    assert np.isnan(fixes["r50_se"].iloc[0])
    assert "ends before its forecast" in notes


def test_other_centres_under_the_same_heading_are_not_claimed() -> None:
    for text in ("WTPQ20 BABJ 040000\nSUBJECTIVE FORECAST\n", "WTPQ20 VHHH 310746\nWARNING\n",
                 "WTPN31 PGTW 172100\n", "time,lat,lon\n"):
        assert not jma_advisory.recognises(
            Source(Path("x"), text.encode(), np.datetime64("2026-01-01", "s")))
