"""Whatever stands in a file, it is read or its faults are told; the order of rows is kept."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from riskcloud.errors import InputError
from riskcloud.exposure.read import read_portfolio
from riskcloud.exposure.schema import columns

HEADERS = [item.oed for item in columns().values()]
CELL = st.one_of(
    st.sampled_from(["", "0", "1", "113.5", "22.3", "-1", "5%", "1,000", "CNY", "tower_110kv",
                     "2017-01-01", "=1", '"', "POINT (113 22)", "LINESTRING (113 22, 114 22)",
                     "POLYGON ((113 22, 113.1 22, 113 22.1, 113 22))", "BD-09", "CN", "2531"]),
    st.text(max_size=8), st.floats().map(str), st.integers().map(str))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELL, min_size=len(HEADERS), max_size=len(HEADERS)), max_size=4),
       st.booleans())
def test_any_cells(rows: list[list[str]], skip_bad: bool) -> None:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    text = "\n".join([",".join(HEADERS), *quoted])
    assert_told(text.encode("utf-8", errors="replace"), skip_bad)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    assert_told(data, True)


def assert_told(data: bytes, skip_bad: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.csv"
        path.write_bytes(data)
        try:
            book = read_portfolio(path, skip_bad=skip_bad)
        except InputError as error:
            assert str(error)
        else:
            assert len(book) > 0 and not book.table.geometry.isna().any()
            assert (book.tiv_total >= 0.0).all()
            assert book.sites().share.sum() - len(book) < 1e-9


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(12)), st.sets(st.integers(0, 11), max_size=11))
def test_good_rows_are_the_same_whatever_stands_beside_them(order: list[int],
                                                            bad: set[int]) -> None:
    head = "LocNumber,AssetClass,Longitude,Latitude,BuildingTIV,LocCurrency"
    lines = [f"L{i},substation,{113 + i / 10},22.5,{'x' if i in bad else i},CNY" for i in order]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.csv"
        path.write_text("\n".join([head, *lines]))
        book = read_portfolio(path, skip_bad=True)
    kept = [i for i in order if i not in bad]
    assert book.table["loc_id"].tolist() == [f"L{i}" for i in kept]
    assert book.table["tiv_building"].tolist() == kept
    assert [problem.row for problem in book.rejected] == [
        order.index(i) + 2 for i in order if i in bad]
