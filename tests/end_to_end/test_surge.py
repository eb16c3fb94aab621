"""``riskcloud surge`` from files to files, in both languages, and what it refuses."""

import json

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin
from typer.testing import CliRunner

from riskcloud.cli.app import app, main
from riskcloud.messages import translated

FILES = {"coast.csv", "locations.csv", "locations.parquet", "manifest.json", "summary.json",
         "surge.html"}


@pytest.fixture(scope="module")
def dem(tmp_path_factory):
    path = tmp_path_factory.mktemp("dem") / "dem.tif"
    with rasterio.open(path, "w", driver="GTiff", width=440, height=400, count=1, dtype="float32",
                       crs="EPSG:4326", transform=from_origin(112.5, 23.2, 0.005, 0.005)) as file:
        file.write(np.full((1, 400, 440), 2.0, np.float32))
    return path


def run(*args):
    return CliRunner().invoke(app, ["surge", *map(str, args)], standalone_mode=False)


@pytest.fixture(scope="module")
def inputs(samples, tmp_path_factory):
    lines = (samples / "pearl_river_portfolio.csv").read_text(encoding="utf-8").splitlines(True)
    few = tmp_path_factory.mktemp("book") / "few.csv"
    few.write_text("".join([lines[0], *lines[1::40]]), encoding="utf-8")
    return few, samples / "hato_2017.csv"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_all_files_are_there(inputs, dem, tmp_path, lang):
    found = run(*inputs, "--dem", dem, "--tide", 1.2, "--lang", lang, "--out", tmp_path, "--json")
    assert found.exit_code == 0, found.output
    summary = json.loads(found.stdout)
    assert {path.name for path in tmp_path.iterdir()} == FILES
    assert summary["tide_m"] == 1.2 and summary["water"]["wet"] > 0
    assert summary["event"]["name"] == "HATO" and len(summary["coast"]) == 20
    assert summary["timings_s"]["compute"] > 0.0
    page = (tmp_path / "surge.html").read_text(encoding="utf-8")
    assert ("风暴潮" if lang == "zh" else "Storm surge of HATO") in page and "http" not in (
        page.split("</head>")[1].replace("http://www.w3.org", ""))
    assert ("沿深水路径的准一维风暴潮增水" if lang == "zh" else "Bathystrophic storm tide") in page
    for note in summary["notes"]:
        assert translated(note, lang) in page.replace("&#39;", "'").replace("&gt;", ">"), note
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    kinds = {card["kind"] for card in manifest["model_cards"]}
    assert {"surge", "shelf", "surface", "vulnerability_flood"} <= kinds
    assert {"portfolio", "track", "dem_1"} <= set(manifest["inputs"])


def test_the_same_run_has_the_same_bytes(inputs, dem, tmp_path):
    for name in ("a", "b"):
        run(*inputs, "--dem", dem, "--out", tmp_path / name, "--json")
    for name in ("locations.csv", "coast.csv", "surge.html"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_terminal_says_what_it_is(inputs, tmp_path):
    found = run(*inputs, "--lang", "en", "--out", tmp_path)
    assert found.exit_code == 0 and "a screen of the surge, not hydraulics" in found.stdout
    assert "no data: elevation of the ground not known" in found.stdout


@pytest.mark.parametrize(("args", "word"), [
    (("--level", "x.tif", "--depth", "y.tif"), "not both"),
    (("--level", "x.tif", "--tide", "1"), "the raster holds the tide"),
    (("--depth-unit", "ft"), "give its raster"), (("--nodata", "dry"), "expected auto, none"),
    (("--level", "x.tif", "--level-unit", "yard"), "expected one of m, cm"),
    (("--nodata-dry",), "only with --depth"),
    (("--depth", "y.tif", "--datum-shift", "1"), "--datum-shift: only with water levels"),
    (("--model", "nobody"), "nobody")])
def test_wrong_usage(inputs, tmp_path, capsys, args, word):
    with pytest.raises(SystemExit) as left:
        main(["surge", *map(str, inputs), *args, "--out", str(tmp_path)])
    assert left.value.code == 64 and word in capsys.readouterr().err.replace("\n", " ")


def test_bad_tides_and_missing_files_are_bad_input(inputs, tmp_path, capsys):
    for args, word in ((("--tide", "210"), "英尺"), (("--level", "no.tif"), "no.tif")):
        with pytest.raises(SystemExit) as left:
            main(["surge", *map(str, inputs), *args, "--out", str(tmp_path)])
        assert left.value.code == 2 and word in capsys.readouterr().err
        assert not list(tmp_path.iterdir())
