"""Real messages over HTTP, kept, and played again as they had arrived."""

import threading
from collections.abc import Iterator
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskcloud.hazard.typhoon.feeds.fetch import fetch, load_feeds
from riskcloud.hazard.typhoon.formats.source import open_source

ISSUED = {"wtpn31": "2006-05-17T03:00:00", "wtpn32": "2006-05-17T09:00:00"}
"""When the slots are said to have changed: made up, the second six hours after the first."""


@pytest.fixture
def slots(shared: Path) -> Iterator[tuple[str, dict[str, tuple[bytes, str]]]]:
    """A server of /path -> (body, time of last change), both of which a test may change."""
    tracks = shared / "verification" / "tracks"
    pages = {
        "/wtpn31": ((tracks / "jtwc_wtpn31_chanchu_2006_nr037.txt").read_bytes(),
                    ISSUED["wtpn31"]),
        "/list": ((tracks / "SYNTH_nmc_list_default.jsonp").read_bytes(), ""),
        "/view_999001": ((tracks / "SYNTH_nmc_view_999001.jsonp").read_bytes(), ""),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body, changed = pages.get(self.path, (b"", ""))
            self.send_response_only(200 if body else 503)
            if changed:
                stamp = pd.Timestamp(changed, tz="UTC").to_pydatetime()
                self.send_header("Last-Modified", format_datetime(stamp, usegmt=True))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", pages
        server.shutdown()
        thread.join()


def test_an_event_is_fetched_and_played_again(
        slots: tuple[str, dict[str, tuple[bytes, str]]], shared: Path, tmp_path: Path) -> None:
    root, pages = slots
    listing = tmp_path / "feeds.toml"
    listing.write_text(
        f'[[feed]]\nname = "jtwc"\nagency = "JTWC"\nurl = "{root}/wtpn31"\n'
        f'[[feed]]\nname = "nmc"\nagency = "CMA"\nkind = "nmc_list"\nurl = "{root}/list"\n'
        f'view_url = "{root}/view_{{storm}}"\n'
        f'[[feed]]\nname = "gone"\nagency = "X"\nurl = "{root}/none"\n')
    feeds, cache = load_feeds(listing), tmp_path / "cache"
    first = pages["/wtpn31"][0]
    second = (shared / "verification/tracks/jtwc_wtpn32_saudel_2026_truncated.txt").read_bytes()

    def at(time: str) -> np.datetime64:
        return np.datetime64(time, "s")

    live = fetch(feeds, cache, now_utc=at("2006-05-17T03:30"), backoff_s=0.01)
    assert [(f.feed.name, f.status) for f in live] == [
        ("jtwc", "new"), ("nmc", "new"), ("gone", "silent")]
    assert live[2].message == "answered 503 (tried 4 times)"
    pages["/wtpn31"] = (second, ISSUED["wtpn32"])
    live = fetch(feeds, cache, now_utc=at("2006-05-17T09:30"), backoff_s=0.01)
    assert [f.status for f in live] == ["new", "unchanged", "silent"]

    for then, expected in (("2006-05-17T08:59", first), ("2006-05-17T09:30", second)):
        again = fetch(feeds, tmp_path / "unused", replay=cache, now_utc=at(then))
        assert [f.status for f in again] == ["new", "new", "silent"]
        assert again[0].path is not None and again[0].path.read_bytes() == expected
        source = open_source(again[0].path, again[0].arrived_utc)
        assert source.arrived_utc == at(ISSUED["wtpn31" if expected == first else "wtpn32"])
    before = fetch(feeds, cache, replay=cache, now_utc=at("2006-05-16T00:00"))
    assert [f.status for f in before] == ["silent"] * 3
    assert not (tmp_path / "unused").exists()
