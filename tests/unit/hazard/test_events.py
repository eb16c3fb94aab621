"""Event sets on disk: what is written is read, what is damaged is refused."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from riskcloud.errors import InputError
from riskcloud.files import sha256_of
from riskcloud.hazard.events import FIX_COLUMNS, read_events, write_events
from riskcloud.types import EventSet


def events(n=3, first=0, years=10.0):
    """A set of small events; event k has k + 2 fixes."""
    rng = np.random.default_rng(n)
    counts = np.arange(n) + 2
    total = int(counts.sum())
    fixes = {name: rng.uniform(1.0, 9.0, total).astype(np.float32) for name in FIX_COLUMNS}
    for name in ("central_pressure_pa", "environmental_pressure_pa", "r_max_m"):
        fixes[name] += np.float32(1e5)
    fixes["r34_m"][0] = np.nan
    return EventSet(event_id=np.array([f"e{first + k}" for k in range(n)]),
                    annual_rate=np.full(n, 1.0 / years), year=np.arange(n) + 1,
                    season=np.arange(n) + 1951, start=np.concatenate([[0], np.cumsum(counts)]),
                    years=years, facts={"method": "resampled"}, **fixes)


def same(a, b):
    for name in ("event_id", "annual_rate", "year", "season", "start", *FIX_COLUMNS):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    assert (a.years, a.facts) == (b.years, b.facts)


def test_round_trip(tmp_path):
    made = events()
    manifest = write_events(made, tmp_path / "set")
    assert (manifest["n_events"], manifest["n_fixes"], manifest["years"]) == (3, 9, 10.0)
    same(read_events(tmp_path / "set"), made)


def test_parts_are_one_set(tmp_path):
    write_events(iter([events(2), events(3, first=2)]), tmp_path, facts={"seed": 7})
    found = read_events(tmp_path)
    assert list(found.event_id) == ["e0", "e1", "e2", "e3", "e4"]
    assert found.start.tolist() == [0, 2, 5, 7, 10, 14]
    assert found.facts == {"seed": 7}


def test_parts_of_other_years_and_none_are_refused(tmp_path):
    with pytest.raises(InputError, match="of the same years; got"):
        write_events(iter([events(2), events(3, years=20.0)]), tmp_path)
    with pytest.raises(InputError, match="expected one part or more"):
        write_events(iter([]), tmp_path)
    assert not list(tmp_path.iterdir())  # nothing half-written


def test_writing_again_replaces(tmp_path):
    write_events(events(), tmp_path)
    write_events(events(5), tmp_path)
    same(read_events(tmp_path), events(5))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "events.parquet", "fixes.parquet", "manifest.json"]


def _other_fixes(folder):
    write_events(events(4), folder / "other")
    (folder / "other" / "fixes.parquet").replace(folder / "fixes.parquet")


def _other_kind(folder):
    (folder / "manifest.json").write_text(json.dumps({"kind": "forecast"}), encoding="utf-8")


def _other_version(folder):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "format_version": 9}),
                                          encoding="utf-8")


@pytest.mark.parametrize(("damage", "said"), [
    (lambda folder: (folder / "fixes.parquet").unlink(), "no fixes.parquet in it"),
    (lambda folder: (folder / "manifest.json").write_text("{"), "not JSON"),
    (lambda folder: (folder / "events.parquet").write_bytes(b"PAR1"), "not the file that"),
    (_other_fixes, "not the file that manifest.json was written with"),
    (_other_kind, "manifest is of another kind"),
    (_other_version, "format 9; expected 1"),
])
def test_damage_is_refused(tmp_path, damage, said):
    write_events(events(), tmp_path)
    damage(tmp_path)
    with pytest.raises(InputError, match=said):
        read_events(tmp_path)


def test_damage_without_hashes(tmp_path):
    write_events(events(), tmp_path)
    _other_fixes(tmp_path)
    with pytest.raises(InputError, match="events and fixes do not fit"):
        read_events(tmp_path, check_hashes=False)
    (tmp_path / "fixes.parquet").write_bytes(b"no parquet")
    with pytest.raises(InputError, match="not a Parquet file"):
        read_events(tmp_path, check_hashes=False)
    with pytest.raises(InputError, match="no such folder"):
        read_events(tmp_path / "none")


def altered(folder, name, values, file="fixes.parquet"):
    """Change a column of a set as by hand, hashes made to fit."""
    table = pq.read_table(folder / file)
    column = table.column_names.index(name)
    pq.write_table(table.set_column(column, name, pa.array(values(table[name].to_numpy()))),
                   folder / file)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"][file]["sha256"] = sha256_of(folder / file)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize(("file", "name", "values", "words"), [
    ("fixes.parquet", "lon", lambda old: old * np.nan, "lon = 'nan': 9 row"),
    ("fixes.parquet", "r_max_m", lambda old: old * 0, "row 1, r_max_m = '0'"),
    ("fixes.parquet", "max_wind_m_s", lambda old: old + 1e9, "max_wind_m_s = '1e\\+09'"),
    ("events.parquet", "annual_rate", lambda old: -old, "annual_rate = '-0.1'"),
    ("events.parquet", "annual_rate", lambda old: ["x"] * len(old), "expected numbers"),
    ("events.parquet", "event_id", lambda old: ["a"] * len(old), "events of one id"),
])
def test_values_that_no_storm_has_are_refused(tmp_path, file, name, values, words):
    write_events(events(), tmp_path)
    altered(tmp_path, name, values, file)
    with pytest.raises(InputError, match=words):
        read_events(tmp_path)


@pytest.mark.parametrize(("change", "words"), [
    ({"years": 0}, "years = 0: expected a number of years above 0"),
    ({"years": float("nan")}, "years = nan"), ({"years": "ten"}, "years = 'ten'"),
    ({"facts": []}, "facts is no object"), ({"files": None}, "files is no object"),
    ({"files": {}}, "not the file that manifest.json was written with")])
def test_a_manifest_by_other_hands_is_refused(tmp_path, change, words):
    write_events(events(), tmp_path)
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change),
                    encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read_events(tmp_path)
