"""Layers over assets: one group of columns a layer, whatever the layer and the asset are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from riskcloud.errors import InputError, Problem
from riskcloud.geo.overlay.layers import LayerSpec, distinct, stack_name
from riskcloud.geo.overlay.nearest import attribute, nearest_features
from riskcloud.geo.overlay.polygons import points_in_polygons
from riskcloud.geo.overlay.raster import RasterLayer, driver_of, floors
from riskcloud.geo.overlay.raster_file import open_raster
from riskcloud.geo.overlay.sample import OK, OUTSIDE, words
from riskcloud.geo.overlay.stack import Stacked, at_period
from riskcloud.geo.overlay.stated import Stated
from riskcloud.geo.overlay.times import TimeChoice, bands_of, combined
from riskcloud.geo.overlay.units import known_unit, unit_factor
from riskcloud.geo.overlay.vector_file import VectorLayer, read_vector
from riskcloud.geo.overlay.within_polygons import inside_polygons
from riskcloud.types import Floats, Ints

Column = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Assets:
    """What layers are laid over: lon, lat (n,) degrees WGS84; geometry (n,) or None for points.

    Lines and polygons of ``geometry`` (degrees WGS84) are measured along and over.
    """

    lon: Floats
    lat: Floats
    geometry: npt.NDArray[Any] | None = None

    def of_dimension(self, dimension: int) -> Ints:
        """Return which assets are points (0), lines (1) or polygons (2)."""
        if self.geometry is None:
            return np.arange(len(self.lon) if dimension == 0 else 0)
        return np.flatnonzero(shapely.get_dimensions(self.geometry) == dimension)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How layers are read: see the options of ``riskcloud overlay`` (docs/overlay.md)."""

    method: str = "nearest"
    stated: Stated = field(default_factory=Stated)
    unit: str | None = None
    time: TimeChoice | None = None
    return_period_yr: tuple[float, ...] = ()


@dataclass(slots=True)
class Overlay:
    """Columns (n_assets,) by name, what each layer was, and notes; whether any layer has times."""

    columns: dict[str, Column] = field(default_factory=dict)
    layers: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    has_times: bool = False


def overlay(assets: Assets, layers: Sequence[LayerSpec], *, nearest: Sequence[LayerSpec] = (),
            wanted: Wanted | None = None,
            on_progress: Callable[[int, int], None] | None = None) -> Overlay:
    """Lay layers over assets.

    Parameters
    ----------
    layers : rasters and polygons; those with a return period form a stack a name.
    nearest : layers of which the nearest feature is wanted.
    wanted : method, units, time.
    on_progress : called with (done, total) as layers end.

    Returns
    -------
    Overlay; names of columns are distinct.

    Raises
    ------
    InputError : a layer that cannot be opened, or is asked for what it does not hold; a return
        period, unit or time that no layer has a use for.
    """
    wanted = wanted or Wanted()
    _check_of_use(layers, wanted)
    groups = _grouped(layers)
    names = distinct([name for name, _ in groups] + [spec.name for spec in nearest])
    done = Overlay()
    total = len(groups) + len(nearest)
    for k, (name, specs) in enumerate(zip(names, [specs for _, specs in groups], strict=False)):
        _add_layer(done, assets, name, specs, wanted)
        if on_progress is not None:
            on_progress(k + 1, total)
    for k, (name, spec) in enumerate(zip(names[len(groups):], nearest, strict=True), len(groups)):
        _add_nearest(done, assets, name, spec, wanted)
        if on_progress is not None:
            on_progress(k + 1, total)
    if wanted.time is not None and not done.has_times:
        raise InputError("no layer has times", [Problem(
            0, "time", f"{wanted.time.begin}Z", "leave --time out, or add a layer that has times")])
    done.notes = list(dict.fromkeys(done.notes))
    return done


