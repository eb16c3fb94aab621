"""Depth rasters as files: return period by name or word, unit, grid; faults before they are read.

A unit that a file names is converted and said; one that nobody names is metres, said too, unless
the values are too large for that (``depth.py``).
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from riskcloud.errors import InputError, Problem
from riskcloud.geo.overlay.layers import SYNTAX, LayerSpec, parse_layer
from riskcloud.geo.overlay.raster import RasterLayer
from riskcloud.geo.overlay.raster_file import open_raster
from riskcloud.geo.overlay.stated import Stated
from riskcloud.geo.overlay.units import is_unit, unit_factor

UNITS: Final = ("m", "cm", "mm", "ft", "in")
"""What --depth-unit may say."""
_PERIOD: Final = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (
    r"(?<![a-z])rp(0001_5|\d{4}_0)(?=$|[_-](?!\d))",
    r"(?<![a-z])(?:rp|return[_ -]?period)[_ -]?0*(\d+(?:\.\d+)?)",
    r"(?<![\d.])1[_ -]?in[_ -]?0*(\d+)(?![\d.])",
    r"(?<![\d.])0*(\d+)(?:y|[_ -]?(?:yrs?|years?))(?![a-z])",
    r"(?<![\d.])0*(\d+)\s*年一遇", r"重现期[_ -]?0*(\d+)(?![\d.])"))
"""Years in a file's name, tried in this order: rp0001_5 (1.5 years, as Aqueduct writes its coasts),
rp00100, 1in100 (Fathom), 100yr, 100年一遇, 重现期100年."""
_UNIT_WORD: Final = re.compile(
    r"(?<![A-Za-z])(?:cm|mm|[Ff][Tt]|[Ff]eet|[Ff]oot|[Ii]nch(?:es)?)(?![A-Za-z])|厘米|毫米|英尺|英寸")

CANNOT = "the depth rasters cannot be used"
NO_UNIT = "the file names no unit: metres taken (--depth-unit says otherwise)"
CONVERTED = "depths in {unit} turned to metres"
KEPT = "its own unit is kept ({unit}), not the one stated"
NO_LENGTH = "its unit {unit} is no length that is known: {stated} taken, as stated"
TWICE = "{name} is given for {n} return periods: the same depths for each"
GRIDS = "the rasters are on {n} different grids: each is read on its own"
NODATA_0 = ("the file says 0 is no value, so dry cells and unknown ones look the same: unknown "
            "taken (--nodata-dry if they are dry)")


@dataclass(frozen=True, slots=True)
class DepthRasters:
    """Depth rasters as given, and what is told of them that they do not say.

    specs : files, each with its return period [yr] (or in its name), or one without any. stated :
    reference system and nodata. unit : of files that name none, None for metres. nodata_dry : cells
    without a value are dry, not unknown.
    """

    specs: tuple[LayerSpec, ...]
    stated: Stated = field(default_factory=Stated)
    unit: str | None = None
    nodata_dry: bool = False


@dataclass(frozen=True, slots=True)
class OpenDepth:
    """One raster: its return period or None, metres in its unit, whether that unit is known."""

    period_yr: float | None
    layer: RasterLayer
    to_m: float
    unit_known: bool

    @property
    def name(self) -> str:
        """Name of the file, for people."""
        return Path(self.layer.source).name


def parse_depths(texts: Sequence[str]) -> tuple[LayerSpec, ...]:
    """Return what ``FILE[@RP][:band]`` asks for.

    Raises
    ------
    InputError : every file that is none, every fault at once.
    """
    specs, faults = [], []
    for text in texts:
        try:
            specs.append(parse_layer(text))
        except InputError as error:
            faults.append(InputError(error.message, [_of_depth(one) for one in error.problems]))
    if faults:
        raise InputError("; ".join(fault.message for fault in faults),
                         [problem for fault in faults for problem in fault.problems])
    return tuple(specs)


def _of_depth(problem: Problem) -> Problem:
    """Return a problem of a layer in the words of --depth."""
    remedy = problem.remedy.replace("as a --layer of its own", "as a --depth of its own").replace(
        SYNTAX, "FILE[@RETURN_PERIOD][:band]")
    return replace(problem, column="--depth", remedy=remedy)


def with_period(spec: LayerSpec) -> LayerSpec:
    """Return a spec with the return period its file's name says, where none was given."""
    if spec.return_period_yr is not None:
        return spec
    for pattern in _PERIOD:
        found = {float(years.replace("_", ".")) for years in pattern.findall(spec.path.stem)}
        if len(found) == 1 and min(found) > 0.0:
            return replace(spec, return_period_yr=found.pop())
    return spec


