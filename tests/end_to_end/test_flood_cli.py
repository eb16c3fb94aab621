"""``riskcloud flood``: files, figures, the page; and what it refuses."""

import csv
import json

import numpy as np
import pandas as pd
import pytest

HOSTILE = "<img src=x onerror=window.harmed=1>"
HEAD = ("LocNumber,AccNumber,PolNumber,BranchName,ClientNumber,AssetClass,Longitude,Latitude,"
        "BuildingTIV,ContentsTIV,BITIV,LocCurrency,LocDed1Building")
ROWS = (
    f"1,A,P1,North,{HOSTILE},building_residential,113.05,22.35,1000000,0,0,CNY,10000",
    "2,A,P1,North,-2+3,building_commercial,113.15,22.25,2000000,500000,0,CNY,",
    "3,B,P2,South,c,substation,113.25,22.15,8000000,0,100000,CNY,",
    "4,B,P2,South,c,tower_110kv,113.25,22.15,300000,0,0,CNY,",
    "5,B,P2,South,c,building_industrial,113.35,22.05,500000,0,0,USD,",
    "6,B,P2,South,c,building_residential,120.0,22.05,400000,0,0,CNY,")


def write_raster(path, values, *, nodata=None, west=113.0, crs="EPSG:4326", units=None):
    import rasterio
    from rasterio.transform import from_origin

    values = np.asarray(values, "float32")
    with rasterio.open(path, "w", driver="GTiff", width=4, height=4, count=1, dtype="float32",
                       crs=crs, nodata=nodata, transform=from_origin(west, 22.4, 0.1, 0.1)) as file:
        file.write(np.broadcast_to(values, (4, 4)), 1)
        if units:
            file.units = (units,)
    return path


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A folder with a portfolio and a stack of three return periods, 0.5, 1 and 2 m."""
    folder = tmp_path_factory.mktemp("flood")
    (folder / "book.csv").write_text("\n".join([HEAD, *ROWS]) + "\n", encoding="utf-8")
    last = np.full((4, 4), 2.0)
    last[3, 3] = -9999.0
    for years, depth in ((10, 0.5), (100, 1.0), (1000, last)):
        write_raster(folder / f"depth_rp{years:05d}.tif", depth, nodata=-9999.0)
    return folder


def stack(folder, *years):
    return [word for n in years or (10, 100, 1000)
            for word in ("--depth", folder / f"depth_rp{n:05d}.tif")]


@pytest.fixture(scope="module")
def ran(riskcloud, book):
    """Folder of the outputs, and the printed answer."""
    out = book / "out"
    done = riskcloud("flood", book / "book.csv", *stack(book), "--out", out, "--lang", "en",
                     "--json")
    assert done.status == 0, done.err
    return out, done.json()


def test_losses_by_return_period_and_a_year(ran):
    out, answer = ran
    assert {path.name for path in out.iterdir()} == {
        "flood.html", "locations.csv", "locations.parquet", "losses.parquet", "manifest.json",
        "summary.json"}
    assert answer["return_periods_yr"] == [10, 100, 1000] and not answer["scenario"]
    yuan = [flood["totals"][0] for flood in answer["floods"]]
    assert [total["currency"] for total in yuan] == ["CNY"] * 3
    stations = np.interp([0.5, 1.0, 2.0], [0.3048, 0.6096, 0.9144, 1.2192, 1.8288, 2.1336],
                         [0.02, 0.04, 0.06, 0.07, 0.09, 0.10])
    expected = (1e6 * np.array([0.327, 0.494, 0.721]) + 2.5e6 * np.array([0.377, 0.538, 0.763])
                + 8e6 * stations)
    assert [total["loss"] for total in yuan] == pytest.approx(expected)
    assert [total["gross"] for total in yuan] == pytest.approx(expected - 10_000)
    assert [total["n_unknown"] for total in yuan] == [1, 1, 1]  # outside the rasters
    annual = answer["annual"][0]
    by_hand = (0.5 * (expected[0] + expected[1]) * 0.09 + 0.5 * (expected[1] + expected[2]) * 0.009
               + expected[2] * 0.001)
    assert annual["loss"] == pytest.approx(by_hand) and annual["n_unknown"] == 1
    assert answer["annual"][1]["currency"] == "USD" and answer["annual"][1]["n_unknown"] == 1
    assert any("unknown, not dry" in note for note in answer["notes"])
    assert len(answer["notes"]) == len(answer["notes_zh"])
    assert set(answer["timings_s"]) == {"load", "read", "compute", "write"}


def test_the_files_agree(ran):
    out, answer = ran
    with (out / "locations.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["loc_id"]: row for row in csv.DictReader(file)}
    assert rows["4"]["loss_rp1000"] in ("0", "0.0") and rows["4"]["status"] == "none"
    assert rows["6"]["loss_rp10"] == "" and rows["5"]["depth_m_rp1000"] == ""
    assert rows["2"]["client_id"] == "'-2+3"  # no spreadsheet runs it
    table = pd.read_parquet(out / "locations.parquet")
    assert table.groupby("currency")["loss_rp100"].sum()["CNY"] == pytest.approx(
        answer["floods"][1]["totals"][0]["loss"])
    losses = pd.read_parquet(out / "losses.parquet")
    assert losses["loss"].to_numpy() == pytest.approx(
        losses[["loss_building", "loss_other", "loss_contents"]].sum(axis=1).to_numpy())
    assert losses.loc[losses["return_period_yr"] == 100, "loss"].sum() == pytest.approx(
        sum(total["loss"] for total in answer["floods"][1]["totals"]))
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["inputs"]) == {"portfolio", "depth_1", "depth_2", "depth_3"}
    assert {card["name"] for card in manifest["model_cards"]} == {"huizinga_2017_asia",
                                                                  "hazus_substation"}


def test_the_page_stands_alone_and_runs_nothing_of_the_book(ran, riskcloud, book):
    out, _ = ran
    page = (out / "flood.html").read_text(encoding="utf-8")
    assert "Expected loss a year" in page and "no data" in page and "JRC" in page
    assert "<img src=x" not in page and "http-equiv=\"Content-Security-Policy\"" in page
    zh = riskcloud("flood", book / "book.csv", *stack(book), "--out", book / "zh")
    assert zh.status == 0 and "年期望损失" in zh.out and "按未知处理，不当作干地" in zh.out
    assert "水下" in (book / "zh" / "flood.html").read_text(encoding="utf-8")


def test_a_second_run_is_the_same(ran, riskcloud, book):
    out, answer = ran
    again = riskcloud("flood", book / "book.csv", *stack(book, 1000, 10, 100), "--out",
                      book / "again", "--lang", "en", "--json").json()
    for key in ("floods", "annual", "by_branch", "notes"):
        assert again[key] == answer[key]
    assert (book / "again" / "flood.html").read_text(encoding="utf-8") == (
        out / "flood.html").read_text(encoding="utf-8")


def test_one_flood_without_a_return_period(riskcloud, book):
    write_raster(book / "event.tif", 1.0)
    done = riskcloud("flood", book / "book.csv", "--depth", book / "event.tif", "--out",
                     book / "event", "--lang", "en", "--json")
    answer = done.json()
    assert done.status == 0 and answer["scenario"] and answer["annual"] is None
    assert "the file names no unit: metres taken" in " ".join(answer["notes"])


@pytest.mark.parametrize("files, words", [
    ({"a_rp10.tif": {"values": 150.0}}, "--depth-unit cm or ft"),
    ({"a_rp10.tif": {"values": 2.0}, "b_rp100.tif": {"values": 1.0}}, "are the return periods"),
    ({"a_rp10.tif": {"values": 2.0}, "b_rp10.tif": {"values": 1.0}}, "again: give one raster"),
    ({"a_rp10.tif": {"values": 2.0}, "b.tif": {"values": 1.0}}, "without a return period"),
    ({"a_rp10.tif": {"values": 2.0, "west": 10.0}}, "no site lies in it"),
    ({"a_rp10.tif": {"values": 2.0, "crs": None}}, "no coordinate reference system"),
    ({"a_rp10.tif": {"values": 2.0, "units": "kg"}}, "is no length")])
def test_rasters_that_cannot_be_used(riskcloud, book, tmp_path, files, words):
    given = [word for name, how in files.items()
             for word in ("--depth", write_raster(tmp_path / name, how.pop("values"), **how))]
    done = riskcloud("flood", book / "book.csv", *given, "--out", tmp_path / "out", "--lang", "en")
    assert done.status == 2 and words in done.err
    assert list(files)[-1] in done.err  # the file at fault
    assert not (tmp_path / "out").exists() or not any((tmp_path / "out").iterdir())


def test_what_is_said_of_odd_rasters(riskcloud, book, tmp_path):
    values = np.full((4, 4), 6.0)
    values[0, 0] = -9999.0
    done = riskcloud("flood", book / "book.csv", "--depth",
                     write_raster(tmp_path / "feet_rp10.tif", values, units="ft"), "--depth",
                     write_raster(tmp_path / "fine_rp100.tif", 3.0, west=112.9), "--out",
                     tmp_path / "out", "--lang", "en", "--json")
    notes = " ".join(done.json()["notes"])
    assert done.status == 0
    for words in ("feet_rp10.tif: depths in ft turned to metres", "2 different grids",
                  "feet_rp10.tif: 1 cell(s) of -9999 taken as nodata, which the file does not"):
        assert words in notes


def test_wrong_usage(riskcloud, book):
    for more, words in (((), "give --depth"), ((*stack(book), "--depth-unit", "fathom"), "m, cm"),
                        ((*stack(book), "--nodata", "x"), "auto, none or a number"),
                        ((*stack(book), "--drainage-mm", "5"), "of --rain, not of --depth"),
                        (("--rain", "100", "--dem", "dem.tif", "--depth-unit", "cm"),
                         "of --depth, not of --rain")):
        done = riskcloud("flood", book / "book.csv", *more)
        assert done.status == 64 and words in done.err
    missing = riskcloud("flood", book / "book.csv", "--depth", "none.tif", "--lang", "en")
    assert missing.status == 2 and "none.tif: no such file" in missing.err


def test_no_data_is_no_loss_of_0(riskcloud, book, tmp_path):
    path = write_raster(tmp_path / "blank_rp10.tif", -9999.0, nodata=-9999.0, units="m")
    done = riskcloud("flood", book / "book.csv", "--depth", path, "--depth", f"{path}@100",
                     "--out", tmp_path / "out", "--lang", "en", "--json")
    answer = done.json()
    assert done.status == 0, done.err
    for flood in answer["floods"]:
        assert flood["deepest_m"] is None and {total["loss"] for total in flood["totals"]} == {None}
    assert {entry["loss"] for entry in answer["annual"]} == {None}
    losses = {row["asset_class"]: row["loss"] for row in answer["by_asset_class"]}
    assert losses.pop("tower_110kv") == 0.0 and set(losses.values()) == {None}
    page = (tmp_path / "out" / "flood.html").read_text(encoding="utf-8")
    assert '<span class="value">no data</span>' in page
    one = riskcloud("flood", book / "book.csv", "--depth", path, "--out", tmp_path / "one")
    assert one.status == 0, one.err


def test_bad_rows_are_set_aside(riskcloud, book, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("\n".join([HEAD, *ROWS, ROWS[0].replace("1,A", "9,A", 1).replace(
        "22.35", "95")]) + "\n", encoding="utf-8")
    refused = riskcloud("flood", path, *stack(book), "--out", tmp_path / "out")
    assert refused.status == 2
    done = riskcloud("flood", path, *stack(book), "--out", tmp_path / "out", "--skip-bad", "--json")
    assert done.status == 3 and done.json()["portfolio"]["n_rejected"] == 1
    assert (tmp_path / "out" / "rejected.csv").is_file()


def test_the_sample_from_a_file_and_from_a_book(run, samples, tmp_path):
    depths = [word for years in (1000, 10, 100)
              for word in ("--depth", samples / f"djibouti_rp{years:05d}.tif")]
    assert run("book", "load", samples / "djibouti_portfolio.csv", "--name",
               "djibouti").status == 0
    answers = [run("flood", book, *depths, "--out", tmp_path / "out", "--lang", "en",
                   "--json").json() for book in (samples / "djibouti_portfolio.csv", "djibouti")]
    for one in answers:
        assert [flood["n_wet"] for flood in one["floods"]] == [12, 29, 29]
        assert one["annual"][0]["loss"] == pytest.approx(280_000, rel=0.01)
        assert {entry["name"] for entry in one["curves"]} == {
            "huizinga_2017_asia/residential", "huizinga_2017_asia/commercial",
            "huizinga_2017_asia/transport", "huizinga_2017_asia/industrial",
            "hazus_substation/substation"}
    assert answers[0]["annual"][0]["loss"] == pytest.approx(answers[1]["annual"][0]["loss"])


@pytest.fixture(scope="module")
def hollow(book):
    """A DEM whose hollow holds location 1, and rains of two return periods on a coarser grid."""
    import rasterio

    i, j = np.mgrid[:41, :41] - 20
    z = (20.0 + 0.1 * np.maximum(abs(i), abs(j))).astype("float32")
    for name, values, cell, unit in (
            ("dem", z, 1 / 3600, "m"), ("rain_rp10", np.full((4, 4), 100.0, "float32"), 0.01, "mm"),
            ("rain_rp100", np.full((4, 4), 10.0, "float32"), 0.01, "in")):
        with rasterio.open(book / f"{name}.tif", "w", driver="GTiff", width=values.shape[1],
                           height=values.shape[0], count=1, dtype="float32", crs="EPSG:4326",
                           transform=rasterio.Affine(cell, 0, 113.05 - 20.5 / 3600, 0, -cell,
                                                     22.35 + 20.5 / 3600)) as file:
            file.write(values, 1)
            file.units = (unit,)
    return book


def test_rain_on_a_terrain_is_one_more_depth(riskcloud, hollow):
    import rasterio

    out = hollow / "rained"
    ask = ("flood", hollow / "book.csv", "--rain", hollow / "rain_rp10.tif", "--rain",
           hollow / "rain_rp100.tif", "--dem", hollow / "dem.tif", "--curve-number", "80",
           "--out", out, "--lang", "en", "--json")
    done = riskcloud(*ask)
    assert done.status == 0, done.err
    answer = done.json()
    assert answer["return_periods_yr"] == [10.0, 100.0]
    assert [one["n_wet"] for one in answer["floods"]] == [1, 1]
    assert answer["layer"]["kind"] == "model"
    assert any("not hydraulics" in note for note in answer["notes"])
    table = pd.read_parquet(out / "locations.parquet").set_index("loc_id")
    with rasterio.open(out / "pluvial_depth_rp100.tif") as file:
        depth = file.read(1)
    assert table.loc["1", "depth_m_rp100"] == pytest.approx(depth[20, 20])
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert {"dem_1", "rain_1", "rain_2"} <= set(manifest["inputs"])
    assert manifest["settings"]["curve_number"] == "80"
    done = riskcloud("flood", hollow / "book.csv", *stack(hollow), "--out", out, "--json")
    assert done.status == 0, done.err
    assert not list(out.glob("pluvial_depth*"))  # of the run before


@pytest.mark.parametrize(("more", "status", "said"), [
    (("--rain", "100"), 64, "--rain and --dem belong together"),
    (("--rain", "100", "--dem", "dem.tif", "--depth", "depth_rp00010.tif"), 64, "one of the two"),
    (("--rain", "100", "--dem", "none.tif"), 2, "no such file"),
    (("--rain", "100", "--dem", "dem.tif", "--rain-unit", "cm"), 64, "--rain-unit"),
])
def test_rain_that_cannot_be_used_is_refused(riskcloud, hollow, more, status, said, monkeypatch):
    monkeypatch.chdir(hollow)
    done = riskcloud("flood", "book.csv", *more, "--lang", "en", "--out", "refused")
    assert done.status == status
    assert said in done.err


def test_floors_in_no_known_unit_are_told_what_is(riskcloud, book, tmp_path):
    path = tmp_path / "floors.csv"
    path.write_text(f"{HEAD},FirstFloorHeight,FirstFloorHeightUnit,Basement\n{ROWS[1]},30,cm,yes\n",
                    encoding="utf-8")
    done = riskcloud("flood", path, *stack(book), "--out", tmp_path / "out", "--lang", "en")
    assert done.status == 2
    assert "FirstFloorHeightUnit = 'cm': expected 1 (feet) or 2 (metres)" in done.err
    assert "Basement = 'yes': expected a code: 0 unknown, 1-5 a basement" in done.err
