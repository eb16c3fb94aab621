"""``riskcloud risk --perils``: floods and earthquakes of simulated years, to files by peril."""

import json

import numpy as np
import pandas as pd
import pytest
import typer

from riskcloud.cli.risk import risk
from riskcloud.cli.risk_options import check_years, wanted_flood, wanted_perils

ROWS = ("LocNumber,AccNumber,AssetClass,Longitude,Latitude,BuildingTIV,LocCurrency,CountryCode",
        "L1,A,building_residential,102.705,25.005,1e6,CNY,CN",
        "L2,B,substation,102.755,25.005,4e6,CNY,CN")


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    import rasterio
    from rasterio.transform import from_origin

    folder = tmp_path_factory.mktemp("risk_perils")
    (folder / "book.csv").write_text("\n".join(ROWS), encoding="utf-8")
    files = []
    for years, depth in ((10, 0.5), (100, 2.0)):
        files.append(folder / f"rp{years:04d}.tif")
        with rasterio.open(files[-1], "w", driver="GTiff", width=20, height=20, count=1,
                           dtype="float32", crs="EPSG:4326",
                           transform=from_origin(102.6, 25.1, 0.01, 0.01)) as file:
            file.write(np.full((20, 20), depth, "float32"), 1)
            file.units = ("m",)
    status = risk(folder / "book.csv", folder / "out", years=100, perils=["flood,quake"],
                  depth=[str(one) for one in files], samples=2, return_periods="10,50",
                  lang="en", as_json=True)
    assert status == 0
    return folder / "out"


def test_tables_tell_the_perils_and_add_up(done):
    events = pd.read_parquet(done / "event_losses.parquet")
    years = pd.read_parquet(done / "year_losses.parquet")
    assert set(events["peril"]) == {"ORF", "QEQ"} and set(years["peril"]) == {"ORF", "QEQ", "all"}
    by_peril = years.groupby("peril", observed=True)["total"].sum()
    assert by_peril["all"] == pytest.approx(by_peril["ORF"] + by_peril["QEQ"])
    assert by_peril["all"] == pytest.approx(events["loss"].sum())
    aal = pd.read_csv(done / "aal.csv", encoding="utf-8-sig")
    of = aal[aal["stage"] == "ground_up"].set_index("name" if "name" in aal else "key")["aal"]
    assert of[["ORF", "QEQ"]].sum() == pytest.approx(
        aal[(aal["stage"] == "ground_up") & (aal["key"] == "all")]["aal"].item())
    quakes = pd.read_parquet(done / "earthquakes.parquet").set_index("event_id")
    floods = pd.read_parquet(done / "floods.parquet").set_index("event_id")
    told = events.drop_duplicates("event_id").set_index("event_id")
    for table, code in ((quakes, "QEQ"), (floods, "ORF")):
        own = told[told["peril"] == code]
        assert len(own) and (table.loc[own.index, "year"] == own["year"]).all()
    assert floods["return_period_yr"].min() >= 10.0 and quakes["mw"].min() >= 4.5


def test_what_was_assumed_is_told_in_both_languages(done):
    from riskcloud.messages import translated

    summary = json.loads((done / "summary.json").read_text(encoding="utf-8"))
    assert summary["perils"] == ["flood", "quake"] and summary["codes"] == ["ORF", "QEQ"]
    notes = " ".join(summary["notes"])
    for words in ("no aftershocks", "one return period a year for the whole portfolio",
                  "nothing below a return period of 10 years", "looked at with --account"):
        assert words in notes
    for note in summary["notes"]:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in translated(note, "zh")), note
    manifest = json.loads((done / "manifest.json").read_text(encoding="utf-8"))
    assert {"portfolio", "depth_1", "depth_2"} <= set(manifest["inputs"])
    assert "events.parquet" not in manifest["inputs"]


@pytest.mark.parametrize(("words", "tide", "said"), [
    (["hail"], 0.0, "--perils hail: expected one of wind, rain, surge, flood, quake"),
    (["rain"], 0.0, "give wind too"), (["surge,quake"], 0.0, "give wind too"),
    (["wind,rain"], 1.0, "--tide: a surge comes on it")])
def test_perils_that_are_refused(words, tide, said):
    with pytest.raises(typer.BadParameter, match=said):
        wanted_perils(words, tide)


def test_years_and_rasters_that_are_refused(tmp_path):
    for perils, events, years, said in (
            (("wind",), None, 10, "give --events"), (("quake",), None, None, "give --years"),
            (("wind", "quake"), tmp_path, 10, "an event set has its own years")):
        with pytest.raises(typer.BadParameter, match=said):
            check_years(perils, events, years)
    for perils, depth, cell, said in (
            (("quake",), ["a.tif"], None, "--depth: of flood; add it"),
            (("flood",), None, None, "give --depth FILE@RETURN_PERIOD"),
            (("flood",), ["a.tif@10"], 0.0, "--flood-cell 0: expected degrees")):
        with pytest.raises(typer.BadParameter, match=said):
            wanted_flood(perils, depth, None, "auto", False, None, cell)
    assert wanted_flood(("wind",), None, None, "auto", False, None, None) is None
    assert wanted_perils(None, 0.0) == ("wind",)


def test_a_portfolio_outside_the_earthquake_model_is_refused(tmp_path):
    from riskcloud.analysis.risk.quake import QuakeDamage
    from riskcloud.errors import InputError
    from riskcloud.exposure.read import read_portfolio

    path = tmp_path / "far.csv"
    path.write_text("\n".join([ROWS[0], "D,A,substation,42.1,11.8,1e6,CNY,DJ"]), encoding="utf-8")
    with pytest.raises(InputError, match="no location lies in the area of the earthquake model"):
        QuakeDamage(read_portfolio(path), years=10, samples=2, seed=1)
