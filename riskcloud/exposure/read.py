"""Read a portfolio file. Every fault is reported at once, each with its row."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from riskcloud.exposure.portfolio import Portfolio
from riskcloud.exposure.stream import Chunk, stream_portfolio

WGS84 = "EPSG:4326"


def read_portfolio(path: Path, *, skip_bad: bool = False, coordinate_system: str | None = None,
                   chunk_rows: int | None = None, by_account: bool = False) -> Portfolio:
    """Return the insured locations of a file, checked and in WGS84.

    Parameters
    ----------
    path : CSV (UTF-8, GB18030, UTF-16), XLSX, GeoParquet, GeoPackage, shapefile or GeoJSON,
        told apart by content; headers by columns.csv.
    skip_bad : go on with the rows that have no fault; the others are in ``Portfolio.rejected``.
    coordinate_system : WGS84, GCJ-02 or BD-09 for rows that do not say it themselves.
    chunk_rows : rows read at a time; changes nothing but the memory it takes.
    by_account : as OED has it: numbers count within PortNumber and AccNumber, and a location may
        have several rows (CondTag, LocPeril), of which the first is taken. Else each number stands
        once in the file.

    Returns
    -------
    Portfolio in the order of the file.

    Raises
    ------
    InputError : every fault found, each with its row. Faults of the whole file (a missing
        required column, no rows) and a file without one good row always raise.
    """
    stream = stream_portfolio(path, skip_bad=skip_bad, coordinate_system=coordinate_system,
                              kept_faults=None, chunk_rows=chunk_rows, by_account=by_account)
    chunks = list(stream)
    match = stream.match
    return Portfolio(
        table=_frame(chunks), source=str(path), sha256=stream.sha256,
        rejected=stream.problems, rejected_rows=stream.n_rejected, notes=stream.notes,
        columns_used={match.headers[place]: name for name, place in match.position.items()},
        columns_unused=tuple(match.headers[place] for place in match.unused))


def _frame(chunks: list[Chunk]) -> gpd.GeoDataFrame:
    table = {}
    for name in chunks[0].table:
        table[name] = joined([chunk.table[name] for chunk in chunks])
    geometry = shapely.points(table["lon"], table["lat"])
    shape = np.concatenate([np.full(len(chunk), None) if chunk.shapes is None else chunk.shapes
                            for chunk in chunks])
    shaped = ~shapely.is_missing(shape)
    geometry[shaped] = shape[shaped]
    table["geometry"] = gpd.array.from_shapely(geometry, crs=WGS84)
    return gpd.GeoDataFrame(table, geometry="geometry", copy=False)


def joined(parts: list[Any]) -> Any:
    """Return the columns of chunks as one: categories in the order in which they first stand."""
    if len(parts) == 1:
        return parts[0]
    if isinstance(parts[0], pd.Categorical):
        return pd.api.types.union_categoricals(parts)
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    return pd.concat([pd.Series(part, copy=False) for part in parts], ignore_index=True).array
