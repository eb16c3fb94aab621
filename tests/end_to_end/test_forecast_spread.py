"""Forecasts with the error of their tracks: Hato as seen before landfall, Chanthu's ensemble."""

import json
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from riskcloud.cli import main

pytestmark = pytest.mark.usefixtures("coarse_picture")

SHARED = Path(os.environ.get("RISKCLOUD_SHARED", Path(__file__).parents[3] / "shared"))
STORMS = SHARED / "data" / "tropical_cyclones"
SOURCES = {"track", "intensity", "model", "curve", "asset"}
HEAD = ("LocNumber,AccNumber,ClientNumber,AssetClass,Longitude,Latitude,BuildingTIV,LocCurrency,"
        "DesignWindSpeed,CountryCode")
PLACES = ((121.60, 23.98), (121.75, 24.75), (121.95, 25.05), (122.20, 29.95), (121.50, 31.20))


def run(*argv: Any) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(arg) for arg in argv])
    return int(ended.value.code or 0)


def load(folder: Path, name: str = "summary.json") -> dict[str, Any]:
    return dict(json.loads((folder / name).read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Path:
    """Hato 24, 12 and 6 hours before it landed at Zhuhai, 23 August 2017 04:50 UTC."""
    root = tmp_path_factory.mktemp("hato")
    files = (samples / "pearl_river_portfolio.csv", samples / "hato_2017.csv")
    before: list[Any] = []
    for name, issued in (("24h", "2017-08-22T04:50Z"), ("12h", "2017-08-22T16:50Z"),
                         ("6h", "2017-08-22T22:50Z")):
        assert run("forecast", *files, "--issued-at", issued, "--members", 100, "--lang", "en",
                   "--out", root / name, *before) == 0
        before = ["--previous", root / name]
    return root


@pytest.mark.parametrize("name", ["24h", "12h", "6h"])
def test_a_report_whose_band_is_split_by_five_sources(seen: Path, name: str) -> None:
    summary = load(seen / name)
    assert summary["event"]["track_error"] == "included"
    parts = {part["source"]: part["variance_share"] for part in summary["band_split"]}
    assert set(parts) == SOURCES
    assert sum(parts.values()) == pytest.approx(1.0)
    assert parts["track"] + parts["intensity"] > 0.1
    page = (seen / name / "report.html").read_text(encoding="utf-8")
    assert "Forecast issued" in page and "best track and not a forecast" not in page


def test_the_band_narrows_towards_landfall(seen: Path) -> None:
    width = {}
    for name in ("24h", "6h"):
        total = load(seen / name)["total"][0]
        width[name] = total["q95"] - total["q05"]
    assert width["6h"] < width["24h"]


def test_what_changed_adds_up_to_the_change_of_the_loss(seen: Path) -> None:
    for old, new in (("24h", "12h"), ("12h", "6h")):
        changed = load(seen / new, "changed.json")
        means = [load(seen / name)["total"][0]["mean"] for name in (old, new)]
        total = changed["totals"][0]
        assert total["change"] == pytest.approx(means[1] - means[0], rel=1e-9)
        parts = {part["source"]: part["change"] for part in total["parts"]}
        assert sum(parts.values()) == pytest.approx(total["change"], rel=1e-9, abs=1.0)
        # one best track: its positions and winds are the same, only the lead time is shorter
        assert parts["lead"] == pytest.approx(total["change"], rel=1e-9)
        assert parts["portfolio"] == parts["track"] == parts["intensity"] == parts["size"] == 0.0
        assert (seen / new / "changed.html").stat().st_size > 10_000


def test_the_same_run_again_changes_nothing(seen: Path, samples: Path, tmp_path: Path) -> None:
    assert run("forecast", samples / "pearl_river_portfolio.csv", samples / "hato_2017.csv",
               "--issued-at", "2017-08-22T16:50Z", "--members", 100, "--lang", "en", "--out",
               tmp_path, "--previous", seen / "12h") == 0
    total = load(tmp_path, "changed.json")["totals"][0]
    assert all(part["change"] == 0.0 for part in total["parts"]), total["parts"]
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "losses.parquet"),
                                  pd.read_parquet(seen / "12h" / "losses.parquet"))


