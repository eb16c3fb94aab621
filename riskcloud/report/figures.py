"""Numbers as people read them: money in its unit, shares, counts, moments; zh and en."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from math import floor, isfinite, log10
from typing import Any

import numpy as np
from babel import Locale
from babel.dates import format_datetime
from babel.numbers import format_decimal, get_currency_name

MISSING = "–"
UNITS = {"zh": ((1e8, "亿"), (1e4, "万"), (1.0, "")),
         "en": ((1e9, "billion"), (1e6, "million"), (1.0, ""))}
"""Steps at which sums are read in each language, largest first."""
DATE_PATTERN = {"zh": "y年M月d日 HH:mm", "en": "d MMM y, HH:mm"}
LOCALE = {"zh": "zh_CN", "en": "en"}


@cache
def _locale(lang: str) -> Locale:
    """Return a language's locale; parsing its name for every number would take most of a page."""
    return Locale.parse(LOCALE[lang])


@dataclass(frozen=True, slots=True)
class MoneyUnit:
    """What a column of sums is written in: divisor, label such as ``CNY million``, decimals."""

    divisor: float
    label: str
    digits: int = 2


def currency_name(currency: str, lang: str) -> str:
    """Return what stands with a sum: the ISO code in English, the name in Chinese.

    In Chinese the yuan is 元人民币, so that 3.2 亿 + name reads as people write it.
    """
    if lang != "zh":
        return currency
    return "元人民币" if currency == "CNY" else str(get_currency_name(currency, locale="zh_CN"))


def currency_title(currency: str, lang: str) -> str:
    """Return a currency as headings name it: ``CNY``, ``人民币 CNY``."""
    if lang != "zh":
        return currency
    return f"{get_currency_name(currency, locale='zh_CN')} {currency}"


def number(value: Any, lang: str, digits: int = 0) -> str:
    """Return a number with grouped thousands and so many decimals; a dash where there is none."""
    if value is None or not isfinite(value):
        return MISSING
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(value, pattern, locale=_locale(lang)))


def significant(value: Any, lang: str, digits: int = 3) -> str:
    """Return a number with so many significant digits and no more decimals than they need."""
    if value is None or not isfinite(value):
        return MISSING
    decimals = digits - 1 - floor(log10(abs(value))) if value else 0
    return number(value, lang, min(max(decimals, 0), 6))


def percent(value: Any, lang: str) -> str:
    """Return a share as per cent, two significant digits below 10 %, whole ones above."""
    if value is None or not isfinite(value):
        return MISSING
    if 0.0 < value < 5e-7:
        return "<0.0001%"
    scaled = 100.0 * value
    return (number(scaled, lang) if scaled >= 10.0 else significant(scaled, lang, 2)) + "%"


def _unit(value: float, lang: str) -> tuple[float, str]:
    return next((step for step in UNITS[lang] if abs(value) >= step[0]), UNITS[lang][-1])


def money_unit(values: Iterable[Any], currency: str, lang: str) -> MoneyUnit:
    """Return the unit in which the largest of the values is read well."""
    divisor, word = _unit(max(_positive(values), default=0.0), lang)
    name = currency_name(currency, lang)
    return MoneyUnit(divisor, word + name if lang == "zh" else f"{name} {word}".strip())


def column_unit(values: Iterable[Any], currency: str, lang: str) -> MoneyUnit:
    """Return the unit for a column of sums: the one in which its middle value is read well.

    Decimals are as many as the largest leaves room for. In Chinese the yuan is a plain 元: the
    heading above the table names the currency.
    """
    known = sorted(_positive(values)) or [0.0]
    divisor, word = _unit(known[len(known) // 2], lang)
    name = "元" if (currency, lang) == ("CNY", "zh") else currency_name(currency, lang)
    largest = known[-1] / divisor
    digits = 0 if divisor == 1.0 or largest >= 1000.0 else 1 if largest >= 100.0 else 2
    return MoneyUnit(divisor, word + name if lang == "zh" else f"{name} {word}".strip(), digits)


def _positive(values: Iterable[Any]) -> list[float]:
    return [value for value in values if value is not None and isfinite(value) and value > 0.0]


def in_unit(value: Any, unit: MoneyUnit, lang: str) -> str:
    """Return a sum in a column's unit; one too small to show is said to be below, not zero."""
    if value is None or not isfinite(value):
        return MISSING
    scaled = value / unit.divisor
    least = 10.0**-unit.digits
    if 0.0 < scaled < least / 2:
        return f"<{number(least, lang, unit.digits)}"
    return number(scaled, lang, unit.digits)


def _in_step(value: float, step: float, lang: str) -> str:
    """Return a sum in a unit with three significant digits: 336,217 yuan are read as 336,000."""
    if step > 1.0:
        return significant(float(f"{value / step:.3g}"), lang)
    return number(float(f"{value:.3g}"), lang)


def money(value: Any, currency: str, lang: str) -> str:
    """Return a sum with its unit and currency: ``CNY 321 million``, ``3.21 亿元人民币``."""
    if value is None or not isfinite(value):
        return MISSING
    divisor, word = _unit(value, lang)
    figure = _in_step(value, divisor, lang)
    name = currency_name(currency, lang)
    return f"{figure} {word}{name}" if lang == "zh" else f"{name} {figure} {word}".strip()


def money_range(low: Any, high: Any, currency: str, lang: str) -> str:
    """Return a range of sums: ``CNY 12.3 to 45.6 million``, ``1,230 万至 4.56 亿元人民币``.

    Both ends share a unit unless the lower one would be a fraction of it.
    """
    if low is None or high is None or not (isfinite(low) and isfinite(high)):
        return MISSING
    name, (top, word) = currency_name(currency, lang), _unit(high, lang)
    base, base_word = (top, "") if low == 0.0 or low >= top else _unit(low, lang)
    ends = [_in_step(value, step, lang) for value, step in ((low, base), (high, top))]
    if lang == "zh":
        return f"{ends[0]} {base_word}至 {ends[1]} {word}{name}"
    first = f"{ends[0]} {base_word}".strip()
    return f"{name} {first} to {ends[1]} {word}".strip()


def as_datetime(moment: Any) -> datetime | None:
    """Return a datetime64 or an ISO 8601 text as UTC; None for NaT, None and empty text."""
    if moment is None or moment == "":
        return None
    text = str(moment).removesuffix("Z").removesuffix("+00:00")
    stamp = np.datetime64(text, "s")
    return None if np.isnat(stamp) else stamp.astype(datetime).replace(tzinfo=UTC)


def moment(value: Any, lang: str, utc_offset_h: float) -> str:
    """Return a time in UTC and, in brackets, at a fixed offset from it."""
    utc = as_datetime(value)
    if utc is None:
        return MISSING
    shown = f"{format_datetime(utc, DATE_PATTERN[lang], locale=_locale(lang))} UTC"
    if utc_offset_h == 0.0:
        return shown
    local = utc + timedelta(hours=utc_offset_h)
    day = "" if local.date() == utc.date() else {"zh": "d日 ", "en": "d MMM "}[lang]
    there = format_datetime(local, day + "HH:mm", locale=_locale(lang))
    return f"{shown} ({there} {offset_name(utc_offset_h)})"


def offset_name(utc_offset_h: float) -> str:
    """Return the name of a fixed offset: UTC+8, UTC-3:30."""
    minutes = round(abs(utc_offset_h) * 60)
    rest = f":{minutes % 60:02d}" if minutes % 60 else ""
    return f"UTC{'-' if utc_offset_h < 0 else '+'}{minutes // 60}{rest}"
