"""The assets of a portfolio as hazard and sampling take them."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from riskcloud.analysis.local_wind import LocalWinds, local_winds
from riskcloud.exposure.portfolio import Portfolio
from riskcloud.exposure.schema import TIV
from riskcloud.exposure.spans import AssetSites
from riskcloud.finance.terms import LEVELS, LocationTerms, location_terms
from riskcloud.hazard.typhoon.surface import SurfaceLayers
from riskcloud.types import CurveArrays, Floats, Ints
from riskcloud.vulnerability.library import assign_curves

WIND_CHAIN = "default"
CONVERSION = "advisory_marine_1min"
"""How statistically calibrated curves meet the default field (models/vulnerability_conversions)."""


@dataclass(frozen=True, slots=True)
class ExposedAssets:
    """Locations sorted by currency and account, with all that sampling needs of them.

    row (n_locations,) is each location's row in the portfolio as read. value (n_locations, 4) by
    coverage. winds: what wind each curve wants at each site, and what that rests on.
    """

    portfolio: Portfolio
    row: Ints
    assets: AssetSites
    key: np.ndarray
    value: Floats
    terms: LocationTerms
    curves: CurveArrays
    set_of: Ints
    winds: LocalWinds
    notes: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """Return the locations, one a row."""
        table: pd.DataFrame = self.portfolio.table
        return table


def expose(portfolio: Portfolio, *, layers: SurfaceLayers | None = None, height_m: float = 10.0,
           ) -> ExposedAssets:
    """Sort a portfolio by currency and account, and give each asset its curves and local winds.

    layers : what is known of the ground; height_m : of structures without a height of their own.
    """
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
    return ExposedAssets(
        portfolio=portfolio, row=row, assets=assets, key=_keys(table, assets), value=value,
        terms=location_terms(_term_columns(table), value), curves=curves, set_of=set_of,
        winds=local_winds(table, assets, curves, set_of, layers=layers, height_m=height_m),
        notes=notes)


def _keys(table: pd.DataFrame, assets: AssetSites) -> np.ndarray:
    """A number for each site that depends on its location's id and its place in it alone.

    Where several accounts have the id, on portfolio and account too.
    """
    name = table["loc_id"].astype(str)
    several = name.duplicated(keep=False)
    if several.any():
        own = table[["portfolio_id", "account_id"]].astype(str).agg("\x1f".join, axis=1)
        name = name.where(~several, own + "\x1f" + name)
    of_location = pd.util.hash_array(name.to_numpy(dtype=object))
    count = np.diff(assets.loc_start)
    span = np.arange(len(assets.share)) - np.repeat(assets.loc_start[:-1], count)
    golden = np.uint64(0x9E3779B97F4A7C15)
    return np.asarray(np.repeat(of_location, count) + span.astype(np.uint64) * golden, np.uint64)


def _term_columns(table: pd.DataFrame) -> dict[str, Floats]:
    names = [f"{kind}_{level}{end}" for kind in ("ded", "limit") for level in LEVELS
             for end in ("", "_type")]
    return {name: pd.to_numeric(table[name]).to_numpy(np.float64, na_value=np.nan)
            for name in names if name in table}
