"""The 12 cases of the OasisLMF validation suite (shared data, BSD-3; see its index.csv).

Losses by location within 1e-4 as the suite asks; its own are float32, so 1e-6 holds as well.
Ground-up is the loss factor times the sums insured; expected.csv counts it once for each policy of
an account (acc97, Q4_30), which is not compared.
"""

import csv
from pathlib import Path

import numpy as np
import pytest

from riskcloud.analysis.terms.book import compile_book, factor_losses
from riskcloud.exposure.oed.book import read_book

CASES = ("fm5", "Q1_2", "Q1_26", "Q4_30", "acc97", "sc1", "BI_2", "SS01_2", "QS05_15", "PR16_52",
         "CX31_102", "xx45_L")
TIV = ("BuildingTIV", "OtherTIV", "ContentsTIV", "BITIV")


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("peril", [None, "WTC"])
@pytest.mark.parametrize("case", CASES)
def test_losses_by_location(shared, case, peril):
    suite = shared / "verification" / "oed_fm"
    folder = suite / case
    factors = next(row for row in read(suite / "index.csv")
                   if row["case"] == case)["loss_factors"].split()
    treaties = {}
    if (folder / "ri_info.csv").is_file():
        treaties = {"reins_info": folder / "ri_info.csv", "reins_scope": folder / "ri_scope.csv"}
    book, problems = read_book(folder / "location.csv", folder / "account.csv", **treaties)
    assert not problems
    compiled = compile_book(book, peril)
    words = book.locations.words["LocNumber"]
    place = {name: k for k, name in enumerate(words.word.take(words.code).to_pylist())}
    value = {row["LocNumber"]: sum(float(row[name]) for name in TIV)
             for row in read(folder / "location.csv")}
    found = list(factor_losses(compiled, map(float, factors)))
    expected = read(folder / "expected.csv")
    assert len(expected) == len(place) * len(factors)
    for row in expected:
        k, i = int(row.get("loss_factor_idx") or 0), place[row["LocNumber"]]
        assert found[k].ground_up[i] == pytest.approx(
            float(factors[k]) * value[row["LocNumber"]], rel=1e-12)
        assert found[k].gross[i] == pytest.approx(float(row["loss_il"]), rel=1e-6)
        if "loss_ri" in row:
            assert found[k].net[i] == pytest.approx(float(row["loss_ri"]), rel=1e-6)
        else:
            assert np.array_equal(found[k].net, found[k].gross)
    if treaties:  # what treaties pay is what gross has more than net
        assert found[0].recovery.sum() == pytest.approx(
            found[0].gross.sum() - found[0].net.sum(), rel=1e-12)