def _check_of_use(layers: Sequence[LayerSpec], wanted: Wanted) -> None:
    """Raise InputError where what is wanted says nothing of any layer."""
    if wanted.return_period_yr and all(spec.return_period_yr is None for spec in layers):
        raise InputError("no layer has a return period", [Problem(
            0, "return_period_yr", ", ".join(f"{year:g}" for year in wanted.return_period_yr),
            "say that of each raster: --layer FILE@YEARS, or --return-period-pattern")])
    if wanted.unit is not None and not any(driver_of(spec.path) for spec in layers):
        raise InputError("no layer is a raster", [Problem(
            0, "unit", wanted.unit, "leave --unit out: it is of the values of rasters")])


def _grouped(layers: Sequence[LayerSpec]) -> list[tuple[str, list[LayerSpec]]]:
    """Return layers in their order; those with return periods together, where the first stands.

    Layers of a stack that were given a name of their own (NAME=) form one a name; the others one.
    """
    timed = [spec for spec in layers if spec.return_period_yr is not None]
    unnamed = [spec for spec in timed if not spec.named]
    common = stack_name([spec.name for spec in unnamed]) if unnamed else ""
    groups: list[tuple[str, list[LayerSpec]]] = []
    at: dict[str, int] = {}
    for spec in layers:
        if spec.return_period_yr is None:
            groups.append((spec.name, [spec]))
            continue
        name = spec.name if spec.named else common
        if name not in at:
            at[name] = len(groups)
            groups.append((name, []))
        groups[at[name]][1].append(spec)
    return groups


def _add_layer(done: Overlay, assets: Assets, name: str, specs: list[LayerSpec],
               wanted: Wanted) -> None:
    if specs[0].return_period_yr is not None:
        _add_stack(done, assets, name, specs, wanted)
        return
    spec = specs[0]
    if not driver_of(spec.path):
        _add_polygons(done, assets, name, spec, wanted)
        return
    layer = open_raster(spec.path, spec.selector, stated=wanted.stated)
    parts = [(name, layer)]
    if layer.times is None and len(layer.bands) > 1:
        parts = [(f"{name}_{band}", open_raster(spec.path, str(number), stated=wanted.stated))
                 for number, band in zip(layer.bands, distinct(layer.names), strict=True)]
    for band, one in parts:
        columns, unit, notes = _of_raster(done, assets, one, wanted)
        for suffix, values in columns.items():
            _put(done, band + suffix, values)
        _told(done, band, "raster", spec, notes, unit=unit, method=wanted.method)


def _put(done: Overlay, name: str, values: Column) -> None:
    free, k = name, 1
    while free in done.columns or free in ("loc_id", "lon", "lat"):
        k += 1
        free = f"{name}_{k}"
    done.columns[free] = values


def _told(done: Overlay, name: str, kind: str, spec: LayerSpec, notes: Sequence[str],
          **more: Any) -> None:
    done.layers.append({"name": name, "kind": kind, "file": str(spec.path), **more})
    done.notes += [f"{spec.path.name}: {note}" for note in dict.fromkeys(notes)]


def _of_raster(done: Overlay, assets: Assets, layer: RasterLayer, wanted: Wanted,
               ) -> tuple[dict[str, Column], str, list[str]]:
    """Return columns by suffix: value, status; with lines or polygons also max, min and share."""
    from riskcloud.geo.overlay.sample import sample_points
    from riskcloud.geo.overlay.zones import along_lines, over_polygons

    bands, weight = bands_of(layer, wanted.time)
    done.has_times |= layer.times is not None
    factor = 1.0 if wanted.unit is None else unit_factor(layer.unit, wanted.unit, layer.source)
    unit = layer.unit if wanted.unit is None else known_unit(wanted.unit)
    notes = list(layer.notes)
    n = len(assets.lon)
    value, status = np.full(n, np.nan), np.full(n, OUTSIDE, np.uint8)
    high, low, share = np.full(n, np.nan), np.full(n, np.nan), np.zeros(n)
    points = assets.of_dimension(0)
    if points.size:
        found = sample_points(layer, assets.lon[points], assets.lat[points], method=wanted.method,
                              bands=bands)
        notes += found.notes
        value[points], status[points] = combined(found, weight, wanted.time)
        notes += _look_swapped(layer, assets.lon[points], assets.lat[points], status[points])
        high[points], low[points] = value[points], value[points]
        share[points] = status[points] == OK
    for dimension in (1, 2):
        rows = assets.of_dimension(dimension)
        if not rows.size or assets.geometry is None:
            continue
        zonal = (along_lines(layer, assets.geometry[rows], method=wanted.method, bands=bands)
                 if dimension == 1 else over_polygons(layer, assets.geometry[rows], bands=bands))
        notes += zonal.notes
        from riskcloud.geo.overlay.sample import Sampled

        for target, part in ((value, zonal.mean), (high, zonal.max), (low, zonal.min)):
            target[rows], status[rows] = combined(Sampled(part, zonal.status), weight, wanted.time)
        value[rows] = _significant(value[rows])
        share[rows] = np.round(zonal.share.min(axis=1), 9)
    columns: dict[str, Column] = {"": value * factor, "_status": words(status)}
    if points.size < n:
        columns |= {"_max": high * factor, "_min": low * factor, "_share": share}
    return columns, unit, notes


