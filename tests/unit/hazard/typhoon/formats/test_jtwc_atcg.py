"""JTWC warnings in fixed fields. The lines are US Government work, shortened, or made up."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats import jtwc_atcg, jtwc_warning
from riskcloud.hazard.typhoon.formats.source import Source
from riskcloud.units import KNOT, NMI

TCW = """WTIO31 PGTW 291500
WARNING    ATCG MIL 03B NIO 260929133256
2026092912 03B SAMPLE     004  01 330 07 SATL 030
T000 152N 0874E 055 R050 020 NE QD 025 SE QD 000 SW QD 000 NW QD
R034 060 NE QD 080 SE QD 080 SW QD 040 NW QD
T012 163N 0868E 065 R034 000 NE QD 000 SE QD 000 SW QD 000 NW QD
T024 178N 0861E 000
AMP
SUBJ:  TROPICAL CYCLONE 03B (SAMPLE) WARNING NR 004
   T036 IS NOT A LINE OF THE FORECAST
   MINIMUM CENTRAL PRESSURE AT 291200Z IS 984 MB.
//
0326092900 140N 880E  40
0326092906 146N0877E  50
9926092812 120N 899E  15
0326092912 152N 874E  55
NNNN
"""


def read(text: str) -> tuple[pd.DataFrame, str]:
    faults = Faults(Path("w.tcw"))
    source = Source(Path("w.tcw"), text.encode(), np.datetime64("2031-01-01", "s"))
    assert jtwc_atcg.recognises(source) and not jtwc_warning.recognises(source)
    fixes = jtwc_atcg.read(source, faults)
    return fixes, " | ".join(map(str, faults.notes))


def test_past_analysis_and_forecast_of_one_file() -> None:
    fixes, notes = read(TCW)
    assert notes == ""
    assert list(fixes["time_utc"].dt.strftime("%d%H")) == ["2900", "2906", "2912", "3000", "3012"]
    assert set(fixes["base_utc"].astype(str)) == {"2026-09-29 12:00:00"}
    assert set(fixes["issued_utc"].astype(str)) == {"2026-09-29 13:32:56"}
    np.testing.assert_allclose(fixes["max_wind_m_s"], np.array([40, 50, 55, 65, np.nan]) * KNOT)
    assert fixes["lat"].tolist() == [14.0, 14.6, 15.2, 16.3, 17.8]
    assert fixes["lon"].tolist() == [88.0, 87.7, 87.4, 86.8, 86.1]
    analysis = fixes.iloc[2]
    assert analysis["central_pressure_pa"] == 98400.0
    assert [analysis[f"r34_{q}"] / NMI for q in ("ne", "se", "sw", "nw")] == [60, 80, 80, 40]
    assert [analysis[f"r50_{q}"] / NMI for q in ("ne", "se", "sw", "nw")] == [20, 25, 0, 0]
    assert np.isnan(fixes["r34_ne"].iloc[3])  # zero all round: none given
    assert set(fixes["event_id"]) == {"IO032026"} and set(fixes["basin"]) == {"NI"}


@pytest.mark.parametrize(("old", "new", "n_fixes", "said"), [
    ("T012 163N", "T012 163S", 4, "left out"), ("T012 163N 0868E", "T012 16?N", 4, "left out"),
    ("2026092912 03B", "2026099912 03B", 0, "time of the analysis cannot be read"),
    ("260929133256", "26X929133256", 5, ""), ("260929133256", "250929133256", 5, ""),
    ("WARNING    ATCG MIL 03B", "ALERT      ATCG MIL 93B", 0, "formation alert"),
    ("ATCG MIL 03B", "ATCG MIL 04B", 5, "taken as 03B"),
    ("0326092900 140N", "0326092900 140S", 4, "a past fix that cannot be read"),
])
def test_what_is_broken_is_said_and_the_rest_is_read(old: str, new: str, n_fixes: int,
                                                    said: str) -> None:
    fixes, notes = read(TCW.replace(old, new))
    assert len(fixes) == n_fixes
    assert said in notes


def test_without_its_stamp_the_heading_says_when_it_was_issued() -> None:
    fixes, _ = read(TCW.replace(" 260929133256", ""))
    assert set(fixes["issued_utc"].astype(str)) == {"2026-09-29 15:00:00"}
    fixes, notes = read(TCW.replace(" 260929133256", "").split("\n", 1)[1])
    assert set(fixes["issued_utc"].astype(str)) == {"2026-09-29 12:00:00"}
    assert "the time it was made cannot be read" in notes


def test_two_warnings_in_a_file_and_one_repeated() -> None:
    other = TCW.replace("03B", "04B").replace("\n03", "\n04")
    fixes, notes = read(TCW + other + TCW)
    assert fixes.groupby("event_id").size().to_dict() == {"IO032026": 5, "IO042026": 5}
    assert "more than once" in notes


def test_cut_after_the_analysis_says_so() -> None:
    fixes, notes = read(TCW[: TCW.index("T012")])
    assert len(fixes) == 1 and "has no forecast" in notes
    empty, notes = read(TCW[: TCW.index("T000")])
    assert empty.empty and "ends before its analysis" in notes
