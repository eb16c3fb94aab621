"""What was understood of a portfolio, in numbers: by class, client, branch and currency."""

from typing import Any

import numpy as np
import pandas as pd
import shapely

from riskcloud.exposure.portfolio import Portfolio

GROUPS = ("asset_class", "client_id", "branch", "province")


def describe_portfolio(portfolio: Portfolio) -> dict[str, Any]:
    """Return counts and sums insured, ready for JSON.

    ``by_currency`` and ``by_<group>`` hold one entry a value and currency, the largest first:
    sums of different currencies are never added.
    """
    table = portfolio.table
    frame = pd.DataFrame({name: np.asarray(table[name], dtype=object) for name in GROUPS})
    frame["currency"] = np.asarray(table["currency"], dtype=object)
    frame["tiv"] = portfolio.tiv_total
    dates = {name: _span(table[name]) for name in ("inception_date", "expiry_date")}
    dimension = shapely.get_dimensions(np.asarray(table.geometry.array, dtype=object))
    return {
        "n_locations": len(portfolio),
        "n_lines": int((dimension == 1).sum()),
        "n_polygons": int((dimension == 2).sum()),
        "extent": [round(float(value), 5) for value in table.total_bounds],
        **dates,
        "n_design_wind": int(table["design_wind_m_s"].notna().sum()),
        "by_currency": _totals(frame, []),
        **{f"by_{name}": _totals(frame, [name]) for name in GROUPS},
    }


def _span(dates: Any) -> list[str]:
    known = dates.dropna()
    return [str(known.min().date()), str(known.max().date())] if len(known) else []


def _totals(frame: pd.DataFrame, names: list[str]) -> list[dict[str, Any]]:
    keys = [*names, "currency"]
    grouped = frame.groupby(keys)["tiv"].agg(n_locations="size", tiv="sum").reset_index()
    grouped = grouped.sort_values(["tiv", *keys], ascending=[False, *[True] * len(keys)])
    return [{str(key): value for key, value in row.items()} for row in
            grouped.to_dict(orient="records")]
