"""Words and figures of hazard profiles: values with units, grades, sources, in zh and en."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from riskcloud.analysis.hazard.events import CLAIM
from riskcloud.catalog import list_cards, load_card
from riskcloud.errors import RiskCloudError
from riskcloud.messages import translated
from riskcloud.report.figures import MISSING
from riskcloud.report.text import Text

Entry = Mapping[str, Any]
DIGITS: Final = {"g": 3, "m": 2, "m/s": 1, "mm": 0, "1/km2/yr": 2, "class": 0}
"""Decimals by unit; a currency's three letters have none."""


def grade_number(grade: Any) -> int:
    """Return a grade as a number, 0 for no data."""
    return grade if isinstance(grade, int) else 0


def grade_words(grade: Any, text: Text) -> str:
    """Return a grade as ``3 Moderate``, or the words for no data."""
    number = grade_number(grade)
    word = text(f"hazard_grade.{number}")
    return f"{number} {word}" if number else word


def unit_words(unit: str, text: Text) -> str:
    """Return a unit as people read it."""
    return text.strings.get(f"hazard_unit.{unit}", unit)


def sentence(words: str) -> str:
    """Return words with a capital at their beginning."""
    return words[:1].upper() + words[1:]


def value_words(value: Any, unit: str, text: Text, *, with_unit: bool = True) -> str:
    """Return a value with its unit; a dash where there is none."""
    if value is None or value != value:
        return MISSING
    digits = 0 if unit.isalpha() and unit.isupper() and len(unit) == 3 else DIGITS.get(unit, 1)
    least = 10.0**-digits
    figure = text.number(value, digits) if value == 0.0 or abs(value) >= 0.5 * least else (
        f"<{text.number(least, digits)}")  # little is not nothing
    words = unit_words(unit, text) if with_unit else ""
    return f"{figure} {words}".strip()


def band_words(level: Entry, unit: str, text: Text) -> str:
    """Return a level and its band: ``54.1``, below it ``(46.0–63.2)``."""
    value = value_words(level["level"], unit, text, with_unit=False)
    low, high = level["low"], level["high"]
    if value == MISSING or low is None or high is None or low != low or high != high:
        return value
    ends = (value_words(one, unit, text, with_unit=False) for one in (low, high))
    return f"{value}\n({'–'.join(ends)})"


def graded_words(peril: Entry, text: Text) -> str:
    """Return what a peril's grade was read from, in words; "" where it has none."""
    graded = peril["graded"]
    if graded is None:
        return ""
    unit = unit_of(peril, graded["measure"])
    value = value_words(graded["value"], unit, text)
    measure = text(f"hazard_measure.{graded['measure']}")
    if graded["return_period_yr"] is None:
        return text("hazard_profile.graded_plain", measure=measure, value=value)
    return text("hazard_profile.graded_by", measure=measure, value=value,
                n=f"{graded['return_period_yr']:g}")


def unit_of(peril: Entry, measure: str) -> str:
    """Return the unit of a measure of a peril."""
    return next((str(one["unit"]) for one in peril["hazards"] if one["measure"] == measure), "")


def record_name(history: Entry, text: Text) -> str:
    """Return what a record is called: its peril, waterlogging, claims of a peril."""
    if history["record"] == "waterlogging":
        return text("hazard_peril.waterlogging")
    peril = text.label("hazard_peril", history["peril"])
    if history["strength_measure"] == CLAIM:
        return text("hazard_profile.claims_of", peril=peril, currency=history["strength_unit"])
    return peril


def source_words(layer: Entry, text: Text) -> str:
    """Return a layer's source; a card of ours by its title in the reader's language."""
    source = str(layer["source"])
    if source.startswith("models/"):
        path, _, rest = source.partition(": ")
        title = _card_title(path, text.lang)
        return f"{title or rest} ({path})"
    if text.lang == "zh":
        for title, title_zh in _titles():
            if source.startswith(f"{title}: "):
                return f"{title_zh}：{source.removeprefix(title + ': ')}"
    return translated(source, text.lang)


@cache
def _titles() -> list[tuple[str, str]]:
    """Return the titles of cards that layers of rain are told by, in both languages."""
    cards = [load_card(kind, name) for kind in ("rain_record", "design_rain")
             for name in list_cards(kind)]
    return [(str(card["title"]), str(card["title_zh"])) for card in cards]


@cache
def _card_title(path: str, lang: str) -> str:
    parts = path.split("/")
    if len(parts) != 3:
        return ""
    try:
        card = load_card(parts[1], parts[2])
    except RiskCloudError:
        return ""
    return str(card["title_zh" if lang == "zh" else "title"])
