"""Names as they are compared."""

import pytest

from riskcloud.geo.geocode.names import fold, latin_key, normalise, stem


@pytest.mark.parametrize(("name", "short"), [
    ("广东省", "广东"), ("广西壮族自治区", "广西"), ("新疆维吾尔自治区", "新疆"),
    ("天河区", "天河"), ("乳源瑶族自治县", "乳源"), ("恩施土家族苗族自治州", "恩施"),
    ("巴音郭楞蒙古自治州", "巴音郭楞"), ("双江拉祜族佤族布朗族傣族自治县", "双江"),
    ("浦东新区", "浦东"), ("赵县", "赵县"), ("城区", "城区"), ("虎门镇", "虎门"),
    ("石牌街道办事处", "石牌"), ("香港特别行政区", "香港"), ("大兴安岭地区", "大兴安岭")])
def test_stem(name, short):
    assert stem(name) == short


def test_normalise():
    assert normalise("　廣東省廣州市　天河區１２３號ＡＢ\n") == "广东省广州市 天河区123号ab"
    assert fold("甲\n乙") == "甲\n乙"
    assert latin_key("Xi'an Ürümqi-1") == "xianurumqi1"
