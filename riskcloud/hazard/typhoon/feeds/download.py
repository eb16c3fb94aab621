"""One document over HTTP: retried, bounded in time and size, never followed astray."""

import re
import time
import zlib
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final
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
    """How documents are fetched: until ``deadline`` (time.monotonic), each in some tries."""

    pool: "PoolManager"
    deadline: float
    retries: int = 3
    backoff_s: float = 0.5
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
        for attempt in range(self.retries + 1):
            try:
                return self._once(url, headers)
            except _Passing as fault:
                wait = self.backoff_s * 2**attempt if fault.wait_s is None else fault.wait_s
                if attempt == self.retries or wait >= self._left():
                    raise Silent(f"{fault} (tried {attempt + 1} times)" if attempt
                                 else str(fault)) from fault
                time.sleep(wait)
        raise Silent("not tried")  # retries below 0

    def _left(self) -> float:
        return self.deadline - time.monotonic()

    def _once(self, url: str, headers: dict[str, str]) -> Answer:
        from urllib3.exceptions import HTTPError, NewConnectionError, SSLError, TimeoutError
        from urllib3.util import Timeout

        for _ in range(REDIRECTS + 1):
            if self._left() <= 0.0:
                raise Silent("no answer in time")
            try:
                response = self.pool.request(
                    "GET", url, headers=headers, timeout=Timeout(total=self._left()),
                    retries=False, redirect=False, preload_content=False, decode_content=False)
                try:
                    onward = response.get_redirect_location()
                    if not onward:
                        return self._answer(response)
                    url = _followed(url, onward)
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
        if status in AGAIN:
            wait = head.get("Retry-After", "")
            raise _Passing(f"answered {status}", float(wait) if re.fullmatch(r"\d{1,6}", wait)
                           else None)
        if status in (404, 410):
            raise NotThere(f"answered {status}: no such message")
        if status != 200:
            raise Silent(f"answered {status}")
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


def _followed(url: str, onward: str) -> str:
    """Return where a redirect leads: the same host, and never from https down to http."""
    target = urljoin(url, onward)
    here, there = urlsplit(url), urlsplit(target)
    if there.scheme != here.scheme and there.scheme != "https":
        raise Silent("redirected to an address that is not https")
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
