"""Snapshots: what goes in comes out, in order; versions; what is damaged is told."""

import json
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from riskcloud.errors import InputError, NotFoundError, StoreError
from riskcloud.store.snapshots import Book, list_books, open_book, write_snapshot
from riskcloud.store.spill import Sorter
from riskcloud.store.writing import GROUP_ROWS, Facts

N = 300_000


def constants() -> dict[str, pa.Scalar]:
    return {"client_id": pa.scalar("unassigned"), "height_m": pa.scalar(None, pa.float64()),
            "expiry_date": pa.scalar(None, pa.date32()), "tiv_bi": pa.scalar(0.0)}


def locations(n: int, seed: int = 1) -> pa.Table:
    rng = np.random.default_rng(seed)
    return pa.table({
        "loc_id": pa.array([f"L{i}" for i in range(n)]),
        "branch": pa.array(["云南分公司", "广州分公司"]).take(pa.array(rng.integers(0, 2, n))),
        "currency": pa.array(["CNY", "HKD"]).take(pa.array(np.arange(n) % 2)).dictionary_encode(),
        "lon": rng.uniform(98.0, 117.0, n).round(5), "lat": rng.uniform(20.0, 26.0, n).round(5),
        "tiv_building": np.full(n, 0.1)})


def put(store: Path, table: pa.Table, name: str = "south", rows: int = 70_000) -> Book:
    chunks = (table.slice(i, rows) for i in range(0, len(table), rows))
    return write_snapshot(store, name, chunks, facts=Facts(constants()))


def whole(book: Book, *columns: str, **where: object) -> pa.Table:
    return pa.concat_tables(book.read(columns or None, **where),  # type: ignore[arg-type]
                            promote_options="permissive")


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return put(tmp_path_factory.mktemp("store"), locations(N))


def test_every_location_comes_back_once(big: Book) -> None:
    table, given = whole(big), locations(N)
    assert set(table.column_names) == {*given.column_names, "geometry", *constants()}
    order = np.argsort([int(word[1:]) for word in table["loc_id"].to_pylist()])
    for name in given.column_names:
        assert table[name].take(order).to_pylist() == given[name].to_pylist(), name
    assert set(table["client_id"].to_pylist()) == {"unassigned"}
    assert table["expiry_date"].type == pa.date32() and table["expiry_date"].null_count == N
    assert table["height_m"].type == pa.float64() and set(table["tiv_bi"].to_pylist()) == {0.0}
    assert len(big) == N and (big.name, big.version) == ("south", 1)


