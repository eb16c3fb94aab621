import re

import pytest

from riskcloud.catalog import dashboards_dir
from riskcloud.errors import InputError
from riskcloud.report.text import load_text


def test_both_languages_have_the_same_keys_and_places() -> None:
    zh, en = load_text("zh").strings, load_text("en").strings
    assert zh.keys() == en.keys()
    for key in zh:
        assert set(re.findall(r"{\w+}", zh[key])) == set(re.findall(r"{\w+}", en[key])), key


def test_templates_use_known_keys() -> None:
    words = load_text("zh").strings
    for path in (dashboards_dir() / "templates").glob("*.j2"):
        for key in re.findall(r"\bt\('([\w.]+)'", path.read_text(encoding="utf-8")):
            assert key in words, f"{path.name}: {key}"


@pytest.mark.parametrize("page", ["map", "quake_map"])
def test_scripts_use_known_words(page: str) -> None:
    words = load_text("zh").strings
    for name in ("map_base", page):
        script = (dashboards_dir() / "scripts" / f"{name}.js").read_text(encoding="utf-8")
        for key in re.findall(r"\bwords\.(\w+)", script):
            assert f"{page}.{key}" in words, f"{name}.js: {key}"


def test_labels() -> None:
    text = load_text("zh")
    assert text.label("asset_class", "tower_110kv") == "110kV杆塔"
    assert text.label("asset_class", "of the user") == "of the user"
    assert text.label("branch", None) == text.label("branch", float("nan")) == "（未填写）"
    assert load_text("en").label("asset_class", "substation") == "Substation"


def test_unknown_language() -> None:
    with pytest.raises(InputError, match="no language 'fr'; known: zh, en"):
        load_text("fr")
