"""``riskcloud verify climate``: the winds of an event set against a code's basic winds."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskcloud.cli.options import (
    JSON,
    LANG,
    SKIP_BAD,
    check_lang,
    check_not_input,
    set_aside,
    told_in,
    wind_model,
)

if TYPE_CHECKING:
    import pandas as pd

OUTPUTS = ("code_winds.csv", "rejected.csv", "summary.json")


def climate(
    events: Annotated[Path, typer.Argument(
        help="Folder of an event set (riskcloud climate typhoon).")],
    code: Annotated[Path, typer.Option(
        "--code", help="CSV of basic wind pressures by station (docs/climate.md).")],
    models: Annotated[list[str] | None, typer.Option(
        "--models", help="Wind model; repeatable. Default: all, one drawn for each storm.")] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same numbers.")] = 2013,
    out: Annotated[Path | None, typer.Option(
        "--out", help="Folder for code_winds.csv and summary.json.")] = None,
    skip_bad: SKIP_BAD = False,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """Compare modelled 10-min winds at 10 m over open country with those of a design code."""
    from riskcloud.analysis.climate_code import PERIODS, code_skill, compare_with_code, read_code
    from riskcloud.analysis.wind_climate import ClimateRequest
    from riskcloud.cli.meter import Meter
    from riskcloud.cli.terminal import progress
    from riskcloud.files import to_json
    from riskcloud.hazard.events import OUTPUTS as EVENT_FILES
    from riskcloud.hazard.events import read_events

    check_lang(lang)
    named = tuple(wind_model("--models", name) for name in models or ())
    if out is not None:
        check_not_input([out / name for name in OUTPUTS], [
            code, *(events / name for name in EVENT_FILES)])
    meter = Meter()
    with told_in(lang, whole=True):
        with meter.stage("read"):
            stations, storms = read_code(code, skip_bad=skip_bad), read_events(events)
        with meter.stage("compute"), progress("verify climate") as on_progress:
            rows = code_skill(storms, stations, ClimateRequest((50.0,), named or None, seed=seed),
                              on_progress=on_progress)
    periods = sorted(rows["return_period_yr"].unique())
    summary: dict[str, Any] = {
        "code": str(code), "left_out": list(stations.left_out),
        "n_rejected": len({one.row for one in stations.rejected}),
        "periods_beyond_the_set_yr": [period for period in PERIODS if period > storms.years],
        "verdicts": [compare_with_code(rows, float(period)) for period in periods]}
    with meter.stage("write"):
        if out is not None:
            _write(rows, summary, out)
    if as_json:
        stated = [{**row, "agrees": None if row["group"] == "outside" else row["agrees"]}
                  for row in rows.to_dict("records")]
        typer.echo(to_json({**summary, "stations": stated, **meter.figures(),
                            "out": None if out is None else str(out)}))
    else:
        _print(rows, summary, lang)
    return set_aside(stations.rejected, None if out is None else out / "code_winds.csv", lang)


def _write(rows: "pd.DataFrame", summary: dict[str, Any], out: Path) -> None:
    from riskcloud.files import staged, write_json
    from riskcloud.report.outputs import defused_table

    with staged(out, outputs=OUTPUTS) as folder:
        defused_table(rows.round(4)).to_csv(folder / "code_winds.csv", index=False,
                                            encoding="utf-8-sig")
        write_json(summary, folder / "summary.json")


def _print(rows: "pd.DataFrame", summary: dict[str, Any], lang: str) -> None:
    """Print the 50-year winds by station, then the shares that agree by period."""
    from rich.console import Console
    from rich.table import Table

    from riskcloud.report.text import load_text

    text, console = load_text(lang), Console()
    table = Table(title=text("climate_code.title"), title_justify="left")
    for name in ("station", "group", "code", "model", "band", "ratio"):
        table.add_column(text(f"climate_code.{name}"),
                         justify="left" if name in ("station", "group") else "right")
    shown = rows[rows["return_period_yr"] == 50.0]
    for row in (shown if len(shown) else rows).to_dict("records"):
        modelled = ("–", "–", "–") if row["group"] == "outside" else (
            f"{row['model_m_s']:.1f}", f"{row['model_low_m_s']:.1f}–{row['model_high_m_s']:.1f}",
            f"{row['ratio']:.2f}{'' if row['agrees'] else ' *'}")
        table.add_row(row["station"], text(f"climate_code.{row['group']}"),
                      f"{row['code_m_s']:.1f}", *modelled)
    console.print(table)
    if missing := summary["periods_beyond_the_set_yr"]:
        console.print(text("climate_code_more.beyond", years=", ".join(map(str, missing))),
                      soft_wrap=True)
    for verdict in summary["verdicts"]:
        for group in ("coast", "elsewhere"):
            one = verdict[group]
            if one["n"]:
                console.print(text(
                    f"climate_code.verdict_{group}", years=f"{verdict['return_period_yr']:g}",
                    n=one["n"], share=text.percent(one["share_agreeing"]),
                    bias=f"{100.0 * one['mean_bias']:+.1f}"), soft_wrap=True)
