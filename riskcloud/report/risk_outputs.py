"""The files of a portfolio under an event set: tables, locations, the page."""

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from riskcloud.analysis.ep.result import EpResult
from riskcloud.report.ep_outputs import write_ep
from riskcloud.report.outputs import defused_table

if TYPE_CHECKING:
    from riskcloud.analysis.risk.run import Risk

EARTHQUAKES, FLOODS = "earthquakes.parquet", "floods.parquet"
COLUMNS = ("loc_id", "account_id", "client_id", "branch", "asset_class", "currency")


def write_risk(result: EpResult, risk: "Risk", folder: Path, *, lang: str) -> None:
    """Write aal, ep, ep.html, locations.csv: each location's average annual loss by stage, and the
    earthquakes and floods that were simulated.
    """
    write_ep(result, folder, lang=lang)
    _write_simulated(risk, folder)
    table = risk.table[list(COLUMNS)].assign(
        tiv=risk.exposed.value.sum(axis=1),
        **{f"aal_{name}": risk.locations[:, k] for k, name in enumerate(risk.stages.names)})
    table = table.iloc[risk.row.argsort(kind="stable")]
    defused_table(table).to_csv(folder / "locations.csv", index=False, encoding="utf-8-sig")


def _write_simulated(risk: "Risk", folder: Path) -> None:
    """Write what the ids of earthquakes and floods stand for, those that cost nothing too."""
    if risk.quake is not None:
        quakes = risk.quake.quakes
        pd.DataFrame({name: getattr(quakes, name) for name in (
            "event_id", "year", "lon", "lat", "mw", "strike_deg", "region", "reach_km")},
        ).to_parquet(folder / EARTHQUAKES, index=False)
    if risk.flood is not None:
        floods = risk.flood.floods
        pd.DataFrame({"event_id": floods.event_id, "year": floods.year,
                      "return_period_yr": floods.period_yr}).to_parquet(folder / FLOODS,
                                                                        index=False)