def test_the_tracks_of_a_run_are_an_advisory_of_the_next(seen: Path, samples: Path,
                                                         tmp_path: Path) -> None:
    assert run("forecast", samples / "pearl_river_portfolio.csv", seen / "12h" / "tracks.csv",
               "--members", 100, "--lang", "en", "--out", tmp_path) == 0
    again, before = (load(folder)["total"][0]["mean"] for folder in (tmp_path, seen / "12h"))
    assert again == pytest.approx(before, rel=1e-9)


@pytest.fixture(scope="module")
def coast(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five towers and five houses from the east of Taiwan to Shanghai."""
    path = tmp_path_factory.mktemp("coast") / "coast.csv"
    rows = [f"{kind}{k},A,c{k},{name},{lon},{lat},1e6,CNY,{design},CN"
            for k, (lon, lat) in enumerate(PLACES)
            for kind, name, design in (("T", "tower_110kv", 25), ("B", "building_residential", ""))]
    path.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    return path


@pytest.mark.skipif(not STORMS.is_dir(), reason=f"no shared data at {SHARED}")
@pytest.mark.parametrize("advisory", [True, False])
def test_chanthu_from_the_native_ensemble_to_a_report(coast: Path, tmp_path: Path,
                                                      advisory: bool) -> None:
    if find_spec("eccodes") is None:
        pytest.skip("ecCodes is not installed (extra bufr)")
    given = [STORMS / "events" / "chanthu_2021_jtwc.csv"] if advisory else []
    assert run("forecast", coast, *given, "--ensemble",
               STORMS / "forecasts" / "ecmwf_eps_chanthu_2021091000.bufr4",
               "--issued-at", "2021-09-10T00:00Z", "--members", 104, "--lang", "en",
               "--out", tmp_path) == 0
    summary = load(tmp_path)
    ensemble = summary["forecast"]["ensemble"]
    assert ensemble["n_members"] == summary["forecast"]["n_tracks"] == 52
    assert ensemble["intensity"] == ("anchored" if advisory else "raw")
    assert {part["source"] for part in summary["band_split"]} == SOURCES
    total = summary["total"][0]
    # the models' own weak winds leave a mean that a few members in a hundred make
    assert total["q05"] < total["q95"] and total["q05"] < total["mean"]
    assert not advisory or total["mean"] < total["q95"]
    assert (tmp_path / "report.html").exists()
    tracks = pd.read_csv(tmp_path / "tracks.csv")
    assert tracks["member"].nunique() == 52 + int(advisory)


@pytest.mark.skipif(not STORMS.is_dir(), reason=f"no shared data at {SHARED}")
def test_anchored_members_bring_more_than_the_models_own_wind(coast: Path, tmp_path: Path) -> None:
    if find_spec("eccodes") is None:
        pytest.skip("ecCodes is not installed (extra bufr)")
    gust = {}
    for kind in ("anchored", "raw"):
        assert run("forecast", coast, STORMS / "events" / "chanthu_2021_jtwc.csv", "--ensemble",
                   STORMS / "forecasts" / "ecmwf_eps_chanthu_2021091000.bufr4", "--issued-at",
                   "2021-09-10T00:00Z", "--members", 52, "--ensemble-intensity", kind,
                   "--out", tmp_path / kind) == 0
        gust[kind] = pd.read_parquet(tmp_path / kind / "losses.parquet")["gust_3s_m_s"].to_numpy()
    # Taiwan is passed within two days of the analysis; Shanghai on the fourth, when the anchor's
    # offset has gone and the models' own wind is left
    assert (gust["anchored"][:6] > gust["raw"][:6] + 3.0).all()
    # (of its outer winds on the way something stays)
    assert abs(gust["anchored"][8:] - gust["raw"][8:]).max() < 6.0
