"""The page on what changed: sentences to read aloud, in both languages, from any comparison."""

import re
from copy import deepcopy
from html.parser import HTMLParser
from typing import Any

import pytest

from riskcloud.report.changed import render_changed
from riskcloud.report.changed_words import book_sentences, loss_sentences
from riskcloud.report.text import load_text
from riskcloud.report.waterfall import waterfall_chart

SOURCES = ("portfolio", "model", "track", "intensity", "size", "lead")
LANGS = ("zh", "en")


def make_total(old: float, currency: str = "CNY", **parts: float) -> dict[str, Any]:
    changes = [{"source": name, "change": parts.get(name, 0.0)} for name in SOURCES]
    new = old + sum(parts.values())
    figures = [{"tiv": 1e9, "mean": mean, "q05": 0.2 * mean, "q95": 2.1 * mean,
                "gross_mean": 0.7 * mean} for mean in (old, new)]
    return {"currency": currency, "old": figures[0], "new": figures[1], "change": new - old,
            "parts": changes, "gross_change": 0.7 * (new - old),
            "gross_parts": [{**part, "change": 0.7 * part["change"]} for part in changes]}


def make_row(name: str, key: str = "client_id", currency: str = "CNY") -> dict[str, Any]:
    return {key: name, "currency": currency, "old_mean": 1e6, "old_q95": 3e6, "new_mean": 2e6,
            "new_q95": 5e6, "change": 1e6}


def make_changed(*totals: dict[str, Any], **facts: Any) -> dict[str, Any]:
    pair = {"distance_km": (90.0, 45.0), "wind_1min_m_s": (44.0, 50.0), "r_max_km": (33.0, 25.0),
            "peak_wind_1min_m_s": (46.0, 52.0), "max_gust_3s_m_s": (40.0, 46.5), "n_gale": (12, 40),
            "closest_utc": ("2017-08-23T04:20:00Z", "2017-08-23T03:40:00Z"),
            "first_gale_utc": ("2017-08-23T00:06:00Z", "2017-08-22T23:50:00Z"),
            "last_gale_utc": ("2017-08-23T06:43:00Z", "2017-08-23T06:10:00Z")}
    issue = {"agencies": ["JTWC", "CMA"], "ensemble_members": 0}
    return {
        "storm": {"event_id": "WP152017", "name": "HATO"},
        "previous": {**issue, "issued_utc": "2017-08-22T05:00:00Z",
                     "base_utc": "2017-08-22T05:00:00Z", "folder": "24h"},
        "current": {**issue, "issued_utc": "2017-08-22T17:00:00Z",
                    "base_utc": "2017-08-22T17:00:00Z"},
        "totals": list(totals),
        "clients": {"n_old": 3, "n_new": 4, "entered": [make_row("Zeta"), make_row("Eta")],
                    "left": [make_row("Theta")], "moved": [make_row(f"c{k}") for k in range(14)]},
        "branches": {"n_old": 1, "n_new": 1, "entered": [], "left": [],
                     "moved": [make_row("珠海", "branch")]},
        "facts": {"book_lon": 113.6, "book_lat": 22.7, "compared_utc": "2017-08-23T03:40:00Z",
                  "shift_km": 46.0, "shift_towards": "NW",
                  **{name: dict(zip(("old", "new"), both, strict=True))
                     for name, both in pair.items()}, **facts},
        "portfolio": {"n_old": 10, "n_new": 12, "n_entered": 3, "n_left": 1, "n_revalued": 2},
        "differences": {
            "cards": [{"kind": "wind", "name": "default", "old": "1", "new": "2", "changed": True},
                      {"kind": "loss", "name": "default", "old": "1", "new": "1", "changed": True},
                      {"kind": "forecast_error", "name": "cma", "old": None, "new": "1",
                       "changed": False}],
            "settings": [{"name": "members", "old": 500, "new": 200},
                         {"name": "wind_models", "old": ["all"], "new": ["a", "b"]},
                         {"name": "skip_bad", "old": True, "new": None},
                         {"name": "wind_model_weights", "old": {"a": 0.5}, "new": {}},
                         {"name": "of the user", "old": "x" * 500, "new": 1}],
            "software": [{"name": "riskcloud", "old": "0.1", "new": "0.2"}],
            "causes": {"portfolio": True, "model": True}},
    }


def said(total: dict[str, Any], lang: str = "en", **facts: Any) -> str:
    return " ".join(loss_sentences(total, make_changed(total, **facts), load_text(lang)))


def same(value: Any) -> dict[str, Any]:
    return {"old": value, "new": value}


