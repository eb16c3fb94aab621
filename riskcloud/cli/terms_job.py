"""The work of ``riskcloud terms``: read, compute, write; files whole or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from riskcloud.cli.explain_losses import KEYS, MEASURES, manifest_of
from riskcloud.cli.options import check_not_input, in_words

if TYPE_CHECKING:
    from riskcloud.analysis.ground_up import GroundUp
    from riskcloud.analysis.terms import Compiled, Losses
    from riskcloud.analysis.years import Years
    from riskcloud.cli.meter import Meter
    from riskcloud.errors import Problem
    from riskcloud.types.terms import OedBook


@dataclass(frozen=True, slots=True)
class Job:
    """What was asked for."""

    location: Path
    account: Path
    reins_info: Path | None
    reins_scope: Path | None
    factors: tuple[float, ...]
    ground_up: Path | None
    peril: str | None
    rates: Path | None
    out: Path | None
    skip_bad: bool
    lang: str

    @property
    def inputs(self) -> dict[str, Path]:
        """Return the files read, by option."""
        named = {"location": self.location, "account": self.account,
                 "reins_info": self.reins_info, "reins_scope": self.reins_scope,
                 "ground_up": self.ground_up, "rates": self.rates}
        return {name: path for name, path in named.items() if path is not None}


def run_job(job: Job) -> dict[str, Any]:
    """Read, compute and write; return what is said of it (docs/terms.md)."""
    from riskcloud.analysis.terms import compile_book
    from riskcloud.analysis.years import Years
    from riskcloud.cli.meter import Meter
    from riskcloud.exposure.oed.book import read_book
    from riskcloud.exposure.oed.currencies import read_rates
    from riskcloud.files import write_json

    if job.out is not None:
        check_not_input([job.out, job.out.with_name("rejected.csv"), manifest_of(job.out)],
                        job.inputs.values())
    meter = Meter()
    with meter.stage("read"):
        rates = None if job.rates is None else read_rates(job.rates)
        book, problems = read_book(job.location, job.account, reins_info=job.reins_info,
                                   reins_scope=job.reins_scope, rates=rates,
                                   skip_bad=job.skip_bad)
    ground_up = None
    if job.ground_up is not None:
        from riskcloud.analysis.ground_up import read_ground_up

        with meter.stage("read"):
            ground_up, more = read_ground_up(job.ground_up, book, job.peril,
                                             skip_bad=job.skip_bad)
            problems += more
    with meter.stage("compute"):
        compiled = compile_book(book, job.peril,
                                parts=None if ground_up is None else ground_up.parts)
    years = Years(compiled)
    rows, recovered, priorities, over = _events(job, years, ground_up, meter)
    if problems and job.out is not None:
        _write_rejected(in_words(problems, job.lang), job.out.with_name("rejected.csv"))
    facts = _facts(job, book, problems, years.notes())
    if job.out is not None:
        write_json(facts["manifest"], manifest_of(job.out))
    return {**facts, "totals": rows,
            "means": [] if ground_up is None else _means(rows),
            "contracts": _contracts(compiled, recovered), "net_by_priority": priorities,
            "reinstatement_premium": years.premium_rows(), "over_ceded": over, **meter.figures(),
            "out": None if job.out is None else str(job.out)}


def _events(job: Job, years: "Years", ground_up: "GroundUp | None", meter: "Meter",
            ) -> tuple[list[dict[str, Any]], list[Any], list[Any], int]:
    """Compute event by event and write each as it comes; return totals, recoveries and so on."""
    from riskcloud.cli.row_writer import RowWriter
    from riskcloud.cli.terminal import progress
    from riskcloud.files import written_aside

    rows: list[dict[str, Any]] = []
    compiled = years.compiled
    recovered, priorities, over = [], [], 0
    with ExitStack() as stack:
        writer, keys = None, {}
        if job.out is not None:
            aside = stack.enter_context(written_aside(job.out))
            as_parquet = job.out.suffix.lower() in (".parquet", ".pq")
            writer = stack.enter_context(RowWriter(aside, as_parquet=as_parquet))
            keys = _keys(compiled.book, as_parquet=as_parquet)
        on_progress = stack.enter_context(progress("terms"))
        with meter.stage("compute"):
            events = _labelled(job, years, ground_up, on_progress)
        for label, losses in _timed(events, meter):
            rows += _totals(label, compiled, losses)
            recovered.append(losses.recovery)
            priorities.append({**label, "net": list(map(float, losses.by_priority))})
            over += losses.over_ceded
            if writer is not None:
                with meter.stage("write"):
                    writer.write(_table(keys, label, losses))
    return rows, recovered, priorities if compiled.contracts is not None else [], over


def _timed(events: Iterator[tuple[Mapping[str, Any], "Losses"]],
           meter: "Meter") -> Iterator[tuple[Mapping[str, Any], "Losses"]]:
    while True:
        with meter.stage("compute"):
            found = next(events, None)
        if found is None:
            return
        yield found


def _labelled(job: Job, years: "Years", ground_up: "GroundUp | None",
              on_progress: Any) -> Iterator[tuple[Mapping[str, Any], "Losses"]]:
    """Yield each event's label and losses."""
    from riskcloud.analysis.terms import factor_losses

    if ground_up is None:
        labels = [{"loss_factor_idx": k, "loss_factor": factor}
                  for k, factor in enumerate(job.factors)]
        yield from zip(labels, factor_losses(years.compiled, job.factors, on_progress), strict=True)
        return
    for k, label in enumerate(ground_up.label):
        yield label, years.losses(ground_up, k)
        on_progress(k + 1, len(ground_up.label))


