"""JTWC warnings in words. The bulletins are US Government work, some shortened or made up."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats import jtwc_warning
from riskcloud.hazard.typhoon.formats.source import Source
from riskcloud.units import KNOT, NMI

SAOMAI_2000 = """WTPN31 PGTW 130900
1. TYPHOON 22W (SAOMAI) WARNING NR 044
   01 ACTIVE TROPICAL CYCLONE IN NORTHWESTPAC
   MAX SUSTAINED WINDS BASED ON ONE-MINUTE AVERAGE
    ---
   WARNING POSITION:
   130600Z0 --- NEAR 27.9N8 125.8E6
     MOVEMENT PAST SIX HOURS - 320 DEGREES AT 08 KTS
   PRESENT WIND DISTRIBUTION:
   MAX SUSTAINED WINDS - 090 KT, GUSTS 110 KT
   RADIUS OF 050 KT WINDS - 060 NM NORTH SEMICIRCLE
                            040 NM ELSEWHERE
   RADIUS OF 035 KT WINDS - 190 NM NORTH SEMICIRCLE
                            160 NM ELSEWHERE OVER WATER
   REPEAT POSIT: 27.9N8 125.8E6
    ---
   FORECASTS:
   12 HRS, VALID AT:
   131800Z3 --- 28.7N7 125.0E8
   MAX SUSTAINED WINDS - 085 KT, GUSTS 105 KT
   RADIUS OF 050 KT WINDS - 055 NM
   VECTOR TO 24 HR POSIT: 330 DEG/ 05 KTS
    ---
   EXTENDED OUTLOOK:
   48 HRS, VALID AT:
   150600Z2 --- 34.9N6 124.1E8
   MAX SUSTAINED WINDS - 070 KT, GUSTS 085 KT
   BECOMING EXTRATROPICAL
    ---
REMARKS:
130900Z3 POSITION NEAR 28.1N1 125.6E4.
NNNN
"""

MODERN = """WTPN31 PGTW 312100
MSGID/GENADMIN/JOINT TYPHOON WRNCEN PEARL HARBOR HI//
SUBJ/SUPER TYPHOON 09W (SAMPLE) WARNING NR 012//
RMKS/
1. SUPER TYPHOON 09W (SAMPLE) WARNING NR 012
   01 ACTIVE TROPICAL CYCLONE IN NORTHWESTPAC
    ---
   WARNING POSITION:
   311800Z --- NEAR 18.2N 122.4E
   PRESENT WIND DISTRIBUTION:
   MAX SUSTAINED WINDS - 135 KT, GUSTS 165 KT
   RADIUS OF 064 KT WINDS - 040 NM NORTHEAST QUADRANT
                            035 NM SOUTHEAST QUADRANT
                            000 NM SOUTHWEST QUADRANT
                            030 NM NORTHWEST QUADRANT
   REPEAT POSIT: 18.2N 122.4E
    ---
   FORECASTS:
   12 HRS, VALID AT:
   010600Z --- 19.0N 120.1E
   MAX SUSTAINED WINDS - 120 KT, GUSTS 145 KT
   VECTOR TO 24 HR POSIT: 290 DEG/ 11 KTS
    ---
   24 HRS, VALID AT:
   011800Z --- 19.8N 117.9E
   MAX SUSTAINED WINDS - 025 KT, GUSTS 035 KT
   DISSIPATED AS A SIGNIFICANT TROPICAL CYCLONE OVER LAND
    ---