def test_a_rise_is_read_aloud_as_one_says_it():
    told = said(make_total(12.3e6, track=2.6e6, intensity=0.6e6, size=-0.4e6))
    assert told == (
        "The expected loss rose from CNY 12.3 million to CNY 15.1 million, by 23%. With a chance "
        "of nine in ten it lies in the range CNY 3.02 to 31.7 million, wider than the range "
        "before, CNY 2.46 to 25.8 million. Most of the rise comes from the track (CNY 2.60 million "
        "more). The storm's centre is now forecast to pass 45 km from the middle of the insured "
        "values, 45 km closer than before. Against it works the storm's size (CNY 400,000 less).")


def test_the_same_in_chinese():
    total = make_total(12.3e6, track=2.6e6, intensity=0.6e6, size=-0.4e6)
    told = "".join(loss_sentences(total, make_changed(total), load_text("zh")))
    assert told == (
        "预期损失由 1,230 万元人民币上升到 1,510 万元人民币，增加 23%。有九成可能，损失在 302 至 "
        "3,170 万元人民币之间，区间比此前变宽；此前为 246 至 2,580 万元人民币。上升大部分来自"
        "台风路径（增加 260 万元人民币）。现在预报台风中心最近距保额中心 45 千米，"
        "比此前近 45 千米。与之相反的是台风大小（减少 40.0 万元人民币）。")


@pytest.mark.parametrize(("total", "facts", "told"), [
    (make_total(1e7, intensity=-2e6), {}, "All of the fall comes from the storm's intensity "
     r"\(CNY 2.00 million less\)\. Where the .* at 50 m/s \(1-minute mean\); before, at 44 m/s\."),
    (make_total(1e7, intensity=-2e6), {"wind_1min_m_s": same(44.2)}, "wind stays at 44 m/s"),
    (make_total(1e7, intensity=-2e6), {"wind_1min_m_s": same(None)}, r"less\)\.$"),
    (make_total(1e7, size=2e6), {}, "is now 25 km from the storm's centre; before, 33 km"),
    (make_total(1e7, size=2e6), {"r_max_km": same(30.0)}, "stays 30 km .* the reach of gales"),
    (make_total(1e7, track=2e6), {"distance_km": {"old": 10.0, "new": 40.0}}, "30 km further away"),
    (make_total(1e7, track=2e6), {"distance_km": same(40.0)}, "moved 46 km to the north-west; it"),
    (make_total(1e7, track=2e6), {"distance_km": same(40.0), "shift_km": 0.1}, "hardly moved"),
    (make_total(1e7, track=2e6), {"distance_km": same(40.0), "shift_km": None}, "hardly moved"),
    (make_total(1e7, lead=-2e6), {"shift_km": 0.2}, "track is the same, .* 12 hours nearer"),
    (make_total(1e7, lead=-2e6), {}, "This forecast is 12 hours nearer to .* its usual error"),
    (make_total(1e7, lead=-2e5), {}, "fell a little, from .*, by 2.0%"),
    (make_total(1e7, lead=5e5), {}, "rose from .*, by 5.0%"),
    (make_total(1e7, portfolio=2e6), {}, "entered the portfolio: 3; that left it: 1; .*: 2"),
    (make_total(1e7, model=2e6), {}, "All of the rise comes from models and settings"),
    (make_total(1e7, track=1e6, size=0.9e6, lead=0.8e6), {}, "The largest part of the rise comes"),
    (make_total(1e7, track=2e6, intensity=-2.05e6), {}, "unchanged within 1%: CNY 9.95 million now,"
     ".*Larger changes cancel each other: the track CNY 2.00 million more, the storm's intensity"),
    (make_total(1e7, track=5e4), {}, "unchanged within 1%: [^.]*.*before, the range was [^.]*"),
    (make_total(1e7, lead=5e4), {"shift_km": 0.0}, "unchanged within 1%.* is 12 hours nearer"),
    (make_total(1e7), {}, r"within 1%.*before, the range was CNY 2.00 to 21.0 million\.$"),
    (make_total(0.0, track=2e6), {}, "A loss is now expected, CNY 2.00 million; .* expected none"),
    (make_total(2e6, track=-2e6), {}, "No loss is expected any more; .* expected CNY 2.00 million"),
    (make_total(0.0), {}, "^No loss in CNY is expected, now as before.$"),
])
def test_every_kind_of_change_has_its_words(total, facts, told):
    assert re.search(told, said(total, **facts))
    assert "{" not in said(total, "zh", **facts)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("before", "now", "key"), [(0, 52, "joined"), (52, 0, "left")])
def test_an_ensemble_that_joins_or_leaves_is_the_track(lang, before, now, key):
    text, total = load_text(lang), make_total(1e7, track=2e6)
    changed = make_changed(total)
    for side, count in (("previous", before), ("current", now)):
        changed[side] = {**changed[side], "ensemble_members": count}
    told = loss_sentences(total, changed, text)
    assert text(f"changed.fact_ensemble_{key}", count=52) in told


