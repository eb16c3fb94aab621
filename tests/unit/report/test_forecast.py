import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from riskcloud.report import forecast
from riskcloud.report.forecast import render_report
from riskcloud.report.text import load_text
from riskcloud.types import ForecastResult

Maker = Callable[..., ForecastResult]
HOSTILE = "<script>alert(1)</script> & \"Co\" 'Ltd'"


class Words(HTMLParser):
    """Collect what a reader sees, and every address that a page would ask for."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self._hidden = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._hidden = tag in ("style", "script")
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text.append(data)

    def __contains__(self, words: str) -> bool:
        return words in " ".join(self.text)


def render(result: ForecastResult, lang: str = "en", *, pictures: bool = False) -> Words:
    """Return the words of a report; charts, half a second each time, only where they matter."""
    with pytest.MonkeyPatch.context() as patch:
        if not pictures:
            for name in ("draw_sketch", "exceedance_chart", "band_chart", "model_chart"):
                patch.setattr(forecast, name, lambda *args: "data:,")
        return Words(render_report(result, load_text(lang)))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_report_is_one_file_without_links(make_result: Maker, lang: str) -> None:
    page = render_report(make_result(), load_text(lang))
    words = Words(page)
    assert all(link.startswith("data:") for link in words.links)
    assert "http://" not in page and "https://" not in page
    assert page.count("data:image/svg+xml") == 4
    assert "HATO" in words and "{" not in " ".join(words.text)


def test_headline_carries_the_summary_figures(make_result: Maker) -> None:
    result = make_result()
    total = result.summary["total"][0]
    text, words = load_text("en"), render(result)
    assert text.money(total["mean"], "CNY") in words
    assert text.money_range(total["q05"], total["q95"], "CNY") in words
    assert text.percent(total["mean"] / total["tiv"]) in words
    assert text.money(total["gross_mean"], "CNY") in words


def test_same_result_same_bytes(make_result: Maker) -> None:
    pages = [render_report(make_result(), load_text("zh")) for _ in range(2)]
    assert pages[0] == pages[1]


def test_storm_that_misses_everything(make_result: Maker) -> None:
    words = render(make_result(hit=False), pictures=True)
    assert "No loss is expected" in words
    assert "no gale at any insured asset" in words
    assert "CNY 0" in words


def test_no_asset_in_force(make_result: Maker) -> None:
    whole = make_result()
    names = ("total", "by_client", "by_branch", "by_province", "by_county", "by_asset_class",
             "expected_damage", "exceedance", "band_split", "curves")
    result = replace(whole, losses=whole.losses.iloc[:0],
                     summary={**whole.summary, **{name: [] for name in names}})
    assert "No insured asset is in force" in render(result, pictures=True)


def test_one_asset(make_result: Maker) -> None:
    words = render(make_result(1), pictures=True)
    assert "Where the loss falls (CNY)" in words
    assert "1 of 1" in words


def test_several_currencies_stay_apart(make_result: Maker) -> None:
    words = render(make_result(currencies=("CNY", "HKD", "USD", "EUR", "JPY")))
    for currency in ("CNY", "HKD", "USD"):
        assert f"Where the loss falls ({currency})" in words
    assert "1 further currencies" in words


def test_thousand_clients_show_ten(make_result: Maker) -> None:
    words = render(make_result(3000, n_clients=1000))
    shown = re.findall(r"C\d{4} 南方电力", " ".join(words.text))
    assert len(shown) == 10
    assert re.search(r"\d+ more in summary.json", " ".join(words.text))


def test_missing_province_and_county_have_no_table(make_result: Maker) -> None:
    whole = make_result()
    for blank in (None, "", float("nan")):
        summary = {**whole.summary, **{
            name: [{**entry, key: blank} for entry in whole.summary[name]]
            for name, key in (("by_province", "province"), ("by_county", "county"))}}
        words = render(replace(whole, summary=summary))
        assert "Province" not in words and "County" not in words
        assert "Branch" in words


def test_names_are_escaped(make_result: Maker) -> None:
    whole = make_result()
    summary = {**whole.summary,
               "event": {**whole.summary["event"], "name": HOSTILE},
               "by_client": [{**entry, "client_id": HOSTILE}
                             for entry in whole.summary["by_client"]],
               "portfolio": {**whole.summary["portfolio"], "notes": [HOSTILE]}}
    words = render(replace(whole, summary=summary), "zh")
    assert " ".join(words.text).count(HOSTILE) >= 5
    assert "script" not in words.tags


def test_unknown_figures_are_dashes(make_result: Maker) -> None:
    whole = make_result()
    event = {**whole.summary["event"], "min_central_pressure_hpa": None,
             "peak_wind_1min_m_s": float("nan")}
    models = [{**model, "mean": {"CNY": None}} for model in whole.summary["wind_models"]]
    losses = whole.losses.assign(gust_3s_m_s=np.nan)
    words = render(replace(whole, losses=losses, summary={
        **whole.summary, "event": event, "wind_models": models}), pictures=True)
    assert "– hPa" in words


def test_what_is_not_included_follows_the_curves(make_result: Maker) -> None:
    whole = make_result()
    assert "other than through damage curves" in render(whole)
    wind_only = [{**curve, "includes": ["wind"]} for curve in whole.summary["curves"]]
    words = render(replace(whole, summary={**whole.summary, "curves": wind_only}))
    assert "Storm surge and coastal flooding." in words
