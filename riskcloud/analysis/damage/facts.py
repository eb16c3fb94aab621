"""What was reported of a storm: read a list of facts, tell what can be compared with a model.

A line that tripped is no structure lost: a flashover clears itself. Customers without power hang on
how a network is switched. Both are told as reported and never compared.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from riskcloud.analysis.damage.areas import area_of
from riskcloud.catalog import load_card
from riskcloud.errors import InputError, Problem
from riskcloud.hazard.source_file import decoded, read_bytes

COLUMNS: Final = ("event", "category", "metric", "value", "unit", "place", "as_of", "kind",
                  "source")
CARD: Final = ("reported_damage", "south_china")
MOST_BYTES: Final = 20_000_000
STRUCTURES, TRANSFORMERS, GRID_LOSS = "structures", "transformers", "grid_loss"
COMPARED: Final = (STRUCTURES, TRANSFORMERS, GRID_LOSS)
TRUST: Final = {
    "official": "good", "official via press": "good", "operator via press": "good",
    "paper": "good", "insurer": "good", "secondary": "poor",
    "official via secondary page": "poor", "paper, internally inconsistent": "poor",
    "modelled estimate": "model"}
"""How far a row's ``kind`` may be trusted; an unknown kind is poor. ``model`` is no observation."""
MONEY: Final = {"cny": 1.0, "million cny": 1e6, "billion cny": 1e9, "万元": 1e4, "亿元": 1e8,
                "million rmb": 1e6, "billion rmb": 1e9}
NOT_PIECES: Final = re.compile(
    r"%|percent|cny|rmb|yuan|usd|元|\bkm\b|公里|\bmw\b|mwh|customer|household|people|户|人|trip|outage"
    r"|substation|hour|小时|m/s", re.IGNORECASE)
