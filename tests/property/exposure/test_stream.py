"""A file read in chunks is the file: the same rows, faults and notes whatever their size."""

import tempfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.errors import InputError, Problem
from riskcloud.exposure.read import read_portfolio
from riskcloud.exposure.stream import stream_portfolio

HEAD = ("LocNumber,AssetClass,OccupancyCode,Longitude,Latitude,Geom,BuildingTIV,LocCurrency,"
        "LocInceptionDate,DesignWindSpeed,remark")
ROW = st.tuples(
    st.sampled_from(["A", "B", " A", "C", "D", ""]),
    st.sampled_from(["tower_110kv", "110kV杆塔", "", " substation "]),
    st.sampled_from(["", "1055", "2531", "9998"]), st.sampled_from(["113.5", "22.3", "１１３"]),
    st.sampled_from(["22.3", "113.5", ""]),
    st.sampled_from(["", "", "LINESTRING (113 22; 114 22)", "LINESTRING (113 22, 114 22)"]),
    st.sampled_from(["1", "x", "5%", '"1,000"', ""]), st.sampled_from(["CNY", "RMB", "CNX", "元"]),
    st.sampled_from(["", "2017-01-01", "soon", "2017/1/2"]), st.sampled_from(["", "33"]),
    st.sampled_from(["", "note", "=1"]))
LINE = st.one_of(
    ROW.map(lambda row: ",".join(f'"{cell}"' if " " in cell and "," in cell else cell
                                 for cell in row)),
    st.sampled_from(["", "A,tower_110kv", HEAD, ",,,,,,,,,,",
                     "G,substation,,113.5,22.3,,1,CNY,,,"]))


def found(path: Path, **options: Any) -> tuple[Any, ...]:
    try:
        book = read_portfolio(path, skip_bad=True, **options)
    except InputError as error:
        return error.message, error.problems
    table = pd.DataFrame(book.table.drop(columns="geometry")).astype(object)
    return (table.fillna("unknown").to_dict("records"), book.rejected, book.rejected_rows,
            book.notes, shapely.to_wkt(book.table.geometry.array).tolist(), book.sha256)


@settings(max_examples=30)
@given(st.lists(LINE, min_size=1, max_size=12), st.integers(1, 5))
def test_the_size_of_chunks_changes_nothing(lines: list[str], rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.csv"
        path.write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
        assert found(path, chunk_rows=rows) == found(path)


@pytest.mark.parametrize("name", ["book.gpkg", "book.geojson", "book.shp", "book.parquet"])
def test_nor_in_other_formats(tmp_path: Path, name: str) -> None:
    frame = gpd.GeoDataFrame({
        "LocNumber": [*"ABCDE", "A"], "AssetClass": ["substation"] * 5 + ["tower_111kv"],
        "BuildingTI": [1.0, 2.5, None, 3.0, -1.0, 7.0], "LocCurrenc": ["CNY"] * 6,
        "storeys": [1, 2, 3, 4, 5, 6]},
        geometry=[shapely.Point(113.0 + i, 22.0) for i in range(5)] + [
            shapely.LineString([(113, 22), (114, 22)])], crs="EPSG:4326")
    if name.endswith("shp"):
        frame = frame.iloc[:5]
    else:
        frame = frame.rename(columns={"BuildingTI": "BuildingTIV", "LocCurrenc": "LocCurrency"})
    path = tmp_path / name
    frame.to_parquet(path) if name.endswith("parquet") else frame.to_file(path)
    assert isinstance(found(path)[0], list)
    assert found(path, chunk_rows=2) == found(path)


def big(folder: Path, n: int, line: str) -> Path:
    path = folder / "book.csv"
    head = "LocNumber,AssetClass,Longitude,Latitude,BuildingTIV,LocCurrency\n"
    path.write_text(head + "".join(line.format(i=i) for i in range(n)))
    return path


def test_faults_past_the_cap_are_counted_and_all_given_away(tmp_path: Path) -> None:
    path = big(tmp_path, 50, "L{i},substation,113.5,22.3,x{i},CNX\n")
    given_away: list[Problem] = []
    stream = stream_portfolio(path, kept_faults=3, chunk_rows=7, on_problems=given_away.extend)
    with pytest.raises(InputError, match=r"100 problem\(s\) in 50 row\(s\)") as caught:
        list(stream)
    assert len(given_away) == 100 and [item.row for item in given_away[::2]] == [*range(2, 52)]
    kept = caught.value.problems
    assert [item.row for item in kept] == [2, 2, 3, 3, 4, 4]
    assert sum("(and 47 more such)" in item.remedy for item in kept) == 2


def test_no_chunk_comes_after_a_fault_unless_bad_rows_may_be_skipped(tmp_path: Path) -> None:
    path = big(tmp_path, 9, "L{i},substation,11{i}.5,22.3,1,CNY\n")
    path.write_text(path.read_text().replace("L4,substation", "L4,nonsense"))
    chunks = []
    with pytest.raises(InputError, match=r"1 problem\(s\) in 1 row"):
        chunks.extend(stream_portfolio(path, chunk_rows=2))
    assert sum(map(len, chunks)) == 4
    stream = stream_portfolio(path, chunk_rows=2, skip_bad=True)
    assert sum(map(len, stream)) == stream.n_rows == 8 and stream.n_rejected == 1


def test_progress_ends_where_it_should(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = big(tmp_path, 20, "L{i},substation,113.5,22.3,1,CNY\n")
    list(stream_portfolio(path, chunk_rows=6, on_progress=lambda *done: told.append(done)))
    assert told[-1] == (21, 21) and all(done <= total for done, total in told)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
