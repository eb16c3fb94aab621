import io
import json

import pytest
from fontTools.ttLib import TTFont

from riskcloud.report.pages import font_path, inline, script_json, subset_font


def test_shipped_font_covers_gb2312_and_units() -> None:
    known = TTFont(font_path(), lazy=True).getBestCmap()
    gb2312 = {ord(bytes([a, b]).decode("gb2312")) for a in range(0xB0, 0xF8)
              for b in range(0xA1, 0xFF) if not (a == 0xD7 and b > 0xF9)}
    assert len(gb2312) == 6763
    assert gb2312 <= known.keys()
    assert set(map(ord, "°²³≥≤±–—…·×é（）【】、。，：；％")) <= known.keys()
    assert font_path().stat().st_size < 2.6e6


def test_subset_holds_what_is_asked_and_little_more() -> None:
    data = subset_font(frozenset("台风 HATO 12.5%"))
    characters = TTFont(io.BytesIO(data)).getBestCmap().keys()
    assert set(map(ord, "台风HATO12.5%")) <= characters
    assert len(characters) < 30 and len(data) < 20_000
    assert subset_font(frozenset("台风 HATO 12.5%")) is data  # kept for the run


def test_json_cannot_leave_its_script_element() -> None:
    hostile = {"name": "</script><img src=x onerror=alert(1)>&amp;\u2028"}
    text = str(script_json(hostile))
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == hostile
    with pytest.raises(ValueError, match="not JSON compliant"):
        script_json([float("nan")])


def test_styles_ask_for_no_picture() -> None:
    assert "url(" not in inline("vendor/leaflet/leaflet.css")
    assert "sourceMappingURL" not in inline("vendor/leaflet/leaflet.js")
