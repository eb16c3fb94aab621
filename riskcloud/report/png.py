"""The wind swath as a picture: one colour a gust class, transparent where there is little wind."""

import base64
import struct
import zlib
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from riskcloud.report.palette import gust_class, load_palette
from riskcloud.types import Floats, Ints, Swath

ZOOM, MAX_SIDE = 6, 1200
"""Pixels a cell, and pixels a side beyond which cells get fewer; our choice for the file's size."""


def encode_png(index: npt.NDArray[np.uint8], colours: tuple[str, ...]) -> bytes:
    """Return a PNG of palette positions (ny, nx); position 0 is transparent.

    Source: Portable Network Graphics (ISO/IEC 15948:2004), clauses 10 and 11, colour type 3.
    """
    height, width = index.shape
    rows = np.zeros((height, width + 1), dtype=np.uint8)  # each row begins with filter type 0
    rows[:, 1:] = index
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    table = bytes(3) + b"".join(bytes.fromhex(colour.removeprefix("#")) for colour in colours)
    chunks = [(b"IHDR", header), (b"PLTE", table), (b"tRNS", b"\x00"),
              (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(data)) + name + data
                    + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


def mercator(lat: Floats) -> Floats:
    """Return the Mercator ordinate of latitudes in degrees, on a sphere of radius 1.

    Source: Snyder (1987), Map Projections: A Working Manual, USGS PP 1395, eq. 7-2.
    """
    return np.asarray(np.arcsinh(np.tan(np.radians(lat))))


def draw_swath(swath: Swath, *, classify: Callable[[Floats], Ints] = gust_class,
               colours: tuple[str, ...] | None = None,
               ) -> tuple[str, tuple[float, float, float, float]] | None:
    """Return a swath as a data URI with its edges west, south, east, north; None if it is empty.

    Rows are spaced evenly in Mercator, as a web map stretches the picture between its edges. The
    wind is interpolated linearly between cell centres before it is put into classes, so that
    their limits run smoothly; where the grid has no wind it counts as calm. Another measure brings
    its own classes (0 is transparent) and their colours.
    """
    ny, nx = swath.intensity.shape
    if min(nx, ny) < 2:
        return None
    west, east = float(swath.lon[0]), float(swath.lon[-1])
    south, north = max(float(swath.lat[0]), -85.0), min(float(swath.lat[-1]), 85.0)
    n_rows, n_columns = (min(ZOOM * n, max(MAX_SIDE, n)) for n in (ny, nx))
    edges = mercator(np.array([north, south]))
    ordinate = edges[0] + (np.arange(n_rows) + 0.5) * (edges[1] - edges[0]) / n_rows
    lat = np.degrees(np.arctan(np.sinh(ordinate)))
    lon = west + (np.arange(n_columns) + 0.5) * (east - west) / n_columns
    calm = np.nan_to_num(swath.intensity, nan=0.0)
    by_row = _interpolate(calm, (lat - swath.lat[0]) / (swath.lat[1] - swath.lat[0]))
    wind = _interpolate(by_row.T, (lon - west) / (swath.lon[1] - swath.lon[0])).T
    classes = classify(wind).astype(np.uint8)
    if not classes.any():
        return None
    picture = encode_png(classes, load_palette().gust_colour if colours is None else colours)
    uri = "data:image/png;base64," + base64.b64encode(picture).decode("ascii")
    return uri, (west, south, east, north)


def _interpolate(values: Floats, place: Floats) -> Floats:
    """Return rows of (n, m) at fractional positions, linear between neighbours."""
    below = np.clip(np.floor(place).astype(np.int64), 0, len(values) - 2)
    weight = np.clip(place - below, 0.0, 1.0)[:, None]
    return np.asarray(values[below] * (1.0 - weight) + values[below + 1] * weight)
