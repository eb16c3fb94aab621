"""CXML: analysis, forecast and ensemble; units, namespaces, members missing, hostile files."""

from pathlib import Path

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.hazard.source_file import Faults
from riskcloud.hazard.typhoon.formats import cxml
from riskcloud.hazard.typhoon.formats.source import Source
from riskcloud.units import KNOT, NMI

ARRIVED = np.datetime64("2026-09-01T00", "s")
HEADER = """<header><product>Cyclone Forecast</product>
<productionCenter>ECMWF<subCenter>x</subCenter></productionCenter><baseTime>2026-09-01T00:00:00Z</baseTime>
<creationTime>2026-09-01T05:00:00</creationTime>{more}</header>"""


def fix(hour=0, lat="20.5", lon="125", *, north="deg N", east="deg E", pressure="980",
        unit="hPa", wind="30", speed="m/s", more=""):
    time = np.datetime64("2026-09-01T00", "s") + np.timedelta64(hour, "h")
    return f"""<fix hour='{hour}' source='model'>
<validTime>{time}Z</validTime><latitude units='{north}'>{lat}</latitude>
<longitude units='{east}'>{lon}</longitude><cycloneData>
<minimumPressure><pressure units='{unit}'>{pressure}</pressure></minimumPressure>
<maximumWind><speed units='{speed}'>{wind}</speed>{more}</maximumWind></cycloneData></fix>
"""


def storm(*fixes, name="Madeup", number="21", basin="Northwest Pacific", identifier="X1"):
    number = number and f"<cycloneNumber>{number}</cycloneNumber>"
    name = name and f"<cycloneName>{name}</cycloneName>"
    return (f"<disturbance ID='{identifier}'>{name}{number}<basin>{basin}</basin>"
            f"{''.join(fixes)}</disturbance>\n")


def member(number, *storms, kind="ensembleForecast", origin="ecmf"):
    given = "" if number is None else f" member='{number}'"
    return f"<data type='{kind}' origin='{origin}'{given}>{''.join(storms)}</data>\n"


def document(*parts, more="", root="cxml", space=""):
    return (f"<?xml version='1.0' encoding='UTF-8'?>\n<{root}{space}>{HEADER.format(more=more)}\n"
            f"{''.join(parts)}</{root}>")


def source(text):
    raw = text if isinstance(text, bytes) else text.encode()
    return Source(Path("x.xml"), raw, ARRIVED)


def read(text):
    faults = Faults(Path("x.xml"))
    assert cxml.recognises(source(text))
    fixes = cxml.read(source(text), faults)
    return fixes, [note.remedy for note in faults.notes]


def test_every_field_in_si():
    more = ("<averagingPeriod units='min'>1</averagingPeriod><radius units='km'>40</radius>"
            "</maximumWind><lastClosedIsobar><pressure units='Pa'>100500</pressure>"
            "</lastClosedIsobar><windContours><windSpeed units='kt'>34"
            "<radius sector='NEQ' units='km'>200</radius><radius sector='SEQ' units='nm'>100"
            "</radius></windSpeed><windSpeed units='m/s'>26<radius sector='AAA' units='km'>50"
            "</radius></windSpeed></windContours><development>typhoon</development><maximumWind>")
    fixes, notes = read(document(member(3, storm(fix(6, wind="60", speed="kt", more=more)))))
    f = fixes.iloc[0]
    assert (f["event_id"], f["name"], f["agency"], f["basin"]) == (
        "WP212026", "MADEUP", "ECMWF", "WP")
    assert (f["lat"], f["lon"], f["member"], f["status"]) == (20.5, 125.0, 3.0, "typhoon")
    assert str(f["time_utc"]) == "2026-09-01 06:00:00"
    assert str(f["base_utc"]) == "2026-09-01 00:00:00"
    assert str(f["issued_utc"]) == "2026-09-01 05:00:00"
    assert f["max_wind_m_s"] == pytest.approx(60 * KNOT) and f["averaging_s"] == 60.0
    assert f["central_pressure_pa"] == 98_000.0 and f["environmental_pressure_pa"] == 100_500.0
    assert f["r_max_m"] == 40_000.0
    assert f[["r34_ne", "r34_se"]].tolist() == [200_000.0, pytest.approx(100 * NMI)]
    assert np.isnan(f["r34_sw"]) and f["r50_nw"] == 50_000.0
    assert notes == ["2 member(s) of the ensemble are not in the file: 1, 2"]


@pytest.mark.parametrize(("kwargs", "column", "value"), [
    ({"pressure": "98000", "unit": "Pa"}, "central_pressure_pa", 98_000.0),
    ({"wind": "50", "speed": "kt"}, "max_wind_m_s", 50 * KNOT),
    ({"lat": "20.5", "north": "deg S"}, "lat", -20.5),
    ({"lat": "-20.5", "north": "deg S"}, "lat", -20.5),
    ({"lon": "60", "east": "deg W"}, "lon", -60.0),
    ({"lon": "235", "east": "deg"}, "lon", 235.0),
])
def test_units_come_from_their_attributes(kwargs, column, value):
    fixes, _ = read(document(member(1, storm(fix(**kwargs)))))
    assert fixes[column].iloc[0] == pytest.approx(value)


@pytest.mark.parametrize("kwargs", [
    {"wind": "50", "speed": "furlong"}, {"wind": "50", "speed": ""}, {"wind": "strong"},
    {"wind": ""}, {"wind": "nan"}, {"wind": "-999"}, {"wind": "900"},
])
def test_a_wind_that_cannot_be_read_is_unknown(kwargs):
    fixes, _ = read(document(member(1, storm(fix(**kwargs))), more="<missing>-999</missing>"))
    assert len(fixes) == 1 and np.isnan(fixes["max_wind_m_s"].iloc[0])


