"""Find the names of the gazetteer in Chinese text."""

import re

from riskcloud.geo.geocode.gazetteer import (
    COUNTY,
    PREFECTURE,
    PROVINCE,
    ROOT,
    Alias,
    Gazetteer,
    is_zone,
)
from riskcloud.geo.geocode.mention import (
    AREA,
    FORMER,
    FULL,
    NICK,
    SHORT,
    STEM,
    TOWN,
    TOWN_STEM,
    TOWN_VARIANT,
    VARIANT,
    Mention,
    Reading,
)

# weights and certainties are ours; docs/geocoding.md says how they were checked
STEM_WEIGHT = {PROVINCE: 2.8, PREFECTURE: 2.2, COUNTY: 1.2}
_FULL_SKIP, _FORMER_SKIP, _STEM_SKIP, _TOWN_SKIP = 2.0, 1.2, 0.8, 0.4

_ROAD = re.compile(
    r"(?:[东西南北中前后新老内外上下]{0,2}|第?[一二三四五六七八九十]{1,3}|\d{1,2})(?:环|横|纵)?"
    r"[东西南北中]?(?:路|街|大道|马路|道(?!外区|里区)|巷|弄|里弄|胡同|公路|高速|国道|省道|快速|立交|大桥|隧道|"
    r"铁路|环线|线路|号线|门(?:[内外]|大街|口|$))")
_PLACE = re.compile(
    r"[东西南北新老]?(?:村|花园|小区|家园|苑|广场|大厦|大楼|酒店|宾馆|饭店|酒家|菜馆|料理|大学|学院|中学|小学|"
    r"医院|银行|公园|车站|站|机场|商场|市场|百货|会馆|影院|剧院|码头|国际|商贸|电器|牌)")
_COMPANY_WORD = re.compile(r"公司|集团|银行|保险|证券|信托|基金|支行|分行|供电局|电网|股份|有限")
_COMPANY = re.compile(rf"[^\s,;，；。]{{0,10}}?(?:{_COMPANY_WORD.pattern})")
_CITY_SUFFIX = re.compile(r"自治[区州县旗]|地区|新区|林区|省|市|州|县|区|旗|盟")
_TOWN_SUFFIX = re.compile(
    r"街道办事处|街道办|街道|办事处|街(?!道)|镇(?![江平安原巴雄远宁坪赉沅康南]|海区)"
    r"|民族乡|族乡|乡(?!宁|城区)|苏木")
_NO_SUFFIX = re.compile(r"市(?:场|值)|区(?:域|间|块|委)|县道|州际|镇流")
_NO_NEXT, _SUFFIX_STARTS = frozenset("场值域间块委道际流"), frozenset("自地新林省市州县区旗盟")
"""What the two patterns above can go on with: a look before a match."""

_VARIANTS = {PROVINCE: {"省", "市", "自治区", "区"},
             PREFECTURE: {"市", "地区", "州", "盟", "自治州"},
             COUNTY: {"市", "县", "区", "旗", "自治县", "新区"}}
GENERIC = {"城区", "郊区", "矿区", "东区", "西区", "南区", "北区", "中区", "市区", "新区", "县城"}
"""Names that mean a place only right after the city they belong to."""


def scan(text: str, gazetteer: Gazetteer) -> list[Mention]:
    """Return every mention of a place in a normalised text, by its start.

    A name that is the beginning of a road's (北京路) names no place; one before a bank, a hotel
    or a company (深圳发展银行) is a weak hint.
    """
    found: list[Mention] = []
    lengths, entries = gazetteer.lengths, gazetteer.entries
    company = _COMPANY if _COMPANY_WORD.search(text) else None
    for start in range(len(text)):
        sizes = lengths.get(text[start:start + 2], ())
        if text[start] in lengths:
            sizes = (*sizes, 1)
        here: list[Mention] = []
        longest = 0  # end of the longest alias that begins here
        for size in sizes:
            end = start + size
            entry = entries.get(text[start:end]) if end <= len(text) else None
            if entry is None:
                continue
            name = text[start:end]
            units, stems, aliases, towns = entry
            if (units or stems) and not (end < longest and not units):
                here += _cities(text, start, end, name, units, stems, company, gazetteer)
            if aliases:
                if size > 2:  # 长沙湾 is not 长沙, even where it is but a road
                    here = [m for m in here if m.end >= end or m.readings[0].kind != STEM]
                    longest = max(longest, end)
                here += _aliases(text, start, end, aliases, company, gazetteer)
            if towns:
                here += _towns(text, start, end, name, towns, gazetteer)
        found += _longest(text, here, gazetteer) if len(here) > 1 else here
    return found


