"""Documents and files over HTTP: retried, bounded in time and size, never followed astray.

``Download.get`` returns a small document; ``Download.to_file`` streams a large one to disk and goes
on where a connection broke off.
"""

import re
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar
from urllib.parse import urljoin, urlsplit

import numpy as np

from riskcloud import __version__

if TYPE_CHECKING:  # imported where it is used: it takes 0.1 s
    from urllib3 import BaseHTTPResponse, PoolManager

MAX_BYTES: Final = 32 << 20
"""Largest message, unpacked (our choice: an ensemble of four storms is 0.1 MB)."""
AGAIN: Final = frozenset((429, 500, 502, 503, 504))
"""Answers that are worth another try."""
REDIRECTS: Final = 5
_CHUNK: Final = 1 << 16
_T = TypeVar("_T")


class Silent(Exception):
    """An agency gave nothing that can be used; the words say why, for a person."""


class _Passing(Silent):
    """A fault that may be gone at the next try, which is due after ``wait_s``, if that is set."""

    def __init__(self, words: str, wait_s: float | None = None) -> None:
        super().__init__(words)
        self.wait_s = wait_s


class NotThere(Silent):
    """The address answered that it has no such document."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A document: its body, None when it has not changed, and what dates it."""

    body: bytes | None
    etag: str = ""
    last_modified: str = ""
    changed_utc: np.datetime64 | None = None


@dataclass(slots=True)
class Download:
    """How documents are fetched: until ``deadline`` (time.monotonic), each in some tries.

    ``idle_s``: longest wait for a connection or the next bytes. ``also_hosts``: other hosts that a
    redirect may lead to.
    """

    pool: "PoolManager"
    deadline: float
    retries: int = 3
    backoff_s: float = 0.5
    idle_s: float | None = None
    also_hosts: frozenset[str] = frozenset()
    headers: dict[str, str] = field(default_factory=lambda: {
        "User-Agent": f"riskcloud/{__version__}", "Accept-Encoding": "identity"})

    def get(self, url: str, *, etag: str = "", last_modified: str = "") -> Answer:
        """Return a document.

        Parameters
        ----------
        url : http:// or https:// address.
        etag, last_modified : of the copy at hand: the agency may answer that it is unchanged.

        Raises
        ------
        Silent : no usable answer before the deadline; NotThere when the address has none.
        """
        headers = dict(self.headers)
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        return self._tried(lambda: self._once(url, headers, self._answer))

    def _tried(self, work: Callable[[], _T]) -> _T:
        for attempt in range(self.retries + 1):
            try:
                return work()
            except _Passing as fault:
                wait = self.backoff_s * 2**attempt if fault.wait_s is None else fault.wait_s
                if attempt == self.retries or wait >= self._left():
                    raise Silent(f"{fault} (tried {attempt + 1} times)" if attempt
                                 else str(fault)) from fault
                time.sleep(wait)
        raise Silent("not tried")  # retries below 0

    def _left(self) -> float:
        return self.deadline - time.monotonic()

    def to_file(self, url: str, path: Path, *, max_bytes: int,
                on_progress: Callable[[int, int], None] | None = None) -> int:
        """Write a document to a file, going on after what is there; return its size [bytes].

        Parameters
        ----------
        path : a part of the same document may lie there, from a call that broke off.
        max_bytes : largest size accepted.
        on_progress : called with (done, total) [bytes]; total 0 where it is not said.

        Raises
        ------
        Silent : no usable answer; what has arrived stays for the next try.
        """
        def once() -> int:
            begin = path.stat().st_size if path.is_file() else 0
            headers = {**self.headers, **({"Range": f"bytes={begin}-"} if begin else {})}

            def save(response: "BaseHTTPResponse") -> int:
                return self._saved(response, path, begin, max_bytes, on_progress)

            return self._once(url, headers, save)

        return self._tried(once)

    def _saved(self, response: "BaseHTTPResponse", path: Path, begin: int, max_bytes: int,
               on_progress: Callable[[int, int], None] | None) -> int:
        status = response.status
        if status == 416:  # what lies there is not a beginning of it: from the start
            path.unlink(missing_ok=True)
            raise _Passing("answered 416", 0.0)
        if status not in (200, 206):
            _refuse(status, response.headers.get("Retry-After", ""), "file")
        if re.match(r"text/html\b", response.headers.get("Content-Type", ""), re.IGNORECASE):
            raise Silent("answered with a web page, not a file")
        went_on = re.fullmatch(r"bytes (\d{1,18})-\d{1,18}/(?:\d{1,18}|\*)",
                               response.headers.get("Content-Range", ""))
        if status == 206 and (went_on is None or int(went_on[1]) != begin):
            path.unlink(missing_ok=True)
            raise _Passing("answered with another part than was asked for", 0.0)
        done = begin if status == 206 else 0
        said = response.headers.get("Content-Length", "")
        total = done + int(said) if re.fullmatch(r"\d{1,18}", said) else 0
        if total > max_bytes:
            raise Silent(f"the file is larger than {max_bytes / 1e6:g} MB")
        with path.open("ab" if status == 206 else "wb") as file:
            while chunk := response.read1(_CHUNK):
                done += len(chunk)
                if done > max_bytes:
                    raise Silent(f"the file is larger than {max_bytes / 1e6:g} MB")
                file.write(chunk)
                if on_progress is not None:
                    on_progress(done, total)
                if self._left() <= 0.0:
                    raise Silent("the file did not arrive in time")
        if total and done != total:
            raise _Passing(f"the file is cut off: {done} of {total} bytes")
        return done

    def _once(self, url: str, headers: dict[str, str],
              take: "Callable[[BaseHTTPResponse], _T]") -> _T:
        from urllib3.exceptions import HTTPError, NewConnectionError, SSLError, TimeoutError
        from urllib3.util import Timeout

        for _ in range(REDIRECTS + 1):
            if self._left() <= 0.0:
                raise Silent("no answer in time")
            try:
                response = self.pool.request(
                    "GET", url, headers=headers,
                    timeout=Timeout(total=self._left()) if self.idle_s is None else
                    Timeout(connect=self.idle_s, read=self.idle_s),
                    retries=False, redirect=False, preload_content=False, decode_content=False)
                try:
                    onward = response.get_redirect_location()
                    if not onward:
                        return take(response)
                    url = _followed(url, onward, self.also_hosts)
                finally:
                    response.close()
            except NewConnectionError as error:  # which urllib3 counts among the time-outs
                raise _Passing(_plain_words(error)) from error
            except TimeoutError as error:
                raise Silent("no answer in time") from error
            except SSLError as error:
                raise Silent("its certificate could not be verified") from error
            except HTTPError as error:  # refused, reset, cut off, or not HTTP
                raise _Passing(_plain_words(error)) from error
        raise Silent(f"redirected more than {REDIRECTS} times")

    def _answer(self, response: "BaseHTTPResponse") -> Answer:
        status, head = response.status, response.headers
        if status == 304:
            return Answer(None)
        if status != 200:
            _refuse(status, head.get("Retry-After", ""), "message")
        body = _unpacked(self._body(response))
        if not body.strip():
            raise Silent("answered with nothing")
        if re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype\s+html|html)\b", body[:512], re.IGNORECASE):
            raise Silent("answered with a web page, not a message")
        changed = head.get("Last-Modified", "")[:64]
        return Answer(body, head.get("ETag", "")[:256], changed, _utc(changed))

    def _body(self, response: "BaseHTTPResponse") -> bytes:
        said = response.headers.get("Content-Length", "")
        length = int(said) if re.fullmatch(r"\d{1,18}", said) else None
        if length is not None and length > MAX_BYTES:
            raise Silent(f"the message is larger than {MAX_BYTES >> 20} MB")
        body = bytearray()
        while chunk := response.read1(_CHUNK):
            body += chunk
            if len(body) > MAX_BYTES:
                raise Silent(f"the message is larger than {MAX_BYTES >> 20} MB")
            if self._left() <= 0.0:
                raise Silent("the message did not arrive in time")
        if length is not None and len(body) != length:
            raise _Passing(f"the message is cut off: {len(body)} of {length} bytes")
        return bytes(body)


