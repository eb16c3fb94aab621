"""Tables of the wind model's skill: by storm, wind model, exposure and station."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from riskcloud.messages import translated
from riskcloud.report.figures import MISSING
from riskcloud.report.skill_charts import model_name, storm_name
from riskcloud.report.tables import Table
from riskcloud.report.text import Text

Entry = Mapping[str, Any]
_FIGURES = ("n", "bias_column", "rmse_column", "alone_column", "correlation_column")


def _figures(entry: Entry, text: Text) -> tuple[str, ...]:
    return (text.number(entry["n"]), signed(entry["bias_m_s"], text),
            text.number(entry["rmse_m_s"], 1), text.number(entry["rmse_storm_mean_m_s"], 1),
            text.number(entry["station_correlation"], 2))


def signed(value: float, text: Text, digits: int = 1) -> str:
    """Return a number with its sign."""
    shown = text.number(value, digits)
    return f"+{shown}" if value > 0.0 else shown.replace("-", "−")


def storm_table(block: Entry, text: Text) -> Table:
    """Return one row a storm."""
    rows = tuple((storm_name(entry["name"], sid), text.label("agency", entry["agency"]),
                  *_figures(entry, text)) for sid, entry in block["by_storm"].items())
    return _table("by_storm", ("storm", "agency", *_FIGURES), rows, 2, text)


def model_table(block: Entry, text: Text) -> Table:
    """Return one row a wind model, and their weighted mean."""
    rows = tuple((model_name(name, text), text.percent(entry["weight"]), *_figures(entry, text))
                 for name, entry in block["by_model"].items())
    return _table("by_model", ("model", "weight", *_FIGURES), rows, 1, text)


def exposure_table(block: Entry, text: Text) -> Table:
    """Return one row a class of exposure."""
    rows = tuple((text.label("skill_exposure", name), *_figures(entry, text))
                 for name, entry in block["by_exposure"].items())
    return _table("by_exposure", ("exposure", *_FIGURES), rows, 1, text)


def layers_table(entries: Sequence[Entry], text: Text) -> Table:
    """Return what the winds rest on, each layer given or a default."""
    rows = tuple((text.label("skill_layer", entry["layer"]),
                  text("skill.given" if entry["given"] else "skill.default"), entry["source"],
                  translated(entry["detail"], text.lang)) for entry in entries)
    headings = (text("layers.layer"), text("layers.kind"), text("filled.source"),
                text("layers.what"))
    return Table(text("skill.layers"), headings, rows, 4, "layers")


def station_table(table: pd.DataFrame, text: Text) -> Table:
    """Return one row an observation, by storm and station."""
    rows = tuple(
        (storm_name(str(row["storm"]), str(row["sid"])),
         str(row["station"]) + (" ▲" if row["hilltop"] else ""),
         text.number(row["observed_m_s"], 1), text.number(row["modelled_m_s"], 1),
         signed(row["error_m_s"], text),
         f"{_degrees(row['from_direction_deg'])} / {_degrees(row['observed_from_deg'])}",
         _time(row["time_utc"]), text.label("skill_exposure", row["exposure"]),
         text.number(row["height_m"]) + ("*" if row["height_from"] == "default" else ""),
         text.number(row["factor"], 2))
        for row in table.sort_values(["sid", "station"], kind="stable").to_dict("records"))
    names = ("storm", "station", "observed_column", "modelled_column", "error_column",
             "from_column", "time_column", "exposure", "height_column", "factor_column")
    return _table("stations", names, rows, 2, text, note=text("skill.station_note"))


def _table(title: str, names: Sequence[str], rows: tuple[tuple[str, ...], ...], n_words: int,
           text: Text, note: str = "") -> Table:
    return Table(text(f"skill.{title}"), tuple(text(f"skill.{name}") for name in names), rows,
                 n_words, f"skill-{title.replace('_', '-')}", note)


def _degrees(value: float) -> str:
    return f"{value:.0f}°" if value == value else MISSING


def _time(value: Any) -> str:
    return f"{value:%m-%d %H:%M}" if value == value and value is not None else MISSING
