"""The index beside a snapshot: made whole or not at all, made anew when it is of something else."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely

from riskcloud.errors import StoreError
from riskcloud.store.index import BLOCK, OPEN_BEGIN, OPEN_END, file_names, open_index
from riskcloud.store.index_build import index_of, keep_index
from riskcloud.store.row_reading import pick_rows
from riskcloud.store.snapshots import Book, write_snapshot
from riskcloud.store.writing import Facts

N = 2 * BLOCK + 17


def locations(n: int = N, seed: int = 3) -> pa.Table:
    rng = np.random.default_rng(seed)
    return pa.table({
        "loc_id": [f"L{k}" for k in range(n)],
        "lon": rng.uniform(100, 101, n), "lat": rng.uniform(20, 21, n),
        "policy_id": pa.array([f"保单{k}" if k % 7 else "" for k in rng.integers(0, 300, n)]),
        "currency": pa.array(["CNY", "USD"]).take(pa.array((rng.random(n) < 0.1).astype(int))),
        "branch": pa.array(["甲", "乙", None]).take(pa.array(rng.integers(0, 3, n))),
        "inception_date": pa.array(rng.integers(18000, 18005, n).astype("datetime64[D]")),
        "tiv_building": rng.uniform(0, 10, n), "tiv_bi": np.ones(n)})


def pieces(table: pa.Table) -> list[pa.Table]:
    """The table as a snapshot gives it: a dictionary of its own for each piece."""
    parts = [table.slice(begin, 700) for begin in range(0, len(table), 700)]
    return [part.set_column(part.column_names.index("policy_id"), "policy_id",
                            part["policy_id"].combine_chunks().dictionary_encode())
            if k % 2 else part for k, part in enumerate(parts)]


def test_an_index_in_files_is_that_in_memory(tmp_path: Path) -> None:
    table = locations()
    kept = keep_index(tmp_path / "index", lambda: pieces(table), sha256="a")
    made = index_of([table])
    for part in ("rows", "policies", "lines"):
        for name in getattr(made, part).__dataclass_fields__:
            np.testing.assert_array_equal(getattr(getattr(kept, part), name),
                                          getattr(getattr(made, part), name), name)
    assert kept.names == made.names
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index"]
    assert sorted(path.name for path in (tmp_path / "index").iterdir()) == sorted(
        [*(f"{name}.npy" for name in file_names()), "index.json"])


def test_rows_and_policies_hold_what_the_table_says() -> None:
    table = locations()
    index = index_of(pieces(table))
    rows = index.rows
    assert rows.tiv == pytest.approx(table["tiv_building"].to_numpy() + 1.0)
    assert np.array_equal(rows.from_day, table["inception_date"].cast(pa.int32()))
    assert set(rows.to_day) == {OPEN_END} and OPEN_BEGIN < 0
    assert [index.names.branches[k] for k in rows.branch] == [
        word or "" for word in table["branch"].to_pylist()]
    assert [index.policies.name(p) for p in rows.policy] == table["policy_id"].to_pylist()
    keys = list(zip(table["policy_id"].to_pylist(), table["currency"].to_pylist(), strict=True))
    named = {key: p for key, p in zip(keys, rows.policy, strict=True) if key[0]}
    assert [named[key] for key in keys if key[0]] == [
        p for key, p in zip(keys, rows.policy, strict=True) if key[0]]
    assert len(index.policies.entry) == len(named) + sum(not key[0] for key in keys)
    assert index.policies.entry["n"].sum() == len(table)
    assert np.all(index.policies.entry["n"][rows.policy[[not key[0] for key in keys]]] == 1)
    box = rows.box
    assert box.shape == (3, 5) and np.all(box[:, 0] <= box[:, 2])


def test_an_index_of_something_else_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    keep_index(folder, lambda: [locations()], sha256="a")
    assert open_index(folder, sha256="b") is None
    again = keep_index(folder, lambda: [locations(9)], sha256="b")
    assert len(again) == 9 and open_index(folder, sha256="a") is None
    (folder / "row_lon.npy").write_bytes(b"cut")
    assert open_index(folder, sha256="b") is None
    assert len(keep_index(folder, lambda: [locations(9)], sha256="b")) == 9
    (folder / "index.json").write_text("{")
    assert open_index(folder, sha256="b") is None


def test_a_build_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def tables():
        yield locations(9)
        raise StoreError("a damaged row group")

    with pytest.raises(StoreError, match="a damaged row group"):
        keep_index(tmp_path / "index", tables, sha256="a")
    assert list(tmp_path.iterdir()) == []


KILLED = """
import sys, time
from pathlib import Path
import pyarrow as pa
from riskcloud.store.index_build import keep_index

