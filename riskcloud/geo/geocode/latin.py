"""Find the names of the gazetteer in addresses written in Latin letters, pinyin or English."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from riskcloud.geo.geocode.gazetteer import COUNTY, PREFECTURE, ROOT, TOWNSHIP, Alias, Gazetteer
from riskcloud.geo.geocode.mention import (
    AREA,
    FORMER,
    FULL,
    NICK,
    SHORT,
    STEM,
    TOWN,
    TOWN_STEM,
    VARIANT,
    Mention,
    Reading,
)
from riskcloud.geo.geocode.names import latin_key
from riskcloud.geo.geocode.scan import STEM_WEIGHT

_WORD = re.compile(r"[^\W_]+(?:['’`.-][^\W_]+)*")
_MOST_WORDS = 5  # of a name
_SUFFIX = {  # an English or pinyin word after a name, and the ends of official names it stands for
    "province": "省区", "sheng": "省", "region": "区", "city": "市", "shi": "市",
    "municipality": "市", "prefecture": "市州盟区", "zhou": "州", "league": "盟", "district": "区",
    "dist": "区", "qu": "区", "newarea": "新", "newdistrict": "新", "county": "县旗",
    "xian": "县", "banner": "旗", "qi": "旗",
    "town": "镇道乡", "zhen": "镇", "township": "乡镇", "xiang": "乡", "subdistrict": "道",
    "jiedao": "道",
}
_GLUED = ("sheng", "shi", "qu", "xian", "zhen", "xiang", "jiedao")
_ROAD = {"road", "rd", "street", "st", "str", "avenue", "ave", "av", "lu", "jie", "dadao", "dajie",
         "boulevard", "blvd", "lane", "ln", "alley", "expressway", "highway", "hwy", "bridge",
         "building", "bldg", "tower", "plaza", "mansion", "hotel", "university", "bank", "square",
         "center", "centre", "garden", "park", "airport", "station", "hospital", "school"}
_BETWEEN = {"east", "west", "south", "north", "middle", "central", "e", "w", "s", "n", "dong",
            "xi", "nan", "bei", "zhong", "first", "second", "third", "1st", "2nd", "3rd", "4th",
            "5th", "6th", "7th", "8th", "9th", "1", "2", "3", "4", "5", "6", "ring", "outer",
            "inner", "new", "huan"}
_HAN = "一-鿿"


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    key: str


def scan_latin(text: str, gazetteer: Gazetteer) -> list[Mention]:
    """Return every mention of a place in the Latin words of a normalised text, by its start.

    A name before Road, Street, Hotel and the like names no place.
    """
    words = [_Word(m.start(), m.end(), latin_key(m[0])) for m in _WORD.finditer(text)
             if latin_key(m[0])]
    found = []
    for first in range(len(words)):
        for size in range(min(_MOST_WORDS, len(words) - first), 0, -1):
            here = _named(words, first, size, gazetteer)
            if here is not None:
                found.append(here)
                if here.strong:
                    break
    return found


def _named(words: Sequence[_Word], first: int, size: int, gazetteer: Gazetteer) -> Mention | None:
    key = "".join(word.key for word in words[first:first + size])
    if len(key) < 2 or key.isdigit():
        return None
    aliases = gazetteer.latin_aliases.get(key, [])
    units = gazetteer.latin.get(key, []) if len(key) > 2 else []
    after = first + size
    suffix, used = _suffix(words, after)
    if not units and not aliases and not suffix:
        for glued in _GLUED:
            if key.endswith(glued) and (units := gazetteer.latin.get(key.removesuffix(glued), [])):
                suffix, used = _SUFFIX[glued], 0
                break
    if not units and suffix and "县" in suffix:  # Yi County is 易县, whose name keeps its suffix
        units = gazetteer.latin.get(key + "xian", [])
    if not units and not aliases:
        return None
    readings = _with_suffix(units, suffix, gazetteer) if suffix else ()
    end = words[after + used - 1].end
    if not readings:
        if _road_follows(words, after):
            return None
        readings, end = _bare(units, gazetteer), words[after - 1].end
    readings += tuple(r for alias in aliases if (r := _alias(alias)) is not None)
    if not readings:
        return None
    strong = any(r.kind == FULL for r in readings)
    large = any(gazetteer.level[r.unit] <= PREFECTURE for r in readings)
    return Mention(words[first].start, end, readings, 2.0 if strong else 0.8 if large else 0.0,
                   strong)


def _suffix(words: Sequence[_Word], after: int) -> tuple[str, int]:
    if after >= len(words):
        return "", 0
    if after + 1 < len(words) and (words[after].key + words[after + 1].key) in _SUFFIX:
        return _SUFFIX[words[after].key + words[after + 1].key], 2
    if words[after].key == "autonomous":
        extra = next((k for k in range(after, min(after + 3, len(words)))
                      if words[k].key in ("region", "county", "prefecture")), None)
        if extra is not None:
            return _SUFFIX[words[extra].key], extra - after + 1
    return (_SUFFIX[words[after].key], 1) if words[after].key in _SUFFIX else ("", 0)


def _with_suffix(units: Sequence[int], suffix: str, gazetteer: Gazetteer) -> tuple[Reading, ...]:
    readings = []
    for unit in units:
        level = gazetteer.level[unit]
        full = gazetteer.full[unit]
        if full.endswith("新区") if suffix == "新" else (
                full[-1] in suffix and not full.endswith("新区")):
            readings.append(Reading(unit, TOWN, 2.0, 0.95) if level == TOWNSHIP else
                            Reading(unit, FULL, 3.0, 0.97))
        elif level == COUNTY and suffix in ("市", "区", "县旗", "县", "新"):
            readings.append(Reading(unit, VARIANT, 1.6, 0.85))
    if any(r.kind != TOWN for r in readings):
        return tuple(r for r in readings if r.kind != TOWN)
    return tuple(readings)


def _bare(units: Sequence[int], gazetteer: Gazetteer) -> tuple[Reading, ...]:
    readings = []
    for unit in units:
        level = gazetteer.level[unit]
        if level == TOWNSHIP:
            readings.append(Reading(unit, TOWN_STEM, 0.2, 0.7, rooted=False))
        else:
            rank = PREFECTURE if gazetteer.stands_for_city(unit) else level
            readings.append(Reading(unit, STEM, STEM_WEIGHT[rank], 0.93, head=rank == COUNTY))
    return tuple(readings)


def _road_follows(words: Sequence[_Word], after: int) -> bool:
    """Return whether Road or the like follows, with East, 2nd and so on between."""
    for word in words[after:after + 3]:
        if word.key in _ROAD or word.key.endswith(("lu", "jie", "dadao")) and word.key in (
                "donglu", "xilu", "nanlu", "beilu", "zhonglu", "dongjie", "xijie", "nanjie",
                "beijie", "yilu", "erlu", "sanlu", "silu", "wulu", "liulu"):
            return True
        if word.key not in _BETWEEN:
            return False
    return False


def _alias(alias: Alias) -> Reading | None:
    if alias.kind == "name":
        return Reading(alias.unit, FULL, 3.0, 0.98 * alias.share)
    if alias.kind == "area":
        return Reading(alias.unit, AREA, 1.5, 0.95 * alias.share, within=alias.within,
                       rooted=alias.within == ROOT)
    if alias.kind == "short":
        return Reading(alias.unit, SHORT, 1.0, 0.9 * alias.share, within=alias.within, head=True)
    if alias.kind == "nick":
        return Reading(alias.unit, NICK, 2.0, 0.9 * alias.share, head=True)
    return Reading(alias.unit, FORMER, 2.0, 0.9 * alias.share, within=alias.within)
