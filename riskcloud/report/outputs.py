"""The files of a forecast: losses asset by asset, and the pages that people read."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from riskcloud.files import defused, write_text
from riskcloud.report.changed import render_changed
from riskcloud.report.forecast import render_report
from riskcloud.report.maps import render_map
from riskcloud.report.text import DEFAULT_UTC_OFFSET_H, load_text
from riskcloud.types import ForecastResult

PRIVATE_COLUMNS = ["lon", "lat", "province", "county", "number_of_assets"]
"""Columns of the result that the map and the totals need; the portfolio has them already."""


def write_losses(losses: pd.DataFrame, folder: Path) -> None:
    """Write losses.parquet and losses.csv, one row a location in the portfolio's order."""
    table = losses.drop(columns=PRIVATE_COLUMNS).reset_index(drop=True)
    table.to_parquet(folder / "losses.parquet", index=False)
    # sums to the cent, so that they add up to the portfolio's; the rest to six decimals
    money = ["tiv", "mean", "sd", *(name for name in table.columns if name.startswith("q"))]
    rest = [name for name in table.select_dtypes("float").columns if name not in money]
    shown = table.assign(**table[money].round(2), **table[rest].round(6))
    defused_table(shown).to_csv(folder / "losses.csv", index=False, encoding="utf-8-sig",
                           date_format="%Y-%m-%dT%H:%M:%SZ")


def defused_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its words defused; a column repeats few words, so each is seen once."""
    out = table.copy()
    for name in out.columns:
        if not pd.api.types.is_numeric_dtype(out[name]) and out[name].dtype.kind != "M":
            words = out[name].astype(str)
            safe = {word: defused(word) for word in words.unique()}
            if any(word != cell for word, cell in safe.items()):
                out[name] = words.map(safe)
    return out


def whole_table(table: pd.DataFrame) -> pa.Table:
    """Return a table as arrow's, each column in one piece, to be written as CSV.

    Of words whose first piece is empty (as tables joined of empty ones have) arrow's writer writes
    bytes of unused memory for the first rows (seen with pyarrow 26).
    """
    return pa.Table.from_pandas(table, preserve_index=False).combine_chunks()


def write_changed(changed: Mapping[str, Any], folder: Path, *, lang: str,
                  utc_offset_h: float = DEFAULT_UTC_OFFSET_H) -> None:
    """Write changed.html; arguments and errors as :func:`write_pages`."""
    write_text(folder / "changed.html", render_changed(changed, load_text(lang, utc_offset_h)))


def write_pages(result: ForecastResult, folder: Path, *, lang: str,
                utc_offset_h: float = DEFAULT_UTC_OFFSET_H) -> None:
    """Write report.html and map.html.

    Parameters
    ----------
    result : what the forecast found.
    folder : where to; it is made if need be.
    lang : zh or en.
    utc_offset_h : times are shown in UTC and at this offset from it [h].

    Raises
    ------
    InputError : an unknown language.
    """
    text = load_text(lang, utc_offset_h)
    write_text(folder / "map.html", render_map(result, text))
    write_text(folder / "report.html", render_report(result, text))