def test_another_treatment_of_the_ensemble_is_named():
    total = make_total(1e7, intensity=2e6)
    changed = make_changed(total)
    changed["differences"] = {"settings": [{"name": "anchored", "old": True, "new": False}]}
    assert "treated in another way" in loss_sentences(total, changed, load_text("en"))[-1]


def test_words_of_gales_and_clients():
    text, changed = load_text("en"), make_changed(make_total(1e6, track=1e6))
    told = " ".join(book_sentences(changed, text))
    assert "now expected at 40 insured locations; before, at 12" in told
    assert "22 Aug 2017, 23:50 UTC (23 Aug 07:50 UTC+8)" in told
    assert told.endswith("4 now, 3 before; 2 entered the list and 1 left it. "
                         "New on the list: Zeta, Eta. No longer on it: Theta.")
    changed["clients"]["entered"] *= 3  # the same names, more currencies
    assert "New on the list: Zeta, Eta." in book_sentences(changed, text)
    changed["clients"]["entered"] = [make_row(f"N{k}") for k in range(6)]
    assert not any("New on the list" in line for line in book_sentences(changed, text))
    changed["clients"] |= {"entered": [], "left": [], "n_old": 4}
    changed["facts"]["n_gale"] = same(40)
    told = " ".join(book_sentences(changed, text))
    assert "40 insured locations, as many as before" in told
    assert told.endswith("a loss: 4, the same as before.")
    changed["facts"]["n_gale"] = same(0)
    assert book_sentences(changed, text)[0].startswith("No insured location")


class Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.sources: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "link", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.words.append(data)


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_is_whole_and_asks_nobody(lang):
    changed = make_changed(make_total(12e6, track=3e6, model=-1e6),
                           make_total(0.0, "MOP"), make_total(5e6, "USD", size=-1e6))
    changed["clients"]["entered"].append(make_row("Mu", currency="USD"))
    page = Page(render_changed(changed, load_text(lang)))
    assert not page.open and all(source.startswith("data:") for source in page.sources)
    assert sum(source.startswith("data:image/svg") for source in page.sources) == 2
    words = " ".join(page.words)
    assert all(name in words for name in ("HATO", "Zeta", "Theta", "c0", "c9", "Mu", "24h", "珠海",
                                          "default", "of the user", "−1.00" if lang == "en"
                                          else "−100"))
    assert "c10" not in words.split() and "{" not in words and "x" * 130 not in words


@pytest.mark.parametrize("lang", LANGS)
def test_a_page_with_as_little_as_there_can_be(lang):
    changed = make_changed(make_total(0.0), shift_km=None, shift_towards=None, compared_utc=None,
                           wind_1min_m_s=same(None), r_max_km=same(None), n_gale=same(0),
                           peak_wind_1min_m_s=same(None), first_gale_utc=same(None),
                           last_gale_utc=same(None))
    nothing = {"n_old": 0, "n_new": 0, "entered": [], "left": [], "moved": []}
    changed |= {"clients": nothing, "branches": nothing,
                "differences": {"cards": [], "settings": [], "software": [], "causes": {}}}
    for side in ("previous", "current"):
        changed[side] |= {"issued_utc": None, "base_utc": None, "agencies": [],
                          "ensemble_members": 51}
    text = load_text(lang)
    page = Page(render_changed(changed, text))
    words = " ".join(page.words)
    assert text("changed.differences_none") in words and "51" in words
    assert not any(source.startswith("data:image/svg") for source in page.sources)


def test_without_gross_losses_and_with_many_currencies():
    totals = [make_total(1e6 * (k + 1), code, track=2e5)
              for k, code in enumerate(("CNY", "HKD", "MOP", "USD", "JPY"))]
    for total in totals:
        del total["gross_parts"], total["gross_change"]
    text = load_text("en")
    words = " ".join(Page(render_changed(make_changed(*totals), text)).words)
    assert text("changed.unlisted", count=1) in words and "JPY" not in words


def test_hostile_names_are_words():
    changed = make_changed(make_total(1e6, track=1e6))
    evil = "</td><script>alert(1)</script>"
    changed["clients"]["entered"] = [make_row(evil)]
    changed["storm"]["name"] = changed["previous"]["folder"] = evil
    page = render_changed(changed, load_text("en"))
    assert "<script" not in page and evil in " ".join(Page(page).words)


def test_chart_is_the_same_for_the_same_figures_and_bears_negative_steps():
    text, total = load_text("zh"), make_total(1e6, portfolio=-3e6, track=4e6)
    before = deepcopy(total)
    assert waterfall_chart(total, text) == waterfall_chart(before, text)
    assert total == before
