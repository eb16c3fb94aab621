"""Every fault of a portfolio file, by row; and what a good one gives."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from riskcloud.errors import InputError, Problem
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.exposure.read import read_portfolio
from riskcloud.messages import translated

HEAD = ("LocNumber,AssetClass,Longitude,Latitude,BuildingTIV,LocCurrency,LocInceptionDate,"
        "LocExpiryDate,LocDed6All,LocDedType6All,CountryCode,Geom,LocName")
GOOD = "{id},tower_110kv,113.5,22.3,100,CNY,2017-01-01,2017-12-31,,,CN,,fine"
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(*lines: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "book.csv"
        path.write_bytes("\n".join([*lines, ""]).encode(encoding))
        return path
    return to_file


def faults(path: Path, **options: object) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        read_portfolio(path, **options)  # type: ignore[arg-type]
    return list(caught.value.problems)


def good(number: int) -> str:
    return GOOD.format(id=f"G{number}")


def test_a_good_file(write: Write) -> None:
    book = read_portfolio(write(HEAD, good(1), good(2)))
    assert isinstance(book, Portfolio) and len(book) == 2
    assert book.table.crs == "EPSG:4326"
    row = book.table.iloc[0]
    assert (row["loc_id"], row["asset_class"], row["currency"]) == ("G1", "tower_110kv", "CNY")
    assert (row["lon"], row["lat"], row["tiv_building"]) == (113.5, 22.3, 100.0)
    assert (row.geometry.x, row.geometry.y) == (113.5, 22.3)
    assert row["inception_date"] == np.datetime64("2017-01-01")
    # what the file does not say
    assert (row["client_id"], row["branch"], row["province"]) == ("unassigned", "unassigned", "")
    assert (row["design_wind_averaging_s"], row["design_wind_height_m"]) == (600.0, 10.0)
    assert row["design_terrain"] == "B" and np.isnan(row["design_wind_m_s"])
    assert (row["tiv_contents"], row["limit_all"], row["ded_all_type"]) == (0.0, 0.0, 0)
    assert book.columns_used["Longitude"] == "lon" and book.columns_unused == ()
    assert len(book.sha256) == 64 and book.rejected == ()


@pytest.mark.parametrize(("line", "column", "value", "remedy"), [
    ("F,tower_111kv,113.5,22.3,1,CNY,,,,,,,", "AssetClass", "tower_111kv", "tower_110kv"),
    (",tower_110kv,113.5,22.3,1,CNY,,,,,,,", "LocNumber", "", "a location number is required"),
    ("G1,tower_110kv,113.5,22.3,1,CNY,,,,,,,", "LocNumber", "G1", "the number of row 2 again"),
    ("F,,113.5,22.3,1,CNY,,,,,,,", "AssetClass", "", "an asset class is required"),
    ("F,tower_110kv,113.5,22.3,1,CNX,,,,,,,", "LocCurrency", "CNX", "ISO 4217"),
    ("F,tower_110kv,113.5,22.3,1,,,,,,,,", "LocCurrency", "", "a currency is required"),
    ("F,tower_110kv,22.3,113.5,1,CNY,,,,,,,", "Latitude", "113.5", "look swapped"),
    ("F,tower_110kv,22.3,45.5,1,CNY,,,,,CN,,", "Latitude", "45.5", "outside CN"),
    ("F,tower_110kv,43.8,87.6,1,CNY,,,,,CN,,", "Latitude", "87.6", "look swapped"),
    ("F,tower_110kv,213.5,22.3,1,CNY,,,,,,,", "Longitude", "213.5", "-180 to 180"),
    ("F,tower_110kv,113.5,-122.3,1,CNY,,,,,,,", "Latitude", "-122.3", "-90 to 90"),
    ("F,tower_110kv,0,0,1,CNY,,,,,,,", "Latitude", "0", "Atlantic"),
    ("F,tower_110kv,113.5,,1,CNY,,,,,,,", "Latitude", "", "no coordinates"),
    ("F,tower_110kv,abc,22.3,1,CNY,,,,,,,", "Longitude", "abc", "expected a number"),
    ("F,tower_110kv,113.5,22.3,-5,CNY,,,,,,,", "BuildingTIV", "-5", "expected 0 to"),
    ("F,tower_110kv,113.5,22.3,12万,CNY,,,,,,,", "BuildingTIV", "12万", "expected a number"),
    ("F,tower_110kv,113.5,22.3,5%,CNY,,,,,,,", "BuildingTIV", "5%", "without percent sign"),
    ("F,tower_110kv,113.5,22.3,,CNY,,,,,,,", "BuildingTIV", "", "no sum insured"),
    ("F,tower_110kv,113.5,22.3,=A1*2,CNY,,,,,,,", "BuildingTIV", "=A1*2", "a formula"),
    ("F,tower_110kv,113.5,22.3,1,CNY,,,,,,,=cmd|x", "LocName", "=cmd|x", "a formula"),
    ("F,tower_110kv,113.5,22.3,1,CNY,,,,,,,a\ufffdb", "LocName", "a\ufffdb", "a letter was lost"),
    ("F,tower_110kv,113.5,22.3,1,CNY,soon,,,,,,", "LocInceptionDate", "soon", "2017-01-31"),
    ("F,tower_110kv,113.5,22.3,1,CNY,2017-02-30,,,,,,", "LocInceptionDate", "2017-02-30", "a day"),
    ("F,tower_110kv,113.5,22.3,1,CNY,2018-01-01,2017-01-01,,,,,", "LocExpiryDate", "2017-01-01",
     "expiry before inception"),
    ("F,tower_110kv,113.5,22.3,1,CNY,,,5,2,,,", "LocDed6All", "5", "expected 0 to 1"),
    ("F,tower_110kv,113.5,22.3,1,CNY,,,5%,,,,", "LocDed6All", "5%", "needs its type column"),
    ("F,tower_110kv,113.5,22.3,1,CNY,,,5,9,,,", "LocDedType6All", "9", "expected 0 (amount)"),
    ("F,tower_110kv,113.5,22.3,1,CNY,,,,,QX,,", "CountryCode", "QX", "ISO 3166"),
    ('F,line_110kv,,,1,CNY,,,,,,"LINESTRING (113 22, 114)",', "Geom",
     "LINESTRING (113 22, 114)", "expected WKT"),
    ('F,line_110kv,,,1,CNY,,,,,,"LINESTRING (22 113, 22 114)",', "Geom",
     "LINESTRING (22 113, 22 114)", "WKT is lon before lat"),
    ("F,line_110kv,,,1,CNY,,,,,,LINESTRING EMPTY,", "Geom", "LINESTRING EMPTY", "empty geometry"),
    ("F,tower_110kv,113.5", "", "F,tower_110kv,113.5", "3 cells, expected 13"),
    (HEAD, "", "", "a second header row"),
])
def test_one_fault_is_told_with_its_row_and_others_go_on(
        write: Write, line: str, column: str, value: str, remedy: str) -> None:
    path = write(HEAD, good(1), good(2), line, good(4))
    (problem,) = faults(path)
    assert (problem.row, problem.column, problem.value) == (4, column, value)
    assert remedy in problem.remedy
    assert translated(problem.remedy, "zh") != problem.remedy
    book = read_portfolio(path, skip_bad=True)
    assert book.table["loc_id"].tolist() == ["G1", "G2", "G4"]
    assert book.rejected == (problem,) and book.rejected_rows == 1


def test_all_faults_at_once_in_the_order_of_rows(write: Write) -> None:
    path = write(HEAD, "A,tower_110kv,22.3,113.5,-1,CNX,,,,,,,", "", good(3),
                 "B,tower_9kv,0,0,x,CNY,,,,,,,")
    found = faults(path)
    assert [problem.row for problem in found] == [2, 2, 2, 5, 5, 5]
    assert read_portfolio(path, skip_bad=True).rejected_rows == 2


def test_blank_rows_are_no_fault_and_keep_the_count(write: Write) -> None:
    path = write(HEAD, good(1), "", ",,,,,,,,,,,,", "A,tower_110kv,113.5,22.3,-1,CNY,,,,,,,")
    assert [problem.row for problem in faults(path)] == [5]


def test_zero_is_insured_for_nothing_and_blank_is_not_insured(write: Write) -> None:
    head = "LocNumber,AssetClass,Longitude,Latitude,BuildingTIV,ContentsTIV,LocCurrency"
    book = read_portfolio(write(head, "A,substation,113.5,22.3,0,,CNY"))
    assert book.tiv_total.tolist() == [0.0]


def test_numbers_as_people_write_them(write: Write) -> None:
    line = 'A,110kV杆塔,１１３.5,22.3,"1,234.5",人民币,2017/1/1,20171231,5%,2,中国,,ok'
    book = read_portfolio(write(HEAD, line))
    row = book.table.iloc[0]
    assert (row["asset_class"], row["lon"], row["tiv_building"]) == ("tower_110kv", 113.5, 1234.5)
    assert (row["currency"], row["country_code"], row["ded_all"]) == ("CNY", "CN", 0.05)
    assert any("thousands separators" in note for note in book.notes)


def test_a_class_from_oed_codes(write: Write) -> None:
    head = "LocNumber,OccupancyCode,ConstructionCode,Longitude,Latitude,BuildingTIV,LocCurrency"
    path = write(head, "A,2531,5752,113.5,22.3,1,CNY", "B,1055,5150,113.5,22.3,1,CNY")
    table = read_portfolio(path).table
    assert table["asset_class"].tolist() == ["tower_220kv", "building_residential"]
    assert table["construction"].tolist() == ["unknown", "concrete"]
    (problem,) = faults(write(head, "A,1404,5000,113.5,22.3,1,CNY"))
    assert problem.remedy.startswith("no asset class follows")


@pytest.mark.parametrize("drop", [
    ("LocNumber",), ("AssetClass",), ("Longitude", "Latitude"), ("BuildingTIV",),
    ("LocCurrency",)])
def test_a_missing_column_is_one_fault_of_the_file(write: Write, drop: tuple[str, ...]) -> None:
    head = "LocNumber,AssetClass,Longitude,Latitude,BuildingTIV,LocCurrency"
    for name in drop:
        head = head.replace(name, f"Zz{drop.index(name)}")
    path = write(head, "A,substation,113.5,22.3,1,CNY", "B,substation,113.5,22.3,1,CNY")
    assert sorted((problem.row, problem.column) for problem in faults(path)) == sorted(
        (1, name) for name in drop)
    with pytest.raises(InputError):
        read_portfolio(path, skip_bad=True)


def test_a_misspelt_required_column_is_suggested(write: Write) -> None:
    head = "LocNumber,AssetClass,Longitude,Latitude,BuildingTIV,LocCurency"
    first = faults(write(head, "A,substation,113.5,22.3,1,CNY"))[0]
    assert first.remedy == ("required column is missing; header 'LocCurency' looks like it: "
                            "rename it")


def test_a_misspelt_optional_column_is_noted(write: Write) -> None:
    head = "LocNumber,AssetClass,Longitude,Latitude,BuildingTIV,LocCurrency,DesignWindSped"
    book = read_portfolio(write(head, "A,substation,113.5,22.3,1,CNY,31"))
    assert "header 'DesignWindSped' is not used; did you mean 'DesignWindSpeed'?" in book.notes
    assert book.columns_unused == ("DesignWindSped",)
    assert book.table["DesignWindSped"].tolist() == ["31"]


@pytest.mark.parametrize("text", ["", "\ufeff", "\n \n"])
def test_an_empty_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "book.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="the file is empty"):
        read_portfolio(path)


def test_a_header_alone(write: Write) -> None:
    assert faults(write(HEAD))[0].remedy == "a header without rows below it"


def test_a_title_above_the_header(write: Write) -> None:
    path = write("2017 portfolio" + "," * 12, HEAD, good(1))
    assert "they stand in row 2: remove what stands above" in faults(path)[0].remedy
    for title in ("2017 portfolio" + "," * 12, "2017 portfolio"):
        path = write(title, "", HEAD, good(1))
        assert "they stand in row 3: remove what stands above" in faults(path)[0].remedy


def test_the_sheet_with_the_table_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["please fill in the second sheet"])
    sheet = book.create_sheet("locations")
    for line in (HEAD, good(1)):
        sheet.append(line.split(","))
    book.save(tmp_path / "p.xlsx")
    found = read_portfolio(tmp_path / "p.xlsx")
    assert len(found) == 1 and "sheet 'locations' read, 1 other(s) not" in found.notes


def test_sums_are_of_the_currency_their_header_names(write: Write) -> None:
    head = HEAD.replace("BuildingTIV", "建筑物保额(美元)")
    assert "header says USD" in faults(write(head, good(1)))[0].remedy
    assert len(read_portfolio(write(head, good(1).replace("CNY", "USD")))) == 1


def test_chinese_labels_below_the_header(write: Write) -> None:
    labels = "标的编号,资产类别,经度,纬度,建筑物保额,币种,起保日期,终保日期,,,,,"
    (problem,) = faults(write(HEAD, labels, good(1)))
    assert (problem.row, problem.remedy) == (2, "a second header row: remove it")


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_portfolio(tmp_path / "nothing.csv")


def test_no_good_row_left(write: Write) -> None:
    with pytest.raises(InputError):
        read_portfolio(write(HEAD, "A,tower_110kv,113.5,22.3,-1,CNY,,,,,,,"), skip_bad=True)


def test_gcj02_by_column_and_by_option(write: Write) -> None:
    from riskcloud.geo.points import haversine_m, wgs84_to_bd09, wgs84_to_gcj02

    gcj, bd = wgs84_to_gcj02(113.5, 22.3), wgs84_to_bd09(113.5, 22.3)
    head = "LocNumber,AssetClass,Longitude,Latitude,BuildingTIV,LocCurrency,CoordinateSystem"
    path = write(head, f"A,substation,{gcj[0]},{gcj[1]},1,CNY,GCJ02",
                 f"B,substation,{bd[0]},{bd[1]},1,CNY,百度", "C,substation,113.5,22.3,1,CNY,WGS84",
                 f"D,substation,{gcj[0]},{gcj[1]},1,CNY,")
    table = read_portfolio(path, coordinate_system="gcj-02").table
    off = haversine_m(table["lon"].to_numpy(), table["lat"].to_numpy(), 113.5, 22.3)
    assert off.max() < 0.01
    assert set(table["coordinate_system"]) == {"WGS84"}
    with pytest.raises(InputError, match="expected WGS84, GCJ-02 or BD-09"):
        read_portfolio(path, coordinate_system="Mars")


def test_a_line_in_gcj02_is_moved_whole(write: Write) -> None:
    from riskcloud.geo.points import wgs84_to_gcj02

    lon, lat = wgs84_to_gcj02(np.array([113.5, 113.6]), np.array([22.2, 22.3]))
    head = "LocNumber,AssetClass,Geom,BuildingTIV,LocCurrency,CoordinateSystem"
    wkt = f'"LINESTRING ({lon[0]} {lat[0]}, {lon[1]} {lat[1]})"'
    table = read_portfolio(write(head, f"A,line_110kv,{wkt},1,CNY,GCJ-02")).table
    assert list(table.geometry[0].coords)[1] == pytest.approx((113.6, 22.3), abs=1e-8)
    assert (table["lon"][0], table["lat"][0]) == pytest.approx((113.55, 22.25), abs=1e-4)


def test_return_period_by_class_where_a_design_wind_is_given(write: Write) -> None:
    head = "LocNumber,AssetClass,Longitude,Latitude,BuildingTIV,LocCurrency,DesignWindSpeed"
    table = read_portfolio(write(head, "A,tower_500kv,113.5,22.3,1,CNY,33",
                                 "B,tower_500kv,113.5,22.3,1,CNY,")).table
    assert table["design_return_period_yr"][0] == 50.0
    assert np.isnan(table["design_return_period_yr"][1])


def test_terms_that_are_not_applied_are_noted(write: Write) -> None:
    head = "LocNumber,AssetClass,Longitude,Latitude,BuildingTIV,LocCurrency,LocMinDed6All"
    book = read_portfolio(write(head, "A,substation,113.5,22.3,1,CNY,1000"))
    assert "header 'LocMinDed6All' holds insurance terms that are not applied" in book.notes


def test_a_quote_left_open(write: Write) -> None:
    found = faults(write(HEAD, good(1), 'A,"tower_110kv,113.5,22.3,1,CNY,,,,,,,', good(3)))
    assert found[0].row == 3 and "a quote left open" in found[0].remedy


def test_headers_without_a_name_and_twice_the_same(write: Write) -> None:
    path = write(f"{HEAD},,note,note", f"{good(1)},a,b,c")
    table = read_portfolio(path).table
    assert table[["unnamed", "note", "note_"]].iloc[0].tolist() == ["a", "b", "c"]


def test_a_line_of_no_length_lies_where_it_is(write: Write) -> None:
    line = good(1).replace(",CN,,", ',CN,"LINESTRING (113.4 22.1, 113.4 22.1)",')
    book = read_portfolio(write(HEAD, line.replace("113.5,22.3", ",")))
    assert (book.table["lon"][0], book.table["lat"][0]) == (113.4, 22.1)
    assert len(book.sites().sites) == 1


@pytest.mark.parametrize("wkt, lon", [
    ("LINESTRING (179.9 22, -179.7 22)", -179.9), ("LINESTRING (179.7 22, -179.9 22)", 179.9),
    ("POLYGON ((179.9 22, -179.9 22, -179.9 23, 179.9 23, 179.9 22))", 180.0)])
def test_a_shape_over_the_dateline_has_its_centre_there(write: Write, wkt: str, lon: float) -> None:
    line = good(1).replace(",CN,,", f',,"{wkt}",').replace("113.5,22.3", ",")
    book = read_portfolio(write(HEAD, line))
    assert book.table["lon"][0] == pytest.approx(lon, abs=1e-9)
    assert np.all(np.abs(book.sites().sites.lon) > 179.0)
