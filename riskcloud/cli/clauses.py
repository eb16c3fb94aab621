"""Option of the table of clauses, and who pays what of coinsured policies on a terminal."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

CLAUSES = Annotated[Path | None, typer.Option(
    "--clauses", help="Table of terms that OED has no field for: average, coinsurance, the greater "
    "of an amount and a share, sublimits (docs/terms.md).")]

_SHOWN = 20  # insurers on a terminal; all of them are in --json. Ours
_WORDS = {
    "insurer": {"zh": "共保人", "en": "insurer"},
    "paid": {"zh": "赔付（逐事件）", "en": "pays, event by event"},
    "leader": {"zh": "首席", "en": "leader"},
    "ours": {"zh": "我方", "en": "ours"},
    "left": {"zh": "（未承保余额）", "en": "(placed with nobody)"},
}


def insurers_table(coinsurance: Mapping[str, Any], lang: str) -> Any:
    """Return a table of what each insurer of coinsured policies pays."""
    from rich.markup import escape
    from rich.table import Table

    table = Table()
    table.add_column(_WORDS["insurer"][lang])
    table.add_column("")
    table.add_column(_WORDS["paid"][lang], justify="right")
    for row in coinsurance["insurers"][:_SHOWN]:
        table.add_row(escape(row["Insurer"] or _WORDS["left"][lang]),
                      ", ".join(_WORDS[word][lang] for word, name in (
                          ("leader", "Lead"), ("ours", "Ours")) if row[name]),
                      "  ".join(f"{value:,.2f}" for value in row["losses"][:4])
                      + f" {row['currency']}")
    return table