def _refuse(status: int, wait: str, what: str) -> NoReturn:
    """Raise what an answer other than the document means."""
    if status in AGAIN:
        raise _Passing(f"answered {status}",
                       float(wait) if re.fullmatch(r"\d{1,6}", wait) else None)
    if status in (404, 410):
        raise NotThere(f"answered {status}: no such {what}")
    raise Silent(f"answered {status}")


def _followed(url: str, onward: str, also: frozenset[str] = frozenset()) -> str:
    """Return where a redirect leads: the same host or one of ``also``, never down to http."""
    target = urljoin(url, onward)
    here, there = urlsplit(url), urlsplit(target)
    if there.scheme != here.scheme and there.scheme != "https":
        raise Silent("redirected to an address that is not https")
    if there.hostname in also:
        return target
    if (here.hostname or "").removeprefix("www.") != (there.hostname or "").removeprefix("www."):
        raise Silent(f"redirected to another host, {str(there.hostname)[:80]!r}: if that is right, "
                     "put it into the list of feeds")
    return target


def _unpacked(body: bytes) -> bytes:
    """Return a gzip file unpacked, as some archives keep them; else the body."""
    if body[:2] != b"\x1f\x8b":
        return body
    unpack = zlib.decompressobj(31)
    try:
        plain = unpack.decompress(body, MAX_BYTES + 1)
    except zlib.error as error:
        raise _Passing("the packed message is broken") from error
    if len(plain) > MAX_BYTES:
        raise Silent(f"the message is larger than {MAX_BYTES >> 20} MB")
    if not unpack.eof:
        raise _Passing("the packed message is cut off")
    return plain


def _utc(stamp: str) -> np.datetime64 | None:
    """Return a time of HTTP; None when it is none."""
    try:
        return np.datetime64(int(parsedate_to_datetime(stamp).timestamp()), "s")
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _plain_words(error: Exception) -> str:
    name = type(error).__name__
    if name == "NameResolutionError":
        return "its name is not known on this network"
    if name == "NewConnectionError":
        return "could not be reached"
    if name in ("IncompleteRead", "ProtocolError"):
        return "the connection broke off"
    return f"could not be read ({name})"
