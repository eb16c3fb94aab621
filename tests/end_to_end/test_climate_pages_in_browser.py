"""Pages of a wind climate and of verify damage in headless Chromium, without a network."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from riskcloud.hazard.events import write_events

pytestmark = pytest.mark.browser

LANGS = ("zh", "en")
HOSTILE = "<img src=x onerror='window.harmed=1'>"


@pytest.fixture(scope="module")
def climates(riskcloud: Any, made_up_events: Any, tmp_path_factory: pytest.TempPathFactory,
             ) -> dict[str, Path]:
    """Return folders: a grid in each language with a scenario, and sites, one of a hostile name."""
    folder = tmp_path_factory.mktemp("climates")
    made = made_up_events(150)
    write_events(replace(made, facts={**made.facts, "area": [105.0, 17.0, 120.0, 27.0]}),
                 folder / "events")
    (folder / "sites.csv").write_text(
        f"name,lon,lat\n香港,114.17,22.30\n{HOSTILE},110.36,21.28\nFar,87.6,43.8\n",
        encoding="utf-8")
    common = ("climate", "map", folder / "events", "--return-periods", "50,100",
              "--reference-only")
    for lang in LANGS:
        ran = riskcloud(*common, "--grid", 1.0, "--area", "108,19,117,24", "--climate", "wnp_2c",
                        "--lang", lang, "--out", folder / lang)
        assert ran.status == 0, ran.err
    ran = riskcloud(*common, "--sites", folder / "sites.csv", "--out", folder / "sites")
    assert ran.status == 0, ran.err
    return {name: folder / name for name in (*LANGS, "sites")}


@pytest.mark.parametrize("name", ["zh", "en", "sites"])
@pytest.mark.parametrize("page", ["map.html", "climate.html"])
def test_pages_open_without_fault(visit: Callable[..., Any], climates: dict[str, Path], name: str,
                                  page: str) -> None:
    for width in (1100, 390):
        opened = visit(climates[name] / page, width=width)
        opened.page.wait_for_timeout(100)
        assert opened.faults == [] and opened.missing_glyphs() == set()
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
        assert opened.page.evaluate("window.harmed") is None
        assert opened.page.evaluate("[...document.images].every(one => one.naturalWidth > 10)")


@pytest.mark.parametrize(("lang", "years", "words", "warm"), [
    ("zh", "100 年一遇", ("10 分钟平均", "m/s", "不绘制任何界线"), "升温2°C"),
    ("en", "100 years", ("10-min mean", "m/s", "No boundaries are drawn"), "Two degrees warmer")])
def test_map_of_a_grid_follows_its_choices(visit: Callable[..., Any], climates: dict[str, Path],
                                           lang: str, years: str, words: tuple[str, ...],
                                           warm: str) -> None:
    page = visit(climates[lang] / "map.html").page
    legend = page.locator("details.panel")
    assert all(word in legend.inner_text() for word in words)
    climate, measure, period = (page.locator("select").nth(k) for k in range(3))
    assert warm in climate.inner_text()

    def picture() -> str:
        assert page.locator("img.leaflet-image-layer").count() == 1
        return str(page.locator("img.leaflet-image-layer").get_attribute("src"))

    seen = [picture()]
    period.select_option("0")
    seen.append(picture())
    period.select_option("1")
    assert years in legend.inner_text()
    assert picture() == seen[0]  # shown first: the later of two
    measure.select_option("gust_3s")
    assert "62–70 m/s" in legend.inner_text()  # gusts have classes of their own
    seen.append(picture())
    climate.select_option("wnp_2c")
    seen.append(picture())
    assert len(set(seen)) == 4


@pytest.mark.parametrize("lang", LANGS)
def test_a_click_tells_winds_with_bands(visit: Callable[..., Any], climates: dict[str, Path],
                                        lang: str) -> None:
    opened = visit(climates[lang] / "map.html")
    spot = opened.page.evaluate("""() => {
        const p = riskcloudMap.latLngToContainerPoint([21.5, 112.5]);
        return [p.x, p.y];
    }""")
    opened.page.mouse.click(*spot)
    popup = opened.page.locator(".leaflet-popup-content")
    popup.wait_for(timeout=3000)
    text = popup.inner_text()
    assert re.search(r"\d+\.\d \(\d+\.\d–\d+\.\d\) m/s", text) and "kPa" in text
    assert {"zh": "50 年一遇", "en": "50 years"}[lang] in text
    assert opened.faults == [] and opened.missing_glyphs() == set()


def test_sites_keep_their_names_as_text(visit: Callable[..., Any], climates: dict[str, Path],
                                        ) -> None:
    opened = visit(climates["sites"] / "map.html")
    told = opened.page.evaluate("""() => {
        const told = [];
        riskcloudMap.eachLayer(l => {
            if (l.place === undefined) return;
            l.fire("click", { latlng: l.getLatLng() }, true);
            told.push(document.querySelector(".popup").textContent);
        });
        return told;
    }""")
    assert len(told) == 3 and sum(HOSTILE in one for one in told) == 1
    assert sum("无数据" in one for one in told) == 1  # the one beyond the area
    assert opened.page.locator(".popup img").count() == 0 and opened.faults == []


@pytest.mark.parametrize(("lang", "words"), [
    ("zh", ("GeoNames", "50 年一遇", "升温2°C")),
    ("en", ("GeoNames", "50 years", "Two degrees warmer"))])
def test_page_shows_maps_curves_and_what_it_rests_on(visit: Callable[..., Any],
                                                     climates: dict[str, Path], lang: str,
                                                     words: tuple[str, ...]) -> None:
    opened = visit(climates[lang] / "climate.html")
    text = opened.page.inner_text("body")
    assert [word for word in words if word not in text] == []
    # two periods, the gust, the scenario, the curves
    assert opened.page.evaluate("document.images.length") == 5
    assert opened.page.locator("table").count() >= 3


@pytest.mark.parametrize("lang", LANGS)
def test_page_of_verify_damage(riskcloud: Any, visit: Callable[..., Any], tmp_path: Path,
                               samples: Path, lang: str) -> None:
    portfolio = samples / "pearl_river_portfolio.csv"
    ran = riskcloud("verify", "damage", "--storm", "UTOR", "--exposure", portfolio, "--lang", lang,
                    "--out", tmp_path)
    assert ran.status == 0, ran.err
    for width in (1100, 390):
        opened = visit(tmp_path / "damage.html", width=width)
        assert opened.faults == [] and opened.missing_glyphs() == set()
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
        assert opened.page.evaluate("[...document.images].every(one => one.naturalWidth > 100)")
    assert {"zh": "杆", "en": "poles"}[lang] in opened.page.inner_text("body")
