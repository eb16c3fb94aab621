"""Two runs compared: parts that sum to the change, each from its own cause, and bad folders."""

import json
from collections.abc import Callable
from dataclasses import replace
from math import fsum
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from riskcloud.analysis.changed.compare import what_changed
from riskcloud.analysis.changed.previous import check_same_storm, read_previous
from riskcloud.errors import InputError
from riskcloud.files import write_json
from riskcloud.geo.points import haversine_m
from riskcloud.hazard.typhoon.track_file import write_tracks
from riskcloud.report.changed import render_changed
from riskcloud.report.text import load_text
from riskcloud.types import ForecastResult, Outlook, Swath, Track

START = np.datetime64("2017-08-22T00:00:00", "s")
BOOK = pd.DataFrame({
    "loc_id": ["L1", "L2", "L3", "L4"], "client_id": ["c1", "c1", "c2", "c3"],
    "branch": ["Zhuhai", "Zhuhai", "Macau", "Macau"], "asset_class": "building_residential",
    "currency": ["CNY", "CNY", "CNY", "MOP"], "tiv": [1e6, 2e6, 3e6, 4e6],
    "lon": [113.5, 113.6, 113.9, 113.55], "lat": [22.2, 22.3, 22.6, 22.2]})


def make_track(*, base_h: float = 0.0, north: float = 0.0, wind: float = 45.0,
               r_max_km: float = 30.0, **changes: Any) -> Track:
    n = 9
    nothing = np.full((n, 4), np.nan)
    base = START + np.timedelta64(int(3600 * base_h), "s")
    track = Track(
        event_id="WP152017", name="HATO", agency="JTWC",
        time_utc=START + 3600 * 6 * np.arange(n).astype("timedelta64[s]"),
        lon=np.linspace(121.0, 109.0, n), lat=np.linspace(20.5, 22.9, n) + north,
        central_pressure_pa=np.full(n, 95_500.0), environmental_pressure_pa=np.full(n, 100_800.0),
        max_wind_m_s=np.full(n, wind), wind_averaging_s=60.0, r_max_m=np.full(n, 1e3 * r_max_km),
        r34_m=nothing, r50_m=nothing, r64_m=nothing, issued_utc=base, base_utc=base)
    return replace(track, **changes)


def evaluate_of(book: pd.DataFrame, factor: float = 1.0) -> Callable[[Outlook], pd.DataFrame]:
    """Return a loss model: the cube of the wind, less with distance, more with lead and size."""

    def evaluate(outlook: Outlook) -> pd.DataFrame:
        ratio = np.zeros(len(book))
        for track in outlook.advisories:
            away = haversine_m(track.lon[:, None], track.lat[:, None], book["lon"].to_numpy(),
                               book["lat"].to_numpy())
            near = np.exp(-away / (4.0 * track.r_max_m[:, None]))
            lead_h = 48.0 if track.base_utc is None else float(
                (track.time_utc[-1] - track.base_utc) / np.timedelta64(3600, "s"))
            wind = (track.max_wind_m_s[:, None] * near).max(axis=0) / 100.0
            ratio += wind**3 * (1.0 + 0.01 * lead_h) / len(outlook.advisories)
        mean = factor * ratio * book["tiv"].to_numpy()
        gust = 100.0 * np.cbrt(ratio)
        return book.assign(mean=mean, gross_mean=0.7 * mean, gust_3s_m_s=gust,
                           time_utc=START + np.timedelta64(24, "h"))

    return evaluate


def rows(losses: pd.DataFrame, key: str | None) -> list[dict[str, Any]]:
    names = ["currency"] if key is None else [key, "currency"]
    table = losses.groupby(names, as_index=False)[["tiv", "mean", "gross_mean"]].sum()
    table = table.assign(q05=0.2 * table["mean"], gross_q05=0.1 * table["mean"],
                         q95=(2.0 * table["mean"]).where(table["mean"] > 1e5, 0.0),
                         gross_q95=1.4 * table["mean"])
    return [dict(row) for row in table.to_dict("records")]


def make_result(outlook: Outlook, losses: pd.DataFrame, **settings: Any) -> ForecastResult:
    track = outlook.advisories[0]
    summary = {"event": {"event_id": track.event_id, "name": track.name},
               "portfolio": {"n_locations": len(losses)}, "total": rows(losses, None),
               "by_client": rows(losses, "client_id"), "by_branch": rows(losses, "branch")}
    manifest = {
        "software": {"riskcloud": "0.2", "numpy": "2.0"},
        "inputs": {"portfolio": {"sha256": "a"}},
        "settings": {"members": 500, "seed": 1, "anchored": True, "issued_at": None,
                     "wind_models": ["all"], **settings},
        "model_cards": [{"kind": "wind", "name": "default", "version": "1", "sha256": "f"}]}
    return ForecastResult(summary=summary, losses=losses, track=track, outlook=outlook,
                          swath=Swath(*(np.zeros((1,)) for _ in range(2)), np.zeros((1, 1)),
                                      "gust_3s", "m/s"), manifest=manifest)


