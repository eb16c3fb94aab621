"""Modelled against reported damage."""

import csv
from pathlib import Path
from typing import Any

from common import SHARED

from skill_sections.commands import Absent, answer
from skill_sections.table import figure, markdown


def section(images: Path) -> list[str]:
    """Towers, poles, transformers and grid losses, storm by storm."""
    found, skipped = _all_storms()
    reported = [row for row in found["rows"] if row["reported"] is not None]
    rows = [[f"{row['event']}: {row['metric'] or row['asset']}, {row['place']}",
             f"{row['relation']} {figure(row['reported'], 0)} {row['unit']}".strip(),
             figure(row["mean"], 1), f"{figure(row['q10'], 1)} – {figure(row['q90'], 1)}",
             figure(row["exposed"], 0), figure(row["rate_per_1000"], 2), row["verdict"]]
            for row in reported]
    notes = [f"- {note}" for note in found["notes"]]
    if skipped:
        notes.append(f"- Without a track or a report that a model answers: {', '.join(skipped)}.")
    return [f"{len(reported)} reported figures of {len({row['event'] for row in reported})} storms "
            "that a model answers; mean and 10-90 % band; rate per 1,000 exposed structures.", "",
            *markdown(("", "reported", "expected", "10-90 %", "exposed", "per 1,000", "verdict"),
                      rows), "", *_curves(found["curves"]), *notes]


def _all_storms() -> tuple[dict[str, Any], list[str]]:
    """Return rows, curves and notes of all storms with reports, and those that cannot be run."""
    facts = SHARED / "validation" / "event_facts.csv"
    if not facts.is_file():
        raise Absent(f"{facts.name} is not there")
    with facts.open(encoding="utf-8", newline="") as file:
        events = list(dict.fromkeys(row["event"] for row in csv.DictReader(file)))
    out: dict[str, Any] = {"rows": [], "curves": [], "notes": []}
    skipped = []
    for event in events:
        try:
            found = answer("verify", "damage", "--storm", event, "--lang", "en")
        except Absent as reason:
            if "No such command" in str(reason):
                raise
            skipped.append(event)
            continue
        for name, rows in out.items():
            rows += [row for row in found[name] if row not in rows]
    if not out["rows"]:
        raise Absent("no storm could be compared by riskcloud verify damage")
    return out, skipped


def _curves(curves: list[dict[str, Any]]) -> list[str]:
    """Return how far the curves alone are apart, by kind of structure."""
    if not curves:
        return []
    columns = [name for name in curves[0] if name not in ("curve_id",)]
    numbers = [name for name in columns if isinstance(curves[0][name], int | float)]
    words = [name for name in columns if name not in numbers]
    rows = [[f"{row['curve_id']}, " + ", ".join(str(row[name]) for name in words),
             *(figure(row[name], 2) for name in numbers)] for row in curves]
    return ["Each curve alone:", "", *markdown(("", *numbers), rows), ""]
