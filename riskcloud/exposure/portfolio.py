"""The portfolio: one row an insured location, its provenance, and what may be asked of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np

from riskcloud.errors import InputError, Problem
from riskcloud.exposure.schema import TIV
from riskcloud.exposure.spans import MAX_SPAN_M, AssetSites, asset_sites
from riskcloud.types import Bools, Floats, Times


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Insured locations in EPSG:4326, checked.

    ``table`` has the columns of columns.csv (but geometry_wkt, which is its geometry) and the
    file's other columns as text, under a RangeIndex. ``rejected`` are the faults of the
    ``rejected_rows`` rows set aside. ``notes`` say in plain words what was assumed.
    ``columns_used`` maps the file's headers to our names.
    """

    table: gpd.GeoDataFrame
    source: str
    sha256: str
    rejected: tuple[Problem, ...] = ()
    rejected_rows: int = 0
    notes: tuple[str, ...] = ()
    columns_used: Mapping[str, str] = field(default_factory=dict)
    columns_unused: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.table)

    @property
    def tiv_total(self) -> Floats:
        """Return the sum insured of each location (n_locations,): its four coverages added."""
        return np.asarray(sum(self.table[name].to_numpy(dtype=float) for name in TIV))

    def select(self, mask: Bools) -> "Portfolio":
        """Return the portfolio of the locations where ``mask`` (n_locations,) is True.

        Raises
        ------
        InputError : a mask of another length.
        """
        mask = np.asarray(mask, dtype=bool)
        if mask.shape != (len(self),):
            raise InputError(f"mask of shape {mask.shape} for {len(self)} location(s)")
        return replace(self, table=self.table[mask].reset_index(drop=True))

    def in_force(self, times: Times | np.datetime64) -> Bools:
        """Return which locations are insured at a time.

        Parameters
        ----------
        times : UTC, one for all or one a location (n_locations,); NaT is never in force.

        Returns
        -------
        (n_locations,) inception_date <= UTC date <= expiry_date, both days included; a blank
        date leaves that end open.
        """
        day = np.asarray(times, dtype="datetime64[s]").astype("datetime64[D]")
        begin = self.table["inception_date"].to_numpy().astype("datetime64[D]")
        end = self.table["expiry_date"].to_numpy().astype("datetime64[D]")
        inside = (np.isnat(begin) | (begin <= day)) & (np.isnat(end) | (day <= end))
        return np.asarray(inside & ~np.isnat(day))

    def sites(self, max_span_m: float = MAX_SPAN_M) -> AssetSites:
        """Return where the hazard is wanted: points, and spans of lines up to ``max_span_m``."""
        table = self.table
        return asset_sites(
            _objects(table["loc_id"]), _objects(table.geometry.array), table["lon"].to_numpy(),
            table["lat"].to_numpy(), max_span_m=max_span_m)


def _objects(values: Any) -> Any:
    return np.asarray(values, dtype=object)
