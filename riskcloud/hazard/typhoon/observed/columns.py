"""What a column of a file of station winds means: a measure with its unit, a place, a storm."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from riskcloud.hazard.typhoon.observed.words import length_factor, plain, speed_factor

MEASURES: Final = ("gust_3s", "mean_10min", "mean_1h", "sustained_1min")
"""Winds that stations report: 3-s gust, 10-min, hourly and 1-min mean, each the largest."""

_EXACT: Final = {
    "station": ("station", "station name", "stn", "site", "站名", "测站", "站点", "台站", "气象站",
                "测站名称", "站点名称", "地点"),
    "station_id": ("station id", "station no", "stn id", "wmo id", "站号", "区站号", "测站编号"),
    "lat": ("lat", "latitude", "纬度", "lat deg", "latitude deg", "北纬"),
    "lon": ("lon", "longitude", "long", "lng", "经度", "lon deg", "longitude deg", "东经"),
    "sid": ("sid", "storm id", "event id", "ibtracs sid", "ibtracs id"),
    "event": ("event", "storm", "storm name", "event name", "typhoon", "tc name", "台风", "台风名",
              "台风名称", "热带气旋"),
    "jma_no": ("jma no", "jma number", "jma", "tc number", "台风编号"),
    "season": ("season", "year", "年", "年份"),
    "window_start": ("window start", "start", "start time", "period start", "开始时间", "起始时间"),
    "window_end": ("window end", "end", "end time", "period end", "结束时间", "终止时间"),
}
"""Field -> headers that mean it, in lower case, words apart."""
_HEIGHTS: Final = {
    "anemometer_m": ("anemometer", "anemometer elev", "anemometer elevation", "anemometer asl",
                     "anemometer altitude", "风速计海拔", "测风仪海拔", "风速计海拔高度"),
    "height_m": ("height", "anemometer height", "sensor height", "height agl",
                 "height above ground", "measurement height", "风速计高度", "测风高度", "离地高度",
                 "风速计离地高度"),
    "ground_m": ("station elev", "elev", "elevation", "station elevation", "altitude", "ground",
                 "ground elev", "ground elevation", "海拔", "海拔高度", "测站海拔", "站点海拔"),
}
"""The same of heights: of the anemometer above sea level, above the ground; of the ground."""
_ABOVE_GROUND: Final = re.compile(r"\bagl\b|above (?:the )?ground|离地|距地")
_ABOVE_SEA: Final = re.compile(r"\b(?:asl|amsl|msl|elev\w*|altitude)\b|\bsea\b|海拔")
_MAST: Final = re.compile(r"anemomet|wind sensor|\bmast\b|风速计|测风|风速仪")
_STATION: Final = re.compile(r"\b(?:station|site|ground)\b|站|地面")
_BARE_WIND: Final = re.compile(
    r"(?:max(?:imum)? )?(?:sustained |mean |average )?(?:wind(?: speed)?|ws|风速|mean|sustained)")
_TIME: Final = ("time", "ending", "date", "时间", "日期")
_DIRECTION: Final = ("dir", "direction", "bearing", "风向")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: header as written, what it holds, of which measure, factor to SI.

    ``role`` is a field of ``_EXACT`` or ``_HEIGHTS``, or ``value``, ``time``, ``direction``,
    ``unit`` (of ``measure``; of every measure where that is blank) or ``unknown_wind``.
    ``factor`` is None where a value's unit is not in its name.
    """

    header: str
    role: str
    measure: str = ""
    factor: float | None = None


def understand(header: str) -> Column | None:
    """Return what a header means, None if it is none of ours."""
    text = plain(header)
    factor, rest = speed_factor(text)
    words = _words(rest)
    for role, names in _EXACT.items():
        if words in names:
            return Column(header, role)
    metres, shortened = length_factor(text.replace("_", " "))
    for role, names in _HEIGHTS.items():
        if _words(shortened) in names:
            return Column(header, role, factor=metres)
    measure = _measure(words)
    if any(word in words.split() for word in ("unit", "units")) or "单位" in words:
        return Column(header, "unit", measure)
    if measure or factor is not None:
        if any(word in words for word in _TIME):
            return Column(header, "time", measure)
        if any(word in words.split() for word in _DIRECTION) or "风向" in words:
            return Column(header, "direction", measure)
    if measure:
        return Column(header, "value", measure, factor)
    if _BARE_WIND.fullmatch(words):
        return Column(header, "unknown_wind", factor=factor)
    return None


def height_role(header: str) -> tuple[str, float]:
    """Return which height a longer header speaks of, "" for none, and its factor to metres."""
    metres, shortened = length_factor(plain(header).replace("_", " "))
    words = _words(shortened)
    is_mast, above_sea = _MAST.search(words), _ABOVE_SEA.search(words)
    above_ground, is_height = _ABOVE_GROUND.search(words), "height" in words or "高" in words
    if above_ground and (is_mast or (is_height and not above_sea)):
        return "height_m", metres
    if is_mast and above_sea:
        return "anemometer_m", metres
    if is_mast and is_height:
        return "height_m", metres
    return ("ground_m" if above_sea and _STATION.search(words) else ""), metres


def _words(text: str) -> str:
    return " ".join(re.sub(r"[_\-/()\[\],:;.]+", " ", text).split())


def _measure(words: str) -> str:
    """Return the measure that words name, "" for none.

    Of Chinese stations 最大风速 is the largest 10-min mean, 极大风速 the largest gust (QX/T
    51-2007).
    """
    if re.search(r"gust|极大风|阵风|瞬时", words):
        return "gust_3s"
    wind = re.search(r"mean|avg|average|wind|sustained|平均|风速", words)
    if not wind:
        return ""
    if re.search(r"hour|(?<!\d)1 ?h(?![a-z])|(?<!\d)60 ?min|小时", words):
        return "mean_1h"
    if re.search(r"(?<!\d)10 ?min|10 ?分钟|十分钟|最大风速", words):
        return "mean_10min"
    if re.search(r"(?<!\d)1 ?min|(?<!\d)1 ?分钟|一分钟", words):
        return "sustained_1min"
    # the direction or hour of a mean whose period another column names
    return "mean" if re.fullmatch(r"(?:max )?mean (?:dir|direction|time)", words) else ""


def map_columns(headers: Sequence[str]) -> list[Column]:
    """Return the columns that are ours; directions and times of a bare mean belong to the one mean.

    A file has one mean or several; where several, a bare ``mean_dir`` belongs to the hourly one.
    """
    found = [column for header in headers if (column := understand(header)) is not None]
    roles = {column.role for column in found}
    for header in headers:
        if plain(header) in ("name", "名称"):  # of the station, unless another column names it
            role = "event" if "station" in roles else "station"
            found += [Column(header, role)] if role not in roles else []
    ours = {column.header for column in found}
    for header in headers:  # "Anemometer height above ground (ft)"; a shorter name goes before
        role, metres = height_role(header)
        if role and header not in ours and role not in {column.role for column in found}:
            found.append(Column(header, role, factor=metres))
    means = [c.measure for c in found if c.role == "value" and c.measure in MEASURES[1:]]
    own = "mean_1h" if "mean_1h" in means or not means else means[0]
    return [Column(c.header, c.role, own, c.factor) if c.measure == "mean" else c for c in found]
