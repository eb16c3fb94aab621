"""The page of the wind model's skill: how far it is from the stations, and why."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from riskcloud import __version__
from riskcloud.analysis.skill.verify import WindSkill
from riskcloud.messages import translated
from riskcloud.report import skill_tables as tables
from riskcloud.report.charts import svg_uri
from riskcloud.report.pages import render_page
from riskcloud.report.skill_charts import model_chart, scatter_chart, station_chart, storm_name
from riskcloud.report.text import Text

Entry = Mapping[str, Any]


def render_skill(skill: WindSkill, observed: Path, scatter: str, text: Text) -> str:
    """Return the page as one HTML file; ``scatter`` is the scatter plot's SVG."""
    summary = skill.summary
    block = summary["without_hilltops"]
    if not block["overall"]["n"]:  # only hilltops were observed
        block = summary
    measure = text(f"skill.{summary['measure']}")
    return render_page("skill.html.j2", text, {
        "title": text("skill.page_title", storms=text("common.list_join").join(
            storm_name(entry["name"], sid) for sid, entry in summary["by_storm"].items())),
        "line": text("skill.observed", source=observed.name, measure=measure),
        "which": which(summary, text), "tiles": _tiles(block["overall"], text),
        "all_note": _all_note(summary, text), "scatter": svg_uri(scatter),
        "scatter_caption": text("skill.scatter_caption", measure=measure),
        "errors": svg_uri(station_chart(skill.table, text)),
        "models": svg_uri(model_chart(block, text)),
        "tables": [tables.storm_table(block, text), tables.model_table(block, text),
                   tables.exposure_table(block, text)],
        "unexplained": unexplained_lines(block["unexplained"], text),
        "stations": tables.station_table(skill.table, text),
        "layers": tables.layers_table(summary["layers"], text),
        "notes": [*_left_out(summary, text),
                  *(translated(note, text.lang) for note in summary["notes"])],
        "provenance": [text("skill.provenance"),
                       text("provenance.version", version=__version__)],
    })


def which(summary: Entry, text: Text) -> str:
    """Return of which stations the headline is."""
    hilltops = summary["hilltops"]
    some = hilltops["stations"] and summary["without_hilltops"]["overall"]["n"]
    return text("skill.without" if some else "skill.with",
                rule=translated(hilltops["rule"], text.lang))


def _tiles(overall: Entry, text: Text) -> list[tuple[str, str, str]]:
    def speed(name: str) -> str:
        return text.number(overall[name], 1)

    return [
        (text("skill.bias"), text("skill.value", value=tables.signed(overall["bias_m_s"], text)),
         text("skill.bias_under", observed=speed("mean_observed_m_s"),
              modelled=speed("mean_modelled_m_s"))),
        (text("skill.rmse"), text("skill.value", value=speed("rmse_m_s")),
         text("skill.rmse_under", alone=speed("rmse_storm_mean_m_s"),
              sd=speed("sd_observed_m_s"))),
        (text("skill.correlation"), text.number(overall["station_correlation"], 2),
         text("skill.correlation_under", all=text.number(overall["correlation"], 2),
              n=text.number(overall["n"])))]


def _all_note(summary: Entry, text: Text) -> str:
    if not summary["hilltops"]["stations"]:
        return ""
    overall = summary["overall"]
    return text("skill.all_note", n=text.number(overall["n"]),
                bias=tables.signed(overall["bias_m_s"], text),
                rmse=text.number(overall["rmse_m_s"], 1))


def unexplained_lines(shares: Entry, text: Text) -> list[str]:
    """Return whose the error is, in words."""
    total = shares["total_m2_s2"] or float("nan")

    def part(name: str) -> str:
        return text.percent(shares[name] / total)

    lines = [text("skill.unexplained_storm", total=text.number(total, 1),
                  share=part("storm_m2_s2"))]
    if not shares["n_pairs"]:
        return [*lines, text("skill.unexplained_none", share=part("rest_m2_s2"))]
    return [*lines, text("skill.unexplained_station", share=part("station_m2_s2"),
                         sd=text.number(shares["station_sd_m_s"], 1),
                         pairs=text.number(shares["n_pairs"])),
            text("skill.unexplained_rest", share=part("rest_m2_s2"))]


def _left_out(summary: Entry, text: Text) -> list[str]:
    """Return how many rows were not compared, and why."""
    parts = [text(f"skill.why_{name}", n=text.number(summary[f"n_{counted}"]))
             for name, counted in (("track", "without_track"), ("value", "without_value"),
                                   ("excluded", "excluded"), ("rejected", "rejected"))
             if summary[f"n_{counted}"]]
    total = sum(summary[f"n_{name}"] for name in ("without_track", "without_value", "excluded",
                                                  "rejected"))
    lines = [text("skill.not_compared", n=text.number(total),
                  why=text("common.list_join").join(parts))] if parts else []
    if summary["excluded"]:
        lines.append(text("skill.excluded",
                          stations=text("common.list_join").join(summary["excluded"])))
    return lines


__all__ = ["render_skill", "scatter_chart", "unexplained_lines", "which"]