def _county_at(text: str, at: int, gazetteer: Gazetteer) -> bool:
    """Return whether a full name such as 市中区 or 路南区 begins there."""
    return any(text[at:at + size] in gazetteer.cities for size in (3, 4, 5))


def _child_at(text: str, at: int, units: list[int], gazetteer: Gazetteer) -> bool:
    """Return whether a county of one of the units is named there (哈尔滨道里, 唐山路南区)."""
    return any(gazetteer.parent[unit] in units for size in (2, 3, 4)
               for unit in gazetteer.city_keys.get(text[at:at + size], ()))


def _longest(text: str, here: list[Mention], gazetteer: Gazetteer) -> list[Mention]:
    """Drop what is the mere beginning of a longer name with a suffix (but see 济南市中区)."""
    longest = max((m.end for m in here for r in m.readings if r.kind in (FULL, FORMER, TOWN)),
                  default=0)
    stems = max((m.end for m in here for r in m.readings if r.kind == STEM), default=0)
    kept = []
    for mention in here:
        if mention.end < stems and all(r.kind == STEM for r in mention.readings):
            units = [r.unit for r in mention.readings]
            if not _child_at(text, mention.end, units, gazetteer):
                continue
        if mention.end < longest and not _county_at(text, mention.end, gazetteer):
            readings = tuple(r for r in mention.readings
                             if r.kind not in (STEM, SHORT, NICK, TOWN_STEM, VARIANT))
            if not readings:
                continue
            mention = Mention(mention.start, mention.end, readings, mention.skip, mention.strong)
        kept.append(mention)
    return kept


def _cities(text: str, start: int, end: int, name: str, units: list[int], stems: list[int],
            company: re.Pattern[str] | None, gazetteer: Gazetteer) -> list[Mention]:
    """Return the mentions of a name: of ``units`` in full, of ``stems`` without suffix."""
    found = []
    if units and not (text[end:end + 1] in _NO_NEXT and _NO_SUFFIX.match(text, end - 1)):
        generic = name in GENERIC
        # 文县 in 徐文县 is no contradiction
        inside = generic or (len(name) == 2 and start > 0 and "\u4e00" <= text[start - 1])
        readings = tuple(Reading(
            u, FULL, 3.0, 0.99, within=gazetteer.parent[u] if generic else ROOT,
            rooted=not generic) for u in units)
        found.append(Mention(start, end, readings, 0.0 if inside else _FULL_SKIP, not inside))
    if not stems:
        return found
    suffix = _CITY_SUFFIX.match(text, end) if text[end:end + 1] in _SUFFIX_STARTS else None
    if suffix and not _NO_SUFFIX.match(text, suffix.end() - 1):
        found += _with_suffix(stems, start, name, suffix[0], gazetteer)
        if found and any(m.end == suffix.end() for m in found):
            return found
    readings = _stems(stems, text, start, end, company, gazetteer)
    if readings:
        weak = readings[0].certainty < 0.7
        large = any(gazetteer.level[r.unit] < COUNTY for r in readings)
        found.append(Mention(start, end, readings,
                             _STEM_SKIP if large and not weak else 0.0, False))
    return found


def _with_suffix(units: list[int], start: int, name: str, suffix: str, gazetteer: Gazetteer,
                 ) -> list[Mention]:
    """Return the mention of a name whose suffix is short for, or another than, the official."""
    if name + suffix in gazetteer.cities or name + suffix in GENERIC:
        return []
    same, other = [], []
    for unit in units:
        full, level = gazetteer.full[unit], gazetteer.level[unit]
        if full == name:  # nothing was cut off: 赵县 is no stem
            continue
        if full.endswith(suffix) or (suffix == "区" and full.endswith("新区")):
            same.append(Reading(unit, FULL, 3.0, 0.98))
        elif suffix in _VARIANTS[level]:
            other.append(Reading(unit, VARIANT, 2.0, 0.9, head=level == COUNTY))
    end = start + len(name) + len(suffix)
    readings = tuple(same or other)
    return [Mention(start, end, readings, _FULL_SKIP if same else 0.8, bool(same))] if (
        readings) else []


def _stems(units: list[int], text: str, start: int, end: int,
           company: re.Pattern[str] | None, gazetteer: Gazetteer) -> tuple[Reading, ...]:
    """Return the readings of a name without suffix; none where it begins another name."""
    place = _PLACE.match(text, end)
    if (_ROAD.match(text, end) or (place and start > 0)) and not _child_at(
            text, end, units, gazetteer):
        return ()
    weak = bool(place or (company is not None and company.match(text, end)))
    has_province = any(gazetteer.level[unit] == PROVINCE for unit in units)
    readings = []
    for unit in units:
        level = gazetteer.level[unit]
        if gazetteer.full[unit] == gazetteer.key[unit] or (weak and level == COUNTY and not (
                gazetteer.stands_for_city(unit))):
            continue
        if is_zone(gazetteer.code[unit]):  # beside a district of the same name, and rarely meant
            continue
        rank = PREFECTURE if gazetteer.stands_for_city(unit) else level
        certainty = 0.55 if weak else 0.93
        readings.append(Reading(unit, STEM, 0.7 if weak else STEM_WEIGHT[rank], certainty,
                                rooted=level == PROVINCE or not has_province,
                                head=rank == COUNTY))
    return tuple(readings)