def test_a_box_gives_its_locations_and_reads_few_row_groups(big: Book) -> None:
    given = locations(N)
    lon, lat = given["lon"].to_numpy(), given["lat"].to_numpy()
    inside = (lon >= 99.0) & (lon <= 99.5) & (lat >= 21.0) & (lat <= 21.5)
    found = list(big.read(["loc_id"], bbox=(99.0, 21.0, 99.5, 21.5)))
    assert sorted(word for table in found for word in table["loc_id"].to_pylist()) == sorted(
        given["loc_id"].filter(pa.array(inside)).to_pylist())
    assert pq.read_metadata(big.locations).num_row_groups == -(-N // GROUP_ROWS)
    assert len(found) < pq.read_metadata(big.locations).num_row_groups


def test_other_programs_read_points_and_reference_system(big: Book) -> None:
    frame = gpd.read_parquet(big.locations, bbox=(99.0, 21.0, 99.5, 21.5))
    assert frame.crs == "EPSG:4326" and len(frame) > 100
    assert np.array_equal(frame.geometry.x, frame["lon"])
    assert np.array_equal(frame.geometry.y, frame["lat"])
    geo = json.loads(pq.read_schema(big.locations).metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["columns"]["geometry"]["geometry_types"] == ["Point"]


def test_the_size_of_chunks_changes_nothing(tmp_path: Path) -> None:
    given = locations(5_000)
    one, many = put(tmp_path, given, "one", 5_000), put(tmp_path, given, "many", 17)
    assert whole(one).to_pydict() == whole(many).to_pydict()
    assert one.manifest["by_currency"] == many.manifest["by_currency"]


def test_runs_on_disk_change_nothing(tmp_path: Path) -> None:
    given = locations(2_000).append_column("place", pa.array(np.arange(2_000)))
    given = pa.concat_tables([given, given])  # every key twice: ties keep their order
    orders = []
    for k, rows in enumerate((4_000, 77)):
        folder = tmp_path / str(k)
        folder.mkdir()
        with Sorter(folder, run_rows=rows) as sorter:
            sorter.add(given)
            orders.append(pa.concat_tables(sorter.pieces(300))["place"].to_pylist())
    assert orders[0] == orders[1] and sorted(orders[0]) == sorted([*range(2_000)] * 2)


def test_sums_by_currency_and_extent(big: Book) -> None:
    cny, hkd = big.manifest["by_currency"]
    assert (cny["currency"], cny["n_locations"], hkd["currency"]) == ("CNY", N / 2, "HKD")
    assert cny["tiv"] == pytest.approx(0.1 * N / 2) and hkd["tiv_building"] == hkd["tiv"]
    west, south, east, north = big.manifest["extent"]
    assert 98.0 <= west < 98.01 and 20.0 <= south < 20.01
    assert 116.99 < east <= 117.0 and 25.99 < north <= 26.0


def test_lines_are_found_by_any_part_of_them(tmp_path: Path) -> None:
    line = shapely.LineString([(100.0, 25.0), (110.0, 25.0)])
    table = locations(3).append_column("geometry", pa.array([None, line.wkb, None], pa.binary()))
    table = table.set_column(3, "lon", pa.array([98.5, 105.0, 116.0]))
    table = table.set_column(4, "lat", pa.array([25.0, 25.0, 25.0]))
    book = put(tmp_path, table)
    assert whole(book, "loc_id", bbox=(100.5, 24.0, 101.0, 26.0))["loc_id"].to_pylist() == ["L1"]
    frame = gpd.read_parquet(book.locations)
    assert sorted(frame.geometry.geom_type) == ["LineString", "Point", "Point"]
    assert book.manifest["extent"] == [98.5, 25.0, 116.0, 25.0]
    assert book.manifest["geometry_types"] == ["LineString", "Point"]


def test_a_box_over_the_dateline(tmp_path: Path) -> None:
    table = locations(3).set_column(3, "lon", pa.array([179.5, -179.5, 100.0]))
    book = put(tmp_path, table.set_column(4, "lat", pa.array([0.0, 0.0, 0.0])))
    found = whole(book, "loc_id", bbox=(179.0, -1.0, -179.0, 1.0))["loc_id"].to_pylist()
    assert sorted(found) == ["L0", "L1"]
    with pytest.raises(InputError, match="west, south, east, north"):
        list(book.read(bbox=(0.0, 5.0, 1.0, -5.0)))


def test_versions_are_kept_and_the_highest_is_current(tmp_path: Path) -> None:
    for n in (10, 20):
        put(tmp_path, locations(n))
    assert (open_book(tmp_path, "south").version, len(open_book(tmp_path, "south"))) == (2, 20)
    assert len(open_book(tmp_path, "south", version=1)) == 10
    assert sorted(entry.name for entry in (tmp_path / "books" / "south").iterdir()) == [
        "0001", "0002"]
    with pytest.raises(NotFoundError, match="no version 3; there are: 1, 2"):
        open_book(tmp_path, "south", version=3)


def test_an_unknown_name_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there are: none"):
        open_book(tmp_path / "nowhere", "south")
    put(tmp_path, locations(3), "南方")
    with pytest.raises(NotFoundError, match="there are: 南方"):
        open_book(tmp_path, "south")
    with pytest.raises(NotFoundError, match="no column 'nothing'"):
        list(open_book(tmp_path, "南方").read(["nothing"]))


@pytest.mark.parametrize("name", ["", ".", "..", "../up", "a/b", "a\\b", ".hidden", "-rf", "a b",
                                  "x" * 65, "a\n", "con:"])
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="is no name of a book"):
        put(tmp_path, locations(3), name)
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_the_source_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[pa.Table]:
        yield locations(10)
        raise InputError("row 12 is bad")

    put(tmp_path, locations(5))
    with pytest.raises(InputError, match="row 12 is bad"):
        write_snapshot(tmp_path, "south", broken(), facts=Facts())
    with pytest.raises(InputError, match="no locations"):
        write_snapshot(tmp_path, "south", [], facts=Facts())
    assert [entry.name for entry in (tmp_path / "books" / "south").iterdir()] == ["0001"]


def test_what_is_damaged_is_told(tmp_path: Path) -> None:
    book = put(tmp_path, locations(1_000))
    book.verify()
    data = book.locations.read_bytes()
    book.locations.write_bytes(data[:-1])
    with pytest.raises(StoreError, match="its manifest says"):
        open_book(tmp_path, "south")
    book.locations.write_bytes(bytes(len(data)))
    with pytest.raises(StoreError, match="locations.parquet"):
        list(open_book(tmp_path, "south").read())
    with pytest.raises(StoreError, match="damaged"):
        open_book(tmp_path, "south").verify()
    book.locations.unlink()
    with pytest.raises(StoreError, match="No such file"):
        open_book(tmp_path, "south")
    for text in ("", "[]", "{}", "{"):
        (book.path / "manifest.json").write_text(text)
        with pytest.raises(StoreError, match="damaged"):
            open_book(tmp_path, "south")
    put(tmp_path, locations(3), "good")
    books, damaged = list_books(tmp_path)
    assert [item.name for item in books] == ["good"] and len(damaged) == 1


def test_a_later_format_is_refused(tmp_path: Path) -> None:
    book = put(tmp_path, locations(3))
    manifest = {**book.manifest, "format": 99}
    (book.path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(StoreError, match="a later version of riskcloud"):
        open_book(tmp_path, "south")


def test_a_store_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot be written to"):
        put(tmp_path / "file", locations(3))