"""Units that count no structures, whatever the metric's words say."""
NOT_COMPARED: Final = (
    (r"\btrip(s|ped)?\b|outages?\b|跳闸|lines? out\b", "trips",
     "a line that tripped or was switched off is no structure lost"),
    (r"substations? out|失压", "substations out", "a substation without voltage is not damaged"),
    (r"customers|households|distribution areas|用户|台区|out of service", "customers",
     "who is without power hangs on how the network is switched"),
    (r"low-voltage|低压", "low-voltage poles", "poles below 10 kV are not among the structures"),
    (r"and below|及以下", "poles of several voltages",
     "includes poles below 10 kV, which are not among the structures"),
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One reported figure of the grid.

    ``quantity`` is one of ``COMPARED`` or what else was counted; ``kind`` tower or pole (35 kV and
    above count as towers), by ``low_kv`` to ``high_kv``; ``value`` in pieces or CNY, ``relation``
    ``=`` or ``>=``; ``area`` prefixes of adcodes; ``trust`` good, poor or model; ``why_not`` says
    why it is not compared, "" where it is.
    """

    event: str
    metric: str
    quantity: str
    kind: str
    low_kv: float
    high_kv: float
    value: float
    unit: str
    relation: str
    place: str
    area: tuple[str, ...]
    as_of: str
    trust: str
    source: str
    why_not: str

    @property
    def storm(self) -> str:
        """Name of the storm, upper case."""
        return self.event.rsplit("_", 1)[0]

    @property
    def year(self) -> int:
        """Year of the storm."""
        return int(self.event.rsplit("_", 1)[1])


def shipped_facts() -> tuple[Fact, ...]:
    """Facts of the grid that ship (models/reported_damage)."""
    return read_facts(load_card(*CARD).file("facts.csv"))


@dataclass(frozen=True, slots=True)
class FactsFile:
    """Facts of a file, rows set aside, and what was assumed."""

    facts: tuple[Fact, ...]
    rejected: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def read_facts(path: Path) -> tuple[Fact, ...]:
    """Return the facts of a file; see :func:`read_facts_file`, which says what is refused."""
    return read_facts_file(path).facts


def read_facts_file(path: Path, *, skip_bad: bool = False) -> FactsFile:
    """Return the facts of the grid of a CSV; rows of other categories are passed over.

    Parameters
    ----------
    path : UTF-8 or GB18030, columns event (NAME_YEAR), category, metric, value, unit, place, as_of,
        kind, source. Rows of category ``grid``, and of ``economic_loss`` that name the grid,
        count; rows that say the same count once, and that is noted.
    skip_bad : leave rows with a fault out and name them.

    Raises
    ------
    InputError : no such file, too large, a missing column, and every fault of a row that counts
        (with ``skip_bad`` only where none is left).
    """
    raw = read_bytes(path, max_bytes=MOST_BYTES, what="list of facts",
                     remedy="cut out the storms you need")
    reader = csv.reader(io.StringIO(decoded(raw), newline=""))
    lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    lines = [(n, cells) for n, cells in lines if any(cells) and not cells[0].startswith("#")]
    names = lines[0][1] if lines else []
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise InputError(f"{path}: missing {', '.join(missing)}; expected the columns "
                         f"{', '.join(COLUMNS)}")
    problems: list[Problem] = []
    seen: dict[tuple[str, ...], int] = {}
    facts, notes = [], []
    for number, cells in lines[1:]:
        if len(cells) != len(names):
            problems.append(Problem(number, "", ",".join(cells)[:80],
                                    f"{len(cells)} cells, expected {len(names)}"))
            continue
        row = dict(zip(names, cells, strict=True))
        if not _counts(row) or (fact := _parse(row, number, problems)) is None:
            continue
        first = seen.setdefault(tuple(row[name] for name in COLUMNS), number)
        if first == number:
            facts.append(fact)
        else:
            notes.append(f"rows {first} and {number} say the same: counted once")
    if problems and not (skip_bad and facts):
        raise InputError(f"{path}: {len(problems)} problem(s)", problems)
    return FactsFile(tuple(facts), tuple(problems), tuple(notes))


def _counts(row: dict[str, str]) -> bool:
    if row["category"] == "grid":
        return True
    return row["category"] == "economic_loss" and bool(
        re.search(r"grid|电网|power system", f"{row['metric']} {row['place']}", re.I)
    ) and "_EQ_" not in row["event"]


def _parse(row: dict[str, str], number: int, problems: list[Problem]) -> Fact | None:
    before = len(problems)
    if not re.fullmatch(r"[\w\-. ]+_(18|19|20)\d\d", row["event"]):
        problems.append(Problem(number, "event", row["event"], "expected NAME_YEAR"))
    try:
        value = float(row["value"].replace(",", ""))
        if not np.isfinite(value) or value < 0.0:
            raise ValueError
    except ValueError:
        problems.append(Problem(number, "value", row["value"], "expected a number, 0 or more"))
        value = 0.0
    text = f"{row['metric']}".lower()
    quantity, why_not = _quantity(row, text)
    if len(problems) > before:
        return None
    low, high = _voltage(text)
    area = area_of(row["place"])
    if not why_not and quantity != GRID_LOSS and NOT_PIECES.search(row["unit"]):
        why_not = f"counted in {row['unit']}, not in structures"
    trust = TRUST.get(row["kind"], "poor")
    if quantity == GRID_LOSS:
        value *= MONEY[row["unit"].lower()]
    if not why_not and not area:
        why_not = "the place is none whose structures are known"
    if not why_not and trust == "model":
        why_not = "a model's estimate, not an observation"
    # a count of lines with poles down: at least one pole each
    above = bool(re.search(r"more than|exceeds|at least|lines? with poles? down|>=", text))
    return Fact(event=row["event"].upper(), metric=row["metric"], quantity=quantity,
                kind="tower" if low >= 35.0 else "pole", low_kv=low, high_kv=high, value=value,
                unit="CNY" if quantity == GRID_LOSS else row["unit"],
                relation=">=" if above else "=", place=row["place"], area=area,
                as_of=row["as_of"], trust=trust, source=row["source"], why_not=why_not)


def _quantity(row: dict[str, str], text: str) -> tuple[str, str]:
    """What was counted, and why that is not compared ("" where it is)."""
    if row["category"] == "economic_loss":
        known = row["unit"].lower() in MONEY
        return (GRID_LOSS, "") if known else ("loss", f"no amount in CNY: {row['unit']}")
    for pattern, name, why in NOT_COMPARED:
        if re.search(pattern, text):
            return name, why
    if re.search(r"transformers?.*damaged|配变.*损", text):
        return TRANSFORMERS, ""
    if re.search(r"(poles?|towers?|structures?|杆|塔).*(down|collapsed|damaged|倒|断)", text):
        return STRUCTURES, ""
    return "other", "not a count of structures of one kind"


def _voltage(text: str) -> tuple[float, float]:
    """Lowest and highest voltage [kV] that a metric names; 0 and infinity where it names none."""
    found = re.search(r"(\d+(?:\.\d+)?)\s*(?:kv|千伏)(.{0,12})", text)
    if found is None:
        return 0.0, np.inf
    kv = float(found[1])
    return kv, np.inf if re.match(r"\s*(and above|及以上|以上)", found[2]) else kv


def of_storms(facts: Iterable[Fact], names: Iterable[str]) -> tuple[Fact, ...]:
    """Return the facts of storms by NAME or NAME_YEAR.

    Raises
    ------
    InputError : a storm of which nothing is reported, or a name of several years; all at once.
    """
    facts, problems, chosen = tuple(facts), [], set()
    events = sorted({fact.event for fact in facts})
    for name in names:
        wanted = re.sub(r"[\s\-]+", "-", name.strip().upper())
        found = [event for event in events
                 if wanted in (event.replace(" ", "-"), event.rsplit("_", 1)[0].replace(" ", "-"))]
        if len(found) != 1:
            known = ", ".join(found or events)
            problems.append(Problem(0, "--storm", name,
                                    f"several storms, name one with its year: {known}" if found
                                    else f"nothing of the grid reported; known: {known}"))
        chosen.update(found)
    if problems:
        raise InputError(f"{len(problems)} storm(s) cannot be compared", problems)
    return tuple(fact for fact in facts if fact.event in chosen)
