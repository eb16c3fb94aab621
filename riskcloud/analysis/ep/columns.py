"""What the columns of a loss table mean: names accepted, and what is missing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from riskcloud.errors import Problem

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "event_id": ("eventid", "event", "事件编号", "事件"),
    "year": ("year", "yearno", "period", "periodno", "simulatedyear", "年", "年份", "模拟年"),
    "date": ("date", "eventdate", "occurrencedate", "lossdate", "dateofloss", "日期", "事件日期",
             "出险日期"),
    "annual_rate": ("annualrate", "rate", "eventrate", "frequency", "年发生率"),
    "member": ("member", "sample", "sampleid", "sidx", "样本"),
    "loss": ("loss", "损失"),
    "currency": ("currency", "loccurrency", "币种"),
    "stage": ("stage", "损失口径"),
}
"""Spellings of a column, lower case without underscores; the first name is ours."""
KEY_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "client": ("clientid", "client", "clientnumber", "客户编号", "客户"),
    "branch": ("branch", "branchname", "分公司", "机构"),
    "peril": ("peril", "perilcode", "灾种"),
    "account": ("accountid", "account", "accnumber"),
    "location": ("locid", "location", "locnumber"),
    "coverage": ("coverage",),
}
"""Keys to sum by, and the columns that hold them; any other column goes by its own name."""
MEASURES: Final[Mapping[str, str]] = {"lossgul": "ground_up", "lossil": "gross", "lossri": "net"}
"""Columns of losses by stage, as ``riskcloud terms`` writes them."""
STAGES: Final = ("ground_up", "gross", "net", "unspecified")
STAGE_WORDS: Final[Mapping[str, int]] = {
    "ground_up": 0, "ground-up": 0, "groundup": 0, "ground up": 0, "gul": 0, "gross": 1, "il": 1,
    "net": 2, "ri": 2, "总损失": 0, "赔付": 1, "净损失": 2}


@dataclass(frozen=True, slots=True)
class KeyPart:
    """A column to sum by; ``looked_up``: what a portfolio knows of the owner in it, else empty."""

    header: str
    looked_up: str = ""


@dataclass(frozen=True, slots=True)
class LossColumns:
    """Headers of a loss table by what they mean; None where it has no such column.

    losses: header and stage (position in ``STAGES``; None: the column ``stage`` tells).
    keys: each key asked for, such as ``client`` or ``client+peril``, to its columns.
    """

    event_id: str
    losses: tuple[tuple[str, int | None], ...]
    year: str | None
    annual_rate: str | None
    member: str | None
    currency: str | None
    stage: str | None
    keys: Mapping[str, tuple[KeyPart, ...]]

    @property
    def read(self) -> list[str]:
        """Return the headers that are read, each once."""
        plain = (self.event_id, *(name for name, _ in self.losses), self.year, self.annual_rate,
                 self.member, self.currency, self.stage)
        names = [name for name in plain if name is not None]
        parts = [part.header for key in self.keys.values() for part in key]
        return list(dict.fromkeys([*names, *parts]))


def _folded(header: str) -> str:
    return header.strip().lstrip("\ufeff").lower().replace("_", "").replace(" ", "")


def find_column(headers: Sequence[str], name: str) -> str | None:
    """Return the first header that is a spelling of one of our names, None without one."""
    folded = {_folded(header): header for header in reversed(headers)}
    return next((folded[word] for word in (_folded(name), *_NAMES[name]) if word in folded), None)


def find_columns(headers: Sequence[str], keys: Sequence[str], file: str,
                 known: Collection[str] = ()) -> tuple[LossColumns | None, list[Problem]]:
    """Return what the headers of a loss table mean, and every column that is missing or double.

    keys : to sum by; several joined by ``+`` are one. known : names a portfolio can look up.
    """
    folded: dict[str, str] = {}
    problems = []
    for header in headers:
        word = _folded(header)
        is_second = bool(word) and word in folded
        folded.setdefault(word, header)
        if is_second:
            problems.append(Problem(1, header, "", "two columns of one name: remove one", file))
    found = {name: find_column(headers, name) for name in _NAMES}
    losses: list[tuple[str, int | None]] = []
    if found["loss"] is not None:
        losses.append((found["loss"], None if found["stage"] is not None else 3))
    else:
        losses = [(folded[word], STAGES.index(stage)) for word, stage in MEASURES.items()
                  if word in folded]
    if found["event_id"] is None:
        problems.append(Problem(1, "event_id", "", "required column is missing", file))
    if not losses:
        problems.append(Problem(1, "loss", "", "no column of losses: expected loss, or loss_gul, "
                                "loss_il, loss_ri", file))
    by, unknown = _keys(folded, keys, known)
    problems += [Problem(1, name, "", "no such column to sum by: the file has "
                         f"{', '.join(headers)}"[:300], file) for name in unknown]
    if found["event_id"] is None or not losses or unknown:
        return None, problems
    stage = found["stage"] if found["loss"] is not None else None
    return LossColumns(found["event_id"], tuple(losses), found["year"], found["annual_rate"],
                       found["member"], found["currency"], stage, by), problems


def owner_header(headers: Sequence[str], kind: str) -> str | None:
    """Return the header that holds whose loss it is: kind location or account; None without."""
    folded = {_folded(header): header for header in reversed(headers)}
    return next((folded[word] for word in KEY_NAMES[kind] if word in folded), None)


def _keys(folded: Mapping[str, str], keys: Sequence[str], known: Collection[str],
          ) -> tuple[dict[str, tuple[KeyPart, ...]], list[str]]:
    by, unknown = {}, []
    owner = next((folded[word] for kind in ("location", "account") for word in KEY_NAMES[kind]
                  if word in folded), None)
    for key in keys:
        parts = []
        for name in key.split("+"):
            words = (*KEY_NAMES.get(name, ()), _folded(name))
            header = next((folded[word] for word in words if word in folded), None)
            if header is not None:
                parts.append(KeyPart(header))
            elif owner is not None and name in known:
                parts.append(KeyPart(owner, name))
            else:
                unknown.append(name)
        by[key] = tuple(parts)
    return by, unknown
