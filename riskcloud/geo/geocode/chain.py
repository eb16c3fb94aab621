"""Weigh the mentions of an address: which chain of places, from large to small, explains it best.

A dynamic programme over the text: a state is the smallest place named so far, with the best chain
that leads to it. A mention either fits (it lies in the state, or the state in it) or is passed
over at a cost. So 广州市南山区 gives two chains of equal score, and neither is believed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from riskcloud.geo.geocode.gazetteer import COUNTY, ROOT, TOWNSHIP, Gazetteer
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

_GAP = re.compile(r"[\s\W\d_]*")
_HEAD = re.compile(
    r"(?:[\s\W\d_]|中华人民共和国|中国|china|地址|住址|标的|地点|位于|坐落于?|址|原)*")
_CONFIRMS = 0.4  # of its weight counts for a mention of what is known already; ours
_DOUBTED = 0.45  # what a contradiction leaves of the certainty; ours
_MOST_STATES = 400


@dataclass(frozen=True, slots=True)
class Chain:
    """The smallest place named, and how it was come to.

    ``taken``: mentions with the reading taken; ``against``: strong mentions that do not fit.
    """

    unit: int
    score: float
    certainty: float
    last: int
    taken: tuple[tuple[Mention, Reading], ...] = ()
    against: tuple[Mention, ...] = ()


def chains(text: str, mentions: Sequence[Mention], gazetteer: Gazetteer) -> list[Chain]:
    """Return the best chain to each place that the mentions allow, best first."""
    by_start: dict[int, list[Mention]] = {}
    for mention in mentions:
        by_start.setdefault(mention.start, []).append(mention)
    head_match = _HEAD.match(text)
    head = head_match.end() if head_match else 0
    states = {ROOT: Chain(ROOT, 0.0, 1.0, 0)}
    waiting: dict[int, list[Chain]] = {}
    for place in sorted(by_start):
        _arrive(waiting, place, states)
        here, at_head = by_start[place], place <= head
        for chain in states.values():
            gap = _GAP.match(text, chain.last)
            beside = at_head or (gap is not None and gap.end() >= place)
            for mention in here:
                if mention.bare and (not beside or chain.unit == ROOT):
                    continue
                for reading in mention.readings:
                    new = _joined(text, chain, mention, reading, at_head, beside, gazetteer)
                    if new is not None:
                        waiting.setdefault(mention.end, []).append(new)
        dearest = max(here, key=lambda m: m.skip if m.strong or at_head else 0.0)
        if dearest.skip > 0.0 and (dearest.strong or at_head):
            states = {unit: _passed(chain, dearest) for unit, chain in states.items()}
    _arrive(waiting, len(text), states)
    return sorted(states.values(), key=lambda c: (
        -round(c.score, 6), -gazetteer.level[c.unit] if c.unit != ROOT else 0, -c.certainty,
        c.unit))


def _arrive(waiting: dict[int, list[Chain]], place: int, states: dict[int, Chain]) -> None:
    """Take the chains that end at or before a place into the states."""
    for end in [end for end in waiting if end <= place]:
        for chain in waiting.pop(end):
            _keep(states, chain)


def _keep(states: dict[int, Chain], chain: Chain) -> None:
    known = states.get(chain.unit)
    if (known is None and len(states) < _MOST_STATES) or (
            known is not None and (chain.score, chain.certainty) > (known.score, known.certainty)):
        states[chain.unit] = chain


def _passed(chain: Chain, mention: Mention) -> Chain:
    """Return the chain that does not take a mention."""
    against = (*chain.against, mention) if mention.strong else chain.against
    factor = _DOUBTED if mention.strong else 0.92
    return Chain(chain.unit, chain.score - mention.skip, chain.certainty * factor, chain.last,
                 chain.taken, against)


def _joined(text: str, chain: Chain, mention: Mention, reading: Reading, at_head: bool,
            beside: bool, gazetteer: Gazetteer) -> Chain | None:
    """Return the chain with one more mention, None where it does not fit."""
    unit, state = reading.unit, chain.unit
    if state == ROOT and not reading.rooted:
        return None
    known = state != ROOT and (gazetteer.within(state, unit) or _moved(state, unit, gazetteer))
    if not (known or gazetteer.within(unit, state) or _moved(unit, state, gazetteer)):
        return None
    if not _allowed(reading, state, at_head, beside, text, mention, gazetteer):
        return None
    taken = (*chain.taken, (mention, reading))
    if known:
        certainty = chain.certainty
        if reading.kind in (FULL, FORMER, TOWN) or beside:
            certainty = 1.0 - (1.0 - certainty) * 0.4
        return Chain(state, chain.score + _CONFIRMS * reading.weight, certainty, mention.end,
                     taken, chain.against)
    weight, certainty = _belief(reading, chain, at_head, beside, gazetteer)
    doubt = _DOUBTED ** len(chain.against)
    return Chain(unit, chain.score + weight, certainty * doubt, mention.end, taken, chain.against)


def _moved(unit: int, once: int, gazetteer: Gazetteer) -> bool:
    """Return whether a place, or the county it lies in, once lay in another that is named."""
    return once in gazetteer.once and any(
        (part, once) in gazetteer.moved for part in gazetteer.above(unit))


def _allowed(reading: Reading, state: int, at_head: bool, beside: bool, text: str,
             mention: Mention, gazetteer: Gazetteer) -> bool:
    kind = reading.kind
    if kind == AREA or (kind == SHORT and reading.within != ROOT):
        return reading.within == ROOT or (state != ROOT and gazetteer.within(state, reading.within))
    if kind == SHORT:
        return at_head and (_names_follow(text, mention) or mention.end == len(text))
    if kind == FORMER:
        return (reading.rooted if state == ROOT else
                gazetteer.within(state, reading.within) or gazetteer.within(reading.within, state))
    if kind == FULL and mention.end - mention.start == 2 and not beside:
        return False
    if state == ROOT:
        return reading.rooted and (at_head or not reading.head)
    if not reading.rooted and kind == FULL:  # 城区: right after its city
        return beside and gazetteer.within(reading.within, state)
    if kind == TOWN_STEM:
        return beside and gazetteer.level[state] >= 2
    if kind in (STEM, NICK) and gazetteer.level[reading.unit] == COUNTY:
        return beside
    return True


def _names_follow(text: str, mention: Mention) -> bool:
    rest = text[mention.end:].lstrip(" ,")
    return len(rest) >= 2 and not rest[0].isdigit()


def _belief(reading: Reading, chain: Chain, at_head: bool, beside: bool, gazetteer: Gazetteer,
            ) -> tuple[float, float]:
    """Return the weight of a mention that leads on, and the certainty of where it leads."""
    kind, state = reading.kind, chain.unit
    weight, certainty = reading.weight, reading.certainty
    before = chain.certainty / _DOUBTED ** len(chain.against)
    level = gazetteer.level[reading.unit]
    if state == ROOT:
        if kind == STEM and not at_head:
            return min(weight, 0.7), min(certainty, 0.55)
        if kind in (TOWN, TOWN_VARIANT):
            return weight, 0.7 if kind == TOWN else 0.5
        if kind == STEM and level == COUNTY and not gazetteer.stands_for_city(reading.unit):
            return weight, 0.55
        if kind == AREA:
            return weight, certainty * 0.8
        if kind in (FULL, VARIANT, FORMER) and level == COUNTY:
            return weight, certainty * 0.93
        return weight, certainty
    if kind == STEM and not beside:
        return 0.5, min(certainty, 0.6)
    if kind == FULL and certainty >= 0.97:
        return weight, 0.99 if before >= 0.85 else 0.94
    if level == TOWNSHIP:
        county_known = gazetteer.level[state] >= COUNTY
        if county_known:
            return weight, before * (0.995 if kind == TOWN else 0.97)
        certainty = {TOWN: 0.95, TOWN_VARIANT: 0.85, TOWN_STEM: 0.72}[kind]
        if gazetteer.level[state] == 1:
            certainty -= 0.1
    return weight, certainty * (0.5 + 0.5 * before)