def save(result: ForecastResult, folder: Path) -> Path:
    folder.mkdir()
    write_json(dict(result.summary), folder / "summary.json")
    write_json(dict(result.manifest), folder / "manifest.json")
    result.losses.drop(columns=["lon", "lat"]).to_parquet(folder / "losses.parquet", index=False)
    write_tracks((*result.outlook.advisories, *result.outlook.ensemble), folder / "tracks.csv")
    return folder


@pytest.fixture
def compare(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Return the function that compares two outlooks (and books), the first one read back."""

    def compared(old: Outlook, new: Outlook, *, book: pd.DataFrame = BOOK, factor: float = 1.0,
                 manifest: dict[str, Any] | None = None, calls: list[Outlook] | None = None,
                 ) -> dict[str, Any]:
        before = make_result(old, evaluate_of(BOOK)(old))
        evaluate = evaluate_of(book, factor)
        result = make_result(new, evaluate(new))
        result = replace(result, manifest={**result.manifest, **(manifest or {})})

        def counted(outlook: Outlook) -> pd.DataFrame:
            if calls is not None:
                calls.append(outlook)
            return evaluate(outlook)

        previous = read_previous(save(before, tmp_path / "run_old"))
        return what_changed(previous, result, new, counted)

    return compared


def parts_of(changed: dict[str, Any], currency: str = "CNY") -> dict[str, float]:
    total = next(row for row in changed["totals"] if row["currency"] == currency)
    return {part["source"]: part["change"] for part in total["parts"]}


OLD = Outlook((make_track(),))


def test_parts_sum_to_the_change_in_every_currency_and_stage(compare):
    new = Outlook((make_track(base_h=12, north=0.6, wind=55.0, r_max_km=22.0),))
    book = BOOK.assign(tiv=[1e6, 3e6, 3e6, 4e6]).iloc[1:]
    changed = compare(OLD, new, book=book, factor=1.1, manifest={"software": {"riskcloud": "0.3"}})
    assert [row["currency"] for row in changed["totals"]] == ["CNY", "MOP"]
    for row in changed["totals"]:
        difference = row["new"]["mean"] - row["old"]["mean"]
        assert fsum(part["change"] for part in row["parts"]) == row["change"]
        assert row["change"] == pytest.approx(difference, rel=1e-10)
        assert row["gross_change"] == pytest.approx(0.7 * difference, rel=1e-10)
        assert [part["source"] for part in row["gross_parts"]] == [
            "portfolio", "model", "track", "intensity", "size", "lead"]
    assert all(change != 0.0 for change in parts_of(changed).values())


@pytest.mark.parametrize(("source", "change"), [
    ("track", {"north": 0.6}), ("intensity", {"wind": 60.0}), ("size", {"r_max_km": 20.0}),
    ("lead", {"base_h": 12})])
def test_each_cause_alone_is_all_of_the_change(compare, source, change):
    new = Outlook((make_track(**change),))
    changed = compare(OLD, new)
    parts = parts_of(changed)
    assert {name for name, part in parts.items() if part != 0.0} == {source}
    total = changed["totals"][0]
    assert parts[source] == pytest.approx(total["new"]["mean"] - total["old"]["mean"], rel=1e-7)


def test_nothing_changed_is_exactly_nothing_and_computes_nothing(compare):
    calls: list[Outlook] = []
    changed = compare(OLD, OLD, calls=calls)
    assert set(parts_of(changed).values()) == {0.0} and not calls
    assert changed["differences"] == {"cards": [], "settings": [], "software": [],
                                      "causes": {"portfolio": False, "model": False}}
    assert changed["clients"]["moved"] == [] and changed["facts"]["shift_km"] < 1e-3


def test_a_hindcast_computes_the_old_lead_once(compare):
    calls: list[Outlook] = []
    parts = parts_of(compare(OLD, Outlook((make_track(base_h=12),)), calls=calls))
    assert len(calls) == 1 and parts["lead"] < 0.0


def test_portfolio_part_by_hand(compare):
    book = pd.concat([BOOK.assign(tiv=[1e6, 5e6, 3e6, 4e6]).iloc[[0, 1, 3]],
                      BOOK.iloc[[2]].assign(loc_id="L9")])
    before, now = (evaluate_of(table)(OLD).set_index("loc_id")["mean"] for table in (BOOK, book))
    changed = compare(OLD, OLD, book=book, manifest={"inputs": {"portfolio": {"sha256": "b"}}})
    expected = now["L9"] - before["L3"] + now["L2"] * (1.0 - 2e6 / 5e6)
    assert parts_of(changed)["portfolio"] == pytest.approx(expected, rel=1e-9)
    assert parts_of(changed)["model"] == 0.0
    assert changed["portfolio"] == {"n_old": 4, "n_new": 4, "n_entered": 1, "n_left": 1,
                                    "n_revalued": 1}


@pytest.mark.parametrize(("manifest", "source"), [
    ({"software": {"riskcloud": "0.3", "numpy": "2.0"}}, "model"),
    ({"inputs": {"portfolio": {"sha256": "b"}}}, "portfolio"),  # such as another construction
    ({"model_cards": [{"kind": "wind", "name": "default", "version": "2", "sha256": "e"}]},
     "model")])
def test_what_no_location_explains_belongs_to_what_differs(compare, manifest, source):
    parts = parts_of(compare(OLD, OLD, factor=1.5, manifest=manifest))
    assert {name for name, part in parts.items() if part != 0.0} == {source}
    assert parts[source] > 0.0


def test_a_currency_that_only_one_run_has(compare):
    changed = compare(OLD, OLD, book=BOOK.assign(currency="CNY"))
    mop = next(row for row in changed["totals"] if row["currency"] == "MOP")
    assert mop["new"]["mean"] == 0.0 and parts_of(changed, "MOP")["portfolio"] < 0.0
    assert mop["change"] == pytest.approx(-mop["old"]["mean"])


def test_a_location_of_another_class_leaves_and_enters(compare):
    changed = compare(OLD, OLD, book=BOOK.assign(asset_class="tower_110kv"), factor=3.0)
    assert changed["portfolio"]["n_entered"] == changed["portfolio"]["n_left"] == 4
    assert parts_of(changed)["model"] == pytest.approx(0.0, abs=1e-6)


def test_clients_enter_leave_and_move(compare):
    near = compare(OLD, Outlook((make_track(wind=90.0),)))
    assert [row["client_id"] for row in near["clients"]["entered"]] == ["c2"]
    assert near["clients"]["left"] == [] and near["clients"]["n_new"] == 3
    assert [row["client_id"] for row in near["clients"]["moved"]] == ["c1", "c3"]
    row = near["clients"]["moved"][0]
    assert row["change"] == row["new_mean"] - row["old_mean"] > 0.0
    assert near["branches"]["moved"]


def test_facts_of_a_shift_by_hand(compare):
    facts = compare(OLD, Outlook((make_track(north=0.5, wind=50.0, r_max_km=25.0),)))["facts"]
    assert facts["shift_towards"] == "N"
    assert facts["shift_km"] == pytest.approx(0.5 * 111.195, rel=1e-3)
    assert facts["book_lon"] == pytest.approx(np.average(BOOK["lon"], weights=BOOK["tiv"]))
    assert facts["distance_km"]["new"] < facts["distance_km"]["old"]
    assert facts["wind_1min_m_s"] == {"old": 45.0, "new": 50.0}
    assert facts["r_max_km"] == pytest.approx({"old": 30.0, "new": 25.0})
    assert facts["n_gale"]["new"] >= facts["n_gale"]["old"]


@pytest.mark.parametrize(("east", "north", "towards"), [
    (1.0, 0.0, "E"), (-1.0, 0.0, "W"), (0.7, -0.7, "SE"), (-0.7, 0.7, "NW")])
def test_compass(compare, east, north, towards):
    track = make_track(north=north)
    facts = compare(OLD, Outlook((replace(track, lon=track.lon + east),)))["facts"]
    assert facts["shift_towards"] == towards


def test_an_ensemble_alone_has_a_mean_centre(compare):
    members = tuple(make_track(north=north, member=k + 1) for k, north in enumerate((-0.4, 0.6)))
    changed = compare(OLD, Outlook(OLD.advisories, members))
    assert changed["current"]["ensemble_members"] == 2
    from riskcloud.analysis.changed.facts import storm_facts
    facts = storm_facts(OLD, Outlook((), members), BOOK)
    assert facts["shift_km"] == pytest.approx(0.1 * 111.195, rel=1e-2)
    assert facts["wind_1min_m_s"]["new"] == pytest.approx(45.0)


def test_settings_that_change_no_loss_are_not_named(compare):
    settings = {"members": 200, "seed": 1, "anchored": True, "issued_at": "x",
                "wind_models": ["all"], "lang": "en", "keep_samples": True}
    found = compare(OLD, OLD, manifest={"settings": settings})["differences"]
    assert [row["name"] for row in found["settings"]] == ["members", "issued_at"]
    assert found["causes"]["model"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_of_a_comparison(compare, lang):
    new = Outlook((make_track(base_h=12, north=0.6, wind=90.0),))
    changed = json.loads(json.dumps(compare(OLD, new)))  # as changed.json has it
    page = render_changed(changed, load_text(lang))
    assert "HATO" in page and "c2" in page


# ---- bad folders ----


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return save(make_result(OLD, evaluate_of(BOOK)(OLD)), tmp_path / "run")


def test_a_run_is_read_back_as_it_was(folder):
    run = read_previous(folder)
    assert run.outlook.anchored and not run.outlook.ensemble
    np.testing.assert_array_equal(run.outlook.advisories[0].lat, OLD.advisories[0].lat)
    assert run.outlook.advisories[0].base_utc == START
    assert list(run.losses["loc_id"]) == list(BOOK["loc_id"])


@pytest.mark.parametrize("name", ["tracks.csv", "summary.json", "losses.parquet"])
def test_a_run_of_an_older_version(folder, name):
    (folder / name).unlink()
    with pytest.raises(InputError, match=f"without {name}: run the previous forecast again"):
        read_previous(folder)


def test_no_folder(tmp_path):
    with pytest.raises(InputError, match="no such folder; --previous takes the folder"):
        read_previous(tmp_path / "nothing")


@pytest.mark.parametrize("content", [
    "{", "[]", '{"total": 3}', "\xff", "[" * 100_000, '{"a": ' + "9" * 10_000 + "}", ""])
@pytest.mark.parametrize("name", ["summary.json", "manifest.json"])
def test_broken_json(folder, name, content):
    (folder / name).write_bytes(content.encode("latin-1"))
    with pytest.raises(InputError, match=name):
        read_previous(folder)


@pytest.mark.parametrize(("name", "place", "value", "told"), [
    ("summary.json", ("total", 0, "mean"), "1e6", r"total\[0\].mean = \"'1e6'\": expected a num"),
    ("summary.json", ("total", 0, "q95"), float("nan"), r"total\[0\].q95"),
    ("summary.json", ("by_client", 1, "client_id"), None, r"by_client\[1\].client_id"),
    ("manifest.json", ("settings", "anchored"), None, "settings.anchored"),
    ("manifest.json", ("model_cards", 0), 7, r"model_cards\[0\]"),
    ("manifest.json", ("inputs", "portfolio"), {}, "inputs.portfolio.sha256")])
def test_json_of_another_shape(folder, name, place, value, told):
    content = json.loads((folder / name).read_text(encoding="utf-8"))
    part = content
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    (folder / name).write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError, match=told):
        read_previous(folder)


def test_losses_that_are_no_table(folder):
    path = folder / "losses.parquet"
    whole = path.read_bytes()
    for broken in (whole[: len(whole) // 2], b"PAR1", b"not a table", b""):
        path.write_bytes(broken)
        with pytest.raises(InputError, match="not readable as Parquet"):
            read_previous(folder)


@pytest.mark.parametrize(("change", "told"), [
    ({"mean": "much"}, "mean holds no numbers"), ({"mean": np.nan}, "no finite numbers"),
    ({"time_utc": 3}, "time_utc holds no times")])
def test_losses_of_another_shape(folder, change, told):
    table = pd.read_parquet(folder / "losses.parquet").assign(**change)
    table.to_parquet(folder / "losses.parquet")
    with pytest.raises(InputError, match=told):
        read_previous(folder)


def test_losses_of_another_run(folder):
    table = pd.read_parquet(folder / "losses.parquet")
    table.iloc[:2].to_parquet(folder / "losses.parquet")
    with pytest.raises(InputError, match="files of two runs"):
        read_previous(folder)
    table.drop(columns="gust_3s_m_s").to_parquet(folder / "losses.parquet")
    with pytest.raises(InputError, match=r"without column\(s\) gust_3s_m_s"):
        read_previous(folder)


def test_tracks_that_are_none(folder):
    (folder / "tracks.csv").write_text("storm_id,lat\nx,y\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"tracks.csv(.|\n)*run the previous forecast again"):
        read_previous(folder)


@pytest.mark.parametrize("other", [
    make_track(name="TALIM"), make_track(north=12.0),
    make_track(time_utc=OLD.advisories[0].time_utc + np.timedelta64(40, "D"))])
def test_another_storm(folder, other):
    with pytest.raises(InputError, match="a forecast of another storm: WP152017 HATO .2017-08-22"):
        check_same_storm(read_previous(folder), Outlook((other,)))
