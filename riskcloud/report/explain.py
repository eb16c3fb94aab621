"""The words, tables and page of how a location's loss came about."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from riskcloud import __version__
from riskcloud.report.pages import render_page
from riskcloud.report.tables import Table
from riskcloud.report.text import Text
from riskcloud.types.explain import Line

_PLAIN = ("share", "share_insured", "factor", "days", "scale", "n")
"""Values that are no amounts."""
_OWN = ("notional", "buildings_first")
"""Rules of OED's files whose words stand with those of clauses."""

Entry = Mapping[str, Any]


def amount(value: float) -> str:
    """Return an amount to the cent: what a reader calculates with."""
    return f"{value:,.2f}"


def rule_text(line: Line, text: Text) -> str:
    """Return the rule of a line in words, its numbers among them."""
    plain = (*_PLAIN, "attachment", "limit") if line.rule == "placed" else _PLAIN
    told = {name: value if isinstance(value, str) else f"{value:.10g}" if name in plain
            else amount(value) for name, value in line.values.items()}
    level = f"{line.level}: " if line.level else ""
    section = "explain_year" if line.rule.startswith("annual_") else \
        "explain_clause" if line.file == "clauses" or line.rule in _OWN else "explain_rule"
    return level + text(f"{section}.{line.rule}", **told)


def place_text(step: Entry, text: Text) -> str:
    """Return where a rule stands: file, row and columns; '' where it is of no file."""
    if not step["file"]:
        return ""
    key = "explain.place" if step["row"] else "explain.place_no_row"
    return text(key, file=Path(step["file"]).name, row=step["row"],
                columns=", ".join(step["columns"])).rstrip(" :：")


def step_tables(answer: Entry, text: Text) -> list[Table]:
    """Return a table for each part: the location, each policy, the account, each contract."""
    names = ("group_in", "group_out", "own_in", "own_out", "loss")
    headings = tuple(text(f"explain.{name}") for name in ("step", "where", *names))
    found = []
    for (part, owner), steps in groupby(answer["steps"], lambda one: (one["part"], one["owner"])):
        rows = tuple((f"{step['step']}. {step['text']}", place_text(step, text),
                      *(amount(step[name]) for name in names)) for step in steps)
        found.append(Table(text(f"explain.part_{part}", owner=owner), headings, rows, n_words=2))
    return found


def contracts_table(answer: Entry, text: Text) -> Table | None:
    """Return what each contract pays of the location's loss; None without reinsurance."""
    contracts: Sequence[Entry] = answer["contracts"]
    if not contracts:
        return None
    headings = tuple(text(f"explain.{name}") for name in ("contract", "priority", "recovered"))
    rows = tuple((" ".join(filter(None, (one["ReinsNumber"], one["ReinsType"], one["ReinsName"]))),
                  str(one["InuringPriority"]), amount(one["recovered"])) for one in contracts)
    return Table(text("explain.contracts"), headings, rows)


def event_text(answer: Entry, text: Text) -> str:
    """Return which event it is, and the currency."""
    event = text("explain_event.comma").join(
        text(f"explain_event.{name}", value=str(value).removesuffix("T00:00:00"))
        for name, value in answer["event"].items())
    return text("explain.event", event=event, currency=answer["currency"])


def agrees_text(answer: Entry, text: Text) -> str:
    """Return that the last numbers are those of the losses explained; '' where none were given."""
    if answer["losses"] is None:
        return ""
    return text("explain.agrees", losses=Path(answer["losses"]).name,
                loss_il=amount(answer["loss_il"]), loss_ri=amount(answer["loss_ri"]))


def render_explained(answer: Entry, text: Text) -> str:
    """Return the page as one HTML file that needs nothing else."""
    key = answer["location"]
    location = "/".join(key[name] for name in ("PortNumber", "AccNumber", "LocNumber"))
    return render_page("explain.html.j2", text, {
        "title": text("explain.name", location=location),
        "lines": [event_text(answer, text), agrees_text(answer, text)],
        "tiles": [(text(f"explain.{name}"), amount(answer[name]))
                  for name in ("loss_gul", "loss_il", "loss_ri")],
        "tables": step_tables(answer, text), "contracts": contracts_table(answer, text),
        "notes": answer["notes"],
        "files": [(text(f"explain_file.{name}"),
                   f"{Path(entry['path']).name} · sha256 {entry['sha256'][:16]}")
                  for name, entry in answer["manifest"]["inputs"].items()],
        "provenance": text("provenance.version", version=__version__)})
