"""Pages as one offline file: templates filled, styles and scripts inlined, the font embedded.

A page asks nobody for anything: its own content security policy forbids it.
"""

import base64
import io
import json
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jinja2
from fontTools import subset
from fontTools.ttLib import TTFont
from markupsafe import Markup

from riskcloud.catalog import dashboards_dir
from riskcloud.report.text import Text

FONT_MARK = "/*FONT*/"
ALWAYS = "".join(map(chr, range(0x20, 0x7F))) + "–—…°²³·×≥≤−←→"
"""Characters every page carries: scripts write figures that are not in the page's text."""


def font_path() -> Path:
    """Return the font of pages and charts: Noto Sans SC Regular, cut to GB 2312 and Latin."""
    return dashboards_dir() / "fonts" / "NotoSansSC-subset.ttf"


@lru_cache(maxsize=8)
def subset_font(characters: frozenset[str]) -> bytes:
    """Return a WOFF file that holds the characters (those the shipped font has) and no more."""
    font = TTFont(font_path(), lazy=True)
    options = subset.Options(layout_features=["kern"], hinting=False, notdef_outline=True,
                             drop_tables=["GSUB", "GPOS", "GDEF"])
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(map(ord, characters)))
    cutter.subset(font)
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer, reorderTables=False)
    return buffer.getvalue()


def script_json(value: Any) -> Markup:
    """Return JSON that may stand in a script element: no tag or entity can begin in it.

    Raises ValueError: a number that JSON does not know (NaN, infinity).
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def inline(name: str) -> Markup:
    """Return a file of dashboards/ as it stands, images in styles left out."""
    content = (dashboards_dir() / name).read_text(encoding="utf-8")
    if name.endswith(".css"):
        content = re.sub(r"(background-image|behavior): *url\([^)]*\);?", "", content)
    return Markup(content)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(dashboards_dir() / "templates"), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals["inline"] = inline
    environment.globals["font_mark"] = Markup(FONT_MARK)
    environment.filters["json"] = script_json
    return environment


def render_page(template: str, text: Text, context: Mapping[str, Any]) -> str:
    """Return a page: the template filled, the characters it uses embedded as a font."""
    page = _environment().get_template(template).render(t=text, **context)
    used = {sign for sign in set(page) | set(ALWAYS) if sign.isprintable()}
    font = base64.b64encode(subset_font(frozenset(used))).decode("ascii")
    face = ('@font-face{font-family:"Riskcloud Sans";'
            f'src:url(data:font/woff;base64,{font}) format("woff")}}')
    return page.replace(FONT_MARK, face, 1)
