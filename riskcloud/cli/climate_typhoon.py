"""``riskcloud climate typhoon``: a stochastic event set from the historical catalogue."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskcloud.cli.options import (
    JSON,
    LANG,
    SKIP_BAD,
    check_choice,
    check_lang,
    check_not_input,
    set_aside,
    told_in,
)
from riskcloud.messages import translated

CLASSES = ("storm", "typhoon")
"""Classes of strength that the terminal shows; --json has them all."""

if TYPE_CHECKING:
    from riskcloud.cli.meter import Meter
    from riskcloud.errors import Problem
    from riskcloud.hazard.typhoon.climate.area import Area
    from riskcloud.report.text import Text
    from riskcloud.types import EventSet


def typhoon(
    area: Annotated[str, typer.Option(
        "--area", metavar="W,S,E,N", help="Degrees; over the 180th meridian write 170,10,190,20.")],
    out: Annotated[Path, typer.Option("--out", help="Folder of the event set to write.")],
    years: Annotated[int, typer.Option("--years", help="Simulated years.")] = 10_000,
    method: Annotated[str, typer.Option(
        "--method", help="resampled: historical storms displaced and strengthened at random; "
        "simulated: from genesis on.")] = "resampled",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same storms.")] = 1,
    catalogue: Annotated[list[Path] | None, typer.Option(
        "--catalogue", help="Archive of best tracks: IBTrACS CSV or Parquet; repeatable. Without "
        "it the sample that ships, western North Pacific.")] = None,
    period: Annotated[str | None, typer.Option(
        "--period", metavar="FIRST-LAST", help="Seasons to fit on; 1951-2013 without it.")] = None,
    climate: Annotated[list[str] | None, typer.Option(
        "--climate", help="Scenario whose rates are told beside the present's; repeatable.",
    )] = None,
    skip_bad: SKIP_BAD = False,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """Simulate storms near an area from those of the past; rates, and landfalls beside observed."""
    import os

    from riskcloud.cli.meter import Meter
    from riskcloud.cli.terminal import progress
    from riskcloud.files import to_json
    from riskcloud.hazard.events import OUTPUTS, write_events
    from riskcloud.hazard.typhoon.climate import event_set
    from riskcloud.hazard.typhoon.climate.scenarios import list_scenarios

    check_lang(lang)
    check_choice("--method", method, event_set.METHODS)
    seasons, climates = _period(period), tuple(dict.fromkeys(climate or ()))
    for name in climates:
        check_choice("--climate", name, list_scenarios())
    with told_in(lang, whole=True):
        event_set.check_years(years)
        window = _area(area)
        files = list(catalogue or [])
        check_not_input([out / name for name in OUTPUTS], files)
        meter = Meter()
        with meter.stage("read"):
            basis, rejected = event_set.prepare(window, files, skip_bad=skip_bad, period=seasons)
        tally = event_set.new_tally()

        def facts() -> dict[str, Any]:
            said = event_set.facts_of(basis, tally, method=method, years=years, seed=seed,
                                      climates=climates)
            return {**said, "made_with": _made_with(files, method, said)}

        with meter.stage("write"), progress(method) as on_progress:
            parts = event_set.make_events(basis, tally, method=method, years=years, seed=seed,
                                          threads=os.cpu_count() or 1, on_progress=on_progress)
            manifest = write_events(_timed(parts, meter), out, facts=facts)
        meter.timings_s["write"] -= meter.timings_s["compute"]
    figures = meter.figures()
    if as_json:
        typer.echo(to_json({**manifest["facts"], "files": manifest["files"], "out": str(out),
                            **figures}))
    else:
        _print(manifest["facts"], figures, out, lang)
    return _set_aside(rejected, out, lang)


def _set_aside(rejected: "tuple[tuple[Path, tuple[Problem, ...]], ...]", out: Path, lang: str,
               ) -> int:
    """Write the rows of all files left out to one rejected.csv of the set; return the status."""
    (out / "rejected.csv").unlink(missing_ok=True)  # of an earlier run
    problems = [one if len(rejected) == 1 else replace(
        one, remedy=f"{translated(one.remedy, lang)} ({path.name})")
        for path, found in rejected for one in found]
    return set_aside(problems, out / "rejected.csv", lang)


def _timed(parts: Iterator["EventSet"], meter: "Meter") -> Iterator["EventSet"]:
    """Yield parts, their making counted as computing."""
    while True:
        with meter.stage("compute"):
            part = next(parts, None)
        if part is None:
            return
        yield part


def _period(text: str | None) -> tuple[int, int] | None:
    """Return first and last season. Raises the error of wrong usage."""
    if text is None:
        return None
    first, _, last = text.partition("-")
    if not (first.strip().isdigit() and last.strip().isdigit() and int(first) <= int(last)):
        raise typer.BadParameter(f"--period {text}: expected FIRST-LAST, such as 1951-2013")
    return int(first), int(last)


def _area(text: str) -> "Area":
    """Return the window of W,S,E,N. Raises InputError."""
    from riskcloud.errors import InputError
    from riskcloud.hazard.typhoon.climate.area import Area

    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise InputError(f"--area {text}: expected four numbers W,S,E,N in degrees") from error
    return Area(west, south, east, north)


def _made_with(files: list[Path], method: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs, cards, settings and software of the run."""
    from riskcloud.analysis.manifest import make_manifest
    from riskcloud.hazard.typhoon.climate.event_set import CARDS, COMMON_CARDS

    settings = {name: facts[name] for name in ("method", "area", "years", "seed", "period")}
    return make_manifest(inputs={f"catalogue_{k}": path for k, path in enumerate(files)},
                         cards=[*COMMON_CARDS, *CARDS[method], *(
            ("climate_scenarios", one["name"]) for one in facts["climate"])], settings=settings)