def _significant(mean: Floats) -> Floats:
    """Return means to 12 digits: beyond, they are the rounding of sums, and ugly to read."""
    with np.errstate(divide="ignore", invalid="ignore"):
        digits = 12 - np.ceil(np.log10(np.abs(mean)))
        scale = 10.0 ** np.where(np.isfinite(digits), np.clip(digits, -100.0, 100.0), 0.0)
        return np.where(np.isfinite(mean), np.round(mean * scale) / scale, mean)


def _look_swapped(layer: RasterLayer, lon: Floats, lat: Floats, status: Column) -> list[str]:
    """Return a note where no place lies in a raster that they would lie in the other way round."""
    turned = np.abs(lon) <= 90.0
    if not layer.crs.is_geographic or np.any(status != OUTSIDE) or not turned.any():
        return []
    u, v = layer.pixels(lat[turned], lon[turned])
    n = int(floors(u, v, layer)[2].sum())
    return [f"no place lies in the raster; {n} would with latitude and longitude swapped: is it "
            "written the wrong way round?"] * (n > 0)


def _add_stack(done: Overlay, assets: Assets, name: str, specs: list[LayerSpec],
               wanted: Wanted) -> None:
    """Add a column a return period, and one a period asked for between them."""
    periods = np.array([spec.return_period_yr for spec in specs], np.float64)
    order = np.argsort(periods, kind="stable")
    if len(np.unique(periods)) < len(periods):
        raise InputError(f"{name}: a return period given twice", [Problem(
            0, "return_period_yr", ", ".join(f"{period:g}" for period in np.sort(periods)),
            "give one layer a return period, or name the stacks: NAME=FILE@RP")])
    parts, status, units, notes = [], [], [], []
    for k in order:
        if not driver_of(specs[k].path):
            raise InputError(f"{specs[k].path}: a return period needs a raster")
        layer = open_raster(specs[k].path, specs[k].selector, stated=wanted.stated)
        if layer.times is None and len(layer.bands) > 1:
            raise InputError(f"{layer.source}: {len(layer.bands)} bands; "
                             "expected one a return period")
        columns, unit, said = _of_raster(done, assets, layer, wanted)
        parts.append(columns)
        units.append(unit)
        status.append(_codes(columns["_status"]))
        notes += [f"{specs[k].path.name}: {note}" for note in said]
    if len(set(units)) > 1:
        raise InputError(f"{name}: layers of different units", [Problem(
            0, "unit", ", ".join(dict.fromkeys(map(repr, units))),
            "bring them to one with --unit")])
    value = np.column_stack([part[""] for part in parts])
    stacked = Stacked(periods[order], value, np.column_stack(status), units[0])
    falling = int(np.any(np.diff(value, axis=1) < 0.0, axis=1).sum())
    if falling:
        notes.append(f"{name}: {falling} place(s) where a longer return period has the smaller "
                     "value")
    for k, period in enumerate(stacked.period_yr):
        for suffix, column in parts[k].items():
            _put(done, f"{name}_rp{period:g}{suffix}", column)
    for period in wanted.return_period_yr:
        if period in stacked.period_yr:
            continue
        found, code = at_period(stacked, period)
        _put(done, f"{name}_rp{period:g}", found)
        _put(done, f"{name}_rp{period:g}_status", words(code))
    done.layers.append({"name": name, "kind": "return_period_stack", "unit": units[0],
                        "files": [str(specs[k].path) for k in order], "method": wanted.method,
                        "return_period_yr": [float(value) for value in stacked.period_yr]})
    done.notes += notes


