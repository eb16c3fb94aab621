"""A file of unknown format: what it is inside (JSON, XML or text), opened with limits.

Nothing here knows a format. Files are hostile: sizes and nesting are limited, XML with a document
type is refused, entities are never expanded and no other file or address is ever opened.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from riskcloud.errors import InputError, Problem
from riskcloud.hazard.source_file import decoded, read_bytes

MAX_BYTES: Final = 128 * 1024 * 1024
"""Largest file read (our choice; a fine ShakeMap grid is about 30 MB)."""
MAX_TREE_BYTES: Final = 64 * 1024 * 1024
"""Largest JSON or XML read as a tree (our choice; a month of all earthquakes is about 10 MB)."""
ENCODINGS: Final = ("utf-8", "us-ascii", "ascii", "iso-8859-1", "windows-1252", "gb2312", "gbk",
                    "gb18030", "big5", "utf-16")
"""Encodings an XML file may declare."""
MOST_CALLS: Final = 4
"""Brackets unwrapped round JSON (JSONP in double brackets is seen)."""
SHOWN: Final = 40
"""Characters of an unknown file shown to its user."""

_FORBIDDEN = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(r"encoding\s*=\s*[\"']([^\"']*)[\"']")
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_CALL = re.compile(r"[A-Za-z_$][\w.$]{0,80}\s*\((.*)\)\s*;?\s*|\((.*)\)\s*;?\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it came. ``value`` is what its JSON holds, ``root`` the name of its XML's root.

    Both are empty (None, "") where the file is not of that kind.
    """

    path: Path
    raw: bytes
    value: Any = None
    root: str = ""

    @property
    def text(self) -> str:
        """Return the content as text: UTF-8, else GB18030."""
        return decoded(self.raw)


def open_document(path: Path) -> Document:
    """Return a file, its JSON parsed.

    Raises
    ------
    InputError : no file, too large, empty, a web page, binary, or JSON that is cut off or broken.
    """
    raw = read_bytes(path, max_bytes=MAX_BYTES, what="event file",
                     remedy="cut out the events you need")
    head = raw[:8192].lstrip(b"\xef\xbb\xbf \t\r\n")
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raw = raw.decode("utf-16", "replace").encode("utf-8")
        head = raw[:8192].lstrip(b" \t\r\n")
    if b"\0" in head:
        raise InputError(f"{path}: binary, not an event file")
    if head.startswith(b"<"):
        return Document(path, raw, root=_root(path, head))
    if head[:1] in (b"{", b"[") or re.match(rb"(?:[A-Za-z_$][\w.$]*\s*)?\([\s(]*[{\[]", head):
        return Document(path, raw, value=_json(path, raw))
    return Document(path, raw)


def _root(path: Path, head: bytes) -> str:
    """Return the name of an XML's root without its prefix; a web page is refused."""
    head = re.sub(rb"<!--.*?-->|<\?.*?\?>", b"", head, flags=re.DOTALL)
    if re.match(rb"\s*<(?:!doctype\s+html|html)", head, re.IGNORECASE):
        raise InputError(f"{path}: a web page, perhaps what a server says of an error", [
            Problem(0, "", "", "fetch the file again, or ask its provider")])
    found = _ROOT.search(re.sub(rb"<![^>]*>", b"", head))
    return found[1].decode() if found else "?"


def _json(path: Path, raw: bytes) -> Any:
    """Return what JSON holds, also inside a call (JSONP); a key given twice is a fault."""
    if len(raw) > MAX_TREE_BYTES:
        raise InputError(f"{path}: larger than {MAX_TREE_BYTES >> 20} MB; cut out the events you "
                         "need")
    text = decoded(raw).strip()
    for _ in range(MOST_CALLS):
        call = None if text[:1] in ("{", "[") else _CALL.fullmatch(text)
        if call is None:
            break
        text = (call[1] if call[1] is not None else call[2]).strip()
    try:
        return json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        fault = Problem(error.lineno, "", "", f"not JSON from column {error.colno} on: "
                        f"{error.msg}; is the file whole?")
        raise InputError(f"{path}: broken JSON", [fault]) from error
    except (ValueError, RecursionError) as error:
        words = str(error) if isinstance(error, _TwiceError) else "nested too deep, or a number " \
            "too long"
        raise InputError(f"{path}: broken JSON", [Problem(0, "", "", words)]) from error


class _TwiceError(ValueError):
    """A key that stands twice in one object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _TwiceError(f"the key {twice[:SHOWN]!r} stands twice in one object: keep one")
    return found


def xml_tree(path: Path, raw: bytes) -> Any:
    """Return the root element (lxml) of XML; declared encodings other than ours are refused.

    Raises
    ------
    InputError : too large, a document type or entity in it, an unknown encoding, or broken XML.
    """
    from lxml import etree

    if len(raw) > MAX_TREE_BYTES:
        raise InputError(f"{path}: larger than {MAX_TREE_BYTES >> 20} MB; cut out the events you "
                         "need")
    text = _xml_text(path, raw)
    if _FORBIDDEN.search(text):
        raise _refused(path)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False,
                             huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        row, column = error.position
        fault = Problem(row, "", "", f"not XML from column {column} on: {error.msg}; is the file "
                        "whole?")
        raise InputError(f"{path}: broken XML", [fault]) from error
    if root.getroottree().docinfo.doctype:
        raise _refused(path)
    return root


def _refused(path: Path) -> InputError:
    return InputError(f"{path}: refused", [Problem(
        0, "", "", "take out its <!DOCTYPE ...> and <!ENTITY ...>: a file with entities of its own "
        "is not read")])


def _xml_text(path: Path, raw: bytes) -> str:
    """Return XML as text without its declaration."""
    found = _DECLARATION.match(raw[:1024].decode("latin-1").removeprefix("\xef\xbb\xbf"))
    if found is None:
        return decoded(raw)
    said = _ENCODING.search(found[0])
    encoding = said[1].lower() if said else "utf-8"
    if encoding not in ENCODINGS:
        raise InputError(f"{path}: XML in an unknown encoding", [Problem(
            1, "encoding", encoding, "save it as UTF-8")])
    text = decoded(raw) if encoding in ("utf-8", "utf-16") else raw.decode(encoding, "replace")
    return _DECLARATION.sub("", text, count=1)