def _print(facts: Mapping[str, Any], figures: Mapping[str, Any], out: Path, lang: str) -> None:
    """Print rate, period, sampling error and the landfalls by segment."""
    from rich.console import Console

    from riskcloud.report.text import load_text

    text, console = load_text(lang), Console()
    seen, made, counts = facts["observed"], facts["simulated"], facts["yearly_counts"]
    period = facts["period"]
    console.print(text(
        "climate_typhoon.made", events=text.number(made["n_events"]),
        years=text.number(facts["years"]), rate=text.number(made["rate_per_year"], 2),
        method=text(f"climate_typhoon.{facts['method']}"), reach=text.number(facts["reach_km"])),
        soft_wrap=True)
    console.print(text(
        "climate_typhoon.observed", first=period["first"], last=period["last"],
        n=text.number(seen["n_storms"]), rate=text.number(seen["rate_per_year"], 2),
        low=text.number(seen["low"], 2), high=text.number(seen["high"], 2),
        error=text.percent(seen["relative_sampling_error"])), soft_wrap=True)
    console.print(text(
        "climate_typhoon.law", law=text.label("climate_law", counts["law"].replace(" ", "_")),
        dispersion=text.number(counts["dispersion"], 2), p=text.number(counts["dispersion_p"], 3),
        trend=text.number(counts["trend_per_decade"], 2), trend_p=text.number(counts["trend_p"], 2),
    ), soft_wrap=True)
    if facts["landfalls"]:
        _print_landfalls(facts, text, console, lang)
    for one in facts["climate"]:
        console.print(text(
            "climate_typhoon.climate", title=one["title_zh" if lang == "zh" else "title"],
            **{name: text.number(one[name], 2) for name in (
                "rate_per_year", "present_rate_per_year", "category_4_5", "present_category_4_5")},
            landfalls=text.number(one["landfalls_below"]["typhoon"], 2),
            present_landfalls=text.number(one["present_landfalls_below"]["typhoon"], 2)),
            soft_wrap=True)
    for note in facts["notes"]:
        console.print(translated(note, lang), soft_wrap=True)
    console.print(text("climate_typhoon.files", out=str(out),
                       seconds=f"{sum(figures['timings_s'].values()):.1f}"), soft_wrap=True)


def _print_landfalls(facts: Mapping[str, Any], text: "Text", console: Any, lang: str) -> None:
    import rich.table

    table = rich.table.Table(title=text("climate_typhoon.landfalls"), title_justify="left")
    table.add_column(text("climate_typhoon.segment"), overflow="fold")
    for name in CLASSES:
        for column in ("observed_rate", "simulated_rate"):
            table.add_column(text(f"climate_typhoon.{name}_{column}"), justify="right")
    for row in facts["landfalls"]:
        cells = [row["title_zh" if lang == "zh" else "title"]]
        for name in CLASSES:
            one = row[name]
            cells += [f"{one['observed_rate']:.2f} ({one['low']:.2f}-{one['high']:.2f})",
                      f"{one['simulated_rate']:.2f}{'' if one['inside'] else ' *'}"]
        table.add_row(*cells)
    console.print(table)
    console.print(text("climate_typhoon.inside"), soft_wrap=True)
    found = facts["pressure_at_landfall"]
    if found is not None:
        pairs = zip(found["quantiles"], found["observed_hpa"], found["simulated_hpa"], strict=True)
        values = "; ".join(f"{q:.0%} {a:.0f} / {b:.0f}" for q, a, b in pairs)
        console.print(text("climate_typhoon.pressure", values=values,
                           p=text.number(found["ks_p"], 2)), soft_wrap=True)