def _aliases(text: str, start: int, end: int, aliases: list[Alias],
             company: re.Pattern[str] | None, gazetteer: Gazetteer) -> list[Mention]:
    name = text[start:end]
    bare = not _CITY_SUFFIX.search(name[-1]) and not name.endswith("开发区")
    if bare and _ROAD.match(text, end):
        return []
    weak = bare and (_PLACE.match(text, end) or (
        company is not None and company.match(text, end)))
    taken = name in gazetteer.cities
    readings = []
    for alias in aliases:
        share = alias.share
        if alias.kind == "name":
            readings.append(Reading(alias.unit, FULL, 0.7 if weak else 3.0,
                                    (0.55 if weak else 0.98) * share))
        elif alias.kind == "former" and not (taken and any(
                gazetteer.within(unit, alias.within) for unit in gazetteer.cities[name])):
            readings.append(Reading(alias.unit, FORMER, 2.8, 0.97 * share, within=alias.within,
                                    rooted=not taken and name not in GENERIC))
        elif alias.kind == "nick" and not weak:
            readings.append(Reading(alias.unit, NICK, 2.0, 0.9 * share, head=True))
        elif alias.kind == "area" and not weak:
            readings.append(Reading(alias.unit, AREA, 1.5, 0.95 * share, within=alias.within,
                                    rooted=alias.within == ROOT))
        elif alias.kind == "short":
            readings.append(Reading(alias.unit, SHORT, 1.0, 0.85, head=True))
    kinds = {r.kind for r in readings}
    skip = 0.0
    if FULL in kinds and not weak:  # 新疆 may begin the name of a shop, 广西自治区 does not
        skip = _STEM_SKIP if bare else _FULL_SKIP
    elif FORMER in kinds and not taken and name not in GENERIC:
        skip = _FORMER_SKIP
    return [Mention(start, end, tuple(readings), skip, skip > 1.0)] if readings else []


def _towns(text: str, start: int, end: int, name: str, units: list[int], gazetteer: Gazetteer,
           ) -> list[Mention]:
    suffix = _TOWN_SUFFIX.match(text, end)
    if suffix:
        readings = _town_readings(name, suffix[0], units, gazetteer)
        if any(r.kind == TOWN for r in readings):
            return [Mention(start, suffix.end(), readings, _TOWN_SKIP, False)]
        if readings and suffix[0] != "街":
            return [Mention(start, suffix.end(), readings, 0.0, False)]
    if len(name) >= 4 and (whole_names := [u for u in units if gazetteer.full[u] == name]):
        readings = tuple(Reading(u, TOWN, 1.5, 0.9) for u in whole_names)
        return [Mention(start, end, readings, 0.0, False)]
    if name[-1] in "路街道巷" or _ROAD.match(text, end) or _PLACE.match(text, end):
        return []
    readings = _town_readings(name, "", units, gazetteer)
    return [Mention(start, end, readings, 0.0, False, bare=True)]


def _town_readings(name: str, suffix: str, units: list[int], gazetteer: Gazetteer,
                   ) -> tuple[Reading, ...]:
    """Return what a township's name means with the suffix that follows; made once a name."""
    known = gazetteer.town_readings.get((name, suffix))
    if known is None:
        if suffix:
            known = tuple(Reading(u, TOWN, 2.0, 0.97, rooted=suffix != "街")
                          if _same_town(gazetteer.full[u], name + suffix) else
                          Reading(u, TOWN_VARIANT, 1.3, 0.9, rooted=suffix != "街")
                          for u in units if gazetteer.full[u] != name)
        else:
            known = tuple(Reading(u, TOWN_STEM, 0.2, 0.8, rooted=False) for u in units)
        gazetteer.town_readings[name, suffix] = known
    return known


def _same_town(full: str, whole: str) -> bool:
    """Return whether a township is meant by its name or one of its shorter forms."""
    return full == whole or full.startswith(whole) or whole.startswith(full) or (
        full.endswith("街道") and whole == full[:-1]) or (
        full.endswith("乡") and whole.endswith("乡") and whole[:2] == full[:2])
