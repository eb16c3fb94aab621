"""Running totals of sampled losses by account, client, branch, region, class and currency."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from riskcloud.loss.sample import QUANTILES, add_to_groups, statistics
from riskcloud.loss.table import LossTableWriter, NoTable
from riskcloud.types import STAGES, Floats, Ints

GROUPINGS = ("client_id", "branch", "province", "county", "asset_class")
GROUND_UP, GROSS = 0, 1


@dataclass(frozen=True, slots=True)
class Grouping:
    """One way to add up: group (n_locations,) of each location, -1 for none; keys a group a row.

    loss (n_groups, n_members, 2): ground-up and gross.
    """

    name: str
    group: Ints
    keys: pd.DataFrame
    loss: Floats


def make_grouping(table: pd.DataFrame, name: str, n_members: int) -> Grouping:
    """Group locations by a column and the currency; blank values belong to no group."""
    columns = ["currency"] if name == "currency" else [name, "currency"]
    keyed = table[columns].astype(str)
    known = (keyed != "").all(axis=1) & table[columns].notna().all(axis=1)
    group = np.full(len(table), -1, np.int64)
    grouped = keyed[known].groupby(columns, sort=False)
    group[known.to_numpy()] = grouped.ngroup()
    keys = keyed[known].drop_duplicates(ignore_index=True)
    return Grouping(name, group, keys, np.zeros((len(keys), n_members, 2)))


class Totals:
    """Adds chunks of locations; a chunk's sums do not depend on how locations are cut."""

    def __init__(self, table: pd.DataFrame, n_members: int) -> None:
        self.table = table
        self.by = {name: make_grouping(table, name, n_members)
                   for name in ("currency", *GROUPINGS)}
        self.expected = np.zeros((len(self.by["currency"].keys), n_members, 1))
        self.net: dict[str, Floats] = {}
        self.recovered: Floats | None = None

    def add(self, first: int, total: Floats, expected: Floats) -> None:
        """Add losses of the locations from ``first`` on.

        total (n, n_members, 2): ground-up and gross; expected (n, n_members): the ground-up loss
        expected given wind model and curve.
        """
        here = slice(first, first + len(total))
        for grouping in self.by.values():
            add_to_groups(total, grouping.group[here], grouping.loss)
        add_to_groups(expected[:, :, None], self.by["currency"].group[here], self.expected)

    def add_net(self, member: int, net: Floats) -> None:
        """Set the net losses (n_groups, n_members) of a realisation from all locations (n,)."""
        for name, grouping in self.by.items():
            shape = grouping.loss.shape[:2]
            known = grouping.group >= 0
            self.net.setdefault(name, np.zeros(shape))[:, member] = np.bincount(
                grouping.group[known], weights=net[known], minlength=shape[0])

    def rows(self, name: str, gust_m_s: Floats) -> list[dict[str, Any]]:
        """One dictionary a group, the largest mean first (shape: docs/outputs.md)."""
        grouping = self.by[name]
        if grouping.keys.empty:
            return []
        mean, sd, quantile = statistics(grouping.loss[:, :, GROUND_UP])
        gross_mean, gross_sd, gross_quantile = statistics(grouping.loss[:, :, GROSS])
        known = grouping.group >= 0
        located = pd.DataFrame({"group": grouping.group[known], "gust": gust_m_s[known],
                                "tiv": self.table["tiv"].to_numpy()[known]}).groupby("group")
        table = grouping.keys.assign(
            n_locations=located.size(), tiv=located["tiv"].sum(), mean=mean, sd=sd,
            **{_label(p): quantile[:, k] for k, p in enumerate(QUANTILES)},
            gross_mean=gross_mean, gross_sd=gross_sd,
            **{f"gross_{_label(p)}": gross_quantile[:, k] for k, p in enumerate(QUANTILES)},
            max_gust_3s_m_s=located["gust"].max())
        if name in self.net:
            mean, sd, quantile = statistics(self.net[name])
            table = table.assign(net_mean=mean, net_sd=sd, **{
                f"net_{_label(p)}": quantile[:, k] for k, p in enumerate(QUANTILES)})
        ordered = table.sort_values("mean", ascending=False, kind="stable")
        return [{str(key): value for key, value in row.items()}
                for row in ordered.to_dict("records")]


def _label(probability: float) -> str:
    return f"q{round(100 * probability):02d}"


class AccountLosses:
    """Sums locations to accounts and writes each account when its last location is in.

    The locations come sorted by currency and account. An account cut between two chunks is
    carried over, so that its sums are the same to the last bit wherever it is cut.
    """

    def __init__(self, table: pd.DataFrame, n_members: int,
                 writer: LossTableWriter | NoTable) -> None:
        account = table[["currency", "account_id"]].astype(str).reset_index(drop=True)
        new = (account != account.shift()).any(axis=1).to_numpy()
        self._of = np.cumsum(new) - 1
        self._names = account[new].reset_index(drop=True)
        self._open = np.zeros((2, 1, n_members, 4))
        self._open_account = 0
        self._writer = writer

    def add(self, first: int, ground_up: Floats, gross: Floats) -> None:
        """Add (n, n_members, 4) losses of the locations from ``first`` on."""
        of = self._of[first:first + len(ground_up)] - self._open_account
        sums = np.zeros((2, int(of[-1]) + 1, *ground_up.shape[1:]))
        sums[:, :1] = self._open
        for stage, loss in enumerate((ground_up, gross)):
            add_to_groups(loss, of, sums[stage])
        self._write(sums[:, :-1])
        self._open_account += sums.shape[1] - 1
        self._open = sums[:, -1:].copy()

    def close(self) -> None:
        """Write the last account."""
        self._write(self._open)

    def _write(self, sums: Floats) -> None:
        names = self._names.iloc[self._open_account:self._open_account + sums.shape[1]]
        for stage, loss in zip(STAGES, sums, strict=True):
            self._writer.add(names["account_id"].to_numpy(), names["currency"].to_numpy(), stage,
                             loss)