def _keys(book: "OedBook", *, as_parquet: bool) -> dict[str, Any]:
    """Return the key columns of the locations; as text for CSV, which no spreadsheet runs."""
    import pyarrow as pa

    from riskcloud.cli.row_writer import defused_table

    words = book.locations.words
    keys = pa.table({name: pa.DictionaryArray.from_arrays(pa.array(words[name].code),
                                                          words[name].word) for name in KEYS})
    if not as_parquet:
        keys = defused_table(keys.cast(pa.schema([(name, pa.string()) for name in KEYS])))
    return {name: keys[name] for name in KEYS}


def _table(keys: Mapping[str, Any], label: Mapping[str, Any], losses: "Losses") -> Any:
    import pyarrow as pa

    from riskcloud.files import defused

    n = len(losses.gross)
    told = {name: pa.repeat(pa.scalar(defused(value)) if isinstance(value, str)
                            else pa.scalar(value, pa.int64()), n)
            for name, value in label.items() if name != "loss_factor"}
    values = dict(zip(MEASURES, (losses.ground_up, losses.gross, losses.net), strict=True))
    return pa.table({**keys, **told, **values})


def _totals(label: Mapping[str, Any], compiled: "Compiled",
            losses: "Losses") -> list[dict[str, Any]]:
    """Return the totals of an event, one row a currency."""
    import numpy as np

    book = compiled.book
    words = book.currency.word.to_pylist()
    of_location = book.currency.code[book.locations.account]
    found = []
    columns = dict(zip(MEASURES, (losses.ground_up, losses.gross, losses.net), strict=True))
    sums = {name: np.bincount(of_location, weights=values, minlength=len(words))
            for name, values in columns.items()}
    for k in np.unique(of_location):
        found.append({**label, "currency": words[k],
                      **{name: float(values[k]) for name, values in sums.items()}})
    return found


def _means(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return each event's mean over the members of the table, terms applied to each of them.

    A member without a row for an event loses nothing in it.
    """
    members = len({row["member"] for row in rows})
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        mean = found.setdefault((row["event_id"], row["currency"]), {
            "event_id": row["event_id"], "currency": row["currency"], "n_members": members,
            **dict.fromkeys(MEASURES, 0.0)})
        for name in MEASURES:
            mean[name] += row[name] / members
    return list(found.values())


def _contracts(compiled: "Compiled", recovered: Sequence[Any]) -> list[dict[str, Any]]:
    treaties, contracts = compiled.book.treaties, compiled.contracts
    if treaties is None or contracts is None:
        return []
    return [{"ReinsNumber": treaties.number[k], "ReinsName": treaties.name[k],
             "ReinsType": treaties.kind[k], "InuringPriority": int(treaties.inuring[k]),
             "currency": treaties.currency[k],
             "n_covered": int(contracts.start[k + 1] - contracts.start[k]),
             "recoveries": [float(values[k]) for values in recovered]}
            for k in range(len(treaties))]


def _facts(job: Job, book: "OedBook", problems: "Sequence[Problem]",
           notes: Sequence[str] = ()) -> dict[str, Any]:
    from riskcloud.analysis.manifest import make_manifest
    from riskcloud.exposure.oed.schema import CARD
    from riskcloud.messages import translated

    settings = {"loss_factors": list(job.factors), "peril": job.peril, "skip_bad": job.skip_bad}
    return {
        "manifest": make_manifest(inputs=job.inputs, cards=[("oed", CARD)], settings=settings),
        "n_locations": len(book.locations), "n_accounts": book.accounts.n_accounts,
        "n_policies": len(book.accounts.account),
        "n_contracts": 0 if book.treaties is None else len(book.treaties),
        "notes": [translated(note, job.lang) for note in (*book.notes, *notes)],
        "unmapped": list(book.unmapped), "set_aside": dict(book.set_aside),
        "problems": [{"file": item.file, "row": item.row, "column": item.column,
                      "value": item.value, "reason": item.remedy}
                     for item in in_words(problems, job.lang)],
    }


def _write_rejected(problems: "Sequence[Problem]", path: Path) -> None:
    from riskcloud.exposure.table_file import TextTable, write_table

    columns = ([item.file for item in problems], [str(item.row) for item in problems],
               [item.column for item in problems], [item.value for item in problems],
               [item.remedy for item in problems])
    write_table(TextTable(("file", "row", "column", "value", "reason"), columns), path)
