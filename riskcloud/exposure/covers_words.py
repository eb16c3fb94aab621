"""Words of a file of index covers: columns, indexes, units, rules; English and Chinese."""

from collections.abc import Mapping
from typing import Final

from riskcloud.exposure.codes import code_key
from riskcloud.types.covers import EACH, LARGEST, MEAN
from riskcloud.units import GRAVITY_M_S2, INCH, KNOT

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "CoverNumber": ("cover", "cover_id", "保障编号", "保单编号", "编号"),
    "CoverName": ("name", "保障名称", "名称"),
    "AccNumber": ("account", "account_id", "账户编号", "账户"),
    "ClientNumber": ("client", "client_id", "客户编号", "客户", "被保险人"),
    "Peril": ("灾种", "灾因"),
    "Index": ("指数", "指标", "触发指标"),
    "Unit": ("单位",),
    "PlaceName": ("place", "station", "地点", "站名", "测站"),
    "Longitude": ("lon", "经度"),
    "Latitude": ("lat", "纬度"),
    "RadiusKm": ("radius", "半径"),
    "AreaWKT": ("wkt", "polygon", "area", "区域"),
    "AreaFile": ("polygon_file", "区域文件"),
    "PlaceWeight": ("weight", "权重"),
    "PlaceRule": ("rule", "多站规则", "汇总方式"),
    "Tier": ("level", "档次", "档", "等级"),
    "ThresholdFrom": ("from", "threshold", "触发值", "起赔值", "阈值起"),
    "ThresholdTo": ("to", "阈值止", "上限值"),
    "Payout": ("payout_amount", "赔付金额", "赔付额"),
    "PayoutTo": ("payout_end", "止点赔付金额"),
    "PayoutShare": ("payout_percent", "赔付比例"),
    "PayoutShareTo": ("payout_share_end", "止点赔付比例"),
    "Interpolation": ("插值", "赔付方式"),
    "Currency": ("币种",),
    "EventLimit": ("limit", "per_event_limit", "每次事故限额", "保险金额"),
    "AnnualLimit": ("aggregate_limit", "annual_aggregate_limit", "年度累计限额", "年累计限额"),
    "Share": ("participation", "承保份额", "份额"),
    "PayoutPer": ("per", "赔付单元"),
    "WaitingDays": ("免赔天数", "等待天数"),
    "MostDays": ("最长赔付天数",),
    "InceptionDate": ("inception", "起期", "起保日期"),
    "ExpiryDate": ("expiry", "止期", "终保日期"),
}
"""Columns and what else they may be called."""
_INDEXES: Final[Mapping[str, tuple[str, ...]]] = {
    "gust_3s": ("gust", "gust_3s_m_s", "极大风速", "阵风"),
    "mean_10min": ("wind_10min", "mean_10min_m_s", "10-min mean", "最大风速", "10分钟平均风速"),
    "rain_24h": ("rain_24h_mm", "24h rain", "24小时雨量", "24小时降雨量"),
    "rain_event": ("rain_event_mm", "event rain", "rain", "过程雨量", "过程降雨量"),
    "intensity": ("earthquake_intensity", "地震烈度", "烈度"),
    "instrumental_intensity": ("仪器烈度", "仪器地震烈度"),
    "pga": ("pga_g", "峰值加速度", "地震动峰值加速度"),
    "central_pressure": ("central_pressure_hpa", "pressure", "中心气压"),
    "max_wind_1min": ("max_wind_1min_m_s", "max_wind", "中心最大风速"),
    "category": ("saffir_simpson", "萨菲尔等级"),
    "grade": ("gbt_19201", "台风等级", "热带气旋等级"),
    "signal": ("warning_signal", "风球", "台风信号"),
    "signal_colour": ("signal_color", "预警颜色", "台风预警颜色", "预警信号颜色"),
}
_CLASSES: Final[Mapping[str, Mapping[str, float]]] = {
    "grade": {"td": 1, "热带低压": 1, "ts": 2, "热带风暴": 2, "sts": 3, "强热带风暴": 3,
              "ty": 4, "台风": 4, "sty": 5, "强台风": 5, "superty": 6, "超强台风": 6},
    "signal_colour": {"white": 1, "白色": 1, "白": 1, "blue": 2, "蓝色": 2, "蓝": 2, "yellow": 3,
                      "黄色": 3, "黄": 3, "orange": 4, "橙色": 4, "橙": 4, "red": 5, "红色": 5,
                      "红": 5},
}
_UNITS: Final[Mapping[str, Mapping[str, float]]] = {
    "m/s": {"m/s": 1.0, "km/h": 1.0 / 3.6, "kt": KNOT, "knot": KNOT, "knots": KNOT, "米/秒": 1.0},
    "mm": {"mm": 1.0, "cm": 10.0, "in": INCH / 0.001, "毫米": 1.0},
    "g": {"g": 1.0, "gal": 0.01 / GRAVITY_M_S2, "cm/s2": 0.01 / GRAVITY_M_S2,
          "m/s2": 1.0 / GRAVITY_M_S2},
    "hPa": {"hpa": 1.0, "mbar": 1.0, "mb": 1.0, "pa": 0.01, "百帕": 1.0},
    "degree": {"degree": 1.0, "度": 1.0}, "class": {"class": 1.0, "级": 1.0},
}


def _by_word(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {code_key(word): name for name, others in words.items() for word in (name, *others)}


INDEX_WORDS: Final = _by_word(_INDEXES)
RULE_WORDS: Final = _by_word({EACH: ("分站", "逐站"), LARGEST: ("max", "worst", "最大", "最不利"),
                              MEAN: ("average", "平均")})
PER_WORDS: Final = _by_word({"event": ("次", "每次"), "day": ("天", "每天", "日")})
STEP_WORDS: Final = _by_word({"step": ("steps", "阶梯", "分档"), "linear": ("线性",)})


def class_of(index: str, text: str) -> float | None:
    """Return the number of a class told by its name (red, 强台风), None where it is no name."""
    found = _CLASSES.get(index, {}).get(code_key(text))
    return None if found is None else float(found)


def unit_factor(text: str, unit: str) -> float | None:
    """Return the factor from a unit as written to an index's own; None for a unit of another."""
    return 1.0 if not text else _UNITS[unit].get(code_key(text))
