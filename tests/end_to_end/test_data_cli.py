"""``riskcloud data`` against a server of this machine."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from riskcloud.errors import InputError, StoreError
from riskcloud.geo.public_layers import check_layer, fetch_layer, find_layer, load_layers

BODY = bytes(range(256)) * 3000


class Mirror(ThreadingHTTPServer):
    """Serves ``body`` under every name; breaks off after ``breaks`` bytes, once a number."""

    daemon_threads = True

    def __init__(self) -> None:
        self.body, self.breaks, self.ranges = BODY, [], []
        self.kind, self.status = "application/octet-stream", 0
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                said = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
                begin = int(said[1]) if said else 0
                mirror.ranges.append(begin)
                part = mirror.body[begin:]
                self.send_response_only(mirror.status or (206 if said else 200))
                self.send_header("Content-Length", str(len(part)))
                self.send_header("Content-Type", mirror.kind)
                if said:
                    self.send_header("Content-Range", f"bytes {begin}-{len(mirror.body) - 1}/"
                                     f"{len(mirror.body)}")
                self.end_headers()
                self.wfile.write(part[:mirror.breaks.pop(0)] if mirror.breaks else part)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    server = Mirror()
    threading.Thread(target=lambda: server.serve_forever(0.01), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def sources(tmp_path: Path, mirror: Mirror, **fields: object) -> Path:
    path = tmp_path / "sources.toml"
    table = {"title": "A layer", "title_zh": "图层", "origin": "made up",
             "address": f"{mirror.address}/x/a.tif", "file": "a.tif", "licence": "CC0",
             **fields}
    path.write_text("[one]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in table.items()),
                    encoding="utf-8")
    return path


@pytest.fixture
def run(riskcloud, monkeypatch: pytest.MonkeyPatch):
    """Run ``riskcloud data`` on a folder."""
    def call(*arguments: object, data: Path):
        monkeypatch.setenv("RISKCLOUD_DATA", str(data))
        return riskcloud("data", *arguments)
    return call


def test_list_fetch_check(tmp_path: Path, mirror: Mirror, run) -> None:
    listed, data = sources(tmp_path, mirror), tmp_path / "data"

    def state(*arguments: object) -> tuple[int, str]:
        done = run(*arguments, "--sources", listed, "--json", data=data)
        return done.status, done.json()["layers"][0]["state"]

    assert state("list") == (0, "absent")
    assert state("fetch", "one") == (0, "ok")
    assert (data / "a.tif").read_bytes() == BODY
    assert state("fetch", "one") == (0, "ok") and len(mirror.ranges) == 1  # it is there
    assert state("check") == (0, "ok")
    (data / "a.tif").write_bytes(BODY[:-1] + b"x")
    assert state("check", "one") == (2, "damaged")
    shown = run("list", "--sources", listed, "--lang", "zh", data=data)
    assert "许可: CC0" in shown.out and "图层" in shown.out


def test_wrong_usage_and_names(tmp_path: Path, run) -> None:
    assert run("fetch", data=tmp_path).status == 64
    assert run("steal", data=tmp_path).status == 64
    assert run("fetch", "gppd", "--mirror", "ftp://a.b", data=tmp_path).status == 64
    unknown = run("check", "nothing", data=tmp_path)
    assert unknown.status == 2 and "没有公共图层 'nothing'；现有：geonames_cities500" in unknown.err


def test_the_list_that_ships_is_complete() -> None:
    layers = load_layers()
    assert {"gebco_2024", "gem_active_faults", "gppd"} <= {layer.name for layer in layers}
    for layer in layers:
        assert layer.licence and layer.origin and layer.max_mb >= layer.size_mb > 0
        assert layer.address.startswith("https://")


def only(tmp_path: Path, mirror: Mirror, **fields: object):
    return find_layer(load_layers(sources(tmp_path, mirror, **fields)), "one")


def test_a_broken_connection_is_gone_on_with(tmp_path: Path, mirror: Mirror) -> None:
    mirror.breaks = [100_000, 70_000]
    kept = fetch_layer(only(tmp_path, mirror), tmp_path / "d", backoff_s=0.01)
    assert kept.path.read_bytes() == BODY and mirror.ranges[0] == 0
    assert len(mirror.ranges) == 3 and 0 < mirror.ranges[1] < mirror.ranges[2]
    assert [p.name for p in (tmp_path / "d").iterdir() if p.name.startswith(".")] == []


def test_a_part_of_an_earlier_run_is_used_when_the_hash_is_known(tmp_path, mirror) -> None:
    layer = only(tmp_path, mirror, sha256=hashlib.sha256(BODY).hexdigest())
    mirror.breaks = [100_000]
    with pytest.raises(StoreError, match="the connection broke off|cut off"):
        fetch_layer(layer, tmp_path / "d", retries=0)
    assert check_layer(layer, tmp_path / "d").state == "absent"
    assert fetch_layer(layer, tmp_path / "d").state == "ok" and mirror.ranges[1] > 0


def test_another_hash_is_not_kept(tmp_path: Path, mirror: Mirror) -> None:
    known = only(tmp_path, mirror, sha256="0" * 64)
    with pytest.raises(StoreError, match="expected 0000.*not kept"):
        fetch_layer(known, tmp_path / "d")
    assert list((tmp_path / "d").iterdir()) == []
    pinned = only(tmp_path, mirror)
    fetch_layer(pinned, tmp_path / "d")
    mirror.body = BODY + b"new"
    (tmp_path / "d" / "a.tif").unlink()
    with pytest.raises(StoreError, match="--renew takes the new one"):
        fetch_layer(pinned, tmp_path / "d")
    assert fetch_layer(pinned, tmp_path / "d", renew=True).n_bytes == len(BODY) + 3


def test_too_large_a_web_page_or_nothing(tmp_path: Path, mirror: Mirror) -> None:
    for fields, change, words in (
            ({"max_mb": 0.1}, {}, "larger than 0.1 MB"),
            ({}, {"kind": "text/html; charset=utf-8"}, "a web page"),
            ({}, {"status": 404}, "no such file"), ({}, {"status": 403}, "answered 403")):
        for name, value in ({"kind": "application/octet-stream", "status": 0} | change).items():
            setattr(mirror, name, value)
        with pytest.raises(StoreError, match=words):
            fetch_layer(only(tmp_path, mirror, **fields), tmp_path / "d", retries=0)
    assert not (tmp_path / "d" / "a.tif").exists()


def test_a_mirror_serves_files_by_name(tmp_path: Path, mirror: Mirror) -> None:
    layer = only(tmp_path, mirror, address="https://nowhere.invalid/b.tif")
    assert fetch_layer(layer, tmp_path / "d", mirror=mirror.address).state == "ok"


@pytest.mark.parametrize(("fields", "words"), [
    ({"file": "../a"}, "plain file name"), ({"address": "file:///etc/passwd"}, "http"),
    ({"sha256": "xyz"}, "64 hexadecimal"), ({"licence": ""}, "is missing"),
    ({"size_mb": "big"}, "of another kind"), ({"colour": "red"}, "unknown; known")])
def test_faults_of_a_list_are_told(tmp_path, mirror, fields, words) -> None:
    with pytest.raises(InputError, match="1 problem") as caught:
        load_layers(sources(tmp_path, mirror, **fields))
    assert words in caught.value.problems[0].remedy
