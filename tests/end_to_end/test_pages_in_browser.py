"""Report and map in headless Chromium without a network: no error, no request, no empty box."""

import base64
import csv
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=\"window.harmed=1\"></script><script>window.harmed=1</script>"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync"]
LANGS = ("zh", "en")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return a running Chromium; without one the tests skip, but on CI they fail."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        reason = "no chromium (tests/install_system_packages.sh installs it)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def pages(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the folder of a forecast by language: the sample, some clients with hostile names."""
    folder = tmp_path_factory.mktemp("pages")
    with (samples / "pearl_river_portfolio.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows[::7]:
        row["ClientNumber"] = HOSTILE
    with (folder / "portfolio.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    for lang in LANGS:
        command = [sys.executable, "-c", "import sys; from riskcloud.cli import main; "
                   "sys.exit(main())", "forecast", str(folder / "portfolio.csv"),
                   str(samples / "hato_2017.csv"), "--out", str(folder / lang), "--lang", lang,
                   "--members", "50"]
        subprocess.run(command, check=True, capture_output=True)
    return {lang: folder / lang for lang in LANGS}


class Visit:
    """A page opened from disk, with everything it complained about or asked for."""

    def __init__(self, browser: Any, path: Path, *, width: int = 1100) -> None:
        self.faults: list[str] = []
        self.source = path.read_text(encoding="utf-8")
        context = browser.new_context(offline=True, viewport={"width": width, "height": 850})
        self.page = context.new_page()
        self.page.on("console", lambda message: self.faults.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        self.page.on("request", self._note)
        self.page.goto(path.as_uri())
        self.page.wait_for_load_state("load")
        self.page.evaluate("document.fonts.ready")

    def _note(self, request: Any) -> None:
        if not request.url.startswith(("data:", "file:")):
            self.faults.append(f"request: {request.url}")

    def embedded(self) -> set[int]:
        """Return the characters of the font in the page."""
        found = re.search(r"data:font/woff;base64,([\w+/=]+)", self.source)
        assert found is not None
        return set(TTFont(io.BytesIO(base64.b64decode(found.group(1)))).getBestCmap())

    def missing_glyphs(self) -> set[str]:
        """Return the characters that a reader sees and the embedded font lacks."""
        text = self.page.evaluate("document.body.innerText")
        assert len(text) > 50
        known = self.embedded()
        return {sign for sign in text if sign.isprintable() and ord(sign) not in known}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["report.html", "map.html"])
def test_opens_without_fault(browser: Any, pages: dict[str, Path], lang: str, name: str) -> None:
    visit = Visit(browser, pages[lang] / name)
    visit.page.wait_for_timeout(300)
    assert visit.faults == []
    assert visit.missing_glyphs() == set()
    family = visit.page.evaluate("[...document.fonts].map(f => f.family + ' ' + f.status)")
    assert [entry.replace('"', "") for entry in family] == ["Riskcloud Sans loaded"]
    assert visit.page.evaluate("window.harmed") is None


@pytest.mark.parametrize("lang", LANGS)
def test_pictures_of_the_report_load(browser: Any, pages: dict[str, Path], lang: str) -> None:
    visit = Visit(browser, pages[lang] / "report.html")
    widths = visit.page.evaluate("[...document.images].map(i => i.naturalWidth)")
    assert len(widths) == 4 and min(widths) > 100
    assert HOSTILE in visit.page.inner_text("body")


def test_report_prints_on_a4(browser: Any, pages: dict[str, Path]) -> None:
    visit = Visit(browser, pages["zh"] / "report.html")
    visit.page.emulate_media(media="print")
    sheet = visit.page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = set(re.findall(rb"/MediaBox \[([\d. ]+)\]", sheet))
    assert boxes, "no page"
    for box in boxes:  # 210 mm x 297 mm in points, rounded up by the printer
        left, bottom, right, top = map(float, box.split())
        assert (right - left, top - bottom) == pytest.approx((595.3, 841.9), abs=1.5)


def test_report_fits_its_width(browser: Any, pages: dict[str, Path]) -> None:
    for width in (1100, 794, 390):
        visit = Visit(browser, pages["zh"] / "report.html", width=width)
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("lang", LANGS)
def test_popup_of_an_asset(browser: Any, pages: dict[str, Path], lang: str) -> None:
    visit = Visit(browser, pages[lang] / "map.html")
    visit.page.evaluate("""() => {
        const dots = [];
        riskcloudMap.eachLayer(l => { if (l.place !== undefined) dots.push(l); });
        window.dots = dots;
        const worst = dots[dots.length - 1];
        riskcloudMap.setView(worst.getLatLng(), 12, {animate: false});
    }""")
    spot = visit.page.evaluate("""() => {
        const worst = window.dots[window.dots.length - 1];
        const p = riskcloudMap.latLngToContainerPoint(worst.getLatLng());
        return [p.x, p.y];
    }""")
    visit.page.mouse.click(*spot)
    popup = visit.page.locator(".leaflet-popup-content")
    popup.wait_for(timeout=3000)
    words = {"zh": ("预期损失", "5%–95% 区间", "保险金额", "人民币", "m/s", "UTC"),
             "en": ("Expected loss", "5–95 % band", "Sum insured", "CNY", "m/s", "UTC")}[lang]
    for word in words:
        assert word in popup.inner_text()
    assert visit.faults == [] and visit.missing_glyphs() == set()


def test_hostile_name_stays_text_in_popups(browser: Any, pages: dict[str, Path]) -> None:
    visit = Visit(browser, pages["en"] / "map.html")
    shown = visit.page.evaluate("""hostile => {
        let found = 0;
        riskcloudMap.eachLayer(l => {
            if (l.place === undefined || found > 3) return;
            l.fire("click", { latlng: l.getLatLng() }, true);
            if (document.querySelector(".popup").textContent.includes(hostile)) found += 1;
        });
        return found;
    }""", HOSTILE)
    assert shown > 0
    visit.page.wait_for_timeout(200)
    assert visit.page.evaluate("window.harmed") is None
    assert visit.page.locator(".popup img").count() == 0
    assert visit.faults == []


def test_layers_can_be_put_out(browser: Any, pages: dict[str, Path]) -> None:
    visit = Visit(browser, pages["zh"] / "map.html")
    boxes = visit.page.locator(".leaflet-control-layers-selector")
    assert boxes.count() == 4
    assert visit.page.locator("img.leaflet-image-layer").count() == 1
    boxes.nth(0).uncheck()
    assert visit.page.locator("img.leaflet-image-layer").count() == 0
    assert visit.page.locator(".leaflet-control-scale-line").inner_text().endswith("km")
    assert visit.faults == []
