"""Words of an address that look like names of places and are in no gazetteer: slips of the pen."""

import re

from riskcloud.geo.geocode.chain import Chain
from riskcloud.geo.geocode.gazetteer import COUNTY, ROOT, Gazetteer

_BEFORE = re.compile(r"([\u4e00-\u9fff]{1,5}[省市县区旗盟])\W*$")
_AFTER = re.compile(r"\W*([\u4e00-\u9fff]{2,3}?(?:自治[县旗州]|[市县区]))(?!场|政|民|域|道)")
_COMMON = re.compile(
    r"(?:小|社|园|工业|开发|高新|新|片|校|库|景|厂|市|城|郊|矿|住宅|生活|商业|管理|保税|风景|保护|示范|合作|自贸|物流|度假|"
    r"[a-z0-9一二三四五六七八九十东西南北中])区$|(?:本|我|全|城|都|超|门|集|夜|股|上|该)市$|(?:本|我|全|该)[省县区]$|市辖区$")


def find_unknown(text: str, chain: Chain) -> list[tuple[str, bool]]:
    """Return the words that look like a province, city or county and that no chain explains.

    With each: whether it stands before the last name that was understood.
    """
    spans = sorted((m.start, m.end) for m, _ in chain.taken)
    spans += [(m.start, m.end) for m in chain.against]
    found = []
    at = 0
    for start, end in sorted(spans):
        if (match := _BEFORE.search(text[at:start])) and not _COMMON.search(match[1]):
            found.append((match[1], True))
        at = max(at, end)
    if (match := _AFTER.match(text, at)) and not _COMMON.search(match[1]) and spans:
        found.append((match[1], False))
    return found


def near_names(name: str, unit: int, gazetteer: Gazetteer, *, above: bool) -> list[int]:
    """Return the units whose name differs in one character: above a unit, or inside it."""
    if unit == ROOT or len(name) < 3:
        return []
    if above:
        pool = gazetteer.above(unit)
    else:
        pool = [u for u in range(len(gazetteer.code))
                if gazetteer.level[u] == COUNTY and gazetteer.within(u, unit)]
    return [u for u in pool if len(gazetteer.full[u]) == len(name)
            and sum(a != b for a, b in zip(gazetteer.full[u], name, strict=True)) == 1]
