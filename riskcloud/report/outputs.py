"""Write the files of a forecast: all are made aside, then moved into place one by one."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from riskcloud.errors import InputError
from riskcloud.types import ForecastResult

PRIVATE_COLUMNS = ["lon", "lat", "province", "county", "number_of_assets"]
"""Columns of the result that the map and the totals need; the portfolio has them already."""


@contextmanager
def staged(out: Path) -> Iterator[Path]:
    """Yield a folder to write in; on success its files replace those of ``out``.

    A run that is stopped leaves ``out`` as it was. Raises InputError when ``out`` is a file.
    """
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file; expected a folder to write to")
    out.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".riskcloud-", dir=out))
    try:
        yield aside
        for path in sorted(aside.iterdir()):
            path.replace(out / path.name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def write_losses(losses: pd.DataFrame, folder: Path) -> None:
    """Write losses.parquet and losses.csv, one row a location in the portfolio's order."""
    table = losses.drop(columns=PRIVATE_COLUMNS).reset_index(drop=True)
    table.to_parquet(folder / "losses.parquet", index=False)
    _defused(table).to_csv(folder / "losses.csv", index=False, encoding="utf-8-sig",
                           float_format="%.6g", date_format="%Y-%m-%dT%H:%M:%SZ")


def _defused(table: pd.DataFrame) -> pd.DataFrame:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front."""
    out = table.copy()
    for name in out.columns:
        if not pd.api.types.is_numeric_dtype(out[name]) and out[name].dtype.kind != "M":
            text = out[name].astype(str)
            risky = text.str.match(r"[=+\-@\t\r]")
            if risky.any():
                out[name] = text.where(~risky, "'" + text)
    return out


def write_json(content: Mapping[str, Any], path: Path) -> None:
    """Write one JSON object, readable, UTF-8, without NaN."""
    path.write_text(to_json(content, indent=2) + "\n", encoding="utf-8")


def to_json(content: Mapping[str, Any], indent: int | None = None) -> str:
    """Return one JSON object; NaN and infinity, which JSON does not know, become null."""
    return json.dumps(_plain(content), ensure_ascii=False, indent=indent, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if hasattr(value, "item"):  # a NumPy scalar
        value = value.item()
    if isinstance(value, float) and not abs(value) < float("inf"):
        return None
    return value


def write_pages(result: ForecastResult, folder: Path, *, lang: str) -> None:
    """Write report.html and map.html."""
    from riskcloud.report.forecast import write_report
    from riskcloud.report.maps import write_map

    write_map(result, folder / "map.html", lang=lang)
    write_report(result, folder / "report.html", lang=lang)
