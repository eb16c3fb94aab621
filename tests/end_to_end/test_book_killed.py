"""A load that is killed, that meets another or a full disk: the old snapshot stays, whole.

The children are forked by a process that has only imported: no thread is cut off in the middle.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from riskcloud.store.snapshots import list_books, open_book

DRIVER = '''
import json, os, pathlib, resource, signal, sys, time
from pathlib import Path
from riskcloud.analysis import books
from riskcloud.errors import RiskCloudError
from riskcloud.exposure import csv_file
from riskcloud.exposure.codes import code_table
from riskcloud.exposure.seen import SeenNumbers
from riskcloud.store import snapshots, spill, writing
from riskcloud.store.geoparquet import geo_metadata

store, portfolio = Path(sys.argv[1]), Path(sys.argv[2])
SeenNumbers()._grow(8192)  # numba awakes once, not in every child; this kernel has no threads
geo_metadata([], (0, 0, 1, 1))
code_table("currency"), code_table("country_code")
writing.GROUP_ROWS, spill.RUN_ROWS = 200, 300  # many pieces and runs of a small file
csv_file._BLOCK = 1 << 14


def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def before(name, owner):
    real = getattr(owner, name)
    def dying(*args, **kwargs):
        die() if dying.on else None
        return real(*args, **kwargs)
    dying.on = True
    setattr(owner, name, dying)


def after(name, owner):
    real = getattr(owner, name)
    def dying(*args, **kwargs):
        real(*args, **kwargs)
        die()
    setattr(owner, name, dying)


def load(**how):
    return books.load_book(store, "south", portfolio, books.Loading(**how))


POINTS = {
    "first chunk": lambda: load(on_read=die),
    "half read": lambda: load(on_read=lambda done, total: die() if 2 * done > total else None),
    "first row group": lambda: load(on_write=die),
    "last row group": lambda: load(on_write=lambda done, n: die() if done == n else None),
    "before the manifest": lambda: (before("write_json", snapshots), load()),
    "after the manifest": lambda: (after("write_json", snapshots), load()),
    "before the rename": lambda: (before("rename", pathlib.Path), load()),
    "after the rename": lambda: (after("rename", pathlib.Path), load()),
}


def full_disk():
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
    load()


def in_child(work):
    child = os.fork()
    if child == 0:
        try:
            work()
        except RiskCloudError as error:
            print(json.dumps({"error": type(error).__name__, "text": str(error)}), flush=True)
        os._exit(0)
    return child


def ended(child):
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def left():
    return sorted(path.name for path in (store / "books" / "south").iterdir())


def two():
    return [ended(child) for child in [in_child(load), in_child(load)]]


def tell(what, signals):
    print(json.dumps({"what": what, "signals": signals, "left": left()}), flush=True)


tell("full disk", [ended(in_child(full_disk))])
tell("two at once", two())
for point in POINTS:
    tell(point, [ended(in_child(POINTS[point]))])
tell("two after all", two())
'''
N = 2_000


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("killed") / "store"


@pytest.fixture(scope="module")
def told(store: Path) -> list[dict[str, Any]]:
    """What the loads left, in the order in which they were tried."""
    head = "LocNumber,AssetClass,Longitude,Latitude,BuildingTIV,LocCurrency\n"
    rows = (f"L{i},substation,{100 + i % 97 / 10},{21 + i % 31 / 10},{i},CNY\n" for i in range(N))
    portfolio = store.parent / "book.csv"
    portfolio.write_text(head + "".join(rows))
    run = subprocess.run([sys.executable, "-c", DRIVER, store, portfolio],
                         capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_a_full_disk_is_told_and_leaves_nothing(told: list[dict[str, Any]]) -> None:
    error, after = told[:2]
    assert error["error"] == "StoreError" and "book 'south' not written" in error["text"]
    assert after == {"what": "full disk", "signals": [0], "left": []}


def test_two_loads_at_once_get_a_number_each(told: list[dict[str, Any]]) -> None:
    assert told[2] == {"what": "two at once", "signals": [0, 0], "left": ["0001", "0002"]}


def test_killed_at_any_point(told: list[dict[str, Any]], store: Path) -> None:
    points = told[3:-1]
    assert len(points) == 8
    for item in points:
        assert item["signals"] == [9], item  # each point was reached
        whole = [name for name in item["left"] if not name.startswith(".loading-")]
        assert whole == ["0001", "0002"] + ["0003"] * (item["what"] == "after the rename"), item
        assert len(item["left"]) - len(whole) <= 1, item  # the next load removes the one before
    assert told[-1]["signals"] == [0, 0]  # the next loads work, and clear up
    assert told[-1]["left"] == [f"000{k}" for k in range(1, 6)]
    for version in range(1, 6):
        book = open_book(store, "south", version)
        book.verify()
        assert len(book) == N and book.version == book.manifest["version"] == version
    books, damaged = list_books(store)
    assert [book.version for book in books] == [5] and damaged == []
