"""The assets of a portfolio as hazard and sampling take them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from riskcloud.exposure.portfolio import Portfolio
from riskcloud.exposure.schema import TIV
from riskcloud.exposure.spans import AssetSites
from riskcloud.finance.terms import LEVELS, LocationTerms, location_terms
from riskcloud.geo.raster import is_land
from riskcloud.hazard.typhoon.surface import local_factors
from riskcloud.types import Bools, CurveArrays, Floats, Ints
from riskcloud.vulnerability.design import design_gust_3s
from riskcloud.vulnerability.library import assign_curves

WIND_CHAIN = "default"
CONVERSION = "advisory_marine_1min"
"""How statistically calibrated curves meet the default field (models/vulnerability_conversions)."""


@dataclass(frozen=True, slots=True)
class ExposedAssets:
    """Locations sorted by currency and account, with all that sampling needs of them.

    row (n_locations,) is each location's row in the portfolio as read. value (n_locations, 4) by
    coverage. factor: measure -> (n_sites,) factor on the 1-min wind over water. gust_3s stands
    among them.
    """

    portfolio: Portfolio
    row: Ints
    assets: AssetSites
    key: np.ndarray
    value: Floats
    terms: LocationTerms
    curves: CurveArrays
    set_of: Ints
    factor: Mapping[str, Floats]
    on_land: Bools
    notes: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """Return the locations, one a row."""
        table: pd.DataFrame = self.portfolio.table
        return table


def expose(portfolio: Portfolio) -> ExposedAssets:
    """Sort a portfolio by currency and account, and give each asset its curves and factors."""
    table = portfolio.table
    row = np.lexsort((table["account_id"].astype(str), table["currency"].astype(str)))
    table = table.iloc[row].reset_index(drop=True)
    portfolio = replace(portfolio, table=table)
    assets = portfolio.sites()
    value = np.nan_to_num(table[list(TIV)].to_numpy(np.float64))
    design = table["design_wind_m_s"].to_numpy(np.float64)
    curves, set_of, notes = assign_curves(
        table["asset_class"], table["construction"], table["country_code"], np.isfinite(design),
        wind_chain=WIND_CHAIN, conversion=CONVERSION)
    on_land = is_land(assets.sites.lon, assets.sites.lat)
    factor = dict(local_factors(on_land))
    of_site = np.repeat(np.arange(len(table)), np.diff(assets.loc_start))
    factor["gust_ratio"] = factor["gust_3s"] / _design_gust(table, design)[of_site]
    return ExposedAssets(
        portfolio=portfolio, row=row, assets=assets, key=_keys(table, assets), value=value,
        terms=location_terms(_term_columns(table), value), curves=curves, set_of=set_of,
        factor=factor, on_land=on_land, notes=notes)


def _design_gust(table: pd.DataFrame, design: Floats) -> Floats:
    """3-s gust each location was designed for; NaN without a design wind."""
    known = np.isfinite(design)
    gust = np.full(len(table), np.nan)
    if known.any():
        given = table[known]
        gust[known] = design_gust_3s(
            design[known], averaging_s=given["design_wind_averaging_s"].to_numpy(np.float64),
            height_m=given["design_wind_height_m"].to_numpy(np.float64),
            terrain=given["design_terrain"].astype(str).to_numpy(),
            local_terrain="B")  # the gust it meets is that of open country
    return gust


def _keys(table: pd.DataFrame, assets: AssetSites) -> np.ndarray:
    """A number for each site that depends on its location's id and its place in it alone."""
    of_location = pd.util.hash_array(table["loc_id"].astype(str).to_numpy(dtype=object))
    count = np.diff(assets.loc_start)
    span = np.arange(len(assets.share)) - np.repeat(assets.loc_start[:-1], count)
    golden = np.uint64(0x9E3779B97F4A7C15)
    return np.asarray(np.repeat(of_location, count) + span.astype(np.uint64) * golden, np.uint64)


def _term_columns(table: pd.DataFrame) -> dict[str, Floats]:
    names = [f"{kind}_{level}{end}" for kind in ("ded", "limit") for level in LEVELS
             for end in ("", "_type")]
    return {name: pd.to_numeric(table[name]).to_numpy(np.float64, na_value=np.nan)
            for name in names if name in table}