def test_unit_that_is_none_is_noted():
    _, notes = read(document(member(1, storm(fix(unit="inHg")))))
    assert any("not one of hpa, mb" in note for note in notes)


@pytest.mark.parametrize("kwargs", [{"lat": ""}, {"lat": "x"}, {"lon": "12", "east": "deg Q"},
                                    {"lat": "95"}])
def test_a_fix_without_position_is_left_out_and_noted(kwargs):
    fixes, notes = read(document(member(1, storm(fix(**kwargs), fix(6)))))
    assert fixes["time_utc"].astype(str).tolist() == ["2026-09-01 06:00:00"]
    assert any("left out" in note for note in notes)


def test_prefixed_and_default_namespaces():
    plain, _ = read(document(member(1, storm(fix()))))
    default, _ = read(document(member(1, storm(fix())), space=" xmlns='http://x/cxml'"))
    assert default.equals(plain)
    text = document(member(1, storm(fix())), root="cxml", space=" xmlns:c='http://x/cxml'")
    prefixed = text.replace("<cxml", "<c:cxml").replace("</cxml", "</c:cxml")
    assert read(prefixed)[0].equals(plain)


def test_analysis_and_forecast_are_one_track_and_the_fuller_fix_is_kept():
    text = document(
        member(None, storm(fix(0, pressure=""), number=""), kind="analysis"),
        member(None, storm(fix(0), fix(6)), kind="forecast"))
    fixes, notes = read(text)
    assert fixes.groupby(["event_id", "member"]).size().to_dict() == {("WP212026", 0.0): 2}
    assert fixes["central_pressure_pa"].notna().all()
    assert any("two fixes of that time" in note for note in notes)


def test_members_control_missing_and_empty_ones_are_told():
    text = document(member(0, storm(fix())), member(1, storm(fix())), member(3, storm(fix())),
                    member(4), member("x", storm(fix())), more="<ensemble><numMembers>7"
                    "</numMembers></ensemble>")
    fixes, notes = read(text)
    assert sorted(fixes["member"]) == [1.0, 3.0, 5.0, 6.0]
    assert "3 member(s) of the ensemble are not in the file: 2, 5, 6" in notes
    assert any("1 of 5 data element(s) hold no fix" in note for note in notes)
    assert "the control (member 0) is read as member 5" in notes
    assert "a member without a number is read as member 6" in notes


def test_storms_of_one_member_stay_apart():
    text = document(member(1, storm(fix(), name="", number="70"),
                           storm(fix(lat="10"), name="", number="70"),
                           storm(fix(lat="5"), name="", number="", basin="Mars")))
    fixes, _ = read(text)
    assert sorted(fixes["event_id"]) == ["WP702026", "WP702026-2", "X1"]


def test_origins_and_southern_seasons():
    south = storm(fix(north="deg S"), basin="Southwest Indian", number="3")
    text = document(member(1, south, origin="rjtd"), member(2, south, origin="xyzz"))
    fixes, _ = read(text)
    assert fixes["agency"].tolist() == ["JMA-EPS", "XYZZ"]
    assert set(fixes["event_id"]) == {"SH032027"}  # September belongs to the season of 2027
    named, _ = read(document(member(1, storm(fix()), origin="")))
    assert named["agency"].tolist() == ["ECMWF"]  # by its production centre


def test_base_without_a_header_comes_from_the_hours():
    text = document(member(1, storm(fix(12), fix(6)))).replace("baseTime", "other")
    assert set(read(text)[0]["base_utc"].astype(str)) == {"2026-09-01"}


def test_a_file_cut_anywhere_gives_what_is_whole():
    text = document(member(1, storm(*(fix(6 * k) for k in range(5)))))
    fixes, notes = read(text[:len(text) // 2])
    assert 1 <= len(fixes) < 5 and "ends before its end" in notes[0]
    fixes, notes = read(text.replace("<fix hour='18'", "<<< hour='18'"))
    assert len(fixes) == 3 and "this line is not XML" in notes[0]


def test_rows_are_lines_and_unique():
    text = document(member(1, storm(fix(), fix(6))))
    assert text.splitlines()[read(text)[0].index[0] - 1].endswith("</fix>")
    assert read(text.replace("\n", ""))[0].index.is_unique
    assert len(read(text.replace("\n", "\r"))[0]) == 2


@pytest.mark.parametrize("insert", [
    "<!DOCTYPE cxml [<!ENTITY a 'b'>]>", "<!doctype x>", "<! ENTITY a 'b'>",
])
def test_entities_are_refused(insert):
    text = document(member(1, storm(fix()))).replace("<cxml", insert + "<cxml", 1)
    with pytest.raises(InputError, match="refused"):
        cxml.read(source(text), Faults(Path("x.xml")))


def test_depth_and_size_are_limited(monkeypatch):
    deep = document("<a>" * 100_000)
    assert "not XML" in read(deep)[1][0]
    monkeypatch.setattr(cxml, "MAX_BYTES", 100)
    with pytest.raises(InputError, match="larger than"):
        cxml.read(source(document()), Faults(Path("x.xml")))


def test_no_storm_is_said():
    fixes, notes = read(document(member(1)))
    assert fixes.empty and "no tropical cyclone" in notes[-1]


def test_content_tells_the_format():
    for text in ("", "<html><body>cxml</body></html>", "lat,lon,cxml\n", "<cxmlx>",
                 "<?xml version='1.0'?><a/>", "x <cxml>"):
        assert not cxml.recognises(source(text))
