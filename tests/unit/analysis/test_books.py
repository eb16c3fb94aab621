"""A portfolio into the store and out again: the same locations, whatever the file was."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from riskcloud.analysis.books import Loading, book_portfolio, load_book
from riskcloud.errors import InputError
from riskcloud.exposure.arrow import default_scalars
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.exposure.read import read_portfolio
from riskcloud.exposure.schema import columns
from riskcloud.store.snapshots import open_book

HEAD = "LocNumber,AssetClass,Longitude,Latitude,BuildingTIV,LocCurrency"


def plain(portfolio: Portfolio) -> Any:
    """The table in the order of location numbers; unknown as None, days as days."""
    frame = pd.DataFrame(portfolio.table)
    frame["geometry"] = shapely.to_wkt(portfolio.table.geometry.array, rounding_precision=-1)
    frame = frame.astype(object).where(frame.notna(), None)
    return frame.sort_values("loc_id").to_dict("records")


def test_the_sample_comes_back_as_it_is_read(samples: Path, tmp_path: Path) -> None:
    path = samples / "pearl_river_portfolio.csv"
    book = load_book(tmp_path, "south", path)
    file, kept = read_portfolio(path), book_portfolio(book)
    assert plain(kept) == plain(file)
    assert kept.sha256 == book.manifest["sha256"] and kept.source == "south version 1"
    assert (kept.notes, kept.columns_used) == (file.notes, file.columns_used)
    for name in ("loc_id", "asset_class", "tiv_building", "inception_date", "ded_all_type"):
        assert kept.table[name].dtype == file.table[name].dtype or name == "asset_class", name
    assert np.array_equal(np.sort(kept.tiv_total), np.sort(file.tiv_total))
    (total,) = book.manifest["by_currency"]
    assert total["tiv"] == pytest.approx(file.tiv_total.sum(), rel=1e-12)
    day = np.datetime64("2017-08-23")
    assert kept.in_force(day).sum() == file.in_force(day).sum() > 0
    assert kept.sites().share.sum() == pytest.approx(len(kept))
    part = book_portfolio(book, bbox=(113.0, 22.0, 113.3, 22.5))
    inside = file.table.geometry.intersects(shapely.box(113.0, 22.0, 113.3, 22.5))
    found, sure = set(part.table["loc_id"]), set(file.table["loc_id"][inside])
    assert sure <= found and all(  # a line may have its box in it and itself not
        file.table.set_index("loc_id").loc[name].geometry.geom_type != "Point"
        for name in found - sure)
    with pytest.raises(InputError, match="no location in the box"):
        book_portfolio(book, bbox=(0.0, 0.0, 1.0, 1.0))


def test_what_no_file_says_is_what_the_reader_says(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text(f"{HEAD}\nL1,substation,113.5,22.3,100,CNY\n")
    row = read_portfolio(path).table.iloc[0]
    book = load_book(tmp_path, "one", path)
    defaults = default_scalars(set(columns()) - {"geometry_wkt"})
    assert set(book.manifest["constants"]) == set(columns()) - {
        "geometry_wkt", "loc_id", "asset_class", "lon", "lat", "tiv_building", "currency"}
    for name in book.manifest["constants"]:
        value = defaults[name].as_py()
        assert (pd.isna(row[name]) and value is None) or row[name] == value, name
    assert plain(book_portfolio(book)) == plain(read_portfolio(path))


def test_derived_columns_are_stored_where_they_differ(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text("LocNumber,OccupancyCode,ConstructionCode,Longitude,Latitude,BuildingTIV,"
                    "LocCurrency,DesignWindSpeed\nA,2531,5752,113.5,22.3,1,CNY,33\n"
                    "B,1055,5150,113.5,22.3,1,CNY,\n")
    book = load_book(tmp_path, "oed", path)
    stored = {item["name"] for item in book.manifest["columns"]}
    assert {"asset_class", "construction", "design_return_period_yr"} <= stored
    assert plain(book_portfolio(book)) == plain(read_portfolio(path))


@pytest.mark.parametrize("name", ["book.gpkg", "book.parquet", "book.xlsx"])
def test_other_formats(tmp_path: Path, name: str) -> None:
    frame = pd.DataFrame({
        "LocNumber": ["A", "B"], "AssetClass": ["substation", "line_110kv"],
        "BuildingTIV": [1.5, 2.0], "LocCurrency": ["CNY", "HKD"], "被保险人数": [3, 0]})
    shapes = [shapely.Point(113.5, 22.3), shapely.LineString([(113.5, 22.3), (113.6, 22.4)])]
    path = tmp_path / name
    if name.endswith("xlsx"):
        frame.assign(Geom=shapely.to_wkt(shapes)).to_excel(path, index=False)
    else:
        shaped = gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326").to_crs("EPSG:32649")
        shaped.to_parquet(path) if name.endswith("parquet") else shaped.to_file(path)
    book = load_book(tmp_path, "one", path)
    kept = book_portfolio(book)
    assert plain(kept) == plain(read_portfolio(path))
    assert sorted(kept.table["insured_people"]) == [0, 3]
    assert book.manifest["geometry_types"] == ["LineString", "Point"]
    assert [entry["currency"] for entry in book.manifest["by_currency"]] == ["CNY", "HKD"]


def test_a_snapshot_is_a_portfolio_file_too(samples: Path, tmp_path: Path) -> None:
    book = load_book(tmp_path, "south", samples / "pearl_river_portfolio.csv")
    again = read_portfolio(book.locations)
    assert not {"bbox", "bbox_"} & set(again.table.columns)
    assert plain(again) == plain(book_portfolio(book))


def test_a_book_of_an_earlier_table_of_columns(tmp_path: Path) -> None:
    import json

    path = tmp_path / "book.csv"
    path.write_text(f"{HEAD}\nL1,substation,113.5,22.3,100,CNY\n")
    book = load_book(tmp_path, "one", path)
    manifest = json.loads((book.path / "manifest.json").read_text())
    del manifest["constants"]["insured_people"]
    (book.path / "manifest.json").write_text(json.dumps(manifest))
    assert plain(book_portfolio(open_book(tmp_path, "one"))) == plain(read_portfolio(path))


def test_only_faults_that_are_set_aside_are_written_down(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text(f"{HEAD}\nL1,substation,113.5,22.3,100,CNY\nL1,x,0,0,y,CNY\n")
    with pytest.raises(InputError, match=r"4 problem\(s\) in 1 row"):
        load_book(tmp_path, "one", path)
    book = load_book(tmp_path, "one", path, Loading(skip_bad=True))
    assert book.version == 1 and book.manifest["n_rejected"] == 1
    lines = (book.path / "rejected.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "row,column,value,reason" and len(lines) == 5
