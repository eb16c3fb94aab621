"""Pages of hazard profiles in headless Chromium, without a network."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

NO_DATA = {"zh": "无数据", "en": "No data"}
HOSTILE = "<img src=x onerror='window.harmed=1'>"


@pytest.fixture(scope="module")
def profiles(riskcloud: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return pages: a place in each language, one without layers, many sites."""
    folder = tmp_path_factory.mktemp("profiles")
    (folder / "sites.csv").write_text(
        f"name,lon,lat\n珠海厂区,113.55,22.25\n{HOSTILE},114.2,22.35\nNairobi,36.8,-1.3\n",
        encoding="utf-8")
    plant = ("--lon", 113.35, "--lat", 21.98, "--name", "金湾 Jinwan", "--rain-reach", 100)
    runs = {"zh": (*plant, "--lang", "zh"), "en": (*plant, "--lang", "en"),
            "nothing": ("--lon", 36.8, "--lat", -1.3, "--name", HOSTILE, "--lang", "en"),
            "sites": ("--sites", folder / "sites.csv", "--lang", "zh")}
    for name, arguments in runs.items():
        ran = riskcloud("hazard", *arguments, "--out", folder / name)
        assert ran.status == 0, ran.err
    return {name: folder / name / "hazard.html" for name in runs}


@pytest.mark.parametrize("name", ["zh", "en", "nothing", "sites"])
def test_pages_open_without_fault(visit: Callable[..., Any], profiles: dict[str, Path],
                                  name: str) -> None:
    for width in (1100, 390):
        opened = visit(profiles[name], width=width)
        assert opened.faults == [] and opened.missing_glyphs() == set()
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
        assert opened.page.evaluate("window.harmed") is None
        assert opened.page.evaluate("[...document.images].every(one => one.naturalWidth > 10)")
    for table in ("intensity", "history", "layers"):  # whole on a phone, no scroll aside
        assert opened.page.evaluate(
            f"[...document.querySelectorAll('table.{table} td')].every("
            "one => one.getBoundingClientRect().right <= window.innerWidth)")
    if name in NO_DATA:
        shows_grades_and_what_is_not_known(opened.page, NO_DATA[name])
    elif name == "nothing":
        assert opened.page.locator(".peril.none").count() == 7
        assert "No peril has data here" in opened.page.locator("body").inner_text()
        assert HOSTILE in opened.page.locator("h1").inner_text()


def shows_grades_and_what_is_not_known(page: Any, no_data: str) -> None:
    assert page.locator(".peril").count() == 7
    unknown = page.locator(".peril.none")
    assert unknown.count() >= 2  # flood, lightning: no layer was given
    for k in range(unknown.count()):
        assert no_data in unknown.nth(k).inner_text()
        assert unknown.nth(k).locator(".grade").inner_text() == "?"
    assert page.locator("table.layers tbody tr").count() >= 7
    assert page.locator("table.scales tbody tr").count() == 7
