"""Report and map in headless Chromium without a network: no error, no request, no empty box."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=\"window.harmed=1\"></script><script>window.harmed=1</script>"
LANGS = ("zh", "en")


@pytest.fixture(scope="session")
def pages(riskcloud: Any, samples: Path,
          tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
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
        ran = riskcloud("forecast", folder / "portfolio.csv", samples / "hato_2017.csv", "--out",
                        folder / lang, "--lang", lang, "--members", 50)
        assert ran.status == 0, ran.err
    return {lang: folder / lang for lang in LANGS}


@pytest.fixture(scope="session")
def forecasts(riskcloud: Any, samples: Path,
              tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return, by language, Hato 12 h before its landfall, compared with 24 h before; few sites."""
    folder = tmp_path_factory.mktemp("forecasts")
    lines = (samples / "pearl_river_portfolio.csv").read_text(encoding="utf-8-sig").splitlines()
    (folder / "portfolio.csv").write_text("\n".join([lines[0], *lines[1::40]]), encoding="utf-8")

    def run(out: Path, lang: str, issued: str, *more: str) -> None:
        ran = riskcloud("forecast", folder / "portfolio.csv", samples / "hato_2017.csv",
                        "--issued-at", issued, "--members", 40, "--out", out, "--lang", lang, *more)
        assert ran.status == 0, ran.err
        (out / "terminal.txt").write_text(ran.out, encoding="utf-8")

    run(folder / "before", "en", "2017-08-22T04:50Z")
    for lang in LANGS:
        run(folder / lang, lang, "2017-08-22T16:50Z", "--previous", str(folder / "before"))
    return {lang: folder / lang for lang in LANGS}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["report.html", "map.html"])
def test_opens_without_fault(visit: Any, pages: dict[str, Path], lang: str, name: str) -> None:
    opened = visit(pages[lang] / name)
    opened.page.wait_for_timeout(300)
    assert opened.faults == []
    assert opened.missing_glyphs() == set()
    family = opened.page.evaluate("[...document.fonts].map(f => f.family + ' ' + f.status)")
    assert [entry.replace('"', "") for entry in family] == ["Riskcloud Sans loaded"]
    assert opened.page.evaluate("window.harmed") is None


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["report.html", "map.html", "changed.html"])
def test_pages_of_a_forecast_open_without_fault(visit: Any, forecasts: dict[str, Path],
                                                lang: str, name: str) -> None:
    for width in (1100, 390):
        opened = visit(forecasts[lang] / name, width=width)
        opened.page.wait_for_timeout(100)
        assert opened.faults == [] and opened.missing_glyphs() == set()
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("lang", "words"), [
    ("zh", ("预报发布时间", "2017年8月22日 16:50 UTC", "计算所用的路径", "每条细线", "通常误差",
            "24 小时后")),
    ("en", ("Forecast issued", "22 Aug 2017, 16:50 UTC", "Tracks drawn", "Each thin line",
            "Usual error", "after 24 h"))])
def test_report_of_a_forecast_says_how_sure_it_is(visit: Any, forecasts: dict[str, Path],
                                                  lang: str, words: tuple[str, ...]) -> None:
    opened = visit(forecasts[lang] / "report.html")
    text = opened.page.inner_text("body")
    assert [word for word in words if word not in text] == []
    assert "±" in opened.page.inner_text("table.agencies")


@pytest.mark.parametrize(("lang", "words"), [
    ("zh", ("与上一次预测相比的变化", "比上一次晚 12 小时", "预报路径没有变化", "近了 12 小时")),
    ("en", ("What changed since", "12 hours after the previous one", "The forecast track is the "
            "same", "12 hours nearer to the storm's arrival"))])
def test_changed_page_says_what_and_why(visit: Any, forecasts: dict[str, Path], lang: str,
                                        words: tuple[str, ...]) -> None:
    text = visit(forecasts[lang] / "changed.html").page.inner_text("body")
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(("lang", "words"), [
    ("zh", ("预报：", "2017年8月22日 16:50 UTC", "条路径", "与上一次预测相比的变化")),
    ("en", ("Forecast: ", "issued 22 Aug 2017, 16:50 UTC", "tracks drawn", "What changed since"))])
def test_terminal_says_whose_forecast_and_where_the_changes_are(
        forecasts: dict[str, Path], lang: str, words: tuple[str, ...]) -> None:
    told = (forecasts[lang] / "terminal.txt").read_text(encoding="utf-8")
    assert [word for word in words if word not in told] == []
    assert str(forecasts[lang] / "changed.html") in told.replace("\n", "")
    before = (forecasts[lang].parent / "before" / "terminal.txt").read_text(encoding="utf-8")
    assert "changed.html" not in before


@pytest.mark.parametrize(("lang", "likeliest", "other"), [
    ("zh", "最可能的路径", "其他可能路径"), ("en", "likeliest track", "other possible tracks")])
