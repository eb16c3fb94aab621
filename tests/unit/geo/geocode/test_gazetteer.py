"""The gazetteer that ships, and tables of the user's own."""

import pytest

from riskcloud.errors import InputError
from riskcloud.geo.geocode.gazetteer import ROOT, load_gazetteer
from riskcloud.geo.geocode.match import Geocoder


def test_what_ships():
    gazetteer = load_gazetteer()
    levels = [gazetteer.level.count(level) for level in (1, 2, 3, 4)]
    assert levels[0] == 34 and 325 < levels[1] < 340 and levels[2] > 2900 and levels[3] > 41_000
    humen = gazetteer.by_code["441900121"]
    assert [gazetteer.name[u] for u in gazetteer.above(humen)] == ["虎门镇", "东莞市", "广东省"]
    assert gazetteer.stands_for_city(gazetteer.by_code["441900"])
    assert all(parent != ROOT or level == 1
               for parent, level in zip(gazetteer.parent, gazetteer.level, strict=True))
    inside = [(lon, lat) for lon, lat in zip(gazetteer.lon, gazetteer.lat, strict=True)
              if lon is not None and lat is not None]
    assert all(73.0 < lon < 136.0 and 3.0 < lat < 54.0 for lon, lat in inside)


def test_common_unit():
    gazetteer = load_gazetteer()
    tianhe, yuexiu, nanshan, gulou = (gazetteer.by_code[code] for code in (
        "440106", "440104", "440305", "320106"))
    assert gazetteer.code[gazetteer.common([tianhe, yuexiu])] == "440100"
    assert gazetteer.code[gazetteer.common([tianhe, nanshan])] == "440000"
    assert gazetteer.common([tianhe, gulou]) == ROOT


def test_a_table_moves_points_and_adds_places(tmp_path):
    table = tmp_path / "centres.csv"
    table.write_text("adcode,name,level,parent,lon,lat\n440104,越秀区,district,440100,113.28,23.13\n"
                     "440199,试验区,district,440100,113.5,23.5\n", encoding="utf-8")
    towns = tmp_path / "towns.csv"
    towns.write_text("code,name,areaCode,provinceCode,cityCode\n440104999,试验街道,440104,44,4401\n",
                     encoding="gb18030")
    geocoder = Geocoder(load_gazetteer(table, towns))
    place = geocoder.find("广州市越秀区")
    assert (place.lon, place.lat, place.point_level) == (113.28, 23.13, "county")
    assert place.quality > 0.7
    assert geocoder.find("广州市试验区").adcode == "440199"
    assert geocoder.find("广州市试验街道").towncode == "440104999"
    shipped = Geocoder().find("广州市越秀区")
    assert shipped.point_level == "prefecture"  # the gazetteer that ships is untouched


def test_faults_of_a_table(tmp_path):
    table = tmp_path / "centres.csv"
    table.write_text("adcode,name,level,parent,lon,lat\n440104,越秀区,district,440100,east,23\n"
                     "4401,广州,city,44,1,2\n440198,某地,village,440100,113,23\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"3 problem\(s\)") as caught:
        load_gazetteer(table)
    assert [(p.row, p.column) for p in caught.value.problems] == [
        (2, "lon"), (3, "adcode"), (4, "level")]
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="expected columns adcode, name"):
        load_gazetteer(table)
    with pytest.raises(InputError, match="no such file"):
        load_gazetteer(tmp_path / "none.csv")
