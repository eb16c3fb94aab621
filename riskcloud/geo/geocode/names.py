"""Names of places as they are compared: widths, traditional characters, suffixes."""

import re
import unicodedata
from functools import cache

from riskcloud.catalog import load_card

_PEOPLES = (
    "蒙古族 回族 藏族 维吾尔族 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 "
    "哈萨克族 傣族 黎族 傈僳族 佤族 畲族 拉祜族 水族 东乡族 纳西族 景颇族 柯尔克孜族 土族 "
    "达斡尔族 仫佬族 羌族 布朗族 撒拉族 毛南族 仡佬族 锡伯族 普米族 塔吉克族 怒族 鄂温克族 "
    "裕固族 保安族 独龙族 鄂伦春族 蒙古 维吾尔 哈萨克 柯尔克孜 塔吉克 锡伯 各族").split()
"""Peoples in the names of autonomous places; all but those last in the list end in 族."""

_AUTONOMOUS = re.compile(r"(?:自治[区州县旗]|民族[乡镇]|族[乡镇])$")
_SUFFIX = re.compile(
    r"(?:特别行政区|自治区|自治州|自治县|自治旗|地区|林区|特区|新区|矿区|省|市|盟|州|县|区|旗"
    r"|街道办事处|街道|镇|乡|苏木)$")
_OFFICE = re.compile(r"(?:街道)?办事处$")
_LATIN_TAIL = re.compile(r"[^0-9a-z]")


@cache
def _simplified() -> dict[int, str]:
    """Return the table of traditional to simplified characters, for ``str.translate``."""
    text = load_card("gazetteer", "china").file("traditional.txt").read_text(encoding="utf-8")
    pairs = (line for line in text.splitlines() if line and not line.startswith("#"))
    return {ord(line[0]): line[1] for line in pairs}


def fold(text: str) -> str:
    """Return text in NFKC, simplified characters and lower case; its lines are kept."""
    return unicodedata.normalize("NFKC", text).translate(_simplified()).casefold()


def normalise(text: str) -> str:
    """Return text as names are compared: folded, blanks and ends of lines one space each run.

    Full-width letters and digits become ASCII; blanks between Chinese characters are kept (they
    part words).
    """
    return " ".join(fold(text).split())


def stem(name: str) -> str:
    """Return a name without suffix and without the peoples of an autonomous place.

    广东省 gives 广东, 乳源瑶族自治县 乳源; a name that would be left with one character keeps its
    suffix (赵县, 城区).
    """
    name = _OFFICE.sub("街道", name)
    if _AUTONOMOUS.search(name):
        short = _AUTONOMOUS.sub(lambda match: "族" if match[0][0] == "族" else "", name)
        short = _without_peoples(short)
    else:
        short = _SUFFIX.sub("", name)
    return short if len(short) > 1 else name


def _without_peoples(name: str) -> str:
    found = True
    while found:
        found = False
        for people in _PEOPLES:
            if name.endswith(people) and len(name) > len(people) + 1:
                name, found = name[: -len(people)], True
    return name


def latin_key(text: str) -> str:
    """Return Latin letters and digits alone, without accents: Xi'an and xi an are one."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return _LATIN_TAIL.sub("", plain)
