"""Feeds: the list, the network as it really is, the cache and its replay. All on this machine."""

import gzip
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from riskcloud import download
from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.feeds.addresses import LISTS, feeds_file
from riskcloud.hazard.typhoon.feeds.cache import Kept, keep, kept_messages
from riskcloud.hazard.typhoon.feeds.fetch import Feed, Fetched, fetch, load_feeds

NOW = np.datetime64("2026-09-01T13:00:00", "s")
DATED = {"Last-Modified": "Tue, 01 Sep 2026 12:00:00 GMT"}
NOON = np.datetime64("2026-09-01T12:00:00", "s")
BULLETIN = b"WTPN31 PGTW 011200\nMADE UP FOR A TEST\n"
Reply = Callable[[BaseHTTPRequestHandler], None]


def reply(status: int = 200, body: bytes = BULLETIN, headers: dict[str, str] | None = None,
          length: int | None = None) -> Reply:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response_only(status)
        for key, value in (headers or {}).items():
            handler.send_header(key, value)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.wfile.write(body)
    return send


class Agency(ThreadingHTTPServer):
    """A server whose paths answer with what is scripted: in turn, the last for ever."""

    daemon_threads = True

    def __init__(self) -> None:
        self.script: dict[str, list[Reply]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.over = threading.Event()
        agency = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                agency.asked.append((self.path, dict(self.headers)))
                steps = agency.script.get(self.path) or [reply(404)]
                step = steps.pop(0) if len(steps) > 1 else steps[0]
                self.close_connection = True
                try:
                    step(self)
                except OSError:
                    pass  # the client has left

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        super().__init__(("127.0.0.1", 0), Handler)

    def feed(self, path: str, *steps: Reply, name: str = "one", **fields: object) -> Feed:
        self.script[path] = list(steps)
        return Feed(name=name, agency="TEST", url=self.address(path), **fields)  # type: ignore[arg-type]

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


@pytest.fixture
def agency() -> Iterator[Agency]:
    server = Agency()
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()


def ask(feed: Feed, folder: Path, *, timeout_s: float = 3.0, retries: int = 2,
        now: np.datetime64 = NOW) -> Fetched:
    (found,) = fetch([feed], folder, timeout_s=timeout_s, retries=retries, backoff_s=0.01,
                     now_utc=now)
    return found


def test_a_message_is_kept_with_the_time_it_was_published(agency: Agency, tmp_path: Path) -> None:
    found = ask(agency.feed("/a", reply(headers=DATED)), tmp_path)
    assert (found.status, found.arrived_utc) == ("new", NOON)
    assert found.path is not None and found.path.read_bytes() == BULLETIN
    assert found.message == "a new message, of 2026-09-01 12:00 UTC"
    assert agency.asked[0][1]["User-Agent"].startswith("riskcloud/")
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".json", ".msg"]


@pytest.mark.parametrize("stamp", ["", "yesterday", "Tue, 01 Sep 2099 12:00:00 GMT"])
def test_without_a_sane_date_it_arrived_now(agency: Agency, tmp_path: Path, stamp: str) -> None:
    found = ask(agency.feed("/a", reply(headers={"Last-Modified": stamp})), tmp_path)
    assert (found.status, found.arrived_utc) == ("new", NOW)


def test_unchanged_is_asked_for_and_understood(agency: Agency, tmp_path: Path) -> None:
    feed = agency.feed("/a", reply(headers=DATED | {"ETag": '"7"'}), reply(304, b""))
    first, second = ask(feed, tmp_path), ask(feed, tmp_path)
    assert (second.status, second.path, second.arrived_utc) == ("unchanged", first.path, NOON)
    sent = agency.asked[1][1]
    assert sent["If-None-Match"] == '"7"'
    assert sent["If-Modified-Since"] == DATED["Last-Modified"]


def test_the_same_words_again_arrived_the_first_time(agency: Agency, tmp_path: Path) -> None:
    feed = agency.feed("/a", reply())
    first = ask(feed, tmp_path)
    second = ask(feed, tmp_path, now=NOW + np.timedelta64(3600, "s"))
    assert (second.status, second.path, second.arrived_utc) == ("unchanged", first.path, NOW)


