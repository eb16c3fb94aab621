"""Write BUFR messages of made-up tracks to stdout; a line of JSON on stdin has the parts of one.

Each is told by its length, on a line before it. One process makes all that a module's tests need.

A script of its own: ecCodes must not be loaded beside pyproj (formats/bufr_elements.py).
"""

import json
import sys

import eccodes as ec
import numpy as np


def message(storm, name, lat, steps, members, month, compressed, wind):
    """Return a message with positions at 0 h and each step; None is missing."""
    handle = ec.codes_bufr_new_from_samples("BUFR4")
    n = len(members)
    header = {"masterTablesVersionNumber": 35, "bufrHeaderCentre": 98, "numberOfSubsets": n,
              "compressedData": compressed}
    for key, value in header.items():
        ec.codes_set(handle, key, value)
    factors = np.full(1 if compressed else n, len(steps))
    ec.codes_set_array(handle, "inputDelayedDescriptorReplicationFactor", factors)
    ec.codes_set(handle, "unexpandedDescriptors", 316082)
    texts = {"stormIdentifier": storm, "longStormName": name}
    base = {"year": 2026, "month": month, "day": 1, "hour": 0, "minute": 0}
    per = 1 if compressed else n  # uncompressed, the keys of each member follow one another
    for i in range(per):
        for key, text in texts.items():
            ec.codes_set(handle, f"#{i + 1}#{key}", text)
        for key, value in base.items():
            ec.codes_set(handle, f"#{i + 1}#{key}", value)

        def put(key, rank, values, i=i):
            values = [ec.CODES_MISSING_DOUBLE if v is None else v for v in values]
            if compressed:
                ec.codes_set_array(handle, f"#{rank}#{key}", np.array(values))
            else:
                rank += i * {"timePeriod": len(steps), "ensembleMemberNumber": 1,
                             "windSpeedThreshold": 3 * len(lat),
                             "windSpeedAt10M": len(lat), "pressureReducedToMeanSeaLevel": len(lat),
                             "effectiveRadiusWithRespectToWindSpeedsAboveThreshold": 12 * len(lat),
                             }.get(key, 1 + 2 * len(lat))
                ec.codes_set(handle, f"#{rank}#{key}", values[i])

        put("ensembleMemberNumber", 1, [ec.CODES_MISSING_LONG if m is None else m
                                        for m in members])
        for k, step in enumerate(steps, 1):
            put("timePeriod", k, [step] * n)
        for k, north in enumerate(lat):
            put("latitude", 2 * k + 2, north)
            put("longitude", 2 * k + 2, [None if v is None else 125.0 for v in north])
            put("pressureReducedToMeanSeaLevel", k + 1, [96000.0] * n)
            put("windSpeedAt10M", k + 1, [wind] * n)
            for j, threshold in enumerate((18, 26, 33)):
                put("windSpeedThreshold", 3 * k + j + 1, [threshold] * n)
            for q in range(4):
                put("effectiveRadiusWithRespectToWindSpeedsAboveThreshold", 12 * k + q + 1,
                    [100_000.0 * (q + 1)] * n)
    ec.codes_set(handle, "pack", 1)
    raw = ec.codes_get_message(handle)
    ec.codes_release(handle)
    return raw


if __name__ == "__main__":
    for line in sys.stdin:
        made = message(**json.loads(line))
        sys.stdout.buffer.write(b"%d\n%b" % (len(made), made))
        sys.stdout.buffer.flush()
