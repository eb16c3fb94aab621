"""GRIB messages of a file to stdout, with ecCodes: a process of its own (docs/decisions/0006).

``grib_messages.py list FILE``: one line of JSON a message, its keys. ``grib_messages.py values FILE
N...``: the values of messages N (from 0), float64, one after another, NaN where missing. Run as a
script by :mod:`grib_values`; it imports nothing of riskcloud.
"""

import json
import os
import sys
from importlib import import_module
from typing import Any

NOT_INSTALLED = 3
"""Exit status when ecCodes cannot be loaded."""
KEYS = ("shortName", "units", "gridType", "Ni", "Nj", "typeOfLevel", "level", "number", "stepRange",
        "validityDate", "validityTime", "latitudeOfFirstGridPointInDegrees",
        "longitudeOfFirstGridPointInDegrees", "latitudeOfLastGridPointInDegrees",
        "longitudeOfLastGridPointInDegrees", "iScansNegatively", "jScansPositively",
        "jPointsAreConsecutive", "alternativeRowScanning")
MISSING = 9.0e33


def main(arguments: list[str]) -> int:
    """Answer one question. Returns the exit status."""
    try:
        eccodes = import_module("eccodes")
    except (ImportError, OSError, RuntimeError):
        return NOT_INSTALLED
    what, path, *wanted = arguments
    numbers = {int(text) for text in wanted}
    last = max(numbers, default=-1)
    with open(os.devnull, "w") as sink, open(path, "rb") as file:  # noqa: PTH123
        eccodes.codes_context_set_logging(sink)
        number = 0
        while what == "list" or number <= last:
            handle = eccodes.codes_grib_new_from_file(file, headers_only=what == "list")
            if handle is None:
                break
            try:
                if what == "list":
                    sys.stdout.write(json.dumps(_keys(handle, eccodes)) + "\n")
                elif number in numbers:
                    sys.stdout.buffer.write(_values(handle, eccodes))
            finally:
                eccodes.codes_release(handle)
            number += 1
        sys.stdout.flush()
    return 0


def _keys(handle: Any, eccodes: Any) -> dict[str, Any]:
    found = {}
    for key in KEYS:
        try:
            found[key] = eccodes.codes_get(handle, key)
        except eccodes.CodesInternalError:
            found[key] = None
    return found


def _values(handle: Any, eccodes: Any) -> bytes:
    import numpy as np

    eccodes.codes_set(handle, "missingValue", MISSING)
    values = np.asarray(eccodes.codes_get_values(handle), np.float64)
    values[values == MISSING] = np.nan
    return values.tobytes()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