def _codes(status: Column) -> npt.NDArray[np.uint8]:
    from riskcloud.geo.overlay.sample import STATUS

    return np.select([status == word for word in STATUS], range(len(STATUS))).astype(np.uint8)


def _add_polygons(done: Overlay, assets: Assets, name: str, spec: LayerSpec,
                  wanted: Wanted) -> None:
    """Add the attributes of the polygon each asset lies in; of lines and polygons how much does."""
    layer = read_vector(spec.path, spec.selector, crs=wanted.stated.crs)
    feature = np.full(len(assets.lon), -1, np.int64)
    notes = list(layer.notes)
    points = assets.of_dimension(0)
    feature[points], n_inside = points_in_polygons(layer, assets.lon[points], assets.lat[points])
    if (overlapping := int((n_inside > 1).sum())) > 0:
        notes.append(f"{overlapping} place(s) in several polygons that overlap: the first of the "
                     "file taken")
    extra: dict[str, Column] = {}
    if points.size < len(feature) and assets.geometry is not None:
        rows = np.flatnonzero(shapely.get_dimensions(assets.geometry) > 0)
        found = inside_polygons(layer, assets.geometry[rows])
        feature[rows] = found.polygon
        share = (feature >= 0).astype(np.float64)
        share[rows] = np.round(found.share, 9)
        for dimension, suffix in ((1, "_inside_m"), (2, "_inside_m2")):
            these = shapely.get_dimensions(assets.geometry[rows]) == dimension
            if these.any():
                extra[suffix] = np.full(len(feature), np.nan)
                extra[suffix][rows[these]] = np.round(found.inside[these], 3)
        extra["_inside_share"] = share
        if (found.n_polygons > 1).any():
            notes.append(f"{int((found.n_polygons > 1).sum())} line(s) or outline(s) in several "
                         "polygons: the attributes are of the one that holds most")
    _put_attributes(done, layer, name, feature)
    for suffix, column in extra.items():
        _put(done, name + suffix, column)
    _told(done, name, "polygons", spec, notes, n_features=len(layer.geometry),
          n_found=int((feature >= 0).sum()))


def _put_attributes(done: Overlay, layer: VectorLayer, name: str, feature: Ints) -> None:
    for column, values in layer.attributes.items():
        _put(done, f"{name}_{column}", attribute(values, feature))
    status = np.where(feature >= 0, "ok", "outside").astype(object)
    _put(done, f"{name}_status", status)


def _add_nearest(done: Overlay, assets: Assets, name: str, spec: LayerSpec,
                 wanted: Wanted) -> None:
    """Add the attributes of the nearest feature and its distance from each asset's place."""
    if driver_of(spec.path):
        raise InputError(f"{spec.path}: a raster has no nearest feature", [Problem(
            0, "nearest", spec.path.name, "expected points, lines or polygons; use --layer")])
    layer = read_vector(spec.path, spec.selector, crs=wanted.stated.crs)
    found = nearest_features(layer, assets.lon, assets.lat)
    for column, values in layer.attributes.items():
        _put(done, f"{name}_{column}", attribute(values, found.feature))
    _put(done, f"{name}_distance_m", np.round(found.distance_m, 3))
    notes: list[str] = list(layer.notes)
    if assets.of_dimension(0).size < len(assets.lon):
        notes.append("distances of lines and polygons are from the place the portfolio gives them")
    _told(done, name, "nearest", spec, notes, n_features=len(layer.geometry))