REMARKS:
312100Z POSITION NEAR 18.3N 121.9E.
31AUG20. SUPER TYPHOON (STY) 09W (SAMPLE), LOCATED APPROXIMATELY 300 NM
NORTH OF NOWHERE, HAS TRACKED WESTWARD. MINIMUM CENTRAL
PRESSURE AT 311800Z IS 922 MB. NEXT WARNINGS AT 010300Z.//
NNNN
"""


def read(text: str, arrived: str = "2020-09-02T00:00:00") -> tuple[pd.DataFrame, str]:
    faults = Faults(Path("w.txt"))
    source = Source(Path("w.txt"), text.encode(), np.datetime64(arrived, "s"))
    assert jtwc_warning.recognises(source)
    fixes = jtwc_warning.read(source, faults)
    return fixes, " | ".join(map(str, faults.notes))


def radii(fix: pd.Series, speed: str) -> list[float]:
    return [round(fix[f"{speed}_{q}"] / NMI, 6) for q in ("ne", "se", "sw", "nw")]


def test_a_warning_of_2000_with_check_digits_and_semicircles() -> None:
    fixes, notes = read(SAOMAI_2000, "2000-09-14T00:00:00")
    assert list(fixes["time_utc"].astype(str)) == [
        "2000-09-13 06:00:00", "2000-09-13 18:00:00", "2000-09-15 06:00:00"]
    assert fixes[["lat", "lon"]].to_numpy().tolist() == [[27.9, 125.8], [28.7, 125.0],
                                                        [34.9, 124.1]]
    np.testing.assert_allclose(fixes["max_wind_m_s"], np.array([90, 85, 70]) * KNOT)
    first = fixes.iloc[0]
    assert radii(first, "r50") == [60, 40, 40, 60]
    assert radii(first, "r34") == [190, 160, 160, 190]
    assert radii(fixes.iloc[1], "r50") == [55] * 4
    assert fixes["r64_ne"].isna().all()
    assert set(fixes["event_id"]) == {"WP222000"} and set(fixes["averaging_s"]) == {60.0}
    assert list(fixes["status"]) == ["TY", "", ""]
    assert "taken as the radius of 34 kt" in notes and "cut off" not in notes


def test_year_and_month_come_from_the_remarks_before_the_arrival() -> None:
    fixes, notes = read(MODERN, "2026-11-24T00:00:00")
    assert str(fixes["base_utc"].iloc[0]) == "2020-08-31 18:00:00"
    assert str(fixes["issued_utc"].iloc[0]) == "2020-08-31 21:00:00"
    assert str(fixes["time_utc"].iloc[-1]) == "2020-09-01 18:00:00"
    assert notes == ""
    assert fixes["central_pressure_pa"].iloc[0] == 92200.0
    assert fixes["central_pressure_pa"].iloc[1:].isna().all()
    assert radii(fixes.iloc[0], "r64") == [40, 35, 0, 30]
    assert list(fixes["status"]) == ["STY", "", "DS"]
    assert set(fixes["event_id"]) == {"WP092020"} and set(fixes["name"]) == {"SAMPLE"}


@pytest.mark.parametrize("change", [
    lambda text: "<html><body><pre>" + text.replace("\n", "\r\n") + "</pre></body></html>",
    lambda text: text.lower(), lambda text: text.replace("\n", "   \n"),
    lambda text: text.replace("\n", "\r\r\n"), lambda text: " ".join(text.split()),
    lambda text: text.replace(" NM NORTHEAST", "\n NM\n NORTHEAST"),
    lambda text: text + text, lambda text: "\ufeff" + text,
])
def test_dress_does_not_matter(change) -> None:  # noqa: ANN001
    plain, _ = read(MODERN)
    dressed, _ = read(change(MODERN))
    assert dressed.index.is_unique
    pd.testing.assert_frame_equal(plain.reset_index(drop=True), dressed.reset_index(drop=True))


def test_bulletins_in_a_row_are_tracks_of_their_own_and_repeats_are_read_once() -> None:
    fixes, notes = read(MODERN + SAOMAI_2000.replace("130900\n", "130900\n") + MODERN)
    assert fixes.groupby("event_id").size().to_dict() == {"WP092020": 3, "WP222020": 3}
    assert "stands here more than once: read once" in notes


def test_a_correction_replaces_what_it_corrects() -> None:
    corrected = MODERN.replace("312100\n", "312100 COR\n", 1).replace("135 KT", "125 KT")
    for text in (MODERN + corrected, corrected + MODERN):
        fixes, _ = read(text)
        assert fixes["max_wind_m_s"].iloc[0] == pytest.approx(125 * KNOT)


def test_without_a_heading_between_them_two_warnings_are_still_two() -> None:
    second = MODERN.split("\n", 1)[1].replace("09W", "10W").replace("SAMPLE", "OTHER")
    fixes, notes = read(MODERN.replace("NNNN\n", "") + second)
    assert sorted(set(fixes["event_id"])) == ["WP092020", "WP102020"]
    assert "heading is missing" in notes


@pytest.mark.parametrize(("old", "new", "n_fixes", "said"), [
    ("18.2N 122.4E\n   PRESENT", "18.2S 122.4E\n   PRESENT", 2, "swapped hemisphere"),
    ("19.0N 120.1E", "19.0N 120.1W", 2, "outside the basin of 09W"),
    ("19.0N 120.1E", "1?.0N 120.1E", 2, "the forecast for 12 h has no readable position"),
    ("010600Z", "010900Z", 2, "the forecast for 12 h is dated otherwise"),
    ("120 KT", "1X0 KT", 3, "the forecast for 12 h has no readable maximum wind"),
    ("12 HRS, VALID AT", "12 HXS, VALID AT", 3, ""),
    ("311800Z ---", "31X800Z ---", 0, "time of the warning position cannot be read"),
    ("311800Z ---", "251800Z ---", 0, "not that of the heading"),
    ("09W (SAMPLE)", "09W SAMPLE", 3, "no storm number and name"),
    ("WARNING POSITION:", "WARNING PXSITION:", 0, "without a warning position"),
])
def test_what_is_broken_is_said_and_the_rest_is_read(old: str, new: str, n_fixes: int,
                                                    said: str) -> None:
    fixes, notes = read(MODERN.replace(old, new))
    assert len(fixes) == n_fixes
    assert said in notes


def test_a_forecast_whose_hours_are_lost_does_not_spoil_the_analysis() -> None:
    text = MODERN.replace("12 HRS, VALID AT:", "garbage").replace(
        "   VECTOR", "   RADIUS OF 064 KT WINDS - 099 NM\n   VECTOR")
    fixes, _ = read(text)
    assert radii(fixes.iloc[0], "r64") == [40, 35, 0, 30]
    assert radii(fixes.iloc[1], "r64") == [99] * 4


@pytest.mark.parametrize(("end", "expected"), [
    ("040 NM NORTHEAST QUADRANT", [40, None]),
    ("040 NM NORTHEAST QUADRANT\n  035 NM S", [40, None]),
    ("040 NM NORTH", [None, None]), ("035 NM SOUTHEAST QUADRANT", [40, 35]),
    ("WINDS - 040 NM", [None, None]),
])
def test_a_radius_cut_off_is_not_taken_for_one_all_round(
        end: str, expected: list[float | None]) -> None:
    text = MODERN.replace("\n                            035", "\n  035")
    fixes, notes = read(text[: text.index(end) + len(end)])
    found = [None if np.isnan(fixes[f"r64_{q}"].iloc[0]) else fixes[f"r64_{q}"].iloc[0] / NMI
             for q in ("ne", "se")]
    assert found == pytest.approx(expected) if None not in found else found == expected
    assert np.isnan(fixes["r64_sw"].iloc[0])
    assert "ends before its forecast: only the analysis could be read" in notes


def test_a_cut_between_forecasts_says_up_to_which_one_it_reads() -> None:
    fixes, notes = read(MODERN[: MODERN.index("24 HRS")])
    assert len(fixes) == 2
    assert "is cut off: forecasts after 12 h" in notes


def test_a_southern_storm_and_a_formation_alert() -> None:
    south = MODERN.replace("WTPN31", "WTPS31").replace("09W", "23P").replace(
        "N 1", "S 1")
    fixes, _ = read(south)
    assert (fixes["lat"] < 0).all() and set(fixes["basin"]) == {"SP"}
    alert, notes = read("WTPN21 PGTW 281730\n"
                        "SUBJ/TROPICAL CYCLONE FORMATION ALERT (INVEST 94W)//\n")
    assert alert.empty and "a formation alert, not a warning" in notes


def test_a_pressure_of_another_time_is_not_that_of_the_analysis() -> None:
    fixes, _ = read(MODERN.replace("PRESSURE AT 311800Z", "PRESSURE AT 311200Z"))
    assert fixes["central_pressure_pa"].isna().all()


@pytest.mark.parametrize("text", [
    "lat,lon,time\n1,2,2020-01-01\n", "WTPQ20 RJTD 150000\nRSMC TROPICAL CYCLONE ADVISORY\n",
    "WTPN51 PGTW 251500\nWARNING    ATCG MIL 11W NWP 260725133033\n", "", "\0\xff",
])
def test_other_files_are_not_claimed(text: str) -> None:
    assert not jtwc_warning.recognises(
        Source(Path("x"), text.encode("latin-1"), np.datetime64("2026-01-01", "s")))
