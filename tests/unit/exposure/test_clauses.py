"""The table of clauses: what it reaches, and every fault with its row, column and remedy."""

import csv

import numpy as np
import pytest

from riskcloud.errors import InputError
from riskcloud.exposure.oed.book import read_book

LOCATION = {"PortNumber": "1", "AccNumber": "A", "CountryCode": "CN", "LocPerilsCovered": "AA1",
            "LocCurrency": "CNY", "OccupancyCode": "1000", "BuildingTIV": "100"}
ACCOUNT = {"PortNumber": "1", "AccNumber": "A", "PolNumber": "P", "PolPerilsCovered": "AA1",
           "AccCurrency": "CNY"}


def written(path, rows):
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def read(tmp_path):
    def run(clauses, locations=({}, {}), accounts=({},), **how):
        own = [{**LOCATION, "LocNumber": str(k + 1), **row} for k, row in enumerate(locations)]
        return read_book(written(tmp_path / "location.csv", own),
                         written(tmp_path / "account.csv",
                                 [{**ACCOUNT, **row} for row in accounts]),
                         clauses=written(tmp_path / "clauses.csv", clauses), **how)
    return run


def reach(book, kind):
    found = book.clauses.reach[kind]
    return list(zip(book.clauses.row[found.clause].tolist(), found.policy.tolist(),
                    found.location.tolist(), strict=True))


def faults(read, clauses, **how):
    with pytest.raises(InputError) as error:
        read(clauses, **how)
    return [str(problem) for problem in error.value.problems]


def test_a_blank_key_is_for_all_and_most_keys_act(read):
    book, _ = read([{"Clause": "greater_of", "Amount": 50, "ShareOfLoss": 0.1},
                    {"Clause": "greater_of", "LocNumber": "2", "Amount": 10}],
                   accounts=[{"PolNumber": "P"}, {"PolNumber": "Q"}])
    assert reach(book, "greater_of") == [(2, 0, 0), (3, 0, 1), (2, 1, 0), (3, 1, 1)]
    assert book.clauses.values["Amount"].tolist() == [50, 10]
    assert np.isnan(book.clauses.values["ShareOfLoss"][1])


def test_keys_of_policy_layer_tag_code_and_class(read):
    sites = [{"OccupancyCode": "2531", "ConstructionCode": "5752", "CondTag": "t"},
             {"OccupancyCode": "2530"}, {"OccupancyCode": "1050", "AssetClass": "变电站"}]
    layers = [{"CondTag": "t"}, {"LayerNumber": "2"}]
    rows = [{"Clause": "sublimit", "AssetClass": "tower", "LayerNumber": "1", "Amount": 1000},
            {"Clause": "分项限额", "OccupancyCode": "2530;2531", "PolNumber": "P", "Amount": 50},
            {"Clause": "sublimit", "CondTag": "t", "Per": "location", "Amount": 50},
            {"Clause": "sublimit", "AssetClass": "substation", "Per": "location", "Amount": 50}]
    book, _ = read(rows, locations=sites, accounts=layers)
    assert reach(book, "sublimit") == [(4, -1, 0), (5, -1, 1), (5, -1, 2), (2, 0, 0), (3, 0, 0),
                                       (3, 0, 1), (3, 1, 0), (3, 1, 1)]


def test_every_fault_comes_with_its_row_column_and_remedy(read):
    found = faults(read, [
        {"Clause": "avarage", "LocNumber": "1", "Value": 1000},
        {"Clause": "greater_of", "AssetClass": "towr", "Amount": 50, "ShareOfLoss": 30},
        {"Clause": "sublimit", "LocNumber": "7", "Amount": 50},
        {"Clause": "average", "LocNumber": "1", "Value": 1000},
        {"Clause": "average", "LocNumber": "1", "ShareInsured": 30},
        {"Clause": "sublimit"},
        {"Clause": "sublimit", "LocNumber": "1", "PerItem": 10, "Value": 4, "Per": "tower"},
        {"Clause": "coinsurance", "Insurer": "ours", "Share": 0.6, "Lead": 1},
        {"Clause": "coinsurance", "Insurer": "other", "Share": 0.5, "CondTag": "x"}])
    start = "clauses.csv: row "
    assert all(text.startswith(start) for text in found)
    for text in (
            "2, Clause = 'avarage': no such clause: expected one of average, greater_of, sublimit, "
            "coinsurance, reinstatement",
            "3, AssetClass = 'towr': unknown class towr: expected a class of models/asset_classes, "
            "its label, or a group such as tower",
            "3, ShareOfLoss = '30': a share is a number from 0 to 1 (30 % is 0.3)",
            "4, LocNumber = '7': matches nothing in the location and account files: write it as it "
            "stands there, or leave it blank for all",
            "6, Clause = 'average': a second average for the same location or policy: keep one, or "
            "give one of them more keys (the one with most keys acts)",
            "6, ShareInsured = '30': a share is a number from 0 to 1 (30 % is 0.3)",
            "7, Amount = '': blank: a clause sublimit needs Amount or PerItem or ShareOfInsured",
            "8, NumberOfItems = '': PerItem and NumberOfItems belong together",
            "8, Value = '4': is not read for a clause sublimit: leave it blank",
            "8, Per = 'tower': one of these or blank: event, location",
            "10, CondTag = 'x': is not read for a clause coinsurance: leave it blank",
            "9, Ours = '': whose share is ours is not known: 1 in one row of the panel, blank in "
            "others"):
        assert start + text in found


def test_shares_above_the_whole_two_leaders_an_insurer_twice(read):
    found = faults(read, [
        {"Clause": "coinsurance", "Insurer": "ours", "Share": 0.6, "Lead": 1, "Ours": 1},
        {"Clause": "coinsurance", "Insurer": "other", "Share": 0.5, "Lead": 1},
        {"Clause": "coinsurance", "Insurer": "Other ", "Share": 0.1}])
    assert [text.split(": ", 2)[2] for text in found] == [
        "stands twice in this panel: one row for each insurer",
        "a panel has one leader: 1 in one row of it, blank in others",
        "the shares of this panel sum to more than 1"]


def test_no_column_clause_and_an_amount_in_two_currencies(read):
    assert faults(read, [{"Kind": "average", "Value": 1}]) == [
        "clauses.csv: row 1, Clause = '': required column of a table of clauses is missing"]
    found = faults(read, [{"Clause": "sublimit", "Amount": 50}],
                   locations=[{}, {"AccNumber": "B", "LocCurrency": "USD"}],
                   accounts=[{}, {"AccNumber": "B", "AccCurrency": "USD"}])
    assert found == ["clauses.csv: row 2, Amount = '50': an amount for accounts in several "
                     "currencies: a row for each, with its AccNumber"]


def test_a_clause_with_a_fault_takes_its_accounts(read):
    book, problems = read(
        [{"Clause": "sublimit", "AccNumber": "B", "Amount": 0},
         {"Clause": "average", "ShareInsured": 0.5}],
        locations=[{}, {"AccNumber": "B"}], accounts=[{}, {"AccNumber": "B"}], skip_bad=True)
    assert [problem.column for problem in problems] == ["Amount"]
    assert book.set_aside["clauses"] == 1 and len(book.locations) == 1
    assert reach(book, "average") == [(3, -1, 0)] and reach(book, "sublimit") == []
