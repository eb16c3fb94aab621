"""Depth of water at sites from rasters by return period (JRC, Aqueduct and the like).

Between two rasters depth is straight in ln(return period); beyond them nothing is known. A cell
without a value is unknown, not dry, unless the user says so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from riskcloud.errors import InputError, Problem
from riskcloud.geo.overlay.layers import LayerSpec
from riskcloud.geo.overlay.raster import RasterLayer, floors
from riskcloud.geo.overlay.sample import NODATA, OK, OUTSIDE, sample_points
from riskcloud.geo.overlay.stack import Stacked, at_period
from riskcloud.hazard.flood.depth_files import (
    CANNOT,
    DepthRasters,
    OpenDepth,
    of_all,
    open_depths,
)
from riskcloud.types import Floats, PlaceHazard, PlaceLayer
from riskcloud.units import KM

DEG_M: Final = 111_195.0
"""Metres a degree of latitude."""
TOO_DEEP_M: Final = 30.0
"""A depth beyond this at a site, of a file without a unit, is taken to be in another one. Ours: few
insured assets can stand under as much water."""
DOUBTFUL_M: Final = 12.0
"""From here on such a file is asked about: 12 is a usual depth in feet. Ours."""
MOST_M: Final = 200.0
"""A depth beyond this is a number for no value, or none of water, whatever its unit. Ours."""
_ODD: Final = (99.0, 127.0, 255.0, 999.0, 9999.0, 32767.0, 65535.0, 99999.0)
"""Numbers that makers write where they have no value."""
_ROUNDING_M: Final = 1e-3  # depths so little below 0 are rounding

FALLING = ("{n} place(s) where a longer return period has the smaller depth (by {most:.2f} m at "
           "most): the larger of the shorter periods is kept")
BEYOND = "return period {years} is beyond the rasters ({first} to {last} years): no data there"
NEGATIVE = "{n} depth(s) below 0 (the lowest {lowest:g} m): unknown"
NO_VALUE = ("no value at {n} of {m} place(s) in the raster: unknown, not dry (--nodata-dry if its "
            "maker leaves dry cells without one, as JRC does)")
DRY = "no value at {n} of {m} place(s) in the raster: dry, as stated"
OUT = "{n} of {m} place(s) lie outside the raster: no data there"
DOUBT = ("the largest depth is {depth:g}, and the file names no unit: metres taken; if these are "
         "feet or centimetres, say so with --depth-unit")


@dataclass(frozen=True, slots=True)
class SiteDepths:
    """Depths of rasters at sites [m], their return periods ascending.

    period_yr : (n_rasters,) or () for one raster without a return period, a scenario. depth_m
    (n_sites, n_rasters), NaN unknown. status (same) of geo.overlay.sample; a cell that was stated
    dry is OK.
    """

    period_yr: tuple[float, ...]
    depth_m: Floats
    status: npt.NDArray[np.uint8]
    layer: PlaceLayer
    notes: tuple[str, ...] = ()

    @property
    def is_scenario(self) -> bool:
        """Whether it is one flood without a return period."""
        return not self.period_yr


def depth_by_period(rasters: Sequence[LayerSpec] | DepthRasters, lon: Floats, lat: Floats, *,
                    periods: Sequence[float] | None = None) -> PlaceHazard:
    """Return the depth of water at sites by return period.

    Parameters
    ----------
    rasters : one a return period, any order.
    lon, lat : (n_sites,) degrees WGS84, any window of 360 degrees.
    periods : return periods [yr], ascending; None for those of the rasters.

    Returns
    -------
    PlaceHazard of peril ``flood``, measure ``depth``, in m. No band: ``low`` and ``high`` are NaN.
    A period beyond the rasters, a cell without a value and a site outside are NaN, and said.

    Raises
    ------
    InputError : see ``read_depths``; rasters without return periods; periods that do not ascend.
    """
    found = read_depths(rasters, lon, lat, must_cover=False)
    if found.is_scenario:
        raise InputError("a depth raster without a return period", [Problem(
            0, "--depth", found.layer.source, "write it behind the file, such as depth.tif@100")])
    wanted = found.period_yr if periods is None else tuple(float(years) for years in periods)
    if not wanted or list(wanted) != sorted(set(wanted)) or not 0.0 < wanted[0]:
        raise InputError(f"return periods {', '.join(f'{y:g}' for y in wanted)}: expected years "
                         "above 0, ascending")
    level = np.full((len(lon), len(wanted)), np.nan)
    notes = list(found.notes)
    first, last = found.period_yr[0], found.period_yr[-1]
    stacked = Stacked(np.array(found.period_yr), found.depth_m, found.status, "m")
    for k, years in enumerate(wanted):
        if first <= years <= last:
            level[:, k] = at_period(stacked, years)[0]
        else:
            notes.append(BEYOND.format(years=f"{years:g}", first=f"{first:g}", last=f"{last:g}"))
    unknown = np.full(level.shape, np.nan)
    known = np.isfinite(level).any(axis=1)
    return PlaceHazard("flood", "depth", "m", wanted, level, unknown, unknown.copy(),
                       (found.layer,), np.where(known, 0, -1).astype(np.int64),
                       notes=tuple(dict.fromkeys(notes)))


def read_depths(rasters: Sequence[LayerSpec] | DepthRasters, lon: Floats, lat: Floats, *,
                must_cover: bool = True,
                on_progress: Callable[[int, int], None] | None = None) -> SiteDepths:
    """Return the depths of rasters at sites, made not to fall with the return period.

    Only blocks of the files that hold a site are read, each once. Depths that fall are raised to
    the largest of the shorter periods, and counted. must_cover : a raster in which no site lies is
    a fault, else a note.

    Raises
    ------
    InputError : rasters that cannot be used (``open_depths``), that hold no site, whose depths are
        too large, or fall from the shortest to the longest return period.
    """
    given = rasters if isinstance(rasters, DepthRasters) else DepthRasters(tuple(rasters))
    opened, notes = open_depths(given)
    lon, lat = (np.ascontiguousarray(np.atleast_1d(axis), np.float64) for axis in (lon, lat))
    depth = np.empty((len(lon), len(opened)))
    status = np.empty(depth.shape, np.uint8)
    problems: list[Problem] = []
    said: list[tuple[str, str]] = []
    for k, one in enumerate(opened):
        depth[:, k], status[:, k], words, faults = _at_sites(one, lon, lat, given.nodata_dry)
        if not must_cover and (status[:, k] == OUTSIDE).all():
            words, faults = [*words, *(fault.remedy for fault in faults)], []
        said += [(one.name, note) for note in words]
        problems += faults
        if on_progress is not None:
            on_progress(k + 1, len(opened))
    if problems:
        raise InputError(CANNOT, problems)
    notes += of_all(said, len(opened))
    periods = tuple(one.period_yr for one in opened if one.period_yr is not None)
    if len(opened) > 1:
        depth, more = risen([f"{one.name} ({one.period_yr:g} years)" for one in opened], depth)
        notes += more
    return SiteDepths(periods, depth, status, _layer(opened, given), tuple(dict.fromkeys(notes)))


def _at_sites(one: OpenDepth, lon: Floats, lat: Floats, nodata_dry: bool,
              ) -> tuple[Floats, npt.NDArray[np.uint8], list[str], list[Problem]]:
    """Return depth [m] and status (n_sites,) of one raster, notes, and what makes it useless."""
    found = sample_points(one.layer, lon, lat)
    notes = list(found.notes)
    depth, status = found.value[:, 0] * one.to_m, found.status[:, 0].copy()
    n, outside = len(lon), int((status == OUTSIDE).sum())
    if outside == n:
        return depth, status, notes, [_no_site(one, lon, lat)]
    if outside:
        notes.append(OUT.format(n=outside, m=n))
    blank = status == NODATA
    if blank.any():
        notes.append((DRY if nodata_dry else NO_VALUE).format(n=int(blank.sum()), m=n))
    if nodata_dry:
        depth[blank], status[blank] = 0.0, OK
    with np.errstate(invalid="ignore"):
        below = depth < -_ROUNDING_M
    if below.any():
        notes.append(NEGATIVE.format(n=int(below.sum()), lowest=float(depth[below].min())))
        depth[below], status[below] = np.nan, NODATA
    np.maximum(depth, 0.0, out=depth)  # NaN stays
    deepest = float(np.nanmax(depth, initial=0.0))
    faults = []
    if not one.unit_known and deepest > TOO_DEEP_M:
        faults.append(Problem(
            0, "--depth", one.name, f"a depth of {deepest:g} at a site, and the file names no "
            "unit: say --depth-unit cm or ft, or m if it is so" + (
                f"; if it stands for no value, --nodata {deepest:g}"
                if deepest in _ODD else "")))
    elif deepest > MOST_M:
        faults.append(Problem(
            0, "--depth", one.name, f"a depth of {deepest:g} m at a site: is it a number for no "
            "value? Say which with --nodata, or the right unit with --depth-unit"))
    elif not one.unit_known and deepest > DOUBTFUL_M:
        notes.append(DOUBT.format(depth=deepest))
    return depth, status, notes, faults


def _no_site(one: OpenDepth, lon: Floats, lat: Floats) -> Problem:
    west, south, east, north = one.layer.bounds
    turned = np.abs(lon) <= 90.0
    swapped = one.layer.crs.is_geographic and turned.any() and floors(
        *one.layer.pixels(lat[turned], lon[turned]), one.layer)[2].any()
    remedy = ("they would with latitude and longitude swapped: is the portfolio or the raster "
              "written the wrong way round?" if swapped else
              "give the raster of their region, and check its reference system (--layer-crs)")
    return Problem(0, "--depth", one.name, (
        f"no site lies in it: it covers x {west:g} to {east:g}, y {south:g} to {north:g}, the "
        f"sites lie in {lon.min():g} to {lon.max():g}, {lat.min():g} to {lat.max():g}; {remedy}"))


def risen(names: Sequence[str], depth: Floats, *, option: str = "--depth",
          ) -> tuple[Floats, list[str]]:
    """Return depths that do not fall with the return period, and a note where they did.

    depth : (n_sites, k) [m]. names : (k,) of what each is of, with its return period.

    Raises
    ------
    InputError : depths that at most of the wet sites fall from the first period to the last.
    """
    raised = np.where(np.isnan(depth), np.nan, np.fmax.accumulate(depth, axis=1))
    fall = np.nan_to_num(raised - depth).max(axis=1)
    falls = fall > _ROUNDING_M
    if not falls.any():
        return raised, []
    with np.errstate(invalid="ignore"):
        wet = (depth[:, 0] > 0.0) | (depth[:, -1] > 0.0)
        reversed_ = wet & (depth[:, -1] < depth[:, 0] - _ROUNDING_M)
    if 2 * reversed_.sum() > wet.sum():
        raise InputError("depth falls with the return period", [Problem(
            0, option, ", ".join(names), f"at {int(reversed_.sum())} of {int(wet.sum())} wet "
            "site(s) the longest return period has less water than the shortest (by "
            f"{fall.max():.2f} m at most): are the return periods swapped?")])
    return raised, [FALLING.format(n=int(falls.sum()), most=float(fall.max()))]


def _layer(opened: Sequence[OpenDepth], given: DepthRasters) -> PlaceLayer:
    names = ", ".join(one.name for one in opened)
    sizes = dict.fromkeys(_resolution(one.layer) for one in opened)
    return PlaceLayer("given", names, ", ".join(sizes), "",
                      "cells without a value are dry, as stated" if given.nodata_dry
                      else "cells without a value are unknown, not dry")


def _resolution(layer: RasterLayer) -> str:
    """Return the side of a layer's cells along their rows, as its system counts: degrees or m."""
    side = float(np.hypot(layer.transform[0], layer.transform[3]))
    if layer.crs.is_geographic:
        return f"{side:.3g} deg, about {side * DEG_M / KM:.2g} km"
    return f"{side * layer.crs.axis_info[0].unit_conversion_factor:.3g} m"
