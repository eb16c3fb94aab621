"""What a text file is before it is parsed: its encoding, its hash, how many lines it has."""

import codecs
import hashlib
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from riskcloud.errors import InputError, Problem

CHUNK = 1 << 24
"""Bytes looked at at a time, and the longest row of a CSV file that can be read; ours."""
WINDOW = 1 << 20
"""Bytes of text without a line end that make a long line; ours."""

_COMMON_SHARE = 0.9  # of a Chinese text's letters are in GB 2312; ours, see _looks_chinese
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"),
          (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class TextFacts:
    """Encoding (utf-8, utf-16 or gb18030), SHA-256 in hexadecimal and line ends of a file.

    ``long_lines``: some may be longer than ``WINDOW`` bytes.
    """

    encoding: str
    sha256: str
    n_lines: int
    long_lines: bool


def find_encoding(path: Path) -> str:
    """Return utf-8, utf-16 or gb18030, whichever the bytes of a file are.

    Raises
    ------
    InputError : none of them fits; names the first row that is not UTF-8.
    """
    return text_facts(path).encoding


def text_facts(path: Path) -> TextFacts:
    """Return what one pass over a file tells. Raises InputError for text in no encoding of ours."""
    digest, n_lines, is_utf8, rest, long_lines = hashlib.sha256(), 0, True, b"", False
    with ThreadPoolExecutor(1) as pool:  # hashing leaves the interpreter free
        for chunk in _chunks(path):
            hashed = pool.submit(digest.update, chunk)
            n_lines += chunk.count(b"\n")
            long_lines |= any(chunk.find(b"\n", begin, begin + WINDOW) < 0
                              for begin in range(0, len(chunk) - WINDOW + 1, WINDOW))
            if is_utf8:
                whole = rest + chunk
                cut = _letter_ends(whole)
                is_utf8, rest = _is_utf8(whole[:cut]), whole[cut:]
            hashed.result()
    encoding = _encoding(path, is_utf8 and _is_utf8(rest))
    return TextFacts(encoding, digest.hexdigest(), n_lines, long_lines)


def _letter_ends(data: bytes) -> int:
    """Return where the last letter may begin that a chunk of UTF-8 cuts through."""
    for back in range(1, min(4, len(data)) + 1):
        if data[-back] >= 0xC0:  # the first byte of several
            return len(data) - back
        if data[-back] < 0x80:
            break
    return len(data)


def _is_utf8(data: bytes) -> bool:
    ends = np.array([0, len(data)], dtype=np.int64)
    text = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), 1, [None, pa.py_buffer(ends), pa.py_buffer(data)])
    try:
        text.cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def _encoding(path: Path, is_utf8: bool) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    if is_utf8:
        return "utf-8"
    if _first_bad_row(path, "gb18030") is None and _looks_chinese(path):
        return "gb18030"
    raise InputError(f"{path}: unknown text encoding", [Problem(
        _first_bad_row(path, "utf-8") or 1, "", "",
        "not UTF-8 from here on, and not GB18030 either: save as CSV UTF-8")])


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _first_bad_row(path: Path, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    row = 1
    for chunk in _chunks(path):
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            return row + chunk.count(b"\n", 0, error.start)
        row += chunk.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return row
    return None


def _looks_chinese(path: Path) -> bool:
    """Tell Chinese from other text that happens to be valid GB18030 (Latin-1, Big5 often are).

    Simplified Chinese is almost all GB 2312; a wrong guess lands among its rare neighbours.
    """
    with path.open("rb") as file:
        text = file.read(CHUNK).decode("gb18030", errors="ignore")
    foreign = [letter for letter in text if ord(letter) > 127][:100_000]
    common = sum(1 for letter in foreign if letter.encode("gb2312", errors="ignore"))
    return common >= _COMMON_SHARE * len(foreign)


def open_as_utf8(path: Path, encoding: str) -> Any:
    """Return a binary stream of a text file: as UTF-8, without byte order mark."""
    file = path.open("rb")
    if encoding != "utf-8":
        return io.BufferedReader(_Recoded(file, encoding), CHUNK)
    if file.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
        file.seek(0)
    return file


class _Recoded(io.RawIOBase):
    """A file in another encoding as UTF-8; what cannot be decoded becomes U+FFFD, a fault later."""

    def __init__(self, file: Any, encoding: str) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            data = self._file.read(CHUNK)
            self._left = self._decoder.decode(data, final=not data).encode()
            if not data and not self._left:
                return 0
        n = min(len(buffer), len(self._left))
        buffer[:n], self._left = self._left[:n], self._left[n:]
        return n

    def close(self) -> None:
        self._file.close()
        super().close()