def tables():
    while True:
        yield pa.table({"lon": [1.0] * 5000, "lat": [2.0] * 5000})
        print("at work", flush=True)
        time.sleep(0.01)

keep_index(Path(sys.argv[1]), tables, sha256="a")
"""


def test_a_build_that_is_killed_leaves_no_index(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    with subprocess.Popen([sys.executable, "-c", KILLED, str(folder)], stdout=subprocess.PIPE,
                          env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}) as process:
        assert process.stdout is not None
        for _ in range(3):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    assert not folder.exists() and list(tmp_path.iterdir()) != []
    assert open_index(folder, sha256="a") is None
    assert len(keep_index(folder, lambda: [locations(9)], sha256="a")) == 9
    assert list(tmp_path.iterdir()) == [folder]  # what the killed one left is gone


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return write_snapshot(tmp_path, "south", [locations(), locations()], facts=Facts(
        {"county": pa.scalar("漾濞"), "expiry_date": pa.scalar(None, pa.date32())}))


def test_rows_of_a_snapshot_by_number(book: Book) -> None:
    whole = pa.concat_tables(book.read(["loc_id", "county", "expiry_date"]))
    rows = np.array([0, 5, 6, 2 * N - 1])
    found = pa.concat_tables(pick_rows(book, ["loc_id", "no such", "county", "expiry_date"], rows))
    assert found.column_names == ["loc_id", "county", "expiry_date"]
    assert found["loc_id"].to_pylist() == whole["loc_id"].take(rows).to_pylist()
    assert set(found["county"].to_pylist()) == {"漾濞"}
    assert list(pick_rows(book, ["loc_id"], rows[:0])) == []
    with pytest.raises(StoreError, match="rows 7 to"):
        list(pick_rows(book, ["loc_id"], np.array([7, 2 * N])))


def test_lines_and_polygons_of_a_snapshot(tmp_path: Path) -> None:
    line = shapely.LineString([(100.0, 20.0), (100.5, 20.0)])
    table = locations(5).append_column("geometry", pa.array(
        [None, shapely.to_wkb(line), None, None, shapely.to_wkb(shapely.Point(1, 2).buffer(1))],
        pa.large_binary()))
    book = write_snapshot(tmp_path, "lines", [table], facts=Facts({}))
    index = index_of(book.read(["loc_id", "lon", "lat", "geometry"]))
    names = pa.concat_tables(book.read(["loc_id"]))["loc_id"].to_pylist()
    shapes = index.lines
    assert list(shapes.row) == sorted([names.index("L1"), names.index("L4")])
    assert list(shapes.row) == list(np.flatnonzero(np.isnan(index.rows.lon)))
    k = list(shapes.row).index(names.index("L1"))
    assert shapes.is_area.tolist() == [i != k for i in range(2)]
    assert shapes.segments[slice(*shapes.start[k:k + 2])].tolist() == [[100.0, 20.0, 100.5, 20.0]]
    assert shapes.reach_m[k] > 26_000.0
    ring = shapes.segments[slice(*shapes.start[1 - k:3 - k])]  # closed, whatever its pieces
    assert (ring[1:, :2] == ring[:-1, 2:]).all() and (ring[0, :2] == ring[-1, 2:]).all()
