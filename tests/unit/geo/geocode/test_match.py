"""What an address is understood to be: level, quality, candidates and what is said."""

import pytest

from riskcloud.geo.geocode.match import AMBIGUOUS_AT_MOST, Geocoder


@pytest.fixture(scope="module")
def geocoder():
    return Geocoder()


def test_a_full_address(geocoder):
    place = geocoder.find("广东省广州市天河区体育西路191号")
    assert (place.province, place.city, place.county) == ("广东省", "广州市", "天河区")
    assert place.adcode == "440106" and place.towncode == ""
    assert place.level == "county"
    assert place.matched == "广东省广州市天河区"
    assert place.rest == "体育西路191号"
    assert place.lon == pytest.approx(113.36, abs=0.1)
    assert place.lat == pytest.approx(23.13, abs=0.1)
    assert place.notes == () == place.candidates


def test_quality_falls_with_the_level(geocoder):
    township, county, prefecture, province = (geocoder.find(text) for text in (
        "广东省东莞市虎门镇", "广东省湛江市徐闻县", "广东省湛江市", "广东省"))
    assert township.quality > county.quality > prefecture.quality > province.quality > 0.0
    assert [p.level for p in (township, county, prefecture, province)] == [
        "township", "county", "prefecture", "province"]
    assert county.quality <= 0.8 and prefecture.quality <= 0.5 and province.quality <= 0.2


def test_a_county_without_a_point_says_whose_point_it_is(geocoder):
    place = geocoder.find("广东省广州市越秀区北京路1号")
    assert place.adcode == "440104" and place.level == "county"
    assert place.point_level == "prefecture" and place.quality <= 0.5
    assert place.notes == ("no point of the county itself: that of 广州市",)


def test_an_ambiguous_address_is_not_placed(geocoder):
    place = geocoder.find("鼓楼区中山北路")
    assert place.lon is None and place.lat is None and place.adcode == ""
    assert 0.0 < place.quality <= AMBIGUOUS_AT_MOST
    assert {c.adcode for c in place.candidates} == {"320106", "320302", "350102", "410204"}
    assert sum(c.score for c in place.candidates) == pytest.approx(1.0)
    assert place.notes[0].startswith("ambiguous: 江苏省南京市鼓楼区 / ")


def test_names_that_contradict_are_told(geocoder):
    place = geocoder.find("广东省广州市南山区科技园")
    assert place.lon is None and place.quality <= AMBIGUOUS_AT_MOST
    assert {"440100", "440305"} <= {c.adcode for c in place.candidates}
    assert place.notes[0].startswith("names that do not fit together: ")
    clear = geocoder.find("湖南省广州市天河区")
    assert clear.adcode == "440106" and clear.quality <= AMBIGUOUS_AT_MOST
    assert "names that do not fit together: 湖南省" in clear.notes


def test_two_addresses_in_one_cell(geocoder):
    place = geocoder.find("广州市天河区体育西路1号；深圳市福田区深南大道2号")
    assert place.notes == (
        "two addresses in one cell: 广东省广州市天河区 / 广东省深圳市福田区",)
    assert [c.adcode for c in place.candidates] == ["440106", "440304"]
    assert place.lon is None


def test_former_names(geocoder):
    place = geocoder.find("佛山市三水市西南镇")
    assert place.adcode[:6] == "440607"
    assert any(note.startswith("三水市 is a former name, until 2002: today ")
               for note in place.notes)
    assert geocoder.find("广州市萝岗区").adcode == "440112"
    assert geocoder.find("四平市公主岭市").adcode == "220184"
    assert geocoder.find("深圳市宝安区龙华街道").adcode[:6] == "440309"


def test_a_name_that_nobody_knows_lowers_the_quality(geocoder):
    good, slip = geocoder.find("广东省湛江市徐闻县"), geocoder.find("广东省湛江市徐文县")
    assert slip.level == "prefecture" and slip.quality <= AMBIGUOUS_AT_MOST < good.quality
    assert slip.notes == ("unknown name '徐文县': did you mean 广东省湛江市徐闻县?",)
    assert [c.adcode for c in slip.candidates] == ["440825"]
    before = geocoder.find("广东省广洲市天河区")
    assert before.adcode == "440106"
    assert before.quality < geocoder.find("广东省广州市天河区").quality
    assert before.notes == ("unknown name '广洲市': did you mean 广东省广州市?",)


@pytest.mark.parametrize("text", ["", "  ", "无", "N/A", "-", "不详"])
def test_empty_addresses(geocoder, text):
    place = geocoder.find(text)
    assert (place.lon, place.quality, place.level) == (None, 0.0, "")
    assert place.notes == ("no address",)


def test_addresses_elsewhere(geocoder):
    assert geocoder.find("Tokyo, Japan").notes == ("outside China: japan",)
    assert geocoder.find("韩国首尔江南区").notes == ("outside China: 韩国",)
    assert geocoder.find("人民路1号").notes == ("no province, city or county is named",)


def test_roads_companies_and_people_are_no_places(geocoder):
    assert geocoder.find("北京路步行街").level == ""
    assert geocoder.find("青岛市佛山路2号").adcode == "370200"
    assert geocoder.find("王南山 广州市白云区人和镇").adcode[:6] == "440111"
    assert geocoder.find("北京银行南京分行，南京市鼓楼区").adcode == "320106"
    assert geocoder.find("南京市场街1号").adcode == "320100"


def test_codes(geocoder):
    assert geocoder.find("440106").adcode == "440106"
    assert geocoder.find("440106 广东省广州市").notes == (
        "the county is taken from the code 440106",
        "no point of the county itself: that of 广州市")[:1]
    assert geocoder.find("510630 广东省广州市天河区").adcode == "440106"  # a postcode


def test_hints_from_other_columns(geocoder):
    assert geocoder.find("鼓楼区中山北路", ["江苏", "南京"]).adcode == "320106"
    assert geocoder.find("", ["广东省", "", "天河区"]).adcode == "440106"
    assert geocoder.find("南山区深南大道", ["广东省", "广州市"]).quality <= AMBIGUOUS_AT_MOST


def test_english_is_read_in_both_directions(geocoder):
    for text in ("No. 88 Zhongshan Road, Tianhe District, Guangzhou, Guangdong, China",
                 "Guangdong Province, Guangzhou City, Tianhe District", "Tianhe Qu, Guangzhou Shi"):
        assert geocoder.find(text).adcode == "440106", text
    assert geocoder.find("Fuzhou").is_ambiguous  # 福州 and 抚州
    assert geocoder.find("Central, Hong Kong").adcode == "810001"
    assert geocoder.find("Beijing Road, Yuexiu District, Guangzhou").adcode == "440104"


def test_the_same_answer_twice(geocoder):
    assert geocoder.find("广州市天河区") is geocoder.find("广州市天河区")
