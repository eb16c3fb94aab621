"""The work of ``riskcloud explain``: the book read again, one location followed through it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskcloud.cli.explain_losses import KEYS, MEASURES, Made, read_losses, read_made
from riskcloud.cli.options import check_not_input

if TYPE_CHECKING:
    from riskcloud.analysis.terms.book import Compiled
    from riskcloud.analysis.terms.explain import Explanation
    from riskcloud.types.terms import OedBook

CLOSE = 1e-9
"""Relative difference up to which a loss is the one in LOSSES."""


@dataclass(frozen=True, slots=True)
class Job:
    """What was asked for; files: those given by option, by their name in the manifest."""

    losses: Path | None
    location: str
    event: str | None
    member: str | None
    year: int | None
    files: Mapping[str, Path]
    loss_factor: float | None
    peril: str | None
    out: Path | None
    skip_bad: bool
    lang: str


def run_job(job: Job) -> dict[str, Any]:
    """Read, follow and write; return what is said of it (docs/terms.md)."""
    from riskcloud.analysis.manifest import make_manifest
    from riskcloud.analysis.terms.book import compile_book
    from riskcloud.cli.meter import Meter
    from riskcloud.exposure.oed.schema import CARD
    from riskcloud.messages import translated

    meter = Meter()
    with meter.stage("read"):
        made = _made(job)
        if job.out is not None:
            check_not_input([job.out], [*made.files.values(),
                                        *([] if job.losses is None else [job.losses])])
        book, n_problems = _read_book(made)
        location = _find(book, job.location)
        event, factor, table = _event(job, made, book)
    with meter.stage("compute"):
        compiled = compile_book(book, made.peril, parts=None if table is None else table.parts)
        found = _explained(compiled, location, factor, event, table)
    key = _key(book, location)
    if job.losses is not None:
        with meter.stage("read"):
            _check(job.losses, key, event, found)
    settings = {"location": "/".join(key.values()), "event": event, "peril": made.peril,
                "loss_factors": list(made.factors), "skip_bad": made.skip_bad}
    currency = book.currency.word[int(book.currency.code[book.locations.account[location]])]
    answer = {
        "location": key, "event": event, "currency": currency.as_py(),
        **dict(zip(MEASURES, (found.ground_up, found.gross, found.net), strict=True)),
        "losses": None if job.losses is None else str(job.losses),
        "steps": _steps(found, made.files, job.lang), "contracts": _contracts(book, found),
        "notes": [translated(note, job.lang) for note in book.notes],
        "n_problems": n_problems,
        "manifest": make_manifest(inputs=made.files, cards=[("oed", CARD)], settings=settings),
        "out": None if job.out is None else str(job.out)}
    if job.out is not None:
        with meter.stage("write"):
            _write(answer, job.out, job.lang)
    return {**answer, **meter.figures()}


def _made(job: Job) -> Made:
    import riskcloud

    if job.losses is not None:
        return read_made(job.losses, job.files)
    factors = () if job.loss_factor is None else (job.loss_factor,)
    return Made(job.files, factors, job.peril, job.skip_bad, riskcloud.__version__)


def _read_book(made: Made) -> "tuple[OedBook, int]":
    from riskcloud.exposure.oed.book import read_book
    from riskcloud.exposure.oed.currencies import read_rates

    files = made.files
    book, problems = read_book(
        files["location"], files["account"], reins_info=files.get("reins_info"),
        reins_scope=files.get("reins_scope"), skip_bad=made.skip_bad,
        rates=read_rates(files["rates"]) if "rates" in files else None,
        clauses=files.get("clauses"))
    return book, len(problems)


def _key(book: "OedBook", location: int) -> dict[str, str]:
    words = {name: book.locations.words[name] for name in KEYS}
    return {name: str(word.word[int(word.code[location])].as_py()) for name, word in words.items()}


def _find(book: "OedBook", wanted: str) -> int:
    """Return the location LOC, ACC/LOC or PORT/ACC/LOC.

    Raises
    ------
    NotFoundError : there is none. InputError : there are several.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from riskcloud.errors import InputError, NotFoundError

    columns = [pa.array(word.word).take(pa.array(word.code)).cast(pa.string())
               for word in (book.locations.words[name] for name in KEYS)]
    for k in (2, 1, 0):  # the shortest name first: a LocNumber may have a / of its own
        name = pc.binary_join_element_wise(*columns[k:], "/") if k < 2 else columns[2]
        found = np.flatnonzero(pc.equal(name, wanted).to_numpy(zero_copy_only=False))
        if len(found) > 1:
            several = ", ".join("/".join(_key(book, int(i)).values()) for i in found[:5])
            raise InputError(f"--location {wanted}: {len(found)} locations have this number; say "
                             f"which as PORT/ACC/LOC: {several}")
        if len(found):
            return int(found[0])
    raise NotFoundError(f"--location {wanted}: no such LocNumber in the location file, or it was "
                        "set aside")


