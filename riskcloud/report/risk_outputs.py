"""The files of a portfolio under an event set: tables, locations, the page."""

from pathlib import Path
from typing import TYPE_CHECKING

from riskcloud.analysis.ep.result import EpResult
from riskcloud.report.ep_outputs import write_ep
from riskcloud.report.outputs import defused_table

if TYPE_CHECKING:
    from riskcloud.analysis.risk import Risk

COLUMNS = ("loc_id", "account_id", "client_id", "branch", "asset_class", "currency")


def write_risk(result: EpResult, risk: "Risk", folder: Path, *, lang: str) -> None:
    """Write aal, ep, ep.html, and locations.csv: each location's average annual loss by stage."""
    write_ep(result, folder, lang=lang)
    table = risk.table[list(COLUMNS)].assign(
        tiv=risk.exposed.value.sum(axis=1),
        **{f"aal_{name}": risk.locations[:, k] for k, name in enumerate(risk.stages.names)})
    table = table.iloc[risk.row.argsort(kind="stable")]
    defused_table(table).to_csv(folder / "locations.csv", index=False, encoding="utf-8-sig")
