"""Location terms against the OasisLMF validation suite (shared data, BSD-3; see its index.csv)."""

import csv
from pathlib import Path

import numpy as np
import pytest

from riskcloud.finance.terms import location_losses, location_terms

OED = {"building": ("BuildingTIV", "1Building"), "contents": ("ContentsTIV", "3Contents"),
       "bi": ("BITIV", "4BI"), "all": ("", "6All")}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# the two cases whose terms are those of the location alone: an amount with a limit, a share of TIV
@pytest.mark.parametrize("case", ["fm5", "Q1_2"])
def test_gross_loss_of_a_total_loss(shared, case):
    folder = shared / "verification" / "oed_fm" / case
    rows, expected = read(folder / "location.csv"), read(folder / "expected.csv")

    def column(name: str) -> np.ndarray:
        return np.array([float(row.get(name) or 0.0) for row in rows])

    value = np.column_stack([column(name) for name in (
        "BuildingTIV", "OtherTIV", "ContentsTIV", "BITIV")])
    terms = location_terms(
        {f"{ours}_{level}{end}": column(f"{oed}{of_end}{word}")
         for level, (_, word) in OED.items() for ours, oed in (("ded", "LocDed"),
                                                              ("limit", "LocLimit"))
         for end, of_end in (("", ""), ("_type", "Type"))}, value)
    _, _, total = location_losses(0, np.ones((len(rows), 1)), value, terms)
    by_id = {row["LocNumber"]: row for row in expected}
    for k, row in enumerate(rows):
        known = by_id[row["LocNumber"]]
        assert total[k, 0, 0] == pytest.approx(float(known["loss_gul"]), rel=1e-6)
        # the reference computes in single precision: 1e-4 is the tolerance its makers state
        assert total[k, 0, 1] == pytest.approx(float(known["loss_il"]), rel=1e-4)
