"""What `riskcloud terms` wrote, read again: the files that made it, and one location's losses."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskcloud.errors import InputError, Problem

MANIFEST_END = ".manifest.json"
"""What the manifest's name adds to that of the losses."""
KEYS = ("PortNumber", "AccNumber", "LocNumber")
MEASURES = ("loss_gul", "loss_il", "loss_ri")
_AGAIN = "changed since the losses were made: run `riskcloud terms` again, or give the file of then"


@dataclass(frozen=True, slots=True)
class Made:
    """How losses were made: files by name, the loss factors, peril and skip_bad of the run."""

    files: Mapping[str, Path]
    factors: tuple[float, ...]
    peril: str | None
    skip_bad: bool
    version: str


def manifest_of(losses: Path) -> Path:
    """Return where the manifest of a table of losses stands."""
    return losses.with_name(losses.name + MANIFEST_END)


def read_made(losses: Path, given: Mapping[str, Path]) -> Made:
    """Return how losses were made, every file checked by its hash.

    given : files that replace those of the manifest, such as one that was moved.

    Raises
    ------
    InputError : no manifest, a file that is gone or has changed.
    """
    path = manifest_of(losses)
    if not losses.is_file():
        raise InputError(f"{losses}: no such file")
    if not path.is_file():
        raise InputError(f"{path}: not there: explain needs the manifest that `riskcloud terms "
                         "--out` writes beside its losses; or leave LOSSES out and give "
                         "--location-file, --account and --loss-factor")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        inputs, settings = dict(content["inputs"]), dict(content["settings"])
        factors = tuple(map(float, settings["loss_factors"]))
        hashes = {name: (Path(entry["path"]), str(entry["sha256"]))
                  for name, entry in inputs.items()}
        version = str(content["software"]["riskcloud"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: no manifest of `riskcloud terms` ({error})") from error
    files = _checked(losses, hashes, given)
    return Made(files, factors, settings.get("peril"), bool(settings.get("skip_bad")), version)


def _checked(losses: Path, hashes: Mapping[str, tuple[Path, str]],
             given: Mapping[str, Path]) -> dict[str, Path]:
    """Return the files, each the one that the losses were made of."""
    from riskcloud.files import sha256_of

    files, faults = {}, []
    for name in sorted({*given} - {*hashes}):
        faults.append(Problem(0, "", "", "the losses were made without such a file: leave its "
                              "option out", given[name].name))
    for name, (path, sha256) in hashes.items():
        option = "--location-file" if name == "location" else f"--{name.replace('_', '-')}"
        beside = losses.parent / path.name
        found = given.get(name) or (path if path.is_file() else beside)
        if not found.is_file():
            faults.append(Problem(0, "", "", f"not found: say with {option} where it is",
                                  str(found)))
        elif sha256_of(found) != sha256:
            faults.append(Problem(0, "", "", _AGAIN, found.name))
        files[name] = found
    if faults:
        raise InputError(f"{losses}: {len(faults)} file(s) are not those it was made of", faults)
    return files


def read_losses(losses: Path, key: Mapping[str, str], event: Mapping[str, Any],
                ) -> dict[str, float] | None:
    """Return the losses of a location in an event as the table has them; None: no such row."""
    import pyarrow.compute as pc

    from riskcloud.files import defused

    table = _table(losses, [*KEYS, *event, *MEASURES])
    for name, value in {**key, **event}.items():
        column = pc.cast(table[name], "string")
        table = table.filter(pc.is_in(column, value_set=_words({str(value), defused(str(value))})))
    if table.num_rows != 1:
        return None
    return {name: float(table[name][0].as_py()) for name in MEASURES}


def _words(words: set[str]) -> Any:
    import pyarrow as pa

    return pa.array(sorted(words), pa.string())


def _table(path: Path, names: list[str]) -> Any:
    """Return columns of a table; words as they are written."""
    import pyarrow as pa
    import pyarrow.csv as pacsv
    import pyarrow.parquet as pq

    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            return pq.read_table(path, columns=names)
        types = {name: pa.float64() if name in MEASURES else pa.string() for name in names}
        return pacsv.read_csv(path, convert_options=pacsv.ConvertOptions(
            column_types=types, include_columns=names, strings_can_be_null=False))
    except (pa.ArrowException, KeyError, ValueError) as error:
        raise InputError(f"{path}: no table of `riskcloud terms` ({error})") from error
