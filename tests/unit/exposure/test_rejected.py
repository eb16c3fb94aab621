"""rejected.csv: every fault with its row, harmless in a spreadsheet."""

import csv
from pathlib import Path

from riskcloud.errors import Problem
from riskcloud.exposure.rejected import write_rejected


def test_rows_columns_values_reasons(tmp_path: Path) -> None:
    path = tmp_path / "new" / "rejected.csv"
    write_rejected([Problem(5, "建筑物保额", '=A1*"2"', "a formula, put its value")], path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["row", "column", "value", "reason"],
                                          ["5", "建筑物保额", "'=A1*\"2\"",
                                           "a formula, put its value"]]
