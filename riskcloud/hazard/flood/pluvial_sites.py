"""Depths of the pluvial screen at sites: of one rain, or of one a return period."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from riskcloud.errors import InputError, Problem
from riskcloud.geo.elevation import open_elevation
from riskcloud.geo.overlay.layers import parse_layer
from riskcloud.geo.overlay.sample import OUTSIDE, sample_points
from riskcloud.hazard.flood.depth import OUT, SiteDepths, risen
from riskcloud.hazard.flood.event_rain import Given
from riskcloud.hazard.flood.ground import read_ground
from riskcloud.hazard.flood.pluvial import SCREEN, PluvialDepth, pluvial_depth
from riskcloud.hazard.flood.pluvial_rains import Rain, rain_on
from riskcloud.hazard.rain.runoff import AVERAGE
from riskcloud.types import Floats, PlaceHazard, PlaceLayer

NO_VALUE = ("the screen tells no depth at {n} of {m} place(s): no elevation, sea, or no rain known")


NO_PERIOD = "rain without a return period: write it behind it, such as rain.tif@100"


@dataclass(frozen=True, slots=True)
class Screen:
    """What a pluvial screen is made of: a DEM, rains, and what is kept and drained of them."""

    dem: tuple[str, ...]
    rains: tuple[Rain, ...]
    curve_number: Given | None = None
    drainage_mm: float | None = None
    moisture: str = AVERAGE
    dem_unit: str | None = None

    @property
    def files(self) -> dict[str, Path]:
        """Return the files it is read from, by what they are."""
        tiles = open_elevation(self.dem, unit=self.dem_unit).tiles
        found = {f"dem_{k + 1}": Path(tile.layer.source) for k, tile in enumerate(tiles)}
        found |= {f"rain_{k + 1}": one.path for k, one in enumerate(self.rains)
                  if one.path is not None}
        if isinstance(self.curve_number, str):
            found["curve_number"] = parse_layer(self.curve_number).path
        return found


def screened(screen: Screen, lon: Floats, lat: Floats) -> Iterator[tuple[Rain, PluvialDepth]]:
    """Yield the depth of each rain; the DEM is read once, a large one around the sites alone."""
    ground = read_ground(screen.dem, unit=screen.dem_unit, around=(lon, lat))
    for rain in screen.rains:
        given, unit, notes = rain_on(ground, rain)
        found = pluvial_depth(ground, given, curve_number=screen.curve_number, rain_unit=unit,
                              drainage_mm=screen.drainage_mm, moisture=screen.moisture)
        yield rain, found.noted(notes)


def pluvial_at_sites(screen: Screen, lon: Floats, lat: Floats, *,
                     must_cover: bool = True,
                     on_depth: Callable[[Rain, PluvialDepth], None] | None = None,
                     on_progress: Callable[[int, int], None] | None = None) -> SiteDepths:
    """Return the depths of a pluvial screen at sites (n_sites,), degrees WGS84.

    must_cover : a DEM in which no site lies is a fault. on_depth : called with each rain and its
    depth, one at a time, as to write it.

    The depth of a site is that of the cell it lies in. Where it falls with the return period, as
    of rain rasters that do, it is raised to the largest of the shorter ones, and said.

    Raises
    ------
    InputError : see ``read_ground``, ``pluvial_depth``, ``rain_on``; no site on the DEM; depths
        that at most of the wet sites fall from the shortest return period to the longest.
    """
    depths: list[Floats] = []
    status, notes = [], list[str]()
    n = len(lon)
    sources, rain_names = list[str](), list[str]()
    layer = PlaceLayer("model", "", "", "", SCREEN)
    for k, (rain, found) in enumerate(screened(screen, lon, lat)):
        at = sample_points(found.layer, lon, lat)
        depths.append(at.value[:, 0])
        status.append(at.status[:, 0])
        if must_cover and (at.status[:, 0] == OUTSIDE).all():
            raise InputError("no site lies on the DEM", [Problem(
                0, "--dem", found.ground_source, f"the sites lie in {lon.min():g} to {lon.max():g},"
                f" {lat.min():g} to {lat.max():g}: give the DEM of their region")])
        notes += found.notes
        layer = found.place_layer()
        rain_names.append(found.rain_source)
        sources.append(found.source if not sources else found.rain_source)
        if on_depth is not None:
            on_depth(rain, found)
        if on_progress is not None:
            on_progress(k + 1, len(screen.rains))
    layer = replace(layer, source=", ".join(sources))
    outside = int((status[0] == OUTSIDE).sum())
    unknown = int(np.isnan(np.column_stack(depths)).any(axis=1).sum()) - outside
    notes += [OUT.format(n=outside, m=n)] * (outside > 0)
    notes += [NO_VALUE.format(n=unknown, m=n)] * (unknown > 0)
    periods = tuple(rain.period_yr for rain in screen.rains if rain.period_yr is not None)
    depth = np.column_stack(depths)
    if len(periods) > 1:
        names = [f"{Path(name).name} ({years:g} years)"
                 for name, years in zip(rain_names, periods, strict=True)]
        depth, more = risen(names, depth, option="--rain")
        notes += more
    return SiteDepths(periods, depth, np.column_stack(status), layer, tuple(dict.fromkeys(notes)))


def pluvial_by_period(screen: Screen, lon: Floats, lat: Floats) -> PlaceHazard:
    """Return the depth of rain water at sites (n_sites,) by the return period of its rain.

    Peril ``flood``, measure ``depth``, in m, without a band; NaN where the screen tells none. That
    the depth has the return period of the rain is ours.

    Raises
    ------
    InputError : as ``pluvial_at_sites``; rain without a return period.
    """
    if any(rain.period_yr is None for rain in screen.rains):
        raise InputError(NO_PERIOD)
    found = pluvial_at_sites(screen, lon, lat, must_cover=False)
    unknown = np.full(found.depth_m.shape, np.nan)
    known = np.isfinite(found.depth_m).any(axis=1)
    return PlaceHazard("flood", "depth", "m", found.period_yr, found.depth_m, unknown,
                       unknown.copy(), (found.layer,), np.where(known, 0, -1).astype(np.int64),
                       notes=found.notes)
