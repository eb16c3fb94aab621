"""GRIB files as stacks of times: regular latitude-longitude grids, edition 1 and 2 (extra bufr)."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from riskcloud.errors import InputError, Problem
from riskcloud.geo.overlay.cf import split_selector
from riskcloud.geo.overlay.crs import WGS84
from riskcloud.geo.overlay.grib_values import run_decoder
from riskcloud.geo.overlay.raster import RasterLayer
from riskcloud.geo.overlay.stated import Stated
from riskcloud.geo.overlay.units import known_unit
from riskcloud.types import Times

MAX_POINTS = 50_000_000
"""Points of a grid; more are no weather model's. Ours."""
_DIMENSIONS = ("typeOfLevel", "level", "number", "stepRange")


def open_grib(path: Path, selector: str, stated: Stated) -> RasterLayer:
    """Return the messages of one variable as a layer, their values not decoded yet.

    ``selector``: short name as ecCodes has it, where several messages share a time with what
    tells them apart: ``t[level=850,number=3]``.

    Raises
    ------
    InputError : ecCodes is not installed, not a GRIB file, a variable or grid that cannot be used.
    """
    messages = [json.loads(line) for line in run_decoder("list", path).decode().splitlines()]
    if not messages:
        raise InputError(f"{path}: no GRIB message in it")
    chosen = _chosen(path, messages, selector)
    first = messages[chosen[0]]
    transform, width, height = _grid(path, first)
    if any(_place(messages[k]) != _place(first) for k in chosen):
        raise InputError(f"{path}: its messages of {first['shortName']} lie on different grids")
    n = len(chosen)
    return RasterLayer(
        source=str(path), dataset=str(path), driver="GRIB", crs=WGS84, transform=transform,
        width=width, height=height, block=(height, width), dtype=np.dtype(np.float64),
        bands=tuple(k + 1 for k in chosen), names=(first["shortName"],) * n, nodata=(None,) * n,
        scale=(1.0,) * n, offset=(0.0,) * n,
        unit=known_unit(str(first["units"] or "") or stated.unit or ""),
        times=_times([messages[k] for k in chosen], path), nodata_policy="none",
        notes=("latitudes and longitudes of a weather model: WGS84 taken",))


def _chosen(path: Path, messages: list[dict[str, Any]], selector: str) -> list[int]:
    """Return the messages of the variable asked for, one a time."""
    variable, brackets = split_selector(selector)
    known = list(dict.fromkeys(str(one["shortName"]) for one in messages))
    if not variable and len(known) == 1:
        variable = known[0]
    if variable not in known:
        raise InputError(f"{path}: it holds {len(known)} variable(s)", [Problem(
            0, "variable", variable, f"name one after the file: {path.name}:{known[0]}; it has "
            f"{', '.join(known)}")])
    found = [k for k, one in enumerate(messages) if str(one["shortName"]) == variable]
    for part in re.findall(r"[^\[\],\s]+=[^\[\],\s]+", brackets):
        name, value = part.split("=", 1)
        if name not in _DIMENSIONS:
            raise InputError(f"{path}: no dimension {name!r}", [
                Problem(0, "dimension", name, f"expected one of {', '.join(_DIMENSIONS)}")])
        values = list(dict.fromkeys(str(messages[k][name]) for k in found))
        found = [k for k in found if str(messages[k][name]) == value]
        if not found:
            raise InputError(f"{path}: no {name} {value}", [
                Problem(0, name, value, f"known here: {', '.join(values[:12])}")])
    moments = [(messages[k]["validityDate"], messages[k]["validityTime"]) for k in found]
    if len(set(moments)) < len(moments):
        problems = []
        for name in _DIMENSIONS:
            values = list(dict.fromkeys(str(messages[k][name]) for k in found))
            if len(values) > 1:
                problems.append(Problem(0, name, "", f"choose one: {path.name}:{variable}[{name}="
                                        f"{values[0]}]; it has {', '.join(values[:12])}"))
        raise InputError(f"{path}: several messages of {variable} share a time",
                         problems or [Problem(0, "", "", "cut the file to one of each")])
    return found


def _place(one: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(one[key] for key in one if "GridPoint" in key or key in ("Ni", "Nj", "gridType"))


def _grid(path: Path, one: dict[str, Any],
          ) -> tuple[tuple[float, float, float, float, float, float], int, int]:
    if one["gridType"] != "regular_ll":
        raise InputError(f"{path}: its grid is {one['gridType']}", [Problem(
            0, "gridType", str(one["gridType"]),
            "bring it to a regular grid of latitudes and longitudes first")])
    width, height = int(one["Ni"]), int(one["Nj"])
    if width < 2 or height < 2 or width * height > MAX_POINTS:
        raise InputError(f"{path}: a grid of {width} x {height} points cannot be used")
    if one["jPointsAreConsecutive"] or one["alternativeRowScanning"]:
        raise InputError(f"{path}: its points are stored column by column or to and fro", [
            Problem(0, "scanningMode", "", "write it again row by row")])
    west, east = (float(one[f"longitudeOf{end}GridPointInDegrees"]) for end in ("First", "Last"))
    first, last = (float(one[f"latitudeOf{end}GridPointInDegrees"]) for end in ("First", "Last"))
    if one["iScansNegatively"]:
        east = east - 360.0 if east > west else east
    elif east <= west:
        east += 360.0
    dx, dy = (east - west) / (width - 1), (last - first) / (height - 1)
    return (dx, 0.0, west - 0.5 * dx, 0.0, dy, first - 0.5 * dy), width, height


def _times(messages: list[dict[str, Any]], path: Path) -> Times:
    try:
        texts = [f"{one['validityDate']:08d}{one['validityTime']:04d}" for one in messages]
        return np.array([f"{t[:4]}-{t[4:6]}-{t[6:8]}T{t[8:10]}:{t[10:12]}" for t in texts],
                        dtype="datetime64[s]")
    except (ValueError, TypeError) as error:
        raise InputError(f"{path}: a message without a time") from error
