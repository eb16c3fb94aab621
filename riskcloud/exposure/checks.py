"""What one cell cannot tell: required columns, duplicates, class, sums, dates, shares."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from riskcloud.errors import Problem
from riskcloud.exposure.build import Reading, categorical
from riskcloud.exposure.classes import asset_classes, class_from_oed, construction_from_oed
from riskcloud.exposure.codes import code_key, code_table
from riskcloud.exposure.notes import OF_ROWS
from riskcloud.exposure.schema import TIV, HeaderMatch, column, header_unit
from riskcloud.types import COVERAGES, Bools, Ints

_REQUIRED = (("loc_id",), ("asset_class", "occupancy_code"), ("currency",), TIV)
"""One column of each tuple must be there (columns.csv, ``required``)."""
TERMS = tuple(f"{term}_{part}" for term in ("ded", "limit") for part in (*COVERAGES, "all"))
"""The location terms that have a ``_type`` column beside them."""

Table = dict[str, Any]


def missing_columns(match: HeaderMatch, *, has_geometry: bool) -> list[Problem]:
    """Return a problem of row 1 for each required column the headers lack."""
    groups = [group for group in _REQUIRED if not any(name in match.position for name in group)]
    if not has_geometry and "geometry_wkt" not in match.position:
        groups += [(name,) for name in ("lon", "lat") if name not in match.position]
    return [Problem(1, column(group[0]).oed, "", _missing(group, match)) for group in groups]


def _missing(group: tuple[str, ...], match: HeaderMatch) -> str:
    others = [column(name).oed for name in group[1:]]
    either = f" (or {', '.join(others)})" if others else ""
    words = {word for name in group for word in column(name).spellings}
    like = [header for header, near in match.near.items() if near in words]
    hint = f"; header {like[0]!r} looks like it: rename it" if like else ""
    if group[0] in ("lon", "lat") and not like:
        hint = "; `riskcloud geocode` finds coordinates from addresses"
    return f"required column is missing{either}{hint}"


def check_rows(reading: Reading, table: Table) -> None:
    """Note faults between the cells of a row and between rows; fill what follows from them."""
    _check_numbers(reading, table)
    _fill_class(reading, table)
    _fill_construction(table)
    if "currency" in reading.match.position:
        reading.fault(reading.blank["currency"], "currency", "a currency is required")
    _check_sums(reading)
    _check_header_currency(reading, table)
    early = table["expiry_date"] < table["inception_date"]
    reading.fault(early, "expiry_date", "expiry before inception")
    for name in TERMS:
        _check_share(reading, table, name)
    table["number_of_assets"] = np.maximum(table["number_of_assets"], 1)
    _fill_return_period(reading, table)


def _check_sums(reading: Reading) -> None:
    given = [name for name in TIV if name in reading.match.position]
    if given:  # no such column at all is a fault of the file
        blank = np.logical_and.reduce([reading.blank[name] for name in given])
        reading.fault(blank, given[0], "no sum insured: give at least one, 0 if none")


def _check_header_currency(reading: Reading, table: Table) -> None:
    """Sums under a header that names a currency (保额(美元)) are of rows in that currency."""
    for name in TIV:
        word = header_unit(reading.match.header(name)) if name in reading.match.position else ""
        code = code_table("currency").get(code_key(word))
        if code is None or word == "元":  # also short for the dollar of Hong Kong
            continue
        other = ~_is_blank(table["currency"]) & np.asarray(table["currency"] != code)
        reading.fault(other & ~reading.blank[name], name,
                      f"the header says {code}, the row's currency is another: mend one of them")


def _is_blank(values: Any) -> Bools:
    return np.asarray(values == "", dtype=bool)


def _check_numbers(reading: Reading, table: Table) -> None:
    """Each location number is there once; later ones name the row of the first."""
    if "loc_id" not in reading.match.position:
        return
    numbers = table["loc_id"]
    blank = _is_blank(numbers)
    reading.fault(blank, "loc_id", "a location number is required")
    if reading.by_account:
        parts = [pa.array(np.asarray(table[name], dtype=object).astype(str))
                 for name in ("portfolio_id", "account_id", "loc_id")]
        first = reading.seen.first_rows(pc.binary_join_element_wise(*parts, "\x1f"),
                                        reading.raw.row)
        reading.again = (first > 0) & ~blank
        reading.notes.count((OF_ROWS, 1), "{n} row(s) of locations that stand above, for other "
                            "CondTag or LocPeril: terms alone are read of them",
                            int(reading.again.sum()))
        return
    first = reading.seen.first_rows(numbers.__arrow_array__(), reading.raw.row)
    again = (first > 0) & ~blank
    if again.any():
        reading.fault(again, "loc_id", [f"the number of row {row} again" for row in first[again]])


def _fill_class(reading: Reading, table: Table) -> None:
    """Give rows without a class one from their OED codes; note which, and which have none."""
    given = table["asset_class"]
    todo = reading.blank["asset_class"]
    if not {"occupancy_code", "construction_code"} & set(reading.match.position):
        if "asset_class" in reading.match.position:
            reading.fault(todo, "asset_class", "an asset class is required")
        return
    if not todo.any():
        return
    pairs = np.column_stack([table["occupancy_code"], table["construction_code"]])
    distinct, place = np.unique(pairs[todo], axis=0, return_inverse=True)
    names = [class_from_oed(int(occupancy), int(code)) for occupancy, code in distinct]
    filled = np.asarray(given, dtype=object)
    filled[todo] = np.asarray(names, dtype=object)[place.ravel()]
    table["asset_class"] = pd.Categorical(filled)
    where = "asset_class" if "asset_class" in reading.match.position else "occupancy_code"
    reading.fault(todo & (filled == ""), where,
                  "no asset class follows from the OED codes: give AssetClass")
    for (occupancy, code), name in zip(distinct, names, strict=True):
        if name:
            reading.notes.say((OF_ROWS, 0, int(occupancy), int(code)),
                              f"OccupancyCode {occupancy} with ConstructionCode {code}: {name}")


def _fill_construction(table: Table) -> None:
    given = table["construction"]
    blank = _is_blank(given)
    codes, place = _distinct(table["construction_code"])
    derived = categorical([construction_from_oed(int(code)) for code in codes], place)
    if blank.all():
        table["construction"] = derived
    elif blank.any():
        table["construction"] = pd.Categorical(
            np.where(blank, np.asarray(derived), np.asarray(given)))


def _distinct(codes: Ints) -> tuple[Ints, Ints]:
    """Return the distinct integers and each row's place among them; most often there is one."""
    if len(codes) and (codes == codes[0]).all():
        return codes[:1], np.zeros(len(codes), dtype=np.int64)
    distinct, place = np.unique(codes, return_inverse=True)
    return distinct, place