def test_unchanged_without_a_copy_is_no_message(agency: Agency, tmp_path: Path) -> None:
    found = ask(agency.feed("/a", reply(304, b"")), tmp_path)
    assert (found.status, found.path) == ("silent", None)
    assert "no copy is kept" in found.message


def test_passing_faults_are_tried_again(agency: Agency, tmp_path: Path) -> None:
    feed = agency.feed("/a", reply(500), reply(200, length=len(BULLETIN) + 9), reply())
    assert ask(feed, tmp_path).status == "new"
    assert len(agency.asked) == 3


def test_lasting_faults_are_not(agency: Agency, tmp_path: Path) -> None:
    found = ask(agency.feed("/a", reply(403)), tmp_path)
    assert (found.status, found.message, len(agency.asked)) == ("silent", "answered 403", 1)


def test_retry_after_is_heeded_but_not_for_ever(agency: Agency, tmp_path: Path) -> None:
    busy = agency.feed("/a", reply(429, headers={"Retry-After": "0"}), reply())
    assert ask(busy, tmp_path).status == "new"
    long = agency.feed("/b", reply(503, headers={"Retry-After": "86400"}), name="two")
    assert ask(long, tmp_path).message == "answered 503"
    assert [path for path, _ in agency.asked].count("/b") == 1


