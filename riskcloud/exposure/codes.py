"""Code lists a column may name: asset classes, currencies, countries, or a list of its own."""

import difflib
import unicodedata
from collections.abc import Mapping
from functools import cache

from riskcloud.exposure.classes import asset_classes
from riskcloud.exposure.schema import column

_CURRENCY_WORDS = {"RMB": "CNY", "人民币": "CNY", "人民币元": "CNY", "元": "CNY", "CNH": "CNY",
                   "港币": "HKD", "港元": "HKD", "澳门元": "MOP", "美元": "USD"}
_SUGGEST_ABOVE = 0.6  # similarity of difflib above which a code is suggested; ours


def code_key(text: str) -> str:
    """Return a code as it is compared: without width, case and outer space."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _currencies() -> dict[str, str]:
    # ISO 4217 codes that are legal tender somewhere today: the CLDR, which Babel carries, also
    # lists withdrawn codes and some that never were in the standard (CNX)
    from babel.core import get_global

    known = {code_key(code): code for history in get_global("territory_currencies").values()
             for code, _, until, tender in history if tender and until is None}
    return known | {code_key(word): code for word, code in _CURRENCY_WORDS.items()}


def _countries() -> dict[str, str]:
    from babel import Locale

    names = {code: name for code, name in Locale("en").territories.items()
             if len(code) == 2 and code.isalpha()}
    known = {code_key(code): code for code in names}
    known |= {code_key(name): code for code, name in names.items()}
    return known | {code_key(name): code for code, name in Locale("zh").territories.items()
                    if code in names}


def _classes() -> dict[str, str]:
    return {code_key(word): item.code for item in asset_classes().values()
            for word in (item.code, item.label_zh, item.label_en)}


def _listed(codes: str) -> dict[str, str]:
    entries = [entry.split("=") for entry in codes.split(";")]
    return {code_key(word): words[0] for words in entries for word in words}


@cache
def code_table(name: str) -> Mapping[str, str]:
    """Return the code by ``code_key`` of every accepted spelling, for a column of columns.csv."""
    codes = column(name).codes
    named = {"@currencies": _currencies, "@countries": _countries, "@asset_classes": _classes}
    return named[codes]() if codes in named else _listed(codes)


def remedy_for(name: str, text: str) -> str:
    """Return what to tell the owner of an unknown code: the near one, or the codes there are."""
    table = code_table(name)
    close = difflib.get_close_matches(code_key(text), table, 1, _SUGGEST_ABOVE)
    near = f"; did you mean {table[close[0]]}?" if close else ""
    known = sorted(set(table.values()))
    if name == "asset_class":
        return f"not an asset class. Known: {', '.join(known)}" if not near else \
            f"not an asset class{near}"
    if name == "currency":
        return f"not an ISO 4217 currency code{near}"
    if name == "country_code":
        return f"not an ISO 3166 country code{near}"
    return f"expected one of {', '.join(known)}{near}"
