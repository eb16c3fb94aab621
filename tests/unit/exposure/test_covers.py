"""Files of index covers and of readings: every fault at once, each with its row and remedy."""

from pathlib import Path

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.exposure.covers import read_covers
from riskcloud.exposure.covers_observed import read_readings
from riskcloud.messages import translated
from riskcloud.types.covers import INDEXES

SAMPLES = Path(__file__).parents[3] / "data" / "samples"


def faults(path: Path, text: str) -> dict[tuple[int, str], str]:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_covers(path)
    assert all(translated(one.remedy, "zh") != one.remedy for one in error.value.problems)
    return {(one.row, one.column): one.remedy for one in error.value.problems}


def test_the_sample(tmp_path):
    covers, problems = read_covers(SAMPLES / "zhuhai_covers.csv")
    assert not problems and covers.notes == ()
    assert covers.number == ("ZH-GUST", "ZH-BOX", "ZH-RAIN", "MO-SIGNAL")
    assert covers.tiers.start.tolist() == [32.7, 41.5, 51, 4, 5, 6, 100, 250, 8, 9, 10]
    assert covers.tiers.pays[:3].tolist() == [5e6, 2e7, 5e7]
    assert covers.share.tolist() == [1, 1, 0.6, 1]
    readings, _ = read_readings(SAMPLES / "zhuhai_readings.csv", covers)
    assert readings.event == ("HATO",)
    assert np.nan_to_num(readings.value[0], nan=-1.0).tolist() == [51.9, 5, -1, 10]


def test_all_faults_at_once(tmp_path):
    found = faults(tmp_path / "covers.csv", """\
CoverNumber,Index,PlaceName,Lon,Lat,RadiusKm,From,To,Payout,PayoutShare,Interpolation,Currency,Limit,Share
C1,gust,a,113,22,,35,45,,20,,CNY,1000,30
C1,,,,,,50,,,60%,,,,
C1,rain,,,,,55,,,1,,,,
C2,pressure,b,113,22,,960,940,200,,,XYZ,,
C2,,,,,,940,,abc,,,,,
C3,rain_24h,c,113,,10,9000,,0,,linear,CNY,3000,
,,,,,,250,,30,,,,,
C4,signal,,,,,8,,,0.5,,CNY,,
C5,wetness,d,113,22,150,TY,,,0.3,,CNY,1000,
C6,gust,e,113,22,,40,,=1+1,,,CNY,1000,
C7,grade,f,113,22,100,4.5,,10,,,CNY,1000,
C8,gust,g,113,22,,40,30,10,,cubic,CNY,0,
C9,gust,h,113,22,,30,,10,,,CNY,,
C9,,i,114,22,,40,,5,,,,,
""")
    share = "a share is a number from 0 to 1 (30 % is 0.3)"
    assert found[2, "PayoutShare"] == found[2, "Share"] == share
    assert found[3, "From"].startswith("between the tier of row 2 and this one nothing would")
    assert found[4, "Index"] == "row 2 of this cover says 'gust': a cover has one"
    assert found[5, "Currency"] == "not an ISO 4217 currency code"
    assert found[5, "RadiusKm"].startswith("blank: this index is taken within a circle")
    assert found[6, "Payout"] == "expected one number"
    assert found[7, "Lat"] == "blank: a place needs both coordinates"
    assert found[7, "RadiusKm"].startswith("this index is taken at a point")
    assert found[7, "From"] == "not believed: 0 to 2000 mm can be; is the unit right?"
    assert found[8, "CoverNumber"].startswith("blank: every row says")
    assert found[9, "PayoutShare"].startswith("a share of EventLimit, which is blank")
    assert found[10, "Index"].startswith("expected one of gust_3s, mean_10min")
    assert found[11, "Payout"] == "a formula: put its value in the cell"
    assert found[12, "From"].startswith("a class is a whole number")
    assert found[13, "To"] == "ends below its start: swap the two"
    assert found[13, "Limit"].startswith("a limit of 0 pays nothing")
    assert found[13, "Interpolation"] == "expected step or linear"
    assert found[15, "Payout"].startswith("pays less than the milder tier of row 14")
    assert found[14, "PlaceRule"] == "expected one of each, largest, mean"


@pytest.mark.parametrize(("rows", "where", "remedy"), [
    ("A,40,50,1\nA,45,,2", (3, "From"), "begins before the tier of row 2 ends: which pays?"),
    ("A,40,,1\nA,40,,2", (3, "From"), "row 2 begins here too: tiers of a cover begin at different "
     "values"),
    ("A,40,40,1", (2, "To"), "a tier of no width: its end must lie beyond its start"),
    ("A,40,,", (2, "Payout"), "blank: expected what the tier pays, an amount or PayoutShare"),
])
def test_tiers_without_overlap(tmp_path, rows, where, remedy):
    lines = [f"{line},gust,113,22,CNY" for line in rows.splitlines()]
    found = faults(tmp_path / "covers.csv", "\n".join([
        "CoverNumber,From,To,Payout,Index,Lon,Lat,Currency", *lines]))
    assert found[where] == remedy


