"""Addresses to places, offline: what a chain of names means, and how far to trust it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from riskcloud.geo.geocode.chain import Chain, chains
from riskcloud.geo.geocode.gazetteer import (
    COUNTY,
    LEVELS,
    PREFECTURE,
    ROOT,
    Gazetteer,
    load_gazetteer,
)
from riskcloud.geo.geocode.latin import scan_latin
from riskcloud.geo.geocode.mention import FORMER, FULL, STEM, Mention
from riskcloud.geo.geocode.names import normalise
from riskcloud.geo.geocode.place import Candidate, Place, unplaced
from riskcloud.geo.geocode.scan import scan
from riskcloud.geo.geocode.unknown import find_unknown, near_names

CAP = {"township": 0.9, "county": 0.8, "townships": 0.7, "prefecture": 0.5, "province": 0.2}
"""What a point can be worth at most, by what it is. Ours: docs/geocoding.md has the distances."""

AMBIGUOUS_AT_MOST = 0.5
_NEAR, _RIVAL, _CLEAR = 1.0, 2.0, 3.0  # differences of score; ours
_RIVALLED_AT_MOST = 0.6
_MOST_CANDIDATES = 10
_LONGEST = 500  # characters of an address that are looked at; ours
_BLANK = {"", "无", "不详", "未知", "暂无", "空", "n/a", "na", "none", "null", "nan", "unknown",
          "tbd", "中国", "china", "同上", "待定", "(空)", "见清单", "详见清单"}
_CHINA = re.compile(r"\b(?:the )?(?:people's republic of china|p\.? ?r\.? ?china|china|prc)\b\.?")
_CODE = re.compile(r"(?<!\d)[1-8]\d{5}(?!\d)")
_POSTCODE = re.compile(r"邮编|邮政|post ?code|zip")
_PARTS = re.compile(r"[;；|\n、]|/|\s和\s|\s及\s|(?<=[\u4e00-\u9fff号)])[和及与到至]|\sand\s|&")
_ADDRESS = re.compile(r"[路街道巷弄村镇乡号栋楼室座厦]|\d|小区|花园|广场|社区|园区|工业")
_WORD_AT_MOST = 0.3  # certainty; ours
_NO_COUNTRY = re.compile(r"[东西南北中]?(?:路|街|大道|城|村|花园|广场|料理|餐|工业园|园区)")
_LONGEST_COUNTRY = 12
_LATIN = re.compile(r"[a-z]{2}")
_HAN = re.compile(r"[\u4e00-\u9fff]")


class Geocoder:
    """Answers addresses from a gazetteer; the same address is worked out once."""

    def __init__(self, gazetteer: Gazetteer | None = None) -> None:
        self.gazetteer = gazetteer or load_gazetteer()
        self._known: dict[str, Place] = {}

    def find(self, address: str, hints: Sequence[str] = ()) -> Place:
        """Return where an address lies.

        Parameters
        ----------
        address : Chinese (simplified or traditional, full or short names), English or pinyin.
        hints : names from columns of their own, the largest first: province, city, county.

        Returns
        -------
        Place; see there. Never raises: what cannot be placed comes back with its reason.
        """
        text = normalise(" ".join([*(hint for hint in hints if hint.strip()), address]))[:_LONGEST]
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = _find(text, self.gazetteer)
        return found


def _find(text: str, gazetteer: Gazetteer) -> Place:
    if text.strip(" -—_.。,，/\\*?？#") in _BLANK:
        return unplaced("no address", text)
    cleaned = _CHINA.sub(lambda m: " " * len(m[0]), text) if "c" in text else text
    ranked = _ranked(cleaned, gazetteer)
    best = ranked[0] if ranked else Chain(ROOT, 0.0, 0.0, 0)
    if country := _foreign(text, best, gazetteer):
        return unplaced(f"outside China: {country}", text)
    best, noted = _with_code(text, best, gazetteer)
    if best.unit == ROOT:
        return unplaced("no province, city or county is named" if len(text) > 1 else "no address",
                        text)
    if (best.against or len(best.taken) == 1) and _PARTS.search(text) and (
            len(parts := _several(text, gazetteer)) > 1):
        note = "two addresses in one cell: " + " / ".join(_path(u, gazetteer) for u in parts)
        return _ambiguous(text, best, parts, gazetteer, (note,))
    rivals = [] if noted else _rivals(best, ranked, gazetteer)
    if rivals:
        units = [best.unit, *rivals]
        words = " / ".join(_path(unit, gazetteer) for unit in units[:_MOST_CANDIDATES])
        note = (f"names that do not fit together: {_words(text, best.against)}; it may be {words}"
                if best.against else f"ambiguous: {words}")
        return _ambiguous(text, best, units, gazetteer, (note,))
    return _placed(text, best, ranked, gazetteer, noted)


def _ranked(text: str, gazetteer: Gazetteer) -> list[Chain]:
    """Return the chains of an address; a Latin one is read in both directions."""
    mentions = scan(text, gazetteer) if _HAN.search(text) else []
    if not _LATIN.search(text):
        return chains(text, mentions, gazetteer)
    latin = scan_latin(text, gazetteer)
    forward = chains(text, sorted([*mentions, *latin], key=lambda m: m.start), gazetteer)
    if mentions or not latin:
        return forward
    size = len(text)
    turned = [replace(m, start=size - m.end, end=size - m.start) for m in latin]
    backward = chains(text[::-1], sorted(turned, key=lambda m: m.start), gazetteer)
    backward = [replace(chain, last=size, against=tuple(_turned(m, size) for m in chain.against),
                        taken=tuple((_turned(m, size), r) for m, r in chain.taken))
                for chain in backward]
    return max(backward, forward, key=lambda ranked: ranked[0].score)


def _turned(mention: Mention, size: int) -> Mention:
    return replace(mention, start=size - mention.end, end=size - mention.start)


def _foreign(text: str, best: Chain, gazetteer: Gazetteer) -> str:
    """Return the country an address lies in, if it names one before, or after, no city of ours."""
    cities = any(r.kind == FULL and gazetteer.level[r.unit] <= PREFECTURE for _, r in best.taken)
    parts = [part.strip() for part in text.split(",")]
    for part in (*reversed(parts), text):
        if part in gazetteer.foreign and (part.isascii() or not cities):
            return part
    if cities:
        return ""
    for size in range(min(_LONGEST_COUNTRY, len(text)), 1, -1):
        if text[:size] in gazetteer.foreign and _HAN.match(text) and not _NO_COUNTRY.match(
                text, size):
            return text[:size]
    words = parts[-1].split()
    return words[-1] if words and words[-1] in gazetteer.foreign and best.score < 2.0 else ""


def _with_code(text: str, best: Chain, gazetteer: Gazetteer) -> tuple[Chain, tuple[str, ...]]:
    """Return the chain led on by an administrative code in the text, and a note on it."""
    for match in _CODE.finditer(text):
        unit = gazetteer.by_code.get(match[0])
        if unit is None or unit == best.unit:
            continue
        if best.unit == ROOT and best.score == 0.0:
            alone = text.strip() == match[0]
            if not alone and (_POSTCODE.search(text) or gazetteer.level[unit] < PREFECTURE):
                continue
            return (replace(best, unit=unit, certainty=0.95 if alone else 0.3),
                    (f"placed by the code {match[0]} alone",))
        if best.unit != ROOT and gazetteer.within(unit, best.unit):
            return (replace(best, unit=unit, certainty=max(best.certainty * 0.95, 0.5)),
                    (f"the county is taken from the code {match[0]}",))
    return best, ()


def _rivals(best: Chain, ranked: Sequence[Chain], gazetteer: Gazetteer) -> list[int]:
    """Return the other places that explain an address as well as the best, or nearly."""
    reach = _CLEAR if best.against else _NEAR
    found = [c.unit for c in ranked if best.score - c.score < reach
             and _apart(c.unit, best.unit, gazetteer)]
    county = gazetteer.county(best.unit)
    if county != ROOT and all(gazetteer.county(unit) == county for unit in found):
        return []
    return found


def _apart(unit: int, other: int, gazetteer: Gazetteer) -> bool:
    return unit != ROOT and not gazetteer.within(unit, other) and not gazetteer.within(other, unit)


def _several(text: str, gazetteer: Gazetteer) -> list[int]:
    """Return the places of a cell that holds several addresses, each by itself."""
    units: list[int] = []
    for part in _PARTS.split(text):
        ranked = _ranked(part, gazetteer) if part.strip() else []
        if ranked and ranked[0].unit != ROOT and ranked[0].score >= 2.0 and (
                not ranked[0].against) and ranked[0].unit not in units:
            units.append(ranked[0].unit)
    return [u for u in units if not any(v != u and gazetteer.within(v, u) for v in units)]


def _ambiguous(text: str, best: Chain, units: Sequence[int], gazetteer: Gazetteer,
               notes: tuple[str, ...]) -> Place:
    """Return the answer for an address that may mean several places: their common unit."""
    common = gazetteer.common(units)
    place = _described(text, best, common, gazetteer)
    share = 1.0 / len(units)
    candidates = tuple(_candidate(unit, share, gazetteer) for unit in units[:_MOST_CANDIDATES])
    quality = min(AMBIGUOUS_AT_MOST, share * CAP["county"])
    lon = lat = None
    point_level = ""
    if common != ROOT and gazetteer.level[common] >= PREFECTURE:
        lon, lat, point, point_level = _point(common, gazetteer)
        quality = min(AMBIGUOUS_AT_MOST, 0.9 * CAP[point]) if point else quality
    return replace(place, lon=lon, lat=lat, point_level=point_level, quality=round(quality, 3),
                   candidates=candidates, notes=notes)


def _placed(text: str, best: Chain, ranked: Sequence[Chain], gazetteer: Gazetteer,
            notes: tuple[str, ...]) -> Place:
    """Return the answer for an address that means one place."""
    unit, certainty = best.unit, best.certainty
    county = gazetteer.county(unit)
    twins = [c.unit for c in ranked if c.unit != unit and best.score - c.score < _NEAR
             and gazetteer.county(c.unit) == county and _apart(c.unit, unit, gazetteer)]
    if twins and county != ROOT:
        unit = county
    rivals = [] if notes else [c for c in ranked if best.score - c.score < _RIVAL
                               and _apart(c.unit, unit, gazetteer)
                               and gazetteer.county(c.unit) != (county if county != ROOT else -2)]
    candidates: list[Candidate] = []
    words = list(notes) + [_former_note(reading.unit, text[m.start:m.end], gazetteer)
                           for m, reading in best.taken if reading.kind == FORMER]
    if rivals:
        certainty = min(certainty, _RIVALLED_AT_MOST)
        candidates = [_candidate(unit, 0.6, gazetteer), *(
            _candidate(c.unit, 0.4 / len(rivals), gazetteer) for c in rivals[:_MOST_CANDIDATES])]
        words.append("less likely: " + " / ".join(_path(c.unit, gazetteer) for c in rivals[:5]))
    if _is_mere_word(text, best, gazetteer):
        certainty = min(certainty, _WORD_AT_MOST)
        words.append("the name may be no place here: nothing else of an address is with it")
    if best.against:
        certainty = min(certainty, AMBIGUOUS_AT_MOST)
        words.append("names that do not fit together: " + _words(text, best.against))
        candidates = candidates or [_candidate(unit, certainty, gazetteer), *(
            _candidate(r.unit, (1.0 - certainty) / 2.0, gazetteer)
            for m in best.against for r in m.readings[:3])]
    certainty, more, near = _doubt_unknown(text, best, certainty, gazetteer)
    words += more
    candidates = candidates or near
    place = _described(text, best, unit, gazetteer)
    lon, lat, point, point_level = _point(unit, gazetteer)
    if point_level in ("prefecture", "province") and place.level in ("county", "township"):
        words.append(f"no point of the {place.level} itself: that of "
                     f"{_name_of(point_level, place)}")
    quality = certainty * CAP[point] if point else 0.0
    if candidates:
        quality = min(quality, AMBIGUOUS_AT_MOST)
    return replace(place, lon=lon, lat=lat, point_level=point_level, quality=round(quality, 3),
                   candidates=tuple(candidates), notes=tuple(words))


def _is_mere_word(text: str, best: Chain, gazetteer: Gazetteer) -> bool:
    """Return whether all there is is the short name of a county before words of no address."""
    (mention, reading), more = best.taken[0] if best.taken else (None, None), best.taken[1:]
    if mention is None or reading is None or more or reading.kind != STEM:
        return False
    rest = text[mention.end:].strip()
    return gazetteer.level[reading.unit] == COUNTY and bool(rest) and not _ADDRESS.search(rest)


def _doubt_unknown(text: str, best: Chain, certainty: float, gazetteer: Gazetteer,
                   ) -> tuple[float, list[str], list[Candidate]]:
    """Return certainty, notes and candidates in view of names that the gazetteer lacks."""
    words, near = [], []
    for name, before in find_unknown(text, best):
        close = near_names(name, best.unit, gazetteer, above=before)
        if before:
            certainty *= 0.85 if close else 0.6
        names = " / ".join(_path(unit, gazetteer) for unit in close)
        words.append(f"unknown name {name!r}" + (f": did you mean {names}?" if close else ""))
        if not before:
            near += [_candidate(unit, 1.0 / len(close), gazetteer) for unit in close]
    return certainty, words, near


def _former_note(unit: int, name: str, gazetteer: Gazetteer) -> str:
    until = next((a.until for a in gazetteer.aliases.get(name, ()) if a.unit == unit), "")
    when = f", until {until}" if until else ""
    return f"{name} is a former name{when}: today {_path(unit, gazetteer)}"


def _described(text: str, best: Chain, unit: int, gazetteer: Gazetteer) -> Place:
    """Return the names of a unit and what of the text was understood; without point."""
    names: dict[str, str] = dict.fromkeys(LEVELS[1:], "")
    for above in gazetteer.above(unit):
        names[LEVELS[gazetteer.level[above]]] = gazetteer.name[above]
        if gazetteer.stands_for_city(above):
            names["prefecture"] = gazetteer.name[above]
    code = gazetteer.code[unit] if unit != ROOT else ""
    spans = sorted((m.start, m.end) for m, _ in best.taken)
    rest, done = [], 0
    for start, end in spans:
        rest.append(text[done:start])
        done = max(done, end)
    rest.append(text[done:])
    return Place(
        None, None, 0.0, LEVELS[gazetteer.level[unit]] if unit != ROOT else "", "",
        adcode=code[:6], province=names["province"], city=names["prefecture"],
        county=names["county"], township=names["township"],
        towncode=code if names["township"] else "",
        matched="".join(text[start:end] for start, end in spans),
        rest=" ".join(part for piece in rest if (part := piece.strip(" ,;:，"))))


def _point(unit: int, gazetteer: Gazetteer) -> tuple[float | None, float | None, str, str]:
    """Return the point of a unit, or of the smallest above that has one, and what it is."""
    for part in gazetteer.above(unit):
        if gazetteer.point[part]:
            point = gazetteer.point[part]
            level = "county" if point == "townships" else point
            return gazetteer.lon[part], gazetteer.lat[part], point, level
    return None, None, "", ""


def _candidate(unit: int, score: float, gazetteer: Gazetteer) -> Candidate:
    lon, lat, _, _ = _point(unit, gazetteer)
    return Candidate(_path(unit, gazetteer), gazetteer.code[unit][:6], lon, lat, round(score, 3))


def _path(unit: int, gazetteer: Gazetteer) -> str:
    return "".join(gazetteer.name[part] for part in reversed(gazetteer.above(unit)))


def _name_of(level: str, place: Place) -> str:
    return place.city or place.province if level == "prefecture" else place.province


def _words(text: str, mentions: Sequence[Mention]) -> str:
    return ", ".join(text[m.start:m.end] for m in mentions)
