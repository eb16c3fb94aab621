"""BUFR messages on stdin to their elements as JSON lines on stdout: a process of its own.

ecCodes brings a PROJ of its own that breaks the one of pyproj in the same process, and can crash on
damaged data. So it is loaded here only, by :mod:`ecmwf_bufr`, which runs this file as a script: it
imports nothing of riskcloud. Each message comes after its length (4 bytes, big-endian); each
answer is one line: the groups of elements, or the name of what went wrong.
"""

import json
import os
import sys
from importlib import import_module
from typing import Any

Element = dict[str, list[list[Any]]]
"""All values of a message by element, in the order of the template; a list a member or one."""
NOT_INSTALLED = 3
"""Exit status when ecCodes cannot be loaded."""


def main() -> int:
    """Answer every message of stdin. Returns the exit status."""
    try:
        eccodes = import_module("eccodes")
    except (ImportError, OSError, RuntimeError):
        return NOT_INSTALLED
    with open(os.devnull, "w") as sink:  # noqa: PTH123
        eccodes.codes_context_set_logging(sink)
        while len(head := sys.stdin.buffer.read(4)) == 4:
            message = sys.stdin.buffer.read(int.from_bytes(head, "big"))
            try:
                answer: object = _decode(message, eccodes)
            except (eccodes.CodesInternalError, ValueError, TypeError, IndexError,
                    KeyError) as error:
                answer = type(error).__name__
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
    return 0


def _decode(message: bytes, eccodes: Any) -> list[Element]:
    """Return the values by element: one group of all members, or one a member (uncompressed)."""
    handle = eccodes.codes_new_from_message(message)
    groups: list[Element] = [{}]
    try:
        eccodes.codes_set(handle, "unpack", 1)
        keys = eccodes.codes_bufr_keys_iterator_new(handle)
        try:
            while eccodes.codes_bufr_keys_iterator_next(keys):
                key = eccodes.codes_bufr_keys_iterator_get_name(keys)
                if key == "subsetNumber" and "latitude" in groups[-1]:
                    groups.append({})
                elif key.startswith("#"):
                    values = _present(eccodes.codes_get_array(handle, key), eccodes)
                    groups[-1].setdefault(key.rpartition("#")[2], []).append(values)
        finally:
            eccodes.codes_bufr_keys_iterator_delete(keys)
    finally:
        eccodes.codes_release(handle)
    return groups


def _present(values: Any, eccodes: Any) -> list[Any]:
    """Return values as Python ones, what is missing as None."""
    missing = (eccodes.CODES_MISSING_LONG, eccodes.CODES_MISSING_DOUBLE)
    plain = values.tolist() if hasattr(values, "tolist") else list(values)
    return [None if value in missing else value for value in plain]


if __name__ == "__main__":
    sys.exit(main())