def open_depths(rasters: DepthRasters) -> tuple[list[OpenDepth], list[str]]:
    """Return the rasters in the order of their return periods, and notes on them.

    Raises
    ------
    InputError : no raster, several of which one has no return period, one period twice, several
        bands, no unit of length; all files' faults at once.
    """
    if not rasters.specs:
        raise InputError("no depth raster", [Problem(
            0, "--depth", "", "give one file a return period: --depth depth_rp100.tif@100")])
    specs = [with_period(spec) for spec in rasters.specs]
    problems = _period_problems(specs)
    heads = [CANNOT] * bool(problems)
    opened: list[OpenDepth] = []
    told: list[tuple[str, str]] = []
    for spec in specs:
        try:
            one, said = _opened(spec, rasters)
        except InputError as error:
            heads.append(error.message)
            problems += error.problems
            continue
        opened.append(one)
        told += [(one.name, note) for note in said]
    if heads:
        raise InputError("; ".join(dict.fromkeys(heads)), problems)
    notes = of_all(told, len(opened))
    opened.sort(key=lambda one: one.period_yr or 0.0)
    grids = {(one.layer.crs.to_wkt(), one.layer.width, one.layer.height,
              tuple(round(x, 9) for x in one.layer.transform)) for one in opened}
    if len(grids) > 1:
        notes.append(GRIDS.format(n=len(grids)))
    given = Counter((one.layer.dataset, one.layer.bands) for one in opened)
    notes += [TWICE.format(name=Path(name).name, n=n) for (name, _), n in given.items() if n > 1]
    return opened, notes


def of_all(told: Sequence[tuple[str, str]], n_files: int) -> list[str]:
    """Return notes (file, words), each once: with its file's name unless all files have it."""
    files: dict[str, list[str]] = {}
    for name, words in told:
        files.setdefault(words, []).append(name)
    return [line for words, names in files.items() for line in (
        [words] if len(names) == n_files > 1 else [f"{name}: {words}" for name in names])]


def _period_problems(specs: Sequence[LayerSpec]) -> list[Problem]:
    problems = []
    if len(specs) > 1:
        problems += [Problem(0, "--depth", spec.path.name, "several rasters and this one without "
                             "a return period: write it behind the file, such as "
                             f"{spec.path.name}@100")
                     for spec in specs if spec.return_period_yr is None]
    seen: dict[str, str] = {}  # by the words that name it in every output
    for spec in specs:
        years = spec.return_period_yr
        if years is None:
            continue
        if years < 1.0:
            problems.append(Problem(0, "--depth", f"{spec.path.name}@{years:g}",
                                    "expected a return period of 1 year or more"))
        if (label := f"{years:g}") in seen:
            problems.append(Problem(
                0, "--depth", spec.path.name, f"the return period {label} of {seen[label]} "
                "again: give one raster a return period"))
        seen.setdefault(label, spec.path.name)
    return problems


def _opened(spec: LayerSpec, rasters: DepthRasters) -> tuple[OpenDepth, list[str]]:
    layer = open_raster(spec.path, spec.selector, stated=rasters.stated)
    notes = list(layer.notes)
    if len(layer.bands) != 1:
        raise InputError(CANNOT, [Problem(
            0, "--depth", spec.path.name, f"{len(layer.bands)} bands: say which holds the depth, "
            f"such as {spec.path.name}:1")])
    unit, said = _unit(layer, rasters.unit, spec.path.name)
    notes += said
    if layer.nodata[0] == 0.0 and not rasters.nodata_dry:
        notes.append(NODATA_0)
    known = bool(layer.unit or rasters.unit)
    return OpenDepth(spec.return_period_yr, layer, unit_factor(unit, "m", ""), known), notes


def _unit(layer: RasterLayer, stated: str | None, name: str) -> tuple[str, list[str]]:
    """Return the unit of a raster's depths, its own before the one stated, and notes on it.

    Raises
    ------
    InputError : a unit of its own that is no length, none stated; no unit, but one in its name.
    """
    if not layer.unit:
        word = _UNIT_WORD.search(f"{Path(name).stem} {layer.names[0]}")
        if word and not stated:
            raise InputError(CANNOT, [Problem(
                0, "--depth", name, f"no unit in it, but {word[0]} in its name: say --depth-unit")])
        if not stated:
            return "m", [NO_UNIT]
        return stated, [CONVERTED.format(unit=stated)] * (stated != "m")
    try:
        factor = unit_factor(layer.unit, "m", layer.source)
    except InputError as error:
        if stated and not is_unit(layer.unit):
            return stated, [NO_LENGTH.format(unit=repr(layer.unit), stated=stated)]
        raise InputError(CANNOT, [Problem(
            0, "--depth", name, f"its unit {layer.unit!r} is no length: give depths of water "
            f"({', '.join(UNITS)})" + ("" if is_unit(layer.unit) else
                                      ", or say theirs with --depth-unit"))]) from error
    notes = [CONVERTED.format(unit=layer.unit)] * (factor != 1.0)
    if stated and unit_factor(stated, "m", "") != factor:
        notes.append(KEPT.format(unit=layer.unit))
    return layer.unit, notes
