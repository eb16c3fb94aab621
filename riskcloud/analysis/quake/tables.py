"""Lists of an earthquake: the locations and the policies within the radius, one row each."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskcloud.analysis.quake.holding import Holding
from riskcloud.types import Floats

if TYPE_CHECKING:
    from riskcloud.analysis.quake.run import OriginResult

MOST_LISTED: Final = 250_000
"""Rows listed at most, those with the highest expected loss; ours, for the files' size."""


def prefix_of(k: int) -> str:
    """Prefix of the columns of origin ``k`` (from 0): the first has none."""
    return "" if k == 0 else f"origin_{k + 1}_"


def location_table(holding: Holding, origins: Sequence["OriginResult"]) -> pd.DataFrame:
    """Locations within the radius of any origin, highest expected loss first.

    Columns: loc_id, policy_id, client_id, branch, asset_class, province, county, currency, tiv,
    insured_people, lon, lat, vs30_m_s, then for each origin (the first without, the others with
    ``origin_2_`` ...) inside, distance_km, pga_g, pgv_cm_s, intensity, sigma_ln_pga,
    expected_ratio, expected_loss, loss_q05, loss_q95, gross_loss. Indexed by row in the book.
    """
    rows = np.unique(np.concatenate([one.rows[one.inside] for one in origins]))
    worst = np.zeros(len(rows))
    for one in origins:
        place, known = _places(one, rows)
        worst[known] = np.maximum(worst[known], one.book.expected.ground_up[place])
    if len(rows) > MOST_LISTED:
        keep = np.sort(np.argsort(-worst, kind="stable")[:MOST_LISTED])
        rows, worst = rows[keep], worst[keep]
    first = next((one for one in origins if _places(one, rows)[1].all()), origins[0])
    place, known = _places(first, rows)
    rows, worst = rows[known], worst[known]
    assets = first.book.assets
    table = pd.DataFrame({"loc_id": holding.loc_ids(rows)}, index=rows)
    for name in ("policy_id", "client_id", "branch", "asset_class", "province", "county",
                 "currency"):
        column = assets.words[name]
        table[name] = np.array(column.names, dtype=object)[column.code[place]]
    table["tiv"] = assets.value[place].sum(axis=1)
    for name in ("insured_people", "lon", "lat", "vs30_m_s"):
        table[name] = assets.number[name][place]
    for k, one in enumerate(origins):
        for name, values in _of_origin(one, rows).items():
            table[f"{prefix_of(k)}{name}"] = values
    return table.iloc[np.argsort(-worst, kind="stable")]


def _places(one: "OriginResult", rows: npt.NDArray[Any]) -> tuple[Any, Any]:
    """Place of rows among an origin's, and which it has at all."""
    if len(one.rows) == 0:
        return np.empty(0, np.int64), np.zeros(len(rows), bool)
    place = np.minimum(np.searchsorted(one.rows, rows), len(one.rows) - 1)
    known = one.rows[place] == rows
    return place[known], known


def _of_origin(one: "OriginResult", rows: npt.NDArray[Any]) -> dict[str, Any]:
    """Columns of one origin for rows; NaN beyond its reach."""
    place, known = _places(one, rows)
    book, expected = one.book, one.book.expected
    ground, assets = book.ground, book.assets
    value = assets.value[:, :3].sum(axis=1)

    def full(values: Floats) -> Floats:
        out = np.full(len(rows), np.nan)
        out[known] = values[place]
        return out

    inside = np.zeros(len(rows), bool)
    inside[known] = one.inside[place]
    columns = {"distance_km": full(one.distance_km)}
    for name in ("pga_g", "pgv_cm_s", "intensity", "sigma_ln"):
        # of a line: the span that is shaken most
        strongest = np.maximum.reduceat(getattr(ground, name), assets.site_start[:-1]) if len(
            assets) else np.empty(0)
        columns["sigma_ln_pga" if name == "sigma_ln" else name] = full(strongest)
    return {"inside": inside, **columns, "expected_ratio": full(expected.ratio),
            "expected_loss": full(expected.ground_up), "loss_q05": full(expected.low * value),
            "loss_q95": full(expected.high * value), "gross_loss": full(expected.gross)}


def policy_table(holding: Holding, origins: Sequence["OriginResult"]) -> pd.DataFrame:
    """Policies with a location within the radius of any origin, highest expected loss first.

    Columns: policy_id, branch, currency, n_total, tiv_total, then for each origin (as in
    :func:`location_table`) inside, n_inside, tiv_inside, partly_inside, nearest_km,
    expected_loss and gross_loss (of the locations inside).
    """
    index = holding.index
    parts = []
    for k, one in enumerate(origins):
        found = one.sums.policies
        loss, gross = (_by_policy(index, one, values) for values in (
            one.book.expected.ground_up, one.book.expected.gross))
        part = pd.DataFrame({
            "inside": found.n_inside > 0, "n_inside": found.n_inside,
            "tiv_inside": found.tiv_inside, "partly_inside": found.partly,
            "nearest_km": found.nearest_m / 1000.0,
            "expected_loss": loss.reindex(found.policy, fill_value=0.0).to_numpy(),
            "gross_loss": gross.reindex(found.policy, fill_value=0.0).to_numpy()},
            index=pd.Index(found.policy, name="policy")).add_prefix(prefix_of(k))
        same = pd.DataFrame({
            "branch": np.array(index.names.branches, dtype=object)[found.branch],
            "currency": np.array(index.names.currencies, dtype=object)[found.currency],
            "n_total": found.n_total, "tiv_total": found.tiv_total}, index=part.index)
        parts.append((same, part))
    fixed = pd.concat([same for same, _ in parts])
    table = fixed[~fixed.index.duplicated()]
    for _, part in parts:
        table = table.join(part)
    for k in range(len(origins)):
        for name, value in (("inside", False), ("n_inside", 0), ("tiv_inside", 0.0),
                            ("partly_inside", False), ("expected_loss", 0.0), ("gross_loss", 0.0)):
            column = f"{prefix_of(k)}{name}"
            table[column] = table[column].astype(object).where(table[column].notna(), value).astype(
                type(value))
    worst = table[[f"{prefix_of(k)}expected_loss" for k in range(len(origins))]].max(axis=1)
    table = table.iloc[np.lexsort((-table["tiv_total"], -worst.to_numpy()))[:MOST_LISTED]]
    names = [index.policies.name(int(policy)) for policy in table.index]
    table.insert(0, "policy_id", np.array(names, dtype=object))
    return table.reset_index(drop=True)


def _by_policy(index: Any, one: "OriginResult", values: Floats) -> "pd.Series[float]":
    policy = np.asarray(index.rows.policy[one.rows[one.inside]])
    return pd.Series(values[one.inside]).groupby(policy).sum()