def cut(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\nWTPN")


def not_http(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"220 ftp ready\r\n")


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """Answer nothing."""


@pytest.mark.parametrize(("step", "words"), [
    (reply(404), "answered that there is no such message"),
    (reply(500), "answered 500 (tried 3 times)"),
    (reply(200, b" \r\n"), "answered with nothing"),
    (reply(200, b"<!DOCTYPE html><html>log in</html>"), "answered with a web page, not a message"),
    (reply(200, length=len(BULLETIN) + 5), "the connection broke off (tried 3 times)"),
    (reply(200, length=1 << 40), "the message is larger than 32 MB"),
    (reply(200, gzip.compress(BULLETIN)[:-9]), "the packed message is cut off (tried 3 times)"),
    (reply(200, b"\x1f\x8bnot gzip at all"), "the packed message is broken (tried 3 times)"),
    (reply(302, b"", {"Location": "/a"}), "redirected more than 5 times"),
    (reply(302, b"", {"Location": "http://other.invalid/a"}), "redirected to another host"),
    (reply(302, b"", {"Location": "file:///etc/passwd"}), "redirected to an address that is not"),
    (reply(302, b""), "answered 302"),
    (cut, "the connection broke off (tried 3 times)"),
    (hang_up, "the connection broke off (tried 3 times)"),
    (not_http, "(tried 3 times)"),
])
def test_every_way_to_say_nothing_is_told(agency: Agency, tmp_path: Path, step: Reply,
                                          words: str) -> None:
    found = ask(agency.feed("/a", step), tmp_path)
    assert (found.status, found.path) == ("silent", None)
    assert words in found.message
    assert not list(tmp_path.iterdir())


def test_a_dead_server_is_silent(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:  # bound, not listening: refused
        taken.bind(("127.0.0.1", 0))
        feed = Feed("one", "TEST", f"http://127.0.0.1:{taken.getsockname()[1]}/a")
        found = ask(feed, tmp_path)
    assert (found.status, found.message) == ("silent", "could not be reached (tried 3 times)")


def test_one_slow_agency_costs_its_time_only(agency: Agency, tmp_path: Path) -> None:
    def hang(handler: BaseHTTPRequestHandler) -> None:
        agency.over.wait(5.0)

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not agency.over.wait(0.02):
            handler.wfile.write(b"x")

    feeds = [agency.feed("/hang", hang, name="hang"), agency.feed("/drip", drip, name="drip"),
             agency.feed("/good", reply(), name="good")]
    done: list[tuple[int, int]] = []
    began = time.monotonic()
    slow, slower, good = fetch(feeds, tmp_path, timeout_s=0.3, now_utc=NOW,
                               on_progress=lambda k, n: done.append((k, n)))
    assert time.monotonic() - began < 2.0
    assert (slow.status, slower.status, good.status) == ("silent", "silent", "new")
    assert slow.message == "no answer in time"
    assert slower.message == "the message did not arrive in time"
    assert done == [(1, 3), (2, 3), (3, 3)]


def test_a_huge_body_is_given_up(agency: Agency, tmp_path: Path,
                                 monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MAX_BYTES", 100_000)

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(1000):
            handler.wfile.write(b"x" * 10_000)

    for path, step in (("/a", endless), ("/b", reply(200, gzip.compress(b"0" * 10_000_000)))):
        found = ask(agency.feed(path, step), tmp_path)
        assert found.status == "silent"
        assert "larger than" in found.message


def test_a_redirect_on_the_same_host_and_a_packed_file(agency: Agency, tmp_path: Path) -> None:
    agency.script["/there"] = [reply(200, gzip.compress(BULLETIN))]
    found = ask(agency.feed("/a", reply(301, b"", {"Location": "/there"})), tmp_path)
    assert found.path is not None and found.path.read_bytes() == BULLETIN


def test_a_silent_agency_leaves_its_copy_until_it_is_old(agency: Agency, tmp_path: Path) -> None:
    feed = agency.feed("/a", reply(headers=DATED), reply(503), max_age_h=6.0)
    first = ask(feed, tmp_path)
    later = ask(feed, tmp_path, now=NOON + np.timedelta64(6, "h"))
    assert (later.status, later.path, later.arrived_utc) == ("cached", first.path, NOON)
    assert later.message == ("answered 503 (tried 3 times); the copy of 2026-09-01 12:00 UTC "
                             "is used")
    too_late = ask(feed, tmp_path, now=NOON + np.timedelta64(7, "h"))
    assert (too_late.status, too_late.path) == ("silent", None)
    assert "is too old" in too_late.message


def test_a_dead_slot_is_refused_by_age(agency: Agency, tmp_path: Path) -> None:
    old = {"Last-Modified": "Mon, 01 Sep 2025 12:00:00 GMT"}
    found = ask(agency.feed("/a", reply(headers=old)), tmp_path)
    assert (found.status, found.path) == ("silent", None)
    assert found.message == "its last message is of 2025-09-01 12:00 UTC, more than 24 h ago"
    assert not list(tmp_path.iterdir())


NMC = (b'typhoon_jsons_list_default(({"typhoonList": [[9901, "SAMPLE", "x", "2699", 1, null, "y",'
       b' "start"], [9900, "OLD", "x", "1", 1, null, null, "stop"], ["../../up", "BAD", "start"]'
       b', [9901, "SAMPLE", "start"]]}))')
HKO = (b"<TropicalCycloneList><TropicalCyclone><TropicalCycloneID> 2699 </TropicalCycloneID>"
       b"<TropicalCycloneURL>http://evil.invalid/x</TropicalCycloneURL></TropicalCyclone>"
       b"</TropicalCycloneList>")
RSS = (b'<rss><channel><![CDATA[<a href="https://x/jtwc/products/wp0126web.txt">text</a>'
       b'<a href="https://x/jtwc/products/wp0126.tcw">b</a>]]></channel></rss>')


@pytest.mark.parametrize(("kind", "body", "storm"), [
    ("nmc_list", NMC, "9901"), ("hko_list", HKO, "2699"), ("jtwc_rss", RSS, "wp0126")])
def test_a_list_leads_to_its_storms(agency: Agency, tmp_path: Path, kind: str, body: bytes,
                                    storm: str) -> None:
    agency.script[f"/view/{storm}"] = [reply(), reply(500)]
    feed = agency.feed("/list", reply(200, body), kind=kind,
                       view_url=agency.address("/view/{storm}"))
    found = ask(feed, tmp_path)
    assert (found.status, found.storm) == ("new", storm)
    assert [path for path, _ in agency.asked] == ["/list", f"/view/{storm}"]
    assert ask(feed, tmp_path).status == "cached"


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_that_fails_leaves_its_storms_copies(agency: Agency, tmp_path: Path,
                                                    kind: str) -> None:
    feed = agency.feed("/list", reply(200, b"[" * 100_000), kind=kind,
                       view_url=agency.address("/{storm}"))
    assert ask(feed, tmp_path).message == "its list of storms: it could not be understood"
    for storm in ("1", "2"):
        keep(tmp_path, "one", Kept(Path(), storm, "x", NOW), BULLETIN)
    found = fetch([feed], tmp_path, now_utc=NOW)
    assert [(f.status, f.storm) for f in found] == [("cached", "1"), ("cached", "2")]


@pytest.mark.parametrize(("kind", "body"), [
    ("nmc_list", b'x({"typhoonList": []})'), ("hko_list", b"<TropicalCycloneList/>"),
    ("jtwc_rss", b"<rss></rss>")])
def test_no_storm_is_said(agency: Agency, tmp_path: Path, kind: str, body: bytes) -> None:
    feed = agency.feed("/list", reply(200, body), kind=kind, view_url=agency.address("/{storm}"))
    found = ask(feed, tmp_path)
    assert (found.status, found.message) == ("silent", "it lists no storm now")


def test_a_storms_number_goes_into_the_address(agency: Agency, tmp_path: Path) -> None:
    agency.script["/wp01.txt"] = [reply()]
    feed = Feed("one", "TEST", agency.address("/{storm}.txt"))
    assert "needs a storm's number" in ask(feed, tmp_path).message
    one, none = fetch([feed], tmp_path, storms=["wp01", "wp02"], now_utc=NOW)
    assert (one.status, one.storm, none.status, none.storm) == ("new", "wp01", "silent", "wp02")
    with pytest.raises(InputError, match="letters, digits"):
        fetch([feed], tmp_path, storms=["../x"])


def test_the_newest_run_that_is_out_is_taken(agency: Agency, tmp_path: Path) -> None:
    agency.script["/20260831/12z"] = [reply()]
    feed = Feed("run", "TEST", agency.address("/{run_date}/{run_hour}z"), kind="run")
    assert ask(feed, tmp_path).status == "new"
    assert [path for path, _ in agency.asked] == ["/20260901/00z", "/20260831/12z"]
    agency.script.clear()
    found = ask(feed, tmp_path, now=NOW + np.timedelta64(6, "h"))
    assert found.status == "cached"
    assert found.message.startswith("none of its last 3 runs is there; the copy of")


def test_a_file_of_the_user(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    feed = Feed("mine", "X", str(path), kind="file")
    assert "No such file" in ask(feed, tmp_path / "cache").message
    path.write_bytes(BULLETIN)
    seconds = int(NOON.astype(np.int64))
    os.utime(path, (seconds, seconds))
    found = ask(feed, tmp_path / "cache")
    assert (found.status, found.path, found.arrived_utc) == ("new", path, NOON)
    assert ask(feed, tmp_path / "cache", now=NOW + np.timedelta64(2, "D")).status == "silent"


def test_wrong_options_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="timeout_s"):
        fetch([], tmp_path, timeout_s=0.0)
    with pytest.raises(InputError, match="no such folder"):
        fetch([], tmp_path, replay=tmp_path / "none")
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot be made"):
        fetch([], tmp_path / "file")
    assert fetch([], tmp_path) == ()


def test_broken_notes_and_loose_files_still_replay(tmp_path: Path) -> None:
    feed = Feed("one", "TEST", "http://nowhere.invalid/")
    kept = keep(tmp_path, "one", Kept(Path(), "7", "u", NOON), BULLETIN)
    for broken in ("{", "[]", json.dumps({"arrived_utc": "soon"}), "[" * 5000, "{}"):
        kept.path.with_suffix(".json").write_text(broken)
        (found,) = kept_messages(tmp_path, "one")
        assert found.path == kept.path
    (tmp_path / "one.view.json").write_text("{}")
    (tmp_path / "two.txt").write_text("x")
    found_all = fetch([feed], tmp_path, replay=tmp_path)
    assert {f.path.name for f in found_all if f.path} == {kept.path.name, "one.view.json"}


def test_old_versions_are_pruned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from riskcloud.hazard.typhoon.feeds import cache

    monkeypatch.setattr(cache, "VERSIONS", 3)
    for hour in range(5):
        keep(tmp_path, "one", Kept(Path(), "", "u", NOON + np.timedelta64(hour, "h")),
             str(hour).encode())
    assert sorted(p.read_text() for p in tmp_path.glob("*.msg")) == ["2", "3", "4"]
    assert len(list(tmp_path.glob("*.json"))) == 3


def test_the_list_that_ships_is_whole() -> None:
    feeds = load_feeds()
    assert {"CMA", "JTWC", "JMA", "HKO", "ECMWF"} <= {feed.agency for feed in feeds}
    for feed in feeds:
        assert feed.kind != "file"
        assert feed.url.startswith("https://")
        assert feed.licence and feed.encoding
    assert "confirmed" in feeds_file().read_text(encoding="utf-8")


def test_a_users_list(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[[feed]]\nname = "a"\nagency = "X"\nurl = "sub/track.txt"\nkind = "file"\n'
                    '[[feed]]\nname = "b"\nagency = "Y"\nurl = "http://h/{storm}"\nmax_age_h = 6\n')
    one, two = load_feeds(path)
    assert one.url == str(tmp_path / "sub" / "track.txt")
    assert two.max_age_h == 6


def test_all_faults_of_a_list_at_once(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(
        'extra = 1\n[[feed]]\nname = "../x"\nagency = 3\nurl = "file:///etc/passwd"\n'
        '[[feed]]\nname = "b"\nurl = "ftp://h/x"\ncolour = "red"\nmax_age_h = -1\n'
        '[[feed]]\nname = "b"\nagency = "Y"\nurl = "https://u:p@h/{what}"\nkind = "nmc_list"\n'
        '[[feed]]\nname = "c"\nagency = "Y"\nurl = "https://h:port/"\nkind = "odd"\n'
        '[[feed]]\nname = "d"\nagency = "Y"\nurl = "https://h/"\nkind = "run"\nrun_hours = [25]\n')
    with pytest.raises(InputError) as caught:
        load_feeds(path)
    said = [str(problem) for problem in caught.value.problems]
    for words in ("row 2, name = '../x': expected a-z", "row 2, agency = '3': expected text",
                  "row 2, url = 'file:///etc/passwd': a file:// address needs kind = 'file'",
                  "row 6, agency = '': is missing", "row 6, url = 'ftp://h/x': expected an http",
                  "row 6, colour = 'red': unknown", "row 6, max_age_h = '-1': expected hours",
                  "row 11, name = 'b': given twice", "row 11, view_url = '': a list needs",
                  "must not hold a user or password", "unknown placeholder {what}",
                  "row 16, url = 'https://h:port/': not an address", "expected one of message",
                  "row 21, run_hours = '[25]': expected hours 0 to 23"):
        assert any(words in line for line in said), words
    assert any(problem.column == "extra" for problem in caught.value.problems)


@pytest.mark.parametrize(("text", "words"), [
    (b"[[feed]\n", "row 1"), (b"x = 1", r"one table \[\[feed\]\]"), (b"", r"\[\[feed\]\]"),
    (b"feed = [1]", r"\[\[feed\]\]"), (b"\xff\xfe", "not UTF-8"), (b"#" * (2 << 20), "larger")])
def test_no_list_at_all(tmp_path: Path, text: bytes, words: str) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(text)
    with pytest.raises(InputError, match=words):
        load_feeds(path)
    with pytest.raises(InputError, match="cannot be read"):
        load_feeds(tmp_path / "none.toml")
