"""Ground under a site: the classes of GB 50011, Vs30, and the site factor of GB 18306-2015."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from riskcloud.catalog import Card, load_card
from riskcloud.errors import InputError, Problem
from riskcloud.types import Floats, Ints

MODEL: Final = "gb_50011"
"""Card of models/site_class."""
CLASSES: Final = ("I0", "I1", "II", "III", "IV")
DEFAULT_CLASS: Final = "II"
"""What a site without Vs30 and class is taken as: the class GB 18306-2015 maps."""
_SPELLINGS: Final = {
    "I": "I1", "1": "I1", "Ⅰ": "I1", "Ⅰ0": "I0", "Ⅰ1": "I1", "2": "II", "Ⅱ": "II", "3": "III",
    "Ⅲ": "III", "4": "IV", "Ⅳ": "IV", "I₀": "I0", "I₁": "I1", "Ⅰ₀": "I0", "Ⅰ₁": "I1",
}


def _card() -> Card:
    return load_card("site_class", MODEL)


def parse_site_class(text: str) -> str:
    """Return the class a cell names (``II``, ``Ⅱ``, ``2``, ``II类``, ``class II``).

    Raises
    ------
    InputError : anything else; the message lists the classes.
    """
    cell = text.strip().upper().removeprefix("CLASS").removesuffix("类").strip()
    name = _SPELLINGS.get(cell, cell)
    if name not in CLASSES:
        raise InputError(f"site class {text!r}: expected one of {', '.join(CLASSES)}")
    return name


def class_indices(site_class: Sequence[Any] | npt.NDArray[Any]) -> Ints:
    """Return the position of each site's class in ``CLASSES``, (n,); II where the cell is empty.

    Raises
    ------
    InputError : cells that name no class, all of them at once, counted from 1.
    """
    cells, where = np.unique(np.array(["" if c is None else str(c) for c in site_class]),
                             return_inverse=True)
    found, bad = np.empty(len(cells), np.int64), {}
    for i, cell in enumerate(cells):
        try:
            known = parse_site_class(str(cell)) if str(cell).strip() else DEFAULT_CLASS
            found[i] = CLASSES.index(known)
        except InputError:
            bad[i] = str(cell)
    if bad:
        rows = np.flatnonzero(np.isin(where, list(bad)))
        raise InputError(f"{len(rows)} site(s) with an unknown class", [
            Problem(int(row) + 1, "site_class", bad[int(where[row])],
                    f"expected one of {', '.join(CLASSES)}") for row in rows])
    return np.asarray(found[where])


def vs30_of_class(site_class: Sequence[Any] | npt.NDArray[Any]) -> Floats:
    """Return the Vs30 that stands for each site's class [m/s], (n,).

    Source: models/site_class/gb_50011/card.toml; the figures are ours, within published bounds.
    """
    return np.asarray(np.array(_card()["vs30_typical_m_s"])[class_indices(site_class)])


def class_of_vs30(vs30_m_s: Floats) -> npt.NDArray[Any]:
    """Return the class of each Vs30, (n,) str: approximate, see the card.

    Raises
    ------
    InputError : a Vs30 that is not positive.
    """
    vs30 = checked_vs30(vs30_m_s)
    lowest = np.array(_card()["vs30_above_m_s"])[::-1]
    return np.array(CLASSES[::-1])[np.searchsorted(lowest, vs30, side="left") - 1]


def checked_vs30(vs30_m_s: Floats) -> Floats:
    """Return Vs30 as contiguous floats. Raises InputError where it is not a positive number."""
    vs30 = np.ascontiguousarray(np.atleast_1d(vs30_m_s), np.float64)
    bad = ~((vs30 > 0.0) & (vs30 < 1e4))
    if bad.any():
        raise InputError(f"{int(bad.sum())} site(s) with a bad Vs30", [
            Problem(int(i) + 1, "vs30_m_s", f"{vs30[i]:g}", "expected m/s, above 0 and below 10000")
            for i in np.flatnonzero(bad)])
    return vs30


@cache
def _factors() -> tuple[Floats, Floats]:
    rows = _card().rows("factors.csv")
    return (np.array([float(row["pga_ii_g"]) for row in rows]),
            np.array([[float(row[name]) for name in CLASSES] for row in rows]))


def site_factor(pga_ii_g: Floats, site_class: Sequence[Any] | npt.NDArray[Any]) -> Floats:
    """Return PGA of each site's class over that of class II, (n,).

    pga_ii_g : (n,) PGA on class II [g]. Linear between the columns of the table, held beyond them.

    Source
    ------
    GB 18306-2015, Table E.1.
    """
    knots, table = _factors()
    classes = class_indices(site_class)
    out = np.ones(len(classes))
    for index in np.unique(classes):
        at = classes == index
        out[at] = np.interp(np.asarray(pga_ii_g)[at], knots, table[:, index])
    return out