def _event(job: Job, made: Made, book: "OedBook") -> tuple[dict[str, Any], float | None, Any]:
    """Return the event's label as the losses have it, and its factor or the loss table."""
    from riskcloud.errors import NotFoundError

    asked = " ".join(f"--{name} {value}" for name, value in (
        ("event", job.event), ("member", job.member), ("year", job.year)) if value is not None)
    if "ground_up" not in made.files:
        if job.member is not None or job.year is not None:
            raise NotFoundError(f"{asked}: losses by loss factor have no member and no year")
        known = [str(k) for k in range(len(made.factors))]
        wanted = job.event or "0"
        if wanted not in known:
            raise NotFoundError(f"--event {wanted}: expected a loss_factor_idx from 0 to "
                                f"{len(known) - 1}")
        return {"loss_factor_idx": int(wanted)}, made.factors[int(wanted)], None
    from riskcloud.analysis.terms.ground_up import read_ground_up

    table, _ = read_ground_up(made.files["ground_up"], book, made.peril, skip_bad=made.skip_bad)
    for label in table.label:
        if job.event in (None, label["event_id"]) and job.member in (None, label["member"]) \
                and job.year in (None, label.get("year")):
            return dict(label), None, table
    raise NotFoundError(f"{asked}: not in {made.files['ground_up'].name}")


def _explained(compiled: "Compiled", location: int, factor: float | None,
               event: Mapping[str, Any], table: Any) -> "Explanation":
    from riskcloud.analysis.terms.events import EventTerms, used_before
    from riskcloud.analysis.terms.explain import explain
    from riskcloud.finance.policies import rows_of_losses, struck_rows

    program = compiled.program
    if factor is not None:
        rows = struck_rows(program)
        return explain(compiled, (rows, program.tiv[rows.location] * factor), location,
                       factor=factor)
    k = next(k for k, label in enumerate(table.label) if dict(label) == event)
    struck = table.at(k)
    used, when = used_before(compiled, table, k)
    listed = (struck.location, struck.part, struck.coverage, struck.loss)
    numbers = EventTerms(compiled).numbers(struck)
    return explain(compiled, rows_of_losses(program, *listed), location, used=used, when=when,
                   split_by=None if numbers is None else (numbers, listed))


def _check(losses: Path, key: Mapping[str, str], event: Mapping[str, Any],
           found: "Explanation") -> None:
    """Raise InputError unless the losses come out as they stand in the table."""
    from math import isclose

    from riskcloud.errors import InputError

    written = read_losses(losses, key, event)
    if written is None and found.ground_up == 0.0 and "event_id" in event:
        return  # a location that the event leaves alone has no row
    if written is None:
        raise InputError(f"{losses}: no single row of location {'/'.join(key.values())} in this "
                         "event: the table is not as `riskcloud terms` wrote it")
    for name, value in zip(MEASURES, (found.ground_up, found.gross, found.net), strict=True):
        if not isclose(value, written[name], rel_tol=CLOSE, abs_tol=CLOSE * found.ground_up):
            raise InputError(f"{losses}: {name} is {written[name]:.6f} there and comes out as "
                             f"{value:.6f}: the table was changed or made by another version; run "
                             "`riskcloud terms` again")


def _steps(found: "Explanation", files: Mapping[str, Path], lang: str) -> list[dict[str, Any]]:
    from riskcloud.report.explain import rule_text
    from riskcloud.report.text import load_text

    text = load_text(lang)
    return [{"step": k + 1, "part": line.part, "owner": line.owner, "level": line.level,
             "rule": line.rule, "text": rule_text(line, text), "values": dict(line.values),
             "file": str(files[line.file]) if line.file else "", "row": line.row,
             "columns": list(line.columns), "group_in": line.group[0], "group_out": line.group[1],
             "own_in": line.own[0], "own_out": line.own[1], "loss": line.loss}
            for k, line in enumerate(found.lines)]


def _contracts(book: "OedBook", found: "Explanation") -> list[dict[str, Any]]:
    treaties = book.treaties
    if treaties is None:
        return []
    return [{"ReinsNumber": treaties.number[k], "ReinsName": treaties.name[k],
             "ReinsType": treaties.kind[k], "InuringPriority": int(treaties.inuring[k]),
             "recovered": float(found.recovered[k])} for k in range(len(treaties))]


def _write(answer: Mapping[str, Any], out: Path, lang: str) -> None:
    """Write the page, or the steps as a table."""
    from riskcloud.exposure.table_file import TextTable, write_table
    from riskcloud.files import write_text
    from riskcloud.report.explain import render_explained
    from riskcloud.report.text import load_text

    if out.suffix.lower() == ".html":
        write_text(out, render_explained(answer, load_text(lang)))
        return
    names = ("step", "part", "owner", "level", "rule", "text", "file", "row", "columns",
             "group_in", "group_out", "own_in", "own_out", "loss")
    columns = tuple([";".join(value) if isinstance(value := step[name], list) else str(value)
                     for step in answer["steps"]] for name in names)
    write_table(TextTable(names, columns), out)
