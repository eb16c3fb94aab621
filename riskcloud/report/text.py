"""The words of pages in zh and en, from dashboards/text/, with the figures among them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from riskcloud.catalog import dashboards_dir, load_card
from riskcloud.errors import InputError
from riskcloud.report import figures

LANGS = ("zh", "en")
DEFAULT_UTC_OFFSET_H = 8.0
"""China Standard Time, where the books that ship stand; our choice."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words and figures of one language. ``strings`` maps ``section.key`` to a text."""

    lang: str
    strings: Mapping[str, str]
    utc_offset_h: float = DEFAULT_UTC_OFFSET_H

    def __call__(self, key: str, **values: Any) -> str:
        """Return a text with its {places} filled. Raises KeyError: a key that is not there."""
        return self.strings[key].format(**values)

    def label(self, group: str, code: Any) -> str:
        """Return the word for a code; the code itself when it has none; a word when missing."""
        if code is None or code != code or str(code).strip() == "":
            return self.strings["common.not_given"]
        return self.strings.get(f"{group}.{code}", str(code))

    def section(self, name: str) -> dict[str, str]:
        """Return all texts of a section, by key."""
        start = f"{name}."
        return {key.removeprefix(start): text for key, text in self.strings.items()
                if key.startswith(start)}

    def number(self, value: Any, digits: int = 0) -> str:
        """Return a grouped number."""
        return figures.number(value, self.lang, digits)

    def percent(self, value: Any) -> str:
        """Return a share as per cent."""
        return figures.percent(value, self.lang)

    def money(self, value: Any, currency: str) -> str:
        """Return a sum with unit and currency."""
        return figures.money(value, currency, self.lang)

    def money_range(self, low: Any, high: Any, currency: str) -> str:
        """Return a range of sums in one unit, with currency."""
        return figures.money_range(low, high, currency, self.lang)

    def moment(self, value: Any) -> str:
        """Return a time in UTC and at the offset."""
        return figures.moment(value, self.lang, self.utc_offset_h)


def load_text(lang: str, utc_offset_h: float = DEFAULT_UTC_OFFSET_H) -> Text:
    """Return the words of a language, asset classes included.

    Raises
    ------
    InputError : an unknown language; the message lists those there are.
    """
    if lang not in LANGS:
        raise InputError(f"no language {lang!r}; known: {', '.join(LANGS)}")
    return Text(lang, _read_strings(lang), utc_offset_h)


@cache
def _read_strings(lang: str) -> Mapping[str, str]:
    path = dashboards_dir() / "text" / f"{lang}.toml"
    sections = tomllib.loads(path.read_text(encoding="utf-8"))
    words = {f"{section}.{key}": text for section, texts in sections.items()
             for key, text in texts.items()}
    for row in load_card("", "asset_classes").rows("classes.csv"):
        label = row[f"label_{lang}"]
        words[f"asset_class.{row['asset_class']}"] = label[:1].upper() + label[1:]
    return words
