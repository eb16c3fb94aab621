"""What a terminal shows of the wind model's skill."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rich.table
from rich.console import Console

from riskcloud.analysis.skill.verify import WindSkill
from riskcloud.messages import translated
from riskcloud.report.skill_tables import model_table, signed, storm_table
from riskcloud.report.tables import Table
from riskcloud.report.text import Text, load_text


def print_skill(skill: WindSkill, figures: Mapping[str, Any], out: Path | None,
                lang: str) -> None:
    """Print statistics over all, by storm and by wind model, notes, and where the files are."""
    text, console, summary = load_text(lang), Console(), skill.summary
    console.print(_line("overall", summary, summary, text), soft_wrap=True)
    if summary["hilltops"]["stations"]:
        console.print(_line("without", summary["without_hilltops"], summary, text),
                      soft_wrap=True)
    block = summary["without_hilltops"]
    if block["overall"]["n"]:
        for name, table in (("by_storm", storm_table), ("by_model", model_table)):
            console.print(_framed(table(block, text), text(f"skill_terminal.{name}")))
    for note in summary["notes"]:
        console.print(translated(note, lang), soft_wrap=True, markup=False)
    if out is not None:
        console.print(text("skill_terminal.files", out=str(out), page=str(out / "skill.html"),
                           seconds=f"{sum(figures['timings_s'].values()):.1f}"), soft_wrap=True)


def _line(key: str, block: Mapping[str, Any], summary: Mapping[str, Any], text: Text) -> str:
    found = block["overall"]
    return text(f"skill_terminal.{key}", n=text.number(found["n"]),
                storms=len(block["by_storm"]), measure=text(f"skill.{summary['measure']}"),
                bias=signed(found["bias_m_s"], text), rmse=text.number(found["rmse_m_s"], 1),
                alone=text.number(found["rmse_storm_mean_m_s"], 1),
                correlation=text.number(found["station_correlation"], 2),
                rule=translated(summary["hilltops"]["rule"], text.lang))


def _framed(table: Table, title: str) -> rich.table.Table:
    framed = rich.table.Table(title=title, title_justify="left")
    for k, heading in enumerate(table.headings):
        framed.add_column(heading, justify="left" if k < table.n_words else "right")
    for row in table.rows:
        framed.add_row(*row)
    return framed