def _check_share(reading: Reading, table: Table, name: str) -> None:
    kind = table[f"{name}_type"]
    share = (kind == 1) | (kind == 2)
    reading.fault(share & (table[name] > 1.0), name,
                  "type 1 and 2 are shares: expected 0 to 1 (5 % is 0.05)")
    percent = reading.percent.get(name)
    if percent is not None:
        reading.fault(percent & ~share, name, "a percentage needs its type column: 1 (of the "
                      "loss) or 2 (of the sum insured)")


def _fill_return_period(reading: Reading, table: Table) -> None:
    by_class = {code: item.design_return_period_yr for code, item in asset_classes().items()}
    period = _of_class(table["asset_class"], by_class)
    fill = np.isnan(table["design_return_period_yr"]) & np.isfinite(period)
    fill &= np.isfinite(table["design_wind_m_s"])
    table["design_return_period_yr"][fill] = period[fill]
    reading.notes.count((OF_ROWS, 1), "design return period of {n} row(s) taken from the design "
                        "code of their class", int(fill.sum()))


def _of_class(classes: Any, values: Mapping[str, float]) -> Any:
    known = np.array([values.get(code, np.nan) for code in classes.categories])
    index: Ints = np.asarray(classes.codes, dtype=np.int64)
    return np.where(index >= 0, known[index], np.nan) if len(known) else np.full(len(index), np.nan)
