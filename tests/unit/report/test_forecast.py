import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from riskcloud.report import charts, forecast
from riskcloud.report.forecast import render_report
from riskcloud.report.sketch import draw_sketch
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


def as_forecast(whole: ForecastResult, **more: object) -> ForecastResult:
    """Return a result as that of two agencies' forecasts with drawn tracks."""
    errors = [{"lead_h": lead, "sd_along_km": 2.0 * lead, "sd_cross_km": lead, "sd_wind_m_s": 5.0}
              for lead in (12.0, 24.0, 48.0)]
    agencies = [{"agency": name, "base_utc": "2017-08-22T00:00:00Z", "weight": weight,
                 "errors": errors} for name, weight in (("JTWC", 0.4), ("CMA", 0.6))]
    track = whole.track
    paths = tuple((track.time_utc, track.lon, track.lat + 0.1 * k) for k in range(5))
    forecast = {"issued_utc": "2017-08-22T03:00:00Z", "agencies": agencies, "ensemble": None,
                "n_tracks": 100, "n_wind_fields": 500, "notes": [], **more}
    event = {**whole.summary["event"], "track_error": "included"}
    return replace(whole, paths=paths,
                   summary={**whole.summary, "event": event, "forecast": forecast})


@pytest.mark.parametrize(("lang", "said"), [
    ("en", ("CMA, JTWC", "22 Aug 2017, 03:00 UTC", "100, with the usual errors", "thin line",
            "±48 / ±24 km\n±5.0 m/s", "60%", "two past forecasts in three")),
    ("zh", ("中央气象台（CMA）、美国联合台风警报中心（JTWC）", "2017年8月22日 03:00 UTC",
            "100 条，含位置、强度与大小的通常预报误差", "每条细线", "±48 / ±24 km\n±5.0 m/s"))])
def test_forecast_says_whose_it_is_and_how_wrong_they_are(make_result: Maker, lang: str,
                                                          said: tuple[str, ...]) -> None:
    words = render(as_forecast(make_result()), lang)
    assert [part for part in said if part not in words] == []
    assert "thin line" not in render(make_result(), "en")  # a best track has none


def test_members_of_an_ensemble_are_the_tracks(make_result: Maker) -> None:
    ensemble = {"agency": "ECMWF", "n_members": 52}
    words = render(as_forecast(make_result(), ensemble=ensemble, n_tracks=52), "zh")
    assert "欧洲中期天气预报中心（ECMWF）集合预报 52 个成员" in words
    assert "52 条，集合预报每个成员一条" in words


def test_band_chart_shows_each_source_that_was_varied(make_result: Maker) -> None:
    whole = make_result()
    mean = whole.summary["total"][0]["mean"]
    split = [{"currency": "CNY", "source": source, "q05": low * mean, "q95": 1.5 * mean,
              "variance_share": share} for source, share, low in (
                  ("track", 0.6, -0.2), ("intensity", 0.396, 0.5), ("model", 0.004, 0.9),
                  ("curve", 0.0, 1.0), ("asset", 0.0, 1.0))]
    seen: list[list[str]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forecast, "band_chart", lambda bands, *_: seen.append(
            [band["source"] for band in bands]) or "data:,")
        for result in (as_forecast(whole), whole):
            render_report(replace(result, summary={**result.summary, "band_split": split}),
                          load_text("en"))
    assert seen == [["track", "intensity", "model", "curve", "asset"],
                    ["track", "intensity", "model"]]
    assert charts.band_chart(split, whole.summary["total"][0], load_text("zh")).startswith("data:")


def test_map_draws_the_same_picture_twice_with_drawn_tracks(make_result: Maker) -> None:
    result, text = as_forecast(make_result()), load_text("en")
    assert draw_sketch(result, text) == draw_sketch(result, text)
    assert draw_sketch(result, text) != draw_sketch(replace(result, paths=()), text)
