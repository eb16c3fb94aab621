"""A code's table of stations, and how agreement is counted."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from riskcloud.analysis.climate_code import (
    code_skill,
    compare_with_code,
    read_code,
    sea_distance_km,
)
from riskcloud.errors import InputError

HEAD = "province,station,w0_R10_kPa,w0_R50_kPa,w0_R100_kPa,approx_lon,approx_lat\n"


def table(tmp_path, rows):
    path = tmp_path / "code.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    return path


def test_islands_take_their_own_places_and_the_placeless_are_left_out(tmp_path):
    found = read_code(table(tmp_path, "广西,涠洲岛,0.7,1.1,1.3,,\n广西,贺山,0.2,0.3,0.35,,\n"
                                      "广东,阳江,0.45,0.75,0.9,111.97,21.86\n"))
    assert found.name == ["涠洲岛", "阳江"]
    assert found.left_out == ("贺山",)
    assert found.sites.lat[0] == pytest.approx(21.03)
    assert found.w0_kpa[1].tolist() == [0.45, 0.75, 0.9]


def test_every_fault_is_told_at_once(tmp_path):
    with pytest.raises(InputError) as raised:
        read_code(table(tmp_path, "a,b,x,0.5,0.6,110,20\na,c,0.3,y,0.6,110,20\n"))
    assert [(one.row, one.value) for one in raised.value.problems] == [(2, "x"), (3, "y")]
    path = tmp_path / "other.csv"
    path.write_text("station,lon\na,1\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column lat, w0_r10_kpa"):
        read_code(path)


def test_gbk_odd_rows_and_values_that_are_no_pressures(tmp_path):
    path = tmp_path / "code.csv"
    good = "广东,阳江,0.45,0.75,0.9,111.97,21.86"
    path.write_bytes((HEAD + "\n".join((
        good, "a,b,450,750,900,110,20", "a,c,0.3", "a,d,nan,0.5,0.6,110,95", good)) + "\n",
        )[0].encode("gbk"))
    with pytest.raises(InputError) as raised:
        read_code(path)
    assert [(one.row, one.remedy) for one in raised.value.problems] == [
        *[(3, "expected 0.05 to 5")] * 3, (4, "3 cells, expected 7"), (5, "expected -90 to 90"),
        (5, "expected 0.05 to 5"), (6, "stands in row 2 already: keep one of them")]
    found = read_code(path, skip_bad=True)
    assert found.name == ["阳江"] and {one.row for one in found.rejected} == {3, 4, 5, 6}
    path.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="empty table of stations"):
        read_code(path)


def test_distance_to_the_sea():
    near, far = sea_distance_km(np.array([114.17, 108.32]), np.array([22.29, 25.3]))
    assert near < 5.0
    assert far > 300.0


def test_agreement_by_group():
    rows = pd.DataFrame({
        "return_period_yr": 50.0, "group": ["coast"] * 3 + ["elsewhere"] * 2 + ["outside"],
        "code_m_s": 30.0, "model_m_s": [30.0, 33.0, 36.0, 20.0, 34.0, np.nan],
        "ratio": [1.0, 1.1, 1.2, 2 / 3, 34 / 30, np.nan],
        "agrees": [True, True, False, True, False, False]})
    found = compare_with_code(rows)
    assert found["n_outside"] == 1
    assert found["coast"]["n"] == 3
    assert found["coast"]["share_agreeing"] == pytest.approx(2 / 3)
    assert found["coast"]["mean_bias"] == pytest.approx(0.1)
    assert not found["coast"]["passes"]
    assert found["elsewhere"]["share_agreeing"] == 0.5


def test_a_station_beyond_the_area_neither_agrees_nor_not(made_up_events, tmp_path):
    events = made_up_events(60)
    stations = read_code(table(tmp_path, "海南,东方,0.55,0.85,1.0,108.65,19.1\n"
                                         "广东,阳江,0.45,0.75,0.9,111.97,21.86\n"))
    events = dataclasses.replace(events, facts={**events.facts, "area": [111, 20, 113, 23]})
    rows = code_skill(events, stations)
    assert rows["agrees"].isna().tolist() == (rows["group"] == "outside").tolist()
    assert rows["agrees"].isna().sum() == 2 and len(rows) == 4  # 10 and 50 years of 60


def test_a_set_against_a_table(tmp_path, made_up_events):
    stations = read_code(table(tmp_path, "海南,东方,0.55,0.85,1.0,108.65,19.1\n"
                                         "广东,阳江,0.45,0.75,0.9,111.97,21.86\n"))
    rows = code_skill(made_up_events(150), stations)
    assert len(rows) == 6
    shown = rows[rows["return_period_yr"] == 50.0]
    assert (shown["group"] == "coast").all()
    np.testing.assert_allclose(shown["code_m_s"], np.sqrt(1600.0 * np.array([0.85, 0.75])))
    np.testing.assert_allclose(shown["ratio"], shown["model_m_s"] / shown["code_m_s"])
