"""A daily record is read in its own unit, with every fault at once."""

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.rain.record import read_daily_rain
from riskcloud.hazard.rain.sample import peaks_of, sample_of

IMPOSSIBLE = "rain of a day is 0 to 1825: is the unit that of the column's name?"


def written(tmp_path, text, name="station.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("header", "cell", "mm"), [
    ("rain_mm", "12.5", 12.5), ("Rainfall (inch)", "2", 50.8), ("prcp_in", "0.5", 12.7),
    ("rain_cm", "3.2", 32.0), ("降水量(0.1mm)", "125", 12.5), ("雨量（毫米）", "7", 7.0)])
def test_the_unit_is_that_of_the_columns_name(tmp_path, header, cell, mm):
    record = read_daily_rain(written(tmp_path, f"date,{header}\n2001-05-01,{cell}\n"))
    assert record.rain_mm == pytest.approx([mm])


def test_inches_are_said(tmp_path):
    record = read_daily_rain(written(tmp_path, "date,rain_inch\n2001-05-01,1\n"))
    assert record.notes == ("rain is in inch and was turned into mm",)


def test_no_unit_is_refused(tmp_path):
    with pytest.raises(InputError, match="the unit of rain is not said: name the column rain_mm"):
        read_daily_rain(written(tmp_path, "date,rain\n2001-05-01,1\n"))


def test_traces_and_missing_days(tmp_path):
    record = read_daily_rain(written(
        tmp_path, "date,rain_mm,trace\n2001-05-03,0,1\n2001-05-01,T,\n2001-05-02,-9999,\n"
                  "2001-05-04,,\n"))
    assert record.day.astype(str).tolist() == ["2001-05-01", "2001-05-02", "2001-05-03",
                                               "2001-05-04"]
    assert record.trace.tolist() == [True, False, True, False]
    assert np.isnan(record.rain_mm).tolist() == [False, True, False, True]
    assert record.notes == ("1 days hold a code for missing data and count as missing",)


def test_year_month_day_columns(tmp_path):
    record = read_daily_rain(written(tmp_path, "Year,Month,Day,rain (mm)\n1998,6,9,411.3\n"))
    assert str(record.day[0]) == "1998-06-09"


def test_every_fault_at_once(tmp_path):
    path = written(tmp_path, "date,rain_mm\n1900-02-29,1\n2001-05-01,-3\n2001-05-02,9000\n"
                             "2001-05-03,wet\n2001-05-04,1\n2001-05-04,2\n")
    with pytest.raises(InputError) as caught:
        read_daily_rain(path)
    said = [str(one) for one in caught.value.problems]
    assert said == [
        "row 2, date = '1900-02-29': expected a date that exists, as 1998-06-09",
        f"row 3, rain_mm = '-3': {IMPOSSIBLE}", f"row 4, rain_mm = '9000': {IMPOSSIBLE}",
        "row 5, rain_mm = 'wet': expected a number, T (trace) or a blank",
        "row 7, date = '2001-05-04': stands in row 6 already: keep one of them"]
    kept = read_daily_rain(path, skip_bad=True)
    assert kept.rain_mm.tolist() == [1.0]
    assert len(kept.rejected) == 5


def test_years_in_part_are_left_out(tmp_path):
    days = np.arange("2001-01-01", "2004-01-01", dtype="datetime64[D]")
    lines = [f"{day},{10 + day.astype(int) % 7}" for day in days
             if not "2002-05-01" <= str(day) <= "2002-07-01"]
    record = read_daily_rain(written(tmp_path, "date,rain_mm\n" + "\n".join(lines)))
    sample = sample_of(record)
    assert sample.year.tolist() == [2001, 2003]
    assert sample.left_out.tolist() == [2002]
    assert sample.largest_mm.tolist() == [16.0, 16.0]


def test_a_storm_gives_one_peak():
    day = np.array(["2001-05-01", "2001-05-02", "2001-05-03", "2001-05-05"], "datetime64[D]")
    assert peaks_of(day, np.array([120.0, 200.0, 90.0, 150.0])).tolist() == [1, 3]


def test_a_file_of_the_hong_kong_observatory(tmp_path):
    """As published: title, header in two languages, Trace, ***, # for incomplete, remarks."""
    record = read_daily_rain(written(tmp_path, "\n".join([
        "每日總雨量(毫米) - 香港天文台", "Daily Total Rainfall (mm) at the Hong Kong Observatory",
        "年/Year,月/Month,日/Day,數值/Value,數據完整性/data Completeness",
        "1998,6,9,411.3,C", "1998,6,10,Trace,C", "1998,6,11,***,", "1998,6,12,5.0,#",
        "*** 沒有數據/unavailable", "# 數據不完整/data incomplete", ""])))
    assert str(record.day[0]) == "1998-06-09"
    assert record.rain_mm.tolist()[:2] == [411.3, 0.0] and np.isnan(record.rain_mm[2:]).all()
    assert record.trace.tolist() == [False, True, False, False]


def test_codes_of_the_china_meteorological_administration(tmp_path):
    record = read_daily_rain(written(
        tmp_path, "year,month,day,20-20时降水量(0.1mm)\n2001,5,1,32700\n2001,5,2,32766\n"
                  "2001,5,3,1234\n"))
    assert record.trace.tolist() == [True, False, False]
    assert record.rain_mm == pytest.approx([0.0, np.nan, 123.4], nan_ok=True)