def test_map_of_a_forecast_names_its_lines(visit: Any, forecasts: dict[str, Path], lang: str,
                                           likeliest: str, other: str) -> None:
    opened = visit(forecasts[lang] / "map.html")
    legend = opened.page.inner_text(".panel")
    assert likeliest in legend and other in legend
    boxes = [box.bounding_box() for box in opened.page.locator(".fix").all()]
    assert len(boxes) > 1
    for k, one in enumerate(boxes):  # no label lies on another
        assert not any(abs(one["x"] - two["x"]) < 40 and abs(one["y"] - two["y"]) < 15
                       for two in boxes[k + 1:])


@pytest.mark.parametrize("lang", LANGS)
def test_map_of_a_track_taken_as_certain_speaks_of_one(visit: Any, pages: dict[str, Path],
                                                       lang: str) -> None:
    legend = visit(pages[lang] / "map.html").page.inner_text(".panel")
    assert {"zh": "所给路径", "en": "the track given"}[lang] in legend
    assert {"zh": "最可能", "en": "likeliest"}[lang] not in legend


def test_layers_open_on_a_phone(visit: Any, forecasts: dict[str, Path]) -> None:
    opened = visit(forecasts["zh"] / "map.html", width=390)
    toggle = opened.page.locator(".leaflet-control-layers-toggle")
    assert "data:image/svg" in toggle.evaluate("e => getComputedStyle(e).backgroundImage")
    title, button = opened.page.locator("#title").bounding_box(), toggle.bounding_box()
    assert title["x"] + title["width"] <= button["x"]


@pytest.mark.parametrize("lang", LANGS)
def test_pictures_of_the_report_load(visit: Any, pages: dict[str, Path], lang: str) -> None:
    opened = visit(pages[lang] / "report.html")
    widths = opened.page.evaluate("[...document.images].map(i => i.naturalWidth)")
    assert len(widths) == 4 and min(widths) > 100
    assert HOSTILE in opened.page.inner_text("body")


def test_report_prints_on_a4(visit: Any, pages: dict[str, Path]) -> None:
    opened = visit(pages["zh"] / "report.html")
    opened.page.emulate_media(media="print")
    sheet = opened.page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = set(re.findall(rb"/MediaBox \[([\d. ]+)\]", sheet))
    assert boxes, "no page"
    for box in boxes:  # 210 mm x 297 mm in points, rounded up by the printer
        left, bottom, right, top = map(float, box.split())
        assert (right - left, top - bottom) == pytest.approx((595.3, 841.9), abs=1.5)


def test_report_fits_its_width(visit: Any, pages: dict[str, Path]) -> None:
    for width in (1100, 794, 390):
        opened = visit(pages["zh"] / "report.html", width=width)
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("lang", LANGS)
def test_popup_of_an_asset(visit: Any, pages: dict[str, Path], lang: str) -> None:
    opened = visit(pages[lang] / "map.html")
    opened.page.evaluate("""() => {
        const dots = [];
        riskcloudMap.eachLayer(l => { if (l.place !== undefined) dots.push(l); });
        window.dots = dots;
        const worst = dots[dots.length - 1];
        riskcloudMap.setView(worst.getLatLng(), 12, {animate: false});
    }""")
    spot = opened.page.evaluate("""() => {
        const worst = window.dots[window.dots.length - 1];
        const p = riskcloudMap.latLngToContainerPoint(worst.getLatLng());
        return [p.x, p.y];
    }""")
    opened.page.mouse.click(*spot)
    popup = opened.page.locator(".leaflet-popup-content")
    popup.wait_for(timeout=3000)
    words = {"zh": ("预期损失", "5%–95% 区间", "保险金额", "人民币", "m/s", "UTC"),
             "en": ("Expected loss", "5–95 % band", "Sum insured", "CNY", "m/s", "UTC")}[lang]
    for word in words:
        assert word in popup.inner_text()
    assert opened.faults == [] and opened.missing_glyphs() == set()


def test_hostile_name_stays_text_in_popups(visit: Any, pages: dict[str, Path]) -> None:
    opened = visit(pages["en"] / "map.html")
    shown = opened.page.evaluate("""hostile => {
        let found = 0;
        riskcloudMap.eachLayer(l => {
            if (l.place === undefined || found > 3) return;
            l.fire("click", { latlng: l.getLatLng() }, true);
            if (document.querySelector(".popup").textContent.includes(hostile)) found += 1;
        });
        return found;
    }""", HOSTILE)
    assert shown > 0
    opened.page.wait_for_timeout(200)
    assert opened.page.evaluate("window.harmed") is None
    assert opened.page.locator(".popup img").count() == 0
    assert opened.faults == []


def test_layers_can_be_put_out(visit: Any, pages: dict[str, Path]) -> None:
    opened = visit(pages["zh"] / "map.html")
    boxes = opened.page.locator(".leaflet-control-layers-selector")
    assert boxes.count() == 4
    assert opened.page.locator("img.leaflet-image-layer").count() == 1
    boxes.nth(0).uncheck()
    assert opened.page.locator("img.leaflet-image-layer").count() == 0
    assert opened.page.locator(".leaflet-control-scale-line").inner_text().endswith("km")
    assert opened.faults == []
