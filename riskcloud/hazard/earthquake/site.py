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
    """Return the position of each site's class in ``CLASSES``, (n,); -1 where the cell is empty.

    Raises
    ------
    InputError : cells that name no class, all of them at once, counted from 1.
    """
    import pandas as pd  # takes 0.3 s to import

    codes, cells = pd.factorize(np.asarray(site_class, dtype=object))  # None and NaN are code -1
    found = np.full(len(cells) + 1, -1, dtype=np.int64)
    bad = {}
    for i, cell in enumerate(cells):
        if not str(cell).strip():
            continue
        try:
            found[i] = CLASSES.index(parse_site_class(str(cell)))
        except InputError:
            bad[i] = str(cell)
    if bad:
        rows = np.flatnonzero(np.isin(codes, list(bad)))
        raise InputError(f"{len(rows)} site(s) with an unknown class", [
            Problem(int(row) + 1, "site_class", bad[int(codes[row])],
                    f"expected one of {', '.join(CLASSES)}") for row in rows])
    return np.asarray(found[codes])


def vs30_of_index(index: Ints) -> Floats:
    """Return the Vs30 that stands for classes by their position [m/s]; class II for -1.

    Source: models/site_class/gb_50011/card.toml; the figures are ours, within published bounds.
    """
    typical = np.array(_card()["vs30_typical_m_s"])
    return np.asarray(np.append(typical, typical[CLASSES.index(DEFAULT_CLASS)])[index])


def vs30_of_class(site_class: Sequence[Any] | npt.NDArray[Any]) -> Floats:
    """Return the Vs30 that stands for each site's class [m/s], (n,); class II for an empty cell.

    Raises
    ------
    InputError : cells that name no class.
    """
    return vs30_of_index(class_indices(site_class))


def index_of_vs30(vs30_m_s: Floats) -> Ints:
    """Return the position of each Vs30's class in ``CLASSES``, (n,): approximate, see the card.

    Raises
    ------
    InputError : a Vs30 that is not positive.
    """
    lowest = np.array(_card()["vs30_above_m_s"])[::-1]
    return np.asarray(len(CLASSES) - np.searchsorted(lowest, checked_vs30(vs30_m_s), side="left"))


def class_of_vs30(vs30_m_s: Floats) -> npt.NDArray[Any]:
    """Return the class of each Vs30, (n,) str: approximate, see the card.

    Raises
    ------
    InputError : a Vs30 that is not positive.
    """
    return np.array(CLASSES)[index_of_vs30(vs30_m_s)]


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


def factor_of_index(pga_ii_g: Floats, index: Ints) -> Floats:
    """Return PGA over that of class II for classes by their position, (n,); 1 for -1."""
    knots, table = _factors()
    out = np.ones(len(index))
    for k in range(len(CLASSES)):
        at = index == k
        if at.any():
            out[at] = np.interp(np.asarray(pga_ii_g)[at], knots, table[:, k])
    return out


def site_factor(pga_ii_g: Floats, site_class: Sequence[Any] | npt.NDArray[Any]) -> Floats:
    """Return PGA of each site's class over that of class II, (n,).

    pga_ii_g : (n,) PGA on class II [g]. Linear between the columns of the table, held beyond them.

    Raises
    ------
    InputError : cells that name no class.

    Source
    ------
    GB 18306-2015, Table E.1.
    """
    return factor_of_index(pga_ii_g, class_indices(site_class))