def test_missing_columns(tmp_path):
    found = faults(tmp_path / "covers.csv", "CoverNumber,Index,ThresholdFrom\nA,gust,40\n")
    assert found == {(1, "Currency"): "required column is missing",
                     (1, "Payout / PayoutShare"): "required column is missing"}


def test_bad_covers_are_set_aside_whole(tmp_path):
    path = tmp_path / "covers.csv"
    path.write_text("CoverNumber,From,Payout,Index,Lon,Lat,Currency\n"
                    "A,40,1,gust,113,22,CNY\nA,50,x,,,,\nB,40,1,gust,113,22,CNY\n",
                    encoding="utf-8")
    covers, problems = read_covers(path, skip_bad=True)
    assert covers.number == ("B",) and [one.row for one in problems] == [3]


def test_units_words_and_polygons(tmp_path):
    path = tmp_path / "covers.csv"
    path.write_text("""\
保障编号,指数,单位,区域,经度,纬度,阈值起,赔付金额,币种,地点
A,极大风速,km/h,,113,22,144,10,人民币,甲
B,峰值加速度,gal,,113,22,98.0665,10,CNY,乙
C,台风等级,,"POLYGON((112 21, 114 21, 114 23, 112 23, 112 21))",,,强台风,10,CNY,
D,预警颜色,,,,,红色,10,CNY,丙
""", encoding="gb18030")
    covers, _ = read_covers(path)
    assert covers.index == ("gust_3s", "pga", "grade", "signal_colour")
    assert covers.tiers.start == pytest.approx([40.0, 0.1, 5.0, 5.0])
    assert covers.places.area[2].area == 4.0
    assert covers.currency == ("CNY",) * 4


@pytest.mark.parametrize("name", ["../areas.geojson", "/etc/passwd", ".hidden"])
def test_no_path_from_a_cell(tmp_path, name):
    found = faults(tmp_path / "covers.csv", "CoverNumber,From,Payout,Index,AreaFile,Currency\n"
                   f"A,960,1,central_pressure,{name},CNY\n")
    assert found[2, "AreaFile"] == "expected the name of a file in the folder of the covers"


def test_polygons_of_a_file_beside_the_covers(tmp_path):
    (tmp_path / "box.geojson").write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, '
        '"geometry": {"type": "Polygon", "coordinates": '
        '[[[112, 21], [114, 21], [114, 23], [112, 23], [112, 21]]]}}]}', encoding="utf-8")
    path = tmp_path / "covers.csv"
    path.write_text("CoverNumber,From,Payout,Index,AreaFile,Currency\n"
                    "A,960,1,central_pressure,box.geojson,CNY\n", encoding="utf-8")
    assert read_covers(path)[0].places.area[0].bounds == (112, 21, 114, 23)


def test_readings_all_faults_at_once(tmp_path):
    covers, _ = read_covers(SAMPLES / "zhuhai_covers.csv")
    path = tmp_path / "readings.csv"
    path.write_text("Event,Date,Place,Index,Value\nE,2017-13-01,珠海站,gust,51\n"
                    "E,,,gust,51\nE,,珠海站,wet,51\nE,,珠海站,gust,\nE,,珠海站,gust,510\n",
                    encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_readings(path, covers)
    assert [(one.file, one.row, one.column) for one in error.value.problems] == [
        ("readings.csv", 2, "Date"), ("readings.csv", 3, "Place"), ("readings.csv", 4, "Index"),
        ("readings.csv", 5, "Value"), ("readings.csv", 6, "Value")]
    assert all(translated(one.remedy, "zh") != one.remedy for one in error.value.problems)


def test_every_index_can_be_named():
    from riskcloud.exposure.covers_words import INDEX_WORDS

    assert set(INDEX_WORDS.values()) == set(INDEXES)


def test_readings_a_year_apart_and_two_of_a_cover_by_the_day(tmp_path):
    covers_file, path = tmp_path / "covers.csv", tmp_path / "readings.csv"
    covers_file.write_text(
        "CoverNumber,From,Payout,Index,PlaceName,Currency,PayoutPer,lon,lat\n"
        "A,8,10,signal,P,CNY,day,,\nB,30,1,gust,P,CNY,,113,22\n", encoding="utf-8")
    covers, _ = read_covers(covers_file)
    path.write_text("Event,Date,Place,Index,Value,Days\nE,2017-08-01,P,signal,8,5\n"
                    "E,2017-08-02,P,signal,10,1\nE,2017-08-02,P,gust,31,\nE,2017-08-03,P,gust,39,\n"
                    "E,2017-08-02,P,signal,8,5\nE,2018-08-01,P,gust,45,\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_readings(path, covers)
    assert [(one.row, one.column, one.value) for one in error.value.problems] == [
        (3, "Days", "1"), (7, "Date", "2018-08-01")]
    assert all(translated(one.remedy, "zh") != one.remedy for one in error.value.problems)
    readings, _ = read_readings(path, covers, skip_bad=True)
    assert readings.value.tolist() == [[8.0, 39.0]] and readings.days[0, 0] == 5.0
