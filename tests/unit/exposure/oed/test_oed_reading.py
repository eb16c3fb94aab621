"""The published tables, keys as written, columns by name, rates."""

import numpy as np
import pyarrow as pa
import pytest

from riskcloud.errors import InputError, Problem
from riskcloud.exposure.oed.currencies import read_rates
from riskcloud.exposure.oed.keys import codes, first_rows, together
from riskcloud.exposure.oed.schema import all_perils, fields, known_codes, peril_bits
from riskcloud.exposure.oed.table import OedTable, encode
from riskcloud.types.terms import Words

HEAD = "portnumber,ACCNUMBER,LocNumber,CountryCode,LocPerilsCovered,LocCurrency,Building TIV"


def table(tmp_path, *rows, head=HEAD, file="Loc"):
    path = tmp_path / "location.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return OedTable(path, file)


def test_the_published_tables():
    assert [len(fields(file)) for file in ("Loc", "Acc", "ReinsInfo", "ReinsScope")] == [
        234, 286, 32, 13]
    required = {item.name for item in fields("Loc").values() if item.status == "R"}
    assert required == {"PortNumber", "AccNumber", "LocNumber", "CountryCode", "LocPerilsCovered",
                        "LocCurrency"}
    assert fields("Acc")["layerparticipation"].high == 1.0
    assert fields("Loc")["locded6all"].needs == ("LocDedType6All", "LocPeril")
    assert peril_bits()["AA1"] == all_perils()
    assert peril_bits()["WW1"] == sum(peril_bits()[code] for code in ("WTC", "WEC", "WSS"))
    assert not peril_bits()["OO1"] & peril_bits()["WW1"]
    assert len(known_codes("AreaCode", "CN")) == 31 and "44" in known_codes("AreaCode", "CN")
    assert {"1300", "2530", "2531"} <= known_codes("OccupancyCode")
    assert {"5751", "5752", "5756"} <= known_codes("ConstructionCode")
    assert known_codes("AreaCode", "ZZ") is None


def test_codes_are_numbered_by_appearance():
    assert codes(np.array([7, 3, 7, 9])).tolist() == [0, 1, 0, 2]
    assert first_rows(np.array([0, 1, 0, 2])).tolist() == [0, 1, 3]


def test_keys_of_two_tables_meet_as_written():
    def words(*cells):
        return Words(*encode(pa.chunked_array([list(cells)])))

    first, second = together([[words("1", "1"), words("01", "1")],
                              [words("1", "1", "2"), words("1", "01", "01")]])
    assert first.tolist() == [0, 1] and second.tolist() == [1, 0, 2]


def test_columns_in_any_case_and_numbers_with_defaults(tmp_path):
    found = table(tmp_path, "1,a,01,CN,WTC;OO1,CNY,\"1,000.5\"", "1,a,02,CN,AA1,CNY,")
    assert found.number("BuildingTIV").tolist() == [1000.5, 0.0]
    assert found.number("LocParticipation").tolist() == [1.0, 1.0]
    assert found.perils("LocPerilsCovered").tolist() == [
        peril_bits()["WTC"] | peril_bits()["OO1"], all_perils()]
    assert found.key("LocNumber").word.to_pylist() == ["01", "02"]
    assert found.header("AccNumber") == "ACCNUMBER"
    assert not found.log.of_rows


def test_faults_have_row_column_value_and_remedy(tmp_path):
    found = table(tmp_path, "1,,=1+1,CN,WTC,CNY,-1", "1,a,2,CN,W,CNY,x")
    for name in ("AccNumber", "LocNumber"):
        found.key(name)
    found.number("BuildingTIV")
    found.perils("LocPerilsCovered")
    assert sorted(found.log.of_rows) == [
        Problem(2, "ACCNUMBER", "", "blank: a key is needed in every row"),
        Problem(2, "Building TIV", "-1", "a number of 0 or more is needed"),
        Problem(2, "LocNumber", "=1+1", "a formula: put its value in the cell"),
        Problem(3, "Building TIV", "x", "expected a number"),
        Problem(3, "LocPerilsCovered", "W", "unknown peril code W: expected OED codes joined by ;")]


def test_a_doubled_and_a_missing_column(tmp_path):
    found = table(tmp_path, "1,a,1,CN,WTC,CNY,1,2", head=HEAD + ",BuildingTIV")
    assert [item.remedy for item in found.of_file] == ["a second column BuildingTIV: keep one"]
    found = table(tmp_path, "1,a", head="PortNumber,AccNumber")
    assert {item.column for item in found.of_file} == {"LocNumber", "CountryCode",
                                                       "LocPerilsCovered", "LocCurrency"}


def test_what_no_table_has_is_unknown_but_numbered_schemes_are_not(tmp_path):
    found = table(tmp_path, "1,a,1,CN,WTC,CNY,1,x,y,z", head=HEAD + ",GeogScheme1,FlexiLocA,Mine")
    assert found.unknown == ["FlexiLocA", "Mine"]


@pytest.mark.parametrize(("text", "words"), [
    ("currency,rate\nCNY,1\nUSD,0\n", "expected a number above 0"),
    ("currency,rate\nCNY,7\nUSD,2\n", "expected one currency at rate 1"),
    ("currency,rate\nCNY,1\nUSD,7\nusd,8\n", "rates.csv: row 4, currency = 'USD': this currency "
     "stands above"),
    ("ccy,rate\nCNY,1\n", "required column is missing")])
def test_rates_that_are_none(tmp_path, text, words):
    path = tmp_path / "rates.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read_rates(path)


def test_rates(tmp_path):
    path = tmp_path / "rates.csv"
    path.write_text("currency,rate\nusd,7.1\nCNY,1\n", encoding="utf-8")
    rates = read_rates(path)
    assert rates.base == "CNY" and dict(rates.value) == {"USD": 7.1, "CNY": 1.0}
