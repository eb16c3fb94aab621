"""Fetch agencies' messages in parallel, each bounded in time: a silent one never stops the rest.

What arrives is kept with its time of arrival, so that the same folder can be replayed later as if
the event happened again.
"""

import hashlib
import json
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np

from riskcloud.download import MAX_BYTES, Download, NotThere, Silent
from riskcloud.errors import InputError
from riskcloud.hazard.typhoon.feeds.addresses import LISTS, Feed, load_feeds
from riskcloud.hazard.typhoon.feeds.cache import STORM, Kept, keep, kept_messages

logger = logging.getLogger(__name__)

__all__ = ["Feed", "Fetched", "fetch", "load_feeds"]

MAX_STORMS: Final = 12
"""Storms followed from one list (our choice: no basin has had as many at once)."""
RUNS_TRIED: Final = 3
_GRACE_S: Final = 0.5
Status = Literal["new", "unchanged", "cached", "silent"]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of one feed, or of one storm of it.

    ``status``: "new"; "unchanged" since the last fetch; "cached" when the agency was silent and the
    kept copy is young enough; "silent" when there is nothing to use (``path`` None). ``message``
    says why in plain words. ``arrived_utc`` (datetime64[s]) is when the agency published it
    (Last-Modified), else when it first reached here.
    """

    feed: Feed
    status: Status
    message: str
    path: Path | None = None
    arrived_utc: np.datetime64 | None = None
    storm: str = ""


def fetch(feeds: Sequence[Feed], cache_dir: Path, *, storms: Sequence[str] = (),
          timeout_s: float = 10.0, retries: int = 3, backoff_s: float = 0.5,
          now_utc: np.datetime64 | None = None, replay: Path | None = None,
          on_progress: Callable[[int, int], None] | None = None) -> tuple[Fetched, ...]:
    """Return what every feed has, in the order of the feeds; at least one entry each.

    Parameters
    ----------
    feeds : from ``load_feeds``.
    cache_dir : where messages are kept; made if need be.
    storms : numbers for {storm} in addresses, as each agency writes them.
    timeout_s : how long a feed may take in all: its list, its storms, its retries [s].
    retries, backoff_s : tries after the first, and the wait before the second [s], doubling.
    now_utc : what ages are counted to; None: the clock.
    replay : folder of kept messages to use in place of the network: the newest of each storm that
        had arrived by ``now_utc``.
    on_progress : called with (done, total) as feeds end.

    Raises
    ------
    InputError : an option or folder that cannot be. Never because of an agency.
    """
    if not timeout_s > 0.0 or retries < 0 or not backoff_s >= 0.0:
        raise InputError("fetch: expected timeout_s > 0, retries >= 0 and backoff_s >= 0")
    if bad := [storm for storm in storms if not STORM.fullmatch(storm)]:
        raise InputError(f"storm {bad[0]!r}: expected letters, digits and -, at most 20")
    if replay is not None:
        if not replay.is_dir():
            raise InputError(f"{replay}: no such folder to replay")
        return tuple(found for feed in feeds for found in _replayed(feed, replay, now_utc))
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{cache_dir}: cannot be made ({error.strerror})") from error
    if not os.access(cache_dir, os.W_OK | os.X_OK):
        raise InputError(f"{cache_dir}: cannot be written to")
    now = np.datetime64(int(time.time()), "s") if now_utc is None else now_utc.astype(
        "datetime64[s]")
    return _in_parallel(feeds, cache_dir, tuple(storms), now, timeout_s=timeout_s,
                        retries=retries, backoff_s=backoff_s, on_progress=on_progress)


def _in_parallel(feeds: Sequence[Feed], folder: Path, storms: tuple[str, ...],
                 now: np.datetime64, *, timeout_s: float, retries: int, backoff_s: float,
                 on_progress: Callable[[int, int], None] | None) -> tuple[Fetched, ...]:
    """Give each feed a thread; who is not back in time is silent (a name server may hang)."""
    from urllib3 import PoolManager

    deadline = time.monotonic() + timeout_s
    found: dict[int, tuple[Fetched, ...]] = {}
    with PoolManager(num_pools=max(len(feeds), 1)) as pool:
        download = Download(pool, deadline, retries, backoff_s)

        def work(k: int) -> None:
            errand = _Errand(feeds[k], folder, download, now)
            try:
                found[k] = tuple(errand.run(storms))
            except Exception as error:  # a person sees it; the other agencies go on
                logger.info("feed %s", feeds[k].name, exc_info=True)
                found[k] = tuple(errand.fallback(
                    f"could not be read ({type(error).__name__}: {str(error)[:200]})"))

        threads = [threading.Thread(target=work, args=(k,), daemon=True)
                   for k in range(len(feeds))]
        for thread in threads:
            thread.start()
        for done, thread in enumerate(threads, 1):
            thread.join(max(deadline + _GRACE_S - time.monotonic(), 0.0))
            if on_progress is not None:
                on_progress(done, len(feeds))
        got = dict(found)
    return tuple(each for k, feed in enumerate(feeds) for each in got.get(k) or
                 _Errand(feed, folder, download, now).fallback("no answer in time"))


@dataclass(frozen=True, slots=True)
class _Errand:
    """One feed to fetch."""

    feed: Feed
    folder: Path
    download: Download
    now: np.datetime64

    def run(self, storms: tuple[str, ...]) -> Iterator[Fetched]:
        """Yield what the feed has."""
        feed = self.feed
        if feed.kind == "file":
            yield _local(feed, self.now)
        elif feed.kind == "run":
            yield self._newest_run()
        elif feed.kind in LISTS:
            yield from self._listed()
        elif "{storm}" in feed.url:
            if not storms:
                yield Fetched(feed, "silent", "its address needs a storm's number, none was given")
            for storm in storms:
                yield self._document(feed.url.replace("{storm}", storm), storm)
        else:
            yield self._document(feed.url)

    def _document(self, url: str, storm: str = "") -> Fetched:
        """Return one message, or the copy kept of it."""
        kept = next((k for k in kept_messages(self.folder, self.feed.name) if k.storm == storm),
                    None)
        same = kept is not None and kept.url == url
        try:
            answer = self.download.get(url, etag=kept.etag if kept and same else "",
                                       last_modified=kept.last_modified if kept and same else "")
            if answer.body is None and not (kept and same):
                raise Silent("answered that nothing has changed, but no copy is kept")
        except NotThere:
            if self.feed.kind == "run":
                raise
            return self._silent("answered that there is no such message", storm, kept)
        except Silent as reason:
            return self._silent(str(reason), storm, kept)
        if answer.body is None and kept is not None:
            return self._aged(kept, "unchanged")
        body = answer.body or b""
        if kept and same and hashlib.sha256(body).hexdigest() == kept.sha256:
            return self._aged(kept, "unchanged")  # the same words arrived the first time
        arrived = self.now if answer.changed_utc is None else min(answer.changed_utc, self.now)
        came = Kept(Path(), storm, url, arrived, answer.etag, answer.last_modified)
        if _age_h(arrived, self.now) > self.feed.max_age_h:
            return self._aged(came, "new")  # a dead slot: not worth keeping
        return self._aged(keep(self.folder, self.feed.name, came, body), "new")

    def _aged(self, kept: Kept, status: Status) -> Fetched:
        if _age_h(kept.arrived_utc, self.now) > self.feed.max_age_h:
            return Fetched(self.feed, "silent", f"its last message is of {_say(kept.arrived_utc)}, "
                           f"more than {self.feed.max_age_h:g} h ago", storm=kept.storm)
        words = {"new": "a new message", "unchanged": "nothing new"}.get(status, status)
        return Fetched(self.feed, status, f"{words}, of {_say(kept.arrived_utc)}", kept.path,
                       kept.arrived_utc, kept.storm)

    def _silent(self, reason: str, storm: str, kept: Kept | None) -> Fetched:
        """Return the kept copy when the agency is silent, unless it is too old."""
        if kept is None:
            return Fetched(self.feed, "silent", reason, storm=storm)
        if _age_h(kept.arrived_utc, self.now) > self.feed.max_age_h:
            return Fetched(self.feed, "silent", f"{reason}; the copy kept, of "
                           f"{_say(kept.arrived_utc)}, is too old", storm=storm)
        return Fetched(self.feed, "cached", f"{reason}; the copy of {_say(kept.arrived_utc)} is "
                       "used", kept.path, kept.arrived_utc, storm)

    def fallback(self, reason: str) -> Iterator[Fetched]:
        """Yield the copies kept of the feed, or its silence."""
        kept = kept_messages(self.folder, self.feed.name)
        young = [k for k in kept if _age_h(k.arrived_utc, self.now) <= self.feed.max_age_h]
        for each in young or kept[:1] or (None,):
            yield self._silent(reason, each.storm if each else "", each)

    def _listed(self) -> Iterator[Fetched]:
        """Yield every storm of a list."""
        try:
            body = self.download.get(self.feed.url).body or b""
            storms = _listed_storms(self.feed.kind, body.decode(self.feed.encoding, "replace"))
        except Silent as reason:
            yield from self.fallback(f"its list of storms: {reason}")
            return
        if not storms:
            yield Fetched(self.feed, "silent", "it lists no storm now")
        for storm in storms[:MAX_STORMS]:
            yield self._document(self.feed.view_url.replace("{storm}", storm), storm)

    def _newest_run(self) -> Fetched:
        for base in _runs(self.feed, self.now):
            date, hour = str(base.astype("datetime64[D]")).replace("-", ""), str(base)[11:13]
            url = self.feed.url.replace("{run_date}", date).replace("{run_hour}", hour)
            try:
                return self._document(url)
            except NotThere:
                continue
        return next(iter(self.fallback(f"none of its last {RUNS_TRIED} runs is there")))


def _runs(feed: Feed, now: np.datetime64) -> list[np.datetime64]:
    """Return the newest runs that should be out, newest first."""
    out = now - np.timedelta64(round(3600 * feed.run_delay_h), "s")
    hour = out.astype("datetime64[h]")
    hours = [hour - np.timedelta64(back, "h") for back in range(24 * RUNS_TRIED + 24)]
    chosen = [h for h in hours if int(h.astype(np.int64)) % 24 in feed.run_hours]
    return chosen[:RUNS_TRIED]


def _listed_storms(kind: str, text: str) -> list[str]:
    """Return the numbers of the storms in a list, each once. Raises Silent: no list at all."""
    if kind == "nmc_list":
        try:
            rows = json.loads(text[text.index("{"):text.rindex("}") + 1])["typhoonList"]
            numbers = [str(row[0]) for row in rows if "start" in row]
        except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
            raise Silent("it could not be understood") from error
    elif kind == "hko_list":
        if "TropicalCycloneList" not in text:
            raise Silent("it could not be understood")
        numbers = re.findall(r"<TropicalCycloneID>\s*([^<\s]{1,20})\s*</TropicalCycloneID>", text)
    else:
        if "<rss" not in text.lower():
            raise Silent("it could not be understood")
        numbers = [n.lower() for n in re.findall(r"products/([A-Za-z]{2}\d{4})web\.txt", text)]
    return [n for n in dict.fromkeys(numbers) if STORM.fullmatch(n)]


def _local(feed: Feed, now: np.datetime64) -> Fetched:
    """Return a user's own file."""
    path = Path(feed.url)
    try:
        about = path.stat()
    except OSError as error:
        return Fetched(feed, "silent", f"{path}: {error.strerror}")
    if not path.is_file() or about.st_size > MAX_BYTES:
        return Fetched(feed, "silent",
                       f"{path}: expected a file of at most {MAX_BYTES >> 20} MB")
    changed = np.datetime64(int(about.st_mtime), "s")
    if _age_h(changed, now) > feed.max_age_h:
        return Fetched(feed, "silent", f"{path}: last changed {_say(changed)}, more than "
                       f"{feed.max_age_h:g} h ago")
    return Fetched(feed, "new", f"a file of {_say(changed)}", path, min(changed, now))


def _replayed(feed: Feed, folder: Path, now: np.datetime64 | None) -> Iterator[Fetched]:
    """Yield what a feed had brought by then."""
    found = [k for k in kept_messages(folder, feed.name, until=now)
             if now is None or _age_h(k.arrived_utc, now) <= feed.max_age_h]
    if not found:
        yield Fetched(feed, "silent", "nothing of it was saved" if now is None else
                      f"nothing of it was saved in the {feed.max_age_h:g} h before {_say(now)}")
    for kept in found:
        yield Fetched(feed, "new", f"replayed, of {_say(kept.arrived_utc)}", kept.path,
                      kept.arrived_utc, kept.storm)


def _age_h(arrived: np.datetime64, now: np.datetime64) -> float:
    return float((now - arrived) / np.timedelta64(3600, "s"))


def _say(when: np.datetime64) -> str:
    return f"{str(when.astype('datetime64[m]')).replace('T', ' ')} UTC"
