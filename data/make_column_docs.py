"""Make docs/columns.md from the table of portfolio columns, riskcloud/exposure/columns.csv."""

import csv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "riskcloud" / "exposure" / "columns.csv"
TARGET = ROOT / "docs" / "columns.md"
HEAD = """# Columns of a portfolio file

Made by `python data/make_column_docs.py` from `riskcloud/exposure/columns.csv`; do not edit.

A header may be written in any of its spellings: the OED 4 name (marked * where the name is our
extension), our name, the Chinese label (中文名称), or one of the aliases; case, spaces and
underscores do not matter. Columns that are not here are kept as text and named in a note.
A unit may stand behind a header in brackets, as in `保额(元)`; another than the one below, a
currency that is not the row's, or a coordinate system there is a fault: nothing is converted.
A list of codes names each code once; what stands behind `=` is read as the same code.

| column | our name | 中文名称 | aliases | type | required | values | default | meaning | 含义 |
|---|---|---|---|---|---|---|---|---|---|
"""
TABLES = {"@asset_classes": "a class of `models/asset_classes/classes.csv`",
          "@currencies": "ISO 4217 code", "@countries": "ISO 3166 two-letter code"}


def values(row: dict[str, str]) -> str:
    """Return what a cell may hold: range, codes, and the rule beside them."""
    limits = f"{row['low']} to {row['high']}" if row["low"] or row["high"] else ""
    codes = TABLES.get(row["codes"], row["codes"].replace(";", "; "))
    if codes and row["type"] in ("number", "integer"):
        codes = f"unknown: {codes}"
    return "; ".join(filter(None, [limits, codes, row["rule"]]))


def line(row: dict[str, str]) -> str:
    """Return one row of the table."""
    kind = f"{row['type']} [{row['unit']}]" if row["unit"] else row["type"]
    cells = [f"`{row['oed']}`{'*' if row['oed_status'] == 'extension' else ''}",
             f"`{row['name']}`", row["label_zh"], row["aliases"].replace(";", ", "), kind,
             row["required"], values(row), row["default"], row["meaning_en"], row["meaning_zh"]]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def column_docs() -> str:
    """Return the text of docs/columns.md."""
    with SOURCE.open(encoding="utf-8", newline="") as file:
        return HEAD + "".join(line(row) for row in csv.DictReader(file))


if __name__ == "__main__":
    TARGET.write_text(column_docs(), encoding="utf-8")
