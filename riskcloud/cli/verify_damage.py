"""``riskcloud verify damage``: what storms brought down in the grid, modelled against reported."""

from dataclasses import replace
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
)

if TYPE_CHECKING:
    from riskcloud.analysis.damage.verify import DamageCheck
    from riskcloud.cli.meter import Meter

OUTPUTS = ("curves.csv", "damage.csv", "damage.html", "manifest.json", "rejected.csv",
           "summary.json", "told.csv")


def damage(
    storm: Annotated[list[str], typer.Option(
        "--storm", help="NAME or NAME_YEAR of a storm with reports; repeat; all: every one "
        "that a track is known of.")],
    track: Annotated[list[Path] | None, typer.Option(
        "--track", help="Track of a storm, any format; repeat. Without one, those that ship.")
    ] = None,
    facts: Annotated[Path | None, typer.Option(
        "--facts", help="CSV of reported figures: event, category, metric, value, unit, place, "
        "as_of, kind, source. Without it, those that ship.")] = None,
    exposure: Annotated[list[Path] | None, typer.Option(
        "--exposure", help="Portfolio with towers and poles, or vertices of lines from "
        "OpenStreetMap; repeat. Without one, the structures that ship.")] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Same seed, same numbers.")] = 1,
    out: Annotated[Path | None, typer.Option(
        "--out", help="Folder for damage.html, damage.csv, curves.csv and more.")] = None,
    skip_bad: SKIP_BAD = False,
    lang: LANG = "zh",
    as_json: JSON = False,
) -> int:
    """Compare modelled with reported tower, pole and transformer counts and grid losses.

    Each modelled figure has a 10-90 % band and a rate per 1,000 structures exposed.
    """
    check_lang(lang)
    inputs = [*(track or ()), *(exposure or ()), *([facts] if facts else [])]
    if out is not None:
        check_not_input((out / name for name in OUTPUTS), inputs)
    with told_in(lang, whole=True):
        return _run(storm, tuple(track or ()), facts, tuple(exposure or ()), seed, out, lang,
                    as_json, skip_bad)


def _run(storm: list[str], tracks: tuple[Path, ...], facts: Path | None,
         exposure: tuple[Path, ...], seed: int, out: Path | None, lang: str, as_json: bool,
         skip_bad: bool) -> int:
    from riskcloud.analysis.damage import exposed, given, verify
    from riskcloud.analysis.damage.facts import (
        FactsFile,
        of_storms,
        read_facts_file,
        shipped_facts,
    )
    from riskcloud.cli.meter import Meter
    from riskcloud.cli.terminal import progress
    from riskcloud.files import to_json

    meter = Meter()
    with meter.stage("read"):
        file = (FactsFile(shipped_facts()) if facts is None
                else read_facts_file(facts, skip_bad=skip_bad))
        every = any(name.strip().lower() == "all" for name in storm)
        names = sorted({fact.event for fact in file.facts}) if every else storm
        chosen = of_storms(file.facts, names)
        events = list(dict.fromkeys(fact.event for fact in chosen))
        found = verify.find_tracks(events, tracks, all_of_them=not every)
        events = list(found)
        chosen = tuple(fact for fact in chosen if fact.event in found)
        structures = (exposed.joined([given.read_structures(path) for path in exposure])
                      if exposure else exposed.default_structures())
    with progress("damage") as on_progress, meter.stage("compute"):
        check = verify.verify_damage(chosen, found, structures, seed=seed, on_progress=on_progress)
        check = replace(check, notes=(*file.notes, *check.notes))
    settings = {"storms": events, "seed": seed, "lang": lang,
                "facts": str(facts) if facts else "shipped",
                "exposure": [str(path) for path in exposure] or "shipped",
                "tracks": [str(path) for path in tracks] or "shipped"}
    inputs = {f"{kind}_{k + 1}": path for kind, paths in (
        ("track", tracks), ("exposure", exposure), ("facts", (facts,) if facts else ()))
        for k, path in enumerate(paths)}
    summary = summarise(check)
    if out is not None:
        _write(check, summary, out, settings, inputs, meter)
    if as_json:
        typer.echo(to_json({**summary, "out": None if out is None else str(out),
                            **meter.figures()}))
    else:
        _tell(check, lang, out, meter)
    return set_aside(file.rejected, None if out is None else out / "damage.csv", lang)


def summarise(check: "DamageCheck") -> dict[str, Any]:
    """Return the comparison as plain lists: rows, told, curves, storms, exposure, notes."""
    from riskcloud.analysis.damage.verify import records

    return {"rows": records(check.rows), "told": records(check.told),
            "curves": records(check.members), "storms": list(check.storms),
            "exposure": dict(check.exposure), "notes": list(check.notes)}


def _write(check: "DamageCheck", summary: dict[str, Any], out: Path, settings: dict[str, Any],
           inputs: dict[str, Path], meter: "Meter") -> None:
    from riskcloud.analysis.manifest import make_manifest
    from riskcloud.files import staged, write_json
    from riskcloud.report.damage import write_damage

    with staged(out, outputs=OUTPUTS) as folder, meter.stage("write"):
        write_damage(check, folder, lang=settings["lang"], facts=settings["facts"],
                     seed=settings["seed"])
        write_json(summary, folder / "summary.json")
        write_json({**make_manifest(inputs=inputs, cards=check.cards, settings=settings),
                    **meter.figures()}, folder / "manifest.json")


def _tell(check: "DamageCheck", lang: str, out: Path | None, meter: "Meter") -> None:
    import rich.table
    from rich.console import Console

    from riskcloud.analysis.damage.verify import records
    from riskcloud.messages import translated
    from riskcloud.report.damage import compared_table, modelled_table, narrow
    from riskcloud.report.text import load_text

    text, console = load_text(lang), Console()
    rows = records(check.rows)
    for key, table in (("table_heading", compared_table(rows, text)),
                       ("unreported_heading", modelled_table(rows, text))):
        if table is None:
            continue
        table = narrow(table, text)
        framed = rich.table.Table(title=text(f"damage_check.{key}"), title_justify="left")
        for k, heading in enumerate(table.headings):
            framed.add_column(heading, justify="left" if k < table.n_words else "right",
                              overflow="fold")
        for row in table.rows:
            framed.add_row(*row)
        console.print(framed)
        if table.note:
            console.print(table.note, soft_wrap=True)
    for note in check.notes:
        console.print(translated(note, lang), soft_wrap=True)
    if out is not None:
        seconds = sum(meter.figures()["timings_s"].values())
        console.print(text("damage_check.files", seconds=f"{seconds:.1f}",
                           page=str(out / "damage.html")), soft_wrap=True)
