"""Legends of land covers, and which of them a raster's values belong to."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from riskcloud.catalog import list_cards, load_card
from riskcloud.errors import InputError, Problem

ROUGHNESS = "z0_m"
"""The scheme of a raster whose values are roughness lengths in metres."""
WATER = "water"
_KIND = "roughness"
_LOOKS = 12
"""Windows of a side at which a raster's values are looked at before it is used."""
_WINDOW = 256


@dataclass(frozen=True, slots=True)
class Scheme:
    """A legend: ``z0_m`` by class, ``inf`` negative in its logarithm where it is open water.

    ``empty`` are values that say nothing; ``native_cell`` the sides of the published cells.
    """

    name: str
    title: str
    log_z0_by_class: dict[int, float]
    empty: frozenset[int]
    native_cell: tuple[float, ...]

    def unknown(self, values: npt.NDArray[Any]) -> list[float]:
        """Return the values, ascending, that are neither classes nor empty (nor NaN)."""
        found = np.unique(values)
        known = self.log_z0_by_class.keys() | self.empty
        return [float(v) for v in found[~np.isnan(found)] if float(v) not in known]

    def nothing(self, dtype: str) -> float:
        """Return a value of a raster's type that this scheme does not use for a class."""
        if self.name == ROUGHNESS:
            return -9999.0 if np.dtype(dtype).kind in "fi" else float(np.iinfo(dtype).max)
        return float(max(self.empty))

    def log_z0(self, values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
        """Return ln z0 of classes (...,): -inf on open water, NaN where they say nothing."""
        low = min(self.log_z0_by_class.keys() | self.empty)
        values = np.where(np.isnan(values), max(self.empty), values)
        table = np.full(max(self.log_z0_by_class.keys() | self.empty) - low + 1, np.nan, np.float32)
        for one, log_z0 in self.log_z0_by_class.items():
            table[one - low] = log_z0
        return np.asarray(table[values.astype(np.int64) - low])


@cache
def scheme_named(name: str) -> Scheme:
    """Return a scheme. Raises InputError with the known ones."""
    if name == ROUGHNESS:
        return Scheme(ROUGHNESS, "roughness lengths in metres", {}, frozenset(), ())
    if name not in list_cards(_KIND):
        raise InputError(f"no land cover scheme {name!r}", [Problem(
            0, "--land-cover-scheme", name, f"known here: {', '.join(known_schemes())}")])
    card = load_card(_KIND, name)
    by_class = {
        int(row["class"]): -np.inf if row["z0_m"] == WATER else float(np.log(float(row["z0_m"])))
        for row in card.rows("classes.csv")}
    said = card["scheme"]
    return Scheme(name, said["title"], by_class, frozenset(said["empty"]),
                  tuple(said["native_cell"]))


def known_schemes() -> tuple[str, ...]:
    """Return the names of all schemes."""
    return (*list_cards(_KIND), ROUGHNESS)


def sampled_values(dataset: str, band: int, nodata: float | None) -> npt.NDArray[Any]:
    """Return the distinct values of a raster at windows spread evenly over it, without nodata."""
    import rasterio
    from rasterio.windows import Window

    found: list[npt.NDArray[Any]] = []
    with rasterio.open(dataset) as file:
        rows = _starts(file.height)
        columns = _starts(file.width)
        for row in rows:
            for column in columns:
                found.append(np.unique(file.read(band, window=Window(
                    column, row, min(_WINDOW, file.width), min(_WINDOW, file.height)))))
        values = _stated(np.unique(np.concatenate(found)), nodata)
        if len(values) == 0:  # little in much nodata: all of it is looked at until something is
            for _, window in file.block_windows(band):
                values = _stated(np.unique(file.read(band, window=window)), nodata)
                if len(values):
                    break
    return values


def _stated(values: npt.NDArray[Any], nodata: float | None) -> npt.NDArray[Any]:
    values = values[~np.isnan(values)] if values.dtype.kind == "f" else values
    return values if nodata is None or np.isnan(nodata) else values[values != nodata]


def _starts(size: int) -> list[int]:
    last = max(size - _WINDOW, 0)
    return sorted({int(place) for place in np.linspace(0, last, _LOOKS)})


def choose_scheme(path: Path, values: npt.NDArray[Any], name: str = "", *, cell: float,
                  dtype: np.dtype[Any]) -> Scheme:
    """Return the scheme of a raster, named or told from its values.

    values : the raster's distinct values; cell : side of its cells, in its own unit.

    Raises
    ------
    InputError : no value at all; values that the named scheme does not have, that no scheme has, or
        that several have and the size of the cells does not tell apart.
    """
    known = [scheme_named(name)] if name else [scheme_named(one) for one in list_cards(_KIND)]
    fitting = _fitting(values, dtype)
    if name not in fitting and any(set(values.tolist()) <= one.empty for one in known):
        raise InputError(f"{path}: no land cover in it", [Problem(
            0, "layer", path.name, "every cell is without a value (nodata): give the raster that "
            "covers the sites")])
    words = _listed(values.tolist())
    if name:
        chosen = scheme_named(name)
        if name not in fitting:
            outside = chosen.unknown(values) if name != ROUGHNESS else []
            raise InputError(f"{path}: no land cover of {chosen.title}", [Problem(
                0, "class", _listed(outside) or words,
                f"these are no values of {name}; schemes that fit: {_or_none(fitting)}")])
        return chosen
    if not fitting:
        raise InputError(f"{path}: a land cover of an unknown scheme", [Problem(
            0, "class", words, f"no known scheme has all of these; known here: "
                               f"{', '.join(known_schemes())}")])
    if len(fitting) > 1:
        fitting = [one for one in fitting if _is_native(scheme_named(one), cell)] or fitting
    if len(fitting) > 1:
        raise InputError(f"{path}: more than one land cover scheme fits", [Problem(
            0, "class", words, f"say which with --land-cover-scheme: {', '.join(fitting)}")])
    return scheme_named(fitting[0])


def _listed(values: list[float]) -> str:
    return ", ".join(f"{v:g}" for v in values[:20]) + (" ..." if len(values) > 20 else "")


def _or_none(names: list[str]) -> str:
    return ", ".join(names) or "none"


def _fitting(values: npt.NDArray[Any], dtype: np.dtype[Any]) -> list[str]:
    whole = dtype.kind in "iu" or bool(np.all(values == np.round(values)))
    if not whole or len(values) == 0:
        is_length = len(values) > 0 and bool(np.all((values >= 0.0) & (values <= 10.0)))
        return [ROUGHNESS] if is_length else []
    fitting = [name for name in list_cards(_KIND) if not scheme_named(name).unknown(values)
               and not set(map(int, values)) <= scheme_named(name).empty]
    return [*fitting, ROUGHNESS] if dtype.kind == "f" and np.all(
        (values >= 0) & (values <= 10)) else fitting


def _is_native(scheme: Scheme, cell: float) -> bool:
    return any(abs(cell - native) < 0.01 * native for native in scheme.native_cell)
